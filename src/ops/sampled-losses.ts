/** Losses over so many classes that only some are compared. Mirrors `_compute_sampled_logits` and its callers, python/ops/nn_impl.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DType, int32, int64 } from "../tensor/dtype.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { ones, onesLike, stopGradient, zerosLike } from "./array.ts";
import { type CandidateSample, computeAccidentalHits, logUniformCandidateSampler } from "./candidate-sampling.ts";
import { cast } from "./cast.ts";
import { concat, stack } from "./concat.ts";
import { sigmoidCrossEntropyWithLogits, softmaxCrossEntropyWithLogitsV2 } from "./cross-entropy.ts";
import { log } from "./elementary.ts";
import { embeddingLookup, tablesOf } from "./embedding.ts";
import { multiply } from "./math.ts";
import { matmul } from "./matmul.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { expandDims, reshape, shape } from "./shape.ts";
import { slice } from "./slice.ts";
import { sparseToDense } from "./sparse.ts";

/** What a sampler gave, or the same as a list. */
export type SampledValues =
  | CandidateSample
  | readonly [sampledCandidates: Tensor, trueExpectedCount: Tensor, sampledExpectedCount: Tensor];

/** Options of `nceLoss`. */
export interface NceLossOptions extends NameOption {
  /** How many true classes each example has. Default 1. */
  readonly numTrue?: number | undefined;
  /** The candidates; default: drawn by `logUniformCandidateSampler`, all different. */
  readonly sampledValues?: SampledValues | null | undefined;
  /** Whether candidates that are true classes do not count. Default: false for `nceLoss`, true for `sampledSoftmaxLoss`. */
  readonly removeAccidentalHits?: boolean | undefined;
  /** How classes fall to the slices of the weights: `mod` (default) or `div`. A partitioned variable is cut into ranges: that is `div`. */
  readonly partitionStrategy?: string | undefined;
}

/** Options of `sampledSoftmaxLoss`. */
export interface SampledSoftmaxLossOptions extends NceLossOptions {
  /** For the sampler. */
  readonly seed?: number | null | undefined;
}

/** What both losses are computed of. */
interface Sampling extends SampledSoftmaxLossOptions {
  readonly weights: TensorLike | readonly TensorLike[];
  readonly biases: TensorLike;
  readonly labels: TensorLike;
  readonly inputs: TensorLike;
  readonly numSampled: number;
  readonly numClasses: number;
}

const ints = (values: readonly number[]): NDArray => ndarray([...values], int32);

function asDType(x: Tensor, dtype: DType): Tensor {
  return x.dtype.baseDtype === dtype ? x : cast(x, dtype);
}

/** The sums of the rows of a matrix. */
function rowSums(x: Tensor): Tensor {
  const columns = shape(x).at([1]);
  return reshape(matmul(x, ones(stack([columns, 1]), { dtype: x.dtype.baseDtype })), ints([-1]));
}

/** The candidates of a loss, through which no gradient flows. */
function candidatesOf(labels: Tensor, given: Sampling): readonly [Tensor, Tensor, Tensor] {
  const { numTrue = 1, numSampled, numClasses, seed } = given;
  const values =
    given.sampledValues ?? logUniformCandidateSampler(labels, numTrue, numSampled, true, numClasses, { seed });
  const list: readonly TensorLike[] =
    "sampledCandidates" in values
      ? [values.sampledCandidates, values.trueExpectedCount, values.sampledExpectedCount]
      : values;
  const [sampled, trueCount, sampledCount] = list.map((one) => stopGradient(one)) as [Tensor, Tensor, Tensor];
  return [asDType(sampled, int64), trueCount, sampledCount];
}

/** Scores of the true classes and of the candidates side by side, and what they are to be. */
function sampledLogits(given: Sampling): { readonly logits: Tensor; readonly labels: Tensor } {
  const { biases, numTrue = 1, removeAccidentalHits = false } = given;
  const tables = tablesOf(given.weights);
  return inOpScope(given.name, "compute_sampled_logits", [...tables, biases, given.inputs, given.labels], () => {
    const inputs = convertToTensor(given.inputs, { name: "inputs" });
    const { baseDtype } = inputs.dtype;
    const labels = asDType(convertToTensor(given.labels, { name: "labels" }), int64);
    const flatLabels = reshape(labels, ints([-1]));
    const [sampled, trueCount, sampledCount] = candidatesOf(labels, given);
    const ids = concat([flatLabels, sampled], 0);
    const lookup = (table: TensorLike | readonly TensorLike[]): Tensor =>
      asDType(embeddingLookup(table, ids, { partitionStrategy: given.partitionStrategy }), baseDtype);
    const weights = lookup(tables);
    const trueWeights = slice(weights, ints([0, 0]), stack([shape(flatLabels).at([0]), -1]));
    const sampledWeights = slice(weights, stack([shape(flatLabels).at([0]), 0]), ints([-1, -1]));
    const products = matmul(inputs, sampledWeights, { transposeB: true });
    const bias = lookup(biases);
    const trueBias = slice(bias, ints([0]), shape(flatLabels));
    const sampledBias = slice(bias, shape(flatLabels), ints([-1]));
    const trueProducts = rowProducts(inputs, trueWeights, numTrue);
    let trueLogits = trueProducts.add(reshape(trueBias, ints([-1, numTrue])));
    let logits = products.add(sampledBias);
    if (removeAccidentalHits) logits = logits.add(hitScores(labels, sampled, given, baseDtype));
    trueLogits = trueLogits.sub(log(trueCount));
    logits = logits.sub(log(sampledCount));
    const all = concat([trueLogits, logits], 1);
    return { logits: all, labels: concat([onesLike(trueLogits).div(numTrue), zerosLike(logits)], 1) };
  });
}

/** Each example times the weights of each of its true classes. */
function rowProducts(inputs: Tensor, weights: Tensor, numTrue: number): Tensor {
  const width = shape(weights).at("1:2");
  const perClass = concat([ints([-1, numTrue]), width], 0);
  const products = multiply(expandDims(inputs, 1), reshape(weights, perClass));
  const rows = reshape(products, concat([ints([-1]), width], 0));
  return reshape(rowSums(rows), ints([-1, numTrue]));
}

/** What takes candidates that are true classes out of the comparison. Shape: `[batch, numSampled]`. */
function hitScores(labels: Tensor, sampled: Tensor, { numTrue = 1, numSampled }: Sampling, dtype: DType): Tensor {
  const hits = computeAccidentalHits(labels, sampled, numTrue);
  const rows = reshape(hits.indices, ints([-1, 1]));
  const columns = reshape(cast(hits.ids, int32), ints([-1, 1]));
  const places = concat([rows, columns], 1, { name: "sparse_indices" });
  const size = concat([shape(labels).at(":1"), expandDims(ndarray(numSampled, int32), 0)], 0);
  return sparseToDense(places, size, asDType(hits.weights, dtype), { defaultValue: 0, validateIndices: false });
}

/**
 * A softmax loss over a few of many classes, for training only: the true classes against candidates that are drawn at random.
 *
 * Shapes: weights `[numClasses, d]` or slices of it, biases `[numClasses]`, labels `[batch, numTrue]`, inputs `[batch, d]` → `[batch]`.
 * Dtypes: floating types; labels integers.
 *
 * @throws {ArgumentError} for another partition strategy. @throws {InvalidArgumentError} at the run, for labels out of range.
 * @remarks As in TensorFlow the default strategy is `mod`, which looks up other rows of a partitioned variable than those of its classes: give `div` there.
 * @see TensorFlow `tf.nn.sampled_softmax_loss`, python/ops/nn_impl.py
 * @example
 * const [weights, biases] = [ones([10, 4]), zeros([10])];
 * const labels = constant([[3], [1]], { dtype: "int64" });
 * const loss = nn.sampledSoftmaxLoss(weights, biases, labels, ones([2, 4]), 5, 10, { seed: 1 });
 * loss.shape.toString(); // "(2,)"
 */
export function sampledSoftmaxLoss(
  weights: TensorLike | readonly TensorLike[],
  biases: TensorLike,
  labels: TensorLike,
  inputs: TensorLike,
  numSampled: number,
  numClasses: number,
  options: SampledSoftmaxLossOptions = {},
): Tensor {
  return publicCall(() => {
    const given = { weights, biases, labels, inputs, numSampled, numClasses };
    const settings = { removeAccidentalHits: true, ...options, name: options.name ?? "sampled_softmax_loss" };
    const made = sampledLogits({ ...settings, ...given });
    const targets = stopGradient(made.labels, { name: "labels_stop_gradient" });
    return softmaxCrossEntropyWithLogitsV2({ labels: targets, logits: made.logits });
  });
}

/**
 * The noise-contrastive loss, for training only: each of the true classes and of the candidates is to be told apart by itself.
 *
 * Shapes: weights `[numClasses, d]` or slices of it, biases `[numClasses]`, labels `[batch, numTrue]`, inputs `[batch, d]` → `[batch]`.
 * Dtypes: floating types; labels integers.
 *
 * @throws {ArgumentError} for another partition strategy. @throws {InvalidArgumentError} at the run, for labels out of range.
 * @remarks As in TensorFlow the default strategy is `mod`, which looks up other rows of a partitioned variable than those of its classes: give `div` there.
 * @see TensorFlow `tf.nn.nce_loss`, python/ops/nn_impl.py
 * @example
 * const [weights, biases] = [ones([10, 4]), zeros([10])];
 * const labels = constant([[3], [1]], { dtype: "int64" });
 * nn.nceLoss(weights, biases, labels, ones([2, 4]), 5, 10).shape.toString(); // "(2,)"
 */
export function nceLoss(
  weights: TensorLike | readonly TensorLike[],
  biases: TensorLike,
  labels: TensorLike,
  inputs: TensorLike,
  numSampled: number,
  numClasses: number,
  options: NceLossOptions = {},
): Tensor {
  return publicCall(() => {
    const given = { weights, biases, labels, inputs, numSampled, numClasses };
    const made = sampledLogits({ ...options, ...given, name: options.name ?? "nce_loss" });
    return rowSums(sigmoidCrossEntropyWithLogits({ ...made, name: "sampled_losses" }));
  });
}
