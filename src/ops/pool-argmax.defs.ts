/** Definition of pooling that tells where each largest element stands. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { inferPool } from "./pool.defs.ts";
import { realNumberTypes } from "./type-lists.ts";

const MaxPoolWithArgmax = defineOp({
  type: "MaxPoolWithArgmax",
  inputs: ["input: T"],
  outputs: ["output: T", "argmax: Targmax"],
  attrs: {
    ksize: attr.ints(undefined, 4),
    strides: attr.ints(undefined, 4),
    Targmax: attr.type(["int32", "int64"], "int64"),
    padding: attr.string(undefined, ["SAME", "VALID"]),
    include_batch_in_index: attr.bool(false),
    T: attr.type(realNumberTypes),
  },
  infer: (c, attrs) => {
    const [shape] = inferPool(c, "MaxPool", { ...attrs, data_format: "NHWC" }, true);
    return shape === undefined ? [] : [shape, shape];
  },
});

/** The definitions of this family. */
export const poolArgmaxDefs = { MaxPoolWithArgmax };
