/** Kernels of pooling. Mirrors core/kernels/maxpooling_op.cc and avgpooling_op.cc. */
import { UnimplementedError } from "../base/errors.ts";
import { require } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { nchwToNhwc, nhwcToNchw } from "../kernels/image-layout.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { DType, DTypeName } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { poolDefs } from "./pool.defs.ts";
import { imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface PoolAttrs extends WindowAttrs {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
}

/** Computes the channels of one place of the output, from the rows and columns of one image that the window covers. */
type Reduce = (
  pixels: Numbers,
  image: number,
  rows: Span,
  columns: Span,
  width: number,
  channels: number,
  out: Numbers,
  at: number,
) => void;

/** From the first element to before the last one. */
interface Span {
  start: number;
  end: number;
}

function pool(input: NDArray, attrs: PoolAttrs, reduce: Reduce): NDArray {
  const axes = imageAxes(attrs.data_format);
  const along = (axis: number): Window =>
    windowOf(
      input.shape[axis] as number,
      windowAxis(attrs, axis, attrs.ksize[axis] as number, attrs.strides[axis] as number),
    );
  const [rows, columns] = [along(axes.rows), along(axes.columns)];
  const image = attrs.data_format === "NCHW" ? nchwToNhwc(input) : input;
  const [batch = 0, , , channels = 0] = image.shape;
  const out = wideStorage(input.dtype, batch * rows.output * columns.output * channels) as Numbers;
  const pixels = widened(image) as Numbers;
  const [rowSpan, columnSpan] = [
    { start: 0, end: 0 },
    { start: 0, end: 0 },
  ];
  let at = 0;
  for (let n = 0; n < batch; n += 1) {
    for (let i = 0; i < rows.output; i += 1) {
      cover(rowSpan, rows, i);
      for (let j = 0; j < columns.output; j += 1) {
        cover(columnSpan, columns, j);
        reduce(pixels, n * rows.input, rowSpan, columnSpan, columns.input, channels, out, at);
        at += channels;
      }
    }
  }
  const result = narrowed(input.dtype, [batch, rows.output, columns.output, channels], out);
  return attrs.data_format === "NCHW" ? nhwcToNchw(result) : result;
}

/** What the window covers at one place, without padding. */
function cover(span: Span, window: Window, place: number): void {
  const start = place * window.stride - window.before;
  span.start = Math.max(start, 0);
  span.end = Math.min(start + window.size, window.input);
}

/** The least finite number of each type: what the largest of nothing is. */
const least: Readonly<Partial<Record<DTypeName, number | bigint>>> = {
  float16: -65504,
  bfloat16: -3.3895313892515355e38,
  float32: -3.4028234663852886e38,
  float64: -Number.MAX_VALUE,
  int8: -128,
  int16: -32768,
  int32: -2147483648,
  int64: -(2n ** 63n),
  uint8: 0,
  uint16: 0,
};

/** The largest of each window. Bigints are compared by the same loop. */
function largest(dtype: DType): Reduce {
  const first = least[dtype.baseName] as number;
  return (pixels, image, rows, columns, width, channels, out, at) => {
    for (let k = at; k < at + channels; k += 1) out[k] = first;
    for (let row = rows.start; row < rows.end; row += 1) {
      for (let column = columns.start; column < columns.end; column += 1) {
        const from = ((image + row) * width + column) * channels;
        for (let k = 0; k < channels; k += 1) {
          const value = pixels[from + k] as number;
          if (value > (out[at + k] as number)) out[at + k] = value;
        }
      }
    }
  };
}

/** The mean of each window, of what is inside the image. */
function mean(channelCount: number): Reduce {
  const sums = new Float64Array(channelCount);
  return (pixels, image, rows, columns, width, channels, out, at) => {
    sums.fill(0);
    for (let row = rows.start; row < rows.end; row += 1) {
      for (let column = columns.start; column < columns.end; column += 1) {
        const from = ((image + row) * width + column) * channels;
        for (let k = 0; k < channels; k += 1) sums[k] = (sums[k] as number) + (pixels[from + k] as number);
      }
    }
    const count = (rows.end - rows.start) * (columns.end - columns.start);
    for (let k = 0; k < channels; k += 1) out[at + k] = (sums[k] as number) / count;
  };
}

/** The largest of neighbouring channels. */
function poolChannels(input: NDArray, size: number): NDArray {
  const channels = input.shape[3] as number;
  const out = wideStorage(input.dtype, input.size / size) as Numbers;
  const values = widened(input) as Numbers;
  const first = least[input.dtype.baseName] as number;
  for (let i = 0; i < out.length; i += 1) {
    let best = first;
    for (let k = i * size; k < (i + 1) * size; k += 1) if ((values[k] as number) > best) best = values[k] as number;
    out[i] = best;
  }
  return narrowed(input.dtype, [...input.shape.slice(0, 3), channels / size], out);
}

/** How many channels a window covers. @throws {UnimplementedError} for what TensorFlow does not pool, either. */
export function checkedDepth(input: NDArray, attrs: PoolAttrs): number {
  require(input.rank === 4, () =>
    `tensor_in_shape must have 2 spatial dimensions. ${input.rank} ${Math.max(input.rank - 2, 0)}`, { input });
  const axes = imageAxes(attrs.data_format);
  const size = (axis: number): number => attrs.ksize[axis] as number;
  const depth = size(axes.channels);
  const problem = [
    [
      depth !== 1 && (size(axes.rows) !== 1 || size(axes.columns) !== 1),
      "MaxPooling supports exactly one of pooling across depth or pooling across width/height.",
    ],
    [size(axes.batch) !== 1 || attrs.strides[axes.batch] !== 1, "Pooling is not yet supported on the batch dimension."],
    [
      depth !== 1 && (input.shape[axes.channels] as number) % depth !== 0,
      "Depthwise max pooling requires the depth window to evenly divide the input depth",
    ],
    [
      depth !== 1 && attrs.strides[axes.channels] !== depth,
      "Depthwise max pooling requires the depth window to equal the depth stride",
    ],
  ].find(([isWrong]) => isWrong);
  if (problem) throw new UnimplementedError(problem[1] as string, { ksize: attrs.ksize, strides: attrs.strides });
  return depth;
}

/** A window must have something of the image in it. */
export function checkPaddings(attrs: PoolAttrs): void {
  const { rows, columns } = imageAxes(attrs.data_format);
  const sides = ["Top", "Bottom", "Left", "Right"] as const;
  for (const [i, side] of sides.entries()) {
    const axis = i < 2 ? rows : columns;
    const [padding, size] = [attrs.explicit_paddings?.[2 * axis + (i % 2)] ?? 0, attrs.ksize[axis] as number];
    require(padding < size, () => `${side} padding ${padding} needs to be smaller than the window size ${size}`, {
      padding,
      size,
    });
  }
}

function maxPool(input: NDArray, attrs: PoolAttrs): NDArray {
  const depth = checkedDepth(input, attrs);
  if (attrs.padding === "EXPLICIT") checkPaddings(attrs);
  if (depth === 1) return pool(input, attrs, largest(input.dtype));
  return attrs.data_format === "NCHW" ? nhwcToNchw(poolChannels(nchwToNhwc(input), depth)) : poolChannels(input, depth);
}

function avgPool(input: NDArray, attrs: PoolAttrs): NDArray {
  checkedDepth(input, attrs);
  return pool(input, attrs, mean(input.shape[imageAxes(attrs.data_format).channels] as number));
}

/** The kernels of this family. */
export const poolKernels = kernelsFor<typeof poolDefs>()({
  MaxPool: ([input], attrs) => maxPool(input, attrs),
  AvgPool: ([input], attrs) => avgPool(input, attrs),
});
