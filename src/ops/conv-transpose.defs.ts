/** Definition of the transposed convolution, which TensorFlow calls the gradient of a convolution's input. Mirrors core/ops/nn_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { shapeOfRank, type TensorShape } from "../tensor/shape.ts";
import { mergeDimensions, shapeInput, withRank } from "./shape-rules.ts";
import { imageAxes, imageShape } from "./windows.ts";

/** The shape that the sizes tell: all four, or rows and columns, where the rest follows from the other inputs. */
function inferTransposed(c: InferContext, dataFormat: string): readonly TensorShape[] {
  const axes = imageAxes(dataFormat);
  const given = withRank(c.input(2), 4);
  const filter = withRank(c.input(1), 4);
  const known = shapeInput(c, 0);
  const sizes = known.rank === null ? shapeOfRank(4) : known;
  mergeDimensions(given.dim(axes.channels), filter.dim(3));
  const batch = given.dim(axes.batch);
  if (sizes.rank === 2) return [imageShape(axes, batch, sizes.dim(0), sizes.dim(1), filter.dim(2))];
  if (sizes.rank !== 4) {
    throw new ShapeError(
      `Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: ${sizes.rank}`,
      { sizes },
    );
  }
  // As in TensorFlow, what the sizes tell of the batch is checked, and not kept.
  mergeDimensions(sizes.dim(axes.batch), batch);
  return [imageShape(axes, batch, sizes.dim(axes.rows), sizes.dim(axes.columns), sizes.dim(axes.channels))];
}

const Conv2DBackpropInput = defineOp({
  type: "Conv2DBackpropInput",
  inputs: ["input_sizes: int32", "filter: T", "out_backprop: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(["float16", "bfloat16", "float32", "float64", "int32"]),
    strides: attr.ints(),
    use_cudnn_on_gpu: attr.bool(true),
    padding: attr.string(undefined, ["SAME", "VALID", "EXPLICIT"]),
    explicit_paddings: attr.ints([]),
    data_format: attr.string("NHWC", ["NHWC", "NCHW"]),
    dilations: attr.ints([1, 1, 1, 1]),
  },
  infer: (c, { data_format }) => inferTransposed(c, data_format),
});

/** The definitions of this family. */
export const convTransposeDefs = { Conv2DBackpropInput };
