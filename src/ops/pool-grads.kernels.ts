/** Kernels of the gradients of pooling of images, and of the gradients of those. Mirrors core/kernels/maxpooling_op.cc and avgpooling_op.cc. */
import { UnimplementedError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { nchwToNhwc, nhwcToNchw } from "../kernels/image-layout.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers } from "../kernels/strided-copy.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { checkedDepth, checkPaddings } from "./pool.kernels.ts";
import { placesOf } from "./pool-argmax.kernels.ts";
import type { poolGradDefs } from "./pool-grads.defs.ts";
import { imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface PoolAttrs extends WindowAttrs {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
}

/** The windows along rows and columns of an image of this shape. */
function windowsOf(shape: readonly number[], attrs: PoolAttrs): readonly [Window, Window] {
  const axes = imageAxes(attrs.data_format);
  const along = (axis: number): Window =>
    windowOf(
      shape[axis] as number,
      windowAxis(attrs, axis, attrs.ksize[axis] as number, attrs.strides[axis] as number),
    );
  return [along(axes.rows), along(axes.columns)];
}

/** What pooling makes of an image of this shape. */
function pooledShape(shape: readonly number[], [rows, columns]: readonly [Window, Window], attrs: PoolAttrs): number[] {
  const axes = imageAxes(attrs.data_format);
  const pooled = [...shape];
  pooled[axes.rows] = rows.output;
  pooled[axes.columns] = columns.output;
  return pooled;
}

function checkWindow(attrs: PoolAttrs, what: string): void {
  const { batch, channels } = imageAxes(attrs.data_format);
  const { ksize, strides } = attrs;
  if (ksize[batch] !== 1 || strides[batch] !== 1)
    throw new UnimplementedError("Pooling is not yet supported on the batch dimension.", { ksize, strides });
  if (ksize[channels] !== 1 || strides[channels] !== 1)
    throw new UnimplementedError(`${what} is not yet supported on the depth dimension.`, { ksize, strides });
}

function checkShape(what: string, value: NDArray, expected: readonly number[]): void {
  const [given, wanted] = [shapeText(value.shape), shapeText(expected)];
  require(given === wanted, () => `Expected ${what} shape to be ${wanted}, but got ${given}`, { [what]: value.shape });
}

function inLastOrder(image: NDArray, attrs: PoolAttrs): NDArray {
  return attrs.data_format === "NCHW" ? nchwToNhwc(image) : image;
}

function inOrder(image: NDArray, attrs: PoolAttrs): NDArray {
  return attrs.data_format === "NCHW" ? nhwcToNchw(image) : image;
}

type Images = readonly [NDArray, NDArray, NDArray];

function checkRanks([image, output, grad]: Images, gradName: string): void {
  for (const [what, value] of [
    ["tensor_in", image],
    ["tensor_out", output],
    [gradName, grad],
  ] as const)
    require(value.rank === 4, () => `${what} must be 4-dimensional`, { [what]: value.shape });
}

/** Each gradient goes to where the first of the largest elements of its window stood; what the pool gave does not count. */
function maxPoolGrad(images: Images, attrs: PoolAttrs): NDArray {
  const [image, output, grad] = images;
  checkRanks(images, "out_backprop");
  checkWindow(attrs, "MaxPoolingGrad");
  if (attrs.padding === "EXPLICIT") checkPaddings(attrs);
  const windows = windowsOf(image.shape, attrs);
  const pooled = pooledShape(image.shape, windows, attrs);
  checkShape("orig_output", output, pooled);
  checkShape("grad", grad, pooled);
  const from = inLastOrder(image, attrs);
  const places = placesOf(from, windows[0], windows[1]);
  return inOrder(scattered(from, inLastOrder(grad, attrs), places), attrs);
}

/** An image of zeros, to which each gradient is added at its place. */
function scattered(image: NDArray, grad: NDArray, places: ArrayLike<number>): NDArray {
  const { dtype } = image;
  const wide = wideStorage(dtype, image.size);
  // Sums of halves are rounded once; integers wrap in their own arrays, and bigints are added by the same loop.
  const sums = (dtype.isFloating ? new Float64Array(image.size) : wide) as Numbers;
  const from = widened(grad) as Numbers;
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i] as number;
    sums[place] = (sums[place] as number) + (from[i] as number);
  }
  if (dtype.isFloating) (wide as Numbers).set(sums);
  return narrowed(dtype, image.shape, wide);
}

/** For each window, the gradient from the first place that holds what the pool gave; 0 where none does. */
function maxPoolGradGrad(images: Images, attrs: PoolAttrs): NDArray {
  const [image, output, grad] = images;
  checkRanks(images, "out_grad_backprop");
  checkWindow(attrs, "MaxPoolingGradGrad");
  const [rows, columns] = windowsOf(image.shape, attrs);
  checkShape("orig_output", output, pooledShape(image.shape, [rows, columns], attrs));
  checkShape("grad", grad, image.shape);
  const [x, y, dy] = images.map((value) => widened(inLastOrder(value, attrs)) as Numbers) as [
    Numbers,
    Numbers,
    Numbers,
  ];
  const axes = imageAxes(attrs.data_format);
  const [batch, channels] = [image.shape[axes.batch] as number, image.shape[axes.channels] as number];
  const shape = [batch, rows.output, columns.output, channels];
  const out = wideStorage(image.dtype, countOf(shape)) as Numbers;
  let to = 0;
  eachWindow(batch, rows, columns, (inside) => {
    for (let k = 0; k < channels; k += 1, to += 1) {
      const pixel = inside.find((at) => x[at * channels + k] === y[to]);
      if (pixel !== undefined) out[to] = dy[pixel * channels + k] as number;
    }
  });
  return inOrder(narrowed(image.dtype, shape, out), attrs);
}

/** Calls `visit` with the pixels inside of each window, row by row. */
function eachWindow(batch: number, rows: Window, columns: Window, visit: (inside: readonly number[]) => void): void {
  for (let n = 0; n < batch; n += 1) {
    for (let i = 0; i < rows.output; i += 1) {
      const top = i * rows.stride - rows.before;
      for (let j = 0; j < columns.output; j += 1) {
        const left = j * columns.stride - columns.before;
        const inside: number[] = [];
        for (let row = Math.max(top, 0); row < Math.min(top + rows.size, rows.input); row += 1)
          for (let column = Math.max(left, 0); column < Math.min(left + columns.size, columns.input); column += 1)
            inside.push((n * rows.input + row) * columns.input + column);
        visit(inside);
      }
    }
  }
}

/** Each gradient in equal shares to all elements of its window that are inside of the image. */
function avgPoolGrad(sizes: NDArray, grad: NDArray, attrs: PoolAttrs): NDArray {
  require(sizes.rank === 1 && sizes.size === 4, () => "out_backprop must be 1-dimensional and 4 elements", { sizes });
  require(grad.rank === 4, () => "out_backprop must be 4-dimensional", { grad: grad.shape });
  const shape = Array.from(asNumbers(sizes));
  const negative = shape.find((d) => d < 0);
  require(negative === undefined, () => `Expected a non-negative size, got ${negative}`, { sizes });
  checkAverage(attrs);
  const [rows, columns] = windowsOf(shape, attrs);
  // TensorFlow goes on, and reads beside the gradient.
  checkShape("grad", grad, pooledShape(shape, [rows, columns], attrs));
  const axes = imageAxes(attrs.data_format);
  const [batch, channels] = [shape[axes.batch] as number, shape[axes.channels] as number];
  const sums = new Float64Array(countOf(shape));
  const from = widened(inLastOrder(grad, attrs)) as Numbers;
  let at = 0;
  eachWindow(batch, rows, columns, (inside) => {
    for (let k = 0; k < channels; k += 1, at += 1) {
      const share = (from[at] as number) / inside.length;
      for (const pixel of inside) sums[pixel * channels + k] = (sums[pixel * channels + k] as number) + share;
    }
  });
  const wide = wideStorage(grad.dtype, sums.length) as Numbers;
  wide.set(sums);
  return inOrder(narrowed(grad.dtype, [batch, rows.input, columns.input, channels], wide), attrs);
}

function checkAverage(attrs: PoolAttrs): void {
  const { batch, channels } = imageAxes(attrs.data_format);
  const { ksize, strides } = attrs;
  if (ksize[batch] !== 1 || strides[batch] !== 1)
    throw new UnimplementedError("Pooling is not yet supported on the batch dimension.", { ksize, strides });
  if (ksize[channels] !== 1 || strides[channels] !== 1)
    throw new UnimplementedError("Non-spatial pooling is not yet supported. Volunteers? :)", { ksize, strides });
}

interface ArgmaxAttrs {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly include_batch_in_index: boolean;
}

/** Each gradient goes to the place that is told. */
function gradWithArgmax(image: NDArray, grad: NDArray, argmax: NDArray, attrs: ArgmaxAttrs): NDArray {
  const window = { ...attrs, data_format: "NHWC" };
  require(image.rank === 4, () => `tensor_in_shape must have 2 spatial dimensions. ${image.rank} 0`, {
    image: image.shape,
  });
  checkedDepth(image, window);
  const pooled = pooledShape(image.shape, windowsOf(image.shape, window), window);
  checkShape("grad", grad, pooled);
  checkShape("argmax", argmax, pooled);
  const batch = image.shape[0] as number;
  const [perImage, perGrad] = batch === 0 ? [0, 0] : [image.size / batch, grad.size / batch];
  const places = Float64Array.from(asNumbers(argmax), (place, i) => {
    const first = Math.floor(i / perGrad) * perImage;
    const at = attrs.include_batch_in_index ? place : place + first;
    // TensorFlow ends the process.
    require(at >= first && at < first + perImage, () =>
      `Invalid input backprop index: ${at}, ${first}, ${first + perImage}`, { argmax });
    return at;
  });
  return scattered(image, grad, places);
}

/** The numbers for the four dimensions that an input holds. */
function fourOf(value: NDArray, name: string): number[] {
  require(value.size === 4, () => `Sliding window ${name} field must specify 4 dimensions`, { [name]: value });
  return Array.from(asNumbers(value));
}

function bySizes(ksize: NDArray, strides: NDArray): { readonly ksize: number[]; readonly strides: number[] } {
  return { ksize: fourOf(ksize, "ksize"), strides: fourOf(strides, "strides") };
}

/** The kernels of this family. */
export const poolGradKernels = kernelsFor<typeof poolGradDefs>()({
  MaxPoolGrad: (images, attrs) => maxPoolGrad(images, attrs),
  MaxPoolGradGrad: (images, attrs) => maxPoolGradGrad(images, attrs),
  MaxPoolGradV2: ([image, output, grad, ksize, strides], attrs) =>
    maxPoolGrad([image, output, grad], { ...attrs, ...bySizes(ksize, strides) }),
  MaxPoolGradGradV2: ([image, output, grad, ksize, strides], attrs) =>
    maxPoolGradGrad([image, output, grad], { ...attrs, ...bySizes(ksize, strides) }),
  MaxPoolGradWithArgmax: ([image, grad, argmax], attrs) => gradWithArgmax(image, grad, argmax, attrs),
  AvgPoolGrad: ([sizes, grad], attrs) => avgPoolGrad(sizes, grad, attrs),
});
