/** Builders of the ops that move blocks of an image to its depth and back, and that roll axes. Mirrors python/ops/array_ops.py and manip_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { NameOption } from "./op-scope.ts";
import { spaceDefs as defs } from "./space.defs.ts";

/** Options of `spaceToDepth` and `depthToSpace`. */
export interface DepthOptions extends NameOption {
  /** The order of axes: `NHWC` (default) or `NCHW`. */
  readonly dataFormat?: string;
}

/**
 * Moves each block of pixels into the depth of one.
 *
 * Shapes: `[n, h, w, d]` → `[n, h / blockSize, w / blockSize, d · blockSize²]`.
 * Dtypes: any.
 * @throws {ShapeError} when height or width is no multiple of the block's. @throws {ArgumentError} for a block smaller than 2.
 * @remarks Differs from TensorFlow: `NCHW` is computed on the CPU, too.
 * @see TensorFlow `space_to_depth`, python/ops/array_ops.py; `SpaceToDepth`, core/ops/array_ops.cc
 * @example
 * session.runSync(spaceToDepth(constant([[[[1], [2]], [[3], [4]]]]), 2)).toArray(); // [[[[1, 2, 3, 4]]]]
 */
export function spaceToDepth(input: TensorLike, blockSize: number, options: DepthOptions = {}): Tensor {
  return applyOp1(defs.SpaceToDepth, [input], { block_size: blockSize, data_format: options.dataFormat }, options.name);
}

/**
 * Spreads the depth of each pixel over a block of pixels.
 *
 * Shapes: `[n, h, w, d]` → `[n, h · blockSize, w · blockSize, d / blockSize²]`.
 * Dtypes: any.
 * @throws {ShapeError} when the depth is no multiple of the block's size. @throws {ArgumentError} for a block smaller than 2.
 * @remarks Differs from TensorFlow: `NCHW` is computed on the CPU, too.
 * @see TensorFlow `depth_to_space`, python/ops/array_ops.py; `DepthToSpace`, core/ops/array_ops.cc
 * @example
 * session.runSync(depthToSpace(constant([[[[1, 2, 3, 4]]]]), 2)).toArray(); // [[[[1], [2]], [[3], [4]]]]
 */
export function depthToSpace(input: TensorLike, blockSize: number, options: DepthOptions = {}): Tensor {
  return applyOp1(defs.DepthToSpace, [input], { block_size: blockSize, data_format: options.dataFormat }, options.name);
}

/**
 * Moves the elements along axes; what leaves at one end comes in at the other.
 *
 * Shapes: input `[…]`, shift and axis `[]` or `[n]` → `[…]`. Several shifts of one axis add up.
 * Dtypes: input any; shift and axis int32, int64.
 * @throws {ShapeError} for a scalar, or when shift and axis differ in shape. @throws {InvalidArgumentError} at the run, for an axis that the input does not have.
 * @see TensorFlow `roll`, python/ops/manip_ops.py; `Roll`, core/ops/manip_ops.cc
 * @example
 * session.runSync(roll(constant([1, 2, 3]), 1, 0)).toArray(); // [3, 1, 2]
 */
export function roll(input: TensorLike, shift: TensorLike, axis: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Roll, [input, shift, axis], {}, options.name);
}
