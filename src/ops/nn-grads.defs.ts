/** Definitions of the gradients of activations, biases and response normalization. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp, type InferContext, type TypeList } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { mergeShapes, vectorShape, withRank, withRankAtLeast } from "./shape-rules.ts";
import { numberTypes, realNumberTypes } from "./type-lists.ts";

const activationTypes = ["float16", "bfloat16", "float32", "float64"] as const;

/** Both inputs have one shape, and the result has it. */
function inferSame(c: InferContext): readonly TensorShape[] {
  return [mergeShapes(c.input(0), c.input(1))];
}

/** The gradient of an activation from its own input. */
function fromFeatures<const N extends string>(type: N, allowed: TypeList = activationTypes) {
  return defineOp({
    type,
    inputs: ["gradients: T", "features: T"],
    outputs: ["backprops: T"],
    attrs: { T: attr.type(allowed) },
    infer: inferSame,
  });
}

/** The gradient of an activation from what it gave. */
function fromOutputs<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["gradients: T", "outputs: T"],
    outputs: ["backprops: T"],
    attrs: { T: attr.type(activationTypes) },
    infer: inferSame,
  });
}

const ReluGrad = fromFeatures("ReluGrad", realNumberTypes);
const Relu6Grad = fromFeatures("Relu6Grad", realNumberTypes);
const SoftplusGrad = fromFeatures("SoftplusGrad");
const SoftsignGrad = fromFeatures("SoftsignGrad");
const EluGrad = fromOutputs("EluGrad");
const SeluGrad = fromOutputs("SeluGrad");
const LeakyReluGrad = defineOp({
  type: "LeakyReluGrad",
  inputs: ["gradients: T", "features: T"],
  outputs: ["backprops: T"],
  attrs: { alpha: attr.float(0.2), T: attr.type(activationTypes, "float32") },
  infer: inferSame,
});

const BiasAddGrad = defineOp({
  type: "BiasAddGrad",
  inputs: ["out_backprop: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(numberTypes), data_format: attr.string("NHWC", ["NHWC", "NCHW"]) },
  infer: (c, { data_format }) => {
    const isChannelsFirst = data_format === "NCHW";
    const value = withRankAtLeast(c.input(0), isChannelsFirst ? 3 : 2);
    return [vectorShape(value.rank === null ? null : value.dim(isChannelsFirst ? 1 : -1))];
  },
});

const LRNGrad = defineOp({
  type: "LRNGrad",
  inputs: ["input_grads: T", "input_image: T", "output_image: T"],
  outputs: ["output: T"],
  attrs: {
    depth_radius: attr.int(5),
    bias: attr.float(1),
    alpha: attr.float(1),
    beta: attr.float(0.5),
    T: attr.type(["float16", "bfloat16", "float32"], "float32"),
  },
  infer: (c) => [mergeShapes(mergeShapes(withRank(c.input(0), 4), c.input(1)), c.input(2))],
});

/** The definitions of this family. */
export const nnGradDefs = {
  ReluGrad,
  Relu6Grad,
  LeakyReluGrad,
  EluGrad,
  SeluGrad,
  SoftplusGrad,
  SoftsignGrad,
  BiasAddGrad,
  LRNGrad,
};
