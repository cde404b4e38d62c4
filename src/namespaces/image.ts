/** TensorFlow's namespace `tf.image`, as far as it goes. */
export {
  type AdjustGammaOptions,
  adjustBrightness,
  adjustContrast,
  adjustGamma,
  adjustHue,
  adjustSaturation,
  type ConvertImageOptions,
  convertImageDtype,
  grayscaleToRgb,
  hsvToRgb,
  rgbToGrayscale,
  rgbToHsv,
} from "../ops/image-color.ts";
export {
  centralCrop,
  cropToBoundingBox,
  flipLeftRight,
  flipUpDown,
  padToBoundingBox,
  perImageStandardization,
  resizeImageWithCropOrPad,
  resizeImageWithCropOrPad as resizeWithCropOrPad,
  transposeImage,
  transposeImage as transpose,
} from "../ops/image-crop.ts";
export {
  type ImageSeedOption,
  randomBrightness,
  randomContrast,
  randomFlipLeftRight,
  randomFlipUpDown,
  randomHue,
  randomSaturation,
} from "../ops/image-random.ts";
export {
  type CropAndResizeOptions,
  cropAndResize,
  type ResizeAreaOptions,
  type ResizeImagesOptions,
  ResizeMethod,
  type ResizeOptions,
  resizeArea,
  resizeBicubic,
  resizeBilinear,
  resizeImages,
  resizeImages as resize,
  resizeNearestNeighbor,
} from "../ops/image-resize.ts";
export { type Rot90Options, rot90 } from "../ops/image-rotate.ts";
export { randomCrop } from "../ops/random-crop.ts";
