/** How the transposed convolution is written in ONNX: between two changes of the axes' order. */
import { allTrue, failUnless } from "../onnx/checks.ts";
import { channelsFirst, channelsLast, filterOutFirst } from "../onnx/layout.ts";
import {
  type Lowered,
  type OnnxAttrs,
  type OnnxBuilder,
  type OnnxValue,
  onnxRules,
  unsupported,
} from "../onnx/rule.ts";
import { int64 } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { convTransposeDefs } from "./conv-transpose.defs.ts";
import { imageAxes, type Window, type WindowAttrs, windowAxis, windowOf } from "./windows.ts";

interface TransposeAttrs extends WindowAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The window along one axis, and how many elements ONNX must add behind the last patch. */
interface Side {
  readonly window: Window;
  readonly after: number;
  readonly more: number;
}

/** The window of the convolution whose transpose this is; `null` when it does not lead to as many pixels as are given. */
function sideOf(input: number, given: number, size: number, axis: number, attrs: TransposeAttrs): Side | null {
  const [stride, dilation] = [attrs.strides[axis] as number, attrs.dilations[axis] as number];
  const reach = (size - 1) * dilation + 1;
  const described = windowAxis(attrs, axis, size, stride, dilation);
  if (stride < 1 || dilation < 1 || (attrs.padding !== "SAME" && input + described.before + described.after < reach))
    return null;
  const window = windowOf(input, described);
  if (window.output !== given) return null;
  const covered = (given - 1) * stride + reach;
  const missing = attrs.padding === "SAME" ? Math.max(covered - input, 0) : described.before + described.after;
  return { window, after: missing - window.before, more: input - (covered - missing) };
}

/** The attributes of a transposed convolution from `given` pixels to `image`; `null` unless all sizes are known, and ONNX Runtime can. */
export function transposedSides(
  [height, width]: readonly [number, number],
  image: TensorShape,
  given: OnnxValue,
  attrs: TransposeAttrs,
): OnnxAttrs | null {
  const axes = imageAxes(attrs.data_format);
  const along = (axis: number, size: number): Side | null => {
    const [length, pixels] = [image.dim(axis), given.shape.dim(axis)];
    const side = length === null || !pixels ? null : sideOf(length, pixels, size, axis, attrs);
    // ONNX Runtime adds less than a step only.
    return side === null || side.more < 0 || (side.more > 0 && side.more >= side.window.stride) ? null : side;
  };
  const sides = [along(axes.rows, height), along(axes.columns, width)];
  const [rows, columns] = sides;
  if (!rows || !columns) return null;
  return {
    strides: [rows.window.stride, columns.window.stride],
    dilations: [rows.window.dilation, columns.window.dilation],
    pads: [rows.window.before, columns.window.before, rows.after, columns.after],
    output_padding: [rows.more, columns.more],
  };
}

/** The images, in a model that fails unless they have the sizes that were asked for. */
export function withSizes(onnx: OnnxBuilder, images: OnnxValue, sizes: OnnxValue, dataFormat: string): OnnxValue {
  const { rows, columns } = imageAxes(dataFormat);
  const shape = onnx.node("Shape", [images]);
  const asked = sizes.shape.dim(0) === 2 ? onnx.node("Gather", [shape, onnx.integers([rows, columns])]) : shape;
  const agrees = onnx.node("Equal", [asked, onnx.cast(sizes, int64)]);
  return failUnless(onnx, allTrue(onnx, agrees), images);
}

function isWhole(dims: readonly (number | null)[] | null): dims is readonly [number, number, number, number] {
  return dims?.length === 4 && dims.every((d) => d !== null && d > 0);
}

function transposed(
  onnx: OnnxBuilder,
  [sizes, filter, pixels]: readonly [OnnxValue, OnnxValue, OnnxValue],
  attrs: TransposeAttrs,
): Lowered {
  const axes = imageAxes(attrs.data_format);
  const { strides, dilations } = attrs;
  if (strides.length !== 4 || dilations.length !== 4 || pixels.shape.rank !== 4)
    return unsupported("its attrs have another form");
  if ([axes.batch, axes.channels].some((axis) => strides[axis] !== 1 || dilations[axis] !== 1))
    return unsupported("it steps over images or channels");
  const image = onnx.outputs[0]?.shape;
  const weights = filter.shape.dims;
  if (!image || !isWhole(weights) || sizes.shape.dim(0) === null)
    return unsupported("the sizes of images or filter are not known before the step");
  const [height, width, depth, outputs] = weights;
  if (pixels.shape.dim(axes.channels) !== outputs || image.dim(axes.channels) !== depth)
    return unsupported("the channels are not those of the filter, or not known before the step");
  if (pixels.shape.elementCount() === 0) return unsupported("there are no pixels");
  const sides = transposedSides([height, width], image, pixels, attrs);
  if (sides === null) return unsupported("the sizes do not fit, or are not known before the step");
  const batch = pixels.shape.dim(axes.batch);
  const isFirst = attrs.data_format === "NCHW";
  const made = onnx.node(
    "ConvTranspose",
    [isFirst ? pixels : channelsFirst(onnx, pixels), filterOutFirst(onnx, filter)],
    { kernel_shape: [height, width], ...sides },
  );
  const images = isFirst ? made : channelsLast(onnx, made);
  const areCertain = sizes.constant !== null && (batch !== null || sizes.shape.dim(0) === 2);
  return areCertain ? images : withSizes(onnx, images, sizes, attrs.data_format);
}

/** The rules of this family. */
export const convTransposeOnnx = onnxRules<typeof convTransposeDefs>()({ Conv2DBackpropInput: transposed });
