/** Builders of convolutions of images. Mirrors `conv2d`, python/ops/nn_ops.py, and `depthwise_conv2d`, python/ops/nn_impl.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { convDefs as defs } from "./conv.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { shape } from "./shape.ts";
import { fourNumbers, type PaddingLike, paddingAttrs, type WindowNumbers } from "./window-options.ts";
import { dilated } from "./with-space-to-batch.ts";

/** Options of `conv2d`. */
export interface Conv2dOptions extends NameOption {
  /** How far the filter moves: one number, rows and columns, or one number for each dimension. Default 1. */
  readonly strides?: WindowNumbers | null | undefined;
  /** `SAME`, `VALID`, or how many zeros are added before and after in each dimension. */
  readonly padding: PaddingLike;
  /** `NHWC` (default) or `NCHW`. */
  readonly dataFormat?: string | null | undefined;
  /** How far apart the elements are that the filter sees, as `strides`. Default 1. */
  readonly dilations?: WindowNumbers | null | undefined;
  /** Kept in the graph; it has no effect here. Default true. */
  readonly useCudnnOnGpu?: boolean | undefined;
}

/**
 * Moves filters over images and sums the products.
 *
 * Shapes: input `[n, h, w, c]`, filter `[fh, fw, c, o]` → `[n, h', w', o]`; with NCHW, `[n, c, h, w]` → `[n, o, h', w']`. With SAME,
 * h' = ⌈h / stride⌉; with VALID, h' = ⌈(h - (fh - 1) dilation) / stride⌉. A filter of c / g channels works in g groups.
 * Dtypes: float16, bfloat16, float32, float64, int32; both alike.
 *
 * @throws {ArgumentError} for strides, dilations or padding of another form. @throws {ShapeError} when the shapes do not fit.
 * @remarks Differs from TensorFlow: NCHW and dilated filters run everywhere; TensorFlow's CPU refuses some of them. Input of more
 * than four dimensions is not taken.
 * @see TensorFlow `conv2d`, python/ops/nn_ops.py; `Conv2D`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[[1], [2]], [[3], [4]]]]);
 * const sum = nn.conv2d(x, ones([2, 2, 1, 1]), { strides: 1, padding: "VALID" });
 * session.runSync(sum).toArray(); // [[[[10]]]]
 */
export function conv2d(input: TensorLike, filter: TensorLike, options: Conv2dOptions): Tensor {
  const dataFormat = options.dataFormat ?? "NHWC";
  const attrs = {
    ...paddingAttrs(options.padding),
    strides: fourNumbers(options.strides, dataFormat, "strides"),
    dilations: fourNumbers(options.dilations, dataFormat, "dilations"),
    use_cudnn_on_gpu: options.useCudnnOnGpu,
    data_format: dataFormat,
  };
  return applyOp1(defs.Conv2D, [input, filter], attrs, options.name);
}

/** Options of `depthwiseConv2d`. */
export interface DepthwiseConv2dOptions extends NameOption {
  /** How far the filter moves: one number for each dimension. */
  readonly strides: readonly number[];
  /** `SAME`, `VALID`, or how many zeros are added before and after in each dimension. */
  readonly padding: PaddingLike;
  /** Dilation of rows and columns; default 1 and 1. */
  readonly rate?: readonly number[] | null | undefined;
  /** `NHWC` (default) or `NCHW`. */
  readonly dataFormat?: string | null | undefined;
}

/**
 * Moves filters over images, each channel by itself: channel k gives the outputs k m to k m + m - 1.
 *
 * Shapes: input `[n, h, w, c]`, filter `[fh, fw, c, m]` → `[n, h', w', c m]`; with NCHW, `[n, c, h, w]` → `[n, c m, h', w']`.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {ShapeError} when the shapes do not fit. @throws {ArgumentError} for rates below 1, and for SAME with rates when the filter's size is not known.
 * @see TensorFlow `depthwise_conv2d`, python/ops/nn_impl.py; `DepthwiseConv2dNative`, core/ops/nn_ops.cc
 * @example
 * const x = ones([1, 4, 4, 3]);
 * nn.depthwiseConv2d(x, ones([2, 2, 3, 2]), { strides: [1, 1, 1, 1], padding: "SAME" }).shape; // (1, 4, 4, 6)
 */
export function depthwiseConv2d(input: TensorLike, filter: TensorLike, options: DepthwiseConv2dOptions): Tensor {
  return inOpScope(options.name, "depthwise", [input, filter], (scope) => {
    const image = convertToTensor(input, { name: "tensor_in" });
    const weights = convertToTensor(filter, { name: "filter_in" });
    const { rate, padding, dataFormat } = options;
    const windows = { rate: rate ?? [1, 1], padding, dataFormat, filterShape: shape(weights) };
    return dilated(
      image,
      windows,
      (_, used) => (x) => depthwiseConv2dNative(x, weights, { ...options, padding: used, name: scope }),
    );
  });
}

/**
 * As `depthwiseConv2d`, by one op alone.
 *
 * Shapes: as `depthwiseConv2d`. Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `depthwise_conv2d_native`, python/ops/nn_ops.py; `DepthwiseConv2dNative`, core/ops/nn_ops.cc
 * @example
 * const x = ones([1, 4, 4, 3]);
 * nn.depthwiseConv2dNative(x, ones([2, 2, 3, 2]), { strides: [1, 1, 1, 1], padding: "VALID" }).shape; // (1, 3, 3, 6)
 */
export function depthwiseConv2dNative(
  input: TensorLike,
  filter: TensorLike,
  options: Omit<DepthwiseConv2dOptions, "rate"> & { readonly dilations?: readonly number[] | undefined },
): Tensor {
  if (!Array.isArray(options.strides)) {
    throw new ArgumentTypeError(`Expected list for attr strides, obtained ${typeof options.strides} instead.`, {
      strides: options.strides,
    });
  }
  const attrs = {
    strides: options.strides,
    ...paddingAttrs(options.padding),
    data_format: options.dataFormat ?? undefined,
    dilations: options.dilations,
  };
  return applyOp1(defs.DepthwiseConv2dNative, [input, filter], attrs, options.name);
}
