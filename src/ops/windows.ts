/**
 * The arithmetic of windows that move over images: output sizes, padding, where the channels are. For convolution and pooling alike.
 * Mirrors `GetWindowedOutputSizeFromDimsV2`, core/framework/common_shape_fns.cc, and util/padding.cc.
 */
import { InvalidArgumentError, ShapeError } from "../base/errors.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import { addDimensions, divideDimension, multiplyDimensions, subtractDimensions } from "./shape-rules.ts";

/** How the edges of an image are treated. */
export type Padding = "SAME" | "VALID" | "EXPLICIT";

/** The attrs that every op with windows has. */
export interface WindowAttrs {
  readonly padding: string;
  readonly explicit_paddings?: readonly number[];
  readonly data_format: string;
}

/** Where batch, rows, columns and channels stand in a shape. */
export interface ImageAxes {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

const channelsLast: ImageAxes = { batch: 0, rows: 1, columns: 2, channels: 3 };
const channelsFirst: ImageAxes = { batch: 0, channels: 1, rows: 2, columns: 3 };

/** The axes of a data format, `NHWC` or `NCHW`. */
export function imageAxes(dataFormat: string): ImageAxes {
  return dataFormat.startsWith("NC") ? channelsFirst : channelsLast;
}

/** The shape of an image in a data format. */
export function imageShape(
  axes: ImageAxes,
  batch: Dimension,
  rows: Dimension,
  columns: Dimension,
  channels: Dimension,
): TensorShape {
  const dims: Dimension[] = [null, null, null, null];
  dims[axes.batch] = batch;
  dims[axes.rows] = rows;
  dims[axes.columns] = columns;
  dims[axes.channels] = channels;
  return new TensorShape(dims);
}

/** @throws {ShapeError} when a list attr has not one value for each dimension. */
export function checkFourValues(what: string, attr: string, values: readonly number[]): void {
  if (values.length === 4) return;
  throw new ShapeError(`${what} requires the ${attr} attribute to contain 4 values, but got: ${values.length}`, {
    values,
  });
}

/** Checks the padding's attrs against each other. @throws {ShapeError} with TensorFlow's text. */
export function checkPadding({ padding, explicit_paddings: paddings = [], data_format }: WindowAttrs): void {
  if (padding !== "EXPLICIT") {
    if (paddings.length === 0) return;
    throw new ShapeError("explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT", {
      paddings,
    });
  }
  if (paddings.length !== 8)
    throw new ShapeError(`explicit_paddings attribute must contain 8 values, but got: ${paddings.length}`, {
      paddings,
    });
  if (paddings.some((p) => p < 0))
    throw new ShapeError("All elements of explicit_paddings must be nonnegative", { paddings });
  const { batch, channels } = imageAxes(data_format);
  if ([batch, channels].some((axis) => paddings[2 * axis] !== 0 || paddings[2 * axis + 1] !== 0)) {
    throw new ShapeError("Nonzero explicit padding in the batch or depth dimensions is not supported", { paddings });
  }
}

/** A window along one axis. */
export interface WindowAxis {
  /** The size of the window without dilation. */
  readonly size: Dimension;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: string;
  /** Explicit padding. */
  readonly before: number;
  readonly after: number;
}

/** The window along an axis of a shape, from the op's attrs. */
export function windowAxis(
  attrs: WindowAttrs,
  axis: number,
  size: Dimension,
  stride: number,
  dilation = 1,
): WindowAxis {
  const isExplicit = attrs.padding === "EXPLICIT";
  const pad = (i: number): number => (isExplicit ? (attrs.explicit_paddings?.[2 * axis + i] ?? 0) : 0);
  return { size, stride, dilation, padding: attrs.padding, before: pad(0), after: pad(1) };
}

/** How many places a window takes along an axis of `input` elements. @throws {ShapeError} when it does not fit once. */
export function windowedSize(
  input: Dimension,
  { size, stride, dilation, padding, before, after }: WindowAxis,
): Dimension {
  if (stride <= 0) throw new ShapeError(`Stride must be > 0, but got ${stride}`, { stride });
  if (dilation < 1) throw new ShapeError(`Dilation rate must be >= 1, but got ${dilation}`, { dilation });
  if (padding === "SAME") return divideDimension(addDimensions(input, stride - 1), stride, false);
  const reach = dilation > 1 ? addDimensions(multiplyDimensions(subtractDimensions(size, 1), dilation), 1) : size;
  const rest = subtractDimensions(addDimensions(input, before + after), reach);
  return divideDimension(addDimensions(rest, stride), stride, false);
}

/** A window along one axis of known length. */
export interface Window {
  /** How many elements the axis has. */
  readonly input: number;
  /** How many elements the window sees. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements of padding before the first. */
  readonly before: number;
  /** How many places the window takes. */
  readonly output: number;
}

/**
 * As `windowedSize`, with everything that a loop over the places needs. A window that is a little too large takes no place.
 * @throws {InvalidArgumentError} when it is larger still.
 */
export function windowOf(input: number, axis: WindowAxis): Window {
  const size = axis.size as number;
  const { stride, dilation } = axis;
  if (stride <= 0) throw new InvalidArgumentError(`Stride must be > 0, but got ${stride}`, { stride });
  const reach = (size - 1) * dilation + 1;
  const isSame = axis.padding === "SAME";
  const rest = isSame ? input - 1 : input + axis.before + axis.after - reach;
  const output = Math.trunc((rest + stride) / stride);
  if (output < 0) {
    const text = `Computed output size would be negative: ${output} [input_size: ${input}, effective_filter_size: ${reach}, stride: ${stride}]`;
    throw new InvalidArgumentError(text, { input, reach, stride });
  }
  const missing = Math.max((output - 1) * stride + reach - input, 0);
  const before = isSame ? missing >> 1 : axis.before;
  return { input, size, stride, dilation, before, output };
}

/** The attrs that a convolution of images has in common with its gradients. A type, as interfaces are no records of attrs. */
type ConvOpAttrs = {
  readonly strides: readonly number[];
  readonly padding: string;
  readonly explicit_paddings: readonly number[];
  readonly data_format: string;
  readonly dilations: readonly number[];
};

/** The attrs of a depthwise convolution, for its gradients. */
export function depthwiseAttrs({
  strides,
  padding,
  explicit_paddings,
  data_format,
  dilations,
}: ConvOpAttrs): ConvOpAttrs {
  return { strides, padding, explicit_paddings, data_format, dilations };
}

type Conv2dAttrs = ConvOpAttrs & { readonly use_cudnn_on_gpu: boolean };

/** The attrs of a convolution, for its gradients. */
export function convAttrs(attrs: Conv2dAttrs): Conv2dAttrs {
  return { ...depthwiseAttrs(attrs), use_cudnn_on_gpu: attrs.use_cudnn_on_gpu };
}
