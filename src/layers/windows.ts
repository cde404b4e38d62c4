/** What layers that move windows take: sizes, steps, padding, the place of the channels. Mirrors tf_keras, utils/conv_utils.py. @internal */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";

/** One number for all axes of space, or one for each. */
export type Numbers = number | readonly number[];

/** `valid`, `same`, or for sequences `causal`: no output sees what comes later. */
export type LayerPadding = "valid" | "same" | "causal";

/** Whether channels are the last dimension or the second. */
export type LayerFormat = "channels_last" | "channels_first";

/** One number for each axis of space. @throws {ArgumentError} for another count, and for numbers that are too small. */
export function numbersOf(value: Numbers, count: number, name: string, allowsZero = false): readonly number[] {
  const shown = typeof value === "number" ? String(value) : pythonText(value);
  const text = `The \`${name}\` argument must be a tuple of ${count} integers. Received: ${shown}`;
  const list = typeof value === "number" ? new Array<number>(count).fill(value) : [...value];
  if (list.length !== count) throw new ArgumentError(text, { [name]: value });
  const wrong = list.filter((n) => !Number.isInteger(n) || n < (allowsZero ? 0 : 1));
  if (wrong.length === 0) return list;
  const least = allowsZero ? ">= 0" : "> 0";
  throw new ArgumentError(
    `${text} including {${[...new Set(wrong)].join(", ")}} that does not satisfy the requirement \`${least}\`.`,
    { [name]: value },
  );
}

/** @throws {ArgumentError} for another word. */
export function paddingOf(value: string): LayerPadding {
  const padding = value.toLowerCase();
  if (padding === "valid" || padding === "same" || padding === "causal") return padding;
  throw new ArgumentError(
    `The \`padding\` argument must be a list/tuple or one of "valid", "same" (or "causal", only for \`Conv1D). Received: ${padding}`,
    { padding: value },
  );
}

/** @throws {ArgumentError} for another word. */
export function formatOf(value: string | null | undefined): LayerFormat {
  const format = (value ?? "channels_last").toLowerCase();
  if (format === "channels_last" || format === "channels_first") return format;
  throw new ArgumentError(
    `The \`data_format\` argument must be one of "channels_first", "channels_last". Received: ${value}`,
    { dataFormat: value },
  );
}

/** The word of the ops for a format. */
export function opFormat(format: LayerFormat, axes: number): string {
  const words = format === "channels_last" ? ["NWC", "NHWC", "NDHWC"] : ["NCW", "NCHW", "NCDHW"];
  return words[axes - 1] as string;
}

/** One number for each dimension, of which `space` are of space and 1 are of batch and channels. */
export function inAllDimensions(format: LayerFormat, space: readonly number[]): readonly number[] {
  return format === "channels_last" ? [1, ...space, 1] : [1, 1, ...space];
}

/** How many places a window has along an axis. */
export function outputLength(
  length: Dimension,
  size: number,
  padding: LayerPadding,
  stride: number,
  dilation = 1,
): Dimension {
  if (length === null) return null;
  const span = size + (size - 1) * (dilation - 1);
  const places = padding === "valid" ? length - span + 1 : length;
  return Math.floor((places + stride - 1) / stride);
}

/** The shape with other sizes of space and another number of channels. @throws {ArgumentError} when one is negative. */
export function windowedShape(
  input: TensorShape,
  axes: number,
  format: LayerFormat,
  filters: number,
  lengthOf: (length: Dimension, axis: number) => Dimension,
  layer: string,
): TensorShape {
  if (input.dims === null) return input;
  const batches = input.dims.length - axes - 1;
  const start = format === "channels_last" ? batches : batches + 1;
  const space = input.dims.slice(start, start + axes).map(lengthOf);
  if (space.some((d) => d !== null && d < 0)) {
    throw new ArgumentError(
      `One of the dimensions in the output is <= 0 due to downsampling in ${layer}. Consider increasing the input size. Received input shape [${input.dims.map((d) => d ?? "None").join(", ")}] which would produce output shape with a zero or negative value in a dimension.`,
      { layer, input },
    );
  }
  const before = input.dims.slice(0, batches);
  return new TensorShape(format === "channels_last" ? [...before, ...space, filters] : [...before, filters, ...space]);
}

/** The size of the channels. @throws {ArgumentError} when it is not known. */
export function channelsOf(input: TensorShape, axis: number, layer = ""): number {
  const size = input.rank === null ? null : input.dim(axis);
  if (size !== null) return size;
  throw new ArgumentError(
    `The channel dimension of the inputs ${layer === "" ? "" : `to \`${layer}\` `}should be defined. The input_shape received is ${input}, where axis ${axis} (0-based) is the channel dimension, which found to be \`None\`.`,
    { input },
  );
}
