/** How pooling is written in ONNX: between two changes of the axes' order. */
import { withLeastSizes } from "../onnx/checks.ts";
import { channelsFirst, channelsLast } from "../onnx/layout.ts";
import type { OnnxOperator } from "../onnx/model/operators.ts";
import {
  type Lowered,
  type OnnxAttrs,
  type OnnxBuilder,
  type OnnxValue,
  onnxRules,
  unsupported,
} from "../onnx/rule.ts";
import { windowAttrs } from "../onnx/windows.ts";
import type { poolDefs } from "./pool.defs.ts";
import { imageAxes, type WindowAttrs } from "./windows.ts";

interface PoolAttrs extends WindowAttrs {
  readonly ksize: readonly number[];
  readonly strides: readonly number[];
}

function pool(onnx: OnnxBuilder, type: OnnxOperator, input: OnnxValue, attrs: PoolAttrs, more: OnnxAttrs): Lowered {
  const axes = imageAxes(attrs.data_format);
  const { ksize, strides } = attrs;
  if (attrs.data_format !== "NHWC" && attrs.data_format !== "NCHW")
    return unsupported(`images are in the format ${attrs.data_format}`);
  if ([axes.batch, axes.channels].some((axis) => ksize[axis] !== 1 || strides[axis] !== 1))
    return unsupported("it pools over images or channels");
  if (onnx.outputs[0]?.shape.elementCount() === 0) return unsupported("the result is empty");
  const along = (values: readonly number[]): readonly [number, number] => [
    values[axes.rows] as number,
    values[axes.columns] as number,
  ];
  const window = windowAttrs(input, attrs, { size: along(ksize), strides: along(strides), dilations: [1, 1] });
  if (window === null) return unsupported("the padding is not known before the step");
  const sides = [axes.rows, axes.columns];
  const sizes = along(ksize);
  if (
    sides.some((axis, i) =>
      [0, 1].some((after) => (attrs.explicit_paddings?.[2 * axis + after] ?? 0) >= (sizes[i] as number)),
    )
  ) {
    return unsupported("ONNX Runtime pads by less than a window only");
  }
  // Where no window fits, TensorFlow gives nothing, and ONNX Runtime a window that does not fit.
  const least = sides.map(
    (axis, i) =>
      (sizes[i] as number) -
      (attrs.explicit_paddings?.[2 * axis] ?? 0) -
      (attrs.explicit_paddings?.[2 * axis + 1] ?? 0),
  );
  const images = attrs.padding === "SAME" ? input : withLeastSizes(onnx, input, sides, least);
  if (attrs.data_format === "NCHW") return onnx.node(type, [images], { ...window, ...more });
  return channelsLast(onnx, onnx.node(type, [channelsFirst(onnx, images)], { ...window, ...more }));
}

/** The rules of this family. */
export const poolOnnx = onnxRules<typeof poolDefs>()({
  MaxPool: (onnx, [input], attrs) => pool(onnx, "MaxPool", input, attrs, {}),
  AvgPool: (onnx, [value], attrs) => pool(onnx, "AveragePool", value, attrs, { count_include_pad: 0 }),
});
