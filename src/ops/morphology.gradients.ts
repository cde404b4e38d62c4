/** Gradient rules of the family `morphology`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { morphologyDefs } from "./morphology.defs.ts";

export const morphologyGradients = gradientRules<typeof morphologyDefs>()({
  Dilation2D: pending,
  MaxPoolV2: pending,
});
