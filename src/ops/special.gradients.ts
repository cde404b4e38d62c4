/** How special functions are differentiated. Mirrors python/ops/math_grad.py. */
import { after, choose, minus, negated, over, plus, times } from "../gradients/operators.ts";
import { type ForwardOp, type Gradient, type GradientRule, gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, ones, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { equal } from "./compare.ts";
import { exp, log, reciprocal, sign, square } from "./elementary.ts";
import { xlog1py, xlogy } from "./math.ts";
import { reduceSum } from "./reduce.ts";
import { shapeDefs } from "./shape.defs.ts";
import { reshape, shape } from "./shape.ts";
import { specialDefs as defs } from "./special.defs.ts";
import { besselI0e, besselI1e, digamma, lgamma, polygamma, zeta } from "./special.ts";

type Unary = GradientRule<OpDef<readonly ["x: T"]>>;
type Igamma = (typeof defs)["Igamma"];

/** The gradient times the slope; both are built when the gradient is there. */
function slope(build: (x: Tensor, y: Tensor) => Tensor): Unary {
  return ({ inputs: [x], output }, grad) => after(grad, () => times(grad, build(x, output)));
}

/** What operands of different shapes need: their shapes, and the axes along which each was repeated. */
function broadcastOf(x: Tensor, y: Tensor) {
  const [shapeX, shapeY] = [shape(x), shape(y)];
  const axes = applyOp(shapeDefs.BroadcastGradientArgs, [shapeX, shapeY]);
  return { shapeX, shapeY, axesX: axes.output(0), axesY: axes.output(1) };
}

function summed(partial: Tensor, grad: Gradient, axes: Tensor, sizes: Tensor): Tensor {
  return reshape(reduceSum(times(partial, grad), { axis: axes }), sizes);
}

// dP(a, x) = ∂P/∂a da + exp(-x + (a - 1) ln x - ln Γ(a)) dx
function igammaRule({ inputs: [a, x] }: ForwardOp<Igamma>, grad: Gradient): [Tensor, Tensor] {
  const { shapeX: shapeA, shapeY: shapeX, axesX: axesA, axesY: axesX } = broadcastOf(a, x);
  return after(grad, () => {
    const byA = applyOp1(defs.IgammaGradA, [a, x]);
    const power = plus(negated(x), times(minus(a, 1), log(x)));
    const byX = exp(minus(power, lgamma(a)));
    return [summed(byA, grad, axesA, shapeA), summed(byX, grad, axesX, shapeX)];
  });
}

/** `grad · factor · exp(…)` */
function quantile(factor: number, exponent: (squared: Tensor) => Tensor): Unary {
  return ({ output }, grad) => {
    const scale = constant(factor, { dtype: grad.dtype });
    return after(grad, () => times(times(grad, scale), exp(exponent(square(output)))));
  };
}

export const specialGradients = gradientRules<typeof defs>()({
  // d ln Γ(x) = ψ(x) dx
  Lgamma: slope((x) => digamma(x)),
  Digamma: slope((x) => polygamma(constant(1, { dtype: x.dtype.baseDtype }), x)),
  Igamma: igammaRule,
  // Q = 1 - P
  Igammac: (forward, grad) => {
    const [byA, byX] = igammaRule(forward as ForwardOp as ForwardOp<Igamma>, grad);
    return [negated(byA), negated(byX)];
  },
  IgammaGradA: noRule,
  // ∂ζ(x, q)/∂q = -x ζ(x + 1, q)
  Zeta: ({ inputs: [x, q] }, grad) => {
    const { shapeY: shapeQ, axesY: axesQ } = broadcastOf(x, q);
    return [null, after(grad, () => summed(times(negated(x), zeta(plus(x, 1), q)), grad, axesQ, shapeQ))];
  },
  Polygamma: ({ inputs: [n, x] }, grad) => {
    const { shapeY: shapeX, axesY: axesX } = broadcastOf(n, x);
    return [null, after(grad, () => summed(polygamma(plus(n, 1), x), grad, axesX, shapeX))];
  },
  // ∂I(a, b, x)/∂x = (1 - x)^(b-1) x^(a-1) / B(a, b); by a and b it is not known.
  Betainc: ({ inputs: [a, b, x] }, grad) => {
    const { shapeY: shapeX, axesY: axesX } = broadcastOf(a, x);
    const both = plus(lgamma(a), lgamma(b));
    const logBeta = minus(both, lgamma(plus(a, b)));
    const byComplement = xlog1py(minus(b, 1), negated(x));
    const power = plus(byComplement, xlogy(minus(a, 1), x));
    return [null, null, summed(exp(minus(power, logBeta)), grad, axesX, shapeX)];
  },
  // dy = √π/2 exp(y²) dx
  Erfinv: quantile(Math.sqrt(Math.PI) / 2, (squared) => squared),
  // dy = √(2π) exp(y²/2) dx
  Ndtri: quantile(Math.sqrt(2 * Math.PI), (squared) => over(squared, 2)),
  // The number beside x₁ moves with it; where it lies towards x₂ does not change.
  NextAfter: ({ inputs: [x, y] }, grad) => {
    const { shapeX, shapeY, axesX, axesY } = broadcastOf(x, y);
    return after(grad, () => {
      const one = ones(shapeX, { dtype: x.dtype.baseDtype });
      const nothing = zeros(shapeY, { dtype: y.dtype.baseDtype });
      return [summed(one, grad, axesX, shapeX), summed(nothing, grad, axesY, shapeY)];
    });
  },
  // (e^-|x| I₀)' = e^-|x| I₁ - sign(x) e^-|x| I₀
  BesselI0e: slope((x, y) => minus(besselI1e(x), times(sign(x), y))),
  // (e^-|x| I₁)' = e^-|x| I₀ - (sign(x) + 1/x) e^-|x| I₁, and 1/2 at 0.
  BesselI1e: slope((x, y) => {
    const isZero = equal(x, 0);
    const half = cast(0.5, x.dtype);
    const first = besselI0e(x);
    const signs = sign(x);
    return choose(isZero, half, minus(first, times(y, plus(signs, reciprocal(x)))));
  }),
});
