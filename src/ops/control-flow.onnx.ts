/**
 * One by one, the ops that steer are not written in ONNX: its If and Loop hold whole graphs, TensorFlow's ops are gates between single
 * values. The session finds the conditionals and loops that they make (docs/decisions/0009).
 */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { controlFlowDefs } from "./control-flow.defs.ts";

const steered = unsupported(
  "whole conditionals and loops become `If` and `Loop`; around writes and random numbers the session steers",
);
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
