/** Builders of conversions between dtypes. The op is defined in math.defs.ts. Mirrors python/ops/math_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { asDType, type DType, type DTypeLike, float32, float64, int32, int64 } from "../tensor/dtype.ts";
import { mathDefs as defs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/**
 * Converts the elements to another dtype.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: any to any, except strings.
 *
 * @throws {ArgumentTypeError} when `dtype` is none.
 * @remarks What has the dtype already is given back itself: also a resource variable, which works wherever a tensor does. A float that does not fit into an integer dtype has no defined result in TensorFlow; here it is the one of x86 processors: the least int32 or int64.
 * @see TensorFlow `cast`, python/ops/math_ops.py; `Cast`, core/ops/math_ops.cc
 * @example
 * session.runSync(cast(constant([1.9, -1.9]), "int32")).toArray(); // [1, -1]
 */
export function cast(x: TensorLike, dtype: DTypeLike, options: NameOption = {}): Tensor {
  const target = asDType(dtype).baseDtype;
  if (x instanceof Tensor && x.dtype === target) return x;
  // TensorFlow gives the variable itself, which then is read where it is used.
  if (isResourceVariable(x) && x.dtype === target) return x as unknown as Tensor;
  return inOpScope(options.name, "Cast", [x], (scope) => {
    const tensor = convertToTensor(x, { name: "x" });
    return tensor.dtype === target ? tensor : applyOp1(defs.Cast, [tensor], { DstT: target }, scope);
  });
}

/** A variable behind a handle; TensorFlow, too, tells it by what it has. */
function isResourceVariable(value: unknown): value is { readonly dtype: DType } {
  return isTensorConvertible(value) && (value as { readonly handle?: unknown }).handle instanceof Tensor;
}

/**
 * Converts the elements to float32; `cast` with a name of its own.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: any except strings → float32.
 *
 * @throws {DTypeError} for strings, when it runs.
 * @see TensorFlow `to_float`, python/ops/math_ops.py
 * @example
 * session.runSync(toFloat(constant([1, 2]))).toArray(); // [1, 2]
 */
export function toFloat(x: TensorLike, options: NameOption = {}): Tensor {
  return cast(x, float32, { name: options.name === undefined ? "ToFloat" : options.name });
}

/**
 * Converts the elements to float64; `cast` with a name of its own.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: any except strings → float64.
 *
 * @throws {DTypeError} for strings, when it runs.
 * @see TensorFlow `to_double`, python/ops/math_ops.py
 * @example
 * session.runSync(toDouble(constant([1, 2]))).toArray(); // [1, 2]
 */
export function toDouble(x: TensorLike, options: NameOption = {}): Tensor {
  return cast(x, float64, { name: options.name === undefined ? "ToDouble" : options.name });
}

/**
 * Converts the elements to int32; `cast` with a name of its own.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: any except strings → int32.
 *
 * @throws {DTypeError} for strings, when it runs.
 * @see TensorFlow `to_int32`, python/ops/math_ops.py
 * @example
 * session.runSync(toInt32(constant([1, 2]))).toArray(); // [1, 2]
 */
export function toInt32(x: TensorLike, options: NameOption = {}): Tensor {
  return cast(x, int32, { name: options.name === undefined ? "ToInt32" : options.name });
}

/**
 * Converts the elements to int64; `cast` with a name of its own.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: any except strings → int64.
 *
 * @throws {DTypeError} for strings, when it runs.
 * @see TensorFlow `to_int64`, python/ops/math_ops.py
 * @example
 * session.runSync(toInt64(constant([1, 2]))).toArray(); // [1n, 2n]
 */
export function toInt64(x: TensorLike, options: NameOption = {}): Tensor {
  return cast(x, int64, { name: options.name === undefined ? "ToInt64" : options.name });
}
