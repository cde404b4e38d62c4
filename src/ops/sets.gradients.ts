/** Gradient rules of the family `sets`. */
import { gradientRules, notDifferentiable } from "../gradients/rule.ts";
import type { setsDefs } from "./sets.defs.ts";

export const setsGradients = gradientRules<typeof setsDefs>()({
  DenseToDenseSetOperation: notDifferentiable,
  DenseToSparseSetOperation: notDifferentiable,
  SparseToSparseSetOperation: notDifferentiable,
  SetSize: notDifferentiable,
});
