/** Definitions of the ops on sets, which stand in the last dimension of tensors. Mirrors core/ops/set_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { TensorShape } from "../tensor/shape.ts";
import { mergeShapes, subshape, vectorShape, withRank, withRankAtLeast } from "./shape-rules.ts";

const elementTypes = ["int8", "int16", "int32", "int64", "uint8", "uint16", "string"] as const;

/** The sets are sparse: their indices, their elements in ascending order, and the shape with the greatest set's size. */
const DenseToDenseSetOperation = defineOp({
  type: "DenseToDenseSetOperation",
  inputs: ["set1: T", "set2: T"],
  outputs: ["result_indices: int64", "result_values: T", "result_shape: int64"],
  attrs: { set_operation: attr.string(), validate_indices: attr.bool(true), T: attr.type(elementTypes) },
  infer: (c) => {
    const left = withRankAtLeast(c.input(0), 2);
    const right = left.rank === null ? withRankAtLeast(c.input(1), 2) : withRank(c.input(1), left.rank);
    if (left.rank !== null && c.input(1).rank !== null) mergeShapes(subshape(left, 0, -1), subshape(right, 0, -1));
    const { rank } = left.rank === null ? right : left;
    return [new TensorShape([null, rank]), vectorShape(null), vectorShape(rank)];
  },
});

/** The definitions of this family. */
export const setsDefs = { DenseToDenseSetOperation };
