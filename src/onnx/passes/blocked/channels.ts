/**
 * One number for each channel, added to blocked images or multiplied with them: a convolution of single pixels, of each channel for itself.
 * That is one pass on all cores, which takes in a bias, other images that are added, and a rectifier, if those follow.
 */
import { float32 } from "../../../tensor/dtype.ts";
import { NDArray } from "../../../tensor/ndarray.ts";
import type { OnnxValue } from "../../rule.ts";
import { type BlockedNodes, type ImageDims, imageDims } from "./layout.ts";

/** The operators that are written so. */
export function isAlongChannels(type: string): type is "Add" | "Mul" | "Sub" {
  return type === "Add" || type === "Mul" || type === "Sub";
}

/** The images, combined with numbers that have one for each channel; `isBefore` says whether they come first. */
export function alongChannels(
  onnx: BlockedNodes,
  type: "Add" | "Mul" | "Sub",
  images: OnnxValue,
  numbers: OnnxValue,
  isBefore: boolean,
): OnnxValue {
  const dims = imageDims(images) as ImageDims;
  const channels = dims[1];
  const vector = onnx.view(numbers, [channels]);
  const attrs = { kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: channels };
  const asFilter = (value: OnnxValue): OnnxValue => onnx.view(value, [channels, 1, 1, 1]);
  if (type === "Mul") return onnx.blocked("Conv", [images, asFilter(vector)], attrs, dims);
  const sign = new Float32Array(channels).fill(type === "Sub" && !isBefore ? -1 : 1);
  const shift = type === "Sub" && isBefore ? onnx.node("Neg", [vector], {}, [channels]) : vector;
  const filter = asFilter(onnx.constant(new NDArray(float32, [channels], sign)));
  return onnx.blocked("Conv", [images, filter, shift], attrs, dims);
}
