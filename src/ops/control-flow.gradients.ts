/** Gradient rules of the family `control-flow`. */
import { gradientRules, noRule, pending } from "../gradients/rule.ts";
import type { controlFlowDefs } from "./control-flow.defs.ts";

export const controlFlowGradients = gradientRules<typeof controlFlowDefs>()({
  Switch: pending,
  RefSwitch: pending,
  Merge: pending,
  RefMerge: pending,
  Enter: pending,
  RefEnter: pending,
  Exit: pending,
  RefExit: pending,
  NextIteration: pending,
  RefNextIteration: pending,
  LoopCond: pending,
  RefIdentity: pending,
  NoOp: noRule,
  ControlTrigger: noRule,
  Abort: noRule,
});
