/** Kernels of the gradients of convolution and pooling of volumes. Mirrors core/kernels/conv_grad_ops_3d.cc and pooling_ops_3d.cc. */
import { UnimplementedError } from "../base/errors.ts";
import { checkedDims, require, shapeText } from "../kernels/checks.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { gemm } from "../kernels/gemm.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import {
  checkSteps,
  eachElement,
  fillPatches,
  type Geometry,
  inBlocks,
  inFormat,
  placesOf,
  withChannelsLast,
} from "./volume.kernels.ts";
import type { volumeGradDefs } from "./volume-grads.defs.ts";
import { type Triple, type VolumeAttrs, volumeAxes, volumeWindows } from "./volume-windows.ts";
import type { Window } from "./windows.ts";

interface ConvAttrs extends VolumeAttrs {
  readonly dilations: readonly number[];
}

interface PoolAttrs extends VolumeAttrs {
  readonly ksize: readonly number[];
}

/** Stands before some of the kernel's texts. */
const LABEL = "Conv3DBackpropFilterOp";

function checkFilter(input: NDArray, sizes: NDArray, pixels: NDArray, attrs: ConvAttrs): readonly number[] {
  checkSteps(attrs);
  require(sizes.rank === 1, () => `filter_sizes shape must be rank 1 but is rank ${sizes.rank}`, { sizes });
  const filter = checkedDims(sizes);
  for (const [what, rank] of [
    ["input", input.rank],
    ["filter_sizes", filter.length],
    ["out_backprop", pixels.rank],
  ] as const)
    require(rank === 5, () => `${what} tensor must have 5 dimensions`, { rank });
  const axes = volumeAxes(attrs.data_format);
  const [depth, given] = [input.shape[axes.channels], pixels.shape[axes.channels]];
  const [, , , channels, outputs] = filter;
  const fields = { input: input.shape, filter, pixels: pixels.shape };
  require(depth === channels, () =>
    `input and filter_sizes must have the same number of channels. Got ${depth} for input and ${channels} for filter_sizes`, fields);
  require(given === outputs, () =>
    `out_backprop and filter_sizes must have the same number of channels. Got ${given} for out_backprop and ${outputs} for filter_sizes`, fields);
  const [batch, givenBatch] = [input.shape[axes.batch], pixels.shape[axes.batch]];
  require(batch === givenBatch, () =>
    `${LABEL}: input and out_backprop must have the same batch size. Input batch: ${batch}, outbackprop batch: ${givenBatch}, batch_dim: ${axes.batch}`, fields);
  return filter;
}

function filterGradient(input: NDArray, sizes: NDArray, pixels: NDArray, attrs: ConvAttrs): NDArray {
  const filter = checkFilter(input, sizes, pixels, attrs);
  const [planes = 0, rows = 0, columns = 0, channels = 0, outputs = 0] = filter;
  const windows = volumeWindows(input.shape, attrs, [planes, rows, columns], attrs.dilations);
  for (const [i, axis] of volumeAxes(attrs.data_format).space.entries()) {
    const { input: length, size, stride, dilation, output } = windows[i] as Window;
    const actual = pixels.shape[axis] as number;
    require(actual === output, () =>
      `${LABEL}: Size of out_backprop doesn't match computed: actual = ${actual}, computed = ${output} spatial_dim: ${axis} input: ${length} filter: ${size} output: ${actual} stride: ${stride} dilation: ${dilation}`, {
      filter,
      pixels: pixels.shape,
    });
  }
  const geometry = { batch: input.shape[0] as number, channels, windows };
  const depth = planes * rows * columns * channels;
  const sums = new Float64Array(countOf(filter));
  if (sums.length > 0) {
    const voxels = widened(withChannelsLast(input, attrs.data_format)) as Numbers;
    const right = widened(withChannelsLast(pixels, attrs.data_format)) as Numbers;
    const part = new Float64Array(sums.length);
    inBlocks(placesOf(geometry), depth, (patches, first, count) => {
      fillPatches(patches, voxels, first, count, geometry);
      const left = { data: patches, offset: 0, rowStep: 1, columnStep: depth };
      gemm(
        depth,
        outputs,
        count,
        left,
        { data: right, offset: first * outputs, rowStep: outputs, columnStep: 1 },
        part,
      );
      for (let i = 0; i < part.length; i += 1) sums[i] = (sums[i] as number) + (part[i] as number);
    });
  }
  return stored(input.dtype, filter, sums);
}

function stored(dtype: DType, shape: readonly number[], sums: Float64Array): NDArray {
  const wide = wideStorage(dtype, sums.length) as Numbers;
  wide.set(sums);
  return narrowed(dtype, shape, wide);
}

function checkWindow(attrs: PoolAttrs, what: string): void {
  const { batch, channels } = volumeAxes(attrs.data_format);
  for (const [axis, text] of [
    [batch, "Pooling is not yet supported on the batch dimension."],
    [channels, `${what} is not yet supported on the depth dimension.`],
  ] as const) {
    if (attrs.ksize[axis] !== 1 || attrs.strides[axis] !== 1)
      throw new UnimplementedError(text, { ksize: attrs.ksize, strides: attrs.strides });
  }
}

function checkShape(what: string, value: NDArray, expected: readonly number[]): void {
  const [given, wanted] = [shapeText(value.shape), shapeText(expected)];
  require(given === wanted, () => `Expected ${what} shape to be ${wanted}, but got ${given}`, { [what]: value.shape });
}

/** The windows on volumes of this shape, and what a pool makes of them. */
function poolOf(shape: readonly number[], attrs: PoolAttrs): { geometry: Geometry; pooled: readonly number[] } {
  const axes = volumeAxes(attrs.data_format);
  const sizes = axes.space.map((axis) => attrs.ksize[axis] as number) as unknown as Triple;
  const windows = volumeWindows(shape, attrs, sizes);
  const pooled = [...shape];
  for (const [i, axis] of axes.space.entries()) pooled[axis] = (windows[i] as Window).output;
  const [batch, channels] = [shape[axes.batch] as number, shape[axes.channels] as number];
  return { geometry: { batch, channels, windows }, pooled };
}

type Volumes = readonly [NDArray, NDArray, NDArray];

function checkRanks([input, output, grad]: Volumes, gradName: string): void {
  for (const [what, value] of [
    ["tensor_in", input],
    ["tensor_out", output],
    [gradName, grad],
  ] as const)
    require(value.rank === 5, () => `${what} must be 5-dimensional`, { [what]: value.shape });
}

/** Calls `visit` for each place with the first channels' indices of the voxels inside of its window. */
function eachWindow(geometry: Geometry, visit: (inside: readonly number[], place: number) => void): void {
  const places = geometry.channels === 0 ? 0 : placesOf(geometry);
  for (let place = 0; place < places; place += 1) {
    const inside: number[] = [];
    eachElement(place, geometry, (at) => {
      if (at >= 0) inside.push(at);
    });
    visit(inside, place * geometry.channels);
  }
}

/** Each gradient goes, whole, to all places of its window that hold what the pool gave: other than in images, not to the first alone. */
function maxPoolGrad(volumes: Volumes, attrs: PoolAttrs): NDArray {
  const [input, output, grad] = volumes;
  checkRanks(volumes, "out_backprop");
  checkWindow(attrs, "Pooling");
  const { geometry, pooled } = poolOf(input.shape, attrs);
  checkShape("orig_output", output, pooled);
  checkShape("grad", grad, pooled);
  const [x, y, dy] = volumes.map((value) => widened(withChannelsLast(value, attrs.data_format)) as Numbers) as [
    Numbers,
    Numbers,
    Numbers,
  ];
  const sums = new Float64Array(input.size);
  eachWindow(geometry, (inside, to) => {
    for (let k = 0; k < geometry.channels; k += 1) {
      for (const at of inside)
        if (x[at + k] === y[to + k]) sums[at + k] = (sums[at + k] as number) + (dy[to + k] as number);
    }
  });
  return inFormat(stored(grad.dtype, lastShape(input.shape, attrs), sums), attrs.data_format);
}

/** A shape with the channels last. */
function lastShape(shape: readonly number[], attrs: PoolAttrs): number[] {
  const { batch, space, channels } = volumeAxes(attrs.data_format);
  return [batch, ...space, channels].map((axis) => shape[axis] as number);
}

/** For each window, the gradient from the first place that holds what the pool gave; 0 where none does. */
function maxPoolGradGrad(volumes: Volumes, attrs: PoolAttrs): NDArray {
  const [input, output, grad] = volumes;
  checkRanks(volumes, "out_grad_backprop");
  checkWindow(attrs, "MaxPooling3dGradGrad");
  const { geometry, pooled } = poolOf(input.shape, attrs);
  checkShape("orig_output", output, pooled);
  checkShape("grad", grad, input.shape);
  const [x, y, dy] = volumes.map((value) => widened(withChannelsLast(value, attrs.data_format)) as Numbers) as [
    Numbers,
    Numbers,
    Numbers,
  ];
  const out = wideStorage(input.dtype, countOf(pooled)) as Numbers;
  eachWindow(geometry, (inside, to) => {
    for (let k = 0; k < geometry.channels; k += 1) {
      const at = inside.find((voxel) => x[voxel + k] === y[to + k]);
      if (at !== undefined) out[to + k] = dy[at + k] as number;
    }
  });
  return inFormat(narrowed(input.dtype, lastShape(pooled, attrs), out), attrs.data_format);
}

/** Each gradient in equal shares to all elements of its window that are inside of the volume. */
function avgPoolGrad(sizes: NDArray, grad: NDArray, attrs: PoolAttrs): NDArray {
  require(sizes.rank === 1 && sizes.size === 5, () => "tensor_in must be 1-dimensional and 5 elements", { sizes });
  require(grad.rank === 5, () => "out_backprop must be 5-dimensional", { grad: grad.shape });
  const shape = checkedDims(sizes);
  checkWindow(attrs, "Pooling");
  const { geometry, pooled } = poolOf(shape, attrs);
  // TensorFlow goes on, and reads beside the gradient.
  checkShape("grad", grad, pooled);
  const from = widened(withChannelsLast(grad, attrs.data_format)) as Numbers;
  const sums = new Float64Array(countOf(shape));
  eachWindow(geometry, (inside, to) => {
    for (let k = 0; k < geometry.channels; k += 1) {
      const share = (from[to + k] as number) / inside.length;
      for (const at of inside) sums[at + k] = (sums[at + k] as number) + share;
    }
  });
  return inFormat(stored(grad.dtype, lastShape(shape, attrs), sums), attrs.data_format);
}

/** The kernels of this family. */
export const volumeGradKernels = kernelsFor<typeof volumeGradDefs>()({
  Conv3DBackpropFilterV2: ([input, sizes, pixels], attrs) => filterGradient(input, sizes, pixels, attrs),
  MaxPool3DGrad: (volumes, attrs) => maxPoolGrad(volumes, attrs),
  MaxPool3DGradGrad: (volumes, attrs) => maxPoolGradGrad(volumes, attrs),
  AvgPool3DGrad: ([sizes, grad], attrs) => avgPoolGrad(sizes, grad, attrs),
});
