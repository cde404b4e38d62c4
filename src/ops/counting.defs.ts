/** Definitions of the ops that count, search sorted rows, multiply vectors across, and sum exponentials on the way. Mirrors core/ops/math_ops.cc and array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  inferUnchanged,
  mergeShapes,
  scalarAsDimension,
  vectorShape,
  withRank,
  withRankAtLeast,
  withRankAtMost,
  withValue,
} from "./shape-rules.ts";
import { floatTypes, indexTypes, realNumberTypes } from "./type-lists.ts";

const countTypes = ["int32", "int64", "float32", "float64"] as const;

/** How many bins there are. */
function binsOf(c: InferContext, index: number): Dimension {
  withRank(c.input(index), 0);
  const size = c.constant(index);
  if (size === null) return null;
  const count = Number(size.at(0));
  if (count < 0) throw new ShapeError(`size (${count}) must be non-negative`, { size });
  return count;
}

const Bincount = defineOp({
  type: "Bincount",
  inputs: ["arr: int32", "size: int32", "weights: T"],
  outputs: ["bins: T"],
  attrs: { T: attr.type(countTypes) },
  infer: (c) => [vectorShape(binsOf(c, 1))],
});

const DenseBincount = defineOp({
  type: "DenseBincount",
  inputs: ["input: Tidx", "size: Tidx", "weights: T"],
  outputs: ["output: T"],
  attrs: { Tidx: attr.type(indexTypes), T: attr.type(countTypes), binary_output: attr.bool(false) },
  infer: (c) => {
    const input = withRankAtMost(c.input(0), 2);
    const bins = binsOf(c, 1);
    if (input.rank === null) return [unknownShape];
    // As in TensorFlow, a single number has one row of bins when their count is known, and else the number's own shape.
    if (input.rank === 0) return [bins === null ? input : vectorShape(bins)];
    return [input.rank === 1 ? vectorShape(bins) : new TensorShape([bins === null ? null : input.dim(0), bins])];
  },
});

function search<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["sorted_inputs: T", "values: T"],
    outputs: ["output: out_type"],
    attrs: { T: attr.type(), out_type: attr.type(indexTypes, "int32") },
    infer: (c) => {
      if (c.input(1).rank !== null) withRank(c.input(1), 2);
      if (c.input(0).rank !== null) withRank(c.input(0), 2);
      return [c.input(1)];
    },
  });
}

const LowerBound = search("LowerBound");
const UpperBound = search("UpperBound");

const UnravelIndex = defineOp({
  type: "UnravelIndex",
  inputs: ["indices: Tidx", "dims: Tidx"],
  outputs: ["output: Tidx"],
  attrs: { Tidx: attr.type(indexTypes, "int32") },
  infer: (c) => {
    const dims = withRank(c.input(1), 1);
    const indices = c.input(0);
    if (indices.rank === null) return [unknownShape];
    return [indices.rank === 0 ? dims : new TensorShape([dims.dim(0), indices.elementCount()])];
  },
});

const HistogramFixedWidth = defineOp({
  type: "HistogramFixedWidth",
  inputs: ["values: T", "value_range: T", "nbins: int32"],
  outputs: ["out: dtype"],
  attrs: { T: attr.type(countTypes), dtype: attr.type(indexTypes, "int32") },
  infer: (c) => {
    withValue(withRank(c.input(1), 1).dim(0), 2);
    withRank(c.input(2), 0);
    const count = c.constant(2);
    if (count !== null && Number(count.at(0)) <= 0)
      throw new ShapeError(`Requires nbins > 0: ${Number(count.at(0))}`, { nbins: count });
    return [vectorShape(scalarAsDimension(c, 2))];
  },
});

const Cross = defineOp({
  type: "Cross",
  inputs: ["a: T", "b: T"],
  outputs: ["product: T"],
  attrs: { T: attr.type(realNumberTypes) },
  infer: (c) => {
    const shape = mergeShapes(withRankAtLeast(c.input(0), 1), withRankAtLeast(c.input(1), 1));
    if (shape.rank !== null) withValue(shape.dim(-1), 3);
    return [shape];
  },
});

const CumulativeLogsumexp = defineOp({
  type: "CumulativeLogsumexp",
  inputs: ["x: T", "axis: Tidx"],
  outputs: ["out: T"],
  attrs: {
    exclusive: attr.bool(false),
    reverse: attr.bool(false),
    T: attr.type(floatTypes),
    Tidx: attr.type(indexTypes, "int32"),
  },
  infer: inferUnchanged,
});

/** The definitions of this family. */
export const countingDefs = {
  Bincount,
  DenseBincount,
  LowerBound,
  UpperBound,
  UnravelIndex,
  HistogramFixedWidth,
  Cross,
  CumulativeLogsumexp,
};
