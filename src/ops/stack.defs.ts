/** Definitions of the ops of stacks, on which a loop leaves what its gradient needs. Mirrors the version 2 of them in core/ops/data_flow_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { unknownShape } from "../tensor/shape.ts";
import { checkHandle, closing, handleShape } from "./step-resource.ts";

const StackV2 = defineOp({
  type: "StackV2",
  inputs: ["max_size: int32"],
  outputs: ["handle: resource"],
  attrs: { elem_type: attr.type(), stack_name: attr.string("") },
  infer: () => [handleShape],
  stateful: true,
  effect: "host",
  sharesState: true,
});

const StackPushV2 = defineOp({
  type: "StackPushV2",
  inputs: ["handle: resource", "elem: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), swap_memory: attr.bool(false) },
  infer: (c) => {
    checkHandle(c);
    return [c.input(1)];
  },
  stateful: true,
  effect: "host",
  sharesState: true,
});

const StackPopV2 = defineOp({
  type: "StackPopV2",
  inputs: ["handle: resource"],
  outputs: ["elem: elem_type"],
  attrs: { elem_type: attr.type() },
  infer: (c) => {
    checkHandle(c);
    return [unknownShape];
  },
  stateful: true,
  effect: "host",
  sharesState: true,
});

const StackCloseV2 = defineOp({ type: "StackCloseV2", ...closing, sharesState: true });

export const stackDefs = { StackV2, StackPushV2, StackPopV2, StackCloseV2 } as const;
