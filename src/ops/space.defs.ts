/** Definitions of the ops that move blocks of an image to its depth and back, and that roll axes. Mirrors core/ops/array_ops.cc and manip_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import {
  divideDimension,
  mergeShapes,
  multiplyDimensions,
  withRank,
  withRankAtLeast,
  withRankAtMost,
} from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

/** How many channels stand side by side in the last axis of `NCHW_VECT_C`. */
const VECTOR = 4;

/** The shape with its two spatial axes and its depth changed. */
function changedImage(
  input: TensorShape,
  format: string,
  space: (d: Dimension) => Dimension,
  depth: (d: Dimension) => Dimension,
): TensorShape {
  const isLast = format === "NHWC";
  const isVector = format === "NCHW_VECT_C";
  const { dims } = withRank(input, isVector ? 5 : 4);
  const [batch = null, a = null, b = null, c = null] = dims ?? [];
  if (isLast) return new TensorShape([batch, space(a), space(b), depth(c)]);
  const image = [batch, depth(a), space(b), space(c)];
  return new TensorShape(isVector ? [...image, VECTOR] : image);
}

const image = {
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(),
    block_size: attr.int(undefined, 2),
    data_format: attr.string("NHWC", ["NHWC", "NCHW", "NCHW_VECT_C"]),
  },
} as const;

const SpaceToDepth = defineOp({
  type: "SpaceToDepth",
  ...image,
  infer: (c, { block_size: size, data_format: format }) => [
    changedImage(
      c.input(0),
      format,
      (d) => divideDimension(d, size),
      (d) => multiplyDimensions(d, size * size),
    ),
  ],
});

const DepthToSpace = defineOp({
  type: "DepthToSpace",
  ...image,
  infer: (c, { block_size: size, data_format: format }) => [
    changedImage(
      c.input(0),
      format,
      (d) => multiplyDimensions(d, size),
      (d) => divideDimension(d, size * size),
    ),
  ],
});

const Roll = defineOp({
  type: "Roll",
  inputs: ["input: T", "shift: Tshift", "axis: Taxis"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tshift: attr.type(indexTypes), Taxis: attr.type(indexTypes) },
  infer: (c) => {
    const input = withRankAtLeast(c.input(0), 1);
    mergeShapes(withRankAtMost(c.input(1), 1), withRankAtMost(c.input(2), 1));
    return [input];
  },
});

/** The definitions of this family. */
export const spaceDefs = { SpaceToDepth, DepthToSpace, Roll };
