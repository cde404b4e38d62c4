/** Makes vectors comparable that are free in their sign or phase, such as eigenvectors: each column is turned as the expected one is. */
import { type NDArray, writeElement } from "../src/tensor/ndarray.ts";

/** An element as a pair. */
function pairAt(array: NDArray, index: number): readonly [number, number] {
  const element = array.at(index);
  return Array.isArray(element) ? (element as [number, number]) : [element as number, 0];
}

/** `actual` with each column of its matrices multiplied by the sign or phase that brings it nearest to the column of `expected`. */
export function withPhasesOf(expected: NDArray, actual: NDArray): NDArray {
  const [rows = 0, columns = 0] = actual.shape.slice(-2);
  const turned = actual.copy();
  for (let start = 0; start < actual.size; start += rows * columns)
    for (let column = 0; column < columns; column += 1) {
      const places = Array.from({ length: rows }, (_, i) => start + i * columns + column);
      const [c, s] = phaseBetween(actual, expected, places);
      for (const place of places) {
        const [re, im] = pairAt(actual, place);
        writeElement(
          turned.dtype,
          turned.data,
          place,
          actual.dtype.isComplex ? [c * re - s * im, c * im + s * re] : c * re,
        );
      }
    }
  return turned;
}

/** The direction of the product of two columns, the first one conjugated. */
function phaseBetween(a: NDArray, b: NDArray, places: readonly number[]): readonly [number, number] {
  let [re, im] = [0, 0];
  for (const place of places) {
    const [c, d] = pairAt(a, place);
    const [e, f] = pairAt(b, place);
    re += c * e + d * f;
    im += c * f - d * e;
  }
  const size = Math.hypot(re, im);
  return size > 0 ? [re / size, im / size] : [1, 0];
}
