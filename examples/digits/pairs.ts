/** Pairs of digits, as many of one class as of two, and what distances tell about them. */
import type { Draw } from "../training/random.ts";
import { classCount, type Digits } from "./digits.ts";

/** Pairs as the positions of their digits. */
export interface Pairs {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where both show the same digit, 0 elsewhere. */
  readonly same: Float32Array;
}

/** Draws pairs: every other one shows one digit twice, the others two digits. `tools/goldens/training/siamese.py` draws the same. */
export function drawPairs({ starts }: Digits, count: number, draw: Draw): Pairs {
  const member = (digit: number): number => {
    const [start, end] = [starts[digit] as number, starts[digit + 1] as number];
    return start + draw(end - start);
  };
  const [left, right, same] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i += 1) {
    const isSame = i % 2 === 0;
    const digit = draw(classCount);
    const other = isSame ? digit : (digit + 1 + draw(classCount - 1)) % classCount;
    left[i] = member(digit);
    right[i] = member(other);
    same[i] = Number(isSame);
  }
  return { left, right, same };
}

/** Places of digits: `width` numbers each. */
export interface Embedding {
  readonly width: number;
  readonly values: Float32Array;
}

/** The squared distance of two places. */
export function squaredDistance(a: Embedding, i: number, b: Embedding, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.width; k += 1) {
    sum += ((a.values[i * a.width + k] as number) - (b.values[j * b.width + k] as number)) ** 2;
  }
  return sum;
}

/** The distance of each pair, of which each side has an embedding of its own. */
export function distances({ left, right }: Pairs, ofLeft: Embedding, ofRight: Embedding): Float32Array {
  return Float32Array.from(left, (i, at) => Math.sqrt(squaredDistance(ofLeft, i, ofRight, right[at] as number)));
}

/** The part of the pairs that a threshold judges rightly: nearer ones are of one digit. */
export function accuracy({ same }: Pairs, found: Float32Array, threshold: number): number {
  let right = 0;
  for (const [i, distance] of found.entries()) if (distance < threshold === (same[i] === 1)) right += 1;
  return right / found.length;
}

/** The threshold that judges most pairs rightly: between two distances. */
export function bestThreshold({ same }: Pairs, found: Float32Array): number {
  const order = Array.from(found.keys()).sort((a, b) => (found[a] as number) - (found[b] as number));
  // With the threshold below all distances, the pairs of two digits are right.
  let right = found.length - same.reduce((sum, one) => sum + one, 0);
  let best = { right, threshold: 0 };
  for (const [rank, i] of order.entries()) {
    right += same[i] === 1 ? 1 : -1;
    const here = found[i] as number;
    const next = found[order[rank + 1] ?? -1] ?? here + 1;
    if (right > best.right && next > here) best = { right, threshold: (here + next) / 2 };
  }
  return best.threshold;
}
