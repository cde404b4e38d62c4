/** Definitions of the gradients of convolution and pooling of volumes. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { mergeShapes, shapeInput, withRank } from "./shape-rules.ts";
import { realNumberTypes } from "./type-lists.ts";
import { inferVolumePool } from "./volume.defs.ts";

const formats = ["NDHWC", "NCDHW"] as const;
const halves = ["float16", "bfloat16", "float32"] as const;

const Conv3DBackpropFilterV2 = defineOp({
  type: "Conv3DBackpropFilterV2",
  inputs: ["input: T", "filter_sizes: int32", "out_backprop: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(["float16", "bfloat16", "float32", "float64"]),
    strides: attr.ints(undefined, 5),
    padding: attr.string(undefined, ["SAME", "VALID"]),
    data_format: attr.string("NDHWC", formats),
    dilations: attr.ints([1, 1, 1, 1, 1]),
  },
  infer: (c) => [withRank(shapeInput(c, 1), 5)],
});

const window = {
  ksize: attr.ints(undefined, 5),
  strides: attr.ints(undefined, 5),
  padding: attr.string(undefined, ["SAME", "VALID"]),
  data_format: attr.string("NDHWC", formats),
} as const;

const MaxPool3DGrad = defineOp({
  type: "MaxPool3DGrad",
  inputs: ["orig_input: TInput", "orig_output: TInput", "grad: T"],
  outputs: ["output: T"],
  attrs: { ...window, T: attr.type(halves, "float32"), TInput: attr.type(halves, "float32") },
  infer: (c) => [withRank(c.input(0), 5)],
});

const MaxPool3DGradGrad = defineOp({
  type: "MaxPool3DGradGrad",
  inputs: ["orig_input: T", "orig_output: T", "grad: T"],
  outputs: ["output: T"],
  attrs: { ...window, T: attr.type(realNumberTypes) },
  infer: (c, attrs) => {
    const pooled = inferVolumePool(c, attrs);
    mergeShapes(c.input(0), c.input(2));
    return pooled.map((shape) => mergeShapes(c.input(1), shape));
  },
});

const AvgPool3DGrad = defineOp({
  type: "AvgPool3DGrad",
  inputs: ["orig_input_shape: int32", "grad: T"],
  outputs: ["output: T"],
  attrs: { ...window, T: attr.type(["float16", "bfloat16", "float32", "float64"]) },
  infer: (c) => [withRank(shapeInput(c, 0), 5)],
});

/** The definitions of this family. */
export const volumeGradDefs = { Conv3DBackpropFilterV2, MaxPool3DGrad, MaxPool3DGradGrad, AvgPool3DGrad };
