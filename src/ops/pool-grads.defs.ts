/** Definitions of the gradients of pooling of images, and of the gradients of those. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { unknownShape } from "../tensor/shape.ts";
import { inferPool } from "./pool.defs.ts";
import { mergeShapes, numbersInput, shapeInput, withRank, withValue } from "./shape-rules.ts";
import { realNumberTypes } from "./type-lists.ts";

const formats = ["NHWC", "NCHW"] as const;
const inputs = ["orig_input: T", "orig_output: T", "grad: T"] as const;
const window = {
  ksize: attr.ints(undefined, 4),
  strides: attr.ints(undefined, 4),
  padding: attr.string(undefined, ["SAME", "VALID"]),
} as const;

/** As large as the image that was pooled. */
const inferImage = (c: InferContext): readonly TensorShape[] => [withRank(c.input(0), 4)];

/** The image, and its gradient, of one shape. */
function imageOf(c: InferContext): TensorShape {
  return mergeShapes(c.input(0), c.input(2));
}

const MaxPoolGrad = defineOp({
  type: "MaxPoolGrad",
  inputs,
  outputs: ["output: T"],
  attrs: {
    ...window,
    padding: attr.string(undefined, ["SAME", "VALID", "EXPLICIT"]),
    explicit_paddings: attr.ints([]),
    data_format: attr.string("NHWC", formats),
    T: attr.type(realNumberTypes, "float32"),
  },
  infer: inferImage,
});

const MaxPoolGradGrad = defineOp({
  type: "MaxPoolGradGrad",
  inputs,
  outputs: ["output: T"],
  attrs: { ...window, data_format: attr.string("NHWC", formats), T: attr.type(realNumberTypes) },
  infer: (c, attrs) => {
    const pooled = inferPool(c, "MaxPool", attrs, true);
    imageOf(c);
    const [shape] = pooled;
    return shape === undefined ? [] : [mergeShapes(c.input(1), shape)];
  },
});

const bySizes = ["orig_input: T", "orig_output: T", "grad: T", "ksize: int32", "strides: int32"] as const;

const MaxPoolGradV2 = defineOp({
  type: "MaxPoolGradV2",
  inputs: bySizes,
  outputs: ["output: T"],
  attrs: {
    padding: window.padding,
    data_format: attr.string("NHWC", formats),
    T: attr.type(realNumberTypes, "float32"),
  },
  infer: inferImage,
});

const MaxPoolGradGradV2 = defineOp({
  type: "MaxPoolGradGradV2",
  inputs: bySizes,
  outputs: ["output: T"],
  attrs: {
    padding: window.padding,
    data_format: attr.string("NHWC", formats),
    T: attr.type(realNumberTypes),
  },
  infer: (c, attrs) => {
    withRank(c.input(0), 4);
    for (const index of [3, 4]) withValue(withRank(c.input(index), 1).dim(0), 4);
    const [ksize, strides] = [numbersInput(c, 3), numbersInput(c, 4)];
    const pooled =
      ksize === null || strides === null
        ? unknownShape
        : inferPool(c, "MaxPool", { ...attrs, ksize, strides }, true)[0];
    imageOf(c);
    return [mergeShapes(c.input(1), pooled ?? unknownShape)];
  },
});

const MaxPoolGradWithArgmax = defineOp({
  type: "MaxPoolGradWithArgmax",
  inputs: ["input: T", "grad: T", "argmax: Targmax"],
  outputs: ["output: T"],
  attrs: {
    ...window,
    include_batch_in_index: attr.bool(false),
    Targmax: attr.type(["int32", "int64"]),
    T: attr.type(realNumberTypes),
  },
  infer: inferImage,
});

const AvgPoolGrad = defineOp({
  type: "AvgPoolGrad",
  inputs: ["orig_input_shape: int32", "grad: T"],
  outputs: ["output: T"],
  attrs: {
    ...window,
    data_format: attr.string("NHWC", formats),
    T: attr.type(["float16", "bfloat16", "float32", "float64"]),
  },
  infer: (c) => [withRank(shapeInput(c, 0), 4)],
});

/** The definitions of this family. */
export const poolGradDefs = {
  MaxPoolGrad,
  MaxPoolGradGrad,
  MaxPoolGradV2,
  MaxPoolGradGradV2,
  MaxPoolGradWithArgmax,
  AvgPoolGrad,
};
