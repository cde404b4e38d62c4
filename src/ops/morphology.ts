/** Builders of the dilation and erosion of images. Mirrors `dilation2d` and `erosion2d`, python/ops/nn_ops.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { negative } from "./elementary.ts";
import { morphologyDefs as defs } from "./morphology.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reverse } from "./transpose.ts";

/** Options of `dilation2d` and `erosion2d`. */
export interface MorphologyOptions extends NameOption {
  /** How far the filter moves: `[1, rows, columns, 1]`. */
  readonly strides: readonly number[];
  /** How far apart the elements are that the filter sees: `[1, rows, columns, 1]`. */
  readonly rates: readonly number[];
  /** `SAME` or `VALID`. */
  readonly padding: string;
}

/**
 * Moves filters over images, each channel by itself, and takes the largest sum of an element and its weight.
 *
 * Shapes: input `[n, h, w, c]`, filter `[fh, fw, c]` → `[n, h', w', c]`.
 * Dtypes: real numbers; both alike.
 *
 * @throws {ShapeError} when the shapes do not fit. @throws {UnimplementedError} at the run, for steps over images or channels.
 * @see TensorFlow `dilation2d`, python/ops/nn_ops.py; `Dilation2D`, core/ops/nn_ops.cc
 * @example
 * const x = reshape(constant([1, 5, 2]), [1, 1, 3, 1]);
 * const options = { strides: [1, 1, 1, 1], rates: [1, 1, 1, 1], padding: "VALID" };
 * session.runSync(nn.dilation2d(x, zeros([1, 2, 1]), options)).toArray(); // [[[[5], [5]]]]
 */
export function dilation2d(input: TensorLike, filter: TensorLike, options: MorphologyOptions): Tensor {
  const { strides, rates, padding } = options;
  return applyOp1(defs.Dilation2D, [input, filter], { strides, rates, padding }, options.name);
}

/**
 * Moves filters over images, each channel by itself, and takes the least difference of an element and its weight.
 *
 * Shapes: value `[n, h, w, c]`, kernel `[kh, kw, c]` → `[n, h', w', c]`. The kernel is turned round.
 * Dtypes: bfloat16, float16, float32, float64, int8, int16, int32, int64; both alike.
 *
 * @throws {ShapeError} when the shapes do not fit. @throws {UnimplementedError} at the run, for steps over images or channels.
 * @see TensorFlow `erosion2d`, python/ops/nn_ops.py; `Dilation2D`, core/ops/nn_ops.cc
 * @example
 * const x = reshape(constant([1, 5, 2]), [1, 1, 3, 1]);
 * const options = { strides: [1, 1, 1, 1], rates: [1, 1, 1, 1], padding: "VALID" };
 * session.runSync(nn.erosion2d(x, zeros([1, 2, 1]), options)).toArray(); // [[[[1], [2]]]]
 */
export function erosion2d(value: TensorLike, kernel: TensorLike, options: MorphologyOptions): Tensor {
  return inOpScope(options.name, "erosion2d", [value, kernel], (scope) =>
    negative(dilation2d(negative(value), reverse(kernel, [0, 1]), { ...options, name: scope })),
  );
}
