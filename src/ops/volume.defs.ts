/** Definitions of convolution and pooling of volumes. Mirrors core/ops/nn_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { shapeInput, withRank } from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";
import { checkFiveValues, type VolumeAttrs, volumeAxes, volumePlaces, volumeShape } from "./volume-windows.ts";

const formats = ["NDHWC", "NCDHW"] as const;
const paddings = ["SAME", "VALID"] as const;
const ones = [1, 1, 1, 1, 1] as const;

const Conv3D = defineOp({
  type: "Conv3D",
  inputs: ["input: T", "filter: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(["float16", "bfloat16", "float32", "float64"]),
    strides: attr.ints(undefined, 5),
    padding: attr.string(undefined, paddings),
    data_format: attr.string("NDHWC", formats),
    dilations: attr.ints(ones),
  },
  infer: (c, attrs) => {
    const input = withRank(c.input(0), 5);
    const filter = withRank(c.input(1), 5);
    checkFiveValues("Conv3D requires the dilation", attrs.dilations);
    checkFiveValues("Conv3D requires the stride", attrs.strides);
    const axes = volumeAxes(attrs.data_format);
    const [channels, seen] = [input.dim(axes.channels), filter.dim(3)];
    if (channels !== null && seen !== null && seen !== 0 && channels % seen !== 0) {
      throw new ShapeError(`Depth of input (${channels}) is not a multiple of input depth of filter (${seen})`, {
        input,
        filter,
      });
    }
    const places = volumePlaces(input, attrs, [filter.dim(0), filter.dim(1), filter.dim(2)], attrs.dilations);
    return [volumeShape(axes, input.dim(axes.batch), places, filter.dim(4))];
  },
});

const Conv3DBackpropInputV2 = defineOp({
  type: "Conv3DBackpropInputV2",
  inputs: ["input_sizes: Tshape", "filter: T", "out_backprop: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(["float16", "bfloat16", "float32", "float64"]),
    strides: attr.ints(undefined, 5),
    padding: attr.string(undefined, paddings),
    data_format: attr.string("NDHWC", formats),
    dilations: attr.ints(ones),
    Tshape: attr.type(indexTypes, "int32"),
  },
  infer: (c) => [withRank(shapeInput(c, 0), 5)],
});

/** The shape of what a pool makes of volumes. */
export function inferVolumePool(
  c: InferContext,
  attrs: VolumeAttrs & { readonly ksize: readonly number[] },
): readonly TensorShape[] {
  const input = withRank(c.input(0), 5);
  checkFiveValues("Pool3D ops require the stride", attrs.strides);
  checkFiveValues("Pool3D requires the ksize", attrs.ksize);
  const axes = volumeAxes(attrs.data_format);
  const [planes, rows, columns] = axes.space.map((axis) => attrs.ksize[axis] as number) as [number, number, number];
  const places = volumePlaces(input, attrs, [planes, rows, columns]);
  return [volumeShape(axes, input.dim(axes.batch), places, input.dim(axes.channels))];
}

const pool = {
  inputs: ["input: T"],
  outputs: ["output: T"],
} as const;

const windowsOfPools = {
  ksize: attr.ints(undefined, 5),
  strides: attr.ints(undefined, 5),
  padding: attr.string(undefined, paddings),
  data_format: attr.string("NDHWC", formats),
} as const;

const MaxPool3D = defineOp({
  type: "MaxPool3D",
  ...pool,
  attrs: { ...windowsOfPools, T: attr.type(["float16", "bfloat16", "float32"]) },
  infer: inferVolumePool,
});

const AvgPool3D = defineOp({
  type: "AvgPool3D",
  ...pool,
  attrs: { ...windowsOfPools, T: attr.type(["float16", "bfloat16", "float32", "float64"]) },
  infer: inferVolumePool,
});

/** The definitions of this family. */
export const volumeDefs = { Conv3D, Conv3DBackpropInputV2, MaxPool3D, AvgPool3D };
