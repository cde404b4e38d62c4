/** Gradient rules of the family `reduce`. */
import { gradientRules, noRule, pending } from "../gradients/rule.ts";
import type { reduceDefs } from "./reduce.defs.ts";

export const reduceGradients = gradientRules<typeof reduceDefs>()({
  Sum: pending,
  Mean: pending,
  Prod: pending,
  EuclideanNorm: pending,
  Max: pending,
  Min: pending,
  All: noRule,
  Any: noRule,
  ArgMax: pending,
  ArgMin: pending,
  Cumsum: pending,
  Cumprod: pending,
});
