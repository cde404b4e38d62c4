/** Gradient rules of the family `counting`. */
import { gradientRules, noRule, pending } from "../gradients/rule.ts";
import type { countingDefs } from "./counting.defs.ts";

export const countingGradients = gradientRules<typeof countingDefs>()({
  Bincount: noRule,
  DenseBincount: noRule,
  LowerBound: noRule,
  UpperBound: noRule,
  UnravelIndex: noRule,
  HistogramFixedWidth: noRule,
  Cross: pending,
  CumulativeLogsumexp: pending,
});
