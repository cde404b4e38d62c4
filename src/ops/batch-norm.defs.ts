/** Definitions of batch normalization in one op. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeDimensions, replaceDimension, vectorShape, withRank } from "./shape-rules.ts";

const formats = ["NHWC", "NCHW"] as const;
const types = ["float16", "bfloat16", "float32"] as const;

interface BatchNormAttrs {
  readonly data_format: string;
  readonly is_training: boolean;
  readonly exponential_avg_factor: number;
}

/** Where the channels stand in images of this rank. */
export function channelAxis(dataFormat: string, rank: number): number {
  return dataFormat.startsWith("NC") ? 1 : rank - 1;
}

/** Whether the mean and the variance that are given count: not where those of the batch replace them. */
export function usesGivenMoments({ is_training, exponential_avg_factor }: BatchNormAttrs): boolean {
  return !is_training || exponential_avg_factor !== 1;
}

/** The image's shape with the channels that all inputs agree on, and a vector of them for each of the four statistics. */
function inferBatchNorm(c: InferContext, attrs: BatchNormAttrs): readonly TensorShape[] {
  const rank = attrs.data_format.length;
  const x = withRank(c.input(0), rank);
  const axis = channelAxis(attrs.data_format, rank);
  let channels = x.dim(axis);
  for (let i = 1; i < (usesGivenMoments(attrs) ? 5 : 3); i += 1)
    channels = mergeDimensions(channels, withRank(c.input(i), 1).dim(0));
  const vector = vectorShape(channels);
  return [replaceDimension(x, axis, channels), vector, vector, vector, vector];
}

const options = {
  epsilon: attr.float(0.0001),
  exponential_avg_factor: attr.float(1),
  data_format: attr.string("NHWC", formats),
  is_training: attr.bool(true),
} as const;

const FusedBatchNorm = defineOp({
  type: "FusedBatchNorm",
  inputs: ["x: T", "scale: T", "offset: T", "mean: T", "variance: T"],
  outputs: ["y: T", "batch_mean: T", "batch_variance: T", "reserve_space_1: T", "reserve_space_2: T"],
  attrs: { T: attr.type(["float32"]), ...options },
  infer: inferBatchNorm,
});

const inputs = ["x: T", "scale: U", "offset: U", "mean: U", "variance: U"] as const;
const outputs = ["y: T", "batch_mean: U", "batch_variance: U", "reserve_space_1: U", "reserve_space_2: U"] as const;

const FusedBatchNormV2 = defineOp({
  type: "FusedBatchNormV2",
  inputs,
  outputs,
  attrs: { T: attr.type(types), U: attr.type(["float32"]), ...options },
  infer: inferBatchNorm,
});

const FusedBatchNormV3 = defineOp({
  type: "FusedBatchNormV3",
  inputs,
  outputs: [...outputs, "reserve_space_3: U"],
  attrs: {
    T: attr.type(types),
    U: attr.type(["bfloat16", "float32"]),
    ...options,
    data_format: attr.string("NHWC", [...formats, "NDHWC", "NCDHW"]),
  },
  infer: (c, attrs) => [...inferBatchNorm(c, attrs), unknownShape],
});

/** The definitions of this family. */
export const batchNormDefs = { FusedBatchNorm, FusedBatchNormV2, FusedBatchNormV3 };
