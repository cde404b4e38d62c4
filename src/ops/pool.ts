/** Builders of pooling. Mirrors `max_pool` and `avg_pool`, python/ops/nn_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { poolDefs as defs } from "./pool.defs.ts";
import { fourNumbers, type PaddingLike, paddingAttrs, type WindowNumbers } from "./window-options.ts";

/** Options of `maxPool` and `avgPool`. */
export interface PoolOptions extends NameOption {
  /** The size of the window: one number, rows and columns, or one number for each dimension. */
  readonly ksize: WindowNumbers;
  /** How far the window moves, likewise. */
  readonly strides: WindowNumbers;
  /** `SAME`, `VALID`; for `maxPool` also how much is added before and after in each dimension. */
  readonly padding: PaddingLike;
  /** `NHWC` (default) or `NCHW`. */
  readonly dataFormat?: string | null | undefined;
}

/**
 * The largest element of each window.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', c]`; with SAME, h' = ⌈h / stride⌉; with VALID, h' = ⌈(h - ksize + 1) / stride⌉.
 * Dtypes: float16, bfloat16, float32, float64, int32, int64, uint8, int16, int8, uint16.
 *
 * @throws {ArgumentError} for sizes or padding of another form. @throws {ShapeError} when the window does not fit.
 * @see TensorFlow `max_pool`, python/ops/nn_ops.py; `MaxPool`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[[1], [2]], [[3], [4]]]]);
 * session.runSync(nn.maxPool(x, { ksize: 2, strides: 2, padding: "VALID" })).toArray(); // [[[[4]]]]
 */
export function maxPool(value: TensorLike, options: PoolOptions): Tensor {
  return inOpScope(options.name, "MaxPool", [value], (scope) => {
    const dataFormat = options.dataFormat ?? "NHWC";
    const ksize = fourNumbers(options.ksize, dataFormat, "ksize");
    const strides = fourNumbers(options.strides, dataFormat, "strides");
    const padding = paddingAttrs(options.padding);
    if (ksize.includes(0))
      throw new ArgumentError(`\`ksize\` cannot be zero. Received: ksize=${pythonText(ksize)}`, { ksize });
    return applyOp1(defs.MaxPool, [value], { ksize, strides, ...padding, data_format: dataFormat }, scope);
  });
}

/**
 * The mean of each window; padding does not count.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', c]`; with SAME, h' = ⌈h / stride⌉; with VALID, h' = ⌈(h - ksize + 1) / stride⌉.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ArgumentError} for sizes or padding of another form. @throws {ShapeError} when the window does not fit.
 * @see TensorFlow `avg_pool`, python/ops/nn_ops.py; `AvgPool`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[[1], [2]], [[3], [4]]]]);
 * session.runSync(nn.avgPool(x, { ksize: 2, strides: 2, padding: "VALID" })).toArray(); // [[[[2.5]]]]
 */
export function avgPool(value: TensorLike, options: PoolOptions): Tensor {
  return inOpScope(options.name, "AvgPool", [value], (scope) => {
    const dataFormat = options.dataFormat ?? "NHWC";
    const ksize = fourNumbers(options.ksize, dataFormat, "ksize");
    const strides = fourNumbers(options.strides, dataFormat, "strides");
    const { padding } = options;
    return applyOp1(
      defs.AvgPool,
      [value],
      { ksize, strides, padding: padding as string, data_format: dataFormat },
      scope,
    );
  });
}
