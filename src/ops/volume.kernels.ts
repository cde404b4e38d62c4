/**
 * Kernels of convolution and pooling of volumes, which run on volumes with the channels last. Mirrors core/kernels/conv_ops_3d.cc,
 * conv_grad_ops_3d.cc and pooling_ops_3d.cc.
 */
import { UnimplementedError } from "../base/errors.ts";
import { checkedDims, require, shapeText } from "../kernels/checks.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { gemm } from "../kernels/gemm.ts";
import { nchwToNhwc, nhwcToNchw } from "../kernels/image-layout.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { allocate, float64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { volumeDefs } from "./volume.defs.ts";
import { type Triple, type VolumeAttrs, volumeAxes, volumeWindows } from "./volume-windows.ts";
import type { Window } from "./windows.ts";

interface ConvAttrs extends VolumeAttrs {
  readonly dilations: readonly number[];
}

interface PoolAttrs extends VolumeAttrs {
  readonly ksize: readonly number[];
}

/** Numbers of a patch matrix at once: few enough to stay in the second cache. */
const PATCH_NUMBERS = 2 ** 18;

/** The same volumes with the channels last: seen as images of one column, as only the order of channels and places matters. */
export function withChannelsLast(volumes: NDArray, dataFormat: string): NDArray {
  if (dataFormat !== "NCDHW") return volumes;
  const [n = 0, c = 0, d = 0, h = 0, w = 0] = volumes.shape;
  const images = nchwToNhwc(new NDArray(volumes.dtype, [n, c, d * h * w, 1], volumes.data));
  return new NDArray(volumes.dtype, [n, d, h, w, c], images.data);
}

/** The reverse. */
export function inFormat(volumes: NDArray, dataFormat: string): NDArray {
  if (dataFormat !== "NCDHW") return volumes;
  const [n = 0, d = 0, h = 0, w = 0, c = 0] = volumes.shape;
  const images = nhwcToNchw(new NDArray(volumes.dtype, [n, d * h * w, 1, c], volumes.data));
  return new NDArray(volumes.dtype, [n, c, d, h, w], images.data);
}

export function checkSteps(attrs: ConvAttrs): void {
  const { batch, channels } = volumeAxes(attrs.data_format);
  for (const [what, values] of [
    ["strides", attrs.strides],
    ["dilation rates", attrs.dilations],
  ] as const) {
    require(values[batch] === 1 && values[channels] === 1, () =>
      `Current implementation does not yet support ${what} in the batch and depth dimensions.`, { values });
  }
}

/** The places of windows in volumes with the channels last. */
export interface Geometry {
  readonly batch: number;
  readonly channels: number;
  readonly windows: Triple<Window>;
}

export function placesOf({ batch, windows }: Geometry): number {
  return batch * windows[0].output * windows[1].output * windows[2].output;
}

/**
 * Calls `visit` for each element of the window at a place: with the first channel's index in the volumes, or -1 where the window is
 * outside, and the element's place in the window.
 */
export function eachElement(place: number, geometry: Geometry, visit: (at: number, element: number) => void): void {
  const { channels, windows } = geometry;
  const [planes, rows, columns] = windows;
  const j = place % columns.output;
  const i = Math.floor(place / columns.output) % rows.output;
  const d = Math.floor(place / (columns.output * rows.output)) % planes.output;
  const volume = Math.floor(place / (columns.output * rows.output * planes.output));
  let element = 0;
  for (let a = 0; a < planes.size; a += 1) {
    const plane = d * planes.stride - planes.before + a * planes.dilation;
    for (let b = 0; b < rows.size; b += 1) {
      const row = i * rows.stride - rows.before + b * rows.dilation;
      const isInside = plane >= 0 && plane < planes.input && row >= 0 && row < rows.input;
      const line = ((volume * planes.input + plane) * rows.input + row) * columns.input;
      for (let c = 0; c < columns.size; c += 1, element += 1) {
        const column = j * columns.stride - columns.before + c * columns.dilation;
        visit(isInside && column >= 0 && column < columns.input ? (line + column) * channels : -1, element);
      }
    }
  }
}

/** Runs `step` on as many places at once as their patches fit into the cache. */
export function inBlocks(
  places: number,
  depth: number,
  step: (patches: Float64Array, first: number, count: number) => void,
): void {
  const block = Math.max(1, Math.min(places, Math.floor(PATCH_NUMBERS / Math.max(depth, 1))));
  const patches = new Float64Array(block * depth);
  for (let first = 0; first < places; first += block) step(patches, first, Math.min(block, places - first));
}

export function filterSizes(filter: NDArray): Triple {
  return [filter.shape[0] as number, filter.shape[1] as number, filter.shape[2] as number];
}

function checkConv(input: NDArray, filter: NDArray, attrs: ConvAttrs): void {
  require(input.rank === 5, () => "input must be 5-dimensional", { input: input.shape });
  require(filter.rank === 5, () => "filter must be 5-dimensional", { filter: filter.shape });
  checkSteps(attrs);
  const channels = input.shape[volumeAxes(attrs.data_format).channels] as number;
  const seen = filter.shape[3] as number;
  const fields = { input: input.shape, filter: filter.shape };
  require(seen > 0, () => "filter_depth must be non-zero", fields);
  require(channels % seen === 0, () =>
    `Input depth must be evenly divisible by filter depth: ${channels} vs ${seen}`, fields);
  require(filter.size > 0, () => "filter must not have zero elements (i.e. all dimensions must be non-zero)", fields);
  require(channels === seen || input.size === 0, () =>
    `Number of channels in filter (${seen}) must match last dimension of input (${channels})`, fields);
}

function conv3d(input: NDArray, filter: NDArray, attrs: ConvAttrs): NDArray {
  checkConv(input, filter, attrs);
  const windows = volumeWindows(input.shape, attrs, filterSizes(filter), attrs.dilations);
  const volumes = withChannelsLast(input, attrs.data_format);
  const [channels, outputs] = [filter.shape[3] as number, filter.shape[4] as number];
  const geometry = { batch: volumes.shape[0] as number, channels, windows };
  const shape = [geometry.batch, ...windows.map(({ output }) => output), outputs];
  const out = wideStorage(input.dtype, countOf(shape)) as Numbers;
  const voxels = widened(volumes) as Numbers;
  const right = { data: widened(filter) as Numbers, offset: 0, rowStep: outputs, columnStep: 1 };
  const depth = countOf(filterSizes(filter)) * channels;
  inBlocks(placesOf(geometry), depth, (patches, first, count) => {
    fillPatches(patches, voxels, first, count, geometry);
    gemm(
      count,
      outputs,
      depth,
      { data: patches, offset: 0, rowStep: depth, columnStep: 1 },
      right,
      out,
      first * outputs,
    );
  });
  return inFormat(narrowed(input.dtype, shape, out), attrs.data_format);
}

/** Writes what the filter sees at `count` places, one place to a row. Padding is 0. */
export function fillPatches(
  patches: Float64Array,
  voxels: Numbers,
  first: number,
  count: number,
  geometry: Geometry,
): void {
  const { channels } = geometry;
  let to = 0;
  const copy = (at: number): void => {
    for (let k = 0; k < channels; k += 1) patches[to + k] = at < 0 ? 0 : (voxels[at + k] as number);
    to += channels;
  };
  for (let place = first; place < first + count; place += 1) eachElement(place, geometry, copy);
}

/** Stands before some of the kernel's texts. */
const LABEL = "Conv3DBackpropInputOp";

function checkTransposed(sizes: NDArray, filter: NDArray, pixels: NDArray, attrs: ConvAttrs): readonly number[] {
  checkSteps(attrs);
  require(sizes.rank === 1, () => `shape must be a vector of {int32,int64}, got shape ${shapeText(sizes.shape)}`, {
    sizes,
  });
  const shape = checkedDims(sizes);
  for (const [what, rank] of [
    ["input", shape.length],
    ["filter_sizes", filter.rank],
    ["out_backprop", pixels.rank],
  ] as const)
    require(rank === 5, () => `${what} tensor must have 5 dimensions`, { rank });
  const axes = volumeAxes(attrs.data_format);
  const [depth, given] = [shape[axes.channels], pixels.shape[axes.channels]];
  const [, , , channels, outputs] = filter.shape;
  const fields = { shape, filter: filter.shape, pixels: pixels.shape };
  require(depth === channels, () =>
    `input and filter_sizes must have the same number of channels. Got ${depth} for input and ${channels} for filter_sizes`, fields);
  require(given === outputs, () =>
    `out_backprop and filter_sizes must have the same number of channels. Got ${given} for out_backprop and ${outputs} for filter_sizes`, fields);
  const [batch, givenBatch] = [shape[axes.batch], pixels.shape[axes.batch]];
  require(batch === givenBatch, () =>
    `${LABEL}: input and out_backprop must have the same batch size. Input batch: ${batch}, outbackprop batch: ${givenBatch}, batch_dim: ${axes.batch}`, fields);
  return shape;
}

function transposed(sizes: NDArray, filter: NDArray, pixels: NDArray, attrs: ConvAttrs): NDArray {
  const shape = checkTransposed(sizes, filter, pixels, attrs);
  const windows = volumeWindows(shape, attrs, filterSizes(filter), attrs.dilations);
  for (const [i, axis] of volumeAxes(attrs.data_format).space.entries()) {
    const { input, size, stride, dilation, output } = windows[i] as Window;
    const actual = pixels.shape[axis] as number;
    require(actual === output, () =>
      `${LABEL}: Size of out_backprop doesn't match computed: actual = ${actual}, computed = ${output} spatial_dim: ${axis} input: ${input} filter: ${size} output: ${actual} stride: ${stride} dilation: ${dilation}`, {
      shape,
      filter: filter.shape,
      pixels: pixels.shape,
    });
  }
  const [channels, outputs] = [filter.shape[3] as number, filter.shape[4] as number];
  const geometry = { batch: pixels.shape[0] as number, channels, windows };
  const result = [geometry.batch, ...windows.map(({ input }) => input), channels];
  const sums = allocate(float64, countOf(result)) as Float64Array;
  const from = widened(withChannelsLast(pixels, attrs.data_format)) as Numbers;
  // The filter is `[width, outputs]` in memory, and is multiplied transposed.
  const right = { data: widened(filter) as Numbers, offset: 0, rowStep: 1, columnStep: outputs };
  const width = countOf(filterSizes(filter)) * channels;
  inBlocks(placesOf(geometry), width, (patches, first, count) => {
    const left = { data: from, offset: first * outputs, rowStep: outputs, columnStep: 1 };
    gemm(count, width, outputs, left, right, patches);
    addPatches(sums, patches, first, count, geometry);
  });
  const wide = wideStorage(pixels.dtype, sums.length) as Numbers;
  wide.set(sums);
  return inFormat(narrowed(pixels.dtype, result, wide), attrs.data_format);
}

/** Adds the patches of `count` places to the volumes, without what falls beside them. */
function addPatches(sums: Float64Array, patches: Float64Array, first: number, count: number, geometry: Geometry): void {
  const { channels } = geometry;
  let from = 0;
  const add = (at: number): void => {
    if (at >= 0)
      for (let k = 0; k < channels; k += 1) sums[at + k] = (sums[at + k] as number) + (patches[from + k] as number);
    from += channels;
  };
  for (let place = first; place < first + count; place += 1) eachElement(place, geometry, add);
}

function checkPool(input: NDArray, attrs: PoolAttrs): void {
  require(input.rank === 5, () => "tensor_in must be 5-dimensional", { input: input.shape });
  const { batch, channels } = volumeAxes(attrs.data_format);
  for (const [axis, what] of [
    [batch, "batch"],
    [channels, "depth"],
  ] as const) {
    if (attrs.ksize[axis] !== 1 || attrs.strides[axis] !== 1)
      throw new UnimplementedError(`Pooling is not yet supported on the ${what} dimension.`, {
        ksize: attrs.ksize,
        strides: attrs.strides,
      });
  }
}

/** Computes one channel of a place from the voxels inside of the window. */
type Reduce = (voxels: Numbers, inside: readonly number[], channel: number) => number;

/** The least finite number, as what is not a number loses to everything. */
const LEAST = -3.4028234663852886e38;

const largest: Reduce = (voxels, inside, channel) => {
  let best = LEAST;
  for (const at of inside) {
    const value = voxels[at + channel] as number;
    if (value > best) best = value;
  }
  return best;
};

const mean: Reduce = (voxels, inside, channel) => {
  let sum = 0;
  for (const at of inside) sum += voxels[at + channel] as number;
  return sum / inside.length;
};

function pool(input: NDArray, attrs: PoolAttrs, reduce: Reduce): NDArray {
  checkPool(input, attrs);
  const sizes = volumeAxes(attrs.data_format).space.map((axis) => attrs.ksize[axis] as number);
  const windows = volumeWindows(input.shape, attrs, sizes as unknown as Triple);
  const volumes = withChannelsLast(input, attrs.data_format);
  const channels = volumes.shape[4] as number;
  const geometry = { batch: volumes.shape[0] as number, channels, windows };
  const shape = [geometry.batch, ...windows.map(({ output }) => output), channels];
  const out = wideStorage(input.dtype, countOf(shape)) as Numbers;
  const voxels = widened(volumes) as Numbers;
  const places = channels === 0 ? 0 : placesOf(geometry);
  for (let place = 0; place < places; place += 1) {
    const inside: number[] = [];
    eachElement(place, geometry, (at) => {
      if (at >= 0) inside.push(at);
    });
    for (let k = 0; k < channels; k += 1) out[place * channels + k] = reduce(voxels, inside, k);
  }
  return inFormat(narrowed(input.dtype, shape, out), attrs.data_format);
}

/** The kernels of this family. */
export const volumeKernels = kernelsFor<typeof volumeDefs>()({
  Conv3D: ([input, filter], attrs) => conv3d(input, filter, attrs),
  Conv3DBackpropInputV2: ([sizes, filter, pixels], attrs) => transposed(sizes, filter, pixels, attrs),
  MaxPool3D: ([input], attrs) => pool(input, attrs, largest),
  AvgPool3D: ([input], attrs) => pool(input, attrs, mean),
});
