/** Builders of the ops on the bits of integers. Mirrors `tf.bitwise`, python/ops/bitwise_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { bitwiseDefs as defs } from "./bitwise.defs.ts";
import type { NameOption } from "./op-scope.ts";

/**
 * The bits that both have.
 *
 * Shapes: x and y broadcast.
 * Dtypes: integers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `BitwiseAnd`, core/ops/bitwise_ops.cc
 * @example
 * session.runSync(bitwiseAnd(constant([6], { dtype: "int32" }), constant([3], { dtype: "int32" }))).toArray(); // [2]
 */
export function bitwiseAnd(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.BitwiseAnd, [x, y], {}, options.name);
}

/**
 * The bits that one or both have.
 *
 * Shapes: x and y broadcast.
 * Dtypes: integers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `BitwiseOr`, core/ops/bitwise_ops.cc
 * @example
 * session.runSync(bitwiseOr(constant([6], { dtype: "int32" }), constant([3], { dtype: "int32" }))).toArray(); // [7]
 */
export function bitwiseOr(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.BitwiseOr, [x, y], {}, options.name);
}

/**
 * The bits that exactly one has.
 *
 * Shapes: x and y broadcast.
 * Dtypes: integers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `BitwiseXor`, core/ops/bitwise_ops.cc
 * @example
 * session.runSync(bitwiseXor(constant([6], { dtype: "int32" }), constant([3], { dtype: "int32" }))).toArray(); // [5]
 */
export function bitwiseXor(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.BitwiseXor, [x, y], {}, options.name);
}

/**
 * Moves the bits of x up by y places; those that leave are lost.
 *
 * Shapes: x and y broadcast.
 * Dtypes: integers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `LeftShift`, core/ops/bitwise_ops.cc
 * @example
 * session.runSync(leftShift(constant([6], { dtype: "int32" }), constant([3], { dtype: "int32" }))).toArray(); // [48]
 */
export function leftShift(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.LeftShift, [x, y], {}, options.name);
}

/**
 * Moves the bits of x down by y places, keeping the sign.
 *
 * Shapes: x and y broadcast.
 * Dtypes: integers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `RightShift`, core/ops/bitwise_ops.cc
 * @example
 * session.runSync(rightShift(constant([6], { dtype: "int32" }), constant([3], { dtype: "int32" }))).toArray(); // [0]
 */
export function rightShift(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.RightShift, [x, y], {}, options.name);
}

/**
 * Turns every bit around.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: integers.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Invert`, core/ops/bitwise_ops.cc
 * @example
 * session.runSync(invert(constant([6], { dtype: "int32" }))).toArray(); // [-7]
 */
export function invert(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Invert, [x], {}, options.name);
}
