/** Kernels of batch normalization. Mirrors core/kernels/fused_batch_norm_op.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { type AxisView, axisView } from "../kernels/reduction.ts";
import { kernelsFor } from "../kernels/rule.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { type batchNormDefs, channelAxis, usesGivenMoments } from "./batch-norm.defs.ts";

interface BatchNormAttrs {
  readonly epsilon: number;
  readonly exponential_avg_factor: number;
  readonly data_format: string;
  readonly is_training: boolean;
}

/** x, scale, offset, mean and variance. */
type Inputs = readonly [NDArray, NDArray, NDArray, NDArray, NDArray];

/** One number for each channel. */
interface Moments {
  readonly mean: Numbers;
  readonly variance: Numbers;
}

function checkInputs([x, scale, offset, mean, variance]: Inputs, attrs: BatchNormAttrs): number {
  require(x.rank === 4 || x.rank === 5, () => `input must be 4 or 5-dimensional${shapeText(x.shape)}`, { x });
  const vectors = { scale, offset, estimated_mean: mean, estimated_variance: variance };
  for (const [name, value] of Object.entries(vectors))
    require(value.rank === 1, () => `${name} must be 1-dimensional${shapeText(value.shape)}`, { [name]: value });
  const channels = x.shape[channelAxis(attrs.data_format, x.rank)] as number;
  const sized = (what: string, value: NDArray): void =>
    require(value.size === channels, () =>
      `${what} must have the same number of elements as the channels of x, got ${value.size} and ${channels}`, {
      x,
      value,
    });
  sized("scale", scale);
  sized("offset", offset);
  if (usesGivenMoments(attrs)) {
    const when = attrs.is_training ? "When exponential_avg_factor != 1" : "When is_training=false";
    sized(`${when}, mean`, mean);
    sized(`${when}, variance`, variance);
  }
  return channels;
}

/** Mean and variance of each channel. The variance divides by the number of elements. */
function momentsOf(values: Numbers, view: AxisView): Moments {
  const mean = meansOf(values, view, (x) => x);
  const variance = meansOf(values, view, (x, channel) => (x - (mean[channel] as number)) ** 2);
  return { mean, variance };
}

function meansOf(values: Numbers, { outer, length, inner }: AxisView, rule: (x: number, i: number) => number): Numbers {
  const sums = new Float64Array(length);
  for (let i = 0, at = 0; i < outer; i += 1) {
    for (let channel = 0; channel < length; channel += 1) {
      let sum = sums[channel] as number;
      for (let j = 0; j < inner; j += 1, at += 1) sum += rule(values[at] as number, channel);
      sums[channel] = sum;
    }
  }
  return sums.map((sum) => sum / (outer * inner));
}

/** (x - mean) · scale / √(variance + epsilon) + offset, channel by channel. */
function normalize(out: Numbers, values: Numbers, view: AxisView, moments: Moments, affine: Moments): void {
  const { outer, length, inner } = view;
  for (let i = 0, at = 0; i < outer; i += 1) {
    for (let channel = 0; channel < length; channel += 1) {
      const mean = moments.mean[channel] as number;
      const factor = affine.variance[channel] as number;
      const offset = affine.mean[channel] as number;
      for (let j = 0; j < inner; j += 1, at += 1) out[at] = ((values[at] as number) - mean) * factor + offset;
    }
  }
}

/** What the op tells of the statistics: in training, those of the batch mixed into those given; the variance is then unbiased. */
function reported(given: Moments, batch: Moments, count: number, attrs: BatchNormAttrs): Moments {
  if (!attrs.is_training) return given;
  const factor = attrs.exponential_avg_factor;
  const unbiased = count / Math.max(count - 1, 1);
  if (factor === 1) return { mean: batch.mean, variance: batch.variance.map((v) => v * unbiased) };
  const mixed = (old: Numbers, now: Numbers, scale: number): Numbers =>
    now.map((value, i) => (1 - factor) * (old[i] as number) + factor * scale * value);
  return { mean: mixed(given.mean, batch.mean, 1), variance: mixed(given.variance, batch.variance, unbiased) };
}

function batchNorm(inputs: Inputs, attrs: BatchNormAttrs): readonly NDArray[] {
  const [x, scale, offset, mean, variance] = inputs;
  const channels = checkInputs(inputs, attrs);
  const statistic = (values: Numbers): NDArray => {
    const wide = wideStorage(scale.dtype, channels) as Numbers;
    wide.set(values);
    return narrowed(scale.dtype, [channels], wide);
  };
  const zero = statistic(new Float64Array(channels));
  if (x.size === 0) {
    const nothing = statistic(new Float64Array(channels).fill(Number.NaN));
    const kept = attrs.is_training ? nothing : zero;
    return [x, nothing, nothing, kept, kept];
  }
  const view = axisView(x.shape, channelAxis(attrs.data_format, x.rank));
  const values = widened(x) as Numbers;
  const given = { mean: widened(mean) as Numbers, variance: widened(variance) as Numbers };
  const used = attrs.is_training ? momentsOf(values, view) : given;
  const factors = Float64Array.from(
    widened(scale) as Numbers,
    (s, i) => s / Math.sqrt((used.variance[i] as number) + attrs.epsilon),
  );
  const out = wideStorage(x.dtype, x.size) as Numbers;
  normalize(out, values, view, used, { mean: widened(offset) as Numbers, variance: factors });
  const told = reported(given, used, view.outer * view.inner, attrs);
  // What gradients need. TensorFlow leaves it unset where there is no training.
  const kept = attrs.is_training ? [statistic(used.mean), statistic(used.variance)] : [zero, zero];
  return [narrowed(x.dtype, x.shape, out), statistic(told.mean), statistic(told.variance), ...kept];
}

/** The last output, which only other devices use, is a 0. */
function batchNormV3(inputs: Inputs, attrs: BatchNormAttrs): readonly NDArray[] {
  const { dtype } = inputs[1];
  return [...batchNorm(inputs, attrs), narrowed(dtype, [], wideStorage(dtype, 1))];
}

/** The kernels of this family. */
export const batchNormKernels = kernelsFor<typeof batchNormDefs>()({
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNormV3,
});
