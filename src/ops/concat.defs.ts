/** Definitions of the ops that join tensors and take them apart. Mirrors core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { type Dimension, shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  addDimensions,
  axisInput,
  divideDimension,
  inContext,
  mergeShapes,
  numbersInput,
  replaceDimension,
  subshape,
  withRank,
  withRankAtLeast,
  withValue,
} from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

const ConcatV2 = defineOp({
  type: "ConcatV2",
  inputs: ["values: N * T", "axis: Tidx"],
  outputs: ["output: T"],
  attrs: { N: attr.int(undefined, 2), T: attr.type(), Tidx: attr.type(indexTypes, "int32") },
  infer: (c) => [concatShape(c, 0, c.inputCount - 1, c.inputCount - 1)],
  foldShape: (c) => joinedShapes(c, 0, c.inputCount - 1),
});
const Concat = defineOp({
  type: "Concat",
  inputs: ["concat_dim: int32", "values: N * T"],
  outputs: ["output: T"],
  attrs: { N: attr.int(undefined, 2), T: attr.type() },
  infer: (c) => [concatShape(c, 1, c.inputCount, 0)],
  foldShape: (c) => joinedShapes(c, 1, c.inputCount),
});

/** Vectors joined, read as a shape. */
function joinedShapes(c: InferContext, first: number, end: number): TensorShape {
  let shape = c.constantAsShape(first);
  for (let i = first + 1; i < end; i += 1) shape = shape.concatenate(c.constantAsShape(i));
  return shape;
}

function concatShape(c: InferContext, first: number, end: number, axisAt: number): TensorShape {
  withRank(c.input(axisAt), 0);
  const value = c.constant(axisAt);
  if (value === null) return concatAlongUnknown(c, first, end);
  const axis = Number(value.at(0));
  const minimum = axis < 0 ? -axis : axis + 1;
  let before: TensorShape | null = null;
  let after: TensorShape = unknownShape;
  let sum: Dimension = 0;
  for (let i = end - 1; i >= first; i -= 1) {
    const input = withRankAtLeast(c.input(i), minimum);
    const [left, right] = [subshape(input, 0, axis), axis === -1 ? new TensorShape([]) : subshape(input, axis + 1)];
    const middle = input.dim(axis);
    sum = before === null ? middle : addDimensions(sum, middle);
    [before, after] = before === null ? [left, right] : [mergeShapes(left, before), mergeShapes(right, after)];
  }
  return (before ?? unknownShape).concatenate([sum]).concatenate(after);
}

function concatAlongUnknown(c: InferContext, first: number, end: number): TensorShape {
  const inputs = Array.from({ length: end - first }, (_, i) => c.input(first + i));
  const rank = inputs.find((input) => input.rank !== null)?.rank ?? null;
  if (rank === null) return unknownShape;
  if (rank === 0) throw new ShapeError("Can't concatenate scalars (use tf.stack instead)");
  for (const input of inputs) withRank(input, rank);
  return shapeOfRank(rank);
}

/** Where each tensor begins in their concatenation; for gradients. */
const ConcatOffset = defineOp({
  type: "ConcatOffset",
  inputs: ["concat_dim: int32", "shape: N * shape_type"],
  outputs: ["offset: N * shape_type"],
  attrs: { N: attr.int(undefined, 2), shape_type: attr.type(indexTypes, "int32") },
  infer: (c) => Array.from({ length: c.inputCount - 1 }, (_, i) => c.input(i + 1)),
});

function axisWithin(axis: number, rank: number): number {
  if (axis < -rank || axis >= rank)
    throw new ShapeError(`Invalid axis: ${axis}; must be in [${-rank},${rank})`, { axis, rank });
  return axis < 0 ? axis + rank : axis;
}

const Pack = defineOp({
  type: "Pack",
  inputs: ["values: N * T"],
  outputs: ["output: T"],
  attrs: { N: attr.int(undefined, 1), T: attr.type(), axis: attr.int(0) },
  infer: (c, attrs) => {
    let shape = c.input(c.inputCount - 1);
    for (let i = c.inputCount - 2; i >= 0; i -= 1)
      shape = mergeShapes(c.input(i), shape, `From merging shape ${i} with other shapes.`);
    if (shape.dims === null) return [unknownShape];
    return [new TensorShape(shape.dims.toSpliced(axisWithin(attrs.axis, shape.dims.length + 1), 0, c.inputCount))];
  },
  foldShape: (c) => {
    if (c.input(0).rank !== 0) return unknownShape;
    const sizes = Array.from({ length: c.inputCount }, (_, i) => numbersInput(c, i)?.[0] ?? -1);
    return new TensorShape(sizes.map((size) => (size < 0 ? null : size)));
  },
});

function copies(count: number, shape: TensorShape): readonly TensorShape[] {
  return Array.from({ length: count }, () => shape);
}

const Unpack = defineOp({
  type: "Unpack",
  inputs: ["value: T"],
  outputs: ["output: num * T"],
  attrs: { num: attr.int(undefined, 0), T: attr.type(), axis: attr.int(0) },
  infer: (c, { num, axis }) => {
    const { dims } = c.input(0);
    if (dims === null) return copies(num, unknownShape);
    const at = axisWithin(axis, dims.length);
    withValue(dims[at] as Dimension, num);
    return copies(num, new TensorShape(dims.toSpliced(at, 1)));
  },
  // The dimensions of a shape of which not every one is known.
  fold: (c) => c.shapeHeld(0)?.dims?.map((d) => (d === null ? null : ndarray(d, c.dtype(0)))) ?? null,
});

const Split = defineOp({
  type: "Split",
  inputs: ["split_dim: int32", "value: T"],
  outputs: ["output: num_split * T"],
  attrs: { num_split: attr.int(undefined, 1), T: attr.type() },
  infer: (c, { num_split }) => {
    const value = c.input(1);
    const axis = axisInput(c, 0, value.rank);
    if (axis === null) return copies(num_split, value.rank === null ? unknownShape : shapeOfRank(value.rank));
    const input = withRankAtLeast(value, axis + 1);
    const size = inContext("Number of ways to split should evenly divide the split dimension", () =>
      divideDimension(input.dim(axis), num_split),
    );
    return copies(num_split, replaceDimension(input, axis, size));
  },
});

const SplitV = defineOp({
  type: "SplitV",
  inputs: ["value: T", "size_splits: Tlen", "split_dim: int32"],
  outputs: ["output: num_split * T"],
  attrs: { num_split: attr.int(undefined, 1), T: attr.type(), Tlen: attr.type(["int8", "int32", "int64"], "int64") },
  infer: (c, { num_split }) => splitVShapes(c, num_split),
});

function splitVShapes(c: InferContext, count: number): readonly TensorShape[] {
  const input = c.input(0);
  const { rank } = input;
  if (rank === 0) throw new ShapeError("Can't split scalars");
  const axis = axisInput(c, 2, rank);
  const sizes = numbersInput(c, 1);
  if (rank === null) return copies(count, unknownShape);
  if (axis === null) return copies(count, shapeOfRank(rank));
  if (sizes === null) return copies(count, replaceDimension(input, axis, null));
  withRankAtLeast(input, axis + 1);
  if (sizes.length !== count)
    throw new ShapeError("Length of size_splits should be equal to num_outputs", { sizes, count });
  if (sizes.filter((size) => size === -1).length > 1)
    throw new ShapeError("size_splits can only have one -1", { sizes });
  const total = sizes.reduce((sum, size) => (size === -1 ? sum : sum + size), 0);
  const whole = input.dim(axis);
  const pieces = sizes.map((size, i) => {
    const piece = size === -1 && whole !== null ? whole - total : size;
    if (piece < 0 && (piece !== -1 || whole !== null))
      throw new ShapeError(`Split size at index ${i} must be >= 0. Got: ${piece}`, { sizes });
    return replaceDimension(input, axis, piece === -1 ? null : piece);
  });
  if (whole !== null && (sizes.includes(-1) ? total > whole : total !== whole)) {
    throw new ShapeError(`can't split axis of size ${whole} into pieces of size [${sizes.join(",")}]`, {
      sizes,
      dimension: whole,
    });
  }
  return pieces;
}

/** The definitions of this family. */
export const concatDefs = { ConcatV2, Concat, ConcatOffset, Pack, Unpack, Split, SplitV };
