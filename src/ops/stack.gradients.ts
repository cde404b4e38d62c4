/** Stacks are made by gradients of loops, and have none of their own, as in TensorFlow. */
import { gradientRules, noRule } from "../gradients/rule.ts";
import type { stackDefs } from "./stack.defs.ts";

export const stackGradients = gradientRules<typeof stackDefs>()({
  StackV2: noRule,
  StackPushV2: noRule,
  StackPopV2: noRule,
  StackCloseV2: noRule,
});
