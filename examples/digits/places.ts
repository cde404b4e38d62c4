/** Where a network puts digits, and what that tells about pairs of them. */
import { float32, type NDArray, ndarray, type Session, type Tensor } from "namesake";
import type { Draw } from "../training/random.ts";
import { type Digits, digitSize, imagesOf } from "./digits.ts";
import { distances, drawPairs, type Embedding } from "./pairs.ts";

/** The images of some digits as a network reads them. Shape: `[n, 28, 28, 1]`. */
export function pictures(digits: Digits, indices: ArrayLike<number>): NDArray {
  return ndarray(imagesOf(digits, indices), float32, [indices.length, digitSize, digitSize, 1]);
}

/** Where a network puts all digits, as many at a time as it reads. Shapes: input `[n, 28, 28, 1]`, output `[n, width]`; n and width are known. */
export async function placesOf(session: Session, input: Tensor, output: Tensor, digits: Digits): Promise<Embedding> {
  const [atOnce, width] = [input.shape.dim(0) as number, output.shape.dim(1) as number];
  const values = new Float32Array(digits.count * width);
  for (let start = 0; start < digits.count; start += atOnce) {
    // What is missing at the end is filled with the last digit, and not looked at.
    const some = Array.from({ length: atOnce }, (_, i) => Math.min(start + i, digits.count - 1));
    const { data } = (await session.run(output, [[input, pictures(digits, some)]])) as NDArray;
    values.set((data as Float32Array).subarray(0, (digits.count - start) * width), start * width);
  }
  return { width, values };
}

/** A tower: what it reads and what it gives. */
export interface Tower {
  readonly input: Tensor;
  readonly output: Tensor;
}

/**
 * Pairs of digits with their distances. The first tower sees the left sides, the last one the right sides; where towers share their
 * variables, one of them tells about both.
 */
export async function judgedPairs(session: Session, towers: readonly Tower[], digits: Digits, draw: Draw) {
  const pairs = drawPairs(digits, 10_000, draw);
  const places: Embedding[] = [];
  for (const { input, output } of towers) places.push(await placesOf(session, input, output, digits));
  const [left, right] = [places[0], places.at(-1)] as [Embedding, Embedding];
  return { pairs, left, right, found: distances(pairs, left, right) };
}
