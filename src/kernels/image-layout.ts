/** Images with the channels last, and with the channels first. Kernels compute on the former. */
import { allocate } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";

/** The same images with the channels last. */
export function nchwToNhwc(image: NDArray): NDArray {
  const [batch = 0, channels = 0, height = 0, width = 0] = image.shape;
  return exchanged(image, [batch, height, width, channels], channels, height * width);
}

/** The same images with the channels first. */
export function nhwcToNchw(image: NDArray): NDArray {
  const [batch = 0, height = 0, width = 0, channels = 0] = image.shape;
  return exchanged(image, [batch, channels, height, width], height * width, channels);
}

/** Each image as a matrix, its rows and columns exchanged. */
function exchanged(image: NDArray, shape: readonly number[], rows: number, columns: number): NDArray {
  // Elements are only moved, so numbers and bigints go the same way.
  const from = image.data as Float64Array;
  const to = allocate(image.dtype, image.size) as Float64Array;
  for (let start = 0; start < image.size; start += rows * columns) {
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0, at = start + i; j < columns; j += 1, at += rows) to[at] = from[start + i * columns + j] as number;
    }
  }
  return new NDArray(image.dtype, shape, to);
}
