/** Kernels of the ops that resize images, and crop and resize boxes of them. Mirrors core/kernels/image/{resize_bilinear,resize_nearest_neighbor,resize_bicubic,resize_area,crop_and_resize}_op.cc. */
import { OutOfRangeError, ResourceExhaustedError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { bicubicGrad, bilinearGrad, cropGradBoxes, cropGradImage, nearestGrad } from "../kernels/image-gradients.ts";
import { crossings, nearestPixel, singles } from "../kernels/image-places.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { copyBlock, countOf, emptyArray, wordsOf } from "../kernels/strided-copy.ts";
import { allocate, float32 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { imageResizeDefs } from "./image-resize.defs.ts";
import { nearest, neighbours, type ResizeWay } from "./resampling.ts";
import { area, areaScale, bicubic, type Filter } from "./resampling-filters.ts";

const { fround } = Math;

/** Batch, height, width, depth, and the new height and width. */
type Sizes = readonly [number, number, number, number, number, number];

function checkedSizes(images: NDArray, size: NDArray, way: ResizeWay): Sizes {
  require(!(way.half_pixel_centers && way.align_corners), () =>
    "If half_pixel_centers is True, align_corners must be False.", { ...way });
  require(images.rank === 4, () => `input must be 4-dimensional${shapeText(images.shape)}`, { images: images.shape });
  require(size.rank === 1, () => `shape_t must be 1-dimensional${shapeText(size.shape)}`, { size });
  require(size.size === 2, () => `shape_t must have two elements${shapeText(size.shape)}`, { size });
  const [height, width] = [Number(size.at(0)), Number(size.at(1))];
  require(height > 0 && width > 0, () => "output dimensions must be positive", { size });
  const [n = 0, h = 0, w = 0, depth = 0] = images.shape;
  require(depth > 0, () => "image must have at least one channel", { images: images.shape });
  require(h > 0 && w > 0, () => "input image must be of non-zero size", { images: images.shape });
  return [n, h, w, depth, height, width];
}

/** From a to b, by a share, in single precision. */
function between(a: number, b: number, share: number): number {
  return fround(a + fround(fround(b - a) * share));
}

function bilinear(images: NDArray, size: NDArray, way: ResizeWay): NDArray {
  const [n, h, w, depth, height, width] = checkedSizes(images, size, way);
  const out = allocate(float32, n * height * width * depth) as Float32Array;
  if (out.length === 0) return new NDArray(float32, [n, height, width, depth], out);
  const [rows, columns] = [neighbours(h, height, way), neighbours(w, width, way)];
  const pixels = singles(images);
  let to = 0;
  for (let image = 0; image < n; image += 1) {
    for (let i = 0; i < height; i += 1) {
      const top = (image * h + (rows.lower[i] as number)) * w;
      const bottom = (image * h + (rows.upper[i] as number)) * w;
      for (let j = 0; j < width; j += 1) {
        const [left, right] = [columns.lower[j] as number, columns.upper[j] as number];
        for (let k = 0; k < depth; k += 1, to += 1) {
          const pixel = (row: number, column: number): number => pixels[(row + column) * depth + k] as number;
          const above = between(pixel(top, left), pixel(top, right), columns.share[j] as number);
          const below = between(pixel(bottom, left), pixel(bottom, right), columns.share[j] as number);
          out[to] = between(above, below, rows.share[i] as number);
        }
      }
    }
  }
  return new NDArray(float32, [n, height, width, depth], out);
}

function nearestNeighbor(images: NDArray, size: NDArray, way: ResizeWay): NDArray {
  const [n, h, w, depth, height, width] = checkedSizes(images, size, way);
  const out = emptyArray(images.dtype, [n, height, width, depth]);
  if (out.size === 0) return out;
  const [rows, columns] = [nearest(h, height, way), nearest(w, width, way)];
  const [from, to] = [wordsOf(images), wordsOf(out)];
  const step = depth * from.width;
  let at = 0;
  for (let image = 0; image < n; image += 1) {
    for (let i = 0; i < height; i += 1) {
      const row = (image * h + (rows[i] as number)) * w;
      for (let j = 0; j < width; j += 1, at += step)
        copyBlock(from.words, (row + (columns[j] as number)) * step, to.words, at, step);
    }
  }
  return out;
}

/** The sums of a filter along one axis: `outer` blocks of `length` rows of `inner` numbers. */
function along(from: Float32Array, outer: number, length: number, inner: number, filter: Filter): Float32Array {
  const out = allocate(float32, outer * filter.length * inner) as Float32Array;
  let to = 0;
  for (let block = 0; block < outer; block += 1) {
    for (const taps of filter) {
      for (let k = 0; k < inner; k += 1, to += 1) {
        let sum = 0;
        for (const { index, weight } of taps) sum += (from[(block * length + index) * inner + k] as number) * weight;
        out[to] = sum;
      }
    }
  }
  return out;
}

/** Each row and column has a list of what it is summed of: more of them would not leave memory for the image. */
const MOST_LISTS = 2 ** 22;

/** The image when it has no pixels; `null` when some are to be summed. */
function emptyResult(shape: readonly number[]): NDArray | null {
  const [n = 0, height = 0, width = 0, depth = 0] = shape;
  if (n * height * width * depth === 0) return new NDArray(float32, shape, new Float32Array(0));
  if (height + width > MOST_LISTS)
    throw new ResourceExhaustedError(`OOM when allocating tensor with shape${shapeText(shape)} and type float`, {
      shape,
    });
  return null;
}

function byCubics(images: NDArray, size: NDArray, way: ResizeWay): NDArray {
  const [n, h, w, depth, height, width] = checkedSizes(images, size, way);
  const empty = emptyResult([n, height, width, depth]);
  if (empty !== null) return empty;
  const rows = along(singles(images), n, h, w * depth, bicubic(h, height, way));
  const out = along(rows, n * height, w, depth, bicubic(w, width, way));
  return new NDArray(float32, [n, height, width, depth], out);
}

function byArea(images: NDArray, size: NDArray, alignCorners: boolean): NDArray {
  const way = { align_corners: alignCorners, half_pixel_centers: false };
  const [n, h, w, depth, height, width] = checkedSizes(images, size, way);
  const empty = emptyResult([n, height, width, depth]);
  if (empty !== null) return empty;
  const columns = along(singles(images), n * h, w, depth, area(w, width, alignCorners));
  const out = along(columns, n, h, width * depth, area(h, height, alignCorners));
  const scale = areaScale([h, height], [w, width], alignCorners);
  for (let i = 0; i < out.length; i += 1) out[i] = (out[i] as number) * scale;
  return new NDArray(float32, [n, height, width, depth], out);
}

interface CropAttrs {
  readonly method: string;
  readonly extrapolation_value: number;
}

/** Height and width of the crops. */
function checkedCrops(image: NDArray, boxes: NDArray, places: NDArray, size: NDArray): readonly [number, number] {
  require(image.rank === 4, () => `input image must be 4-D${shapeText(image.shape)}`, { image: image.shape });
  const isNone = boxes.size === 0 && places.size === 0;
  if (!isNone) {
    require(boxes.rank === 2, () => `boxes must be 2-D, got: ${shapeText(boxes.shape)}`, { boxes });
    require(boxes.shape[1] === 4, () => "boxes must have 4 columns", { boxes });
    require(places.rank === 1, () => `box_indices must be rank 1 but is shape ${shapeText(places.shape)}`, { places });
    require(places.size === boxes.shape[0], () => "box_index has incompatible shape", { boxes, places });
  }
  require(size.rank === 1, () => `crop_size must be 1-D${shapeText(size.shape)}`, { size });
  require(size.size === 2, () => `crop_size must have two elements${shapeText(size.shape)}`, { size });
  const [height, width] = [Number(size.at(0)), Number(size.at(1))];
  require(height > 0 && width > 0, () => "crop dimensions must be positive", { size });
  for (let i = 0; i < places.size; i += 1) {
    const at = Number(places.at(i));
    if (at < 0 || at >= (image.shape[0] as number))
      throw new OutOfRangeError("box_index has values outside [0, batch_size)", { places, shape: image.shape });
  }
  return [height, width];
}

function cropAndResize(image: NDArray, boxes: NDArray, places: NDArray, size: NDArray, attrs: CropAttrs): NDArray {
  const [height, width] = checkedCrops(image, boxes, places, size);
  const [, h = 0, w = 0, depth = 0] = image.shape;
  const shape = [places.size, height, width, depth];
  const out = (allocate(float32, countOf(shape)) as Float32Array).fill(attrs.extrapolation_value);
  if (out.length === 0) return new NDArray(float32, shape, out);
  const [pixels, corners] = [singles(image), boxes.data as Float32Array];
  for (let box = 0; box < places.size; box += 1) {
    const [y1 = 0, x1 = 0, y2 = 0, x2 = 0] = corners.subarray(4 * box, 4 * box + 4);
    const [rows, columns] = [crossings(y1, y2, h, height), crossings(x1, x2, w, width)];
    const start = Number(places.at(box)) * h;
    for (const [i, y] of rows.entries()) {
      for (const [j, x] of columns.entries()) {
        if (Number.isNaN(y) || Number.isNaN(x)) continue;
        const to = ((box * height + i) * width + j) * depth;
        const pixel = (row: number, column: number, k: number): number =>
          pixels[((start + row) * w + column) * depth + k] as number;
        for (let k = 0; k < depth; k += 1)
          out[to + k] = attrs.method === "nearest" ? pixel(nearestPixel(y), nearestPixel(x), k) : mixed(pixel, y, x, k);
      }
    }
  }
  return new NDArray(float32, shape, out);
}

/** The mixture of the four pixels around a place. */
function mixed(pixel: (row: number, column: number, k: number) => number, y: number, x: number, k: number): number {
  const [top, bottom, left, right] = [Math.floor(y), Math.ceil(y), Math.floor(x), Math.ceil(x)];
  const across = fround(x - left);
  const above = between(pixel(top, left, k), pixel(top, right, k), across);
  const below = between(pixel(bottom, left, k), pixel(bottom, right, k), across);
  return between(above, below, fround(y - top));
}

/** The kernels of this family. */
export const imageResizeKernels = kernelsFor<typeof imageResizeDefs>()({
  ResizeBilinear: ([images, size], attrs) => bilinear(images, size, attrs),
  ResizeNearestNeighbor: ([images, size], attrs) => nearestNeighbor(images, size, attrs),
  ResizeBicubic: ([images, size], attrs) => byCubics(images, size, attrs),
  ResizeArea: ([images, size], { align_corners: alignCorners }) => byArea(images, size, alignCorners),
  ResizeBilinearGrad: ([grads, original], attrs) => bilinearGrad(grads, original, attrs),
  ResizeBicubicGrad: ([grads, original], attrs) => bicubicGrad(grads, original, attrs),
  ResizeNearestNeighborGrad: ([grads, size], attrs) => nearestGrad(grads, size, attrs),
  CropAndResizeGradImage: (inputs, { T, method }) => cropGradImage(inputs, T, method),
  CropAndResizeGradBoxes: ([grads, image, boxes, places]) => cropGradBoxes(grads, image, boxes, places),
  CropAndResize: ([image, boxes, places, size], attrs) => cropAndResize(image, boxes, places, size, attrs),
});
