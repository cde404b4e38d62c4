/** Gradient rules of the family `data-flow`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { dataFlowDefs } from "./data-flow.defs.ts";

export const dataFlowGradients = gradientRules<typeof dataFlowDefs>()({
  DynamicPartition: pending,
  DynamicStitch: pending,
  ParallelDynamicStitch: pending,
});
