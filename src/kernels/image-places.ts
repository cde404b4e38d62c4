/** The pixels of images as numbers, and where the pixels of crops lie among them. */
import type { NDArray } from "../tensor/ndarray.ts";
import { type Numbers, widened } from "./elementwise.ts";
import { asNumbers } from "./strided-copy.ts";

const { fround } = Math;

/** The elements as numbers of single precision. */
export function singles(images: NDArray): Float32Array {
  return images.dtype.isBig ? Float32Array.from(asNumbers(images)) : Float32Array.from(widened(images) as Numbers);
}

/** Where the pixels of a crop lie along one axis of the image; not-a-number outside of it. */
export function crossings(from: number, to: number, length: number, count: number): Float64Array {
  const last = length - 1;
  const scale = count > 1 ? fround(fround(fround(to - from) * last) / (count - 1)) : 0;
  return new Float64Array(count).map((_, i) => {
    const at = count > 1 ? fround(fround(from * last) + fround(i * scale)) : fround(0.5 * fround(from + to) * last);
    return at >= 0 && at <= last ? at : Number.NaN;
  });
}

/** The pixel that is nearest to a place. */
export function nearestPixel(at: number): number {
  return Math.floor(at + 0.5);
}
