/** Gradient rules of the family `batch-norm`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { batchNormDefs } from "./batch-norm.defs.ts";

export const batchNormGradients = gradientRules<typeof batchNormDefs>()({
  FusedBatchNorm: pending,
  FusedBatchNormV2: pending,
  FusedBatchNormV3: pending,
});
