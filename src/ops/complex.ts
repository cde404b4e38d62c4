/** Builders of the ops that put complex numbers together and take them apart. Mirrors python/ops/math_ops.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { Tensor } from "../graph/tensor.ts";
import { complex64, complex128, type DType, float32, float64 } from "../tensor/dtype.ts";
import { onesLike, zerosLike } from "./array.ts";
import { where } from "./compare.ts";
import { complexDefs as defs } from "./complex.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";

/** The type of the parts of complex numbers. */
function realDType(dtype: DType): DType {
  return dtype.baseDtype === complex64 ? float32 : float64;
}

/**
 * Makes complex numbers of their real and imaginary parts.
 *
 * Shapes: real and imag broadcast.
 * Dtypes: float32 → complex64, float64 → complex128; both alike.
 *
 * @throws {ArgumentTypeError} for other dtypes (TensorFlow: TypeError).
 * @throws {ShapeError} when they do not broadcast.
 * @see TensorFlow `complex`, python/ops/math_ops.py; `Complex`, core/ops/math_ops.cc
 * @example
 * session.runSync(complex(constant([1, 2]), constant([3, 4]))).toArray(); // [[1, 3], [2, 4]]
 */
export function complex(real: TensorLike, imag: TensorLike, options: NameOption = {}): Tensor {
  return publicCall(() => {
    const re = convertToTensor(real, { name: "real" });
    const im = convertToTensor(imag, { name: "imag" });
    return inOpScope(options.name, "Complex", [re, im], (scope) => {
      if (re.dtype !== im.dtype || (re.dtype !== float32 && re.dtype !== float64))
        throw new ArgumentTypeError(
          `The \`real\` and \`imag\` components have incorrect types: ${re.dtype.name} ${im.dtype.name}. They must be consistent, and one of [tf.float32, tf.float64]`,
          { real: re, imag: im },
        );
      return applyOp1(defs.Complex, [re, im], { Tout: re.dtype === float32 ? complex64 : complex128 }, scope);
    });
  });
}

/**
 * The real parts; real numbers stay as they are.
 *
 * Shapes: input `[…]` → `[…]`.
 * Dtypes: complex64 → float32, complex128 → float64; other numbers keep theirs.
 *
 * @throws {ArgumentTypeError} for what is no number (TensorFlow: TypeError).
 * @see TensorFlow `real`, python/ops/math_ops.py; `Real`, core/ops/math_ops.cc
 * @example
 * session.runSync(real(complex(constant([1]), constant([3])))).toArray(); // [1]
 */
export function real(input: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Real", [input], (scope) => {
    const x = convertToTensor(input, { name: "input" });
    if (x.dtype.isComplex) return applyOp1(defs.Real, [x], { Tout: realDType(x.dtype) }, scope);
    if (x.dtype.isFloating || x.dtype.isInteger) return x;
    throw new ArgumentTypeError(`input must be a numeric tensor, but got tensor with dtype ${x.dtype}`, { input: x });
  });
}

/**
 * The imaginary parts; zeros for real numbers.
 *
 * Shapes: input `[…]` → `[…]`.
 * Dtypes: complex64 → float32, complex128 → float64; others keep theirs.
 *
 * @see TensorFlow `imag`, python/ops/math_ops.py; `Imag`, core/ops/math_ops.cc
 * @example
 * session.runSync(imag(complex(constant([1]), constant([3])))).toArray(); // [3]
 */
export function imag(input: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Imag", [input], (scope) => {
    const x = convertToTensor(input, { name: "input" });
    return x.dtype.isComplex ? applyOp1(defs.Imag, [x], { Tout: realDType(x.dtype) }, scope) : zerosLike(x);
  });
}

/**
 * The angles of complex numbers in radians, from -π to π; for real numbers 0, or π below 0.
 *
 * Shapes: input `[…]` → `[…]`.
 * Dtypes: complex64 → float32, complex128 → float64; float16, bfloat16, float32, float64 keep theirs.
 *
 * @throws {ArgumentTypeError} for integers, which have no π (TensorFlow: TypeError).
 * @see TensorFlow `angle`, python/ops/math_ops.py; `Angle`, core/ops/math_ops.cc
 * @example
 * session.runSync(angle(complex(constant([1, 2]), constant([0, 0])))).toArray(); // [0, 0]
 */
export function angle(input: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Angle", [input], (scope) => {
    const x = convertToTensor(input, { name: "input" });
    if (x.dtype.isComplex) return applyOp1(defs.Angle, [x], { Tout: realDType(x.dtype) }, scope);
    const isNegative = operators.binary("less", x, 0);
    return where(isNegative, operators.binary("mul", Math.PI, onesLike(x)), zerosLike(x));
  });
}

/**
 * The complex conjugates; real numbers stay as they are.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: all numbers.
 *
 * @throws {ArgumentTypeError} for what is no number (TensorFlow: TypeError).
 * @see TensorFlow `conj`, python/ops/math_ops.py; `Conj`, core/ops/math_ops.cc
 * @example
 * session.runSync(conj(complex(constant([1]), constant([3])))).toArray(); // [[1, -3]]
 */
export function conj(x: TensorLike, options: NameOption = {}): Tensor {
  const isReal = ({ dtype }: Tensor): boolean => dtype.isFloating || dtype.isInteger;
  if (x instanceof Tensor && isReal(x)) return x;
  return inOpScope(options.name, "Conj", [x], (scope) => {
    const value = convertToTensor(x, { name: "x" });
    if (value.dtype.isComplex || value.dtype.baseName === "variant") return applyOp1(defs.Conj, [value], {}, scope);
    if (isReal(value)) return value;
    throw new ArgumentTypeError(`Expected numeric or variant tensor, got dtype tf.${value.dtype.name}.`, { x: value });
  });
}
