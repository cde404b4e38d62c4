/** Builders that change images at random. Mirrors python/ops/image_ops_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { cast } from "./cast.ts";
import { equal, less } from "./compare.ts";
import { cond } from "./cond.ts";
import { round } from "./elementary.ts";
import { checkedImage, otherRank } from "./image-checks.ts";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./image-color.ts";
import { withShapeOf } from "./image-crop.ts";
import { inOpScope } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { randomUniform } from "./random.ts";
import { rank, reshape, shape } from "./shape.ts";
import { reverse } from "./transpose.ts";

/** An option of everything that draws. */
export interface ImageSeedOption {
  /** Makes the numbers the same in each program. */
  readonly seed?: number | null | undefined;
}

function randomFlip(image: TensorLike, axis: number, scopeName: string, { seed }: ImageSeedOption): Tensor {
  return inOpScope(null, scopeName, [image], (scope) => {
    const given = checkedImage(convertToTensor(image, { name: "image" }));
    const three = (): Tensor => {
      const draw = randomUniform([], { maxval: 1, seed });
      const result = cond(
        less(draw, 0.5),
        () => reverse(given, [axis]),
        () => given,
        { name: scope },
      );
      return withShapeOf(given, result);
    };
    const four = (): Tensor => {
      const count = shape(given).at([0]);
      const draws = randomUniform([count], { maxval: 1, seed });
      const one = pythonLiteral(1, "int");
      const flips = cast(round(reshape(draws, [count, one, one, one] as TensorLike[])), given.dtype);
      const flipped = reverse(given, [axis + 1]);
      return flips.mul(flipped).add(operators.binary("sub", 1, flips).mul(given));
    };
    const { rank: known } = given.shape;
    if (known === null) return cond(equal(rank(given), pythonLiteral(3, "int")), three, four);
    if (known !== 3 && known !== 4) throw otherRank(given);
    return known === 3 ? three() : four();
  });
}

/**
 * Mirrors images, left to right, or leaves them: each by itself.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same. Dtypes: any for one image, numbers for several.
 *
 * @throws {ArgumentError} for images of another rank.
 * @see TensorFlow `random_flip_left_right`, python/ops/image_ops_impl.py
 * @example
 * image.randomFlipLeftRight(ones([5, 6, 3]), { seed: 1 }).shape; // (5, 6, 3)
 */
export function randomFlipLeftRight(image: TensorLike, options: ImageSeedOption = {}): Tensor {
  return randomFlip(image, 1, "random_flip_left_right", options);
}

/**
 * Turns images upside down, or leaves them: each by itself.
 *
 * Shapes: `[n, h, w, c]` or `[h, w, c]` → the same. Dtypes: any for one image, numbers for several.
 *
 * @throws {ArgumentError} for images of another rank.
 * @see TensorFlow `random_flip_up_down`, python/ops/image_ops_impl.py
 * @example
 * image.randomFlipUpDown(ones([5, 6, 3]), { seed: 1 }).shape; // (5, 6, 3)
 */
export function randomFlipUpDown(image: TensorLike, options: ImageSeedOption = {}): Tensor {
  return randomFlip(image, 0, "random_flip_up_down", options);
}

function drawBetween(lower: number, upper: number, { seed }: ImageSeedOption): Tensor {
  return randomUniform([], { minval: lower, maxval: upper, seed });
}

function checkDelta(maxDelta: number): void {
  if (maxDelta < 0) throw new ArgumentError("max_delta must be non-negative.", { maxDelta });
}

function checkBounds(lower: number, upper: number): void {
  if (upper <= lower) throw new ArgumentError("upper must be > lower.", { lower, upper });
  if (lower < 0) throw new ArgumentError("lower must be non-negative.", { lower, upper });
}

/**
 * Adds a number between -maxDelta and maxDelta to the brightness.
 *
 * Shapes: any → the same. Dtypes: real numbers.
 *
 * @throws {ArgumentError} for a maxDelta below 0.
 * @see TensorFlow `random_brightness`, python/ops/image_ops_impl.py
 * @example
 * image.randomBrightness(ones([5, 6, 3]), 0.5).shape; // (5, 6, 3)
 */
export function randomBrightness(image: TensorLike, maxDelta: number, options: ImageSeedOption = {}): Tensor {
  checkDelta(maxDelta);
  return adjustBrightness(image, drawBetween(-maxDelta, maxDelta, options));
}

/**
 * Multiplies the contrast by a number between two.
 *
 * Shapes: `[…, h, w, c]` → the same. Dtypes: real numbers.
 *
 * @throws {ArgumentError} when the bounds do not ascend, or lie below 0.
 * @see TensorFlow `random_contrast`, python/ops/image_ops_impl.py
 * @example
 * image.randomContrast(ones([5, 6, 3]), 0.5, 1.5).shape; // (5, 6, 3)
 */
export function randomContrast(image: TensorLike, lower: number, upper: number, options: ImageSeedOption = {}): Tensor {
  checkBounds(lower, upper);
  return adjustContrast(image, drawBetween(lower, upper, options));
}

/**
 * Turns the hue by a number between -maxDelta and maxDelta.
 *
 * Shapes: `[…, h, w, 3]` → the same. Dtypes: real numbers.
 *
 * @throws {ArgumentError} for a maxDelta below 0 or above 0.5.
 * @see TensorFlow `random_hue`, python/ops/image_ops_impl.py
 * @example
 * image.randomHue(ones([5, 6, 3]), 0.25).shape; // (5, 6, 3)
 */
export function randomHue(image: TensorLike, maxDelta: number, options: ImageSeedOption = {}): Tensor {
  if (maxDelta > 0.5) throw new ArgumentError("max_delta must be <= 0.5.", { maxDelta });
  checkDelta(maxDelta);
  return adjustHue(image, drawBetween(-maxDelta, maxDelta, options));
}

/**
 * Multiplies the saturation by a number between two.
 *
 * Shapes: `[…, h, w, 3]` → the same. Dtypes: real numbers.
 *
 * @throws {ArgumentError} when the bounds do not ascend, or lie below 0.
 * @see TensorFlow `random_saturation`, python/ops/image_ops_impl.py
 * @example
 * image.randomSaturation(ones([5, 6, 3]), 0.5, 1.5).shape; // (5, 6, 3)
 */
export function randomSaturation(
  image: TensorLike,
  lower: number,
  upper: number,
  options: ImageSeedOption = {},
): Tensor {
  checkBounds(lower, upper);
  return adjustSaturation(image, drawBetween(lower, upper, options));
}
