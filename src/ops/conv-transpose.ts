/** Builders of transposed convolutions of images. Mirrors `conv2d_transpose` and `conv2d_backprop_input`, python/ops/nn_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { convTransposeDefs as defs } from "./conv-transpose.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { fourNumbers, type PaddingLike, paddingAttrs, type WindowNumbers } from "./window-options.ts";

/** Options of `conv2dTranspose`. */
export interface Conv2dTransposeOptions extends NameOption {
  /** How far patches are apart: one number, rows and columns, or one number for each dimension. */
  readonly strides: WindowNumbers;
  /** `SAME` (default), `VALID`, or how many elements are cut off before and after in each dimension. */
  readonly padding?: PaddingLike | undefined;
  /** `NHWC` (default) or `NCHW`. */
  readonly dataFormat?: string | null | undefined;
  /** How far apart the elements of a patch are, as `strides`. Default 1. */
  readonly dilations?: WindowNumbers | null | undefined;
}

/**
 * The transpose of `conv2d`: each pixel times the filter is added to the image where `conv2d` would have seen it.
 *
 * Shapes: value `[n, h, w, o]`, filter `[fh, fw, c, o]`, outputShape `[4]` → `[n, h', w', c]`, where `conv2d` of h' rows gives h;
 * with NCHW, `[n, o, h, w]` → `[n, c, h', w']`. Dtypes: float16, bfloat16, float32, float64, int32, both alike; outputShape int32.
 *
 * @param outputShape the shape of the result, or its rows and columns alone.
 * @throws {ArgumentError} for strides, dilations or padding of another form. @throws {ShapeError} when the channels do not fit.
 * @throws {InvalidArgumentError} in a step, when `conv2d` of that shape would give another one than that of `value`.
 * @remarks Differs from TensorFlow: NCHW and dilated filters run everywhere; TensorFlow's CPU refuses them.
 * @see TensorFlow `conv2d_transpose`, python/ops/nn_ops.py; `Conv2DBackpropInput`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[[1], [2]]]]);
 * const y = nn.conv2dTranspose(x, ones([1, 2, 1, 1]), [1, 1, 4, 1], { strides: 2 });
 * session.runSync(y).toArray(); // [[[[1], [1], [2], [2]]]]
 */
export function conv2dTranspose(
  value: TensorLike,
  filter: TensorLike,
  outputShape: TensorLike,
  options: Conv2dTransposeOptions,
): Tensor {
  return inOpScope(options.name, "conv2d_transpose", [value, filter, outputShape], (scope) => {
    const dataFormat = options.dataFormat ?? "NHWC";
    const attrs = {
      strides: fourNumbers(options.strides, dataFormat, "strides"),
      dilations: fourNumbers(options.dilations, dataFormat, "dilations"),
      ...paddingAttrs(options.padding ?? "SAME"),
      data_format: dataFormat,
    };
    return applyOp1(defs.Conv2DBackpropInput, [outputShape, filter, value], attrs, scope);
  });
}

/** Options of `conv2dBackpropInput`. */
export interface Conv2dBackpropInputOptions extends NameOption {
  /** How far the filter moves: one number for each dimension. */
  readonly strides: readonly number[];
  /** `SAME`, `VALID`, or how many zeros are added before and after in each dimension. */
  readonly padding: PaddingLike;
  /** Kept in the graph; it has no effect here. Default true. */
  readonly useCudnnOnGpu?: boolean | undefined;
  /** `NHWC` (default) or `NCHW`. */
  readonly dataFormat?: string | undefined;
  /** How far apart the elements are that the filter sees, one number for each dimension. Default 1. */
  readonly dilations?: readonly number[] | undefined;
}

/**
 * The gradient of `conv2d` for its input, which is its transpose.
 *
 * Shapes: inputSizes `[4]` or `[2]`, filter `[fh, fw, c, o]`, outBackprop `[n, h, w, o]` → `[n, h', w', c]`.
 * Dtypes: float16, bfloat16, float32, float64, int32, both alike; inputSizes int32.
 *
 * @param inputSizes the shape of `conv2d`'s input, or its rows and columns alone.
 * @throws {ArgumentError} for padding of another form. @throws {ShapeError} when the channels do not fit.
 * @throws {InvalidArgumentError} in a step, when `conv2d` of that shape would give another one than that of `outBackprop`.
 * @remarks Differs from TensorFlow: NCHW and dilated filters run everywhere; TensorFlow's CPU refuses them.
 * @see TensorFlow `conv2d_backprop_input`, python/ops/nn_ops.py; `Conv2DBackpropInput`, core/ops/nn_ops.cc
 * @example
 * const options = { strides: [1, 1, 1, 1], padding: "VALID" };
 * nn.conv2dBackpropInput([1, 3, 3, 1], ones([2, 2, 1, 1]), ones([1, 2, 2, 1]), options).shape; // (1, 3, 3, 1)
 */
export function conv2dBackpropInput(
  inputSizes: TensorLike,
  filter: TensorLike,
  outBackprop: TensorLike,
  options: Conv2dBackpropInputOptions,
): Tensor {
  const attrs = {
    strides: options.strides,
    ...paddingAttrs(options.padding),
    use_cudnn_on_gpu: options.useCudnnOnGpu,
    data_format: options.dataFormat,
    dilations: options.dilations,
  };
  return applyOp1(defs.Conv2DBackpropInput, [inputSizes, filter, outBackprop], attrs, options.name);
}
