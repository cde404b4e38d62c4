/** Definitions of the ops that add elements around a tensor. Mirrors core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import { addDimensions, mergeShapes, numbersInput, subtractDimensions, withRank, withValue } from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

const padding = {
  inputs: ["input: T", "paddings: Tpaddings"],
  outputs: ["output: T"],
  infer: (c: InferContext) => [paddedShape(c)],
} as const;
const paddingAttrs = { T: attr.type(), Tpaddings: attr.type(indexTypes, "int32") };
const mirrorAttrs = { ...paddingAttrs, mode: attr.string(undefined, ["REFLECT", "SYMMETRIC"]) };

const Pad = defineOp({ type: "Pad", ...padding, attrs: paddingAttrs });
const PadV2 = defineOp({
  type: "PadV2",
  ...padding,
  inputs: ["input: T", "paddings: Tpaddings", "constant_values: T"],
  attrs: paddingAttrs,
});
/** `REFLECT` leaves the border out of the mirror image, `SYMMETRIC` repeats it. */
const MirrorPad = defineOp({ type: "MirrorPad", ...padding, attrs: mirrorAttrs });

function paddedShape(c: InferContext): TensorShape {
  const paddings = withRank(c.input(1), 2);
  withValue(paddings.dim(1), 2);
  const count = paddings.dim(0);
  let input = c.input(0);
  if (count !== null) input = withRank(input, count);
  const value = numbersInput(c, 1);
  if (value === null) {
    const rank = count ?? input.rank;
    return rank === null ? unknownShape : shapeOfRank(rank);
  }
  return mapPaddings(withRank(input, value.length / 2), value, addDimensions);
}

function mapPaddings(
  input: TensorShape,
  paddings: readonly number[],
  combine: (d: Dimension, sum: number) => Dimension,
): TensorShape {
  if (paddings.some((size) => size < 0)) throw new ShapeError("Paddings must be non-negative", { paddings });
  const dims = input.dims ?? [];
  return new TensorShape(dims.map((d, i) => combine(d, (paddings[2 * i] as number) + (paddings[2 * i + 1] as number))));
}

/** Adds the mirrored parts back to where they came from; for gradients. */
const MirrorPadGrad = defineOp({
  type: "MirrorPadGrad",
  inputs: ["input: T", "paddings: Tpaddings"],
  outputs: ["output: T"],
  attrs: mirrorAttrs,
  infer: (c) => {
    const count = withRank(c.input(1), 2).dim(0);
    if (count === null) return [unknownShape];
    const input = withRank(c.input(0), count);
    mergeShapes(c.input(1), new TensorShape([count, 2]));
    const value = numbersInput(c, 1);
    return [value === null ? shapeOfRank(count) : mapPaddings(input, value, subtractDimensions)];
  },
});

/** The definitions of this family. */
export const padDefs = { Pad, PadV2, MirrorPad, MirrorPadGrad };
