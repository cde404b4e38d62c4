/** How resized and cropped images are differentiated. Mirrors python/ops/image_grad.py. */

import { sizesOf } from "../gradients/reduced-shape.ts";
import { gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { imageResizeDefs as defs } from "./image-resize.defs.ts";
import { shape } from "./shape.ts";

/** Height and width of images: a value where they are known. */
function sizeOf(images: Tensor) {
  const known = images.shape.dims?.slice(1, 3) ?? [null];
  return known.includes(null) ? shape(images).at("1:3") : sizesOf(known as readonly number[]);
}

export const imageResizeGradients = gradientRules<typeof defs>()({
  ResizeBilinear: ({ inputs: [images], attrs: { align_corners, half_pixel_centers } }, grad) => [
    applyOp1(defs.ResizeBilinearGrad, [grad, images], { align_corners, half_pixel_centers }),
    null,
  ],
  ResizeBilinearGrad: notDifferentiable,
  ResizeNearestNeighbor: ({ inputs: [images], attrs: { align_corners, half_pixel_centers } }, grad) => {
    const size = sizeOf(images);
    return [applyOp1(defs.ResizeNearestNeighborGrad, [grad, size], { align_corners, half_pixel_centers }), null];
  },
  ResizeNearestNeighborGrad: noRule,
  ResizeBicubic: ({ inputs: [images], attrs: { align_corners, half_pixel_centers } }, grad) => {
    const name = images.dtype.baseDtype.baseName;
    const isWide = name === "float32" || name === "float64";
    const way = { align_corners, half_pixel_centers };
    return [isWide ? applyOp1(defs.ResizeBicubicGrad, [grad, images], way) : null, null];
  },
  ResizeBicubicGrad: noRule,
  ResizeArea: noRule,
  // The boxes have a gradient always, images where they are no whole numbers.
  CropAndResize: ({ inputs: [image, boxes, places], attrs: { T, method } }, grad) => {
    const { dims } = image.shape;
    const size = image.shape.isFullyDefined() && dims !== null ? sizesOf(dims as readonly number[]) : shape(image);
    const byImage = image.dtype.baseDtype.isFloating
      ? applyOp1(defs.CropAndResizeGradImage, [grad, boxes, places, size], { T, method })
      : null;
    return [byImage, applyOp1(defs.CropAndResizeGradBoxes, [grad, image, boxes, places]), null, null];
  },
  CropAndResizeGradImage: noRule,
  CropAndResizeGradBoxes: noRule,
});
