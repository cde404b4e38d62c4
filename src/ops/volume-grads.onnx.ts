/** How the gradients of convolution and pooling of volumes are written in ONNX. */
import { withLeastSizes } from "../onnx/checks.ts";
import type { DeferredAttrs } from "../onnx/deferred.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { float32 } from "../tensor/dtype.ts";
import { asShape, type TensorShape } from "../tensor/shape.ts";
import { askedSizes } from "./conv-grads.onnx.ts";
import { inVolumeOrder, permutedVolumes, withVolumeSizes } from "./volume.onnx.ts";
import type { volumeGradDefs } from "./volume-grads.defs.ts";
import { type Triple, type VolumeAttrs, volumeAxes, volumeWindows } from "./volume-windows.ts";

interface PoolAttrs extends VolumeAttrs {
  readonly ksize: readonly number[];
}

const notKnown = unsupported("the sizes of volumes are not known before the step, or do not fit");
const ones = [1, 1, 1, 1, 1] as const;

/** The attrs of the deferred operators; `null` unless everything is known and fits. */
function windowAttrs(
  volumes: TensorShape,
  pixels: OnnxValue,
  attrs: VolumeAttrs,
  size: Triple,
  dilations: readonly number[],
): DeferredAttrs | null {
  const axes = volumeAxes(attrs.data_format);
  if (volumes.rank !== 5 || pixels.shape.rank !== 5) return null;
  const lengths = axes.space.map((axis) => volumes.dim(axis));
  if (lengths.some((length) => !length) || size.some((n) => n < 1)) return null;
  if ([axes.batch, axes.channels].some((axis) => attrs.strides[axis] !== 1 || dilations[axis] !== 1)) return null;
  const batch = volumes.dim(axes.batch);
  if (batch === 0 || batch !== pixels.shape.dim(axes.batch)) return null;
  const reaches = size.map((n, i) => (n - 1) * (dilations[axes.space[i] as number] as number) + 1);
  if (attrs.padding === "VALID" && reaches.some((reach, i) => (lengths[i] as number) < reach)) return null;
  const dims = (volumes.dims ?? []).map((d) => d ?? 1);
  const windows = volumeWindows(dims, attrs, size, dilations);
  if (axes.space.some((axis, i) => pixels.shape.dim(axis) !== windows[i]?.output)) return null;
  return {
    kernel_shape: size,
    strides: windows.map(({ stride }) => stride),
    dilations: windows.map(({ dilation }) => dilation),
    before: windows.map(({ before }) => before),
    sizes: windows.map(({ input }) => input),
    places: windows.map(({ output }) => output),
  };
}

function poolWindow(volumes: TensorShape, pooled: OnnxValue, attrs: PoolAttrs): DeferredAttrs | null {
  const axes = volumeAxes(attrs.data_format);
  if ([axes.batch, axes.channels].some((axis) => attrs.ksize[axis] !== 1)) return null;
  if (volumes.dim(axes.channels) !== pooled.shape.dim(axes.channels) || !volumes.dim(axes.channels)) return null;
  const size = axes.space.map((axis) => attrs.ksize[axis] as number) as unknown as Triple;
  return windowAttrs(volumes, pooled, attrs, size, ones);
}

const first = (onnx: OnnxBuilder, volumes: OnnxValue, attrs: VolumeAttrs): OnnxValue =>
  attrs.data_format === "NCDHW" ? volumes : permutedVolumes(onnx, volumes, [0, 4, 1, 2, 3]);

function filterGradient(
  onnx: OnnxBuilder,
  [input, sizes, pixels]: readonly [OnnxValue, OnnxValue, OnnxValue],
  attrs: VolumeAttrs & { readonly dilations: readonly number[] },
): Lowered {
  const filter = askedSizes(onnx, sizes);
  if (filter?.length !== 5 || filter.some((d) => d < 1) || sizes.shape.rank !== 1) return notKnown;
  const [planes = 0, rows = 0, columns = 0, channels, outputs] = filter;
  const axis = volumeAxes(attrs.data_format).channels;
  if (input.dtype !== float32 || input.shape.dim(axis) !== channels || pixels.shape.dim(axis) !== outputs)
    return notKnown;
  const window = windowAttrs(input.shape, pixels, attrs, [planes, rows, columns], attrs.dilations);
  if (window === null) return notKnown;
  // Without volumes it would be a convolution without channels, at which ONNX Runtime does not end.
  const some = withLeastSizes(onnx, input, [volumeAxes(attrs.data_format).batch], [1]);
  return onnx.deferred("ConvFilterGrad", [first(onnx, some, attrs), first(onnx, pixels, attrs)], window, filter);
}

type Volumes = readonly [OnnxValue, OnnxValue, OnnxValue];

/** In volumes, what the pool gave is looked for. */
function maxPoolGrad(onnx: OnnxBuilder, [input, output, grad]: Volumes, attrs: PoolAttrs): Lowered {
  const window = input.dtype === float32 && grad.dtype === float32 ? poolWindow(input.shape, grad, attrs) : null;
  if (window === null || !output.shape.equals(grad.shape)) return notKnown;
  const volumes = [input, output, grad].map((value) => first(onnx, value, attrs));
  return inVolumeOrder(onnx, attrs.data_format, onnx.deferred("MaxPoolGive", volumes, window, dimsOf(volumes[0])));
}

function dimsOf(value: OnnxValue | undefined): readonly (number | null)[] {
  return value?.shape.dims ?? [];
}

function maxPoolGradGrad(onnx: OnnxBuilder, [input, output, grad]: Volumes, attrs: PoolAttrs): Lowered {
  const window = input.dtype === float32 ? poolWindow(input.shape, output, attrs) : null;
  if (window === null || !grad.shape.equals(input.shape)) return notKnown;
  const volumes = [input, output, grad].map((value) => first(onnx, value, attrs));
  return inVolumeOrder(onnx, attrs.data_format, onnx.deferred("MaxPoolTake", volumes, window, dimsOf(volumes[1])));
}

function averagePoolGrad(onnx: OnnxBuilder, sizes: OnnxValue, grad: OnnxValue, attrs: PoolAttrs): Lowered {
  const volumes = onnx.outputs[0]?.shape;
  if (!volumes || grad.dtype !== float32 || sizes.shape.dim(0) !== 5) return notKnown;
  const axes = volumeAxes(attrs.data_format);
  // The gradient tells the batch, which the sizes may leave open.
  const batch = grad.shape.dim(axes.batch);
  const whole = asShape((volumes.dims ?? []).map((d, i) => (i === axes.batch ? batch : d)));
  const window = poolWindow(whole, grad, attrs);
  if (window === null) return notKnown;
  const shape = [batch, volumes.dim(axes.channels), ...(window["sizes"] ?? [])];
  const made = onnx.deferred("AveragePoolGrad", [first(onnx, grad, attrs)], window, shape);
  const result = inVolumeOrder(onnx, attrs.data_format, made);
  return constantNumbers(sizes)?.[axes.batch] === batch ? result : withVolumeSizes(onnx, result, sizes);
}

/** The rules of this family. */
export const volumeGradOnnx = onnxRules<typeof volumeGradDefs>()({
  Conv3DBackpropFilterV2: (onnx, inputs, attrs) => filterGradient(onnx, inputs, attrs),
  MaxPool3DGrad: (onnx, volumes, attrs) => maxPoolGrad(onnx, volumes, attrs),
  MaxPool3DGradGrad: (onnx, volumes, attrs) => maxPoolGradGrad(onnx, volumes, attrs),
  AvgPool3DGrad: (onnx, [sizes, grad], attrs) => averagePoolGrad(onnx, sizes, grad, attrs),
});
