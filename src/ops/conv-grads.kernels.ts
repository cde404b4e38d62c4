/**
 * Kernels of the gradients of convolutions: patches of the image, transposed, times the pixels that came of them. Mirrors
 * core/kernels/conv_grad_filter_ops.cc and depthwise_conv_grad_op.cc.
 */
import { InvalidArgumentError } from "../base/errors.ts";
import { checkedDims, require } from "../kernels/checks.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { gemm } from "../kernels/gemm.ts";
import { nchwToNhwc, nhwcToNchw } from "../kernels/image-layout.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { fillPatches, type Geometry, PATCH_NUMBERS } from "./conv.kernels.ts";
import type { convGradDefs } from "./conv-grads.defs.ts";
import { checkAttrs } from "./conv-transpose.kernels.ts";
import { imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface ConvAttrs extends WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The shapes of a convolution's input, filter and output. */
interface Shapes {
  readonly input: readonly number[];
  readonly filter: readonly number[];
  readonly pixels: readonly number[];
}

/** The windows along rows and columns; `fits` is asked whether the pixels are as many as there are places. */
function windowsOf(
  { input, filter, pixels }: Shapes,
  attrs: ConvAttrs,
  fits: (window: Window, given: number, axis: number) => void,
): readonly [Window, Window] {
  const axes = imageAxes(attrs.data_format);
  const along = (axis: number, size: number): Window => {
    const window = windowOf(
      input[axis] as number,
      windowAxis(attrs, axis, size, attrs.strides[axis] as number, attrs.dilations[axis] ?? 1),
    );
    fits(window, pixels[axis] as number, axis);
    return window;
  };
  return [along(axes.rows, filter[0] as number), along(axes.columns, filter[1] as number)];
}

/** Stands before most of the kernel's texts. */
const LABEL = "Conv2DCustomBackpropFilter";

function filterShapes(input: NDArray, sizes: NDArray, pixels: NDArray, attrs: ConvAttrs): Shapes {
  require(sizes.rank === 1, () => `${LABEL}: filter_sizes input must be 1-dim, not ${sizes.rank}`, { sizes });
  const filter = checkedDims(sizes);
  const shapes = { input: input.shape, filter, pixels: pixels.shape };
  for (const [what, rank] of [
    ["input", input.rank],
    ["filter", filter.length],
    ["out_backprop", pixels.rank],
  ] as const)
    require(rank === 4, () => `${LABEL}: ${what} must be 4-dimensional`, shapes);
  const axes = imageAxes(attrs.data_format);
  const [batch, given] = [input.shape[axes.batch], pixels.shape[axes.batch]];
  require(batch === given, () =>
    `${LABEL}: input and out_backprop must have the same batch size. Input batch: ${batch}, outbackprop batch: ${given}, batch_dim: ${axes.batch}`, shapes);
  const [, , seen = 0, outputs = 0] = filter;
  const depth = input.shape[axes.channels] as number;
  require(seen > 0, () => `${LABEL}: filter depth must be strictly greated than zero`, shapes);
  require(depth % seen === 0, () => `${LABEL}: input depth must be evenly divisible by filter depth`, shapes);
  require(outputs === pixels.shape[axes.channels], () =>
    `${LABEL}: filter and out_backprop must have the same out_depth`, shapes);
  return shapes;
}

function checkPixels(shapes: Shapes): (window: Window, given: number, axis: number) => void {
  return ({ input, size, stride, dilation, output }, given, axis) =>
    require(output === given, () =>
      `${LABEL}: Size of out_backprop doesn't match computed: actual = ${given}, computed = ${output} spatial_dim: ${axis} input: ${input} filter: ${size} output: ${given} stride: ${stride} dilation: ${dilation}`, {
      ...shapes,
    });
}

function inLastOrder(image: NDArray, dataFormat: string): NDArray {
  return dataFormat === "NCHW" ? nchwToNhwc(image) : image;
}

function filterGradient(input: NDArray, sizes: NDArray, pixels: NDArray, attrs: ConvAttrs): NDArray {
  checkAttrs(attrs, InvalidArgumentError);
  const shapes = filterShapes(input, sizes, pixels, attrs);
  const windows = windowsOf(shapes, attrs, checkPixels(shapes));
  const image = inLastOrder(input, attrs.data_format);
  const [batch = 0, , , channels = 0] = image.shape;
  const [, , seen = 0, outputs = 0] = shapes.filter;
  const elements = countOf(shapes.filter);
  const needed = windows[0].size * windows[1].size * channels * outputs;
  require(batch === 0 || channels === seen || elements === 0, () =>
    `filter_size does not have enough elements, requested ${needed}, got ${elements}`, { ...shapes });
  const sums = new Float64Array(elements);
  const geometry = { batch, channels, seen, outputs, windows };
  if (elements > 0) {
    const [from, to] = [image, inLastOrder(pixels, attrs.data_format)];
    addProducts(sums, widened(from) as Numbers, widened(to) as Numbers, geometry);
  }
  return stored(input.dtype, shapes.filter, sums);
}

function stored(dtype: DType, shape: readonly number[], sums: Float64Array): NDArray {
  const wide = wideStorage(dtype, sums.length) as Numbers;
  wide.set(sums);
  return narrowed(dtype, shape, wide);
}

/** Adds, block by block, the product of the transposed patches and the pixels. */
function addProducts(sums: Float64Array, values: Numbers, pixels: Numbers, geometry: Geometry): void {
  const { batch, seen, outputs, windows } = geometry;
  const places = batch * windows[0].output * windows[1].output;
  const depth = windows[0].size * windows[1].size * seen;
  const block = Math.max(1, Math.min(places, Math.floor(PATCH_NUMBERS / Math.max(depth, 1))));
  const patches = new Float64Array(block * depth);
  const part = new Float64Array(sums.length);
  for (let first = 0; first < places; first += block) {
    const count = Math.min(block, places - first);
    fillPatches(patches, values, first, count, geometry, 0);
    const left = { data: patches, offset: 0, rowStep: 1, columnStep: depth };
    gemm(depth, outputs, count, left, { data: pixels, offset: first * outputs, rowStep: outputs, columnStep: 1 }, part);
    for (let i = 0; i < part.length; i += 1) sums[i] = (sums[i] as number) + (part[i] as number);
  }
}

/** What a depthwise gradient is called in texts. */
type DepthwiseLabel = "DepthwiseConv2DBackpropInput" | "DepthwiseConv2DBackpropFilter";

function checkDepthwiseAttrs(attrs: ConvAttrs): void {
  const { rows, columns } = imageAxes(attrs.data_format);
  // As in TensorFlow, nobody looks at dilations here.
  checkAttrs({ ...attrs, dilations: [1, 1, 1, 1] }, InvalidArgumentError);
  require(attrs.strides[rows] === attrs.strides[columns], () =>
    "Current implementation only supports equal length strides in the row and column dimensions.", {
    strides: attrs.strides,
  });
}

/** A shape that an input holds. */
function givenShape(sizes: NDArray, label: DepthwiseLabel): readonly number[] {
  const isFilter = label === "DepthwiseConv2DBackpropFilter";
  const name = isFilter ? "filter_sizes" : "input_sizes";
  require(sizes.rank === 1, () =>
    `Conv2DBackprop${isFilter ? "Filter" : "Input"}: ${name} input must be 1-dim, not ${sizes.rank}`, { sizes });
  const dims = Array.from({ length: sizes.size }, (_, i) => Number(sizes.at(i)));
  for (const [i, d] of dims.entries()) require(d >= 0, () => `Dimension ${i} of ${name} must be >= 0`, { sizes });
  return dims;
}

function depthwiseWindows(shapes: Shapes, attrs: ConvAttrs, label: DepthwiseLabel): readonly [Window, Window] {
  const { input, filter, pixels } = shapes;
  for (const [what, shape] of Object.entries({ input, filter, out_backprop: pixels }))
    require(shape.length === 4, () => `${label}: ${what} must be 4-dimensional`, { ...shapes });
  const axes = imageAxes(attrs.data_format);
  require(input[axes.batch] === pixels[axes.batch], () =>
    `${label}: input and out_backprop must have the same batch size`, { ...shapes });
  const depth = input[axes.channels] as number;
  require(depth === filter[2], () => `${label}: input and filter must have the same in_depth`, { ...shapes });
  require(depth * (filter[3] as number) === pixels[axes.channels], () =>
    `${label}: depth_multiplier * in_depth not equal to out_depth`, { ...shapes });
  return windowsOf(shapes, attrs, ({ output }, given, axis) =>
    require(output === given, () =>
      `${label}: Number of ${axis === axes.rows ? "rows" : "cols"} of out_backprop doesn't match computed: actual = ${given}, computed = ${output}`, {
      ...shapes,
    }),
  );
}

/** Calls `visit` for each pixel and element of its window that is inside: with the first channels' indices in image, pixels and filter. */
function eachMeeting(
  batch: number,
  channels: number,
  outputs: number,
  [rows, columns]: readonly [Window, Window],
  visit: (image: number, pixel: number, element: number) => void,
): void {
  let pixel = 0;
  for (let n = 0; n < batch; n += 1) {
    for (let i = 0; i < rows.output; i += 1) {
      for (let j = 0; j < columns.output; j += 1, pixel += outputs) {
        for (let a = 0; a < rows.size; a += 1) {
          const row = i * rows.stride - rows.before + a * rows.dilation;
          if (row < 0 || row >= rows.input) continue;
          for (let b = 0; b < columns.size; b += 1) {
            const column = j * columns.stride - columns.before + b * columns.dilation;
            if (column < 0 || column >= columns.input) continue;
            const image = ((n * rows.input + row) * columns.input + column) * channels;
            visit(image, pixel, (a * columns.size + b) * outputs);
          }
        }
      }
    }
  }
}

function depthwiseInput(sizes: NDArray, filter: NDArray, pixels: NDArray, attrs: ConvAttrs): NDArray {
  checkDepthwiseAttrs(attrs);
  const label = "DepthwiseConv2DBackpropInput";
  const shape = givenShape(sizes, label);
  const windows = depthwiseWindows({ input: shape, filter: filter.shape, pixels: pixels.shape }, attrs, label);
  const axes = imageAxes(attrs.data_format);
  const [batch, channels] = [shape[axes.batch] as number, shape[axes.channels] as number];
  const multiplier = filter.shape[3] as number;
  const sums = new Float64Array(countOf(shape));
  const weights = widened(filter) as Numbers;
  const from = widened(inLastOrder(pixels, attrs.data_format)) as Numbers;
  eachMeeting(batch, channels, channels * multiplier, windows, (image, pixel, element) => {
    for (let c = 0, k = 0; c < channels; c += 1) {
      let sum = 0;
      for (let m = 0; m < multiplier; m += 1, k += 1)
        sum += (from[pixel + k] as number) * (weights[element + k] as number);
      sums[image + c] = (sums[image + c] as number) + sum;
    }
  });
  const image = stored(pixels.dtype, [batch, windows[0].input, windows[1].input, channels], sums);
  return attrs.data_format === "NCHW" ? nhwcToNchw(image) : image;
}

function depthwiseFilter(input: NDArray, sizes: NDArray, pixels: NDArray, attrs: ConvAttrs): NDArray {
  checkDepthwiseAttrs(attrs);
  const label = "DepthwiseConv2DBackpropFilter";
  const shape = givenShape(sizes, label);
  const windows = depthwiseWindows({ input: input.shape, filter: shape, pixels: pixels.shape }, attrs, label);
  const axes = imageAxes(attrs.data_format);
  const channels = input.shape[axes.channels] as number;
  const multiplier = shape[3] as number;
  const sums = new Float64Array(countOf(shape));
  const values = widened(inLastOrder(input, attrs.data_format)) as Numbers;
  const from = widened(inLastOrder(pixels, attrs.data_format)) as Numbers;
  eachMeeting(input.shape[axes.batch] as number, channels, channels * multiplier, windows, (image, pixel, element) => {
    for (let c = 0, k = 0; c < channels; c += 1) {
      const value = values[image + c] as number;
      for (let m = 0; m < multiplier; m += 1, k += 1)
        sums[element + k] = (sums[element + k] as number) + value * (from[pixel + k] as number);
    }
  });
  return stored(input.dtype, shape, sums);
}

/** The kernels of this family. */
export const convGradKernels = kernelsFor<typeof convGradDefs>()({
  Conv2DBackpropFilter: ([input, sizes, pixels], attrs) => filterGradient(input, sizes, pixels, attrs),
  DepthwiseConv2dNativeBackpropInput: ([sizes, filter, pixels], attrs) => depthwiseInput(sizes, filter, pixels, attrs),
  DepthwiseConv2dNativeBackpropFilter: ([input, sizes, pixels], attrs) => depthwiseFilter(input, sizes, pixels, attrs),
});
