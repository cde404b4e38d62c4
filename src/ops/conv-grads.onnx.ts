/**
 * How the gradients of convolutions are written in ONNX. That of a filter is a convolution, too: channels are its images, images its
 * channels, and the pixels its filter.
 */
import { withLeastSizes } from "../onnx/checks.ts";
import { channelsFirst, channelsLast } from "../onnx/layout.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers, knownDims } from "../onnx/static-knowledge.ts";
import type { convGradDefs } from "./conv-grads.defs.ts";
import { transposedSides, withSizes } from "./conv-transpose.onnx.ts";
import { imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface ConvAttrs extends WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** What a filter's gradient needs to know of the convolution. */
interface FilterGeometry {
  readonly filter: readonly [number, number, number, number];
  readonly windows: readonly [Window, Window];
}

const notKnown = unsupported("the sizes of images or filter are not known before the step");

function isFirstOrder(attrs: ConvAttrs): boolean {
  return attrs.data_format === "NCHW";
}

/** Strides and dilations that only concern rows and columns, each one for four dimensions. */
function hasPlainSteps({ strides, dilations, data_format, padding, explicit_paddings = [] }: ConvAttrs): boolean {
  const { batch, channels } = imageAxes(data_format);
  if (padding === "EXPLICIT" ? explicit_paddings.length !== 8 : explicit_paddings.length > 0) return false;
  return [strides, dilations].every(
    (steps) => steps.length === 4 && steps[batch] === 1 && steps[channels] === 1 && steps.every((step) => step >= 1),
  );
}

/** The window along an axis; `null` unless all sizes are known and fit. */
function windowAlong(axis: number, size: number, input: OnnxValue, pixels: OnnxValue, attrs: ConvAttrs): Window | null {
  const [length, given] = [input.shape.dim(axis), pixels.shape.dim(axis)];
  const [stride, dilation] = [attrs.strides[axis] as number, attrs.dilations[axis] as number];
  const described = windowAxis(attrs, axis, size, stride, dilation);
  if (length === null || !given) return null;
  const reach = (size - 1) * dilation + 1;
  if (attrs.padding !== "SAME" && length + described.before + described.after < reach) return null;
  const window = windowOf(length, described);
  return window.output === given ? window : null;
}

/** The sizes of a filter: as they are given, or as the graph knows them of the result. */
export function askedSizes(onnx: OnnxBuilder, sizes: OnnxValue): readonly number[] | null {
  const made = onnx.outputs[0]?.shape;
  return constantNumbers(sizes) ?? (made === undefined ? null : knownDims({ ...sizes, shape: made }));
}

function geometryOf(
  onnx: OnnxBuilder,
  input: OnnxValue,
  sizes: OnnxValue,
  pixels: OnnxValue,
  attrs: ConvAttrs,
): FilterGeometry | null {
  const filter = askedSizes(onnx, sizes);
  if (sizes.shape.rank !== 1 || filter?.length !== 4 || filter.some((d) => d < 1)) return null;
  if (!hasPlainSteps(attrs) || input.shape.rank !== 4 || pixels.shape.rank !== 4) return null;
  const axes = imageAxes(attrs.data_format);
  if (input.shape.dim(axes.batch) === 0) return null;
  const rows = windowAlong(axes.rows, filter[0] as number, input, pixels, attrs);
  const columns = windowAlong(axes.columns, filter[1] as number, input, pixels, attrs);
  if (rows === null || columns === null) return null;
  return { filter: filter as unknown as FilterGeometry["filter"], windows: [rows, columns] };
}

/** Images `[n, c, h, w]` as `[c, n, h, w]`. */
function channelsOutside(onnx: OnnxBuilder, images: OnnxValue, attrs: ConvAttrs): OnnxValue {
  const first = isFirstOrder(attrs) ? images : channelsFirst(onnx, images);
  const dims = first.shape.dims;
  const shape = dims === null ? null : [1, 0, 2, 3].map((axis) => dims[axis] ?? null);
  return onnx.node("Transpose", [first], { perm: [1, 0, 2, 3] }, shape);
}

/**
 * The convolution of `images` with `pixels`, as large as the filter. The steps of the forward convolution are how far the pixels are
 * apart, and the other way round.
 */
function meetings(
  onnx: OnnxBuilder,
  images: OnnxValue,
  pixels: OnnxValue,
  group: number,
  { windows }: FilterGeometry,
): OnnxValue {
  const along = (rule: (window: Window) => number): [number, number] => [rule(windows[0]), rule(windows[1])];
  const reach = along(({ output, stride }) => (output - 1) * stride + 1);
  const after = windows.map(({ input, before, size, dilation }, i) =>
    Math.max((size - 1) * dilation + (reach[i] as number) - input - before, 0),
  );
  const made = onnx.node("Conv", [images, pixels], {
    group,
    kernel_shape: along(({ output }) => output),
    strides: along(({ dilation }) => dilation),
    dilations: along(({ stride }) => stride),
    pads: [windows[0].before, windows[1].before, ...after],
  });
  // What the last step leaves over of the image would make the filter larger.
  const isLarger = windows.some(
    ({ input, before, size, dilation }, i) =>
      Math.floor((input + before + (after[i] as number) - (reach[i] as number)) / dilation) + 1 > size,
  );
  if (!isLarger) return made;
  const ends = along(({ size }) => size);
  return onnx.node("Slice", [made, onnx.integers([0, 0]), onnx.integers(ends), onnx.integers([2, 3])]);
}

function filterGradient(
  onnx: OnnxBuilder,
  [input, sizes, pixels]: readonly [OnnxValue, OnnxValue, OnnxValue],
  attrs: ConvAttrs,
): Lowered {
  const geometry = geometryOf(onnx, input, sizes, pixels, attrs);
  if (geometry === null) return notKnown;
  const axes = imageAxes(attrs.data_format);
  const [height, width, seen, outputs] = geometry.filter;
  if (input.shape.dim(axes.channels) !== seen || pixels.shape.dim(axes.channels) !== outputs)
    return unsupported("the channels are not those of the filter, or not known before the step");
  // Without images it would be a convolution without channels, at which ONNX Runtime does not end.
  const some = withLeastSizes(onnx, input, [axes.batch], [1]);
  const images = [some, pixels].map((value) => (isFirstOrder(attrs) ? value : channelsFirst(onnx, value)));
  const along = (rule: (window: Window) => number): number[] => geometry.windows.map(rule);
  const window = {
    kernel_shape: [height, width],
    strides: along(({ stride }) => stride),
    dilations: along(({ dilation }) => dilation),
    before: along(({ before }) => before),
    sizes: along(({ input: length }) => length),
    places: along(({ output }) => output),
  };
  return onnx.deferred("ConvFilterGrad", images, window, [height, width, seen, outputs]);
}

/** As `filterGradient`; each channel is a group of its own. */
function depthwiseFilter(
  onnx: OnnxBuilder,
  [input, sizes, pixels]: readonly [OnnxValue, OnnxValue, OnnxValue],
  attrs: ConvAttrs,
): Lowered {
  const geometry = geometryOf(onnx, input, sizes, pixels, attrs);
  const axes = imageAxes(attrs.data_format);
  if (geometry === null || attrs.strides[axes.rows] !== attrs.strides[axes.columns]) return notKnown;
  const [height, width, channels, each] = geometry.filter;
  if (input.shape.dim(axes.channels) !== channels || pixels.shape.dim(axes.channels) !== channels * each)
    return unsupported("the channels are not those of the filter, or not known before the step");
  const [rows, columns] = geometry.windows;
  const batch = input.shape.dim(axes.batch);
  if (batch === null) return unsupported("it is not known how many images there are");
  const stacked = onnx.integers([1, channels * batch, rows.input, columns.input]);
  const images = onnx.node("Reshape", [channelsOutside(onnx, input, attrs), stacked], { allowzero: 1 });
  const made = meetings(onnx, images, channelsOutside(onnx, pixels, attrs), channels, geometry);
  const apart = onnx.node("Reshape", [made, onnx.integers([channels, each, height, width])]);
  return onnx.node("Transpose", [apart], { perm: [2, 3, 0, 1] }, [height, width, channels, each]);
}

function depthwiseInput(
  onnx: OnnxBuilder,
  [sizes, filter, pixels]: readonly [OnnxValue, OnnxValue, OnnxValue],
  attrs: ConvAttrs,
): Lowered {
  const axes = imageAxes(attrs.data_format);
  const { dims } = filter.shape;
  if (!hasPlainSteps(attrs) || attrs.strides[axes.rows] !== attrs.strides[axes.columns]) return notKnown;
  if (dims?.length !== 4 || dims.some((d) => d === null || d < 1) || sizes.shape.dim(0) !== 4) return notKnown;
  const [height, width, channels, each] = dims as unknown as readonly [number, number, number, number];
  const image = onnx.outputs[0]?.shape;
  if (image?.dim(axes.channels) !== channels || pixels.shape.dim(axes.channels) !== channels * each) return notKnown;
  const sides = transposedSides([height, width], image, pixels, attrs);
  if (sides === null || pixels.shape.elementCount() === 0) return notKnown;
  const apart = onnx.node("Transpose", [filter], { perm: [2, 3, 0, 1] });
  const weights = onnx.node("Reshape", [apart, onnx.integers([channels * each, 1, height, width])]);
  const given = isFirstOrder(attrs) ? pixels : channelsFirst(onnx, pixels);
  const made = onnx.node("ConvTranspose", [given, weights], {
    group: channels,
    kernel_shape: [height, width],
    ...sides,
  });
  const images = isFirstOrder(attrs) ? made : channelsLast(onnx, made);
  const areCertain = sizes.constant !== null && pixels.shape.dim(axes.batch) !== null;
  return areCertain ? images : withSizes(onnx, images, sizes, attrs.data_format);
}

/** The rules of this family. */
export const convGradOnnx = onnxRules<typeof convGradDefs>()({
  Conv2DBackpropFilter: filterGradient,
  DepthwiseConv2dNativeBackpropInput: depthwiseInput,
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilter,
});
