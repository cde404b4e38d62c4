/** Gradient rules of the family `pool-argmax`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { poolArgmaxDefs } from "./pool-argmax.defs.ts";

export const poolArgmaxGradients = gradientRules<typeof poolArgmaxDefs>()({
  MaxPoolWithArgmax: pending,
});
