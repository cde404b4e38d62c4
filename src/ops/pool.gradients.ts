/** Gradient rules of the family `pool`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { poolDefs } from "./pool.defs.ts";

export const poolGradients = gradientRules<typeof poolDefs>()({
  MaxPool: pending,
  AvgPool: pending,
});
