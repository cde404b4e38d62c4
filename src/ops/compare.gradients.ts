/** Gradient rules of the family `compare`. */
import { gradientRules, notDifferentiable, pending } from "../gradients/rule.ts";
import type { compareDefs } from "./compare.defs.ts";

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
  Select: pending,
  SelectV2: pending,
});
