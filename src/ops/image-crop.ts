/** Builders that cut, pad, mirror and standardize images. Mirrors python/ops/image_ops_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { Tensor } from "../graph/tensor.ts";
import { float32, float64, int32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { cast } from "./cast.ts";
import { equal } from "./compare.ts";
import { cond } from "./cond.ts";
import { withDependencies } from "./control-flow.ts";
import { divide } from "./division.ts";
import { rsqrt } from "./elementary.ts";
import { checkedImage, checkImage, imageSizes, mustHold, otherRank, packed, type Size } from "./image-checks.ts";
import { maximum, minimum } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { pad } from "./pad.ts";
import { reduceMean, reduceProd, reduceStd } from "./reduce.ts";
import { expandDims, rank, reshape, shape, squeeze } from "./shape.ts";
import { slice } from "./slice.ts";
import { reverse, transpose } from "./transpose.ts";

type Sign = "add" | "sub" | "floordiv";

const known: Readonly<Record<Sign, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  floordiv: (a, b) => Math.floor(a / b),
};

/** Arithmetic of sizes: now where both are known, otherwise in the step. */
function combine(sign: Sign, a: Size, b: Size): Size {
  return typeof a === "number" && typeof b === "number" ? known[sign](a, b) : operators.binary(sign, a, b);
}

function isAtLeast(a: Size, b: Size): boolean | Tensor {
  return typeof a === "number" && typeof b === "number" ? a >= b : operators.binary("greaterEqual", a, b);
}

/** What is known of sizes. */
function asDims(sizes: readonly Size[]): (number | null)[] {
  return sizes.map((size) => (size instanceof Tensor ? null : size));
}

/** Runs a body on images `[n, h, w, c]`, whether one or several are given. */
function onBatch(image: TensorLike, body: (images: Tensor) => Tensor): Tensor {
  const given = convertToTensor(image, { name: "image" });
  const count = given.shape.rank;
  if (count === 4) return body(given);
  if (count !== null && count !== 3) throw otherRank(given);
  const batch = expandDims(given, 0);
  if (count === null) batch.setShape([null, null, null, null]);
  return squeeze(body(batch), { axis: [0] });
}

/**
 * Cuts a box out of images.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same with `targetHeight` and `targetWidth`. Dtypes: any.
 *
 * @throws {ArgumentError} for a box that is empty or not inside. @throws {InvalidArgumentError} in a step, likewise, when sizes are not known before.
 * @see TensorFlow `crop_to_bounding_box`, python/ops/image_ops_impl.py
 * @example
 * const x = constant([[[1], [2]], [[3], [4]]]);
 * session.runSync(image.cropToBoundingBox(x, 1, 0, 1, 2)).toArray(); // [[[3], [4]]]
 */
export function cropToBoundingBox(
  image: TensorLike,
  offsetHeight: Size,
  offsetWidth: Size,
  targetHeight: Size,
  targetWidth: Size,
): Tensor {
  return inOpScope(null, "crop_to_bounding_box", [image], () =>
    onBatch(image, (images) => {
      const checks = [...checkImage(images)];
      const [batch, height, width, depth] = imageSizes(images, 4) as readonly [Size, Size, Size, Size];
      checks.push(...mustHold(isAtLeast(offsetWidth, 0), "offset_width must be >= 0."));
      checks.push(...mustHold(isAtLeast(offsetHeight, 0), "offset_height must be >= 0."));
      checks.push(...mustHold(isPositive(targetWidth), "target_width must be > 0."));
      checks.push(...mustHold(isPositive(targetHeight), "target_height must be > 0."));
      const fits = (whole: Size, part: Size, offset: Size): boolean | Tensor =>
        isAtLeast(whole, combine("add", part, offset));
      checks.push(...mustHold(fits(width, targetWidth, offsetWidth), "width must be >= target + offset."));
      checks.push(...mustHold(fits(height, targetHeight, offsetHeight), "height must be >= target + offset."));
      const checked = withDependencies(checks, images);
      const begin = packed([0, offsetHeight, offsetWidth, 0]);
      const sizes = packed([shape(checked).at([0]), targetHeight, targetWidth, shape(checked).at([3])]);
      const cropped = slice(checked, begin, sizes);
      cropped.setShape(asDims([batch, targetHeight, targetWidth, depth]));
      return cropped;
    }),
  );
}

function isPositive(size: Size): boolean | Tensor {
  return typeof size === "number" ? size > 0 : size.greater(0);
}

/**
 * Puts images into larger ones of zeros.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same with `targetHeight` and `targetWidth`. Dtypes: numbers.
 *
 * @throws {ArgumentError} for images that are not inside. @throws {InvalidArgumentError} in a step, likewise, when sizes are not known before.
 * @see TensorFlow `pad_to_bounding_box`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.padToBoundingBox(constant([[[1]]]), 0, 1, 1, 3)).toArray(); // [[[0], [1], [0]]]
 */
export function padToBoundingBox(
  image: TensorLike,
  offsetHeight: Size,
  offsetWidth: Size,
  targetHeight: Size,
  targetWidth: Size,
): Tensor {
  return inOpScope(null, "pad_to_bounding_box", [image], () =>
    onBatch(image, (images) => {
      const [batch, height, width, depth] = imageSizes(images, 4) as readonly [Size, Size, Size, Size];
      const right = combine("sub", combine("sub", targetWidth, offsetWidth), width);
      const below = combine("sub", combine("sub", targetHeight, offsetHeight), height);
      const checks = [...checkImage(images)];
      checks.push(...mustHold(isAtLeast(offsetHeight, 0), "offset_height must be >= 0"));
      checks.push(...mustHold(isAtLeast(offsetWidth, 0), "offset_width must be >= 0"));
      checks.push(...mustHold(isAtLeast(right, 0), "width must be <= target - offset"));
      checks.push(...mustHold(isAtLeast(below, 0), "height must be <= target - offset"));
      const checked = withDependencies(checks, images);
      const paddings = reshape(packed([0, 0, offsetHeight, below, offsetWidth, right, 0, 0]), [4, 2]);
      const padded = pad(checked, paddings);
      padded.setShape(asDims([batch, targetHeight, targetWidth, depth]));
      return padded;
    }),
  );
}

/**
 * Cuts off or adds around images, equally at both sides, until they have a size.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same with `targetHeight` and `targetWidth`. Dtypes: numbers.
 *
 * @throws {ArgumentError} for sizes below 1, or images of another rank.
 * @see TensorFlow `resize_image_with_crop_or_pad`, python/ops/image_ops_impl.py
 * @example
 * const x = constant([[[1], [2], [3]]]);
 * session.runSync(image.resizeImageWithCropOrPad(x, 2, 1)).toArray(); // [[[2]], [[0]]]
 */
export function resizeImageWithCropOrPad(image: TensorLike, targetHeight: number, targetWidth: number): Tensor {
  return inOpScope(null, "resize_image_with_crop_or_pad", [image], () =>
    onBatch(image, (images) => {
      const checks = [...checkImage(images)];
      checks.push(...mustHold(targetWidth > 0, "target_width must be > 0."));
      checks.push(...mustHold(targetHeight > 0, "target_height must be > 0."));
      const checked = withDependencies(checks, images);
      const [, height, width] = imageSizes(checked, 4) as readonly [Size, Size, Size, Size];
      const across = offsets(targetWidth, width);
      const down = offsets(targetHeight, height);
      const [least, leastWidth] = [smaller(targetHeight, height), smaller(targetWidth, width)];
      const cropped = cropToBoundingBox(checked, down.crop, across.crop, least, leastWidth);
      const resized = padToBoundingBox(cropped, down.pad, across.pad, targetHeight, targetWidth);
      // Height and width are known now; the checks that TensorFlow makes of them hold.
      return withDependencies(sizeChecks(resized, targetHeight, targetWidth), resized);
    }),
  );
}

function sizeChecks(resized: Tensor, targetHeight: number, targetWidth: number): ReturnType<typeof checkImage> {
  const [, height, width] = imageSizes(resized, 4) as readonly [Size, Size, Size, Size];
  return [
    ...mustHold(height === targetHeight, "resized height is not correct."),
    ...mustHold(width === targetWidth, "resized width is not correct."),
  ];
}

/** How much is cut off or added before. */
function offsets(target: number, size: Size): { readonly crop: Size; readonly pad: Size } {
  const difference = combine("sub", target, size);
  const negative = typeof difference === "number" ? -difference : difference.neg();
  const crop = larger(combine("floordiv", negative, 2));
  return { crop, pad: larger(combine("floordiv", difference, 2)) };
}

function larger(size: Size): Size {
  return typeof size === "number" ? Math.max(size, 0) : maximum(size, 0);
}

function smaller(a: number, b: Size): Size {
  return typeof b === "number" ? Math.min(a, b) : minimum(a, b);
}

/**
 * The middle of images.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same with less height and width. Dtypes: any.
 *
 * @param centralFraction how much of height and width stays, above 0 and up to 1.
 * @throws {ArgumentError} for another fraction, or images of another rank.
 * @remarks Differs from TensorFlow: the fraction is a number, not a tensor.
 * @see TensorFlow `central_crop`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.centralCrop(constant([[[1], [2], [3]]]), 0.5)).toArray(); // [[[1], [2], [3]]]
 */
export function centralCrop(image: TensorLike, centralFraction: number): Tensor {
  return inOpScope(null, "central_crop", [image], () => {
    const given = convertToTensor(image, { name: "image" });
    if (!(centralFraction > 0 && centralFraction <= 1))
      throw new ArgumentError("central_fraction must be within (0, 1]", { centralFraction });
    if (centralFraction === 1) return given;
    checkedImage(given);
    const count = given.shape.rank;
    if (count !== 3 && count !== 4) {
      throw new ArgumentError(
        `\`image\` should either be a Tensor with rank = 3 or rank = 4. Had rank = ${count ?? "None"}.`,
        { shape: given.shape },
      );
    }
    const first = count - 3;
    const sizes = [first, first + 1].map((axis): Size => given.shape.dim(axis) ?? shape(given).at([axis]));
    const starts = sizes.map((size): Size => {
      if (typeof size === "number") return Math.trunc((size - size * centralFraction) / 2);
      const whole = cast(size, float64);
      const kept = whole.mul(cast(centralFraction, float64));
      return cast(whole.sub(kept).div(2), int32);
    });
    const middle = sizes.map((size, i) => combine("sub", size, twice(starts[i] as Size)));
    const begin = packed([...(count === 4 ? [0] : []), ...starts, 0]);
    const extent = packed([...(count === 4 ? [-1] : []), ...middle, -1]);
    const cropped = slice(given, begin, extent);
    const known = asDims(middle);
    cropped.setShape([...(count === 4 ? [given.shape.dim(0)] : []), ...known, given.shape.dim(-1)]);
    return cropped;
  });
}

function twice(size: Size): Size {
  return typeof size === "number" ? 2 * size : size.mul(2);
}

/** Runs a body for three dimensions or for four, whichever the image has. */
function byRank(image: Tensor, three: () => Tensor, four: () => Tensor, space?: string): Tensor {
  const count = image.shape.rank;
  if (count === null) return cond(equal(rank(image), pythonLiteral(3, "int")), three, four);
  if (count === 3) return three();
  if (count === 4) return four();
  throw otherRank(image, space);
}

function flip(image: TensorLike, axis: number, scopeName: string): Tensor {
  return inOpScope(null, scopeName, [image], () => {
    const given = checkedImage(convertToTensor(image, { name: "image" }));
    const three = (): Tensor => withShapeOf(given, reverse(given, [axis]));
    return byRank(given, three, () => reverse(given, [axis + 1]), "");
  });
}

/** The result, which has the shape of the image. */
export function withShapeOf(image: Tensor, result: Tensor): Tensor {
  result.setShape(image.shape.rank === null ? [null, null, null] : image.shape);
  return result;
}

/**
 * Mirrors images, left to right.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same. Dtypes: any.
 *
 * @throws {ArgumentError} for images of another rank.
 * @see TensorFlow `flip_left_right`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.flipLeftRight(constant([[[1], [2]]]))).toArray(); // [[[2], [1]]]
 */
export function flipLeftRight(image: TensorLike): Tensor {
  return flip(image, 1, "flip_left_right");
}

/**
 * Turns images upside down.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same. Dtypes: any.
 *
 * @throws {ArgumentError} for images of another rank.
 * @see TensorFlow `flip_up_down`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.flipUpDown(constant([[[1]], [[2]]]))).toArray(); // [[[2]], [[1]]]
 */
export function flipUpDown(image: TensorLike): Tensor {
  return flip(image, 0, "flip_up_down");
}

/**
 * Exchanges height and width.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → `[n, w, h, c]` or `[w, h, c]`. Dtypes: any.
 *
 * @throws {ArgumentError} for images of another rank.
 * @see TensorFlow `transpose_image`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.transposeImage(constant([[[1], [2]]]))).toArray(); // [[[1]], [[2]]]
 */
export function transposeImage(image: TensorLike, options: NameOption = {}): Tensor {
  const { name } = options;
  return inOpScope(name, "transpose", [image], () => {
    const given = checkedImage(convertToTensor(image, { name: "image" }));
    const turned = (perm: readonly number[]) => (): Tensor => transpose(given, { perm, name });
    return byRank(given, turned([1, 0, 2]), turned([0, 2, 1, 3]));
  });
}

/**
 * Scales images so that their mean is 0 and their standard deviation 1, or less where an image is almost plain.
 *
 * Shapes: `[…, h, w, c]` → the same. Dtypes: real numbers → float32.
 *
 * @throws {ArgumentError} for less than three dimensions.
 * @see TensorFlow `per_image_standardization`, python/ops/image_ops_impl.py
 * @example
 * session.runSync(image.perImageStandardization(constant([[[1], [3]]]))).toArray(); // [[[-1], [1]]]
 */
export function perImageStandardization(image: TensorLike): Tensor {
  return inOpScope(null, "per_image_standardization", [image], (scope) => {
    const given = cast(checkedImage(convertToTensor(image, { name: "image" })), float32);
    const count = reduceProd(shape(given).at([[-3, null]]));
    const whole = { axis: [-1, -2, -3], keepdims: true };
    const mean = reduceMean(given, whole);
    const deviation = reduceStd(given, whole);
    const least = rsqrt(cast(count, float32));
    const adjusted = maximum(deviation, least);
    return divide(given.sub(mean), adjusted, { name: scope });
  });
}
