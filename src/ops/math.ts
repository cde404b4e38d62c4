/** Builders of arithmetic with two operands, of sums and bounds. Quotients are in division.ts, the operators of tensors in operators.ts. Mirrors python/ops/math_ops.py. */
import { ArgumentError, ArgumentTypeError, ShapeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { operandDType } from "../graph/operand-dtype.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DTypeLike } from "../tensor/dtype.ts";
import { asShape, type ShapeLike } from "../tensor/shape.ts";
import { arrayDefs } from "./array.defs.ts";
import { IndexedSlices, type LikeGiven, likeGiven, valuesOf } from "./indexed-slices.ts";
import { mathDefs as defs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operands, symbolicDType } from "./operands.ts";

/**
 * Adds element by element.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, and strings, which are joined; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `add`, python/ops/math_ops.py; `AddV2`, core/ops/math_ops.cc
 * @example
 * session.runSync(add(constant([1, 2]), 10)).toArray(); // [11, 12]
 */
export function add(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Add", [x], (scope) => {
    const [left, right] = operands(x, y);
    return applyOp1(left.dtype.isString ? defs.Add : defs.AddV2, [left, right], {}, scope);
  });
}

/**
 * Subtracts y from x, element by element.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Sub`, core/ops/math_ops.cc
 * @example
 * session.runSync(subtract(constant([5, 2]), 1)).toArray(); // [4, 1]
 */
export function subtract(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Sub, [x, y], {}, options.name);
}

/**
 * Multiplies element by element.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Mul`, core/ops/math_ops.cc
 * @example
 * session.runSync(multiply(constant([1, 2]), 3)).toArray(); // [3, 6]
 */
export function multiply(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Mul, [x, y], {}, options.name);
}

/**
 * Raises x to the power y.
 *
 * Shapes: x and y broadcast.
 * Dtypes: float16, bfloat16, float32, float64, int8, int16, int32, int64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @throws {InvalidArgumentError} when it runs, for an integer raised to a negative power.
 * @see TensorFlow `pow`, python/ops/math_ops.py; `Pow`, core/ops/math_ops.cc
 * @example
 * session.runSync(pow(constant([2, 3]), 2)).toArray(); // [4, 9]
 */
export function pow(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Pow", [x], (scope) => applyOp1(defs.Pow, [x, y], {}, scope));
}

/**
 * The greater of two elements.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Maximum`, core/ops/math_ops.cc
 * @example
 * session.runSync(maximum(constant([1, 5]), 3)).toArray(); // [3, 5]
 */
export function maximum(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Maximum, [x, y], {}, options.name);
}

/**
 * The smaller of two elements.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Minimum`, core/ops/math_ops.cc
 * @example
 * session.runSync(minimum(constant([1, 5]), 3)).toArray(); // [1, 3]
 */
export function minimum(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Minimum, [x, y], {}, options.name);
}

/**
 * The square of x - y.
 *
 * Shapes: x and y broadcast.
 * Dtypes: float16, bfloat16, float32, float64, int32, int64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `SquaredDifference`, core/ops/math_ops.cc
 * @example
 * session.runSync(squaredDifference(constant([1, 5]), 3)).toArray(); // [4, 4]
 */
export function squaredDifference(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.SquaredDifference, [x, y], {}, options.name);
}

/**
 * Multiplies x and y; where y is 0 the result is 0, even if x is infinite or not a number.
 *
 * Shapes: x and y broadcast.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `multiply_no_nan`, python/ops/math_ops.py; `MulNoNan`, core/ops/math_ops.cc
 * @example
 * session.runSync(multiplyNoNan(constant([NaN, 3]), constant([0, 2]))).toArray(); // [0, 6]
 */
export function multiplyNoNan(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "multiply_no_nan", [x, y], (scope) => {
    const left = convertToTensor(x, { preferredDtype: operandDType(x, [y]), name: "x" });
    return applyOp1(defs.MulNoNan, [left, convertToTensor(y, { dtype: left.dtype.baseDtype, name: "y" })], {}, scope);
  });
}

/**
 * x log(1 + y); where x is 0 the result is 0.
 *
 * Shapes: x and y broadcast.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `xlog1py`, python/ops/math_ops.py; `Xlog1py`, core/ops/math_ops.cc
 * @example
 * session.runSync(xlog1py(constant([0, 2]), constant([-1, 0]))).toArray(); // [0, 0]
 */
export function xlog1py(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "xlog1py", [x], () => applyOp1(defs.Xlog1py, [x, y]));
}

/**
 * x log(y); where x is 0 the result is 0.
 *
 * Shapes: x and y broadcast.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Xlogy`, core/ops/math_ops.cc
 * @example
 * session.runSync(xlogy(constant([0, 2]), constant([0, 1]))).toArray(); // [0, 0]
 */
export function xlogy(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Xlogy, [x, y], {}, options.name);
}

/**
 * The angle of the point (x, y), in radians from -π to π.
 *
 * Shapes: x and y broadcast.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `Atan2`, core/ops/math_ops.cc
 * @example
 * session.runSync(atan2(constant([0, 0]), constant([1, 2]))).toArray(); // [0, 0]
 */
export function atan2(y: TensorLike, x: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Atan2, [y, x], {}, options.name);
}

/**
 * Adds tensors of one shape.
 *
 * Shapes: all inputs `[…]` alike → `[…]`.
 * Dtypes: all numbers, all alike.
 *
 * @throws {ArgumentError} for an empty list.
 * @throws {DTypeError} when the dtypes differ.
 * @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `add_n`, python/ops/math_ops.py; `AddN`, core/ops/math_ops.cc
 * @example
 * session.runSync(addN([constant([1, 2]), constant([10, 20])])).toArray(); // [11, 22]
 */
export function addN(inputs: readonly TensorLike[], options: NameOption = {}): Tensor {
  return publicCall(() => {
    if (!Array.isArray(inputs) || inputs.length === 0) {
      throw new ArgumentError(
        "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype and shape.",
        { inputs },
      );
    }
    const tensors = (inputs as readonly TensorLike[]).map((input) =>
      input instanceof IndexedSlices ? input : convertToTensor(input),
    );
    if (tensors.length > 1) return applyOp1(defs.AddN, [tensors], {}, options.name);
    const only = convertToTensor(tensors[0] as TensorLike);
    return options.name ? applyOp1(arrayDefs.Identity, [only], {}, options.name) : only;
  });
}

/**
 * Adds tensors of one shape; today the same as `addN`.
 *
 * Shapes: all inputs `[…]` alike → `[…]`.
 * Dtypes: all numbers, all alike.
 *
 * @throws {ArgumentError} for an empty list and for different dtypes.
 * @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `accumulate_n`, python/ops/math_ops.py
 * @example
 * session.runSync(accumulateN([constant([1, 2]), constant([10, 20])])).toArray(); // [11, 22]
 */
export function accumulateN(inputs: readonly TensorLike[], options: AccumulateOptions = {}): Tensor {
  return publicCall(() => {
    const tensors = Array.isArray(inputs)
      ? (inputs as readonly TensorLike[]).map((input) => convertToTensor(input))
      : [];
    const first = tensors[0];
    if (first === undefined || tensors.some((tensor) => tensor.dtype !== first.dtype)) {
      throw new ArgumentError("inputs must be a list of at least one Tensor with the same dtype and shape", { inputs });
    }
    let shape = asShape(options.shape ?? null);
    for (const tensor of tensors) shape = shape.mergeWith(tensor.shape);
    const dtype = options.tensorDtype;
    if (dtype !== undefined && dtype !== null && asDType(dtype) !== first.dtype) {
      throw new ArgumentTypeError(
        `The \`tensor_dtype\` argument is ${asDType(dtype)}, but \`input\` is of type ${first.dtype}. These must be equal. Try casting the input to the desired type.`,
        { dtype },
      );
    }
    return addN(tensors, options);
  });
}

/** Options of `accumulateN`. */
export interface AccumulateOptions extends NameOption {
  /** What all shapes must fit. */
  readonly shape?: ShapeLike | undefined;
  /** What all dtypes must be. */
  readonly tensorDtype?: DTypeLike | null | undefined;
}

/**
 * Multiplies a tensor by a scalar of its dtype.
 *
 * Shapes: scalar `[]`, x `[…]` → `[…]`.
 * Dtypes: all numbers; the scalar becomes x's.
 *
 * @throws {ArgumentError} when `scalar` is no scalar.
 * @see TensorFlow `scalar_mul`, python/ops/math_ops.py
 * @example
 * session.runSync(scalarMul(2, constant([1, 3]))).toArray(); // [2, 6]
 */
export function scalarMul(scalar: TensorLike, x: TensorLike, options: NameOption = {}): Tensor {
  return publicCall(() => {
    const factor = convertToTensor(scalar, { dtype: symbolicDType(x) ?? operandDType(scalar, [x]), name: "scalar" });
    if (factor.shape.rank === 0) return multiply(factor, x, options);
    throw new ArgumentError(`The input scalar must be a 0-D value. Received shape ${factor.shape}.`, { scalar });
  });
}

/**
 * Limits the elements to what lies between two bounds.
 *
 * Shapes: t `[…]`; both bounds broadcast to it → `[…]`. Of rows, as gradients are, the values are limited.
 * Dtypes: real numbers, all alike.
 *
 * @throws {DTypeError} when the dtypes differ.
 * @throws {ShapeError} when a bound would enlarge the result.
 * @see TensorFlow `clip_by_value`, python/ops/clip_ops.py
 * @example
 * session.runSync(clipByValue(constant([-3, 0.5, 3]), -1, 1)).toArray(); // [-1, 0.5, 1]
 */
export function clipByValue<const T extends TensorLike>(
  t: T,
  clipValueMin: TensorLike,
  clipValueMax: TensorLike,
  options: NameOption = {},
): LikeGiven<T> {
  return inOpScope(options.name, "clip_by_value", [t, clipValueMin, clipValueMax], (scope) => {
    const values = convertToTensor(valuesOf(t), { name: "t" });
    const upper = minimum(values, clipValueMax);
    checkNotEnlarged(values, upper);
    const clipped = maximum(upper, clipValueMin, { name: scope });
    checkNotEnlarged(values, clipped);
    return likeGiven(t, clipped);
  });
}

function checkNotEnlarged(values: Tensor, clipped: Tensor): void {
  if (values.shape.isCompatibleWith(clipped.shape)) return;
  throw new ShapeError(`Shapes ${values.shape} and ${clipped.shape} are incompatible`, {
    shape: values.shape,
    clipped: clipped.shape,
  });
}
