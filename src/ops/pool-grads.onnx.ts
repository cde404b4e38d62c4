/** How the gradients of pooling of images are written in ONNX. */
import type { DeferredAttrs } from "../onnx/deferred.ts";
import { channelsFirst, channelsLast } from "../onnx/layout.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { asShape, type TensorShape } from "../tensor/shape.ts";
import { withSizes } from "./conv-transpose.onnx.ts";
import type { poolGradDefs } from "./pool-grads.defs.ts";
import { imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface PoolAttrs extends WindowAttrs {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
}

const notKnown = unsupported("the sizes of images are not known before the step, or do not fit");

/** The window along an axis; `null` unless it fits and leads to as many places as the gradient has. */
function windowAlong(axis: number, image: TensorShape, pooled: OnnxValue, attrs: PoolAttrs): Window | null {
  const [length, given] = [image.dim(axis), pooled.shape.dim(axis)];
  const [size, stride] = [attrs.ksize[axis] as number, attrs.strides[axis] as number];
  const described = windowAxis(attrs, axis, size, stride);
  const { before, after } = described;
  if (!length || !given || size < 1 || stride < 1 || before >= size || after >= size) return null;
  if (attrs.padding !== "SAME" && length + before + after < size) return null;
  const window = windowOf(length, described);
  return window.output === given ? window : null;
}

/** The attrs of the deferred operators; `null` unless everything is known and fits. */
function windowAttrs(image: TensorShape, pooled: OnnxValue, attrs: PoolAttrs): DeferredAttrs | null {
  const axes = imageAxes(attrs.data_format);
  const { ksize, strides } = attrs;
  if (ksize.length !== 4 || strides.length !== 4 || image.rank !== 4 || pooled.shape.rank !== 4) return null;
  if ([axes.batch, axes.channels].some((axis) => ksize[axis] !== 1 || strides[axis] !== 1)) return null;
  const [batch, channels] = [image.dim(axes.batch), image.dim(axes.channels)];
  // The batch may be unknown, but one and the same: what is larger than the other makes the model fail.
  if (!channels || channels !== pooled.shape.dim(axes.channels) || batch === 0) return null;
  if (batch !== pooled.shape.dim(axes.batch)) return null;
  const [rows, columns] = [
    windowAlong(axes.rows, image, pooled, attrs),
    windowAlong(axes.columns, image, pooled, attrs),
  ];
  if (rows === null || columns === null) return null;
  const along = (rule: (window: Window) => number): number[] => [rule(rows), rule(columns)];
  return {
    kernel_shape: along(({ size }) => size),
    strides: along(({ stride }) => stride),
    before: along(({ before }) => before),
    sizes: along(({ input }) => input),
    places: along(({ output }) => output),
  };
}

const first = (onnx: OnnxBuilder, images: OnnxValue, attrs: PoolAttrs): OnnxValue =>
  attrs.data_format === "NCHW" ? images : channelsFirst(onnx, images);
const inOrder = (onnx: OnnxBuilder, images: OnnxValue, attrs: PoolAttrs): OnnxValue =>
  attrs.data_format === "NCHW" ? images : channelsLast(onnx, images);

function isReal({ dtype }: OnnxValue): boolean {
  return dtype.baseName === "float32" || dtype.baseName === "float64";
}

type Images = readonly [OnnxValue, OnnxValue, OnnxValue];

/** What the pool gave is computed again, as TensorFlow does. */
function maxPoolGrad(onnx: OnnxBuilder, [image, output, grad]: Images, attrs: PoolAttrs): Lowered {
  const window = isReal(image) ? windowAttrs(image.shape, grad, attrs) : null;
  if (window === null || !output.shape.isCompatibleWith(grad.shape) || !output.shape.equals(grad.shape))
    return notKnown;
  const images = [first(onnx, image, attrs), first(onnx, grad, attrs)];
  return inOrder(onnx, onnx.deferred("MaxPoolGrad", images, window, dimsOf(images[0])), attrs);
}

function dimsOf(value: OnnxValue | undefined): readonly (number | null)[] {
  return value?.shape.dims ?? [];
}

function maxPoolGradGrad(onnx: OnnxBuilder, [image, output, grad]: Images, attrs: PoolAttrs): Lowered {
  const window = isReal(image) ? windowAttrs(image.shape, output, attrs) : null;
  if (window === null || !grad.shape.equals(image.shape)) return notKnown;
  const images = [image, output, grad].map((value) => first(onnx, value, attrs));
  return inOrder(onnx, onnx.deferred("MaxPoolTake", images, window, dimsOf(images[1])), attrs);
}

function averagePoolGrad(onnx: OnnxBuilder, sizes: OnnxValue, grad: OnnxValue, attrs: PoolAttrs): Lowered {
  const image = onnx.outputs[0]?.shape;
  if (!image || !isReal(grad) || sizes.shape.dim(0) !== 4) return notKnown;
  const axes = imageAxes(attrs.data_format);
  // The gradient tells the batch, which the sizes may leave open.
  const batch = grad.shape.dim(axes.batch);
  const window = windowAttrs(withBatch(image, axes.batch, batch), grad, attrs);
  if (window === null) return notKnown;
  const moved = first(onnx, grad, attrs);
  const shape = [batch, image.dim(axes.channels), ...(window["sizes"] ?? [])];
  const images = inOrder(onnx, onnx.deferred("AveragePoolGrad", [moved], window, shape), attrs);
  const areCertain = sizes.constant !== null && constantNumbers(sizes)?.[axes.batch] === batch;
  return areCertain ? images : withSizes(onnx, images, sizes, attrs.data_format);
}

function withBatch(image: TensorShape, axis: number, batch: number | null): TensorShape {
  return asShape((image.dims ?? []).map((d, i) => (i === axis ? batch : d)));
}

function bySizes(ksize: OnnxValue, strides: OnnxValue): Pick<PoolAttrs, "ksize" | "strides"> {
  return { ksize: constantNumbers(ksize) ?? [], strides: constantNumbers(strides) ?? [] };
}

/** The rules of this family. */
export const poolGradOnnx = onnxRules<typeof poolGradDefs>()({
  MaxPoolGrad: maxPoolGrad,
  MaxPoolGradGrad: maxPoolGradGrad,
  MaxPoolGradV2: (onnx, [image, output, grad, ksize, strides], attrs) =>
    maxPoolGrad(onnx, [image, output, grad], { ...attrs, ...bySizes(ksize, strides) }),
  MaxPoolGradGradV2: (onnx, [image, output, grad, ksize, strides], attrs) =>
    maxPoolGradGrad(onnx, [image, output, grad], { ...attrs, ...bySizes(ksize, strides) }),
  MaxPoolGradWithArgmax: unsupported("the pool that tells places is left to the host, too"),
  AvgPoolGrad: (onnx, [sizes, grad], attrs) => averagePoolGrad(onnx, sizes, grad, attrs),
});
