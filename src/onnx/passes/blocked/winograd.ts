/**
 * Gradients of convolutions with fewer products, along the rows of images: the sums that winograd-forms.ts tells are products with constant
 * matrices, and what is left are convolutions of single rows, which ONNX Runtime computes as groups of one. Forward convolutions stay as
 * they are: their rounding decides between nearly equal elements of later pools.
 */
import type { NDArray } from "../../../tensor/ndarray.ts";
import type { OnnxValue } from "../../rule.ts";
import type { BlockedNodes, ImageDims, Pads } from "./layout.ts";
import {
  MOST_PRODUCTS,
  resultsOfTiles,
  sumOfTiles,
  tilesOfData,
  tilesOfFilter,
  type Winograd,
  winograd,
} from "./winograd-forms.ts";

/** As many products as moving one element about costs: into rows, into sums, and back. */
const PRODUCTS_PER_ELEMENT = 250;

/**
 * What a product of the plain convolution costs, by one of the form: the filter of a filter's gradient is as large as an image, which does
 * not stay in a core's own memory.
 */
const PLAIN_COST = { images: 1, filter: 1.6 } as const;

/** Products from which on a convolution is worth so many nodes. */
const LEAST_PRODUCTS = 2 ** 26;

/** How many numbers the form for a filter of so many rows multiplies. Seven points for three rows would gain less than they lose in digits. */
function productsFor(rows: number): number {
  return rows === 3 ? 6 : MOST_PRODUCTS;
}

/** Rows and columns of a filter, and the images before and behind the convolution. */
interface Convolution {
  readonly size: readonly [number, number];
  readonly from: ImageDims;
  readonly to: ImageDims;
}

/** The form for tiles of a convolution's results, how many rows are a tile, and how many tiles there are; `null` where it gains nothing. */
function tilesOf(
  { size: [height, width], from, to }: Convolution,
  plainCost: number,
): { readonly step: number; readonly tiles: number } | null {
  const [n, c, h, w] = to;
  const rows = h;
  if (height < 3 || height > 5) return null;
  const products = productsFor(height);
  const step = products - height + 1;
  const tiles = Math.ceil(rows / step);
  const all = n * c * h * w * from[1] * height * width;
  const saved = all * (plainCost - (tiles * products) / (rows * height));
  const moved = elementsOf(from) + elementsOf(to);
  return all >= LEAST_PRODUCTS && saved > PRODUCTS_PER_ELEMENT * moved ? { step, tiles } : null;
}

function elementsOf(dims: ImageDims): number {
  return dims.reduce((product, d) => product * d, 1);
}

/** A product with a constant matrix along the first of two axes, behind `batch` others. */
function times(onnx: BlockedNodes, matrix: NDArray, value: OnnxValue, batch: readonly number[]): OnnxValue {
  const rows = matrix.shape[0] as number;
  return onnx.node("MatMul", [onnx.constant(matrix), value], {}, [...batch, rows, value.shape.dims?.at(-1) as number]);
}

/** What the gradient of images is made of. */
export interface InputGradient {
  /** The gradient of what the convolution made, blocked. */
  readonly gradient: OnnxValue;
  readonly dims: ImageDims;
  /** The filter `[h, w, in, out]`. */
  readonly filter: OnnxValue;
  /** Padding of the convolution that leads back: above, left, below, right. */
  readonly pads: Pads;
  /** The sizes of the images. */
  readonly made: ImageDims;
}

/** The gradient of images, blocked; `null` where the plain convolution is as good. All steps are one. */
export function winogradInputGradient(onnx: BlockedNodes, given: InputGradient): OnnxValue | null {
  const { dims, made, filter, pads } = given;
  const [n, o, h, w] = dims;
  const [, c, rows, columns] = made;
  const [height, width] = filter.shape.dims as ImageDims;
  const found = tilesOf({ size: [height, width], from: dims, to: made }, PLAIN_COST.images);
  if (found === null) return null;
  const { step, tiles } = found;
  const form = winograd(step, height);
  const b = onnx.block;
  const [top, left, , right] = pads;
  const wide = w + left + right;
  const padded = onnx.memory(onnx.widened(given.gradient, dims, left, right), [n, o, h, wide]);
  const lines = onnx.view(onnx.moved(padded, [0, 2, 1, 3, 4]), [n, h, o * wide]);
  const groups = form.products;
  const sums = times(onnx, tilesOfData(form, tiles, step, h, top), lines, [n]);
  const products = onnx.blocked(
    "Conv",
    [onnx.view(sums, [n * tiles, groups * o, 1, wide]), turnedFilter(onnx, filter, form)],
    { kernel_shape: [1, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: groups },
    [n * tiles, groups * c, 1, columns],
  );
  const apart = onnx.view(products, [n, tiles * groups, c * columns]);
  const results = times(onnx, resultsOfTiles(form, tiles, rows), apart, [n]);
  const back = onnx.moved(onnx.view(results, [n, rows, c / b, columns, b]), [0, 2, 1, 3, 4]);
  return onnx.view(back, made);
}

/** The filter of the way back as the form has it: one row for each product, nominal `[products · in, out, 1, w]`. */
function turnedFilter(onnx: BlockedNodes, filter: OnnxValue, form: Winograd): OnnxValue {
  const b = onnx.block;
  const [height, width, c, o] = filter.shape.dims as ImageDims;
  const lists = [
    [-1, -1],
    [-height - 1, -width - 1],
    [0, 1],
    [-1, -1],
  ].map((list) => onnx.integers(list));
  const turned = onnx.node("Slice", [filter, ...lists], {}, [height, width, c, o]);
  const apart = onnx.view(turned, [height, width, c / b, b, o / b, b]);
  const laid = onnx.view(onnx.moved(apart, [0, 2, 4, 1, 5, 3]), [height, c * o * width]);
  const sums = times(onnx, tilesOfFilter(form, 1, height), laid, []);
  return onnx.view(sums, [form.products * c, o, 1, width]);
}

/** What the gradient of a filter is made of. */
export interface FilterGradient {
  /** The images, blocked. */
  readonly images: OnnxValue;
  readonly dims: ImageDims;
  /** The gradient of what the convolution made, blocked. */
  readonly gradient: OnnxValue;
  readonly made: ImageDims;
  /** Rows and columns of the filter. */
  readonly size: readonly [number, number];
  /** Rows and columns of padding before the first. */
  readonly before: readonly [number, number];
  /** Columns of padding behind the last. */
  readonly right: number;
}

/**
 * The gradient of a filter `[h, w, in, out]`; `null` where the plain convolution is as good. All steps are one. Here the tiles are those of
 * the gradient, which is the filter, and the channels of the images are rows of one image: so what is multiplied with all of them stays
 * in the core's own memory.
 */
export function winogradFilterGradient(onnx: BlockedNodes, given: FilterGradient): OnnxValue | null {
  const [n, c, h, w] = given.dims;
  const [, o, rows, columns] = given.made;
  const [height, width] = given.size;
  const found = tilesOf({ size: given.size, from: given.dims, to: given.made }, PLAIN_COST.filter);
  if (found === null) return null;
  const { step, tiles } = found;
  const form = winograd(height, step);
  const b = onnx.block;
  const [top, left] = given.before;
  const wide = w + left + given.right;
  const groups = tiles * form.products;
  const inside = onnx.blocked("ReorderInput", [onnx.view(given.images, [1, n, 1, c * h * w])], {}, [
    1,
    n,
    1,
    c * h * w,
  ]);
  const apart = onnx.moved(onnx.view(inside, [n / b, c / b, h, w, b, b]), [2, 0, 1, 4, 3, 5]);
  const padded = onnx.widened(onnx.view(apart, [h, n, c, w]), [h, n, c, w], left, given.right);
  const lines = onnx.view(padded, [h, n * c * wide]);
  const data = onnx.view(times(onnx, tilesOfData(form, tiles, step, h, top), lines, []), [1, groups * n, c, wide]);
  const parts = onnx.view(given.gradient, [n / b, b, o / b, rows, columns, b]);
  const laid = onnx.view(onnx.moved(parts, [3, 2, 0, 4, 1, 5]), [rows, o * n * columns]);
  const filter = onnx.view(times(onnx, tilesOfFilter(form, tiles, rows), laid, []), [groups * o, n, 1, columns]);
  const products = onnx.blocked(
    "Conv",
    [data, filter],
    { kernel_shape: [1, columns], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: groups },
    [1, groups * o, c, width],
  );
  const sums = times(onnx, sumOfTiles(form, tiles), onnx.view(products, [groups, o * c * width]), []);
  const ordered = onnx.moved(onnx.view(sums, [height, o / b, c, width, b]), [0, 3, 2, 1, 4]);
  return onnx.view(ordered, [height, width, c, o]);
}
