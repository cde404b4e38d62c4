/** Builders of arithmetic with two operands, of sums, casts and sequences. The operators of tensors are in operators.ts. Mirrors python/ops/math_ops.py. */
import { ArgumentError, ArgumentTypeError, DTypeError, ShapeError } from "../base/errors.ts";
import { isPlainObject } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Operable } from "../graph/operable.ts";
import { operandDType } from "../graph/operand-dtype.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import {
  asDType,
  bfloat16,
  type DType,
  type DTypeLike,
  float16,
  float32,
  float64,
  int32,
  int64,
} from "../tensor/dtype.ts";
import { asShape, type ShapeLike } from "../tensor/shape.ts";
import { arrayDefs } from "./array.defs.ts";
import { mathDefs as defs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** Both operands as tensors: a number takes the dtype of the other one, and y that of x where it can. */
function operands(x: unknown, y: unknown): readonly [Tensor, Tensor] {
  const left = convertToTensor(x, { preferredDtype: operandDType(x, [y]), name: "x" });
  return [left, convertToTensor(y, { preferredDtype: left.dtype.baseDtype, name: "y" })];
}

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
 * Divides x by y as Python 3's `/`: integers give floats.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, both alike; int32 and larger integers give float64, smaller ones float32.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `divide`, python/ops/math_ops.py
 * @example
 * session.runSync(divide(constant([1, 3]), 2)).toArray(); // [0.5, 1.5]
 */
export function divide(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  if (options.name !== undefined && options.name !== null) return truediv(x, y, options);
  return publicCall(() => {
    const isSymbolic = x instanceof Tensor || isTensorConvertible(x);
    const left = isSymbolic ? x : convertToTensor(x, { dtype: symbolicDType(y) });
    return (left as unknown as Operable).div(y);
  });
}

/** The dtype of a tensor or variable. */
function symbolicDType(value: unknown): DType | undefined {
  return value instanceof Tensor || isTensorConvertible(value)
    ? (value as { readonly dtype?: DType }).dtype?.baseDtype
    : undefined;
}

/** What true division turns integers into; other numbers stay. */
const trueDivisionTypes: Readonly<Record<string, DType | null>> = {
  uint8: float32,
  int8: float32,
  uint16: float32,
  int16: float32,
  uint32: float64,
  int32: float64,
  uint64: float64,
  int64: float64,
  bfloat16: null,
  float16: null,
  float32: null,
  float64: null,
  complex64: null,
  complex128: null,
};

/** Casts integers for a true division. `operator` is how TensorFlow's text calls it. */
function castForDivision(x: Tensor, y: Tensor, operator: string): readonly [Tensor, Tensor] {
  checkSameDType(x, y);
  const target = trueDivisionTypes[x.dtype.baseName];
  if (target === undefined) {
    const known = Object.keys(trueDivisionTypes).map((name) => dtypeRepr(asDType(name)));
    throw new DTypeError(
      `Invalid dtype ${dtypeRepr(x.dtype.baseDtype)} in ${operator}. Expected one of {${known.join(", ")}}.`,
      { x, y },
    );
  }
  return target === null ? [x, y] : [cast(x, target), cast(y, target)];
}

function checkSameDType(x: Tensor, y: Tensor): void {
  const [left, right] = [x.dtype.baseDtype, y.dtype.baseDtype];
  if (left === right) return;
  throw new DTypeError(
    `\`x\` and \`y\` must have the same dtype, got ${dtypeRepr(left)} != ${dtypeRepr(right)}.\n  to convert  cast(y, "${left.name}")`,
    { x, y },
  );
}

/** As Python's `repr` of a dtype. */
function dtypeRepr(dtype: DType): string {
  return `tf.${dtype.name}`;
}

/**
 * Divides x by y; integers give floats.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, both alike; int32 and larger integers give float64, smaller ones float32.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `truediv`, python/ops/math_ops.py
 * @example
 * session.runSync(truediv(constant([1, 3], { dtype: "int32" }), 2)).toArray(); // [0.5, 1.5]
 */
export function truediv(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "truediv", [x, y], (scope) =>
    applyOp1(defs.RealDiv, castForDivision(...operands(x, y), "__truediv__"), {}, scope),
  );
}

/**
 * Divides x by y as Python 2's `/`: integers are rounded down.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `div`, python/ops/math_ops.py
 * @example
 * session.runSync(div(constant([1, 3], { dtype: "int32" }), 2)).toArray(); // [0, 1]
 */
export function div(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "div", [x, y], (scope) => {
    const left = convertToTensor(x, { preferredDtype: operandDType(x, [y]), name: "x" });
    const right = convertToTensor(y, { dtype: left.dtype.baseDtype, name: "y" });
    const isExact = left.dtype.isFloating || left.dtype.isComplex;
    return applyOp1(isExact ? defs.RealDiv : defs.FloorDiv, [left, right], {}, scope);
  });
}

/**
 * Divides x by y in the dtype that they have.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `RealDiv`, core/ops/math_ops.cc
 * @example
 * session.runSync(realdiv(constant([1, 3]), 2)).toArray(); // [0.5, 1.5]
 */
export function realdiv(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.RealDiv, [x, y], {}, options.name);
}

/**
 * Divides x by y and rounds down.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @throws {InvalidArgumentError} when it runs, for an integer divided by 0.
 * @see TensorFlow `floordiv`, python/ops/math_ops.py; `FloorDiv`, core/ops/math_ops.cc
 * @example
 * session.runSync(floordiv(constant([7, -7]), 2)).toArray(); // [3, -4]
 */
export function floordiv(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "floordiv", [x, y], (scope) => applyOp1(defs.FloorDiv, [x, y], {}, scope));
}

/**
 * Divides x by y and rounds toward zero.
 *
 * Shapes: x and y broadcast.
 * Dtypes: integers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `TruncateDiv`, core/ops/math_ops.cc
 * @example
 * session.runSync(truncatediv(constant([7, -7], { dtype: "int32" }), 2)).toArray(); // [3, -3]
 */
export function truncatediv(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.TruncateDiv, [x, y], {}, options.name);
}

/**
 * The remainder of division rounded down; it has the sign of y.
 *
 * Shapes: x and y broadcast.
 * Dtypes: real numbers, both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `FloorMod`, core/ops/math_ops.cc
 * @example
 * session.runSync(floormod(constant([7, -7]), 3)).toArray(); // [1, 2]
 */
export function floormod(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.FloorMod, [x, y], {}, options.name);
}

/** TensorFlow's other name of `floormod`. */
export const mod: typeof floormod = floormod;

/**
 * The remainder of division rounded toward zero; it has the sign of x.
 *
 * Shapes: x and y broadcast.
 * Dtypes: int32, int64, float16, bfloat16, float32, float64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `TruncateMod`, core/ops/math_ops.cc
 * @example
 * session.runSync(truncatemod(constant([7, -7]), 3)).toArray(); // [1, -1]
 */
export function truncatemod(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.TruncateMod, [x, y], {}, options.name);
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
 * Divides x by y; where y is 0 the result is 0.
 *
 * Shapes: x and y broadcast.
 * Dtypes: all numbers, both alike; integers give floats as in `truediv`.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `div_no_nan`, python/ops/math_ops.py; `DivNoNan`, core/ops/math_ops.cc
 * @example
 * session.runSync(divNoNan(constant([1, 3]), constant([2, 0]))).toArray(); // [0.5, 0]
 */
export function divNoNan(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "div_no_nan", [x, y], (scope) => {
    const known = symbolicDType(x) === undefined ? symbolicDType(y) : undefined;
    const left = convertToTensor(x, { dtype: known, name: "x" });
    const right = convertToTensor(y, { preferredDtype: left.dtype.baseDtype, name: "y" });
    return applyOp1(defs.DivNoNan, castForDivision(left, right, "tf.math.divide_no_nan"), {}, scope);
  });
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
 * x / y; where x is 0 the result is 0.
 *
 * Shapes: x and y broadcast.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {DTypeError} when the operands have different dtypes.
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `xdivy`, python/ops/math_ops.py; `Xdivy`, core/ops/math_ops.cc
 * @example
 * session.runSync(xdivy(constant([0, 6]), constant([0, 3]))).toArray(); // [0, 2]
 */
export function xdivy(x: TensorLike, y: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "xdivy", [x], () => applyOp1(defs.Xdivy, [x, y]));
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
    const tensors = (inputs as readonly TensorLike[]).map((input) => convertToTensor(input));
    if (tensors.length > 1) return applyOp1(defs.AddN, [tensors], {}, options.name);
    const only = tensors[0] as Tensor;
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
 * 1 / x; where x is 0 the result is 0.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `reciprocal_no_nan`, python/ops/math_ops.py; `DivNoNan`, core/ops/math_ops.cc
 * @example
 * session.runSync(reciprocalNoNan(constant([2, 0]))).toArray(); // [0.5, 0]
 */
export function reciprocalNoNan(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "reciprocal_no_nan", [x], (scope) => {
    const divisor = convertToTensor(x, { name: "x" });
    const one = convertToTensor(1, { dtype: divisor.dtype.baseDtype, name: "one" });
    return applyOp1(defs.DivNoNan, [one, divisor], {}, scope);
  });
}

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

/**
 * Limits the elements to what lies between two bounds.
 *
 * Shapes: t `[…]`; both bounds broadcast to it → `[…]`.
 * Dtypes: real numbers, all alike.
 *
 * @throws {DTypeError} when the dtypes differ.
 * @throws {ShapeError} when a bound would enlarge the result.
 * @see TensorFlow `clip_by_value`, python/ops/clip_ops.py
 * @example
 * session.runSync(clipByValue(constant([-3, 0.5, 3]), -1, 1)).toArray(); // [-1, 0.5, 1]
 */
export function clipByValue(
  t: TensorLike,
  clipValueMin: TensorLike,
  clipValueMax: TensorLike,
  options: NameOption = {},
): Tensor {
  return inOpScope(options.name, "clip_by_value", [t, clipValueMin, clipValueMax], (scope) => {
    const values = convertToTensor(t, { name: "t" });
    const upper = minimum(values, clipValueMax);
    checkNotEnlarged(values, upper);
    const clipped = maximum(upper, clipValueMin, { name: scope });
    checkNotEnlarged(values, clipped);
    return clipped;
  });
}

function checkNotEnlarged(values: Tensor, clipped: Tensor): void {
  if (values.shape.isCompatibleWith(clipped.shape)) return;
  throw new ShapeError(`Shapes ${values.shape} and ${clipped.shape} are incompatible`, {
    shape: values.shape,
    clipped: clipped.shape,
  });
}

/** Options of `range`. */
export interface RangeOptions extends NameOption {
  /** Default: the widest dtype of the arguments. */
  readonly dtype?: DTypeLike | null | undefined;
}

/** From narrow to wide: the widest of the arguments of `range` wins. */
const rangeTypes: readonly DType[] = [int32, int64, float16, bfloat16, float32, float64];

/**
 * A sequence of numbers from `start`, in steps of `delta`, up to but without `limit`.
 *
 * Shapes: scalars → `[n]`; n is known when the arguments are constants.
 * Dtypes: int32, int64, float16, bfloat16, float32, float64. Whole numbers are int32 here, others float32.
 *
 * @throws {ArgumentError} when `delta` is 0 or leads away from `limit`.
 * @see TensorFlow `range`, python/ops/math_ops.py; `Range`, core/ops/math_ops.cc
 * @example
 * session.runSync(range(3)).toArray(); // [0, 1, 2]
 * session.runSync(range(1, 2, 0.5)).toArray(); // [1, 1.5]
 */
export function range(limit: TensorLike, options?: RangeOptions): Tensor;
export function range(start: TensorLike, limit: TensorLike | null | undefined, options?: RangeOptions): Tensor;
export function range(
  start: TensorLike,
  limit: TensorLike | null | undefined,
  delta: TensorLike,
  options?: RangeOptions,
): Tensor;
export function range(...given: readonly unknown[]): Tensor {
  const last = given.at(-1);
  const options: RangeOptions = isPlainObject(last) ? last : {};
  const [first, second, delta = 1] = isPlainObject(last) ? given.slice(0, -1) : given;
  const [start, limit] = second === undefined || second === null ? [0, first] : [first, second];
  const dtype = options.dtype === undefined || options.dtype === null ? null : asDType(options.dtype);
  return inOpScope(options.name === undefined ? "range" : options.name, "Range", [start, limit, delta], (scope) => {
    const names = ["start", "limit", "delta"];
    const tensors = [start, limit, delta].map((value, i) => rangeArgument(value, dtype, names[i] as string));
    const target = dtype ?? widest(tensors);
    return applyOp1(
      defs.Range,
      tensors.map((tensor) => cast(tensor, target)),
      {},
      scope,
    );
  });
}

function rangeArgument(value: unknown, dtype: DType | null, name: string): Tensor {
  if (value instanceof Tensor) return value;
  const isWhole = typeof value === "number" && Number.isInteger(value);
  const natural = !isWhole ? undefined : Math.abs(value) <= 2 ** 31 - 1 ? int32 : int64;
  return convertToTensor(value, { dtype: dtype ?? natural, name });
}

function widest(tensors: readonly Tensor[]): DType {
  const ranks = tensors.map((tensor) => rangeTypes.indexOf(tensor.dtype));
  if (ranks.includes(-1)) {
    throw new ArgumentTypeError(
      `range takes ${rangeTypes.map((dtype) => dtype.name).join(", ")}; got ${tensors.map((tensor) => tensor.dtype.name).join(", ")}`,
      { tensors },
    );
  }
  return rangeTypes[Math.max(...ranks)] as DType;
}
