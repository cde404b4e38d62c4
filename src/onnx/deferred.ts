/**
 * What rules write although ONNX has no operator for it: several ways lead there, and which is fast depends on what stands around and on the
 * runtime. Passes over whole models choose; what is left is written in ordinary operators, by the rules of this file. All images have
 * their channels first, and two or three axes of space. Why: docs/decisions/0010-gradients-in-onnx.md.
 */
import { type DType, float32 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { NodeMaker, OnnxValue } from "./rule.ts";
import { type AxisWindow, givenWhere, maxGradient, placesOf, takenWhere } from "./windows-back.ts";

/** An operator that is not ONNX's. */
export type DeferredOperator =
  /** Images and the gradient of the largest of each window → the gradient of the images, each to the first largest element. */
  | "MaxPoolGrad"
  /** Images, what to look for in each window, its gradient → the gradient of the images, each to all places that hold it. */
  | "MaxPoolGive"
  /** Images, the largest of each window, other images → what those have where the largest first stands. */
  | "MaxPoolTake"
  /** The gradient of the mean of each window → the gradient of the images. */
  | "AveragePoolGrad"
  /** Images and the gradient of a convolution → the gradient of the filter, in TensorFlow's order. */
  | "ConvFilterGrad"
  /** Images → the sum of each channel. */
  | "ChannelSum";

/** Whole numbers for each axis of space, by name: `kernel_shape`, `strides`, `dilations`, `before` (padding), `sizes` (of the images). */
export type DeferredAttrs = Readonly<Record<string, readonly number[]>>;

type Writer = (onnx: NodeMaker, inputs: readonly OnnxValue[], attrs: DeferredAttrs) => OnnxValue;

const writers: Readonly<Record<DeferredOperator, Writer>> = {
  MaxPoolGrad: (onnx, [images, gradient], attrs) =>
    maxPoolGrad(onnx, images as OnnxValue, gradient as OnnxValue, windowsOf(attrs, 2)),
  MaxPoolGive: (onnx, [images, wanted, gradient], attrs) =>
    givenWhere(onnx, images as OnnxValue, wanted as OnnxValue, gradient as OnnxValue, windowsOf(attrs, 2)),
  MaxPoolTake: (onnx, [images, largest, given], attrs) =>
    takenWhere(onnx, images as OnnxValue, largest as OnnxValue, given as OnnxValue, windowsOf(attrs, 2)),
  AveragePoolGrad: (onnx, [gradient], attrs) => averagePoolGrad(onnx, gradient as OnnxValue, windowsOf(attrs, 2)),
  ConvFilterGrad: (onnx, [images, gradient], attrs) =>
    convFilterGrad(onnx, images as OnnxValue, gradient as OnnxValue, attrs),
  ChannelSum: (onnx, [images]) => {
    const { shape } = images as OnnxValue;
    const space = Array.from({ length: shape.rank as number }, (_, i) => i).slice(2);
    // Runtimes sum what lies side by side several times as fast as the rest, and the rest is little then.
    const rows = onnx.node("ReduceSum", [images as OnnxValue, onnx.integers(space)], { keepdims: 0 }, [
      shape.dim(0),
      shape.dim(1),
    ]);
    return onnx.node("ReduceSum", [rows, onnx.integers([0])], { keepdims: 0 }, [shape.dim(1)]);
  },
};

/** Writes it in ordinary operators. */
export function writeDeferred(
  onnx: NodeMaker,
  type: DeferredOperator,
  inputs: readonly OnnxValue[],
  attrs: DeferredAttrs,
): OnnxValue {
  return writers[type](onnx, inputs, attrs);
}

/** Whether a node's type is one of these. */
export function isDeferred(type: string): type is DeferredOperator {
  return Object.hasOwn(writers, type);
}

/** The windows that the attrs describe, along the axes from `firstAxis` on. */
export function windowsOf(attrs: DeferredAttrs, firstAxis: number): readonly AxisWindow[] {
  const { kernel_shape: sizes = [], strides = [], before = [], sizes: inputs = [], places = [] } = attrs;
  return sizes.map((size, i) => ({
    axis: firstAxis + i,
    size,
    stride: strides[i] as number,
    before: before[i] as number,
    input: inputs[i] as number,
    output: places[i] as number,
  }));
}

/** A pool along one axis alone. */
function pooledAlong(onnx: NodeMaker, images: OnnxValue, windows: readonly AxisWindow[], along: AxisWindow): OnnxValue {
  const only = (value: (window: AxisWindow) => number, other: number): number[] =>
    windows.map((window) => (window === along ? value(window) : other));
  const after = only(
    ({ output, stride, size, input, before }) => Math.max((output - 1) * stride + size - input - before, 0),
    0,
  );
  const shape = (images.shape.dims ?? []).map((d, i) => (i === along.axis ? along.output : d));
  return onnx.node(
    "MaxPool",
    [images],
    {
      kernel_shape: only(({ size }) => size, 1),
      strides: only(({ stride }) => stride, 1),
      pads: [...only(({ before }) => before, 0), ...after],
    },
    shape,
  );
}

/** The largest along the last axis, of those along the axis before, and so on: the first of equal ones, row by row, is found backwards. */
function largestByAxis(onnx: NodeMaker, images: OnnxValue, windows: readonly AxisWindow[]): readonly OnnxValue[] {
  const steps = [images];
  for (const window of windows.toReversed()) steps.push(pooledAlong(onnx, steps.at(-1) as OnnxValue, windows, window));
  return steps;
}

function maxPoolGrad(
  onnx: NodeMaker,
  images: OnnxValue,
  gradient: OnnxValue,
  windows: readonly AxisWindow[],
): OnnxValue {
  const steps = largestByAxis(onnx, images, windows);
  let back = gradient;
  for (const [i, window] of windows.entries()) {
    const at = windows.length - 1 - i;
    back = maxGradient(onnx, steps[at] as OnnxValue, steps[at + 1] as OnnxValue, back, window);
  }
  return back;
}

/** Each window's gradient is shared by what it sees of the images. */
function averagePoolGrad(onnx: NodeMaker, gradient: OnnxValue, windows: readonly AxisWindow[]): OnnxValue {
  const counts = countsOf(windows);
  const shape = [1, 1, ...windows.map(({ output }) => output)];
  const share = onnx.node("Div", [gradient, onnx.constant(arrayOf(counts, shape, gradient.dtype))], {}, gradient.shape);
  return toAllPlaces(onnx, share, windows);
}

/** What each window gives to all that it sees, summed. */
export function toAllPlaces(onnx: NodeMaker, share: OnnxValue, windows: readonly AxisWindow[]): OnnxValue {
  return windows.reduce((back, window) => placesOf(onnx, new Array<OnnxValue>(window.size).fill(back), window), share);
}

/** How many elements each window sees of the images. */
export function countsOf(windows: readonly AxisWindow[]): readonly number[] {
  const shares = windows.map(({ size, stride, before, input, output }) =>
    Array.from({ length: output }, (_, place) => {
      const start = place * stride - before;
      return Math.min(start + size, input) - Math.max(start, 0);
    }),
  );
  return shares.reduce<number[]>((all, along) => all.flatMap((count) => along.map((n) => count * n)), [1]);
}

function arrayOf(values: readonly number[], shape: readonly number[], dtype: DType): NDArray {
  return new NDArray(dtype, shape, dtype === float32 ? Float32Array.from(values) : Float64Array.from(values));
}

/** A convolution as well: channels are its images, images its channels, and the gradient its filter. */
function convFilterGrad(onnx: NodeMaker, images: OnnxValue, gradient: OnnxValue, attrs: DeferredAttrs): OnnxValue {
  const { kernel_shape: filter = [], strides = [], dilations = [], before = [], sizes = [], places = [] } = attrs;
  const space = filter.map((_, i) => i + 2);
  const outside = (value: OnnxValue): OnnxValue => {
    const dims = value.shape.dims ?? [];
    const perm = [1, 0, ...space];
    return onnx.node(
      "Transpose",
      [value],
      { perm },
      perm.map((axis) => dims[axis] ?? null),
    );
  };
  const reach = places.map((count, i) => (count - 1) * (strides[i] as number) + 1);
  const after = filter.map((size, i) => {
    const needed = (size - 1) * (dilations[i] as number) + (reach[i] as number);
    return Math.max(needed - (sizes[i] as number) - (before[i] as number), 0);
  });
  let made = onnx.node("Conv", [outside(images), outside(gradient)], {
    kernel_shape: places,
    strides: dilations,
    dilations: strides,
    pads: [...before, ...after],
  });
  // What the last step leaves over of the images would make the filter larger.
  const isLarger = filter.some((size, i) => {
    const room = (sizes[i] as number) + (before[i] as number) + (after[i] as number) - (reach[i] as number);
    return Math.floor(room / (dilations[i] as number)) + 1 > size;
  });
  if (isLarger) {
    const lists = [filter.map(() => 0), filter, space].map((list) => onnx.integers(list));
    made = onnx.node("Slice", [made, ...lists]);
  }
  return onnx.node("Transpose", [made], { perm: [...space, 0, 1] }, [
    ...filter,
    images.shape.dim(1),
    gradient.shape.dim(1),
  ]);
}
