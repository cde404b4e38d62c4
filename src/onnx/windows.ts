/** Windows that move over images, in ONNX's attributes. For convolution and pooling alike. */
import { imageAxes, type WindowAttrs } from "../ops/windows.ts";
import type { OnnxAttrs, OnnxValue } from "./rule.ts";

/** Height and width of something. */
type Pair = readonly [number, number];

/** A window without its padding. */
export interface WindowSize {
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
}

/** The attributes of a node that moves the window over `input`; `null` when the padding depends on sizes that are only known in the step. */
export function windowAttrs(input: OnnxValue, attrs: WindowAttrs, window: WindowSize): OnnxAttrs | null {
  const { size, strides, dilations } = window;
  const common = { kernel_shape: size, strides, dilations };
  if (attrs.padding === "VALID") return common;
  const axes = imageAxes(attrs.data_format);
  const sides = [axes.rows, axes.columns];
  if (attrs.padding === "EXPLICIT") {
    const explicit = attrs.explicit_paddings ?? [];
    const at = (after: 0 | 1): number[] => sides.map((axis) => explicit[2 * axis + after] ?? 0);
    return { ...common, pads: [...at(0), ...at(1)] };
  }
  const lengths = sides.map((axis) => input.shape.dim(axis));
  if (lengths.includes(null)) {
    // ONNX Runtime pads by itself, but not dilated windows, and not windows that are smaller than their steps.
    const isPlain = [0, 1].every(
      (side) => dilations[side] === 1 && (size[side] as number) >= (strides[side] as number),
    );
    return isPlain ? { kernel_shape: size, strides, auto_pad: "SAME_UPPER" } : null;
  }
  const missing = (lengths as readonly number[]).map((length, side) => {
    const stride = strides[side] as number;
    const reach = ((size[side] as number) - 1) * (dilations[side] as number) + 1;
    return Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0);
  });
  return { ...common, pads: [...missing.map((m) => m >> 1), ...missing.map((m) => m - (m >> 1))] };
}
