/** Builders of reductions of rows by the segment that they belong to. Mirrors python/ops/math_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { ones } from "./array.ts";
import { concat } from "./concat.ts";
import { sqrt } from "./elementary.ts";
import { maximum } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { segmentDefs as defs } from "./segment.defs.ts";
import { rank, reshape, unnamedShape } from "./shape.ts";
import { indexTensor } from "./slice.ts";
import { sparseSegmentDefs as sparseDefs } from "./sparse-segment.defs.ts";

/**
 * Sums the rows of each segment; 0 where there are none. Ids are sorted, and the last one tells how many segments there are.
 *
 * Shapes: data `[n, …]`, ids `[n]` → `[last id + 1, …]`.
 * Dtypes: data numbers; ids int32, int64.
 * @throws {ShapeError} when the ids are no vector. @throws {InvalidArgumentError} at the run, for ids that are negative, not sorted, or more or fewer than rows.
 * @see TensorFlow `segment_sum`; `SegmentSum`, core/ops/math_ops.cc
 * @example
 * session.runSync(segmentSum(constant([1, 2, 3]), [0, 0, 1])).toArray(); // [3, 3]
 */
export function segmentSum(data: TensorLike, segmentIds: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.SegmentSum, [data, segmentIds], {}, options.name);
}

/**
 * The means of the rows of each segment; 0 where there are none. Of integers, rounded toward zero. Ids are sorted, and the last one tells how many segments there are.
 *
 * Shapes: data `[n, …]`, ids `[n]` → `[last id + 1, …]`.
 * Dtypes: data numbers; ids int32, int64.
 * @throws {ShapeError} when the ids are no vector. @throws {InvalidArgumentError} at the run, for ids that are negative, not sorted, or more or fewer than rows.
 * @see TensorFlow `segment_mean`; `SegmentMean`, core/ops/math_ops.cc
 * @example
 * session.runSync(segmentMean(constant([1, 2, 3]), [0, 0, 1])).toArray(); // [1.5, 3]
 */
export function segmentMean(data: TensorLike, segmentIds: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.SegmentMean, [data, segmentIds], {}, options.name);
}

/**
 * The products of the rows of each segment; 1 where there are none. Ids are sorted, and the last one tells how many segments there are.
 *
 * Shapes: data `[n, …]`, ids `[n]` → `[last id + 1, …]`.
 * Dtypes: data numbers; ids int32, int64.
 * @throws {ShapeError} when the ids are no vector. @throws {InvalidArgumentError} at the run, for ids that are negative, not sorted, or more or fewer than rows.
 * @see TensorFlow `segment_prod`; `SegmentProd`, core/ops/math_ops.cc
 * @example
 * session.runSync(segmentProd(constant([1, 2, 3]), [0, 0, 1])).toArray(); // [2, 3]
 */
export function segmentProd(data: TensorLike, segmentIds: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.SegmentProd, [data, segmentIds], {}, options.name);
}

/**
 * The greatest elements of the rows of each segment; 0 where there are none. Ids are sorted, and the last one tells how many segments there are.
 *
 * Shapes: data `[n, …]`, ids `[n]` → `[last id + 1, …]`.
 * Dtypes: data real numbers; ids int32, int64.
 * @throws {ShapeError} when the ids are no vector. @throws {InvalidArgumentError} at the run, for ids that are negative, not sorted, or more or fewer than rows.
 * @see TensorFlow `segment_max`; `SegmentMax`, core/ops/math_ops.cc
 * @example
 * session.runSync(segmentMax(constant([1, 2, 3]), [0, 0, 1])).toArray(); // [2, 3]
 */
export function segmentMax(data: TensorLike, segmentIds: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.SegmentMax, [data, segmentIds], {}, options.name);
}

/**
 * The least elements of the rows of each segment; 0 where there are none. Ids are sorted, and the last one tells how many segments there are.
 *
 * Shapes: data `[n, …]`, ids `[n]` → `[last id + 1, …]`.
 * Dtypes: data real numbers; ids int32, int64.
 * @throws {ShapeError} when the ids are no vector. @throws {InvalidArgumentError} at the run, for ids that are negative, not sorted, or more or fewer than rows.
 * @see TensorFlow `segment_min`; `SegmentMin`, core/ops/math_ops.cc
 * @example
 * session.runSync(segmentMin(constant([1, 2, 3]), [0, 0, 1])).toArray(); // [1, 3]
 */
export function segmentMin(data: TensorLike, segmentIds: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.SegmentMin, [data, segmentIds], {}, options.name);
}

/**
 * Sums the rows of each segment; 0 where there are none. Ids stand in any order; rows of negative ids belong to no segment.
 *
 * Shapes: data `[n, m, …]`, ids `[n, m]` (or fewer axes of the data's first ones) → `[numSegments, …]`.
 * Dtypes: data numbers; ids int32, int64, int16.
 * @throws {ShapeError} when the ids' shape does not begin the data's. @throws {InvalidArgumentError} at the run, for an id of no segment.
 * @see TensorFlow `unsorted_segment_sum`; `UnsortedSegmentSum`, core/ops/math_ops.cc
 * @example
 * session.runSync(unsortedSegmentSum(constant([1, 2, 3]), [1, 0, 1], 2)).toArray(); // [2, 4]
 */
export function unsortedSegmentSum(
  data: TensorLike,
  segmentIds: TensorLike,
  numSegments: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.UnsortedSegmentSum, [data, segmentIds, numSegments], {}, options.name);
}

/**
 * The products of the rows of each segment; 1 where there are none. Ids stand in any order; rows of negative ids belong to no segment.
 *
 * Shapes: data `[n, m, …]`, ids `[n, m]` (or fewer axes of the data's first ones) → `[numSegments, …]`.
 * Dtypes: data numbers; ids int32, int64.
 * @throws {ShapeError} when the ids' shape does not begin the data's. @throws {InvalidArgumentError} at the run, for an id of no segment.
 * @see TensorFlow `unsorted_segment_prod`; `UnsortedSegmentProd`, core/ops/math_ops.cc
 * @example
 * session.runSync(unsortedSegmentProd(constant([1, 2, 3]), [1, 0, 1], 2)).toArray(); // [2, 3]
 */
export function unsortedSegmentProd(
  data: TensorLike,
  segmentIds: TensorLike,
  numSegments: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.UnsortedSegmentProd, [data, segmentIds, numSegments], {}, options.name);
}

/**
 * The greatest elements of the rows of each segment; the least finite number where there are none. Ids stand in any order; rows of negative ids belong to no segment.
 *
 * Shapes: data `[n, m, …]`, ids `[n, m]` (or fewer axes of the data's first ones) → `[numSegments, …]`.
 * Dtypes: data real numbers; ids int32, int64.
 * @throws {ShapeError} when the ids' shape does not begin the data's. @throws {InvalidArgumentError} at the run, for an id of no segment.
 * @see TensorFlow `unsorted_segment_max`; `UnsortedSegmentMax`, core/ops/math_ops.cc
 * @example
 * session.runSync(unsortedSegmentMax(constant([1, 2, 3]), [1, 0, 1], 2)).toArray(); // [2, 3]
 */
export function unsortedSegmentMax(
  data: TensorLike,
  segmentIds: TensorLike,
  numSegments: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.UnsortedSegmentMax, [data, segmentIds, numSegments], {}, options.name);
}

/**
 * The least elements of the rows of each segment; the greatest finite number where there are none. Ids stand in any order; rows of negative ids belong to no segment.
 *
 * Shapes: data `[n, m, …]`, ids `[n, m]` (or fewer axes of the data's first ones) → `[numSegments, …]`.
 * Dtypes: data real numbers; ids int32, int64.
 * @throws {ShapeError} when the ids' shape does not begin the data's. @throws {InvalidArgumentError} at the run, for an id of no segment.
 * @see TensorFlow `unsorted_segment_min`; `UnsortedSegmentMin`, core/ops/math_ops.cc
 * @example
 * session.runSync(unsortedSegmentMin(constant([1, 2, 3]), [1, 0, 1], 2)).toArray(); // [2, 1]
 */
export function unsortedSegmentMin(
  data: TensorLike,
  segmentIds: TensorLike,
  numSegments: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.UnsortedSegmentMin, [data, segmentIds, numSegments], {}, options.name);
}

/** The sums of segments, and how many rows each has, at least 1. */
function sumsAndCounts(data: TensorLike, segmentIds: TensorLike, numSegments: TensorLike): readonly [Tensor, Tensor] {
  const rows = convertToTensor(data);
  const ids = convertToTensor(segmentIds, { preferredDtype: int32 });
  const size = convertToTensor(numSegments, { preferredDtype: int32 });
  const one = ones(unnamedShape(ids), { dtype: rows.dtype });
  const counts = applyOp1(defs.UnsortedSegmentSum, [one, ids, size]);
  const length = indexTensor(size, [null]);
  const others = ones([rank(rows).sub(rank(ids))], { dtype: size.dtype });
  const perRow = reshape(counts, concat([length, others], 0));
  const atLeastOne = maximum(perRow, 1);
  return [applyOp1(defs.UnsortedSegmentSum, [rows, ids, numSegments]), atLeastOne];
}

/**
 * The means of the rows of each segment; 0 where there are none. Ids stand in any order; rows of negative ids belong to no segment.
 *
 * Shapes: data `[n, m, …]`, ids `[n, m]` (or fewer axes of the data's first ones) → `[numSegments, …]`.
 * Dtypes: data floats, complex; ids int32, int64.
 * @throws {ShapeError} when the ids' shape does not begin the data's. @throws {InvalidArgumentError} at the run, for an id of no segment.
 * @see TensorFlow `unsorted_segment_mean`, python/ops/math_ops.py
 * @example
 * session.runSync(unsortedSegmentMean(constant([1, 2, 3]), [1, 0, 1], 2)).toArray(); // [2, 2]
 */
export function unsortedSegmentMean(
  data: TensorLike,
  segmentIds: TensorLike,
  numSegments: TensorLike,
  options: NameOption = {},
): Tensor {
  return inOpScope(options.name, "UnsortedSegmentMean", [], () => {
    const [sums, counts] = sumsAndCounts(data, segmentIds, numSegments);
    return sums.div(counts);
  });
}

/**
 * The sums of the rows, divided by the square root of their number, for each segment; 0 where there are none. Ids stand in any order; rows of negative ids belong to no segment.
 *
 * Shapes: data `[n, m, …]`, ids `[n, m]` (or fewer axes of the data's first ones) → `[numSegments, …]`.
 * Dtypes: data floats, complex; ids int32, int64.
 * @throws {ShapeError} when the ids' shape does not begin the data's. @throws {InvalidArgumentError} at the run, for an id of no segment.
 * @see TensorFlow `unsorted_segment_sqrt_n`, python/ops/math_ops.py
 * @example
 * session.runSync(unsortedSegmentSqrtN(constant([1, 2, 3, 4]), [0, 0, 0, 0], 1)).toArray(); // [5]
 */
export function unsortedSegmentSqrtN(
  data: TensorLike,
  segmentIds: TensorLike,
  numSegments: TensorLike,
  options: NameOption = {},
): Tensor {
  return inOpScope(options.name, "UnsortedSegmentSqrtN", [], () => {
    const [sums, counts] = sumsAndCounts(data, segmentIds, numSegments);
    return sums.div(sqrt(counts));
  });
}

/** Options of `sparseSegmentSum` and its kin. */
export interface SparseSegmentOptions extends NameOption {
  /** How many segments there are; default: one more than the last id. */
  readonly numSegments?: TensorLike | null | undefined;
  /** Kept with the op: whether its gradient is sparse. Default false. */
  readonly sparseGradient?: boolean | undefined;
}

function sparseSegment(
  plain: OpDef,
  counted: OpDef,
  inputs: readonly TensorLike[],
  options: SparseSegmentOptions,
): Tensor {
  const count = options.numSegments ?? null;
  const attrs = { sparse_gradient: options.sparseGradient ?? false };
  return count === null
    ? applyOp1(plain, inputs, attrs, options.name)
    : applyOp1(counted, [...inputs, count], attrs, options.name);
}

/**
 * The sums of picked rows of each segment; 0 where there are none. Ids are sorted.
 *
 * Shapes: data `[n, …]`, indices `[k]`, ids `[k]` → `[last id + 1, …]`, or `[numSegments, …]`.
 * @throws {ShapeError} when indices and ids differ in length. @throws {InvalidArgumentError} at the run, for an index out of range, or ids that are not sorted.
 * @see TensorFlow `sparse_segment_sum`; `SparseSegmentSum`, core/ops/math_ops.cc
 * @example
 * session.runSync(sparseSegmentSum(constant([[1, 2], [3, 4]]), [0, 1], [0, 0])).toArray(); // [[4, 6]]
 */
export function sparseSegmentSum(
  data: TensorLike,
  indices: TensorLike,
  segmentIds: TensorLike,
  options: SparseSegmentOptions = {},
): Tensor {
  return sparseSegment(
    sparseDefs.SparseSegmentSum,
    sparseDefs.SparseSegmentSumWithNumSegments,
    [data, indices, segmentIds],
    options,
  );
}

/**
 * The means of picked rows of each segment; 0 where there are none. Ids are sorted.
 *
 * Shapes: data `[n, …]`, indices `[k]`, ids `[k]` → `[last id + 1, …]`, or `[numSegments, …]`.
 * @throws {ShapeError} when indices and ids differ in length. @throws {InvalidArgumentError} at the run, for an index out of range, or ids that are not sorted.
 * @see TensorFlow `sparse_segment_mean`; `SparseSegmentMean`, core/ops/math_ops.cc
 * @example
 * session.runSync(sparseSegmentMean(constant([[1, 2], [3, 4]]), [0, 1], [0, 0])).toArray(); // [[2, 3]]
 */
export function sparseSegmentMean(
  data: TensorLike,
  indices: TensorLike,
  segmentIds: TensorLike,
  options: SparseSegmentOptions = {},
): Tensor {
  return sparseSegment(
    sparseDefs.SparseSegmentMean,
    sparseDefs.SparseSegmentMeanWithNumSegments,
    [data, indices, segmentIds],
    options,
  );
}

/**
 * The sums, each divided by the root of the number of rows, of picked rows of each segment; 0 where there are none. Ids are sorted.
 *
 * Shapes: data `[n, …]`, indices `[k]`, ids `[k]` → `[last id + 1, …]`, or `[numSegments, …]`.
 * @throws {ShapeError} when indices and ids differ in length. @throws {InvalidArgumentError} at the run, for an index out of range, or ids that are not sorted.
 * @see TensorFlow `sparse_segment_sqrt_n`; `SparseSegmentSqrtN`, core/ops/math_ops.cc
 * @example
 * sparseSegmentSqrtN(constant([[1, 2], [3, 4]]), [0, 1], [0, 0], { numSegments: 3 }).shape; // (3, 2)
 */
export function sparseSegmentSqrtN(
  data: TensorLike,
  indices: TensorLike,
  segmentIds: TensorLike,
  options: SparseSegmentOptions = {},
): Tensor {
  return sparseSegment(
    sparseDefs.SparseSegmentSqrtN,
    sparseDefs.SparseSegmentSqrtNWithNumSegments,
    [data, indices, segmentIds],
    options,
  );
}
