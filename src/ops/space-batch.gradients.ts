/** Gradient rules of the family `space-batch`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { spaceBatchDefs } from "./space-batch.defs.ts";

export const spaceBatchGradients = gradientRules<typeof spaceBatchDefs>()({
  SpaceToBatchND: pending,
  BatchToSpaceND: pending,
  SpaceToBatch: pending,
  BatchToSpace: pending,
});
