/**
 * How batch normalization is written in ONNX: as arithmetic along the channels, which come first where the statistics of images are
 * computed. ONNX's own operator multiplies before it subtracts the mean, which loses digits.
 */
import { channelsFirst, channelsLast } from "../onnx/layout.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { type batchNormDefs, channelAxis, usesGivenMoments } from "./batch-norm.defs.ts";

interface BatchNormAttrs {
  readonly epsilon: number;
  readonly exponential_avg_factor: number;
  readonly data_format: string;
  readonly is_training: boolean;
}

/** x, scale, offset, mean and variance. */
type Inputs = readonly [OnnxValue, OnnxValue, OnnxValue, OnnxValue, OnnxValue];

/** Mean and variance, one number for each channel. */
type Moments = readonly [OnnxValue, OnnxValue];

/** The axes of images, and how a vector of channels is laid beside them. */
export interface Layout {
  readonly rank: number;
  readonly axis: number;
  readonly channels: number;
}

/** A vector of channels as it stands beside images. */
export function along(onnx: OnnxBuilder, vector: OnnxValue, { rank, axis, channels }: Layout): OnnxValue {
  if (axis === rank - 1) return vector;
  const shape = Array.from({ length: rank - 1 }, (_, i) => (i === 0 ? channels : 1));
  return onnx.node("Reshape", [vector, onnx.integers(shape)], {}, shape);
}

/** The layout in which the statistics of a batch are computed: images have their channels first, as what stands around them has. */
export function statisticsLayout(given: Layout): Layout {
  return given.rank === 4 ? { ...given, axis: 1 } : given;
}

/** Images in another layout. */
export function withLayout(onnx: OnnxBuilder, images: OnnxValue, from: Layout, to: Layout): OnnxValue {
  if (from.axis === to.axis) return images;
  return to.axis === 1 ? channelsFirst(onnx, images) : channelsLast(onnx, images);
}

/** The sum of each channel. */
export function sumsOf(onnx: OnnxBuilder, value: OnnxValue, { rank, axis, channels }: Layout): OnnxValue {
  if (axis === 1 && rank === 4) return onnx.deferred("ChannelSum", [value], {}, [channels]);
  const axes = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
  return onnx.node("ReduceSum", [value, onnx.integers(axes)], { keepdims: 0 }, [channels]);
}

/** How many elements a channel has. */
export function countOf(onnx: OnnxBuilder, x: OnnxValue, { channels }: Layout): OnnxValue {
  const count = x.shape.elementCount();
  if (count !== null) return onnx.scalar(count / channels, float32);
  return onnx.node("Div", [onnx.cast(onnx.node("Size", [x]), float32), onnx.scalar(channels, float32)]);
}

/** Mean and variance of each channel; the latter divides by the number of elements. Without elements both are not-a-number, by 0 / 0. */
function momentsOf(onnx: OnnxBuilder, x: OnnxValue, count: OnnxValue, layout: Layout): Moments {
  const meanOf = (value: OnnxValue): OnnxValue =>
    onnx.node("Div", [sumsOf(onnx, value, layout), count], {}, [layout.channels]);
  const mean = meanOf(x);
  const centered = onnx.node("Sub", [x, along(onnx, mean, layout)], {}, x.shape);
  return [mean, meanOf(onnx.node("Mul", [centered, centered], {}, x.shape))];
}

/** What the variance of a batch is multiplied by so that it is unbiased: n / max(n - 1, 1). */
function unbiasing(onnx: OnnxBuilder, count: OnnxValue): OnnxValue {
  const one = onnx.scalar(1, float32);
  return onnx.node("Div", [count, onnx.node("Max", [onnx.node("Sub", [count, one]), one])]);
}

function reported(
  onnx: OnnxBuilder,
  count: OnnxValue,
  [mean, variance]: Moments,
  [batchMean, biased]: Moments,
  attrs: BatchNormAttrs,
): Moments {
  if (!attrs.is_training) return [mean, variance];
  const batchVariance = onnx.node("Mul", [biased, unbiasing(onnx, count)]);
  const factor = attrs.exponential_avg_factor;
  if (factor === 1) return [batchMean, batchVariance];
  const mixed = (old: OnnxValue, now: OnnxValue): OnnxValue =>
    onnx.node("Add", [
      onnx.node("Mul", [old, onnx.scalar(1 - factor, float32)]),
      onnx.node("Mul", [now, onnx.scalar(factor, float32)]),
    ]);
  return [mixed(mean, batchMean), mixed(variance, batchVariance)];
}

/** The statistic, or not-a-number where there are no images. */
function unlessEmpty(onnx: OnnxBuilder, x: OnnxValue, value: OnnxValue): OnnxValue {
  if ((x.shape.elementCount() ?? 0) > 0) return value;
  const isEmpty = onnx.node("Equal", [onnx.node("Size", [x]), onnx.integers([0])]);
  return onnx.node("Where", [isEmpty, onnx.scalar(Number.NaN, float32), value]);
}

function batchNorm(onnx: OnnxBuilder, inputs: Inputs, attrs: BatchNormAttrs): Lowered {
  const [x] = inputs;
  const rank = x.shape.rank ?? 0;
  const axis = channelAxis(attrs.data_format, rank);
  const channels = x.shape.dim(axis);
  if (channels === null || channels === 0) return unsupported("the channels are not known before the step");
  const counted = usesGivenMoments(attrs) ? 5 : 3;
  if (inputs.slice(1, counted).some(({ shape }) => shape.dim(0) !== channels))
    return unsupported("the sizes of scale, offset, mean or variance are not known before the step");
  if (inputs.slice(counted).some(({ shape }) => shape.rank !== 1))
    return unsupported("the rank of mean or variance is not known before the step");
  return written(onnx, inputs, { rank, axis, channels }, attrs);
}

function written(onnx: OnnxBuilder, inputs: Inputs, own: Layout, attrs: BatchNormAttrs): Lowered {
  const [given, scale, offset, mean, variance] = inputs;
  const layout = attrs.is_training ? statisticsLayout(own) : own;
  const x = withLayout(onnx, onnx.cast(given, float32), own, layout);
  const count = countOf(onnx, given, layout);
  const used: Moments = attrs.is_training ? momentsOf(onnx, x, count, layout) : [mean, variance];
  const root = onnx.node("Sqrt", [onnx.node("Add", [used[1], onnx.scalar(attrs.epsilon, float32)])]);
  const centered = onnx.node("Sub", [x, along(onnx, used[0], layout)], {}, x.shape);
  const scaled = onnx.node("Mul", [centered, along(onnx, onnx.node("Div", [scale, root]), layout)], {}, x.shape);
  const shifted = onnx.node("Add", [scaled, along(onnx, offset, layout)], {}, x.shape);
  const y = onnx.cast(withLayout(onnx, shifted, layout, own), given.dtype);
  const told = reported(onnx, count, [mean, variance], used, attrs);
  const zeros = onnx.constant(ndarray(new Float32Array(layout.channels), float32));
  // What gradients need, as the kernel gives it.
  const kept = attrs.is_training ? used : [zeros, zeros];
  return [y, ...told.map((value) => unlessEmpty(onnx, given, value)), ...kept];
}

/** As the others; the last output, which only other devices use, is a 0. */
function batchNormV3(onnx: OnnxBuilder, inputs: Inputs, attrs: BatchNormAttrs): Lowered {
  const lowered = batchNorm(onnx, inputs, attrs);
  return Array.isArray(lowered) ? [...(lowered as readonly OnnxValue[]), onnx.scalar(0, float32)] : lowered;
}

/** The rules of this family. */
export const batchNormOnnx = onnxRules<typeof batchNormDefs>()({
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: (onnx, inputs, attrs) =>
    attrs.U === float32 ? batchNormV3(onnx, inputs, attrs) : unsupported("ONNX models hold no bfloat16 here"),
});
