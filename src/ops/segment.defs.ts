/** Definitions of reductions of rows by the segment that they belong to. Mirrors core/ops/math_ops.cc. */
import { attr, defineOp, type InferContext, type TypeList } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { unknownShape } from "../tensor/shape.ts";
import { mergeDimensions, scalarAsDimension, subshape, vectorShape, withRank, withRankAtLeast } from "./shape-rules.ts";
import { indexTypes, numberTypes, realNumberTypes } from "./type-lists.ts";

/** An op whose ids are sorted: the last one tells how many segments there are. */
function sortedSegments<const N extends string, const L extends TypeList>(type: N, allowed: L) {
  return defineOp({
    type,
    inputs: ["data: T", "segment_ids: Tindices"],
    outputs: ["output: T"],
    attrs: { T: attr.type(allowed), Tindices: attr.type(indexTypes) },
    infer: (c) => {
      const data = withRankAtLeast(c.input(0), 1);
      withRank(c.input(1), 1);
      return [vectorShape(null).concatenate(subshape(data, 1))];
    },
  });
}

/** An op whose ids stand in any order, of as many segments as is said. */
function unsortedSegments<const N extends string, const L extends TypeList, const I extends TypeList>(
  type: N,
  allowed: L,
  ids: I,
) {
  return defineOp({
    type,
    inputs: ["data: T", "segment_ids: Tindices", "num_segments: Tnumsegments"],
    outputs: ["output: T"],
    attrs: { T: attr.type(allowed), Tindices: attr.type(ids), Tnumsegments: attr.type(indexTypes, "int32") },
    infer: inferUnsorted,
  });
}

function inferUnsorted(c: InferContext): readonly TensorShape[] {
  const [data, ids] = [c.input(0), c.input(1)];
  withRank(c.input(2), 0);
  if (ids.dims === null) return [unknownShape];
  withRankAtLeast(data, ids.dims.length);
  for (const [i, d] of ids.dims.entries()) mergeDimensions(data.dim(i), d);
  return [vectorShape(scalarAsDimension(c, 2)).concatenate(subshape(data, ids.dims.length))];
}

/** The definitions of this family. */
export const segmentDefs = {
  SegmentSum: sortedSegments("SegmentSum", numberTypes),
  SegmentMean: sortedSegments("SegmentMean", numberTypes),
  SegmentProd: sortedSegments("SegmentProd", numberTypes),
  SegmentMax: sortedSegments("SegmentMax", realNumberTypes),
  SegmentMin: sortedSegments("SegmentMin", realNumberTypes),
  UnsortedSegmentSum: unsortedSegments("UnsortedSegmentSum", numberTypes, ["int16", ...indexTypes]),
  UnsortedSegmentProd: unsortedSegments("UnsortedSegmentProd", numberTypes, indexTypes),
  UnsortedSegmentMax: unsortedSegments("UnsortedSegmentMax", realNumberTypes, indexTypes),
  UnsortedSegmentMin: unsortedSegments("UnsortedSegmentMin", realNumberTypes, indexTypes),
};
