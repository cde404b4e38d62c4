/** Builder of the gradient of convolutions of volumes. Mirrors `conv3d_backprop_filter`, python/ops/gen_nn_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { NameOption } from "./op-scope.ts";
import { volumeGradDefs as defs } from "./volume-grads.defs.ts";

/** Options of `conv3dBackpropFilter`. */
export interface Conv3dBackpropFilterOptions extends NameOption {
  /** How far the filter moves: one number for each dimension. */
  readonly strides: readonly number[];
  /** `SAME` or `VALID`. */
  readonly padding: string;
  /** `NDHWC` (default) or `NCDHW`. */
  readonly dataFormat?: string | undefined;
  /** How far apart the elements are that the filter sees, one number for each dimension. Default 1. */
  readonly dilations?: readonly number[] | undefined;
}

/**
 * The gradient of `conv3d` for its filter.
 *
 * Shapes: input `[n, d', h', w', c]`, filterSizes `[5]`, outBackprop `[n, d, h, w, o]` → `[fd, fh, fw, c, o]`.
 * Dtypes: float16, bfloat16, float32, float64, both alike; filterSizes int32.
 *
 * @param filterSizes the shape of `conv3d`'s filter.
 * @throws {InvalidArgumentError} in a step, when `conv3d` with such a filter would give another shape than that of `outBackprop`.
 * @remarks Differs from TensorFlow: NCDHW and dilated filters run everywhere; TensorFlow's CPU refuses them.
 * @see TensorFlow `Conv3DBackpropFilterV2`, core/ops/nn_ops.cc
 * @example
 * const options = { strides: [1, 1, 1, 1, 1], padding: "VALID" };
 * nn.conv3dBackpropFilter(ones([1, 2, 3, 3, 1]), [1, 2, 2, 1, 1], ones([1, 2, 2, 2, 1]), options).shape; // (1, 2, 2, 1, 1)
 */
export function conv3dBackpropFilter(
  input: TensorLike,
  filterSizes: TensorLike,
  outBackprop: TensorLike,
  options: Conv3dBackpropFilterOptions,
): Tensor {
  const { strides, padding, dataFormat, dilations, name } = options;
  const attrs = { strides, padding, data_format: dataFormat, dilations };
  return applyOp1(defs.Conv3DBackpropFilterV2, [input, filterSizes, outBackprop], attrs, name);
}

/** The longer name of `conv3dBackpropFilter`. */
export const conv3dBackpropFilterV2: typeof conv3dBackpropFilter = conv3dBackpropFilter;
