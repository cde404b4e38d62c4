/** Gradient rules of the family `gather`. */
import { gradientRules, noRule, notDifferentiable, pending } from "../gradients/rule.ts";
import type { gatherDefs } from "./gather.defs.ts";

export const gatherGradients = gradientRules<typeof gatherDefs>()({
  Gather: pending,
  GatherV2: pending,
  GatherNd: pending,
  ScatterNd: pending,
  TensorScatterUpdate: pending,
  TensorScatterAdd: pending,
  TensorScatterSub: pending,
  TensorScatterMax: pending,
  TensorScatterMin: pending,
  OneHot: notDifferentiable,
  Unique: noRule,
  UniqueWithCounts: noRule,
  ListDiff: noRule,
});
