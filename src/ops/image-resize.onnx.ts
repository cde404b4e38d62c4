/**
 * How images are resized in ONNX: pixels are picked by lists that are made beforehand, and mixed. ONNX's own Resize has other roundings,
 * and wants the channels first.
 */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { bool, float32 } from "../tensor/dtype.ts";
import { NDArray, ndarray } from "../tensor/ndarray.ts";
import type { imageResizeDefs } from "./image-resize.defs.ts";
import { nearest, neighbours, type ResizeWay } from "./resampling.ts";
import { area, areaScale, bicubic, type Filter } from "./resampling-filters.ts";

/** More pixels along an axis are left to the kernel. */
const MOST_PIXELS = 2 ** 20;

/** Old and new height and width; `null` where they are not known, or not what the kernel takes. */
function sizesOf(
  images: OnnxValue,
  size: OnnxValue,
  way: ResizeWay,
): { readonly old: readonly [number, number]; readonly made: readonly [number, number] } | null {
  const [h, w, depth] = [images.shape.dim(1), images.shape.dim(2), images.shape.dim(3)];
  const sizes = constantNumbers(size);
  if (images.shape.rank !== 4 || size.shape.rank !== 1 || sizes?.length !== 2) return null;
  const [height = 0, width = 0] = sizes;
  if (!h || !w || !depth || height < 1 || width < 1 || (way.align_corners && way.half_pixel_centers)) return null;
  // What comes from where is written into the model.
  if (height > MOST_PIXELS || width > MOST_PIXELS) return null;
  return { old: [h, w], made: [height, width] };
}

const notKnown = unsupported("the sizes are not known before the step");

function picked(onnx: OnnxBuilder, images: OnnxValue, places: readonly number[] | Int32Array, axis: number): OnnxValue {
  return onnx.node("Gather", [images, onnx.integers(Array.from(places))], { axis });
}

/** The images with one axis resized: neighbours, mixed. */
function mixed(onnx: OnnxBuilder, images: OnnxValue, from: number, to: number, axis: 1 | 2, way: ResizeWay): OnnxValue {
  const { lower, upper, share } = neighbours(from, to, way);
  const [first, second] = [picked(onnx, images, lower, axis), picked(onnx, images, upper, axis)];
  const shares = onnx.constant(new NDArray(float32, axis === 1 ? [to, 1, 1] : [to, 1], share));
  return onnx.node("Add", [first, onnx.node("Mul", [onnx.node("Sub", [second, first]), shares])]);
}

function bilinear(onnx: OnnxBuilder, images: OnnxValue, size: OnnxValue, way: ResizeWay): Lowered {
  const sizes = sizesOf(images, size, way);
  if (sizes === null) return notKnown;
  const { old, made } = sizes;
  const across = mixed(onnx, onnx.cast(images, float32), old[1], made[1], 2, way);
  return mixed(onnx, across, old[0], made[0], 1, way);
}

/** The most pixels that are summed to one. */
const MOST_TAPS = 32;

/** The sums of a filter along one axis. Pixels that a sum does not have are left out, rather than counted as nothing: they may be infinite. */
function filtered(onnx: OnnxBuilder, images: OnnxValue, filter: Filter, axis: 1 | 2): OnnxValue {
  const shape = axis === 1 ? [filter.length, 1, 1] : [filter.length, 1];
  const most = Math.max(...filter.map((taps) => taps.length));
  const terms = Array.from({ length: most }, (_, k) => {
    const pixels = picked(
      onnx,
      images,
      filter.map((taps) => taps[k]?.index ?? 0),
      axis,
    );
    const weights = filter.map((taps) => taps[k]?.weight ?? 0);
    const term = onnx.node("Mul", [pixels, onnx.constant(ndarray(weights, float32, shape))]);
    const isThere = filter.map((taps) => k < taps.length);
    if (!isThere.includes(false)) return term;
    return onnx.node("Where", [onnx.constant(ndarray(isThere, bool, shape)), term, onnx.scalar(0, float32)]);
  });
  return terms.reduce((sum, term) => onnx.node("Add", [sum, term]));
}

function isShort(filter: Filter): boolean {
  return filter.every((taps) => taps.length <= MOST_TAPS);
}

function byCubics(onnx: OnnxBuilder, images: OnnxValue, size: OnnxValue, way: ResizeWay): Lowered {
  const sizes = sizesOf(images, size, way);
  if (sizes === null) return notKnown;
  const { old, made } = sizes;
  const rows = filtered(onnx, onnx.cast(images, float32), bicubic(old[0], made[0], way), 1);
  return filtered(onnx, rows, bicubic(old[1], made[1], way), 2);
}

function byArea(onnx: OnnxBuilder, images: OnnxValue, size: OnnxValue, alignCorners: boolean): Lowered {
  const sizes = sizesOf(images, size, { align_corners: alignCorners, half_pixel_centers: false });
  if (sizes === null) return notKnown;
  const { old, made } = sizes;
  const filters = [area(old[0], made[0], alignCorners), area(old[1], made[1], alignCorners)] as const;
  if (!filters.every(isShort)) return unsupported("a new pixel covers too many old ones");
  const columns = filtered(onnx, onnx.cast(images, float32), filters[1], 2);
  const scale = areaScale([old[0], made[0]], [old[1], made[1]], alignCorners);
  return onnx.node("Mul", [filtered(onnx, columns, filters[0], 1), onnx.scalar(scale, float32)]);
}
const addsUp = unsupported("gradients of one pixel are added up in order");

/** The rules of this family. */
export const imageResizeOnnx = onnxRules<typeof imageResizeDefs>()({
  ResizeBilinear: (onnx, [images, size], attrs) => bilinear(onnx, images, size, attrs),
  ResizeNearestNeighbor: (onnx, [images, size], attrs) => {
    const sizes = sizesOf(images, size, attrs);
    if (sizes === null) return notKnown;
    const { old, made } = sizes;
    const rows = picked(onnx, images, nearest(old[0], made[0], attrs), 1);
    return picked(onnx, rows, nearest(old[1], made[1], attrs), 2);
  },
  ResizeBicubic: (onnx, [images, size], attrs) => byCubics(onnx, images, size, attrs),
  ResizeArea: (onnx, [images, size], attrs) => byArea(onnx, images, size, attrs.align_corners),
  ResizeBilinearGrad: addsUp,
  ResizeBicubicGrad: addsUp,
  ResizeNearestNeighborGrad: addsUp,
  CropAndResize: unsupported("the boxes are not known before the step"),
  CropAndResizeGradImage: addsUp,
  CropAndResizeGradBoxes: addsUp,
});
