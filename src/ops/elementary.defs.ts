/** Definitions of the functions of one operand, element by element. Ops of two operands are in math.defs.ts. Mirrors core/ops/math_ops.cc. */
import { attr, defineOp, type TypeList } from "../graph/op-def.ts";
import { inferUnchanged } from "./shape-rules.ts";
import { complexTypes, floatTypes } from "./type-lists.ts";

const floatAndComplex = [...floatTypes, ...complexTypes] as const;
const signedTypes = [...floatTypes, "int8", "int16", "int32", "int64"] as const;
const signedAndComplex = [...signedTypes, ...complexTypes] as const;

/** One operand; the result has its type and shape. */
function unary<const N extends string>(type: N, allowed: TypeList) {
  return defineOp({
    type,
    inputs: ["x: T"],
    outputs: ["y: T"],
    attrs: { T: attr.type(allowed) },
    infer: inferUnchanged,
  });
}

/** A question about each element. */
function predicate<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["x: T"],
    outputs: ["y: bool"],
    attrs: { T: attr.type(floatTypes) },
    infer: inferUnchanged,
  });
}

/** The gradient of a unary op from its result `y` and the gradient of that. */
function gradientOf<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["y: T", "dy: T"],
    outputs: ["z: T"],
    attrs: { T: attr.type(floatAndComplex) },
    infer: inferUnchanged,
  });
}

const Neg = unary("Neg", signedAndComplex);
const Abs = unary("Abs", signedTypes);
const Sign = unary("Sign", signedAndComplex);
const Square = unary("Square", [...signedTypes, "uint8", "uint16", "uint32", "uint64", ...complexTypes]);
const Sqrt = unary("Sqrt", floatAndComplex);
const Rsqrt = unary("Rsqrt", floatAndComplex);
const Exp = unary("Exp", floatAndComplex);
const Expm1 = unary("Expm1", floatAndComplex);
const Log = unary("Log", floatAndComplex);
const Log1p = unary("Log1p", floatAndComplex);
const Sin = unary("Sin", floatAndComplex);
const Cos = unary("Cos", floatAndComplex);
const Tan = unary("Tan", floatAndComplex);
const Asin = unary("Asin", floatAndComplex);
const Acos = unary("Acos", floatAndComplex);
const Atan = unary("Atan", floatAndComplex);
const Sinh = unary("Sinh", floatAndComplex);
const Cosh = unary("Cosh", floatAndComplex);
const Tanh = unary("Tanh", floatAndComplex);
const Asinh = unary("Asinh", floatAndComplex);
const Acosh = unary("Acosh", floatAndComplex);
const Atanh = unary("Atanh", floatAndComplex);
const Sigmoid = unary("Sigmoid", floatAndComplex);
const Erf = unary("Erf", floatTypes);
const Erfc = unary("Erfc", floatTypes);
const Floor = unary("Floor", floatTypes);
const Ceil = unary("Ceil", floatTypes);
const Rint = unary("Rint", floatTypes);
const Round = unary("Round", signedAndComplex);
const Reciprocal = unary("Reciprocal", signedAndComplex);
const Inv = unary("Inv", signedAndComplex);
const IsNan = predicate("IsNan");
const IsInf = predicate("IsInf");
const IsFinite = predicate("IsFinite");
const SigmoidGrad = gradientOf("SigmoidGrad");
const TanhGrad = gradientOf("TanhGrad");
const SqrtGrad = gradientOf("SqrtGrad");
const RsqrtGrad = gradientOf("RsqrtGrad");
const ReciprocalGrad = gradientOf("ReciprocalGrad");
const InvGrad = gradientOf("InvGrad");

/** The definitions of this family. */
export const elementaryDefs = {
  Neg,
  Abs,
  Sign,
  Square,
  Sqrt,
  Rsqrt,
  Exp,
  Expm1,
  Log,
  Log1p,
  Sin,
  Cos,
  Tan,
  Asin,
  Acos,
  Atan,
  Sinh,
  Cosh,
  Tanh,
  Asinh,
  Acosh,
  Atanh,
  Sigmoid,
  Erf,
  Erfc,
  Floor,
  Ceil,
  Rint,
  Round,
  Reciprocal,
  Inv,
  IsNan,
  IsInf,
  IsFinite,
  SigmoidGrad,
  TanhGrad,
  SqrtGrad,
  RsqrtGrad,
  ReciprocalGrad,
  InvGrad,
};
