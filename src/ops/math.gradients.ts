/** How arithmetic with two operands, sums and casts are differentiated. Mirrors python/ops/math_grad.py and `_clip_by_value_grad`, python/ops/clip_ops.py. */
import { haveOneShape, reduceToOperands } from "../gradients/broadcast.ts";
import { after, castGradient, choose, negated, over, plus, product, scaled, times } from "../gradients/operators.ts";
import { type Gradient, type GradientRule, gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { onesLike, zeros, zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { greater, greaterEqual, less, lessEqual, logicalOr, notEqual, where } from "./compare.ts";
import { conj } from "./complex.ts";
import { divide, divNoNan, realdiv } from "./division.ts";
import { log, negative, square } from "./elementary.ts";
import { mathDefs as defs } from "./math.defs.ts";
import { pow } from "./math.ts";
import { reduceSum } from "./reduce.ts";
import { shapeDefs } from "./shape.defs.ts";
import { reshape, shape } from "./shape.ts";

type Binary = GradientRule<OpDef<readonly ["x: T", "y: T"]>>;

/** d(x + y): the gradient itself, for both. */
const addition: Binary = ({ inputs: [x, y] }, grad) =>
  haveOneShape(x, y, grad) ? [grad, grad] : reduceToOperands(x, y, grad, grad);

/** Neither operand changes the result by a little. */
const steps: Binary = () => [null, null];

/** d(x / y) = dx / y - x/y² dy */
function quotient(divideBy: (x: Gradient, y: Tensor) => Tensor): Binary {
  return ({ inputs: [x, y] }, grad) => {
    const [conjugateX, conjugateY] = [conj(x), conj(y)];
    const byX = divideBy(grad, conjugateY);
    const byY = times(grad, divideBy(divideBy(negated(conjugateX), conjugateY), conjugateY));
    return reduceToOperands(x, y, byX, byY);
  };
}

/** Where the operand is chosen it has the whole gradient; x is, of equal ones. */
function extremum(isX: (x: Tensor, y: Tensor) => Tensor): Binary {
  return ({ inputs: [x, y] }, grad) => {
    const nothing = zerosLike(grad);
    const mask = isX(x, y);
    const byX = choose(mask, grad, nothing);
    return reduceToOperands(x, y, byX, choose(mask, nothing, grad));
  };
}

/** Of functions that are 0 where x is: their shapes are always compared by an op. */
function zeroWhereXIs(byX: (isNotZero: Tensor, y: Tensor) => Tensor, byY: (x: Tensor, y: Tensor) => Tensor): Binary {
  return ({ inputs: [x, y] }, grad) => {
    const [shapeX, shapeY] = [shape(x), shape(y)];
    const axes = applyOp(shapeDefs.BroadcastGradientArgs, [shapeX, shapeY]);
    return after(grad, () => {
      const isNotZero = cast(notEqual(x, cast(0, x.dtype)), x.dtype);
      const partialX = byX(isNotZero, y);
      const partialY = byY(x, y);
      return [
        reshape(reduceSum(times(partialX, grad), { axis: axes.output(0) }), shapeX),
        reshape(reduceSum(times(partialY, grad), { axis: axes.output(1) }), shapeY),
      ];
    });
  };
}

/** Types that can change by a little. */
function isContinuous({ dtype }: Tensor | Gradient): boolean {
  return dtype.baseDtype.isFloating || dtype.baseDtype.isComplex;
}

/** The logarithm where x is positive, or not zero; else 0. */
function safeLog(x: Tensor, conjugate: Tensor): Tensor {
  const mask = x.dtype.isComplex ? notEqual(conjugate, 0) : conjugate.greater(0);
  const safe = where(mask, conjugate, onesLike(x));
  const logarithm = log(safe);
  return where(mask, logarithm, zerosLike(x));
}

export const mathGradients = gradientRules<typeof defs>()({
  Add: addition,
  AddV2: addition,
  Sub: ({ inputs: [x, y] }, grad) =>
    haveOneShape(x, y, grad) ? [grad, negated(grad)] : reduceToOperands(x, y, grad, negated(grad)),
  // d(xy) = y dx + x dy
  Mul: ({ inputs: [x, y] }, grad) => {
    const isPlain = grad.dtype.baseName === "int32" || grad.dtype.baseName === "float32";
    if (isPlain && haveOneShape(x, y, grad)) return [product(grad, y), product(grad, x)];
    const byX = product(grad, conj(y));
    return reduceToOperands(x, y, byX, product(conj(x), grad));
  },
  Div: quotient(divide),
  RealDiv: quotient(realdiv),
  FloorDiv: steps,
  TruncateDiv: steps,
  // d(x mod y) = dx - ⌊x/y⌋ dy
  FloorMod: ({ inputs: [x, y] }, grad) => {
    const whole = applyOp1(defs.FloorDiv, [conj(x), conj(y)]);
    return reduceToOperands(x, y, grad, times(grad, negative(whole)));
  },
  TruncateMod: noRule,
  Mod: noRule,
  // d(x^y) = y x^(y-1) dx + x^y ln x dy, with 0 for the logarithm where there is none.
  Pow: ({ inputs: [x, y], output }, grad) => {
    const [conjugateX, conjugateY] = [conj(x), conj(y)];
    const factor = times(grad, conjugateY);
    const byX = times(factor, pow(conjugateX, conjugateY.sub(1)));
    const logarithm = safeLog(x, conjugateX);
    return reduceToOperands(x, y, byX, times(times(grad, conj(output)), logarithm));
  },
  Maximum: extremum(greaterEqual),
  Minimum: extremum(lessEqual),
  // d(x - y)² = 2 (x - y) (dx - dy)
  SquaredDifference: ({ inputs: [x, y] }, grad) => {
    const byX = after(grad, () => times(scaled(2, grad), x.sub(y)));
    return haveOneShape(x, y, grad) ? [byX, negated(byX)] : reduceToOperands(x, y, byX, negated(byX));
  },
  // d(x / y) = dx / y - x/y² dy, with 0 for what is divided by 0.
  DivNoNan: quotient(divNoNan),
  MulNoNan: ({ inputs: [x, y] }, grad) => {
    const byX = applyOp1(defs.MulNoNan, [grad, y]);
    const byY = applyOp1(defs.MulNoNan, [x, grad]);
    return haveOneShape(x, y, grad) ? [byX, byY] : reduceToOperands(x, y, byX, byY);
  },
  // d(x / y) = dx / y - x/y² dy
  Xdivy: zeroWhereXIs(
    (isNotZero, y) => applyOp1(defs.Xdivy, [isNotZero, y]),
    (x, y) => applyOp1(defs.Xdivy, [negative(x), y.pow(2)]),
  ),
  // d(x ln y) = ln y dx + x/y dy
  Xlogy: zeroWhereXIs(
    (isNotZero, y) => applyOp1(defs.Xlogy, [isNotZero, y]),
    (x, y) => applyOp1(defs.Xdivy, [x, y]),
  ),
  // d(x ln(1 + y)) = ln(1 + y) dx + x/(1 + y) dy
  Xlog1py: zeroWhereXIs(
    (isNotZero, y) => applyOp1(defs.Xlog1py, [isNotZero, y]),
    (x, y) => applyOp1(defs.Xdivy, [x, plus(y, 1)]),
  ),
  // dz = (x dy - y dx) / (x² + y²)
  Atan2: ({ inputs: [y, x] }, grad) =>
    after(grad, () => {
      const squareY = square(y);
      const scale = over(grad, plus(squareY, square(x)));
      const byY = times(x, scale);
      return reduceToOperands(y, x, byY, times(negated(y), scale));
    }),
  AddN: ({ op }, grad) => op.inputs.map(() => grad),
  Cast: ({ inputs: [x] }, grad) =>
    isContinuous(x) && isContinuous(grad) ? castGradient(grad, x.dtype.baseDtype) : null,
  // The gradient goes to whichever of the three is the result.
  ClipByValue: ({ inputs: [x, low, high] }, grad) => {
    const [shapeX, shapeLow, shapeHigh] = [shape(x), shape(low), shape(high)];
    const nothing = zeros(shape(grad), { dtype: grad.dtype });
    const isLow = less(x, low);
    const isHigh = greater(x, high);
    const axesLow = applyOp(shapeDefs.BroadcastGradientArgs, [shapeX, shapeLow]).output(1);
    const axesHigh = applyOp(shapeDefs.BroadcastGradientArgs, [shapeX, shapeHigh]).output(1);
    const byX = where(logicalOr(isLow, isHigh), nothing, grad);
    const lows = where(isLow, grad, nothing);
    const highs = where(isHigh, grad, nothing);
    const byLow = reshape(reduceSum(lows, { axis: axesLow }), shapeLow);
    return [byX, byLow, reshape(reduceSum(highs, { axis: axesHigh }), shapeHigh)];
  },
  LinSpace: notDifferentiable,
  Range: notDifferentiable,
});
