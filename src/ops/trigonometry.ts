/** Builders of the trigonometric and hyperbolic functions and their inverses, element by element. The ops are defined in elementary.defs.ts. Mirrors python/ops/math_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { elementaryDefs as defs } from "./elementary.defs.ts";
import type { NameOption } from "./op-scope.ts";

/**
 * The sine of an angle in radians.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Sin`, core/ops/math_ops.cc
 * @example
 * session.runSync(sin(constant([0]))).toArray(); // [0]
 */
export function sin(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Sin, [x], {}, options.name);
}

/**
 * The cosine of an angle in radians.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Cos`, core/ops/math_ops.cc
 * @example
 * session.runSync(cos(constant([0]))).toArray(); // [1]
 */
export function cos(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Cos, [x], {}, options.name);
}

/**
 * The tangent of an angle in radians.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Tan`, core/ops/math_ops.cc
 * @example
 * session.runSync(tan(constant([0]))).toArray(); // [0]
 */
export function tan(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Tan, [x], {}, options.name);
}

/**
 * The angle in radians whose sine is x.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Asin`, core/ops/math_ops.cc
 * @example
 * session.runSync(asin(constant([0]))).toArray(); // [0]
 */
export function asin(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Asin, [x], {}, options.name);
}

/**
 * The angle in radians whose cosine is x.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Acos`, core/ops/math_ops.cc
 * @example
 * session.runSync(acos(constant([1]))).toArray(); // [0]
 */
export function acos(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Acos, [x], {}, options.name);
}

/**
 * The angle in radians whose tangent is x.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Atan`, core/ops/math_ops.cc
 * @example
 * session.runSync(atan(constant([0]))).toArray(); // [0]
 */
export function atan(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Atan, [x], {}, options.name);
}

/**
 * The hyperbolic sine.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Sinh`, core/ops/math_ops.cc
 * @example
 * session.runSync(sinh(constant([0]))).toArray(); // [0]
 */
export function sinh(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Sinh, [x], {}, options.name);
}

/**
 * The hyperbolic cosine.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Cosh`, core/ops/math_ops.cc
 * @example
 * session.runSync(cosh(constant([0]))).toArray(); // [1]
 */
export function cosh(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Cosh, [x], {}, options.name);
}

/**
 * The hyperbolic tangent.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Tanh`, core/ops/math_ops.cc
 * @example
 * session.runSync(tanh(constant([0]))).toArray(); // [0]
 */
export function tanh(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Tanh, [x], {}, options.name);
}

/**
 * The inverse hyperbolic sine.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Asinh`, core/ops/math_ops.cc
 * @example
 * session.runSync(asinh(constant([0]))).toArray(); // [0]
 */
export function asinh(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Asinh, [x], {}, options.name);
}

/**
 * The inverse hyperbolic cosine.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Acosh`, core/ops/math_ops.cc
 * @example
 * session.runSync(acosh(constant([1]))).toArray(); // [0]
 */
export function acosh(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Acosh, [x], {}, options.name);
}

/**
 * The inverse hyperbolic tangent.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Atanh`, core/ops/math_ops.cc
 * @example
 * session.runSync(atanh(constant([0]))).toArray(); // [0]
 */
export function atanh(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Atanh, [x], {}, options.name);
}
