/** Gradient rules of the family `image-resize`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { imageResizeDefs } from "./image-resize.defs.ts";

export const imageResizeGradients = gradientRules<typeof imageResizeDefs>()({
  ResizeBilinear: pending,
  ResizeNearestNeighbor: pending,
  CropAndResize: pending,
});
