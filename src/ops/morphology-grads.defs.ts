/** Definitions of the gradients of the dilation of images. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { realNumberTypes } from "./type-lists.ts";

const inputs = ["input: T", "filter: T", "out_backprop: T"] as const;
const attrs = {
  T: attr.type(realNumberTypes),
  strides: attr.ints(undefined, 4),
  rates: attr.ints(undefined, 4),
  padding: attr.string(undefined, ["SAME", "VALID"]),
} as const;

const Dilation2DBackpropInput = defineOp({
  type: "Dilation2DBackpropInput",
  inputs,
  outputs: ["in_backprop: T"],
  attrs,
  infer: (c) => [c.input(0)],
});

const Dilation2DBackpropFilter = defineOp({
  type: "Dilation2DBackpropFilter",
  inputs,
  outputs: ["filter_backprop: T"],
  attrs,
  infer: (c) => [c.input(1)],
});

/** The definitions of this family. */
export const morphologyGradDefs = { Dilation2DBackpropInput, Dilation2DBackpropFilter };
