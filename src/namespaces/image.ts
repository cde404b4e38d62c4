/** TensorFlow's namespace `tf.image`, as far as it goes. */
export {
  adjustBrightness,
  adjustContrast,
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
  type ResizeImagesOptions,
  ResizeMethod,
  type ResizeOptions,
  resizeBilinear,
  resizeImages,
  resizeImages as resize,
  resizeNearestNeighbor,
} from "../ops/image-resize.ts";
export { randomCrop } from "../ops/random-crop.ts";
