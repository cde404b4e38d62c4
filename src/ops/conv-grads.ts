/** Builders of the gradients of convolutions of images; that of `conv2d`'s input is in conv-transpose.ts. Mirrors python/ops/nn_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { convGradDefs as defs } from "./conv-grads.defs.ts";
import type { Conv2dBackpropInputOptions } from "./conv-transpose.ts";
import { paddingAttrs } from "./window-options.ts";

/** Options of `conv2dBackpropFilter`. */
export interface Conv2dBackpropFilterOptions extends Conv2dBackpropInputOptions {}

/** Options of the gradients of depthwise convolutions. */
export interface DepthwiseBackpropOptions extends Omit<Conv2dBackpropInputOptions, "useCudnnOnGpu"> {}

/**
 * The gradient of `conv2d` for its filter.
 *
 * Shapes: input `[n, h', w', c]`, filterSizes `[4]`, outBackprop `[n, h, w, o]` → `[fh, fw, c, o]`.
 * Dtypes: float16, bfloat16, float32, float64, both alike; filterSizes int32.
 *
 * @param filterSizes the shape of `conv2d`'s filter.
 * @throws {ArgumentError} for padding of another form.
 * @throws {InvalidArgumentError} in a step, when `conv2d` with such a filter would give another shape than that of `outBackprop`.
 * @remarks Differs from TensorFlow: NCHW and dilated filters run everywhere; TensorFlow's CPU refuses them.
 * @see TensorFlow `conv2d_backprop_filter`, python/ops/nn_ops.py; `Conv2DBackpropFilter`, core/ops/nn_ops.cc
 * @example
 * const options = { strides: [1, 1, 1, 1], padding: "VALID" };
 * nn.conv2dBackpropFilter(ones([1, 3, 3, 1]), [2, 2, 1, 1], ones([1, 2, 2, 1]), options).shape; // (2, 2, 1, 1)
 */
export function conv2dBackpropFilter(
  input: TensorLike,
  filterSizes: TensorLike,
  outBackprop: TensorLike,
  options: Conv2dBackpropFilterOptions,
): Tensor {
  const attrs = { ...depthwiseAttrs(options), use_cudnn_on_gpu: options.useCudnnOnGpu };
  return applyOp1(defs.Conv2DBackpropFilter, [input, filterSizes, outBackprop], attrs, options.name);
}

function depthwiseAttrs(options: DepthwiseBackpropOptions) {
  return {
    strides: options.strides,
    ...paddingAttrs(options.padding),
    data_format: options.dataFormat,
    dilations: options.dilations,
  };
}

/**
 * The gradient of `depthwiseConv2d` for its input.
 *
 * Shapes: inputSizes `[4]`, filter `[fh, fw, c, m]`, outBackprop `[n, h, w, c m]` → `[n, h', w', c]`.
 * Dtypes: float16, bfloat16, float32, float64, both alike; inputSizes int32.
 *
 * @param inputSizes the shape of the convolution's input.
 * @throws {ArgumentError} for padding of another form.
 * @throws {InvalidArgumentError} in a step, when the convolution of that shape would give another one than that of `outBackprop`.
 * @remarks Differs from TensorFlow: NCHW and dilated filters run everywhere; TensorFlow's CPU takes no notice of dilations.
 * @see TensorFlow `depthwise_conv2d_backprop_input`, python/ops/nn_ops.py; `DepthwiseConv2dNativeBackpropInput`, core/ops/nn_ops.cc
 * @example
 * const options = { strides: [1, 1, 1, 1], padding: "SAME" };
 * const y = nn.depthwiseConv2dBackpropInput([1, 3, 3, 2], ones([2, 2, 2, 1]), ones([1, 3, 3, 2]), options);
 * y.shape; // (1, 3, 3, 2)
 */
export function depthwiseConv2dBackpropInput(
  inputSizes: TensorLike,
  filter: TensorLike,
  outBackprop: TensorLike,
  options: DepthwiseBackpropOptions,
): Tensor {
  const inputs = [inputSizes, filter, outBackprop];
  return applyOp1(defs.DepthwiseConv2dNativeBackpropInput, inputs, depthwiseAttrs(options), options.name);
}

/**
 * The gradient of `depthwiseConv2d` for its filter.
 *
 * Shapes: input `[n, h', w', c]`, filterSizes `[4]`, outBackprop `[n, h, w, c m]` → `[fh, fw, c, m]`.
 * Dtypes: float16, bfloat16, float32, float64, both alike; filterSizes int32.
 *
 * @param filterSizes the shape of the convolution's filter.
 * @throws {ArgumentError} for padding of another form.
 * @throws {InvalidArgumentError} in a step, when the convolution with such a filter would give another shape than that of `outBackprop`.
 * @remarks Differs from TensorFlow: NCHW and dilated filters run everywhere; TensorFlow's CPU takes no notice of dilations.
 * @see TensorFlow `depthwise_conv2d_backprop_filter`, python/ops/nn_ops.py; `DepthwiseConv2dNativeBackpropFilter`, core/ops/nn_ops.cc
 * @example
 * const options = { strides: [1, 1, 1, 1], padding: "SAME" };
 * const y = nn.depthwiseConv2dBackpropFilter(ones([1, 3, 3, 2]), [2, 2, 2, 1], ones([1, 3, 3, 2]), options);
 * y.shape; // (2, 2, 2, 1)
 */
export function depthwiseConv2dBackpropFilter(
  input: TensorLike,
  filterSizes: TensorLike,
  outBackprop: TensorLike,
  options: DepthwiseBackpropOptions,
): Tensor {
  const inputs = [input, filterSizes, outBackprop];
  return applyOp1(defs.DepthwiseConv2dNativeBackpropFilter, inputs, depthwiseAttrs(options), options.name);
}

/** The longer name of `depthwiseConv2dBackpropInput`. */
export const depthwiseConv2dNativeBackpropInput: typeof depthwiseConv2dBackpropInput = depthwiseConv2dBackpropInput;

/** The longer name of `depthwiseConv2dBackpropFilter`. */
export const depthwiseConv2dNativeBackpropFilter: typeof depthwiseConv2dBackpropFilter = depthwiseConv2dBackpropFilter;
