/** Builder of pooling that tells where each largest element stands. Mirrors `max_pool_with_argmax_v1`, python/ops/nn_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeLike } from "../tensor/dtype.ts";
import type { NameOption } from "./op-scope.ts";
import { poolArgmaxDefs as defs } from "./pool-argmax.defs.ts";

/** Options of `maxPoolWithArgmax`. */
export interface MaxPoolWithArgmaxOptions extends NameOption {
  /** The size of the window: one number for each dimension. */
  readonly ksize: readonly number[];
  /** How far the window moves, likewise. */
  readonly strides: readonly number[];
  /** `SAME` or `VALID`. */
  readonly padding: string;
  /** `NHWC`, which is the only one. */
  readonly dataFormat?: string | undefined;
  /** int64 (default) or int32. */
  readonly outputDtype?: DTypeLike | null | undefined;
  /** Whether places are counted through all images instead of from the start of each; default false. */
  readonly includeBatchInIndex?: boolean | undefined;
}

/** The largest elements and their places. */
export interface MaxPoolWithArgmax {
  readonly output: Tensor;
  readonly argmax: Tensor;
}

/**
 * The largest element of each window, and its place: (row · width + column) · channels + channel.
 *
 * Shapes: `[n, h, w, c]` → both `[n, h', w', c]`; with SAME, h' = ⌈h / stride⌉; with VALID, h' = ⌈(h - ksize + 1) / stride⌉.
 * Dtypes: all real numbers; places int64 or int32. Of equal elements the first counts.
 *
 * @throws {ArgumentError} for another data format. @throws {ShapeError} when the window does not fit.
 * @remarks Differs from TensorFlow: it gives an object instead of a tuple.
 * @see TensorFlow `max_pool_with_argmax`, python/ops/nn_ops.py; `MaxPoolWithArgmax`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[[1], [4]], [[3], [2]]]]);
 * const { argmax } = nn.maxPoolWithArgmax(x, { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "VALID" });
 * session.runSync(argmax).toArray(); // [[[[1n]]]]
 */
export function maxPoolWithArgmax(input: TensorLike, options: MaxPoolWithArgmaxOptions): MaxPoolWithArgmax {
  const { dataFormat = "NHWC" } = options;
  if (dataFormat !== "NHWC") {
    throw new ArgumentError(
      `\`data_format\` values other  than 'NHWC' are not supported. Received: data_format=${dataFormat}`,
      { dataFormat },
    );
  }
  const attrs = {
    ksize: options.ksize,
    strides: options.strides,
    padding: options.padding,
    Targmax: options.outputDtype ?? "int64",
    include_batch_in_index: options.includeBatchInIndex,
  };
  const [output, argmax] = applyOp(defs.MaxPoolWithArgmax, [input], attrs, options.name).outputs as [Tensor, Tensor];
  return { output, argmax };
}
