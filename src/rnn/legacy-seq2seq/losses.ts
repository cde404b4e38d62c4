/** Losses of sequences, and models of several lengths. Mirrors contrib's legacy_seq2seq/python/ops/seq2seq.py, TensorFlow 1.15. */
import { ArgumentError } from "../../base/errors.ts";
import { convertToTensor, type TensorLike } from "../../graph/constant.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { cast } from "../../ops/cast.ts";
import { sparseSoftmaxCrossEntropyWithLogits } from "../../ops/cross-entropy.ts";
import { callBuilder } from "../../ops/flow-region.ts";
import { addN } from "../../ops/math.ts";
import { inOpScope, type NameOption } from "../../ops/op-scope.ts";
import { operators } from "../../ops/operators.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { reshape, shape } from "../../ops/shape.ts";
import { getVariableScope, variableScope } from "../../variables/variable-scope.ts";

/** Gives the loss of each example at one step. */
export type SoftmaxLossFunction = (inputs: { readonly labels: Tensor; readonly logits: Tensor }) => Tensor;

/** Options of `sequenceLossByExample`. */
export interface SequenceLossByExampleOptions extends NameOption {
  /** Whether the sum over the steps is divided by the sum of their weights. Default true. */
  readonly averageAcrossTimesteps?: boolean | undefined;
  /** Used instead of the softmax over all symbols, for example `nn.sampledSoftmaxLoss` of outputs. */
  readonly softmaxLossFunction?: SoftmaxLossFunction | null | undefined;
}

/** Options of `sequenceLoss`. */
export interface SequenceLossOptions extends SequenceLossByExampleOptions {
  /** Whether the sum over the examples is divided by their number. Default true. */
  readonly averageAcrossBatch?: boolean | undefined;
}

type Tensors = readonly TensorLike[];

/**
 * The cross-entropy of each sequence, the steps weighted.
 *
 * Shapes: one for each step: logits `[batch, symbols]`, targets `[batch]`, weights `[batch]` → `[batch]`. Dtypes: targets integers, the others floating types.
 *
 * @throws {ArgumentError} when the three lists have different lengths.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.sequence_loss_by_example`
 * @example
 * const [logits, targets] = [[zeros([2, 4])], [constant([1, 3], { dtype: "int32" })]];
 * const loss = legacySeq2seq.sequenceLossByExample(logits, targets, [ones([2])]);
 * loss.shape.toString(); // "(2,)"
 */
export function sequenceLossByExample(
  logits: Tensors,
  targets: Tensors,
  weights: Tensors,
  options: SequenceLossByExampleOptions = {},
): Tensor {
  const { averageAcrossTimesteps = true, softmaxLossFunction = null } = options;
  checkLengths(logits, targets, weights);
  return inOpScope(options.name, "sequence_loss_by_example", [...logits, ...targets, ...weights], () => {
    const losses = logits.map((given, i) => {
      const step = { labels: targets[i] as TensorLike, logits: given };
      return operators.binary("mul", lossOfStep(step, softmaxLossFunction), weights[i]);
    });
    const sum = addN(losses);
    // Not even weights that are all 0 divide by 0.
    return averageAcrossTimesteps ? sum.div(addN(weights).add(1e-12)) : sum;
  });
}

interface Step {
  readonly labels: TensorLike;
  readonly logits: TensorLike;
}

function lossOfStep({ labels, logits }: Step, softmaxLossFunction: SoftmaxLossFunction | null): Tensor {
  if (softmaxLossFunction === null)
    return sparseSoftmaxCrossEntropyWithLogits({ labels: reshape(labels, [-1]), logits });
  const inputs = { labels: convertToTensor(labels), logits: convertToTensor(logits) };
  return callBuilder("'softmax_loss_function' of sequence_loss", () => softmaxLossFunction(inputs));
}

function checkLengths(logits: Tensors, targets: Tensors, weights: Tensors): void {
  if (targets.length === logits.length && weights.length === logits.length) return;
  throw new ArgumentError(
    `Lengths of logits, weights, and targets must be the same ${logits.length}, ${weights.length}, ${targets.length}.`,
    { logits, targets, weights },
  );
}

/**
 * The cross-entropy of sequences, summed over the batch.
 *
 * Shapes: one for each step: logits `[batch, symbols]`, targets `[batch]`, weights `[batch]` → `[]`. Dtypes: targets integers, the others floating types.
 *
 * @throws {ArgumentError} when the three lists have different lengths.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.sequence_loss`
 * @example
 * const [logits, targets] = [[zeros([2, 4])], [constant([1, 3], { dtype: "int32" })]];
 * session.runSync(legacySeq2seq.sequenceLoss(logits, targets, [ones([2])])).item().toFixed(3); // "1.386"
 */
export function sequenceLoss(
  logits: Tensors,
  targets: Tensors,
  weights: Tensors,
  options: SequenceLossOptions = {},
): Tensor {
  const { averageAcrossBatch = true, name, ...rest } = options;
  return inOpScope(name, "sequence_loss", [...logits, ...targets, ...weights], () => {
    const cost = reduceSum(sequenceLossByExample(logits, targets, weights, rest));
    if (!averageAcrossBatch) return cost;
    const batch = shape(targets[0] as TensorLike).at([0]);
    return cost.div(cast(batch, cost.dtype));
  });
}

/** Options of `modelWithBuckets`. */
export interface ModelWithBucketsOptions extends NameOption {
  readonly softmaxLossFunction?: SoftmaxLossFunction | null | undefined;
  /** Whether losses are those of each example. Default false: their mean. */
  readonly perExampleLoss?: boolean | undefined;
}

/** Makes a model for sequences of some length: an output for each step of the decoder, and what else it likes. */
export type Seq2seqFunction = (
  encoderInputs: TensorLike[],
  decoderInputs: TensorLike[],
) => readonly [outputs: Tensor[], ...rest: readonly unknown[]];

/** How many inputs the encoder has, and how many the decoder. */
export type Bucket = readonly [encoder: number, decoder: number];

/**
 * One model for sequences of several lengths: a graph for each length, all with the same variables.
 *
 * Shapes: as `seq2seq` and `sequenceLoss` take them; the lists are as long as the last bucket says, or longer.
 *
 * @param buckets from the shortest to the longest.
 * @returns for each bucket its outputs, and its loss.
 * @throws {ArgumentError} when inputs, targets or weights are fewer than the last bucket needs.
 * @throws {VariableExistsError} when it is called again in one scope that does not reuse.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.model_with_buckets`
 * @example
 * const [steps, targets, weights] = [unstack(ones([3, 2, 4])), unstack(zeros([3, 2], { dtype: "int32" })), unstack(ones([3, 2]))];
 * const model = (encoder, decoder) => legacySeq2seq.basicRnnSeq2seq(encoder, decoder, new nn.rnnCell.GRUCell(5));
 * const [, losses] = legacySeq2seq.modelWithBuckets(steps, steps, targets, weights, [[1, 2], [3, 3]], model);
 * losses.length; // 2
 */
export function modelWithBuckets(
  encoderInputs: Tensors,
  decoderInputs: Tensors,
  targets: Tensors,
  weights: Tensors,
  buckets: readonly Bucket[],
  seq2seq: Seq2seqFunction,
  options: ModelWithBucketsOptions = {},
): [outputs: Tensor[][], losses: Tensor[]] {
  const { softmaxLossFunction = null, perExampleLoss = false } = options;
  const [encoderSteps, decoderSteps] = buckets.at(-1) ?? [0, 0];
  const check = (what: string, given: Tensors, needed: number, gap: string): void => {
    if (given.length >= needed) return;
    throw new ArgumentError(
      `Length of ${what} (${given.length}) must be at least that of last${gap}bucket (${needed}).`,
      { [what]: given, buckets },
    );
  };
  check("encoder_inputs", encoderInputs, encoderSteps, " ");
  check("targets", targets, decoderSteps, "");
  check("weights", weights, decoderSteps, "");
  const values = [...encoderInputs, ...decoderInputs, ...targets, ...weights];
  return inOpScope(options.name, "model_with_buckets", values, () => {
    const outputs: Tensor[][] = [];
    const loss = perExampleLoss ? sequenceLossByExample : sequenceLoss;
    const losses = buckets.map(([encoder, decoder], i) =>
      variableScope(getVariableScope(), { reuse: i > 0 ? true : null }, () => {
        const [made] = callBuilder("'seq2seq' of model_with_buckets", () =>
          seq2seq(encoderInputs.slice(0, encoder), decoderInputs.slice(0, decoder)),
        );
        outputs.push(made);
        return loss(made, targets.slice(0, decoder), weights.slice(0, decoder), { softmaxLossFunction });
      }),
    );
    return [outputs, losses];
  });
}
