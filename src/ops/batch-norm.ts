/** Builder of batch normalization in one op. With statistics that are given and shapes of any kind: normalization.ts. Mirrors python/ops/nn_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { Tensor } from "../graph/tensor.ts";
import { constant } from "./array.ts";
import { batchNormDefs as defs } from "./batch-norm.defs.ts";
import type { NameOption } from "./op-scope.ts";

/** Options of `fusedBatchNorm`. */
export interface FusedBatchNormOptions extends NameOption {
  /** The mean of each channel, when not training; or the running mean that the batch's is mixed into. */
  readonly mean?: TensorLike | null | undefined;
  /** The variance of each channel, likewise. */
  readonly variance?: TensorLike | null | undefined;
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number | undefined;
  /** `NHWC` (default), `NCHW`, `NDHWC` or `NCDHW`. */
  readonly dataFormat?: string | undefined;
  /** Whether the batch's own statistics are used; default true. */
  readonly isTraining?: boolean | undefined;
  /** The share of the batch's statistics in the running ones; default 1. */
  readonly exponentialAvgFactor?: number | undefined;
}

/** What `fusedBatchNorm` gives. */
export interface FusedBatchNormResult {
  /** The normalized images. */
  readonly y: Tensor;
  /** The mean of each channel: given, the batch's, or the two mixed. */
  readonly runningMean: Tensor;
  /** The variance of each channel, likewise; the batch's is divided by one less than the number of elements. */
  readonly runningVariance: Tensor;
}

/**
 * Normalizes each channel of images, scales it and adds an offset, with the batch's own mean and variance or with given ones.
 *
 * Shapes: x `[n, h, w, c]` or as `dataFormat` says; scale, offset, mean, variance `[c]` → y as x, the statistics `[c]`.
 * Dtypes: x float16, bfloat16, float32; all others float32.
 *
 * @throws {ArgumentError} when mean or variance is needed and not given. @throws {ShapeError} when the shapes do not fit.
 * @remarks Differs from TensorFlow: it gives an object instead of a tuple.
 * @see TensorFlow `fused_batch_norm`, python/ops/nn_impl.py; `FusedBatchNormV3`, core/ops/nn_ops.cc
 * @example
 * const x = constant([[[[1], [3]]]]);
 * const { y, runningMean } = nn.fusedBatchNorm(x, [1], [0], { epsilon: 0 });
 * session.runSync([y, runningMean]).map((v) => v.toArray()); // [[[[[-1], [1]]]], [2]]
 */
export function fusedBatchNorm(
  x: TensorLike,
  scale: TensorLike,
  offset: TensorLike,
  options: FusedBatchNormOptions = {},
): FusedBatchNormResult {
  const { mean = null, variance = null, isTraining = true, exponentialAvgFactor = 1 } = options;
  if ((!isTraining || exponentialAvgFactor !== 1) && (mean === null || variance === null)) {
    throw new ArgumentError(
      `Both \`mean\` and \`variance\` must be a 1D tensor when \`is_training\` is False or \`exponential_avg_factor\` != 1.0. Received: \`mean\` ${shown(mean)} and \`variance\` ${shown(variance)}`,
      { mean, variance },
    );
  }
  return publicCall(() => {
    const inputs = [
      convertToTensor(x, { name: "input" }),
      convertToTensor(scale, { name: "scale" }),
      convertToTensor(offset, { name: "offset" }),
      mean ?? constant([]),
      variance ?? constant([]),
    ];
    const attrs = {
      epsilon: options.epsilon ?? 0.001,
      exponential_avg_factor: exponentialAvgFactor,
      data_format: options.dataFormat,
      is_training: isTraining,
    };
    const { outputs } = applyOp(defs.FusedBatchNormV3, inputs, attrs, options.name);
    const [y, runningMean, runningVariance] = outputs as readonly [Tensor, Tensor, Tensor];
    return { y, runningMean, runningVariance };
  });
}

function shown(value: TensorLike | null): string {
  return value instanceof Tensor ? value.toString() : pythonText(value);
}
