/** Builders that change the colors and the types of images. Mirrors python/ops/image_ops_impl.py. */
import { ArgumentError, MissingAttributeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DType, type DTypeLike, float16, float32, int32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { identity, ones } from "./array.ts";
import { cast } from "./cast.ts";
import { assertEqual, assertGreaterEqual } from "./checks.ts";
import { concat } from "./concat.ts";
import { withDependencies } from "./control-flow.ts";
import { floordiv } from "./division.ts";
import { mustHold } from "./image-checks.ts";
import { imageColorDefs as defs } from "./image-color.defs.ts";
import { add, multiply } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { boundsOf, saturateCast } from "./saturate-cast.ts";
import { expandDims, rank, shape } from "./shape.ts";
import { tensordot } from "./tensordot.ts";
import { tile } from "./transpose.ts";

/**
 * Hue, saturation and value of colors, all from 0 to 1.
 *
 * Shapes: `[…, 3]` → `[…, 3]`. Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ShapeError} for other than three channels.
 * @see TensorFlow `RGBToHSV`, core/ops/image_ops.cc
 * @example
 * session.runSync(image.rgbToHsv(constant([1, 0, 0]))).toArray(); // [0, 1, 1]
 */
export function rgbToHsv(images: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.RGBToHSV, [images], {}, options.name);
}

/**
 * Red, green and blue of hue, saturation and value.
 *
 * Shapes: `[…, 3]` → `[…, 3]`. Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ShapeError} for other than three channels.
 * @see TensorFlow `HSVToRGB`, core/ops/image_ops.cc
 * @example
 * session.runSync(image.hsvToRgb(constant([0, 1, 1]))).toArray(); // [1, 0, 0]
 */
export function hsvToRgb(images: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.HSVToRGB, [images], {}, options.name);
}

/** Options of `convertImageDtype`. */
export interface ConvertImageOptions extends NameOption {
  /** Whether what lies beyond the bounds of the type becomes the bound. Default false. */
  readonly saturate?: boolean | undefined;
}

/**
 * The image as another type, scaled: floating numbers go from 0 to 1, integers from 0 to the greatest of their type.
 *
 * Shapes: any → the same. Dtypes: real numbers to real numbers.
 *
 * @throws {MissingAttributeError} for other types.
 * @see TensorFlow `convert_image_dtype`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.convertImageDtype(constant([0, 1]), "uint8")).toArray(); // [0, 255]
 */
export function convertImageDtype(image: TensorLike, dtype: DTypeLike, options: ConvertImageOptions = {}): Tensor {
  const { saturate = false, name } = options;
  const given = convertToTensor(image, { name: "image" });
  const wanted = asDType(dtype);
  for (const [what, type] of [
    ["dtype", wanted],
    ["image dtype", given.dtype],
  ] as const) {
    if (!type.isFloating && !type.isInteger)
      throw new MissingAttributeError(`${what} must be either floating point or integer`, { dtype: type });
  }
  if (wanted === given.dtype) return identity(given, { name });
  return inOpScope(name, "convert_image", [given], (scope) => {
    const asWanted = (x: Tensor, to?: string): Tensor =>
      saturate ? saturateCast(x, wanted, { name: to }) : cast(x, wanted, { name: to });
    if (given.dtype.isFloating && wanted.isFloating) return cast(given, wanted, { name: scope });
    if (wanted.isFloating) return multiply(cast(given, wanted), 1 / Number(boundsOf(given.dtype)[1]), { name: scope });
    if (given.dtype.isFloating) return asWanted(multiply(given, Number(boundsOf(wanted)[1]) + 0.5), scope);
    const [from, to] = [BigInt(boundsOf(given.dtype)[1]), BigInt(boundsOf(wanted)[1])];
    if (from > to) return asWanted(floordiv(given, scaleOf(from, to, given.dtype)), scope);
    return multiply(asWanted(given), scaleOf(to, from, wanted), { name: scope });
  });
}

function scaleOf(greater: bigint, less: bigint, dtype: DType): number | bigint {
  const scale = (greater + 1n) / (less + 1n);
  return dtype.isBig ? scale : Number(scale);
}

/** The image in a type that the adjustments take. */
function asFloats(image: Tensor): Tensor {
  return image.dtype === float16 || image.dtype === float32 ? image : convertImageDtype(image, float32);
}

/**
 * Adds to the brightness of an image, as a number from 0 to 1.
 *
 * Shapes: image any, delta `[]` → that of image. Dtypes: real numbers.
 *
 * @see TensorFlow `adjust_brightness`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.adjustBrightness(constant([0.25]), 0.5)).toArray(); // [0.75]
 */
export function adjustBrightness(image: TensorLike, delta: TensorLike): Tensor {
  return inOpScope(null, "adjust_brightness", [image, delta], (scope) => {
    const given = convertToTensor(image, { name: "image" });
    const floats = asFloats(given);
    const adjusted = add(floats, cast(delta, floats.dtype), { name: scope });
    return convertImageDtype(adjusted, given.dtype, { saturate: true });
  });
}

/**
 * Moves each channel of each image away from its mean.
 *
 * Shapes: images `[…, h, w, c]`, contrastFactor `[]` → that of images. Dtypes: real numbers.
 *
 * @throws {ShapeError} for less than three dimensions.
 * @remarks Differs from TensorFlow: float16 runs everywhere; TensorFlow's CPU refuses it.
 * @see TensorFlow `adjust_contrast`, python/ops/image_ops_impl.py; `AdjustContrastv2`, core/ops/image_ops.cc
 * @example
 * session.runSync(image.adjustContrast(constant([[[1], [3]]]), 2)).toArray(); // [[[0], [4]]]
 */
export function adjustContrast(images: TensorLike, contrastFactor: TensorLike): Tensor {
  return inOpScope(null, "adjust_contrast", [images, contrastFactor], (scope) => {
    const given = convertToTensor(images, { name: "images" });
    const adjusted = applyOp1(defs.AdjustContrastv2, [asFloats(given), contrastFactor], {}, scope);
    return convertImageDtype(adjusted, given.dtype, { saturate: true });
  });
}

function adjusted(def: OpDef, scopeName: string, image: TensorLike, factor: TensorLike, options: NameOption): Tensor {
  return inOpScope(options.name, scopeName, [image], () => {
    const given = convertToTensor(image, { name: "image" });
    return convertImageDtype(applyOp1(def, [asFloats(given), factor]), given.dtype);
  });
}

/**
 * Turns the hue of colors; 1 is once round.
 *
 * Shapes: image `[…, h, w, 3]`, delta `[]` → that of image. Dtypes: real numbers.
 *
 * @throws {ShapeError} for less than three dimensions. @throws {InvalidArgumentError} in a step, for other than three channels.
 * @remarks Differs from TensorFlow: float16 runs everywhere; TensorFlow's CPU refuses it.
 * @see TensorFlow `adjust_hue`, python/ops/image_ops_impl.py; `AdjustHue`, core/ops/image_ops.cc
 * @example
 * session.runSync(image.adjustHue(constant([[[1, 0, 0]]]), 0.5)).toArray(); // [[[0, 1, 1]]]
 */
export function adjustHue(image: TensorLike, delta: TensorLike, options: NameOption = {}): Tensor {
  return adjusted(defs.AdjustHue, "adjust_hue", image, delta, options);
}

/**
 * Multiplies the saturation of colors, up to 1.
 *
 * Shapes: image `[…, h, w, 3]`, saturationFactor `[]` → that of image. Dtypes: real numbers.
 *
 * @throws {ShapeError} for less than three dimensions. @throws {InvalidArgumentError} in a step, for other than three channels.
 * @remarks Differs from TensorFlow: float16 runs everywhere; TensorFlow's CPU refuses it.
 * @see TensorFlow `adjust_saturation`, python/ops/image_ops_impl.py; `AdjustSaturation`, core/ops/image_ops.cc
 * @example
 * session.runSync(image.adjustSaturation(constant([[[1, 0, 0]]]), 0.5)).toArray(); // [[[1, 0.5, 0.5]]]
 */
export function adjustSaturation(image: TensorLike, saturationFactor: TensorLike, options: NameOption = {}): Tensor {
  return adjusted(defs.AdjustSaturation, "adjust_saturation", image, saturationFactor, options);
}

/** Options of `adjustGamma`. */
export interface AdjustGammaOptions {
  /** The exponent, not negative; default 1. */
  readonly gamma?: number | Tensor | undefined;
  /** What powers are multiplied by; default 1. */
  readonly gain?: number | Tensor | undefined;
}

/**
 * Powers of brightness, from 0 to 1: an exponent above 1 makes images darker, one below 1 brighter.
 *
 * Shapes: any → the same. Dtypes: real numbers → the same.
 *
 * @throws {ArgumentError} for a negative exponent. @throws {InvalidArgumentError} in a step, likewise.
 * @see TensorFlow `adjust_gamma`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.adjustGamma(constant([0.5]), { gamma: 2, gain: 3 })).toArray(); // [0.75]
 */
export function adjustGamma(image: TensorLike, options: AdjustGammaOptions = {}): Tensor {
  const { gamma = 1, gain = 1 } = options;
  return inOpScope(null, "adjust_gamma", [image, gamma, gain], () => {
    const given = convertToTensor(image, { name: "image" });
    const floats = asFloats(given);
    const isValid = typeof gamma === "number" ? gamma >= 0 : gamma.greaterEqual(0);
    const checks = mustHold(isValid, "Gamma should be a non-negative real number.");
    const exponent = checks.length === 0 || typeof gamma === "number" ? gamma : withDependencies(checks, gamma);
    return convertImageDtype(operators.binary("mul", gain, floats.pow(exponent)), given.dtype, { saturate: true });
  });
}

/**
 * The brightness of colors.
 *
 * Shapes: `[…, 3]` → `[…, 1]`. Dtypes: real numbers.
 *
 * @see TensorFlow `rgb_to_grayscale`, python/ops/image_ops_impl.py
 * @example
 * image.rgbToGrayscale(ones([5, 6, 3])).shape; // (5, 6, 1)
 */
export function rgbToGrayscale(images: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "rgb_to_grayscale", [images], (scope) => {
    const given = convertToTensor(images, { name: "images" });
    const gray = tensordot(convertImageDtype(given, float32), [0.2989, 0.587, 0.114], [-1, -1]);
    return convertImageDtype(expandDims(gray, -1), given.dtype, { name: scope });
  });
}

/**
 * Three equal channels of one.
 *
 * Shapes: `[…, 1]` → `[…, 3]`. Dtypes: any.
 *
 * @throws {ArgumentError} for other than one channel.
 * @see TensorFlow `grayscale_to_rgb`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.grayscaleToRgb(constant([[[1], [2]]]))).toArray(); // [[[1, 1, 1], [2, 2, 2]]]
 */
export function grayscaleToRgb(images: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "grayscale_to_rgb", [images], (scope) => {
    const given = checkedGray(convertToTensor(images, { name: "images" }));
    const axes = expandDims(rank(given).sub(1), 0);
    const multiples = concat(
      [ones(axes, { dtype: int32 }), expandDims(convertToTensor(3, { dtype: int32, name: "ExpandDims_1/input" }), 0)],
      0,
    );
    const rgb = tile(given, multiples, { name: scope });
    const { dims } = given.shape;
    rgb.setShape(dims === null ? new TensorShape(null) : [...dims.slice(0, -1), 3]);
    return rgb;
  });
}

function checkedGray(images: Tensor): Tensor {
  const text = "Last dimension of a grayscale image should be size 1.";
  const { dims } = images.shape;
  if (dims !== null && dims.length < 2) {
    throw new ArgumentError(`A grayscale image (shape ${images.shape}) must be at least two-dimensional.`, {
      shape: images.shape,
    });
  }
  if (images.shape.isFullyDefined()) {
    if (dims?.at(-1) !== 1) throw new ArgumentError(text, { shape: images.shape });
    return withDependencies([], images);
  }
  const one = assertEqual(shape(images).at([-1]), pythonLiteral(1, "int"), { message: text });
  const message = "A grayscale image must be at least two-dimensional.";
  return withDependencies([one, assertGreaterEqual(rank(images), pythonLiteral(3, "int"), { message })], images);
}
