/** Definitions of convolutions of images. Mirrors core/ops/nn_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { Dimension, TensorShape } from "../tensor/shape.ts";
import { mergeDimensions, multiplyDimensions, withRank } from "./shape-rules.ts";
import {
  checkFourValues,
  checkPadding,
  imageAxes,
  imageShape,
  type WindowAttrs,
  windowAxis,
  windowedSize,
} from "./windows.ts";

const formats = ["NHWC", "NCHW"] as const;
const paddings = ["SAME", "VALID", "EXPLICIT"] as const;

interface ConvAttrs extends WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The output's shape; `channels` gives its last dimension from the input's channels and the filter's shape. */
function inferConv(
  c: InferContext,
  attrs: ConvAttrs,
  channels: (input: Dimension, filter: TensorShape) => Dimension,
): readonly TensorShape[] {
  const input = withRank(c.input(0), 4);
  const filter = withRank(c.input(1), 4);
  const { strides, dilations } = attrs;
  const axes = imageAxes(attrs.data_format);
  const depth = channels(input.dim(axes.channels), filter);
  checkPadding(attrs);
  const along = (axis: number, size: Dimension): Dimension =>
    windowedSize(input.dim(axis), windowAxis(attrs, axis, size, strides[axis] as number, dilations[axis] as number));
  const rows = along(axes.rows, filter.dim(0));
  return [imageShape(axes, input.dim(axes.batch), rows, along(axes.columns, filter.dim(1)), depth)];
}

/** The filter sees all of the input's channels, or they fall into groups of as many as it sees. */
function groupedChannels(input: Dimension, filter: TensorShape): Dimension {
  const seen = filter.dim(2);
  const output = filter.dim(3);
  if (input === null || seen === null) return output;
  if (seen === 0) throw new ShapeError("Depth of filter must not be 0", { filter });
  if (input % seen !== 0) {
    throw new ShapeError(`Depth of input (${input}) is not a multiple of input depth of filter (${seen})`, {
      input,
      filter,
    });
  }
  const groups = input / seen;
  if (groups !== 1 && output !== null) {
    if (groups === 0) throw new ShapeError("Number of groups must not be 0", { input, filter });
    if (output % groups !== 0)
      throw new ShapeError(`Depth of output (${output}) is not a multiple of the number of groups (${groups})`, {
        output,
        groups,
      });
  }
  return output;
}

const Conv2D = defineOp({
  type: "Conv2D",
  inputs: ["input: T", "filter: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(["float16", "bfloat16", "float32", "float64", "int32"]),
    strides: attr.ints(),
    use_cudnn_on_gpu: attr.bool(true),
    padding: attr.string(undefined, paddings),
    explicit_paddings: attr.ints([]),
    data_format: attr.string("NHWC", formats),
    dilations: attr.ints([1, 1, 1, 1]),
  },
  infer: (c, attrs) => {
    withRank(c.input(0), 4);
    withRank(c.input(1), 4);
    checkFourValues("Conv2D", "dilation", attrs.dilations);
    checkFourValues(`Conv2D on data format ${attrs.data_format}`, "stride", attrs.strides);
    return inferConv(c, attrs, groupedChannels);
  },
});

const DepthwiseConv2dNative = defineOp({
  type: "DepthwiseConv2dNative",
  inputs: ["input: T", "filter: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(["float16", "bfloat16", "float32", "float64"]),
    strides: attr.ints(),
    padding: attr.string(undefined, paddings),
    explicit_paddings: attr.ints([]),
    data_format: attr.string("NHWC", formats),
    dilations: attr.ints([1, 1, 1, 1]),
  },
  infer: (c, attrs) => {
    withRank(c.input(0), 4);
    withRank(c.input(1), 4);
    checkFourValues("DepthwiseConv2D", "stride", attrs.strides);
    checkFourValues("DepthwiseConv2D", "dilations", attrs.dilations);
    return inferConv(c, attrs, (input, filter) =>
      multiplyDimensions(mergeDimensions(input, filter.dim(2)), filter.dim(3)),
    );
  },
});

/** The definitions of this family. */
export const convDefs = { Conv2D, DepthwiseConv2dNative };
