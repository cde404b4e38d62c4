import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import {
  adjustBrightness,
  adjustContrast,
  adjustGamma,
  adjustHue,
  adjustSaturation,
  convertImageDtype,
  grayscaleToRgb,
  hsvToRgb,
  rgbToGrayscale,
  rgbToHsv,
} from "./image-color.ts";
import {
  centralCrop,
  cropToBoundingBox,
  flipLeftRight,
  flipUpDown,
  padToBoundingBox,
  perImageStandardization,
  resizeImageWithCropOrPad,
  transposeImage,
} from "./image-crop.ts";
import {
  randomBrightness,
  randomContrast,
  randomFlipLeftRight,
  randomFlipUpDown,
  randomHue,
  randomSaturation,
} from "./image-random.ts";
import {
  cropAndResize,
  resizeArea,
  resizeBicubic,
  resizeBilinear,
  resizeImages,
  resizeNearestNeighbor,
} from "./image-resize.ts";
import { rot90 } from "./image-rotate.ts";
import { randomCrop } from "./random-crop.ts";
import { saturateCast } from "./saturate-cast.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

testFamily("image_ops", {
  resized: () => {
    const x = p([2, 5, 6, 3]);
    return [
      resizeImages(x, [10, 3]),
      resizeImages(p([5, null, 3]), [4, 4], { method: 1, alignCorners: true, name: "r" }),
      resizeImages(x, [5, 6]),
      resizeImages(p([null, null, null, null]), p([2], "int32")),
      resizeImages(x, [10, 10], { preserveAspectRatio: true }),
      resizeBilinear(x, [3, 3], { halfPixelCenters: true }),
      resizeNearestNeighbor(p([2, 5, 6, 3], "uint8"), [3, 3], { alignCorners: true, name: "n" }),
    ];
  },
  "resized-in-other-ways": () => {
    const x = p([2, 5, 6, 3]);
    return [
      resizeImages(x, [10, 3], { method: 2 }),
      resizeImages(x, [10, 3], { method: "area", alignCorners: true, name: "r" }),
      resizeBicubic(x, [3, 3], { halfPixelCenters: true, name: "c" }),
      resizeArea(p([2, 5, 6, 3], "uint8"), [3, 3], { alignCorners: true, name: "a" }),
      resizeArea(p(), p(null, "int32")),
    ];
  },
  "resized-in-no-way": () => resizeImages(p([2, 5, 6, 3]), [10, 3], { method: 4 }),
  gammas: () => {
    const x = p([5, 6, 3]);
    return [
      adjustGamma(x),
      adjustGamma(x, { gamma: 0.5, gain: 2 }),
      adjustGamma(p([5, 6, 3], "uint8"), { gamma: p([]), gain: p([]) }),
      adjustGamma(p([5, 6, 3], "float64"), { gamma: 2 }),
    ];
  },
  "negative-gamma": () => adjustGamma(p([5, 6, 3]), { gamma: -0.5 }),
  rotations: () => [
    rot90(p([5, 6, 3])),
    rot90(p([2, 5, 6, 3]), { k: 3, name: "r" }),
    rot90(p([null, null, 3]), { k: p([], "int32") }),
    rot90(p(), { k: 2 }),
  ],
  "rotation-of-a-matrix": () => rot90(p([5, 6])),
  "rotation-of-five-dimensions": () => rot90(p([1, 2, 5, 6, 3])),
  "rotation-by-a-vector": () => rot90(p([5, 6, 3]), { k: [1, 2] }),
  "resized-of-unknown-rank": () => resizeImages(p(), [3, 3]),
  "resized-to-three-sizes": () => resizeImages(p([2, 5, 6, 3]), [3, 3, 3]),
  "resized-vector": () => resizeImages(p([5, 6]), [3, 3]),
  boxes: () => [
    cropAndResize(p([2, 5, 6, 3]), p([7, 4]), p([7], "int32"), [3, 4]),
    cropAndResize(p([2, 5, 6, 3], "uint8"), p(), p(null, "int32"), p([2], "int32"), {
      method: "nearest",
      extrapolationValue: 0.5,
      name: "b",
    }),
  ],
  colors: () => {
    const x = p([5, 6, 3]);
    const bytes = (): Tensor => p([5, 6, 3], "uint8");
    return [
      rgbToHsv(x),
      hsvToRgb(p(null, "float64"), { name: "h" }),
      adjustContrast(x, 2),
      adjustContrast(bytes(), p([])),
      adjustHue(x, 0.25),
      adjustHue(bytes(), 0.25, { name: "hue" }),
      adjustSaturation(x, 0.5),
      adjustSaturation(p(null, "float16"), 0.5, { name: "s" }),
      adjustBrightness(x, 0.5),
      adjustBrightness(bytes(), 0.5),
      rgbToGrayscale(x),
      rgbToGrayscale(p([null, 5, 6, 3], "uint8"), { name: "g" }),
      grayscaleToRgb(p([5, 6, 1])),
    ];
  },
  types: () => {
    const conv = convertImageDtype;
    return [
      conv(p([2]), "float32"),
      conv(p([2]), "float64", { name: "c" }),
      conv(p([2], "uint8"), "float32"),
      conv(p([2]), "uint8"),
      conv(p([2]), "uint8", { saturate: true }),
      conv(p([2], "uint8"), "int16"),
      conv(p([2], "int16"), "uint8"),
      conv(p([2], "int16"), "uint8", { saturate: true, name: "d" }),
      conv(p([2], "uint8"), "int16", { saturate: true }),
      saturateCast(p([2]), "int32"),
      saturateCast(p([2], "int32"), "int8", { name: "s" }),
      saturateCast(p([2], "int64"), "int32"),
      saturateCast(p([2], "int8"), "uint16"),
      saturateCast(p([2], "float64"), "uint8"),
    ];
  },
  crops: () => {
    const [x, y] = [p([2, 5, 6, 3]), p([5, null, 3])];
    return [
      cropToBoundingBox(x, 1, 2, 3, 4),
      cropToBoundingBox(y, 1, 2, 3, 4),
      padToBoundingBox(x, 1, 2, 8, 9),
      padToBoundingBox(y, 1, 2, 8, 9),
      resizeImageWithCropOrPad(p([5, 6, 3]), 3, 9),
      resizeImageWithCropOrPad(x, 8, 2),
      resizeImageWithCropOrPad(p([null, null, 3]), 8, 2),
      centralCrop(x, 0.5),
      centralCrop(p([5, 6, 3]), 1),
      centralCrop(y, 0.5),
    ];
  },
  "crop-of-too-much": () => cropToBoundingBox(p([2, 5, 6, 3]), 1, 2, 3, 5),
  "crop-before-the-image": () => cropToBoundingBox(p([2, 5, 6, 3]), -1, 2, 3, 4),
  "pad-to-less": () => padToBoundingBox(p([2, 5, 6, 3]), 1, 2, 5, 9),
  "central-crop-of-nothing": () => centralCrop(p([2, 5, 6, 3]), 0),
  "crop-of-matrix": () => cropToBoundingBox(p([5, 6]), 1, 2, 3, 5),
  flips: () => {
    const x = p([5, 6, 3]);
    return [
      flipLeftRight(x),
      flipUpDown(p([2, 5, 6, 3])),
      flipLeftRight(p()),
      flipUpDown(p([null, null, 3])),
      transposeImage(x),
      transposeImage(p([2, 5, null, 3]), { name: "t" }),
    ];
  },
  "flip-of-matrix": () => flipLeftRight(p([5, 6])),
  "flip-of-five-axes": () => flipLeftRight(p([1, 2, 3, 5, 6])),
  standardized: () => [perImageStandardization(p([5, 6, 3])), perImageStandardization(p([2, null, 6, 3], "uint8"))],
  "at-random": () => {
    const x = p([5, 6, 3]);
    return [
      randomFlipLeftRight(x, { seed: 1 }),
      randomFlipUpDown(p([2, 5, 6, 3]), { seed: 2 }),
      randomBrightness(x, 0.5, { seed: 3 }),
      randomContrast(x, 0.5, 1.5, { seed: 4 }),
      randomCrop(x, [3, 3, 3], { seed: 5 }),
      randomHue(x, 0.25, { seed: 6 }),
      randomSaturation(x, 0.5, 1.5, { seed: 7 }),
    ];
  },
  "random-contrast-without-room": () => randomContrast(p([5, 6, 3]), 1.5, 0.5),
});
