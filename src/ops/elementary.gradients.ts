/** How functions of single elements are differentiated. Mirrors python/ops/math_grad.py. */
import { type Gradient, gradientRules, noRule, pending } from "../gradients/rule.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "./array.ts";
import { conj } from "./complex.ts";
import type { elementaryDefs } from "./elementary.defs.ts";
import { negative } from "./elementary.ts";
import { multiply } from "./math.ts";

/** Builds what is needed only when the gradient is there: it shall not be computed early and kept. */
function after(grad: Gradient, build: () => Tensor): Tensor {
  return runInScope(makeControlDependencies([grad.op]), build);
}

export const elementaryGradients = gradientRules<typeof elementaryDefs>()({
  Neg: (_, grad) => negative(grad),
  Abs: pending,
  Sign: pending,
  // d(x²) = 2x dx
  Square: ({ inputs: [x] }, grad) =>
    after(grad, () => {
      const conjugate = conj(x);
      return multiply(grad, multiply(conjugate, constant(2, { dtype: x.dtype.baseDtype })));
    }),
  Sqrt: pending,
  Rsqrt: pending,
  Exp: pending,
  Expm1: pending,
  Log: pending,
  Log1p: pending,
  Sin: pending,
  Cos: pending,
  Tan: pending,
  Asin: pending,
  Acos: pending,
  Atan: pending,
  Sinh: pending,
  Cosh: pending,
  Tanh: pending,
  Asinh: pending,
  Acosh: pending,
  Atanh: pending,
  Sigmoid: pending,
  Erf: pending,
  Erfc: pending,
  Floor: pending,
  Ceil: pending,
  Rint: pending,
  Round: pending,
  Reciprocal: pending,
  Inv: pending,
  IsNan: noRule,
  IsInf: noRule,
  IsFinite: noRule,
  SigmoidGrad: pending,
  TanhGrad: pending,
  SqrtGrad: pending,
  RsqrtGrad: pending,
  ReciprocalGrad: pending,
});
