/** Definitions of the ops on the bits of integers. Mirrors core/ops/bitwise_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { inferBroadcast, inferUnchanged } from "./shape-rules.ts";
import { integerTypes } from "./type-lists.ts";

function binary<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["x: T", "y: T"],
    outputs: ["z: T"],
    attrs: { T: attr.type(integerTypes) },
    infer: inferBroadcast,
  });
}

const BitwiseAnd = binary("BitwiseAnd");
const BitwiseOr = binary("BitwiseOr");
const BitwiseXor = binary("BitwiseXor");
const LeftShift = binary("LeftShift");
const RightShift = binary("RightShift");
const Invert = defineOp({
  type: "Invert",
  inputs: ["x: T"],
  outputs: ["y: T"],
  attrs: { T: attr.type(integerTypes) },
  infer: inferUnchanged,
});

/** The definitions of this family. */
export const bitwiseDefs = { BitwiseAnd, BitwiseOr, BitwiseXor, LeftShift, RightShift, Invert };
