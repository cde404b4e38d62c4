/** Gradient rules of the family `random`. */
import { gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import type { randomDefs } from "./random.defs.ts";

export const randomGradients = gradientRules<typeof randomDefs>()({
  RandomUniform: notDifferentiable,
  RandomUniformInt: noRule,
  RandomStandardNormal: notDifferentiable,
  TruncatedNormal: notDifferentiable,
  RandomShuffle: notDifferentiable,
  Multinomial: notDifferentiable,
});
