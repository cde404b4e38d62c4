/**
 * Kernel of the transposed convolution: each pixel times the filter is a patch, and patches are added where they lie in the image.
 * Mirrors core/kernels/conv_grad_input_ops.cc.
 */
import { InvalidArgumentError, ShapeError, UnimplementedError } from "../base/errors.ts";
import { checkedDims, require } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { gemm } from "../kernels/gemm.ts";
import { nchwToNhwc, nhwcToNchw } from "../kernels/image-layout.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { allocate, float64 } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { convTransposeDefs } from "./conv-transpose.defs.ts";
import { checkPadding, imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface TransposeAttrs extends WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** Numbers of patches at once: few enough to stay in the second cache. */
const PATCH_NUMBERS = 2 ** 18;

/** Stands before most of the kernel's texts. */
const LABEL = "Conv2DCustomBackpropInput";

/** What attrs of the gradients of convolutions must be. */
export function checkAttrs(
  attrs: TransposeAttrs,
  ErrorClass: typeof InvalidArgumentError | typeof UnimplementedError = UnimplementedError,
): void {
  const { batch, channels } = imageAxes(attrs.data_format);
  for (const [name, values] of Object.entries({ strides: attrs.strides, dilations: attrs.dilations })) {
    require(values.length === 4, () => `Sliding window ${name} field must specify 4 dimensions`, { values });
    if (values[batch] !== 1 || values[channels] !== 1) {
      throw new ErrorClass(`Current implementation does not yet support ${name} in the batch and depth dimensions.`, {
        [name]: values,
      });
    }
  }
  try {
    checkPadding(attrs);
  } catch (error) {
    // Inference does not look at the padding, so the same text comes later.
    if (error instanceof ShapeError) throw new InvalidArgumentError(error.message, error.fields);
    throw error;
  }
}

/** The shape of the result. */
function shapeOf(sizes: NDArray, filter: NDArray, pixels: NDArray, dataFormat: string): readonly number[] {
  require(sizes.rank === 1, () => `Conv2DBackpropInput: input_sizes input must be 1-dim, not ${sizes.rank}`, { sizes });
  require(pixels.rank === 4, () => `input_sizes must be 4-dimensional, got: ${pixels.rank}`, { pixels });
  require(filter.rank === 4, () => `${LABEL}: filter must be 4-dimensional`, { filter });
  if (sizes.size === 4) return checkedDims(sizes);
  require(sizes.size === 2, () =>
    `Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: ${sizes.size}`, { sizes });
  const [rows, columns] = [Number(sizes.at(0)), Number(sizes.at(1))];
  require(rows >= 0 && columns >= 0, () =>
    `Conv2DBackpropInput: elements of input_sizes must be >= 0, not ${rows}x${columns}`, { sizes });
  const axes = imageAxes(dataFormat);
  const shape = [0, 0, 0, 0];
  shape[axes.batch] = pixels.shape[axes.batch] as number;
  shape[axes.rows] = rows;
  shape[axes.columns] = columns;
  shape[axes.channels] = filter.shape[2] as number;
  return shape;
}

/** The windows of the convolution whose transpose this is. */
function windowsOf(
  shape: readonly number[],
  filter: NDArray,
  pixels: NDArray,
  attrs: TransposeAttrs,
): readonly [Window, Window] {
  const axes = imageAxes(attrs.data_format);
  const along = (axis: number, size: number): Window => {
    const [input, stride, dilation] = [shape[axis], attrs.strides[axis], attrs.dilations[axis]] as [
      number,
      number,
      number,
    ];
    const window = windowOf(input, windowAxis(attrs, axis, size, stride, dilation));
    const output = pixels.shape[axis] as number;
    require(window.output === output, () =>
      `${LABEL}: Size of out_backprop doesn't match computed: actual = ${output}, computed = ${window.output} spatial_dim: ${axis} input: ${input} filter: ${size} output: ${output} stride: ${stride} dilation: ${dilation}`, {
      shape,
      filter,
      pixels,
    });
    return window;
  };
  return [along(axes.rows, filter.shape[0] as number), along(axes.columns, filter.shape[1] as number)];
}

function checkChannels(shape: readonly number[], filter: NDArray, pixels: NDArray, dataFormat: string): void {
  const axes = imageAxes(dataFormat);
  const [batch, depth] = [shape[axes.batch] as number, shape[axes.channels] as number];
  const [, , seen = 0, outputs] = filter.shape;
  const given = pixels.shape[axes.batch];
  const fields = { shape, filter, pixels };
  require(batch === given, () =>
    `${LABEL}: input and out_backprop must have the same batch size. Input batch: ${batch}, outbackprop batch: ${given}, batch_dim: ${axes.batch}`, fields);
  require(seen > 0, () => `${LABEL}: filter depth must be strictly greated than zero`, fields);
  require(depth % seen === 0, () => `${LABEL}: input depth must be evenly divisible by filter depth`, fields);
  require(outputs === pixels.shape[axes.channels], () =>
    `${LABEL}: filter and out_backprop must have the same out_depth`, fields);
}

function transposed(sizes: NDArray, filter: NDArray, pixels: NDArray, attrs: TransposeAttrs): NDArray {
  checkAttrs(attrs);
  const shape = shapeOf(sizes, filter, pixels, attrs.data_format);
  checkChannels(shape, filter, pixels, attrs.data_format);
  const windows = windowsOf(shape, filter, pixels, attrs);
  const axes = imageAxes(attrs.data_format);
  const [, , channels = 0, outputs = 0] = filter.shape;
  const depth = shape[axes.channels] as number;
  require(depth === channels, () =>
    `Gradients for grouped convolutions are not supported on CPU. Please file a feature request if you run into this issue. Computed input depth ${depth} doesn't match filter input depth ${channels}`, {
    filter,
  });
  const isFirst = attrs.data_format === "NCHW";
  const batch = shape[axes.batch] as number;
  const result = [batch, windows[0].input, windows[1].input, channels];
  const sums = allocate(
    float64,
    result.reduce((a, d) => a * d, 1),
  ) as Float64Array;
  const from = widened(isFirst ? nchwToNhwc(pixels) : pixels) as Numbers;
  const geometry = { places: batch * windows[0].output * windows[1].output, channels, outputs, windows };
  const fill = pixels.dtype.isInteger ? multiplyIntegers : multiplyNumbers;
  addPatches(sums, from, widened(filter) as Numbers, geometry, fill);
  const wide = wideStorage(pixels.dtype, sums.length) as Numbers;
  // Sums of int32 wrap here; below 2 ** 53 the doubles are exact.
  wide.set(sums);
  const image = narrowed(pixels.dtype, result, wide);
  return isFirst ? nhwcToNchw(image) : image;
}

interface Geometry {
  /** Pixels of all images that are given. */
  readonly places: number;
  /** Channels of the result. */
  readonly channels: number;
  /** Channels that are given. */
  readonly outputs: number;
  readonly windows: readonly [Window, Window];
}

/** Computes `count` patches, one to a row, from place `first` on. */
type Multiply = (
  patches: Float64Array,
  pixels: Numbers,
  weights: Numbers,
  first: number,
  count: number,
  width: number,
  outputs: number,
) => void;

function addPatches(
  sums: Float64Array,
  pixels: Numbers,
  weights: Numbers,
  geometry: Geometry,
  multiply: Multiply,
): void {
  const { places, channels, outputs, windows } = geometry;
  const width = windows[0].size * windows[1].size * channels;
  const block = Math.max(1, Math.min(places, Math.floor(PATCH_NUMBERS / Math.max(width, 1))));
  const patches = new Float64Array(block * width);
  for (let first = 0; first < places; first += block) {
    const count = Math.min(block, places - first);
    multiply(patches, pixels, weights, first, count, width, outputs);
    for (let i = 0; i < count; i += 1) addPatch(sums, patches, i * width, first + i, geometry);
  }
}

/** The filter is `[width, outputs]` in memory, and is multiplied transposed. */
const multiplyNumbers: Multiply = (patches, pixels, weights, first, count, width, outputs) => {
  const left = { data: pixels, offset: first * outputs, rowStep: outputs, columnStep: 1 };
  gemm(count, width, outputs, left, { data: weights, offset: 0, rowStep: 1, columnStep: outputs }, patches);
};

/** Sums of int32 wrap, which doubles cannot tell. */
const multiplyIntegers: Multiply = (patches, pixels, weights, first, count, width, outputs) => {
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < width; j += 1) {
      let sum = 0;
      for (let k = 0; k < outputs; k += 1)
        sum = (sum + Math.imul(pixels[(first + i) * outputs + k] as number, weights[j * outputs + k] as number)) | 0;
      patches[i * width + j] = sum;
    }
  }
};

/** Adds the patch of one place to the image, without what falls beside it. */
function addPatch(sums: Float64Array, patches: Float64Array, at: number, place: number, geometry: Geometry): void {
  const { channels, windows } = geometry;
  const [rows, columns] = windows;
  const perImage = rows.output * columns.output;
  const image = Math.floor(place / perImage);
  const inImage = place - image * perImage;
  const top = Math.floor(inImage / columns.output) * rows.stride - rows.before;
  const left = (inImage % columns.output) * columns.stride - columns.before;
  for (let i = 0; i < rows.size; i += 1) {
    const row = top + i * rows.dilation;
    if (row < 0 || row >= rows.input) continue;
    for (let j = 0; j < columns.size; j += 1) {
      const column = left + j * columns.dilation;
      if (column < 0 || column >= columns.input) continue;
      const to = ((image * rows.input + row) * columns.input + column) * channels;
      const from = at + (i * columns.size + j) * channels;
      for (let k = 0; k < channels; k += 1) sums[to + k] = (sums[to + k] as number) + (patches[from + k] as number);
    }
  }
}

/** The kernels of this family. */
export const convTransposeKernels = kernelsFor<typeof convTransposeDefs>()({
  Conv2DBackpropInput: ([sizes, filter, pixels], attrs) => transposed(sizes, filter, pixels, attrs),
});
