/** How arithmetic with two operands, sums and casts are differentiated. Mirrors python/ops/math_grad.py. */

import { haveOneShape, reduceToOperands } from "../gradients/broadcast.ts";
import {
  type Gradient,
  type GradientRule,
  gradientRules,
  noRule,
  notDifferentiable,
  pending,
} from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { conj } from "./complex.ts";
import { negative } from "./elementary.ts";
import { mathDefs } from "./math.defs.ts";

type Binary = GradientRule<OpDef<readonly ["x: T", "y: T"]>>;

/** d(x + y): the gradient itself, for both. */
const addition: Binary = ({ inputs: [x, y] }, grad) =>
  haveOneShape(x, y, grad) ? [grad, grad] : reduceToOperands(x, y, grad, grad);

function product(x: Gradient, y: Gradient): Tensor {
  return applyOp1(mathDefs.Mul, [x, y]);
}

export const mathGradients = gradientRules<typeof mathDefs>()({
  Add: addition,
  AddV2: addition,
  Sub: ({ inputs: [x, y] }, grad) =>
    haveOneShape(x, y, grad) ? [grad, negative(grad)] : reduceToOperands(x, y, grad, negative(grad)),
  // d(xy) = y dx + x dy
  Mul: ({ inputs: [x, y] }, grad) => {
    const isPlain = grad.dtype.baseName === "int32" || grad.dtype.baseName === "float32";
    if (isPlain && haveOneShape(x, y, grad)) return [product(grad, y), product(grad, x)];
    const byY = product(grad, conj(y));
    return reduceToOperands(x, y, byY, product(conj(x), grad));
  },
  Div: pending,
  RealDiv: pending,
  FloorDiv: pending,
  TruncateDiv: pending,
  FloorMod: pending,
  TruncateMod: noRule,
  Mod: noRule,
  Pow: pending,
  Maximum: pending,
  Minimum: pending,
  SquaredDifference: pending,
  DivNoNan: pending,
  MulNoNan: pending,
  Xdivy: pending,
  Xlogy: pending,
  Xlog1py: pending,
  Atan2: pending,
  AddN: pending,
  Cast: pending,
  ClipByValue: pending,
  LinSpace: notDifferentiable,
  Range: notDifferentiable,
});
