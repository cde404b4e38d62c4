/** Gradient rules of the family `image-resize`. */
import { gradientRules, noRule, pending } from "../gradients/rule.ts";
import type { imageResizeDefs } from "./image-resize.defs.ts";

export const imageResizeGradients = gradientRules<typeof imageResizeDefs>()({
  ResizeBilinear: pending,
  ResizeNearestNeighbor: pending,
  ResizeBicubic: pending,
  ResizeArea: noRule,
  CropAndResize: pending,
});
