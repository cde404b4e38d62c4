/** Definitions of reductions of picked rows by the segment that they belong to. Mirrors core/ops/math_ops.cc. */
import { attr, defineOp, type InferContext, type TypeList } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { mergeShapes, scalarAsDimension, subshape, vectorShape, withRank, withRankAtLeast } from "./shape-rules.ts";
import { floatTypes, indexTypes, realNumberTypes } from "./type-lists.ts";

function inferSegments(c: InferContext, count: number | null): readonly TensorShape[] {
  const data = withRankAtLeast(c.input(0), 1);
  const indices = withRank(c.input(1), 1);
  mergeShapes(indices, withRank(c.input(2), 1));
  return [vectorShape(count).concatenate(subshape(data, 1))];
}

const index = attr.type(indexTypes, "int32");

function segments<const N extends string, const L extends TypeList>(type: N, allowed: L) {
  return defineOp({
    type,
    inputs: ["data: T", "indices: Tidx", "segment_ids: Tsegmentids"],
    outputs: ["output: T"],
    attrs: { T: attr.type(allowed), Tidx: index, Tsegmentids: index, sparse_gradient: attr.bool(false) },
    infer: (c) => inferSegments(c, null),
  });
}

function countedSegments<const N extends string, const L extends TypeList>(type: N, allowed: L) {
  return defineOp({
    type,
    inputs: ["data: T", "indices: Tidx", "segment_ids: Tsegmentids", "num_segments: Tnumsegments"],
    outputs: ["output: T"],
    attrs: {
      T: attr.type(allowed),
      Tidx: index,
      Tnumsegments: index,
      Tsegmentids: index,
      sparse_gradient: attr.bool(false),
    },
    infer: (c) => {
      withRank(c.input(3), 0);
      return inferSegments(c, scalarAsDimension(c, 3));
    },
  });
}

/** The gradient of the rows that were picked, in a tensor of so many rows. */
function segmentGradient<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["grad: T", "indices: Tidx", "segment_ids: Tsegmentids", "output_dim0: int32"],
    outputs: ["output: T"],
    attrs: { T: attr.type(floatTypes), Tidx: index, Tsegmentids: index },
    infer: (c) => {
      const row = gradientRow(c);
      return [vectorShape(scalarAsDimension(c, 3)).concatenate(row)];
    },
  });
}

/** As `segmentGradient`, but only the rows that were picked, in order, and which they are. */
function segmentGradientRows<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["grad: T", "indices: Tidx", "segment_ids: Tsegmentids", "dense_output_dim0: int32"],
    outputs: ["output: T", "sorted_unique_indices: Tidx"],
    attrs: { T: attr.type(floatTypes), Tidx: index, Tsegmentids: index },
    infer: (c) => [vectorShape(null).concatenate(gradientRow(c)), vectorShape(null)],
  });
}

/** The shape of one row. */
function gradientRow(c: InferContext): TensorShape {
  const data = withRankAtLeast(c.input(0), 1);
  const indices = withRank(c.input(1), 1);
  mergeShapes(withRank(c.input(2), 1), indices);
  withRank(c.input(3), 0);
  return subshape(data, 1);
}

/** The definitions of this family. */
export const sparseSegmentDefs = {
  SparseSegmentSum: segments("SparseSegmentSum", realNumberTypes),
  SparseSegmentMean: segments("SparseSegmentMean", floatTypes),
  SparseSegmentSqrtN: segments("SparseSegmentSqrtN", floatTypes),
  SparseSegmentSumWithNumSegments: countedSegments("SparseSegmentSumWithNumSegments", realNumberTypes),
  SparseSegmentMeanWithNumSegments: countedSegments("SparseSegmentMeanWithNumSegments", floatTypes),
  SparseSegmentSqrtNWithNumSegments: countedSegments("SparseSegmentSqrtNWithNumSegments", floatTypes),
  SparseSegmentSumGrad: segmentGradient("SparseSegmentSumGrad"),
  SparseSegmentMeanGrad: segmentGradient("SparseSegmentMeanGrad"),
  SparseSegmentSqrtNGrad: segmentGradient("SparseSegmentSqrtNGrad"),
  SparseSegmentSumGradV2: segmentGradientRows("SparseSegmentSumGradV2"),
  SparseSegmentMeanGradV2: segmentGradientRows("SparseSegmentMeanGradV2"),
  SparseSegmentSqrtNGradV2: segmentGradientRows("SparseSegmentSqrtNGradV2"),
};
