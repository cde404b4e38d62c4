/** Functions of single elements. */
import { binary, c, type GradientCheck, list, op, unary } from "./case.ts";

export const elementwise: readonly GradientCheck[] = [
  ...unary(0.4, "Neg", "Abs", "Sign", "Square", "Sqrt", "Rsqrt", "Exp", "Expm1", "Log", "Log1p", "Sin", "Cos", "Tan"),
  ...unary(-0.35, "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Atanh", "Sigmoid", "Erf", "Erfc", "Erfinv"),
  ...unary(0.2, "Floor", "Ceil", "Rint", "Round", "Ndtri"),
  ...unary(0.8, "Reciprocal", "Inv"),
  ...unary(1.4, "Acosh", "Lgamma", "Digamma", "BesselI0e", "BesselI1e"),
  ...["SigmoidGrad", "TanhGrad", "SqrtGrad", "RsqrtGrad", "ReciprocalGrad", "InvGrad"].map((type) =>
    op(type, [
      [0.4, 0.7],
      [1.2, -0.5],
    ]),
  ),
  ...binary("Add", "AddV2", "Sub", "Mul", "Div", "RealDiv", "FloorDiv", "TruncateDiv", "Pow", "Maximum", "Minimum"),
  ...binary("SquaredDifference", "DivNoNan", "MulNoNan", "Xdivy", "Xlogy", "Xlog1py", "Atan2"),
  op("FloorMod", [[[1.3, 0.9]], [[0.7], [2.2]]]),
  op("AddN", [list([1, 2], [3, 4])]),
  op("ClipByValue", [[-2, 0.5, 3], -1, 2]),
  op(
    "Igamma",
    [
      [1.5, 3],
      [2, 1.2],
    ],
    {},
    1,
  ),
  op(
    "Igammac",
    [
      [1.5, 3],
      [2, 1.2],
    ],
    {},
    1,
  ),
  op("Zeta", [c([2.5, 3]), [1.2, 0.7]]),
  op("Polygamma", [c([1, 2]), [1.2, 2.7]]),
  op("Betainc", [c([1.5, 2]), c([2, 1.2]), [0.3, 0.6]]),
  op("NextAfter", [
    [1.5, 2],
    [3, 1],
  ]),
];
