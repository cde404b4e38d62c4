/** Builders that resize images. Mirrors `resize_images` and `crop_and_resize`, python/ops/image_ops_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { constantAsShape } from "../graph/infer.ts";
import type { Tensor } from "../graph/tensor.ts";
import { float32, int32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { cast } from "./cast.ts";
import { round } from "./elementary.ts";
import { imageSizes } from "./image-checks.ts";
import { imageResizeDefs as defs } from "./image-resize.defs.ts";
import { minimum } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { expandDims, squeeze } from "./shape.ts";

/** How pixels are made: names of TensorFlow's methods, or their numbers. */
export const ResizeMethod = { BILINEAR: 0, NEAREST_NEIGHBOR: 1, BICUBIC: 2, AREA: 3 } as const;

/** Options of `resizeImages`. */
export interface ResizeImagesOptions extends NameOption {
  /** One of `ResizeMethod`, or `bilinear` (default), `nearest`, `bicubic`, `area`. */
  readonly method?: number | string | undefined;
  /** Whether the centers of the corners' pixels stay where they are. Default false. */
  readonly alignCorners?: boolean | undefined;
  /** Whether height and width keep their relation: then `size` bounds both. Default false. */
  readonly preserveAspectRatio?: boolean | undefined;
}

/**
 * Resizes images.
 *
 * Shapes: images `[n, h, w, c]` or `[h, w, c]`, size `[2]`, height and width → `[n, h', w', c]` or `[h', w', c]`. Images that have that
 * size are given back as they are.
 * Dtypes: real numbers of up to 32 bits, int64, float64 → float32; with nearest neighbours the same.
 *
 * @throws {ArgumentError} for images of unknown or another rank, or other than two sizes.
 * @see TensorFlow `resize_images`, python/ops/image_ops_impl.py
 * @example
 * const x = constant([[[0], [2]]]);
 * session.runSync(image.resizeImages(x, [1, 4])).toArray(); // [[[0], [1], [2], [2]]]
 */
export function resizeImages(images: TensorLike, size: TensorLike, options: ResizeImagesOptions = {}): Tensor {
  return inOpScope(options.name, "resize", [images, size], () => {
    const given = convertToTensor(images, { name: "images" });
    const { rank } = given.shape;
    if (rank === null) throw new ArgumentError("'images' contains no shape.", { images: given });
    if (rank !== 3 && rank !== 4)
      throw new ArgumentError("'images' must have either 3 or 4 dimensions.", { shape: given.shape });
    const batch = rank === 3 ? expandDims(given, 0) : given;
    const sizes = newSizes(batch, size, options.preserveAspectRatio ?? false);
    const known = constantAsShape(sizes);
    const [height, width] = [known.dim(0), known.dim(1)];
    const isSame = height !== null && width !== null && height === batch.shape.dim(1) && width === batch.shape.dim(2);
    const result = isSame ? batch : resizedBy(options.method ?? 0, batch, sizes, options.alignCorners);
    if (!isSame) result.setShape([null, height, width, null]);
    return rank === 3 ? squeeze(result, { axis: [0] }) : result;
  });
}

function newSizes(images: Tensor, size: TensorLike, keepsRatio: boolean): Tensor {
  const sizes = convertToTensor(size, { dtype: int32, name: "size" });
  if (!sizes.shape.isCompatibleWith([2]))
    throw new ArgumentError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width", { size: sizes });
  if (!keepsRatio) return sizes;
  const [, height, width] = imageSizes(images, 4) as readonly [TensorLike, TensorLike, TensorLike];
  const single = (x: TensorLike): Tensor => cast(typeof x === "number" ? pythonLiteral(x, "int") : x, float32);
  const [byHeight, byWidth] = [single(sizes.at([0])).div(single(height)), single(sizes.at([1])).div(single(width))];
  const factor = minimum(byHeight, byWidth);
  const scaled = (x: TensorLike): Tensor => cast(round(factor.mul(single(x))), int32);
  return convertToTensor([scaled(height), scaled(width)], { dtype: int32, name: "size" });
}

function resizedBy(method: number | string, images: Tensor, size: Tensor, alignCorners: boolean | undefined): Tensor {
  const options = { alignCorners };
  if (method === ResizeMethod.BILINEAR || method === "bilinear") return resizeBilinear(images, size, options);
  if (method === ResizeMethod.NEAREST_NEIGHBOR || method === "nearest")
    return resizeNearestNeighbor(images, size, options);
  if (method === ResizeMethod.BICUBIC || method === "bicubic") return resizeBicubic(images, size, options);
  if (method === ResizeMethod.AREA || method === "area") return resizeArea(images, size, options);
  throw new ArgumentError(`Resize method is not implemented: ${method}`, { method });
}

/** Options of `resizeBilinear`, `resizeNearestNeighbor` and `resizeBicubic`. */
export interface ResizeOptions extends NameOption {
  /** Whether the centers of the corners' pixels stay where they are. Default false. */
  readonly alignCorners?: boolean | undefined;
  /** Whether pixels are seen as squares, so that sizes scale around their centers. Default false. */
  readonly halfPixelCenters?: boolean | undefined;
}

function ways({ alignCorners, halfPixelCenters }: ResizeOptions): Readonly<Record<string, boolean | undefined>> {
  return { align_corners: alignCorners, half_pixel_centers: halfPixelCenters };
}

/**
 * Resizes images; pixels are mixed of their four neighbours.
 *
 * Shapes: images `[n, h, w, c]`, size `[2]` → `[n, h', w', c]`. Dtypes: real numbers of up to 32 bits, int64, float64 → float32.
 *
 * @throws {ShapeError} for other than two sizes. @throws {InvalidArgumentError} in a step, for sizes below 1.
 * @see TensorFlow `ResizeBilinear`, core/ops/image_ops.cc
 * @example
 * const x = constant([[[[0], [2]]]]);
 * session.runSync(image.resizeBilinear(x, [1, 3], { alignCorners: true })).toArray(); // [[[[0], [1], [2]]]]
 */
export function resizeBilinear(images: TensorLike, size: TensorLike, options: ResizeOptions = {}): Tensor {
  return applyOp1(defs.ResizeBilinear, [images, size], ways(options), options.name);
}

/**
 * Resizes images; pixels are those that are nearest.
 *
 * Shapes: images `[n, h, w, c]`, size `[2]` → `[n, h', w', c]`. Dtypes: real numbers of up to 32 bits, int64, float64 → the same.
 *
 * @throws {ShapeError} for other than two sizes. @throws {InvalidArgumentError} in a step, for sizes below 1.
 * @see TensorFlow `ResizeNearestNeighbor`, core/ops/image_ops.cc
 * @example
 * const x = constant([[[[0], [2]]]]);
 * session.runSync(image.resizeNearestNeighbor(x, [1, 4])).toArray(); // [[[[0], [0], [2], [2]]]]
 */
export function resizeNearestNeighbor(images: TensorLike, size: TensorLike, options: ResizeOptions = {}): Tensor {
  return applyOp1(defs.ResizeNearestNeighbor, [images, size], ways(options), options.name);
}

/**
 * Resizes images; pixels lie on cubic curves through sixteen neighbours.
 *
 * Shapes: images `[n, h, w, c]`, size `[2]` → `[n, h', w', c]`. Dtypes: real numbers of up to 32 bits, int64, float64 → float32.
 *
 * @throws {ShapeError} for other than two sizes. @throws {InvalidArgumentError} in a step, for sizes below 1.
 * @see TensorFlow `resize_bicubic`, python/ops/image_ops_impl.py; `ResizeBicubic`, core/ops/image_ops.cc
 * @example
 * const x = constant([[[[0], [2]]]]);
 * session.runSync(image.resizeBicubic(x, [1, 3], { alignCorners: true })).toArray(); // [[[[0], [1], [2]]]]
 */
export function resizeBicubic(images: TensorLike, size: TensorLike, options: ResizeOptions = {}): Tensor {
  return applyOp1(defs.ResizeBicubic, [images, size], ways(options), options.name);
}

/** Options of `resizeArea`. */
export type ResizeAreaOptions = Omit<ResizeOptions, "halfPixelCenters">;

/**
 * Resizes images; pixels are the means of what they cover.
 *
 * Shapes: images `[n, h, w, c]`, size `[2]` → `[n, h', w', c]`. Dtypes: real numbers of up to 32 bits, int64, float64 → float32.
 *
 * @throws {ShapeError} for other than two sizes. @throws {InvalidArgumentError} in a step, for sizes below 1.
 * @see TensorFlow `resize_area`, python/ops/image_ops_impl.py; `ResizeArea`, core/ops/image_ops.cc
 * @example
 * const x = constant([[[[0], [2], [4], [8]]]]);
 * session.runSync(image.resizeArea(x, [1, 2])).toArray(); // [[[[1], [6]]]]
 */
export function resizeArea(images: TensorLike, size: TensorLike, options: ResizeAreaOptions = {}): Tensor {
  const attrs = { align_corners: options.alignCorners };
  return applyOp1(defs.ResizeArea, [images, size], attrs, options.name);
}

/** Options of `cropAndResize`. */
export interface CropAndResizeOptions extends NameOption {
  /** `bilinear` (default) or `nearest`. */
  readonly method?: string | undefined;
  /** What lies outside of the image; default 0. */
  readonly extrapolationValue?: number | undefined;
}

/**
 * Cuts boxes out of images, and resizes each.
 *
 * Shapes: image `[n, h, w, c]`, boxes `[m, 4]` of y₁, x₁, y₂, x₂ from 0 to 1, boxInd `[m]`, cropSize `[2]` → `[m, h', w', c]`.
 * Dtypes: image real numbers; boxes float32; boxInd, cropSize int32 → float32. A box may be turned round.
 *
 * @throws {ShapeError} when the shapes do not fit. @throws {OutOfRangeError} in a step, for a box of an image that there is not.
 * @see TensorFlow `crop_and_resize`, python/ops/image_ops_impl.py; `CropAndResize`, core/ops/image_ops.cc
 * @example
 * const x = constant([[[[1], [2]], [[3], [4]]]]);
 * session.runSync(image.cropAndResize(x, [[0, 0, 1, 0]], [0], [2, 1])).toArray(); // [[[[1]], [[3]]]]
 */
export function cropAndResize(
  image: TensorLike,
  boxes: TensorLike,
  boxInd: TensorLike,
  cropSize: TensorLike,
  options: CropAndResizeOptions = {},
): Tensor {
  const attrs = { method: options.method, extrapolation_value: options.extrapolationValue };
  return applyOp1(defs.CropAndResize, [image, boxes, boxInd, cropSize], attrs, options.name);
}
