/** How the choice between two values is differentiated; comparisons are not. Mirrors python/ops/math_grad.py. */
import { reduceToOperands } from "../gradients/broadcast.ts";
import { choose } from "../gradients/operators.ts";
import { gradientRules, notDifferentiable } from "../gradients/rule.ts";
import { zeros, zerosLike } from "./array.ts";
import type { compareDefs } from "./compare.defs.ts";
import { where } from "./compare.ts";

export const compareGradients = gradientRules<typeof compareDefs>()({
  Equal: notDifferentiable,
  NotEqual: notDifferentiable,
  Less: notDifferentiable,
  LessEqual: notDifferentiable,
  Greater: notDifferentiable,
  GreaterEqual: notDifferentiable,
  ApproximateEqual: notDifferentiable,
  LogicalAnd: notDifferentiable,
  LogicalOr: notDifferentiable,
  LogicalNot: notDifferentiable,
  // The gradient goes to whichever was chosen.
  Select: ({ inputs: [condition, x] }, grad) => {
    const nothing = zerosLike(x);
    const byX = where(condition, grad, nothing);
    return [null, byX, where(condition, nothing, grad)];
  },
  SelectV2: ({ inputs: [condition, x, y], output }, grad) => {
    const nothing = zeros([], { dtype: grad.dtype.baseDtype });
    const byX = choose(condition, grad, nothing);
    const byY = choose(condition, nothing, grad);
    const [inShapeOfX] = reduceToOperands(x, output, byX, null);
    const [inShapeOfY] = reduceToOperands(y, output, byY, null);
    return [null, inShapeOfX, inShapeOfY];
  },
});
