/** Builders of the special functions. Mirrors python/ops/math_ops.py and special_math_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { specialDefs as defs } from "./special.defs.ts";

/**
 * The logarithm of the magnitude of the gamma function.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Lgamma`, core/ops/math_ops.cc
 * @example
 * session.runSync(lgamma(constant([1, 2]))).toArray(); // [0, 0]
 */
export function lgamma(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Lgamma, [x], {}, options.name);
}

/**
 * The derivative of `lgamma`; not-a-number at 0 and at negative integers.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Digamma`, core/ops/math_ops.cc
 * @example
 * session.runSync(digamma(constant([0]))).toArray(); // [NaN]
 */
export function digamma(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Digamma, [x], {}, options.name);
}

/**
 * The lower regularized incomplete gamma function.
 *
 * Shapes: a and x broadcast.
 * Dtypes: float32, float64; both alike.
 *
 * @throws {DTypeError} for other dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Igamma`, core/ops/math_ops.cc
 * @example
 * session.runSync(igamma(constant([1]), constant([0]))).toArray(); // [0]
 */
export function igamma(a: TensorLike, x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Igamma, [a, x], {}, options.name);
}

/**
 * The upper regularized incomplete gamma function: 1 minus the lower one.
 *
 * Shapes: a and x broadcast.
 * Dtypes: float32, float64; both alike.
 *
 * @throws {DTypeError} for other dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Igammac`, core/ops/math_ops.cc
 * @example
 * session.runSync(igammac(constant([1]), constant([0]))).toArray(); // [1]
 */
export function igammac(a: TensorLike, x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Igammac, [a, x], {}, options.name);
}

/**
 * Hurwitz's zeta function: the sum of (q + n) to the power -x, for n from 0.
 *
 * Shapes: x and q broadcast.
 * Dtypes: float32, float64; both alike.
 *
 * @throws {DTypeError} for other dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Zeta`, core/ops/math_ops.cc
 * @example
 * session.runSync(zeta(constant([1]), constant([1]))).toArray(); // [Infinity]
 */
export function zeta(x: TensorLike, q: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Zeta, [x, q], {}, options.name);
}

/**
 * The derivative of order a of `digamma`; not-a-number where a is no whole number.
 *
 * Shapes: a and x broadcast.
 * Dtypes: float32, float64; both alike.
 *
 * @throws {DTypeError} for other dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Polygamma`, core/ops/math_ops.cc
 * @example
 * session.runSync(polygamma(constant([0.5]), constant([1]))).toArray(); // [NaN]
 */
export function polygamma(a: TensorLike, x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Polygamma, [a, x], {}, options.name);
}

/**
 * The regularized incomplete beta function, from 0 to x.
 *
 * Shapes: a, b and x are alike, or scalars.
 * Dtypes: float32, float64; all alike.
 *
 * @throws {DTypeError} for other dtypes.
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `Betainc`, core/ops/math_ops.cc
 * @example
 * session.runSync(betainc(constant([1]), constant([1]), constant([0.5]))).toArray(); // [0.5]
 */
export function betainc(a: TensorLike, b: TensorLike, x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Betainc, [a, b, x], {}, options.name);
}

/**
 * The inverse of the error function.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `erfinv`, python/ops/math_ops.py; `Erfinv`, core/ops/math_ops.cc
 * @example
 * session.runSync(erfinv(constant([0, 1]))).toArray(); // [0, Infinity]
 */
export function erfinv(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "erfinv", [x], () => applyOp1(defs.Erfinv, [x]));
}

/**
 * The quantiles of the standard normal distribution.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `ndtri`, python/ops/math_ops.py; `Ndtri`, core/ops/math_ops.cc
 * @example
 * session.runSync(ndtri(constant([0.5, 1]))).toArray(); // [0, Infinity]
 */
export function ndtri(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "ndtri", [x], () => applyOp1(defs.Ndtri, [x]));
}

/**
 * The modified Bessel function of order 0, times exp(-|x|).
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `bessel_i0e`, python/ops/special_math_ops.py; `BesselI0e`, core/ops/special_math_ops.cc
 * @example
 * session.runSync(besselI0e(constant([0]))).toArray(); // [1]
 */
export function besselI0e(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "bessel_i0e", [x], () => applyOp1(defs.BesselI0e, [x]));
}

/**
 * The modified Bessel function of order 1, times exp(-|x|).
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `bessel_i1e`, python/ops/special_math_ops.py; `BesselI1e`, core/ops/special_math_ops.cc
 * @example
 * session.runSync(besselI1e(constant([0]))).toArray(); // [0]
 */
export function besselI1e(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "bessel_i1e", [x], () => applyOp1(defs.BesselI1e, [x]));
}

/**
 * The number beside x1 towards x2, element by element: no other number of the dtype lies between. Equal numbers give x2.
 *
 * Shapes: x1, x2 broadcast. Dtypes: float32, float64; both alike.
 *
 * @throws {DTypeError} for other dtypes. @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `NextAfter`, core/ops/math_ops.cc
 * @example
 * session.runSync(math.nextafter(constant([1], { dtype: "float64" }), constant([2], { dtype: "float64" }))).toArray(); // [1.0000000000000002]
 */
export function nextafter(x1: TensorLike, x2: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.NextAfter, [x1, x2], {}, options.name);
}
