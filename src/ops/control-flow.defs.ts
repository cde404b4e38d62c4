/**
 * Definitions of the ops that steer which other ops execute: dead values, loop frames, pure dependencies. What they mean in a step
 * is the session's; `cond.ts` and `while-loop.ts` put them together. Mirrors core/ops/control_flow_ops.cc.
 */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, scalarShape, TensorShape, unknownShape } from "../tensor/shape.ts";
import { withRank } from "./shape-rules.ts";

const passing = { T: attr.type() };
const merging = { T: attr.type(), N: attr.int(undefined, 1) };
const entering = {
  T: attr.type(),
  frame_name: attr.string(),
  is_constant: attr.bool(false),
  parallel_iterations: attr.int(10),
};

function unchanged(c: InferContext): readonly TensorShape[] {
  return [c.input(0)];
}

function inferSwitch(c: InferContext): readonly TensorShape[] {
  withRank(c.input(1), 0);
  return [c.input(0), c.input(0)];
}

/** Any of the inputs may arrive: only what all of them have in common is known. */
function inferMerge(c: InferContext): readonly TensorShape[] {
  const shapes = Array.from({ length: c.inputCount }, (_, i) => c.input(i).dims);
  const [first, ...others] = shapes;
  if (!first || others.some((dims) => dims?.length !== first.length)) return [unknownShape, scalarShape];
  const common = first.map((d: Dimension, i) => (others.every((dims) => dims?.[i] === d) ? d : null));
  return [new TensorShape(common), scalarShape];
}

/** `pred` decides which output gets the value; the other one is dead. */
const Switch = defineOp({
  type: "Switch",
  inputs: ["data: T", "pred: bool"],
  outputs: ["output_false: T", "output_true: T"],
  attrs: passing,
  infer: inferSwitch,
  // Where the condition is known, one side has the value, as in TensorFlow's shape inference.
  fold: (c) => {
    const [data, pred] = [c.constant(0), c.constant(1)];
    if (data === null || pred === null) return null;
    return pred.at(0) === true ? [null, data] : [data, null];
  },
  flow: "switch",
  effect: "pass",
});
const RefSwitch = defineOp({
  type: "RefSwitch",
  inputs: ["data: Ref(T)", "pred: bool"],
  outputs: ["output_false: Ref(T)", "output_true: Ref(T)"],
  attrs: passing,
  infer: inferSwitch,
  flow: "switch",
  effect: "pass",
  allowsUninitializedInput: true,
});

/** Gives the input that is not dead. */
const Merge = defineOp({
  type: "Merge",
  inputs: ["inputs: N * T"],
  outputs: ["output: T", "value_index: int32"],
  attrs: merging,
  infer: inferMerge,
  flow: "merge",
});
const RefMerge = defineOp({
  type: "RefMerge",
  inputs: ["inputs: N * Ref(T)"],
  outputs: ["output: Ref(T)", "value_index: int32"],
  attrs: merging,
  infer: inferMerge,
  flow: "merge",
  effect: "pass",
});

/** Brings a value into the frame of a loop. Only a constant of the loop is sure to keep its shape. */
const Enter = defineOp({
  type: "Enter",
  inputs: ["data: T"],
  outputs: ["output: T"],
  attrs: entering,
  infer: (c, { is_constant }) => [is_constant ? c.input(0) : unknownShape],
  flow: "enter",
  effect: "pass",
});
const RefEnter = defineOp({
  type: "RefEnter",
  inputs: ["data: Ref(T)"],
  outputs: ["output: Ref(T)"],
  attrs: entering,
  infer: unchanged,
  flow: "enter",
  effect: "pass",
});
const Exit = defineOp({
  type: "Exit",
  inputs: ["data: T"],
  outputs: ["output: T"],
  attrs: passing,
  infer: unchanged,
  flow: "exit",
});
const RefExit = defineOp({
  type: "RefExit",
  inputs: ["data: Ref(T)"],
  outputs: ["output: Ref(T)"],
  attrs: passing,
  infer: unchanged,
  flow: "exit",
  effect: "pass",
});
const NextIteration = defineOp({
  type: "NextIteration",
  inputs: ["data: T"],
  outputs: ["output: T"],
  attrs: passing,
  infer: unchanged,
  flow: "nextIteration",
});
const RefNextIteration = defineOp({
  type: "RefNextIteration",
  inputs: ["data: Ref(T)"],
  outputs: ["output: Ref(T)"],
  attrs: passing,
  infer: unchanged,
  flow: "nextIteration",
  effect: "pass",
});
const LoopCond = defineOp({
  type: "LoopCond",
  inputs: ["input: bool"],
  outputs: ["output: bool"],
  attrs: {},
  infer: (c) => [withRank(c.input(0), 0)],
  flow: "loopCond",
});

/** Passes a reference on. It stands here because only control flow makes it; `Identity` serves everyone else. */
const RefIdentity = defineOp({
  type: "RefIdentity",
  inputs: ["input: Ref(T)"],
  outputs: ["output: Ref(T)"],
  attrs: passing,
  infer: unchanged,
  effect: "pass",
  allowsUninitializedInput: true,
});

const NoOp = defineOp({ type: "NoOp", inputs: [], outputs: [], attrs: {}, infer: () => [] });
const ControlTrigger = defineOp({
  type: "ControlTrigger",
  inputs: [],
  outputs: [],
  attrs: {},
  infer: () => [],
  isTrigger: true,
});
const Abort = defineOp({
  type: "Abort",
  inputs: [],
  outputs: [],
  attrs: { error_msg: attr.string(""), exit_without_error: attr.bool(false) },
  infer: () => [],
  effect: "host",
});

/** The definitions of this family. */
export const controlFlowDefs = {
  Switch,
  RefSwitch,
  Merge,
  RefMerge,
  Enter,
  RefEnter,
  Exit,
  RefExit,
  NextIteration,
  RefNextIteration,
  LoopCond,
  RefIdentity,
  NoOp,
  ControlTrigger,
  Abort,
};
