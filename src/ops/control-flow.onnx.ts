/** Control flow is not written in ONNX: its If and Loop hold whole graphs, TensorFlow's ops are gates between single values. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { controlFlowDefs } from "./control-flow.defs.ts";

const steered = unsupported("the session steers which ops of a conditional or loop execute");
const nothing = unsupported("it computes nothing");

/** The rules of this family. */
export const controlFlowOnnx = onnxRules<typeof controlFlowDefs>()({
  Switch: steered,
  RefSwitch: steered,
  Merge: steered,
  RefMerge: steered,
  Enter: steered,
  RefEnter: steered,
  Exit: steered,
  RefExit: steered,
  NextIteration: steered,
  RefNextIteration: steered,
  LoopCond: steered,
  RefIdentity: steered,
  NoOp: nothing,
  ControlTrigger: nothing,
  Abort: unsupported("the session ends the step"),
});
