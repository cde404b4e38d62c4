/** Definitions of the ops that deal rows out and put them together again. Mirrors core/ops/data_flow_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, type TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeDimensions, mergeShapes, subshape, vectorShape, withRankAtLeast } from "./shape-rules.ts";

/** The dimensions of `shape` after those of `prefix`, with which it must start. */
function restAfter(shape: TensorShape, prefix: TensorShape): TensorShape {
  const rank = prefix.rank as number;
  withRankAtLeast(shape, rank);
  for (let i = 0; i < rank; i += 1) mergeDimensions(shape.dim(i), prefix.dim(i));
  return subshape(shape, rank);
}

const DynamicPartition = defineOp({
  type: "DynamicPartition",
  inputs: ["data: T", "partitions: int32"],
  outputs: ["outputs: num_partitions * T"],
  attrs: { num_partitions: attr.int(undefined, 1), T: attr.type() },
  infer: (c, { num_partitions }) => {
    const partitions = c.input(1);
    const shape =
      partitions.rank === null ? unknownShape : vectorShape(null).concatenate(restAfter(c.input(0), partitions));
    return Array.from({ length: num_partitions }, () => shape);
  },
});

/** One row more than the greatest index, of the shape that all data have after their indices. */
function inferStitch(c: InferContext, count: number): readonly TensorShape[] {
  let rest = unknownShape;
  let length: Dimension = 0;
  for (let i = 0; i < count; i += 1) {
    const indices = c.constant(i);
    const shape = c.input(i);
    if (shape.rank !== null) rest = mergeShapes(rest, restAfter(c.input(i + count), shape));
    if (indices === null) length = null;
    for (let k = 0; length !== null && indices !== null && k < indices.size; k += 1)
      length = Math.max(length, Number(indices.at(k)) + 1);
  }
  return [vectorShape(length).concatenate(rest)];
}

const stitch = {
  inputs: ["indices: N * int32", "data: N * T"],
  outputs: ["merged: T"],
  attrs: { N: attr.int(undefined, 1), T: attr.type() },
} as const;
const DynamicStitch = defineOp({ type: "DynamicStitch", ...stitch, infer: (c, { N }) => inferStitch(c, N) });
const ParallelDynamicStitch = defineOp({
  type: "ParallelDynamicStitch",
  ...stitch,
  infer: (c, { N }) => inferStitch(c, N),
});

/** The definitions of this family. */
export const dataFlowDefs = { DynamicPartition, DynamicStitch, ParallelDynamicStitch };
