/**
 * Kernels of convolutions: patches of the image become rows of a matrix, which the filter multiplies. Mirrors core/kernels/conv_ops.cc
 * and depthwise_conv_op.cc.
 */
import { require, shapeText } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { gemm } from "../kernels/gemm.ts";
import { nchwToNhwc, nhwcToNchw } from "../kernels/image-layout.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { convDefs } from "./conv.defs.ts";
import { imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface ConvAttrs extends WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** Numbers of a patch matrix at once: few enough to stay in the second cache. */
export const PATCH_NUMBERS = 2 ** 18;

/** The windows along rows and columns. */
function windowsOf(input: NDArray, filter: NDArray, attrs: ConvAttrs): readonly [Window, Window] {
  const axes = imageAxes(attrs.data_format);
  const along = (axis: number, size: number): Window =>
    windowOf(
      input.shape[axis] as number,
      windowAxis(attrs, axis, size, attrs.strides[axis] as number, attrs.dilations[axis]),
    );
  return [along(axes.rows, filter.shape[0] as number), along(axes.columns, filter.shape[1] as number)];
}

function checkRanks(input: NDArray, filter: NDArray, text: (what: string, shape: string) => string): void {
  require(input.rank === 4, () => text("input", shapeText(input.shape)), { input });
  require(filter.rank === 4, () => text("filter", shapeText(filter.shape)), { filter });
}

/** Runs a convolution of images with the channels last on images of any layout. */
function inLayout(input: NDArray, dataFormat: string, convolve: (image: NDArray) => NDArray): NDArray {
  return dataFormat === "NCHW" ? nhwcToNchw(convolve(nchwToNhwc(input))) : convolve(input);
}

function conv2d(input: NDArray, filter: NDArray, attrs: ConvAttrs): NDArray {
  checkRanks(input, filter, (what, shape) => `convolution ${what} must be 4-dimensional: ${shape}`);
  const windows = windowsOf(input, filter, attrs);
  return inLayout(input, attrs.data_format, (image) => {
    const [batch = 0, , , channels = 0] = image.shape;
    const [, , seen = 0, outputs = 0] = filter.shape;
    require(seen > 0, () => "filter must not have zero elements (i.e. all dimensions must be non-zero)", { filter });
    require(channels % seen === 0, () =>
      `input depth must be evenly divisible by filter depth: ${channels} vs ${seen}`, { input, filter });
    const shape = [batch, windows[0].output, windows[1].output, outputs];
    const out = wideStorage(input.dtype, batch * windows[0].output * windows[1].output * outputs) as Numbers;
    const pixels = widened(image) as Numbers;
    const weights = widened(filter) as Numbers;
    if (input.dtype.isInteger) convolveIntegers(pixels, weights, out, { batch, channels, seen, outputs, windows });
    else convolve(pixels, weights, out, { batch, channels, seen, outputs, windows });
    return narrowed(input.dtype, shape, out);
  });
}

/** Images with the channels last, and what a filter sees of them. */
export interface Geometry {
  readonly batch: number;
  readonly channels: number;
  /** Channels that one filter sees. */
  readonly seen: number;
  readonly outputs: number;
  readonly windows: readonly [Window, Window];
}

function convolve(pixels: Numbers, weights: Numbers, out: Numbers, geometry: Geometry): void {
  const { batch, channels, seen, outputs, windows } = geometry;
  const places = batch * windows[0].output * windows[1].output;
  const depth = windows[0].size * windows[1].size * seen;
  const groups = channels / seen;
  const width = outputs / groups;
  const block = Math.max(1, Math.min(places, Math.floor(PATCH_NUMBERS / Math.max(depth, 1))));
  const patches = new Float64Array(block * depth);
  const part = groups === 1 ? out : new Float64Array(block * width);
  for (let first = 0; first < places; first += block) {
    const count = Math.min(block, places - first);
    for (let group = 0; group < groups; group += 1) {
      fillPatches(patches, pixels, first, count, geometry, group * seen);
      const left = { data: patches, offset: 0, rowStep: depth, columnStep: 1 };
      const right = { data: weights, offset: group * width, rowStep: outputs, columnStep: 1 };
      gemm(count, width, depth, left, right, part, groups === 1 ? first * outputs : 0);
      if (groups > 1) spread(part, width, out, first * outputs + group * width, outputs, count);
    }
  }
}

/** Copies rows of `width` numbers into a wider matrix. */
function spread(from: Numbers, width: number, to: Numbers, offset: number, step: number, rows: number): void {
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < width; j += 1) to[offset + row * step + j] = from[row * width + j] as number;
  }
}

/** Writes what the filter sees at `count` places, from place `first` on, one place to a row. Padding is 0. */
export function fillPatches(
  patches: Float64Array,
  pixels: Numbers,
  first: number,
  count: number,
  geometry: Geometry,
  channel: number,
): void {
  const { channels, seen, windows } = geometry;
  const [rows, columns] = windows;
  const perImage = rows.output * columns.output;
  let to = 0;
  for (let place = first; place < first + count; place += 1) {
    const image = Math.floor(place / perImage);
    const inImage = place - image * perImage;
    const top = Math.floor(inImage / columns.output) * rows.stride - rows.before;
    const left = (inImage % columns.output) * columns.stride - columns.before;
    for (let i = 0; i < rows.size; i += 1) {
      const row = top + i * rows.dilation;
      const isInside = row >= 0 && row < rows.input;
      const start = (image * rows.input + row) * columns.input;
      for (let j = 0; j < columns.size; j += 1) {
        const column = left + j * columns.dilation;
        if (!isInside || column < 0 || column >= columns.input) {
          for (let k = 0; k < seen; k += 1) patches[to + k] = 0;
        } else {
          const from = (start + column) * channels + channel;
          for (let k = 0; k < seen; k += 1) patches[to + k] = pixels[from + k] as number;
        }
        to += seen;
      }
    }
  }
}

/** Sums of int32 wrap, which doubles cannot tell. */
function convolveIntegers(pixels: Numbers, weights: Numbers, out: Numbers, geometry: Geometry): void {
  const { batch, channels, seen, outputs, windows } = geometry;
  const depth = windows[0].size * windows[1].size * seen;
  const patch = new Float64Array(depth);
  const width = outputs / (channels / seen);
  const places = batch * windows[0].output * windows[1].output;
  for (let place = 0; place < places; place += 1) {
    for (let output = 0; output < outputs; output += 1) {
      if (output % width === 0) fillPatches(patch, pixels, place, 1, geometry, (output / width) * seen);
      let sum = 0;
      for (let k = 0; k < depth; k += 1)
        sum = (sum + Math.imul(patch[k] as number, weights[k * outputs + output] as number)) | 0;
      out[place * outputs + output] = sum;
    }
  }
}

function depthwiseConv2d(input: NDArray, filter: NDArray, attrs: ConvAttrs): NDArray {
  checkRanks(input, filter, (what, shape) => `${what} must be 4-dimensional${what === "filter" ? ": " : ""}${shape}`);
  const channelAxis = imageAxes(attrs.data_format).channels;
  require(input.shape[channelAxis] === filter.shape[2], () =>
    `input and filter must have the same depth: ${input.shape[channelAxis]} vs ${filter.shape[2]}`, { input, filter });
  const windows = windowsOf(input, filter, attrs);
  return inLayout(input, attrs.data_format, (image) => {
    const [batch = 0, , , channels = 0] = image.shape;
    const outputs = channels * (filter.shape[3] as number);
    const shape = [batch, windows[0].output, windows[1].output, outputs];
    const out = wideStorage(input.dtype, batch * windows[0].output * windows[1].output * outputs) as Numbers;
    convolveChannels(widened(image) as Numbers, widened(filter) as Numbers, out, {
      batch,
      channels,
      seen: 1,
      outputs,
      windows,
    });
    return narrowed(input.dtype, shape, out);
  });
}

function convolveChannels(pixels: Numbers, weights: Numbers, out: Numbers, geometry: Geometry): void {
  const { batch, channels, outputs, windows } = geometry;
  const [rows, columns] = windows;
  const perImage = rows.output * columns.output;
  const multiplier = outputs / channels;
  const sums = new Float64Array(outputs);
  // Padding is 0, which is seen only where a weight is not finite.
  const padding = weights.every(Number.isFinite) ? null : new Float64Array(channels);
  for (let place = 0; place < batch * perImage; place += 1) {
    const image = Math.floor(place / perImage);
    const inImage = place - image * perImage;
    const top = Math.floor(inImage / columns.output) * rows.stride - rows.before;
    const left = (inImage % columns.output) * columns.stride - columns.before;
    sums.fill(0);
    for (let i = 0; i < rows.size; i += 1) {
      const row = top + i * rows.dilation;
      const isInside = row >= 0 && row < rows.input;
      if (!isInside && padding === null) continue;
      for (let j = 0; j < columns.size; j += 1) {
        const column = left + j * columns.dilation;
        const at = (i * columns.size + j) * outputs;
        if (isInside && column >= 0 && column < columns.input) {
          const from = ((image * rows.input + row) * columns.input + column) * channels;
          addPixel(sums, pixels, from, weights, at, channels, multiplier);
        } else if (padding !== null) addPixel(sums, padding, 0, weights, at, channels, multiplier);
      }
    }
    for (let k = 0; k < outputs; k += 1) out[place * outputs + k] = sums[k] as number;
  }
}

/** Adds one pixel's channels, each times its weights. */
function addPixel(
  sums: Float64Array,
  pixels: Numbers,
  from: number,
  weights: Numbers,
  at: number,
  channels: number,
  multiplier: number,
): void {
  for (let channel = 0, k = 0; channel < channels; channel += 1) {
    const value = pixels[from + channel] as number;
    for (let m = 0; m < multiplier; m += 1, k += 1) sums[k] = (sums[k] as number) + value * (weights[at + k] as number);
  }
}

/** The kernels of this family. */
export const convKernels = kernelsFor<typeof convDefs>()({
  Conv2D: ([input, filter], attrs) => conv2d(input, filter, attrs),
  DepthwiseConv2dNative: ([input, filter], attrs) => depthwiseConv2d(input, filter, attrs),
});
