/** Gradient rules of the family `conv-transpose`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { convTransposeDefs } from "./conv-transpose.defs.ts";

export const convTransposeGradients = gradientRules<typeof convTransposeDefs>()({
  Conv2DBackpropInput: pending,
});
