/** How convolution and pooling of volumes are written in ONNX: between two changes of the axes' order. */
import { allTrue, failUnless, withLeastSizes } from "../onnx/checks.ts";
import type { OnnxOperator } from "../onnx/model/operators.ts";
import {
  type Lowered,
  type OnnxAttrs,
  type OnnxBuilder,
  type OnnxValue,
  onnxRules,
  unsupported,
} from "../onnx/rule.ts";
import { knownDims } from "../onnx/static-knowledge.ts";
import { float32, int64 } from "../tensor/dtype.ts";
import type { volumeDefs } from "./volume.defs.ts";
import { perAxis, type Triple, type VolumeAttrs, volumeAxes, volumeWindows } from "./volume-windows.ts";
import type { Window } from "./windows.ts";

const ones = [1, 1, 1, 1, 1] as const;

/** Volumes, or a filter, with their axes in another order. */
export function permutedVolumes(onnx: OnnxBuilder, value: OnnxValue, perm: readonly number[]): OnnxValue {
  const dims = value.shape.dims;
  return onnx.node("Transpose", [value], { perm }, dims === null ? null : perm.map((axis) => dims[axis] ?? null));
}

/** Runs an ONNX operator, which has the channels first, on volumes of either order. */
function inOrder(
  onnx: OnnxBuilder,
  volumes: OnnxValue,
  format: string,
  body: (first: OnnxValue) => OnnxValue,
): OnnxValue {
  if (format === "NCDHW") return body(volumes);
  return inVolumeOrder(onnx, format, body(permutedVolumes(onnx, volumes, [0, 4, 1, 2, 3])));
}

/** Volumes that have their channels first, in the order of a format. */
export function inVolumeOrder(onnx: OnnxBuilder, format: string, first: OnnxValue): OnnxValue {
  return format === "NCDHW" ? first : permutedVolumes(onnx, first, [0, 2, 3, 4, 1]);
}

/** A window along the axes of space. */
interface VolumeWindow {
  readonly size: Triple;
  readonly strides: Triple;
  readonly dilations: Triple;
}

function windowOf(attrs: VolumeAttrs, size: Triple, dilations: readonly number[]): VolumeWindow {
  const axes = volumeAxes(attrs.data_format);
  return {
    size,
    strides: perAxis(axes, (axis) => attrs.strides[axis] as number),
    dilations: perAxis(axes, (axis) => dilations[axis] as number),
  };
}

/** ONNX's attributes; `null` when the padding depends on sizes that are only known in the step. */
function windowAttrs(input: OnnxValue, attrs: VolumeAttrs, window: VolumeWindow): OnnxAttrs | null {
  const { size, strides, dilations } = window;
  const common = { kernel_shape: size, strides, dilations };
  if (attrs.padding === "VALID") return common;
  const lengths = volumeAxes(attrs.data_format).space.map((axis) => input.shape.dim(axis));
  if (lengths.includes(null)) {
    // ONNX Runtime pads by itself, but not dilated windows, and not windows that are smaller than their steps.
    const isPlain = size.every((n, i) => dilations[i] === 1 && n >= (strides[i] as number));
    return isPlain ? { kernel_shape: size, strides, auto_pad: "SAME_UPPER" } : null;
  }
  const missing = (lengths as readonly number[]).map((length, i) => {
    const stride = strides[i] as number;
    const reach = ((size[i] as number) - 1) * (dilations[i] as number) + 1;
    return Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0);
  });
  return { ...common, pads: [...missing.map((m) => m >> 1), ...missing.map((m) => m - (m >> 1))] };
}

function stepsOutside(attrs: VolumeAttrs, lists: readonly (readonly number[])[]): boolean {
  const { batch, channels } = volumeAxes(attrs.data_format);
  return lists.some((list) => list[batch] !== 1 || list[channels] !== 1);
}

const notKnown = unsupported("the size of the filter, or the channels, are not known before the step");
const outside = unsupported("it steps over volumes or channels");

/** The volumes, in a model that fails where no window fits. */
function checked(
  onnx: OnnxBuilder,
  volumes: OnnxValue,
  attrs: VolumeAttrs,
  { size, dilations }: VolumeWindow,
): OnnxValue {
  if (attrs.padding === "SAME") return volumes;
  const least = size.map((n, i) => (n - 1) * (dilations[i] as number) + 1);
  return withLeastSizes(onnx, volumes, volumeAxes(attrs.data_format).space, least);
}

function conv3d(
  onnx: OnnxBuilder,
  input: OnnxValue,
  filter: OnnxValue,
  attrs: VolumeAttrs & { readonly dilations: readonly number[] },
): Lowered {
  const dims = knownDims(filter);
  const channels = input.shape.dim(volumeAxes(attrs.data_format).channels);
  if (dims?.length !== 5 || dims.includes(0) || channels !== dims[3]) return notKnown;
  if (onnx.outputs[0]?.shape.elementCount() === 0) return unsupported("the result is empty");
  if (stepsOutside(attrs, [attrs.strides, attrs.dilations])) return outside;
  const window = windowOf(attrs, [dims[0] as number, dims[1] as number, dims[2] as number], attrs.dilations);
  const given = windowAttrs(input, attrs, window);
  if (given === null) return unsupported("the padding is not known before the step");
  const kernel = permutedVolumes(onnx, filter, [4, 3, 0, 1, 2]);
  return inOrder(onnx, checked(onnx, input, attrs, window), attrs.data_format, (first) =>
    onnx.node("Conv", [first, kernel], { group: 1, ...given }),
  );
}

function pool(
  onnx: OnnxBuilder,
  type: OnnxOperator,
  input: OnnxValue,
  attrs: VolumeAttrs & { readonly ksize: readonly number[] },
  more: OnnxAttrs,
): Lowered {
  if (input.dtype !== float32) return unsupported("ONNX Runtime pools volumes of float32 only");
  if (stepsOutside(attrs, [attrs.strides, attrs.ksize])) return outside;
  if (onnx.outputs[0]?.shape.elementCount() === 0) return unsupported("the result is empty");
  const axes = volumeAxes(attrs.data_format);
  const window = windowOf(
    attrs,
    perAxis(axes, (axis) => attrs.ksize[axis] as number),
    ones,
  );
  const given = windowAttrs(input, attrs, window);
  if (given === null) return unsupported("the padding is not known before the step");
  return inOrder(onnx, checked(onnx, input, attrs, window), attrs.data_format, (first) =>
    onnx.node(type, [first], { ...given, ...more }),
  );
}

/** How much of the last patches is cut off, and what lies behind them. */
function sideOf({ input, size, stride, dilation, before, output }: Window): { after: number; more: number } {
  const covered = (output - 1) * stride + (size - 1) * dilation + 1;
  const missing = Math.max(covered - input, 0);
  return { after: missing - before, more: input - (covered - missing) };
}

/** The volumes, in a model that fails unless they have the sizes that were asked for. */
export function withVolumeSizes(onnx: OnnxBuilder, volumes: OnnxValue, sizes: OnnxValue): OnnxValue {
  const agrees = onnx.node("Equal", [onnx.node("Shape", [volumes]), onnx.cast(sizes, int64)]);
  return failUnless(onnx, allTrue(onnx, agrees), volumes);
}

function transposed(
  onnx: OnnxBuilder,
  [sizes, filter, pixels]: readonly [OnnxValue, OnnxValue, OnnxValue],
  attrs: VolumeAttrs & { readonly dilations: readonly number[] },
): Lowered {
  const dims = knownDims(filter);
  const shape = knownDims({ ...pixels, shape: onnx.outputs[0]?.shape ?? pixels.shape });
  if (dims?.length !== 5 || dims.includes(0) || shape?.length !== 5 || shape.includes(0)) return notKnown;
  const axes = volumeAxes(attrs.data_format);
  if (stepsOutside(attrs, [attrs.strides, attrs.dilations])) return outside;
  if (sizes.shape.rank !== 1 || pixels.shape.dim(axes.channels) !== dims[4] || shape[axes.channels] !== dims[3])
    return notKnown;
  const size = [dims[0] as number, dims[1] as number, dims[2] as number] as const;
  const reaches = size.map((n, i) => (n - 1) * (attrs.dilations[axes.space[i] as number] as number) + 1);
  if (attrs.padding === "VALID" && axes.space.some((axis, i) => (shape[axis] as number) < (reaches[i] as number)))
    return unsupported("no window fits");
  const windows = volumeWindows(shape, attrs, size, attrs.dilations);
  if (axes.space.some((axis, i) => pixels.shape.dim(axis) !== windows[i]?.output))
    return unsupported("it is not known that the sizes fit");
  const sides = windows.map(sideOf);
  if (sides.some(({ more }, i) => more > 0 && more >= (windows[i] as Window).stride))
    return unsupported("ONNX Runtime adds less than a step only");
  const window = windowOf(attrs, size, attrs.dilations);
  const kernel = permutedVolumes(onnx, filter, [4, 3, 0, 1, 2]);
  const result = inOrder(onnx, pixels, attrs.data_format, (first) =>
    onnx.node("ConvTranspose", [first, kernel], {
      kernel_shape: size,
      strides: window.strides,
      dilations: window.dilations,
      pads: [...windows.map(({ before }) => before), ...sides.map(({ after }) => after)],
      output_padding: sides.map(({ more }) => more),
    }),
  );
  return withVolumeSizes(onnx, result, sizes);
}

/** The rules of this family. */
export const volumeOnnx = onnxRules<typeof volumeDefs>()({
  Conv3D: (onnx, [input, filter], attrs) => conv3d(onnx, input, filter, attrs),
  Conv3DBackpropInputV2: (onnx, inputs, attrs) => transposed(onnx, inputs, attrs),
  MaxPool3D: (onnx, [input], attrs) => pool(onnx, "MaxPool", input, attrs, {}),
  AvgPool3D: (onnx, [input], attrs) => pool(onnx, "AveragePool", input, attrs, { count_include_pad: 0 }),
});
