/** Kernels of the ops that ask for shapes and that give elements another shape. Mirrors core/kernels/shape_ops.cc, reshape_op.h, broadcast_to_op.cc and bcast_ops.cc. */
import { checkedDims, require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { copyRegion, countOf, emptyArray, rowMajorStrides } from "../kernels/strided-copy.ts";
import { type DType, int32 } from "../tensor/dtype.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import type { shapeDefs } from "./shape.defs.ts";

function vector(values: readonly number[], dtype: DType): NDArray {
  return ndarray(values, dtype);
}

function reshape(input: NDArray, sizes: NDArray): NDArray {
  // A scalar is taken for a vector of one, for old graphs.
  require(sizes.rank === 1 || sizes.size === 1, () => `sizes input must be 1-D, not ${shapeText(sizes.shape)}`, {
    sizes,
  });
  const dims = Array.from({ length: sizes.size }, (_, i) => Number(sizes.at(i)));
  const unknownAt = dims.indexOf(-1);
  for (const [i, d] of dims.entries()) {
    require(d !== -1 || i === unknownAt, () => `Only one input size may be -1, not both ${unknownAt} and ${i}`, {
      sizes,
    });
    require(d >= -1, () => `Size ${i} must be non-negative, not ${d}`, { sizes });
  }
  if (unknownAt >= 0) dims[unknownAt] = missingSize(input.shape, dims);
  const { size } = input;
  require(countOf(dims) === size, () =>
    `Input to reshape is a tensor with ${size} values, but the requested shape has ${countOf(dims)}`, {
    shape: input.shape,
    requested: dims,
  });
  return input.reshape(dims);
}

/** What -1 stands for. Where the request has a 0, dimensions of 0 do not count on either side. */
function missingSize(shape: readonly number[], dims: readonly number[]): number {
  const product = countOf(dims.filter((d) => d > 0));
  const size = countOf(dims.includes(0) ? shape.filter((d) => d !== 0) : shape);
  require(size % product === 0, () =>
    `Input to reshape is a tensor with ${size} values, but the requested shape requires a multiple of ${product}`, {
    size,
  });
  return size / product;
}

function expandDims(input: NDArray, dim: NDArray): NDArray {
  require(dim.size === 1, () => "'dim' must be a tensor with a single value", { dim });
  const axis = Number(dim.at(0));
  const { rank } = input;
  require(axis >= -1 - rank && axis <= rank, () =>
    `Tried to expand dim index ${axis} for tensor with ${rank} dimensions.`, { axis, rank });
  return input.reshape(input.shape.toSpliced(axis < 0 ? axis + rank + 1 : axis, 0, 1));
}

function squeeze(input: NDArray, axes: readonly number[]): NDArray {
  const { rank, shape } = input;
  const chosen = axes.map((axis) => {
    require(axis >= -rank && axis < rank, () =>
      `Tried to squeeze dim index ${axis} for tensor with ${rank} dimensions.`, { axis, rank });
    return axis < 0 ? axis + rank : axis;
  });
  const kept = shape.filter((d, i) => {
    if (chosen.length === 0) return d !== 1;
    if (!chosen.includes(i)) return true;
    require(d === 1, () => `Can not squeeze dim[${i}], expected a dimension of 1, got ${d}`, { shape, axis: i });
    return false;
  });
  return input.reshape(kept);
}

function broadcastTo(input: NDArray, sizes: NDArray): NDArray {
  const dims = checkedDims(sizes);
  const { shape, rank } = input;
  require(rank <= dims.length, () =>
    `Rank of input (${rank}) must be no greater than rank of output shape (${dims.length}).`, { shape, dims });
  const missing = dims.length - rank;
  const own = rowMajorStrides(shape);
  // A dimension that only the output could repeat fits a broadcast of both, but not this one.
  const fitsBoth = shape.every((d, i) => d === 1 || d === dims[missing + i] || dims[missing + i] === 1);
  const shapes = fitsBoth
    ? `Unable to broadcast tensor of shape ${shapeText(shape)} to tensor of shape ${shapeText(dims)}`
    : `Incompatible shapes: ${shapeText(shape)} vs. ${shapeText(dims)}`;
  require(shape.every((d, i) => d === 1 || d === dims[missing + i]), () => shapes, { shape, dims });
  const strides = dims.map((_, i) => ((shape[i - missing] ?? 1) === 1 ? 0 : (own[i - missing] as number)));
  const out = emptyArray(input.dtype, dims);
  copyRegion(input, { offset: 0, strides }, out, { offset: 0, strides: rowMajorStrides(dims) }, dims);
  return out;
}

/** Both shapes at one rank, leading dimensions filled up with 1. */
function aligned(s0: NDArray, s1: NDArray): readonly (readonly [number, number])[] {
  const [a, b] = [s0, s1].map((s) => Array.from({ length: s.size }, (_, i) => Number(s.at(i)))) as [number[], number[]];
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    require(x === y || x === 1 || y === 1, () => `Incompatible shapes: ${shapeText(a)} vs. ${shapeText(b)}`, {
      shapes: [a, b],
    });
    return [x, y] as const;
  });
}

function checkVectors(inputs: readonly NDArray[]): void {
  for (const [i, input] of inputs.entries())
    require(input.rank === 1, () => `In[${i}] must be a vector.${shapeText(input.shape)}`, { input });
}

function gradientAxes(s0: NDArray, s1: NDArray): NDArray[] {
  checkVectors([s0, s1]);
  const pairs = aligned(s0, s1);
  const isEqual = s0.size === s1.size && pairs.every(([x, y]) => x === y);
  return [0, 1].map((side) => {
    const axes = pairs.flatMap((pair, i) => (pair[side] === 1 ? [i] : []));
    return vector(isEqual ? [] : axes, s0.dtype);
  });
}

/** The kernels of this family. */
export const shapeKernels = kernelsFor<typeof shapeDefs>()({
  Shape: ([input], { out_type }) => vector(input.shape, out_type),
  ShapeN: ([inputs], { out_type }) => inputs.map((input) => vector(input.shape, out_type)),
  Size: ([input], { out_type }) => ndarray(input.size, out_type),
  Rank: ([input]) => ndarray(input.rank, int32),
  Reshape: ([tensor, shape]) => reshape(tensor, shape),
  ExpandDims: ([input, dim]) => expandDims(input, dim),
  Squeeze: ([input], { squeeze_dims }) => squeeze(input, squeeze_dims),
  BroadcastTo: ([input, shape]) => broadcastTo(input, shape),
  BroadcastArgs: ([s0, s1]) => {
    checkVectors([s0, s1]);
    return vector(
      aligned(s0, s1).map(([x, y]) => (x === 1 ? y : x)),
      s0.dtype,
    );
  },
  BroadcastGradientArgs: ([s0, s1]) => gradientAxes(s0, s1),
});
