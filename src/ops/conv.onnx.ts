/** How convolutions of images are written in ONNX: between two changes of the axes' order. */

import { channelsFirst, channelsLast, filterOutFirst } from "../onnx/layout.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { windowAttrs } from "../onnx/windows.ts";
import type { convDefs } from "./conv.defs.ts";
import { imageAxes, type WindowAttrs } from "./windows.ts";

interface ConvAttrs extends WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The convolution with a filter `[out, in / group, height, width]` that was made of one of `height` and `width` known. */
function convolve(
  onnx: OnnxBuilder,
  input: OnnxValue,
  filter: OnnxValue,
  size: readonly [number, number],
  group: number,
  attrs: ConvAttrs,
): Lowered {
  const axes = imageAxes(attrs.data_format);
  const { strides, dilations } = attrs;
  if ([axes.batch, axes.channels].some((axis) => strides[axis] !== 1 || dilations[axis] !== 1))
    return unsupported("it steps over images or channels");
  const along = (values: readonly number[]): readonly [number, number] => [
    values[axes.rows] as number,
    values[axes.columns] as number,
  ];
  const window = windowAttrs(input, attrs, { size, strides: along(strides), dilations: along(dilations) });
  if (window === null) return unsupported("the padding is not known before the step");
  if (attrs.data_format === "NCHW") return onnx.node("Conv", [input, filter], { group, ...window });
  return channelsLast(onnx, onnx.node("Conv", [channelsFirst(onnx, input), filter], { group, ...window }));
}

const unknownSizes = unsupported("the channels, or the size of the filter, are not known before the step");

/** The dimensions of a filter when all are known and none is 0. */
function filterDims(filter: OnnxValue): readonly [number, number, number, number] | null {
  const { dims } = filter.shape;
  return dims?.length === 4 && dims.every((d) => d !== null && d > 0)
    ? (dims as unknown as readonly [number, number, number, number])
    : null;
}

/** An output without elements is TensorFlow's answer for images smaller than the filter, and ONNX Runtime's error. */
function mayBeEmpty(onnx: OnnxBuilder): boolean {
  return onnx.outputs[0]?.shape.elementCount() === 0;
}

/** The rules of this family. */
export const convOnnx = onnxRules<typeof convDefs>()({
  Conv2D: (onnx, [input, filter], attrs) => {
    const dims = filterDims(filter);
    const channels = input.shape.dim(imageAxes(attrs.data_format).channels);
    if (dims === null || channels === null || mayBeEmpty(onnx)) return unknownSizes;
    const [height, width, seen] = dims;
    return convolve(onnx, input, filterOutFirst(onnx, filter), [height, width], channels / seen, attrs);
  },
  DepthwiseConv2dNative: (onnx, [input, filter], attrs) => {
    const dims = filterDims(filter);
    if (dims === null || mayBeEmpty(onnx)) return unknownSizes;
    const [height, width, channels, each] = dims;
    // Output channel c · each + m is made of input channel c alone.
    const apart = onnx.node("Transpose", [filter], { perm: [2, 3, 0, 1] });
    const size = [channels * each, 1, height, width];
    const grouped = onnx.node("Reshape", [apart, onnx.integers(size)], {}, size);
    return convolve(onnx, input, grouped, [height, width], channels, attrs);
  },
});
