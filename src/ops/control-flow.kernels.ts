/** The control-flow ops have no arithmetic: the executor moves their values, dead or alive, from frame to frame. */
import { byExecutor, kernelsFor } from "../kernels/rule.ts";
import type { controlFlowDefs } from "./control-flow.defs.ts";

export const controlFlowKernels = kernelsFor<typeof controlFlowDefs>()({
  Switch: byExecutor,
  RefSwitch: byExecutor,
  Merge: byExecutor,
  RefMerge: byExecutor,
  Enter: byExecutor,
  RefEnter: byExecutor,
  Exit: byExecutor,
  RefExit: byExecutor,
  NextIteration: byExecutor,
  RefNextIteration: byExecutor,
  LoopCond: byExecutor,
  RefIdentity: byExecutor,
  NoOp: byExecutor,
  ControlTrigger: byExecutor,
  Abort: byExecutor,
});
