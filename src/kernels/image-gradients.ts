/** The gradients of resized images and of crops. Mirrors the gradients in core/kernels/image/{resize_bilinear,resize_nearest_neighbor,crop_and_resize}_op.cc. */
import { OutOfRangeError } from "../base/errors.ts";
import { nearest, neighbours, type ResizeWay } from "../ops/resampling.ts";
import { bicubic } from "../ops/resampling-filters.ts";
import { type DType, float32 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import { require, shapeText } from "./checks.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "./elementwise.ts";
import { crossings, nearestPixel, singles } from "./image-places.ts";

const { fround } = Math;

/** Batch, height, width, depth, and the new height and width. */
type Sizes = readonly [number, number, number, number, number, number];

interface Bilinear {
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  readonly share: ArrayLike<number>;
}

/** Adds to four pixels, by their shares, what arrived at one between them. */
function spread(to: Numbers, places: readonly number[], shares: readonly Share[], grad: number, round: Round): void {
  for (const [i, place] of places.entries())
    to[place] = round(
      (to[place] as number) + round(fround(fround(grad * (shares[i]?.[0] ?? 0)) * (shares[i]?.[1] ?? 0))),
    );
}

type Round = (x: number) => number;

/** How much a pixel counts by its row, and by its column. */
type Share = readonly [number, number];

/** The shares of the four pixels around a place. */
function sharesOf(down: number, across: number): readonly Share[] {
  const [up, back] = [fround(1 - down), fround(1 - across)];
  return [
    [up, back],
    [up, across],
    [down, back],
    [down, across],
  ];
}

export function bilinearGrad(grads: NDArray, original: NDArray, way: ResizeWay): NDArray {
  checkGradients(grads, original.shape, way);
  const [n = 0, height = 0, width = 0, depth = 0] = grads.shape;
  const [, h = 0, w = 0] = original.shape;
  const [rows, columns]: readonly [Bilinear, Bilinear] = [neighbours(h, height, way), neighbours(w, width, way)];
  const round = rounderOf(original.dtype);
  const [from, to] = [grads.data as Numbers, wideStorage(original.dtype, n * h * w * depth) as Numbers];
  let at = 0;
  for (let image = 0; image < n; image += 1) {
    for (let i = 0; i < height; i += 1) {
      const lines = [rows.lower[i] as number, rows.upper[i] as number].map((line) => (image * h + line) * w);
      for (let j = 0; j < width; j += 1) {
        const places = lines.flatMap((line) => [
          (line + (columns.lower[j] as number)) * depth,
          (line + (columns.upper[j] as number)) * depth,
        ]);
        const shares = sharesOf(rows.share[i] as number, columns.share[j] as number);
        for (let k = 0; k < depth; k += 1, at += 1)
          spread(to, places.map((place) => place + k), shares, from[at] as number, round); // biome-ignore format: one call
      }
    }
  }
  return narrowed(original.dtype, [n, h, w, depth], to);
}

/** As `bilinearGrad`, with sixteen pixels. */
export function bicubicGrad(grads: NDArray, original: NDArray, way: ResizeWay): NDArray {
  checkGradients(grads, original.shape, way);
  const [n = 0, height = 0, width = 0, depth = 0] = grads.shape;
  const [, h = 0, w = 0] = original.shape;
  const [rows, columns] = [bicubic(h, height, way), bicubic(w, width, way)];
  const round = rounderOf(original.dtype);
  const [from, to] = [grads.data as Numbers, wideStorage(original.dtype, n * h * w * depth) as Numbers];
  let at = 0;
  for (let image = 0; image < n; image += 1)
    for (const row of rows)
      for (const column of columns) {
        const places = row.flatMap((y) => column.map((x) => ((image * h + y.index) * w + x.index) * depth));
        const weights = row.flatMap((y) => column.map((x) => [y.weight, x.weight] as const));
        for (let k = 0; k < depth; k += 1, at += 1) {
          const grad = from[at] as number;
          for (const [i, [y, x]] of weights.entries()) {
            const place = (places[i] as number) + k;
            to[place] = round((to[place] as number) + round(round(grad * y) * x));
          }
        }
      }
  return narrowed(original.dtype, [n, h, w, depth], to);
}

function checkGradients(grads: NDArray, original: readonly number[], way: ResizeWay): void {
  require(!(way.half_pixel_centers && way.align_corners), () =>
    "If half_pixel_centers is True, align_corners must be False.", { ...way });
  require(grads.rank === 4, () => `input_grad must be 4-dimensional${shapeText(grads.shape)}`, { grads: grads.shape });
  require(original.length === 4, () => `original_image must be 4-dimensional${shapeText(original)}`, { original });
}

export function nearestGrad(grads: NDArray, size: NDArray, way: ResizeWay): NDArray {
  const [n, height, width, depth, h, w] = checkedGradSizes(grads, size);
  const [rows, columns] = [nearest(h, height, way), nearest(w, width, way)];
  const [from, to] = [widened(grads) as Numbers, wideStorage(grads.dtype, n * h * w * depth) as Numbers];
  const round = grads.dtype.isFloating ? rounderOf(grads.dtype) : (x: number): number => x;
  let at = 0;
  for (let image = 0; image < n; image += 1)
    for (let i = 0; i < height; i += 1)
      for (let j = 0; j < width; j += 1) {
        const place = ((image * h + (rows[i] as number)) * w + (columns[j] as number)) * depth;
        for (let k = 0; k < depth; k += 1, at += 1)
          to[place + k] = round((to[place + k] as number) + (from[at] as number));
      }
  return narrowed(grads.dtype, [n, h, w, depth], to);
}

function checkedGradSizes(grads: NDArray, size: NDArray): Sizes {
  require(grads.rank === 4, () => `input must be 4-dimensional${shapeText(grads.shape)}`, { grads: grads.shape });
  require(size.rank === 1, () => `shape_t must be 1-dimensional${shapeText(size.shape)}`, { size });
  require(size.size === 2, () => `shape_t must have two elements${shapeText(size.shape)}`, { size });
  const [h, w] = [Number(size.at(0)), Number(size.at(1))];
  require(h > 0 && w > 0, () => "shape_t's elements must be positive", { size });
  const [n = 0, height = 0, width = 0, depth = 0] = grads.shape;
  return [n, height, width, depth, h, w];
}

/** What is done with each pixel of each crop that lies in its image. */
interface CropPixel {
  readonly box: number;
  /** Its row and column in the crop. */
  readonly i: number;
  readonly j: number;
  /** Where it lies in the image. */
  readonly y: number;
  readonly x: number;
  /** The first row of the image among all rows. */
  readonly start: number;
  /** The first of its elements among those of all crops. */
  readonly from: number;
}

/** The image that crops are of, and the crops. */
interface Crops {
  readonly boxes: NDArray;
  readonly places: NDArray;
  /** `[n, h, w, depth]` */
  readonly image: readonly number[];
  /** `[count, height, width, depth]` */
  readonly grads: readonly number[];
}

function forEachCropPixel({ boxes, places, image, grads }: Crops, visit: (pixel: CropPixel) => void): void {
  const [, h = 0, w = 0, depth = 0] = image;
  const [, height = 0, width = 0] = grads;
  const corners = boxes.data as Float32Array;
  for (let box = 0; box < places.size; box += 1) {
    const [y1 = 0, x1 = 0, y2 = 0, x2 = 0] = corners.subarray(4 * box, 4 * box + 4);
    const [rows, columns] = [crossings(y1, y2, h, height), crossings(x1, x2, w, width)];
    const start = Number(places.at(box)) * h;
    for (const [i, y] of rows.entries())
      for (const [j, x] of columns.entries())
        if (!Number.isNaN(y) && !Number.isNaN(x))
          visit({ box, i, j, y, x, start, from: ((box * height + i) * width + j) * depth });
  }
}

/** The four pixels around a place, and how far it is below and right of the first. */
function around({ y, x, start }: CropPixel, width: number) {
  const lines = [Math.floor(y), Math.ceil(y)].map((row) => (start + row) * width);
  const places = lines.flatMap((line) => [line + Math.floor(x), line + Math.ceil(x)]);
  return { places, down: fround(y - Math.floor(y)), across: fround(x - Math.floor(x)) };
}

export function cropGradImage(
  inputs: readonly [NDArray, NDArray, NDArray, NDArray],
  dtype: DType,
  method: string,
): NDArray {
  const [grads, boxes, places, size] = inputs;
  const image = checkedImageSize(size);
  checkCropGradients(grads, boxes, places, image);
  const [, , w = 0, depth = 0] = image;
  const round = rounderOf(dtype);
  const [from, to] = [grads.data as Numbers, wideStorage(dtype, countOf(image)) as Numbers];
  forEachCropPixel({ boxes, places, image, grads: grads.shape }, (pixel) => {
    const near = around(pixel, w);
    const isNearest = method === "nearest";
    const targets = isNearest ? [(pixel.start + nearestPixel(pixel.y)) * w + nearestPixel(pixel.x)] : near.places;
    const shares: readonly Share[] = isNearest ? [[1, 1]] : sharesOf(near.down, near.across);
    for (let k = 0; k < depth; k += 1)
      spread(to, targets.map((place) => place * depth + k), shares, from[pixel.from + k] as number, round); // biome-ignore format: one call
  });
  return narrowed(dtype, image, to);
}

function checkedImageSize(size: NDArray): readonly number[] {
  require(size.rank === 1, () => `image_size must be 1-D${shapeText(size.shape)}`, { size });
  require(size.size === 4, () => `image_size must have 4 elements${shapeText(size.shape)}`, { size });
  const image = Array.from({ length: 4 }, (_, i) => Number(size.at(i)));
  require((image[1] as number) > 0 && (image[2] as number) > 0, () => "image dimensions must be positive", { size });
  return image;
}

function checkCropGradients(grads: NDArray, boxes: NDArray, places: NDArray, image: readonly number[]): void {
  require(grads.rank === 4, () => `grads image must be 4-D${shapeText(grads.shape)}`, { grads: grads.shape });
  require((grads.shape[1] as number) > 0 && (grads.shape[2] as number) > 0, () => "grads dimensions must be positive", {
    grads: grads.shape,
  });
  require(boxes.rank === 2 && boxes.shape[1] === 4, () => "boxes must have 4 columns", { boxes });
  require(places.size === boxes.shape[0], () => "box_index has incompatible shape", { boxes, places });
  require(grads.shape[0] === places.size, () => "boxes and grads have incompatible shape", {
    boxes,
    grads: grads.shape,
  });
  require(grads.shape[3] === image[3], () => "image_size and grads are incompatible", { image, grads: grads.shape });
  for (let i = 0; i < places.size; i += 1) {
    const at = Number(places.at(i));
    if (at < 0 || at >= (image[0] as number))
      throw new OutOfRangeError("box_index has values outside [0, batch_size)", { places, shape: image });
  }
}

/** A box moves the pixels of its crop over the image: what changes is the slope of the image there, times how far they move. */
export function cropGradBoxes(grads: NDArray, image: NDArray, boxes: NDArray, places: NDArray): NDArray {
  require(image.rank === 4, () => `input image must be 4-D${shapeText(image.shape)}`, { image: image.shape });
  checkCropGradients(grads, boxes, places, image.shape);
  const [, h = 0, w = 0, depth = 0] = image.shape;
  const [, height = 0, width = 0] = grads.shape;
  const [pixels, from] = [singles(image), grads.data as Numbers];
  const out = new Float32Array(4 * places.size);
  const add = (box: number, corner: number, amount: number): void => {
    out[4 * box + corner] = (out[4 * box + corner] as number) + fround(amount);
  };
  forEachCropPixel({ boxes, places, image: image.shape, grads: grads.shape }, (pixel) => {
    const { places: near, down, across } = around(pixel, w);
    const [yFirst, yLast] = movesOf(pixel.i, h, height);
    const [xFirst, xLast] = movesOf(pixel.j, w, width);
    for (let k = 0; k < depth; k += 1) {
      const [a = 0, b = 0, c = 0, d = 0] = near.map((place) => pixels[place * depth + k] as number);
      const grad = from[pixel.from + k] as number;
      const alongY = fround(fround((1 - across) * (c - a) + across * (d - b)) * grad);
      const alongX = fround(fround((1 - down) * (b - a) + down * (d - c)) * grad);
      add(pixel.box, 0, alongY * yFirst);
      add(pixel.box, 2, alongY * yLast);
      add(pixel.box, 1, alongX * xFirst);
      add(pixel.box, 3, alongX * xLast);
    }
  });
  return new NDArray(float32, [places.size, 4], out);
}

/** How far a pixel of a crop moves with the first and with the last edge of its box. */
function movesOf(index: number, length: number, count: number): readonly [number, number] {
  const last = length - 1;
  if (count <= 1) return [0.5 * last, 0.5 * last];
  const toLast = index * fround(last / (count - 1));
  return [last - toLast, toLast];
}
