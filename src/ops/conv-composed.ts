/** Builders of convolutions that are made of others. Mirrors `conv1d`, python/ops/nn_ops.py, and `separable_conv2d`, python/ops/nn_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { convDefs as defs } from "./conv.defs.ts";
import { conv2d, type DepthwiseConv2dOptions, depthwiseConv2dNative } from "./conv.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { expandDims, shape, squeeze } from "./shape.ts";
import { threeNumbers, type WindowNumbers } from "./window-options.ts";
import { dilated } from "./with-space-to-batch.ts";

/** Options of `conv1d`. */
export interface Conv1dOptions extends NameOption {
  /** How far the filter moves: one number, or one for each of the three dimensions. */
  readonly stride: WindowNumbers;
  /** `SAME` or `VALID`. */
  readonly padding: string;
  /** Kept in the graph; it has no effect here. Default true. */
  readonly useCudnnOnGpu?: boolean | undefined;
  /** `NWC` (default) or `NCW`. */
  readonly dataFormat?: string | null | undefined;
  /** How far apart the elements are that the filter sees, as `stride`. Default 1. */
  readonly dilations?: WindowNumbers | null | undefined;
}

/**
 * Moves filters along sequences and sums the products. It is `conv2d` of images of one row.
 *
 * Shapes: value `[n, w, c]`, filters `[fw, c, o]` → `[n, w', o]`; with NCW, `[n, c, w]` → `[n, o, w']`.
 * Dtypes: float16, bfloat16, float32, float64, int32; both alike.
 *
 * @throws {ArgumentError} for a stride, dilations or a data format of another form. @throws {ShapeError} when the shapes do not fit.
 * @remarks Differs from TensorFlow: a value of more than three dimensions is not taken.
 * @see TensorFlow `conv1d`, python/ops/nn_ops.py; `Conv2D`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[1], [2], [3]]]);
 * session.runSync(nn.conv1d(x, ones([2, 1, 1]), { stride: 1, padding: "VALID" })).toArray(); // [[[3], [5]]]
 */
export function conv1d(value: TensorLike, filters: TensorLike, options: Conv1dOptions): Tensor {
  return inOpScope(options.name, "conv1d", [value, filters], (scope) => {
    const given = options.dataFormat ?? "NWC";
    const isFirst = given === "NCW" || given === "NCHW";
    if (!isFirst && given !== "NWC" && given !== "NHWC") {
      throw new ArgumentError(`\`data_format\` must be 'NWC' or 'NCW'. Received: data_format=${given}`, {
        dataFormat: given,
      });
    }
    const dataFormat = isFirst ? "NCHW" : "NHWC";
    const axis = isFirst ? -2 : -3;
    const attrs = {
      strides: [1, ...threeNumbers(options.stride, dataFormat, "stride")],
      dilations: [1, ...threeNumbers(options.dilations, dataFormat, "dilations")],
      padding: options.padding,
      use_cudnn_on_gpu: options.useCudnnOnGpu,
      data_format: dataFormat,
    };
    const rows = [expandDims(value, axis), expandDims(filters, 0)];
    return squeeze(applyOp1(defs.Conv2D, rows, attrs, scope), { axis: [axis] });
  });
}

/**
 * Moves filters over images, each channel by itself, and then mixes the channels of each pixel.
 *
 * Shapes: input `[n, h, w, c]`, depthwiseFilter `[fh, fw, c, m]`, pointwiseFilter `[1, 1, c m, o]` → `[n, h', w', o]`;
 * with NCHW, `[n, c, h, w]` → `[n, o, h', w']`. Dtypes: float16, bfloat16, float32, float64; all alike.
 *
 * @throws {ArgumentError} when the pointwise filter covers more than a pixel. @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `separable_conv2d`, python/ops/nn_impl.py
 * @example
 * const x = ones([1, 4, 4, 3]);
 * const options = { strides: [1, 1, 1, 1], padding: "SAME" };
 * nn.separableConv2d(x, ones([2, 2, 3, 2]), ones([1, 1, 6, 5]), options).shape; // (1, 4, 4, 5)
 */
export function separableConv2d(
  input: TensorLike,
  depthwiseFilter: TensorLike,
  pointwiseFilter: TensorLike,
  options: DepthwiseConv2dOptions,
): Tensor {
  const { dataFormat, rate, padding } = options;
  const values = [input, depthwiseFilter, pointwiseFilter];
  return inOpScope(options.name, "separable_conv2d", values, (scope) => {
    const image = convertToTensor(input, { name: "tensor_in" });
    const depthwise = convertToTensor(depthwiseFilter, { name: "depthwise_filter" });
    const pointwise = convertToTensor(pointwiseFilter, { name: "pointwise_filter" });
    checkPointwise(pointwise);
    const windows = { rate: rate ?? [1, 1], padding, dataFormat, filterShape: shape(depthwise) };
    const apart = dilated(
      image,
      windows,
      (_, used) => (x) => depthwiseConv2dNative(x, depthwise, { ...options, padding: used, name: "depthwise" }),
    );
    return conv2d(apart, pointwise, { strides: [1, 1, 1, 1], padding: "VALID", dataFormat, name: scope });
  });
}

function checkPointwise({ shape: { dims } }: Tensor): void {
  if (dims === null) return;
  if (dims.length !== 4) {
    const text = `(${dims.map((d) => d ?? "None").join(", ")}${dims.length === 1 ? "," : ""})`;
    throw new ArgumentError(`Shape ${text} must have rank 4`, { shape: dims });
  }
  const wide = dims.slice(0, 2).find((d) => d !== null && d !== 1);
  if (wide !== undefined) throw new ArgumentError(`Dimensions ${wide} and 1 are not compatible`, { shape: dims });
}
