/** Definitions of pooling: the largest or the mean of each window of an image. Mirrors core/ops/nn_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { Dimension, TensorShape } from "../tensor/shape.ts";
import { withRank } from "./shape-rules.ts";
import {
  checkFourValues,
  checkPadding,
  imageAxes,
  imageShape,
  type WindowAttrs,
  windowAxis,
  windowedSize,
} from "./windows.ts";

interface PoolAttrs extends WindowAttrs {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
}

/** The output's shape. Only the largest can be taken over channels, too. */
export function inferPool(
  c: InferContext,
  what: string,
  attrs: PoolAttrs,
  poolsChannels: boolean,
): readonly TensorShape[] {
  const input = withRank(c.input(0), 4);
  checkFourValues(what, "stride", attrs.strides);
  checkFourValues(what, "ksize", attrs.ksize);
  checkPadding(attrs);
  const axes = imageAxes(attrs.data_format);
  const along = (axis: number): Dimension =>
    windowedSize(input.dim(axis), windowAxis(attrs, axis, attrs.ksize[axis] as number, attrs.strides[axis] as number));
  const [rows, columns] = [along(axes.rows), along(axes.columns)];
  const channels = poolsChannels ? along(axes.channels) : input.dim(axes.channels);
  return [imageShape(axes, input.dim(axes.batch), rows, columns, channels)];
}

const MaxPool = defineOp({
  type: "MaxPool",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(
      ["float16", "bfloat16", "float32", "float64", "int32", "int64", "uint8", "int16", "int8", "uint16", "qint8"],
      "float32",
    ),
    ksize: attr.ints(undefined, 4),
    strides: attr.ints(undefined, 4),
    padding: attr.string(undefined, ["SAME", "VALID", "EXPLICIT"]),
    explicit_paddings: attr.ints([]),
    data_format: attr.string("NHWC", ["NHWC", "NCHW", "NCHW_VECT_C"]),
  },
  infer: (c, attrs) => inferPool(c, "MaxPool", attrs, true),
});

const AvgPool = defineOp({
  type: "AvgPool",
  inputs: ["value: T"],
  outputs: ["output: T"],
  attrs: {
    ksize: attr.ints(undefined, 4),
    strides: attr.ints(undefined, 4),
    padding: attr.string(undefined, ["SAME", "VALID"]),
    data_format: attr.string("NHWC", ["NHWC", "NCHW"]),
    T: attr.type(["float16", "bfloat16", "float32", "float64"]),
  },
  infer: (c, attrs) => inferPool(c, "AvgPool", attrs, false),
});

/** The definitions of this family. */
export const poolDefs = { MaxPool, AvgPool };
