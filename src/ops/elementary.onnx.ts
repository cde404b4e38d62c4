/** How the functions of one operand are written in ONNX. The operators' meaning is ONNX's; where it is not TensorFlow's, the rule mends it. */
import type { OnnxOperator } from "../onnx/model/operators.ts";
import { type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { haveSameShape } from "../onnx/static-knowledge.ts";
import type { elementaryDefs } from "./elementary.defs.ts";

type Unary = (onnx: OnnxBuilder, inputs: readonly [OnnxValue]) => OnnxValue;

/** An operator that does the same. */
function same(type: OnnxOperator): Unary {
  return (onnx, [x]) => onnx.node(type, [x]);
}

const noInteger = unsupported("an integer divided by zero ends ONNX Runtime's process instead of the step");

/** `1 / x` in fractions. */
function reciprocal(onnx: OnnxBuilder, [x]: readonly [OnnxValue]) {
  return x.dtype.isFloating ? onnx.node("Reciprocal", [x]) : noInteger;
}

/** A gradient from a result `y` and its gradient, which must have as many elements: ONNX would broadcast them. */
function gradient(rule: (onnx: OnnxBuilder, y: OnnxValue, dy: OnnxValue) => OnnxValue) {
  return (onnx: OnnxBuilder, [y, dy]: readonly [OnnxValue, OnnxValue]) => {
    if (haveSameShape(y, dy)) return rule(onnx, y, dy);
    const [wanted, given] = [y.shape.elementCount(), dy.shape.elementCount()];
    if (wanted !== null && given !== null && wanted !== given)
      return unsupported("the operands do not have as many elements");
    return rule(onnx, y, onnx.node("Reshape", [dy, onnx.node("Shape", [y])], { allowzero: 1 }, y.shape));
  };
}

/** exp(x) − 1 without loss near zero: tanh(x/2) · (exp(x) + 1). */
export function expm1(onnx: OnnxBuilder, x: OnnxValue): OnnxValue {
  const half = onnx.node("Tanh", [onnx.node("Mul", [x, onnx.scalar(0.5, x.dtype)])]);
  return onnx.node("Mul", [half, onnx.node("Add", [onnx.node("Exp", [x]), onnx.scalar(1, x.dtype)])]);
}

/** Above this, 1 + x is x; below it, nothing overflows. */
const LARGE = 1e38;

/** Below this, no number is 1 + x but 0. */
const SMALL = 1e-30;

/**
 * log(1 + x) without loss near zero: log(u) + (x − (u − 1)) / u for u = 1 + x as it is rounded. The second term is what the rounding took,
 * and 0 at −1 and infinity.
 */
export function log1p(onnx: OnnxBuilder, x: OnnxValue): OnnxValue {
  const number = (value: number): OnnxValue => onnx.scalar(value, x.dtype);
  const log = onnx.node("Log", [onnx.node("Add", [x, number(1)])]);
  const finite = onnx.node("Min", [x, number(LARGE)]);
  const u = onnx.node("Add", [finite, number(1)]);
  const rest = onnx.node("Sub", [finite, onnx.node("Sub", [u, number(1)])]);
  return onnx.node("Add", [log, onnx.node("Div", [rest, onnx.node("Max", [u, number(SMALL)])])]);
}

/** log(1 + exp(x)) = max(x, 0) + log(1 + exp(−|x|)), the latter as in `log1p`, of numbers between 0 and 1. */
export function softplus(onnx: OnnxBuilder, x: OnnxValue): OnnxValue {
  const one = onnx.scalar(1, x.dtype);
  const power = onnx.node("Exp", [onnx.node("Neg", [onnx.node("Abs", [x])])]);
  const u = onnx.node("Add", [power, one]);
  const rest = onnx.node("Div", [onnx.node("Sub", [power, onnx.node("Sub", [u, one])]), u]);
  const log = onnx.node("Add", [onnx.node("Log", [u]), rest]);
  return onnx.node("Add", [onnx.node("Max", [x, onnx.scalar(0, x.dtype)]), log]);
}

/** 1 / (1 + exp(−x)). ONNX Runtime's own Sigmoid gives 0 below −18, of which the logarithm is lost. */
function sigmoid(onnx: OnnxBuilder, [x]: readonly [OnnxValue]): OnnxValue {
  const power = onnx.node("Exp", [onnx.node("Neg", [x])]);
  return onnx.node("Reciprocal", [onnx.node("Add", [power, onnx.scalar(1, x.dtype)])]);
}

/** The rules of this family. */
export const elementaryOnnx = onnxRules<typeof elementaryDefs>()({
  Neg: same("Neg"),
  Abs: same("Abs"),
  Sign: same("Sign"),
  Square: (onnx, [x]) => onnx.node("Mul", [x, x]),
  Sqrt: same("Sqrt"),
  Rsqrt: (onnx, [x]) => onnx.node("Reciprocal", [onnx.node("Sqrt", [x])]),
  Exp: same("Exp"),
  Expm1: (onnx, [x]) => expm1(onnx, x),
  Log: same("Log"),
  Log1p: (onnx, [x]) => log1p(onnx, x),
  Sin: same("Sin"),
  Cos: same("Cos"),
  Tan: same("Tan"),
  Asin: same("Asin"),
  Acos: same("Acos"),
  Atan: same("Atan"),
  Sinh: same("Sinh"),
  Cosh: same("Cosh"),
  Tanh: same("Tanh"),
  Asinh: same("Asinh"),
  Acosh: same("Acosh"),
  Atanh: same("Atanh"),
  Sigmoid: sigmoid,
  Erf: same("Erf"),
  Erfc: unsupported("ONNX has no Erfc, and 1 - Erf(x) loses all digits for large x"),
  Floor: same("Floor"),
  Ceil: same("Ceil"),
  Rint: same("Round"),
  Round: (onnx, [x]) => onnx.node(x.dtype.isFloating ? "Round" : "Identity", [x]),
  Reciprocal: reciprocal,
  Inv: reciprocal,
  IsNan: same("IsNaN"),
  IsInf: same("IsInf"),
  IsFinite: (onnx, [x]) => onnx.node("Less", [onnx.node("Abs", [x]), onnx.scalar(Infinity, x.dtype)]),
  SigmoidGrad: gradient((onnx, y, dy) =>
    onnx.node("Mul", [onnx.node("Mul", [dy, y]), onnx.node("Sub", [onnx.scalar(1, y.dtype), y])]),
  ),
  TanhGrad: gradient((onnx, y, dy) =>
    onnx.node("Mul", [dy, onnx.node("Sub", [onnx.scalar(1, y.dtype), onnx.node("Mul", [y, y])])]),
  ),
  SqrtGrad: gradient((onnx, y, dy) => onnx.node("Div", [onnx.node("Mul", [dy, onnx.scalar(0.5, y.dtype)]), y])),
  RsqrtGrad: gradient((onnx, y, dy) =>
    onnx.node("Mul", [
      onnx.node("Mul", [dy, onnx.scalar(-0.5, y.dtype)]),
      onnx.node("Mul", [onnx.node("Mul", [y, y]), y]),
    ]),
  ),
  ReciprocalGrad: gradient((onnx, y, dy) => onnx.node("Mul", [onnx.node("Mul", [onnx.node("Neg", [dy]), y]), y])),
  InvGrad: gradient((onnx, y, dy) => onnx.node("Mul", [onnx.node("Mul", [onnx.node("Neg", [dy]), y]), y])),
});
