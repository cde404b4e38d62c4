/** Gradient rules of the family `shape`. */
import { gradientRules, noRule, notDifferentiable, pending } from "../gradients/rule.ts";
import type { shapeDefs } from "./shape.defs.ts";

export const shapeGradients = gradientRules<typeof shapeDefs>()({
  Shape: notDifferentiable,
  ShapeN: notDifferentiable,
  Size: notDifferentiable,
  Rank: notDifferentiable,
  Reshape: pending,
  ExpandDims: pending,
  Squeeze: pending,
  BroadcastTo: pending,
  BroadcastArgs: noRule,
  BroadcastGradientArgs: notDifferentiable,
});
