/** Builders of convolution and pooling of volumes. Mirrors `conv3d`, `conv3d_transpose`, `max_pool3d` and `avg_pool3d`, python/ops/nn_ops.py. */

import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { volumeDefs as defs } from "./volume.defs.ts";
import { fiveNumbers, type WindowNumbers } from "./window-options.ts";

/** Options of `conv3d`. */
export interface Conv3dOptions extends NameOption {
  /** How far the filter moves: one number for each of the five dimensions. */
  readonly strides: readonly number[];
  /** `SAME` or `VALID`. */
  readonly padding: string;
  /** `NDHWC` (default) or `NCDHW`. */
  readonly dataFormat?: string | undefined;
  /** How far apart the elements are that the filter sees, as `strides`. Default 1. */
  readonly dilations?: readonly number[] | undefined;
}

/**
 * Moves filters over volumes and sums the products.
 *
 * Shapes: input `[n, d, h, w, c]`, filter `[fd, fh, fw, c, o]` → `[n, d', h', w', o]`; with NCDHW, `[n, c, d, h, w]` →
 * `[n, o, d', h', w']`. With SAME, d' = ⌈d / stride⌉; with VALID, d' = ⌈(d - (fd - 1) dilation) / stride⌉.
 * Dtypes: float16, bfloat16, float32, float64; both alike.
 *
 * @throws {ArgumentError} for strides of another count. @throws {ShapeError} when the shapes do not fit.
 * @remarks Differs from TensorFlow: NCDHW and dilated filters run everywhere; TensorFlow's CPU refuses them. Static shapes dilate
 * rows by the rate of rows; TensorFlow takes that of columns for them, and the other way round.
 * @see TensorFlow `conv3d`, python/ops/nn_ops.py; `Conv3D`, core/ops/nn_ops.cc
 * @example
 * const x = ones([1, 2, 2, 2, 1]);
 * const sum = nn.conv3d(x, ones([2, 2, 2, 1, 1]), { strides: [1, 1, 1, 1, 1], padding: "VALID" });
 * session.runSync(sum).toArray(); // [[[[[8]]]]]
 */
export function conv3d(input: TensorLike, filter: TensorLike, options: Conv3dOptions): Tensor {
  const { strides, padding, dataFormat, dilations } = options;
  const attrs = { strides, padding, data_format: dataFormat, dilations };
  return applyOp1(defs.Conv3D, [input, filter], attrs, options.name);
}

/** Options of `conv3dTranspose`. */
export interface Conv3dTransposeOptions extends NameOption {
  /** How far patches are apart: one number, one for each axis of space, or one for each dimension. */
  readonly strides: WindowNumbers;
  /** `SAME` (default) or `VALID`. */
  readonly padding?: string | undefined;
  /** `NDHWC` (default) or `NCDHW`. */
  readonly dataFormat?: string | null | undefined;
  /** How far apart the elements of a patch are, as `strides`. Default 1. */
  readonly dilations?: WindowNumbers | null | undefined;
}

/**
 * The transpose of `conv3d`: each voxel times the filter is added to the volume where `conv3d` would have seen it.
 *
 * Shapes: value `[n, d, h, w, o]`, filter `[fd, fh, fw, c, o]`, outputShape `[5]` → `[n, d', h', w', c]`, where `conv3d` of d'
 * planes gives d; with NCDHW, `[n, o, d, h, w]` → `[n, c, d', h', w']`.
 * Dtypes: float16, bfloat16, float32, float64, both alike; outputShape int32, int64.
 *
 * @throws {ArgumentError} for strides or dilations of another count. @throws {ShapeError} when outputShape is no list of five.
 * @throws {InvalidArgumentError} in a step, when `conv3d` of that shape would give another one than that of `value`.
 * @remarks Differs from TensorFlow: NCDHW and dilated filters run everywhere; TensorFlow's CPU refuses them.
 * @see TensorFlow `conv3d_transpose`, python/ops/nn_ops.py; `Conv3DBackpropInputV2`, core/ops/nn_ops.cc
 * @example
 * const x = ones([1, 1, 1, 2, 1]);
 * const y = nn.conv3dTranspose(x, ones([1, 1, 2, 1, 1]), [1, 1, 1, 4, 1], { strides: [1, 1, 2] });
 * session.runSync(y).toArray(); // [[[[[1], [1], [1], [1]]]]]
 */
export function conv3dTranspose(
  value: TensorLike,
  filter: TensorLike,
  outputShape: TensorLike,
  options: Conv3dTransposeOptions,
): Tensor {
  return inOpScope(options.name, "conv3d_transpose", [value, filter, outputShape], (scope) => {
    const dataFormat = options.dataFormat ?? "NDHWC";
    const attrs = {
      strides: fiveNumbers(options.strides, dataFormat, "strides"),
      dilations: fiveNumbers(options.dilations, dataFormat, "dilations"),
      padding: options.padding ?? "SAME",
      data_format: dataFormat,
    };
    return applyOp1(defs.Conv3DBackpropInputV2, [outputShape, filter, value], attrs, scope);
  });
}

/** Options of `maxPool3d` and `avgPool3d`. */
export interface Pool3dOptions extends NameOption {
  /** The size of the window: one number, one for each axis of space, or one for each dimension. */
  readonly ksize: WindowNumbers;
  /** How far the window moves, likewise. */
  readonly strides: WindowNumbers;
  /** `SAME` or `VALID`. */
  readonly padding: string;
  /** `NDHWC` (default) or `NCDHW`. */
  readonly dataFormat?: string | null | undefined;
}

function pool3d(def: OpDef, scopeName: string, input: TensorLike, options: Pool3dOptions): Tensor {
  return inOpScope(options.name, scopeName, [input], (scope) => {
    const dataFormat = options.dataFormat ?? "NDHWC";
    const ksize = fiveNumbers(options.ksize, dataFormat, "ksize");
    const strides = fiveNumbers(options.strides, dataFormat, "strides");
    return applyOp1(def, [input], { ksize, strides, padding: options.padding, data_format: dataFormat }, scope);
  });
}

/**
 * The largest element of each window of a volume.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', c]`; with SAME, d' = ⌈d / stride⌉; with VALID, d' = ⌈(d - ksize + 1) / stride⌉.
 * Dtypes: float16, bfloat16, float32.
 *
 * @throws {ArgumentError} for sizes of another count. @throws {ShapeError} when the window does not fit.
 * @remarks Differs from TensorFlow: NCDHW and float16 run everywhere; TensorFlow's CPU refuses them.
 * @see TensorFlow `max_pool3d`, python/ops/nn_ops.py; `MaxPool3D`, core/ops/nn_ops.cc
 * @example
 * const x = reshape(constant([1, 2, 3, 4, 5, 6, 7, 8]), [1, 2, 2, 2, 1]);
 * session.runSync(nn.maxPool3d(x, { ksize: 2, strides: 2, padding: "VALID" })).toArray(); // [[[[[8]]]]]
 */
export function maxPool3d(input: TensorLike, options: Pool3dOptions): Tensor {
  return pool3d(defs.MaxPool3D, "MaxPool3D", input, options);
}

/**
 * The mean of each window of a volume; padding does not count.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', c]`; with SAME, d' = ⌈d / stride⌉; with VALID, d' = ⌈(d - ksize + 1) / stride⌉.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ArgumentError} for sizes of another count. @throws {ShapeError} when the window does not fit.
 * @remarks Differs from TensorFlow: NCDHW, float16 and float64 run everywhere; TensorFlow's CPU refuses them.
 * @see TensorFlow `avg_pool3d`, python/ops/nn_ops.py; `AvgPool3D`, core/ops/nn_ops.cc
 * @example
 * const x = reshape(constant([1, 2, 3, 4, 5, 6, 7, 8]), [1, 2, 2, 2, 1]);
 * session.runSync(nn.avgPool3d(x, { ksize: 2, strides: 2, padding: "VALID" })).toArray(); // [[[[[4.5]]]]]
 */
export function avgPool3d(input: TensorLike, options: Pool3dOptions): Tensor {
  return pool3d(defs.AvgPool3D, "AvgPool3D", input, options);
}
