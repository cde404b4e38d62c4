/** How functions of single elements are differentiated. Mirrors python/ops/math_grad.py. */
import { after, minus, negated, over, plus, times } from "../gradients/operators.ts";
import { type Gradient, type GradientRule, gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, zerosLike } from "./array.ts";
import { conj } from "./complex.ts";
import { elementaryDefs as defs } from "./elementary.defs.ts";
import { exp, reciprocal, sign, sqrt, square } from "./elementary.ts";
import { add, multiply, subtract } from "./math.ts";
import { cos, cosh, sin, sinh } from "./trigonometry.ts";

type Unary = GradientRule<OpDef<readonly ["x: T"]>>;
type OfResult = GradientRule<OpDef<readonly ["y: T", "dy: T"]>>;

/** A rule in terms of the conjugated operand; built when the gradient is there. */
function ofOperand(build: (x: Tensor, grad: Gradient) => Tensor): Unary {
  return ({ inputs: [x] }, grad) => after(grad, () => build(conj(x), grad));
}

/** A rule in terms of the conjugated result. */
function ofResult(build: (y: Tensor, grad: Gradient) => Tensor): Unary {
  return ({ output }, grad) => after(grad, () => build(conj(output), grad));
}

function one(grad: Gradient): Tensor {
  return constant(1, { dtype: grad.dtype });
}

/** Of a function that is constant but for its steps. */
const steps: Unary = () => [null];

// d(1/x) = -y² dx
const reciprocalRule: Unary = ({ output }, grad) => applyOp1(defs.ReciprocalGrad, [output, grad]);

// Of -b a²: -2ab da - a² db
const reciprocalGradRule: OfResult = ({ inputs: [a, b] }, grad) =>
  after(grad, () => {
    const [conjugateA, conjugateGrad] = [conj(a), conj(grad)];
    return [times(times(times(conjugateGrad, -2), b), conjugateA), applyOp1(defs.ReciprocalGrad, [conjugateA, grad])];
  });

/** `grad · factor · exp(-x²)` */
function gaussian(factor: number): Unary {
  return ({ inputs: [x] }, grad) => {
    const scale = constant(factor, { dtype: grad.dtype });
    return after(grad, () => times(times(grad, scale), exp(negated(square(conj(x))))));
  };
}

/** `1 / √(1 - x²)` */
function slopeOfAsin(x: Tensor, grad: Gradient): Tensor {
  const squared = square(x);
  return reciprocal(sqrt(subtract(one(grad), squared)));
}

export const elementaryGradients = gradientRules<typeof defs>()({
  Neg: (_, grad) => negated(grad),
  Abs: ({ inputs: [x] }, grad) => times(grad, sign(x)),
  Sign: ({ inputs: [x] }) => zerosLike(x),
  // d(x²) = 2x dx
  Square: ofOperand((x, grad) => multiply(grad, multiply(x, constant(2, { dtype: x.dtype.baseDtype })))),
  // d√x = dx / 2y
  Sqrt: ({ output }, grad) => applyOp1(defs.SqrtGrad, [output, grad]),
  // d(1/√x) = -y³/2 dx
  Rsqrt: ({ output }, grad) => applyOp1(defs.RsqrtGrad, [output, grad]),
  // dy = y dx
  Exp: ofResult((y, grad) => times(grad, y)),
  Expm1: ofOperand((x, grad) => times(grad, exp(x))),
  Log: ofOperand((x, grad) => times(grad, reciprocal(x))),
  // dy = dx / (1 + x)
  Log1p: ofOperand((x, grad) => times(grad, reciprocal(plus(1, x)))),
  Sin: ofOperand((x, grad) => times(grad, cos(x))),
  Cos: ofOperand((x, grad) => times(negated(grad), sin(x))),
  // dy = dx / cos²x
  Tan: ofOperand((x, grad) => times(square(reciprocal(cos(x))), grad)),
  // dy = dx / √(1 - x²)
  Asin: ofOperand((x, grad) => times(grad, slopeOfAsin(x, grad))),
  // dy = -dx / √(1 - x²)
  Acos: ofOperand((x, grad) => {
    const slope = slopeOfAsin(x, grad);
    return times(negated(grad), slope);
  }),
  // dy = dx / (1 + x²)
  Atan: ofOperand((x, grad) => {
    const squared = square(x);
    return times(grad, reciprocal(add(one(grad), squared)));
  }),
  Sinh: ofOperand((x, grad) => times(grad, cosh(x))),
  Cosh: ofOperand((x, grad) => times(grad, sinh(x))),
  // dy = (1 - y²) dx
  Tanh: ofResult((y, grad) => applyOp1(defs.TanhGrad, [y, grad])),
  // dy = dx / cosh y
  Asinh: ofResult((y, grad) => over(grad, cosh(y))),
  // dy = dx / sinh y
  Acosh: ofResult((y, grad) => over(grad, sinh(y))),
  // dy = dx / (1 - x²)
  Atanh: ofOperand((x, grad) => {
    const squared = square(x);
    return times(grad, reciprocal(subtract(one(grad), squared)));
  }),
  // dy = y (1 - y) dx
  Sigmoid: ofResult((y, grad) => applyOp1(defs.SigmoidGrad, [y, grad])),
  // dy = 2/√π exp(-x²) dx
  Erf: gaussian(2 / Math.sqrt(Math.PI)),
  // dy = -2/√π exp(-x²) dx
  Erfc: gaussian(-2 / Math.sqrt(Math.PI)),
  Floor: steps,
  Ceil: steps,
  Rint: steps,
  Round: steps,
  Reciprocal: reciprocalRule,
  Inv: reciprocalRule,
  IsNan: noRule,
  IsInf: noRule,
  IsFinite: noRule,
  // Of b a (1 - a): b (1 - 2a) da + a (1 - a) db
  SigmoidGrad: ({ inputs: [y, dy] }, grad) =>
    after(grad, () => {
      const [a, b] = [conj(y), conj(dy)];
      const byB = times(grad, b);
      return [minus(byB, times(times(2, byB), a)), applyOp1(defs.SigmoidGrad, [a, grad])];
    }),
  // Of b (1 - a²): -2ab da + (1 - a²) db
  TanhGrad: ({ inputs: [y, dy] }, grad) =>
    after(grad, () => {
      const [a, b] = [conj(y), conj(dy)];
      return [times(times(times(grad, -2), b), a), applyOp1(defs.TanhGrad, [a, grad])];
    }),
  // Of b / 2a: -b/2a² da + 1/2a db
  SqrtGrad: ({ inputs: [a], output }, grad) =>
    after(grad, () => {
      const byA = over(grad, a);
      return [times(negated(conj(byA)), output), times(0.5, byA)];
    }),
  // Of -b a³/2: -3/2 a² b da - a³/2 db
  RsqrtGrad: ({ inputs: [a, b] }, grad) =>
    after(grad, () => {
      const [conjugateA, conjugateGrad] = [conj(a), conj(grad)];
      const byA = times(times(times(-1.5, conjugateGrad), b), square(conjugateA));
      return [byA, applyOp1(defs.RsqrtGrad, [conjugateA, grad])];
    }),
  ReciprocalGrad: reciprocalGradRule,
  InvGrad: reciprocalGradRule,
});
