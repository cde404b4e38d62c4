/** Builders of quotients and remainders, and the rules of what dividing integers gives. The ops are defined in math.defs.ts. Mirrors python/ops/math_ops.py. */
import { DTypeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Operable } from "../graph/operable.ts";
import { operandDType } from "../graph/operand-dtype.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { asDType, type DType, float32, float64 } from "../tensor/dtype.ts";
import { cast } from "./cast.ts";
import { mathDefs as defs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operands, symbolicDType } from "./operands.ts";

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
