/** Builders of the ops that move blocks of space to the batch and back. Mirrors `space_to_batch` and its kin, python/ops/array_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int64 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { shapeOfRank } from "../tensor/shape.ts";
import type { NameOption } from "./op-scope.ts";
import { spaceBatchDefs as defs } from "./space-batch.defs.ts";

/**
 * Moves the places in each block of space to the batch, after zeros were added around.
 *
 * Shapes: input `[n, s…, r…]`, blockShape `[m]`, paddings `[m, 2]` → `[n · ∏block, (s + before + after) / block …, r…]`.
 * Dtypes: input any; blockShape and paddings int32, int64. The length of blockShape must be known.
 * @throws {ShapeError} when a padded size is no multiple of its block. @throws {InvalidArgumentError} at the run, likewise.
 * @see TensorFlow `SpaceToBatchND`, core/ops/array_ops.cc
 * @example
 * session.runSync(spaceToBatchNd(constant([[1, 2, 3, 4]]), [2], [[0, 0]])).toArray(); // [[1, 3], [2, 4]]
 */
export function spaceToBatchNd(
  input: TensorLike,
  blockShape: TensorLike,
  paddings: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.SpaceToBatchND, [input, blockShape, paddings], {}, options.name);
}

/**
 * Puts blocks of space together from the batch, and cuts off what lies around; what `spaceToBatchNd` took apart.
 *
 * Shapes: input `[n, s…, r…]`, blockShape `[m]`, crops `[m, 2]` → `[n / ∏block, s · block - before - after …, r…]`.
 * Dtypes: input any; blockShape and crops int32, int64. The length of blockShape must be known.
 * @throws {ShapeError} when the batch is no multiple of the blocks. @throws {InvalidArgumentError} at the run, likewise.
 * @see TensorFlow `BatchToSpaceND`, core/ops/array_ops.cc
 * @example
 * session.runSync(batchToSpaceNd(constant([[1, 3], [2, 4]]), [2], [[0, 1]])).toArray(); // [[1, 2, 3]]
 */
export function batchToSpaceNd(
  input: TensorLike,
  blockShape: TensorLike,
  crops: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(defs.BatchToSpaceND, [input, blockShape, crops], {}, options.name);
}

/** A square block. */
function square(size: number): TensorLike {
  return ndarray([size, size], int64);
}

/** The result, which must be an image. */
function asImage(result: Tensor): Tensor {
  const { rank } = result.shape;
  if (rank !== null && rank !== 4)
    throw new ArgumentError(`Shape ${result.shape} must have rank 4`, {
      shape: result.shape,
    });
  if (rank === null) result.setShape(shapeOfRank(4));
  return result;
}

/**
 * As `spaceToBatchNd`, for images and square blocks.
 *
 * Shapes: input `[n, h, w, c]`, paddings `[2, 2]` → `[n · blockSize², (h + before + after) / blockSize, …, c]`.
 * Dtypes: input any; paddings int32, int64.
 * @throws {ShapeError} when a padded size is no multiple of the block's.
 * @see TensorFlow `space_to_batch`, python/ops/array_ops.py; `SpaceToBatchND`, core/ops/array_ops.cc
 * @example
 * const x = constant([[[[1], [2]], [[3], [4]]]]);
 * session.runSync(spaceToBatch(x, [[0, 0], [0, 0]], 2)).toArray(); // [[[[1]]], [[[2]]], [[[3]]], [[[4]]]]
 */
export function spaceToBatch(
  input: TensorLike,
  paddings: TensorLike,
  blockSize: number,
  options: NameOption = {},
): Tensor {
  return asImage(spaceToBatchNd(input, square(blockSize), paddings, options));
}

/**
 * As `batchToSpaceNd`, for images and square blocks.
 *
 * Shapes: input `[n, h, w, c]`, crops `[2, 2]` → `[n / blockSize², h · blockSize - before - after, …, c]`.
 * Dtypes: input any; crops int32, int64.
 * @throws {ShapeError} when the batch is no multiple of the blocks.
 * @see TensorFlow `batch_to_space`, python/ops/array_ops.py; `BatchToSpaceND`, core/ops/array_ops.cc
 * @example
 * const x = constant([[[[1]]], [[[2]]], [[[3]]], [[[4]]]]);
 * session.runSync(batchToSpace(x, [[0, 0], [0, 0]], 2)).toArray(); // [[[[1], [2]], [[3], [4]]]]
 */
export function batchToSpace(
  input: TensorLike,
  crops: TensorLike,
  blockSize: number,
  options: NameOption = {},
): Tensor {
  return asImage(batchToSpaceNd(input, square(blockSize), crops, options));
}
