/** Definitions of the ops on sets, which stand in the last dimension of tensors. Mirrors core/ops/set_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeShapes, subshape, vectorShape, withRank, withRankAtLeast, withValue } from "./shape-rules.ts";

const elementTypes = ["int8", "int16", "int32", "int64", "uint8", "uint16", "string"] as const;

const attrs = { set_operation: attr.string(), validate_indices: attr.bool(true), T: attr.type(elementTypes) };
const outputs = ["result_indices: int64", "result_values: T", "result_shape: int64"];

/** The rank of a sparse tensor, whose parts are the given input and those after it. */
function sparseRank(c: InferContext, first: number): Dimension {
  const indices = withRank(c.input(first), 2);
  const values = withRank(c.input(first + 1), 1);
  const rank = withRank(c.input(first + 2), 1).dim(0);
  const [count, width] = [indices.dim(0), indices.dim(1)];
  const given = values.dim(0);
  if (count !== null && given !== null && count !== given)
    throw new ShapeError(`Number of elements in index (${count}) and values (${given}) do not match.`, {
      indices,
      values,
    });
  if (width !== null && rank !== null && width !== rank)
    throw new ShapeError(`Index rank (${width}) and shape rank (${rank}) do not match.`, { indices, rank });
  return rank;
}

/** A sparse tensor of sets: indices, elements and shape, of a rank that may be known otherwise. */
function inferSets(rank: Dimension): readonly TensorShape[] {
  return [new TensorShape([null, rank]), vectorShape(null), vectorShape(rank)];
}

/** The sets are sparse: their indices, their elements in ascending order, and the shape with the greatest set's size. */
const DenseToDenseSetOperation = defineOp({
  type: "DenseToDenseSetOperation",
  inputs: ["set1: T", "set2: T"],
  outputs,
  attrs,
  infer: (c) => {
    const left = withRankAtLeast(c.input(0), 2);
    const right = left.rank === null ? withRankAtLeast(c.input(1), 2) : withRank(c.input(1), left.rank);
    if (left.rank !== null && c.input(1).rank !== null) mergeShapes(subshape(left, 0, -1), subshape(right, 0, -1));
    return inferSets((left.rank === null ? right : left).rank);
  },
});

const DenseToSparseSetOperation = defineOp({
  type: "DenseToSparseSetOperation",
  inputs: ["set1: T", "set2_indices: int64", "set2_values: T", "set2_shape: int64"],
  outputs,
  attrs,
  infer: (c) => {
    const rank = sparseRank(c, 1);
    const dense = withRankAtLeast(c.input(0), 2).rank;
    return inferSets(dense === null ? rank : withValue(rank, dense));
  },
});

const SparseToSparseSetOperation = defineOp({
  type: "SparseToSparseSetOperation",
  inputs: [
    "set1_indices: int64",
    "set1_values: T",
    "set1_shape: int64",
    "set2_indices: int64",
    "set2_values: T",
    "set2_shape: int64",
  ],
  outputs,
  attrs,
  infer: (c) => {
    const [left, right] = [sparseRank(c, 0), sparseRank(c, 3)];
    const rank = left ?? right;
    if (rank !== null && rank < 2)
      throw new ShapeError(`Input ${left === null ? 1 : 0}, expected rank >= 2, got ${rank}.`, { rank });
    return inferSets(left === null ? right : withValue(right, left));
  },
});

const SetSize = defineOp({
  type: "SetSize",
  inputs: ["set_indices: int64", "set_values: T", "set_shape: int64"],
  outputs: ["size: int32"],
  attrs: { validate_indices: attr.bool(true), T: attr.type(elementTypes) },
  infer: () => [unknownShape],
});

/** The definitions of this family. */
export const setsDefs = { DenseToDenseSetOperation, DenseToSparseSetOperation, SparseToSparseSetOperation, SetSize };
