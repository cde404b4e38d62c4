/** Builders of comparisons, of logic, and of the choice between two values. Mirrors python/ops/math_ops.py and `where` of array_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { isPlainObject } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { bool } from "../tensor/dtype.ts";
import { arrayDefs } from "./array.defs.ts";
import { compareDefs as defs } from "./compare.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/**
 * Whether the elements are equal.
 *
 * Shapes: x and y broadcast.
 * Dtypes: any, both alike → bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Equal`, core/ops/math_ops.cc
 * @example
 * session.runSync(equal(constant([1, 2, 3]), 2)).toArray(); // [false, true, false]
 */
export function equal(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Equal, [x, y], {}, options.name);
}

/**
 * Whether the elements differ.
 *
 * Shapes: x and y broadcast.
 * Dtypes: any, both alike → bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `NotEqual`, core/ops/math_ops.cc
 * @example
 * session.runSync(notEqual(constant([1, 2, 3]), 2)).toArray(); // [true, false, true]
 */
export function notEqual(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.NotEqual, [x, y], {}, options.name);
}

/**
 * Whether x is less than y.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike → bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Less`, core/ops/math_ops.cc
 * @example
 * session.runSync(less(constant([1, 2, 3]), 2)).toArray(); // [true, false, false]
 */
export function less(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Less, [x, y], {}, options.name);
}

/**
 * Whether x is at most y.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike → bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `LessEqual`, core/ops/math_ops.cc
 * @example
 * session.runSync(lessEqual(constant([1, 2, 3]), 2)).toArray(); // [true, true, false]
 */
export function lessEqual(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.LessEqual, [x, y], {}, options.name);
}

/**
 * Whether x is greater than y.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike → bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Greater`, core/ops/math_ops.cc
 * @example
 * session.runSync(greater(constant([1, 2, 3]), 2)).toArray(); // [false, false, true]
 */
export function greater(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Greater, [x, y], {}, options.name);
}

/**
 * Whether x is at least y.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike → bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `GreaterEqual`, core/ops/math_ops.cc
 * @example
 * session.runSync(greaterEqual(constant([1, 2, 3]), 2)).toArray(); // [false, true, true]
 */
export function greaterEqual(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.GreaterEqual, [x, y], {}, options.name);
}

/**
 * Whether the elements are closer to each other than `tolerance`.
 *
 * Shapes: x and y `[…]` alike → `[…]`.
 * Dtypes: all numbers, both alike → bool.
 *
 * @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `ApproximateEqual`, core/ops/math_ops.cc
 * @example
 * session.runSync(approximateEqual(constant([1, 2]), constant([1.01, 3]), { tolerance: 0.1 })).toArray(); // [true, false]
 */
export function approximateEqual(
  x: TensorLike,
  y: TensorLike,
  options: NameOption & { readonly tolerance?: number | undefined } = {},
): Tensor {
  return applyOp1(defs.ApproximateEqual, [x, y], { tolerance: options.tolerance }, options.name);
}

/**
 * Whether both are true.
 *
 * Shapes: x and y broadcast.
 * Dtypes: bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `LogicalAnd`, core/ops/math_ops.cc
 * @example
 * session.runSync(logicalAnd(constant([true, true, false]), constant([true, false, false]))).toArray(); // [true, false, false]
 */
export function logicalAnd(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.LogicalAnd, [x, y], {}, options.name);
}

/**
 * Whether one or both are true.
 *
 * Shapes: x and y broadcast.
 * Dtypes: bool.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `LogicalOr`, core/ops/math_ops.cc
 * @example
 * session.runSync(logicalOr(constant([true, true, false]), constant([true, false, false]))).toArray(); // [true, true, false]
 */
export function logicalOr(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.LogicalOr, [x, y], {}, options.name);
}

/**
 * Whether exactly one is true.
 *
 * Shapes: x and y broadcast.
 * Dtypes: bool.
 *
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `logical_xor`, python/ops/math_ops.py
 * @example
 * session.runSync(logicalXor(constant([true, true]), constant([true, false]))).toArray(); // [false, true]
 */
export function logicalXor(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return publicCall(() => {
    const one = logicalOr(x, y);
    const notBoth = logicalNot(logicalAnd(x, y));
    return logicalAnd(one, notBoth, { name: options.name === undefined ? "LogicalXor" : options.name });
  });
}

/**
 * Turns true into false and false into true.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: bool.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `LogicalNot`, core/ops/math_ops.cc
 * @example
 * session.runSync(logicalNot(constant([true, false]))).toArray(); // [false, true]
 */
export function logicalNot(x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.LogicalNot, [x], {}, options.name);
}

/**
 * The elements of x where the condition is true and those of y elsewhere; with the condition alone, the places where it is true.
 *
 * Shapes: x and y `[…]` alike; condition `[…]`, or `[n]` for whole rows of x `[n, …]`, or a scalar → `[…]`. Alone: `[…]` of rank r → `[count, r]`.
 * Dtypes: condition bool; x and y any, both alike. Alone: any number or bool → int64.
 *
 * @throws {ArgumentError} when only one of x and y is given.
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `where`, python/ops/array_ops.py; `Select`, core/ops/math_ops.cc
 * @example
 * session.runSync(where(constant([true, false]), constant([1, 2]), constant([10, 20]))).toArray(); // [1, 20]
 */
export function where(
  condition: TensorLike,
  x?: TensorLike | null,
  y?: TensorLike | null,
  options?: NameOption,
): Tensor;
export function where(condition: TensorLike, options: NameOption): Tensor;
export function where(condition: TensorLike, ...rest: readonly unknown[]): Tensor {
  return chosen(defs.Select, condition, rest);
}

/** Makes the op that chooses, or the one that finds places where there is nothing to choose from. */
function chosen(def: OpDef, condition: TensorLike, rest: readonly unknown[]): Tensor {
  const last = rest.at(-1);
  const options: NameOption = isPlainObject(last) ? last : {};
  const [x = null, y = null] = (isPlainObject(last) ? rest.slice(0, -1) : rest).map((value) => value ?? null);
  if (x === null && y === null) {
    return inOpScope(options.name, "Where", [condition], (scope) =>
      applyOp1(arrayDefs.Where, [convertToTensor(condition, { preferredDtype: bool, name: "condition" })], {}, scope),
    );
  }
  if (x === null || y === null) throw new ArgumentError("x and y must both be non-None or both be None.", { x, y });
  return applyOp1(def, [condition, x, y], {}, options.name);
}

/**
 * Chooses between two values, element by element, as `where`, but with all three broadcast.
 *
 * Shapes: condition, x and y broadcast to the result. Dtypes: condition bool; x and y any, and alike. With a condition alone: its true places, as `where`.
 *
 * @throws {ArgumentError} when one of x and y is given without the other.
 * @see TensorFlow `where_v2`, python/ops/array_ops.py; `SelectV2`, core/ops/math_ops.cc
 * @example
 * const x = constant([[1, 2], [3, 4]]);
 * session.runSync(whereV2(less(x, 3), x, 0)).toArray(); // [[1, 2], [0, 0]]
 */
export function whereV2(
  condition: TensorLike,
  x?: TensorLike | null,
  y?: TensorLike | null,
  options?: NameOption,
): Tensor;
export function whereV2(condition: TensorLike, options: NameOption): Tensor;
export function whereV2(condition: TensorLike, ...rest: readonly unknown[]): Tensor {
  return chosen(defs.SelectV2, condition, rest);
}
