/** Definitions of the ops that change the colors of images. Mirrors core/ops/image_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { replaceDimension, withRank, withRankAtLeast, withValue } from "./shape-rules.ts";

/** Pixels of three channels. */
function inferColors(c: InferContext): readonly TensorShape[] {
  const shape = withRankAtLeast(c.input(0), 1);
  if (shape.rank === null) return [shape];
  return [replaceDimension(shape, -1, withValue(shape.dim(-1), 3))];
}

function colors<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["images: T"],
    outputs: ["output: T"],
    attrs: { T: attr.type(["float16", "bfloat16", "float32", "float64"], "float32") },
    infer: inferColors,
  });
}

const RGBToHSV = colors("RGBToHSV");
const HSVToRGB = colors("HSVToRGB");

/** Only one of the three looks at its factor's shape. */
function adjustment<const N extends string, const F extends string>(type: N, factor: F, checksFactor: boolean) {
  return defineOp({
    type,
    inputs: ["images: T", factor],
    outputs: ["output: T"],
    attrs: { T: attr.type(["float16", "float32"], "float32") },
    infer: (c) => {
      const images = withRankAtLeast(c.input(0), 3);
      if (checksFactor) withRank(c.input(1), 0);
      return [images];
    },
  });
}

const AdjustContrastv2 = adjustment("AdjustContrastv2", "contrast_factor: float32", true);
const AdjustHue = adjustment("AdjustHue", "delta: float32", false);
const AdjustSaturation = adjustment("AdjustSaturation", "scale: float32", false);

/** The definitions of this family. */
export const imageColorDefs = { RGBToHSV, HSVToRGB, AdjustContrastv2, AdjustHue, AdjustSaturation };
