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

/** The definitions of this family. */
export const sparseSegmentDefs = {
  SparseSegmentSum: segments("SparseSegmentSum", realNumberTypes),
  SparseSegmentMean: segments("SparseSegmentMean", floatTypes),
  SparseSegmentSqrtN: segments("SparseSegmentSqrtN", floatTypes),
  SparseSegmentSumWithNumSegments: countedSegments("SparseSegmentSumWithNumSegments", realNumberTypes),
  SparseSegmentMeanWithNumSegments: countedSegments("SparseSegmentMeanWithNumSegments", floatTypes),
  SparseSegmentSqrtNWithNumSegments: countedSegments("SparseSegmentSqrtNWithNumSegments", floatTypes),
};
