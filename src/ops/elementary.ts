/** Builders of functions of one operand, element by element. Those of angles are in trigonometry.ts. Mirrors python/ops/math_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { complexDefs } from "./complex.defs.ts";
import { elementaryDefs as defs } from "./elementary.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/**
 * Negates.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64, int8, int16, int32, int64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Neg`, core/ops/math_ops.cc
 * @example
 * session.runSync(negative(constant([1, -2]))).toArray(); // [-1, 2]
 */
export function negative(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Neg, [x], {}, options.name);
}

/**
 * The magnitude.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64, int8, int16, int32, int64; complex64 → float32, complex128 → float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `abs`, python/ops/math_ops.py; `Abs` and `ComplexAbs`, core/ops/math_ops.cc
 * @example
 * session.runSync(abs(constant([1, -2]))).toArray(); // [1, 2]
 */
export function abs(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Abs", [x], (scope) => {
    const value = convertToTensor(x, { name: "x" });
    if (!value.dtype.isComplex) return applyOp1(defs.Abs, [value], {}, scope);
    const Tout = value.dtype.baseName === "complex64" ? "float32" : "float64";
    return applyOp1(complexDefs.ComplexAbs, [value], { Tout }, scope);
  });
}

/**
 * -1, 0 or 1 with the sign of x; not-a-number stays.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64, int8, int16, int32, int64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Sign`, core/ops/math_ops.cc
 * @example
 * session.runSync(sign(constant([3, 0, -2]))).toArray(); // [1, 0, -1]
 */
export function sign(x: TensorLike, options: NameOption = {}): Tensor {
  return publicCall(() => applyOp1(defs.Sign, [convertToTensor(x)], {}, options.name));
}

/**
 * The square.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: all numbers.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Square`, core/ops/math_ops.cc
 * @example
 * session.runSync(square(constant([3, -2]))).toArray(); // [9, 4]
 */
export function square(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Square, [x], {}, options.name);
}

/**
 * The square root; not-a-number below 0.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Sqrt`, core/ops/math_ops.cc
 * @example
 * session.runSync(sqrt(constant([4, 9]))).toArray(); // [2, 3]
 */
export function sqrt(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Sqrt, [x], {}, options.name);
}

/**
 * One over the square root.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Rsqrt`, core/ops/math_ops.cc
 * @example
 * session.runSync(rsqrt(constant([4, 0.25]))).toArray(); // [0.5, 2]
 */
export function rsqrt(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Rsqrt, [x], {}, options.name);
}

/**
 * e to the power x.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Exp`, core/ops/math_ops.cc
 * @example
 * session.runSync(exp(constant([0]))).toArray(); // [1]
 */
export function exp(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Exp, [x], {}, options.name);
}

/**
 * e to the power x, minus 1; exact near 0.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Expm1`, core/ops/math_ops.cc
 * @example
 * session.runSync(expm1(constant([0]))).toArray(); // [0]
 */
export function expm1(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Expm1, [x], {}, options.name);
}

/**
 * The natural logarithm.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Log`, core/ops/math_ops.cc
 * @example
 * session.runSync(log(constant([1]))).toArray(); // [0]
 */
export function log(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Log, [x], {}, options.name);
}

/**
 * The natural logarithm of 1 + x; exact near 0.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Log1p`, core/ops/math_ops.cc
 * @example
 * session.runSync(log1p(constant([0]))).toArray(); // [0]
 */
export function log1p(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Log1p, [x], {}, options.name);
}

/**
 * 1 / (1 + exp(-x)).
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Sigmoid`, core/ops/math_ops.cc
 * @example
 * session.runSync(sigmoid(constant([0]))).toArray(); // [0.5]
 */
export function sigmoid(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Sigmoid", [x], (scope) =>
    applyOp1(defs.Sigmoid, [convertToTensor(x, { name: "x" })], {}, scope),
  );
}

/**
 * The error function.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Erf`, core/ops/math_ops.cc
 * @example
 * session.runSync(erf(constant([0]))).toArray(); // [0]
 */
export function erf(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Erf, [x], {}, options.name);
}

/**
 * 1 minus the error function; exact where that is near 1.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Erfc`, core/ops/math_ops.cc
 * @example
 * session.runSync(erfc(constant([0]))).toArray(); // [1]
 */
export function erfc(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Erfc, [x], {}, options.name);
}

/**
 * Rounds down.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Floor`, core/ops/math_ops.cc
 * @example
 * session.runSync(floor(constant([1.5, -1.5]))).toArray(); // [1, -2]
 */
export function floor(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Floor, [x], {}, options.name);
}

/**
 * Rounds up.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Ceil`, core/ops/math_ops.cc
 * @example
 * session.runSync(ceil(constant([1.5, -1.5]))).toArray(); // [2, -1]
 */
export function ceil(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Ceil, [x], {}, options.name);
}

/**
 * Rounds to the nearest whole number, ties to even.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Rint`, core/ops/math_ops.cc
 * @example
 * session.runSync(rint(constant([0.5, 1.5]))).toArray(); // [0, 2]
 */
export function rint(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Rint, [x], {}, options.name);
}

/**
 * Rounds to the nearest whole number, ties to even; integers stay.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64, int8, int16, int32, int64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Round`, core/ops/math_ops.cc
 * @example
 * session.runSync(round(constant([0.5, 1.5]))).toArray(); // [0, 2]
 */
export function round(x: TensorLike, options: NameOption = {}): Tensor {
  return publicCall(() => {
    const tensor = convertToTensor(x, { name: "x" });
    return tensor.dtype.isInteger ? tensor : applyOp1(defs.Round, [tensor], {}, options.name);
  });
}

/**
 * 1 / x.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64, int8, int16, int32, int64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `Reciprocal`, core/ops/math_ops.cc
 * @example
 * session.runSync(reciprocal(constant([2, 4]))).toArray(); // [0.5, 0.25]
 */
export function reciprocal(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Reciprocal, [x], {}, options.name);
}

/**
 * Whether an element is not a number.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `IsNan`, core/ops/math_ops.cc
 * @example
 * session.runSync(isNan(constant([1, NaN]))).toArray(); // [false, true]
 */
export function isNan(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.IsNan, [x], {}, options.name);
}

/**
 * Whether an element is infinite.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `IsInf`, core/ops/math_ops.cc
 * @example
 * session.runSync(isInf(constant([1, -Infinity]))).toArray(); // [false, true]
 */
export function isInf(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.IsInf, [x], {}, options.name);
}

/**
 * Whether an element is neither infinite nor not a number.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `IsFinite`, core/ops/math_ops.cc
 * @example
 * session.runSync(isFinite(constant([1, NaN]))).toArray(); // [true, false]
 */
export function isFinite(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.IsFinite, [x], {}, options.name);
}
