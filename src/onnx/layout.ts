/** The order of axes: TensorFlow's images are NHWC with filters HWIO, ONNX's are NCHW with filters OIHW. */
import type { OnnxBuilder, OnnxValue } from "./rule.ts";

/** From where the axes of the transposed value come. */
function permuted(onnx: OnnxBuilder, value: OnnxValue, perm: readonly number[]): OnnxValue {
  const { dims } = value.shape;
  return onnx.node("Transpose", [value], { perm }, dims === null ? null : perm.map((axis) => dims[axis] ?? null));
}

/** Images with their channels moved before their spatial axes, as ONNX has them. */
export function channelsFirst(onnx: OnnxBuilder, images: OnnxValue): OnnxValue {
  return permuted(onnx, images, [0, 3, 1, 2]);
}

/** Images with their channels moved behind their spatial axes, as TensorFlow has them by default. */
export function channelsLast(onnx: OnnxBuilder, images: OnnxValue): OnnxValue {
  return permuted(onnx, images, [0, 2, 3, 1]);
}

/** A filter `[height, width, in, out]` as `[out, in, height, width]`. */
export function filterOutFirst(onnx: OnnxBuilder, filter: OnnxValue): OnnxValue {
  return permuted(onnx, filter, [3, 2, 0, 1]);
}
