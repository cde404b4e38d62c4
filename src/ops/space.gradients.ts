/** Gradient rules of the family `space`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { spaceDefs } from "./space.defs.ts";

export const spaceGradients = gradientRules<typeof spaceDefs>()({
  SpaceToDepth: pending,
  DepthToSpace: pending,
  Roll: pending,
});
