/** Definitions of the ops that resize images, and crop and resize boxes of them. Mirrors core/ops/image_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import { mergeDimensions, numbersInput, shapeInput, withRank, withValue } from "./shape-rules.ts";

/** Images of the size that an input holds. */
function sizedImages(c: InferContext, batch: Dimension, index: number, depth: Dimension): readonly TensorShape[] {
  withValue(withRank(c.input(index), 1).dim(0), 2);
  const sizes = (numbersInput(c, index) ?? [-1, -1]).map((size): Dimension => {
    if (size < -1) throw new ShapeError(`Dimension ${size} must be >= 0`, { size });
    return size === -1 ? null : size;
  });
  return [new TensorShape([batch, ...sizes, depth])];
}

function inferResized(c: InferContext): readonly TensorShape[] {
  const images = withRank(c.input(0), 4);
  return sizedImages(c, images.dim(0), 1, images.dim(3));
}

const ways = { align_corners: attr.bool(false), half_pixel_centers: attr.bool(false) } as const;

const imageTypes = [
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "int64",
  "float16",
  "float32",
  "float64",
  "bfloat16",
] as const;

const ResizeBilinear = defineOp({
  type: "ResizeBilinear",
  inputs: ["images: T", "size: int32"],
  outputs: ["resized_images: float32"],
  attrs: {
    T: attr.type([
      "int8",
      "uint8",
      "int16",
      "uint16",
      "int32",
      "int64",
      "bfloat16",
      "float16",
      "float32",
      "float64",
      "bfloat16",
    ]),
    ...ways,
  },
  infer: inferResized,
});

const ResizeNearestNeighbor = defineOp({
  type: "ResizeNearestNeighbor",
  inputs: ["images: T", "size: int32"],
  outputs: ["resized_images: T"],
  attrs: {
    T: attr.type(imageTypes),
    ...ways,
  },
  infer: inferResized,
});

const ResizeBicubic = defineOp({
  type: "ResizeBicubic",
  inputs: ["images: T", "size: int32"],
  outputs: ["resized_images: float32"],
  attrs: { T: attr.type(imageTypes), ...ways },
  infer: inferResized,
});

const ResizeArea = defineOp({
  type: "ResizeArea",
  inputs: ["images: T", "size: int32"],
  outputs: ["resized_images: float32"],
  attrs: { T: attr.type(imageTypes), align_corners: attr.bool(false) },
  infer: inferResized,
});

const CropAndResize = defineOp({
  type: "CropAndResize",
  inputs: ["image: T", "boxes: float32", "box_ind: int32", "crop_size: int32"],
  outputs: ["crops: float32"],
  attrs: {
    T: attr.type(["uint8", "uint16", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]),
    method: attr.string("bilinear", ["bilinear", "nearest"]),
    extrapolation_value: attr.float(0),
  },
  infer: (c) => {
    const image = withRank(c.input(0), 4);
    const boxes = withRank(c.input(1), 2);
    const count = mergeDimensions(boxes.dim(0), withRank(c.input(2), 1).dim(0));
    withValue(boxes.dim(1), 4);
    return sizedImages(c, count, 3, image.dim(3));
  },
});

/** The gradients of the pixels of the images that `ResizeBilinear` resized. */
const ResizeBilinearGrad = defineOp({
  type: "ResizeBilinearGrad",
  inputs: ["grads: float32", "original_image: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(["float32", "bfloat16", "float16", "float64"]), ...ways },
  infer: (c) => [c.input(1)],
});

/** The gradients of the pixels of the images that `ResizeBicubic` resized. */
const ResizeBicubicGrad = defineOp({
  type: "ResizeBicubicGrad",
  inputs: ["grads: float32", "original_image: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(["float32", "float64"]), ...ways },
  infer: (c) => [c.input(1)],
});

/** The gradients of the pixels of images of a size that `ResizeNearestNeighbor` resized. */
const ResizeNearestNeighborGrad = defineOp({
  type: "ResizeNearestNeighborGrad",
  inputs: ["grads: T", "size: int32"],
  outputs: ["output: T"],
  attrs: { T: attr.type(["uint8", "int8", "int32", "float16", "float32", "float64", "bfloat16"]), ...ways },
  infer: inferResized,
});

const CropAndResizeGradImage = defineOp({
  type: "CropAndResizeGradImage",
  inputs: ["grads: float32", "boxes: float32", "box_ind: int32", "image_size: int32"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type(["float32", "float16", "float64"]),
    method: attr.string("bilinear", ["bilinear", "nearest"]),
  },
  infer: (c) => [withRank(shapeInput(c, 3), 4)],
});

const CropAndResizeGradBoxes = defineOp({
  type: "CropAndResizeGradBoxes",
  inputs: ["grads: float32", "image: T", "boxes: float32", "box_ind: int32"],
  outputs: ["output: float32"],
  attrs: {
    T: attr.type(["uint8", "uint16", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]),
    method: attr.string("bilinear", ["bilinear"]),
  },
  infer: (c) => [c.input(2)],
});

/** The definitions of this family. */
export const imageResizeDefs = {
  ResizeBilinear,
  ResizeBilinearGrad,
  ResizeNearestNeighbor,
  ResizeNearestNeighborGrad,
  ResizeBicubic,
  ResizeBicubicGrad,
  ResizeArea,
  CropAndResize,
  CropAndResizeGradImage,
  CropAndResizeGradBoxes,
};
