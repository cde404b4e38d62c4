/** Gradient rules of the family `bitwise`. */
import { gradientRules, notDifferentiable } from "../gradients/rule.ts";
import type { bitwiseDefs } from "./bitwise.defs.ts";

export const bitwiseGradients = gradientRules<typeof bitwiseDefs>()({
  BitwiseAnd: notDifferentiable,
  BitwiseOr: notDifferentiable,
  BitwiseXor: notDifferentiable,
  LeftShift: notDifferentiable,
  RightShift: notDifferentiable,
  Invert: notDifferentiable,
});
