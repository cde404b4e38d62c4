/** Gradient rules of the family `conv`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { convDefs } from "./conv.defs.ts";

export const convGradients = gradientRules<typeof convDefs>()({
  Conv2D: pending,
  DepthwiseConv2dNative: pending,
});
