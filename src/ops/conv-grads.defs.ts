/** Definitions of the gradients of convolutions of images; that of `Conv2D`'s input is in conv-transpose.defs.ts. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { shapeInput, withRank } from "./shape-rules.ts";

const types = ["float16", "bfloat16", "float32", "float64"] as const;
const paddings = ["SAME", "VALID", "EXPLICIT"] as const;
const formats = ["NHWC", "NCHW"] as const;

/** The shape that an input holds. */
function inferGiven(c: InferContext, index: number): readonly TensorShape[] {
  return [withRank(shapeInput(c, index), 4)];
}

const Conv2DBackpropFilter = defineOp({
  type: "Conv2DBackpropFilter",
  inputs: ["input: T", "filter_sizes: int32", "out_backprop: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(types),
    strides: attr.ints(),
    use_cudnn_on_gpu: attr.bool(true),
    padding: attr.string(undefined, paddings),
    explicit_paddings: attr.ints([]),
    data_format: attr.string("NHWC", formats),
    dilations: attr.ints([1, 1, 1, 1]),
  },
  infer: (c) => inferGiven(c, 1),
});

const depthwise = {
  T: attr.type(types),
  strides: attr.ints(),
  padding: attr.string(undefined, paddings),
  explicit_paddings: attr.ints([]),
  data_format: attr.string("NHWC", formats),
  dilations: attr.ints([1, 1, 1, 1]),
} as const;

const DepthwiseConv2dNativeBackpropInput = defineOp({
  type: "DepthwiseConv2dNativeBackpropInput",
  inputs: ["input_sizes: int32", "filter: T", "out_backprop: T"],
  outputs: ["output: T"],
  attrs: depthwise,
  infer: (c) => inferGiven(c, 0),
});

const DepthwiseConv2dNativeBackpropFilter = defineOp({
  type: "DepthwiseConv2dNativeBackpropFilter",
  inputs: ["input: T", "filter_sizes: int32", "out_backprop: T"],
  outputs: ["output: T"],
  attrs: depthwise,
  infer: (c) => inferGiven(c, 1),
});

/** The definitions of this family. */
export const convGradDefs = {
  Conv2DBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  DepthwiseConv2dNativeBackpropFilter,
};
