/** Gradient rules of the family `image-color`. */
import { gradientRules, noRule, notDifferentiable, pending } from "../gradients/rule.ts";
import type { imageColorDefs } from "./image-color.defs.ts";

export const imageColorGradients = gradientRules<typeof imageColorDefs>()({
  RGBToHSV: pending,
  HSVToRGB: notDifferentiable,
  AdjustContrastv2: noRule,
  AdjustHue: noRule,
  AdjustSaturation: noRule,
});
