/** Definitions of the gradients of batch normalization. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { channelAxis } from "./batch-norm.defs.ts";
import { mergeDimensions, replaceDimension, vectorShape, withRank } from "./shape-rules.ts";

const formats = ["NHWC", "NCHW"] as const;
const types = ["float16", "bfloat16", "float32"] as const;

interface BatchNormAttrs {
  readonly data_format: string;
}

/** The gradient's shape with the channels that all inputs agree on, and vectors of them; the last two outputs are empty. */
function inferGradient(c: InferContext, { data_format }: BatchNormAttrs): readonly TensorShape[] {
  const rank = data_format.length;
  const [dy, x] = [withRank(c.input(0), rank), withRank(c.input(1), rank)];
  const axis = channelAxis(data_format, rank);
  let channels = mergeDimensions(dy.dim(axis), x.dim(axis));
  for (let i = 2; i < 5; i += 1) channels = mergeDimensions(channels, withRank(c.input(i), 1).dim(0));
  const [vector, nothing] = [vectorShape(channels), vectorShape(0)];
  return [replaceDimension(dy, axis, channels), vector, vector, nothing, nothing];
}

const options = {
  epsilon: attr.float(0.0001),
  data_format: attr.string("NHWC", formats),
  is_training: attr.bool(true),
} as const;

const FusedBatchNormGrad = defineOp({
  type: "FusedBatchNormGrad",
  inputs: ["y_backprop: T", "x: T", "scale: T", "reserve_space_1: T", "reserve_space_2: T"],
  outputs: ["x_backprop: T", "scale_backprop: T", "offset_backprop: T", "reserve_space_3: T", "reserve_space_4: T"],
  attrs: { T: attr.type(["float32"]), ...options },
  infer: inferGradient,
});

const inputs = ["y_backprop: T", "x: T", "scale: float32", "reserve_space_1: U", "reserve_space_2: U"] as const;
const outputs = ["x_backprop: T", "scale_backprop: U", "offset_backprop: U"] as const;

const FusedBatchNormGradV2 = defineOp({
  type: "FusedBatchNormGradV2",
  inputs,
  outputs: [...outputs, "reserve_space_3: U", "reserve_space_4: U"],
  attrs: { T: attr.type(types), U: attr.type(["float32"]), ...options },
  infer: inferGradient,
});

const FusedBatchNormGradV3 = defineOp({
  type: "FusedBatchNormGradV3",
  inputs: [...inputs, "reserve_space_3: U"],
  outputs: [...outputs, "reserve_space_4: U", "reserve_space_5: U"],
  attrs: {
    T: attr.type(types),
    U: attr.type(["float32"]),
    ...options,
    data_format: attr.string("NHWC", [...formats, "NDHWC", "NCDHW"]),
  },
  infer: inferGradient,
});

/** The definitions of this family. */
export const batchNormGradDefs = { FusedBatchNormGrad, FusedBatchNormGradV2, FusedBatchNormGradV3 };
