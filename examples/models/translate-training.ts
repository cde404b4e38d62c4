/**
 * How the attention model translates after training: one graph for sentences of each length (a bucket), all with the same variables, as
 * TensorFlow's translation tutorial has them, and a greedy decoder that shares these variables, too.
 */
import * as tf from "namesake";
import { attentionSeq2Seq, type Seq2SeqConfig } from "./seq2seq-attention.ts";

/** The sizes of the model and the numbers of its training. */
export interface TranslateConfig extends Seq2SeqConfig {
  /** How many symbols sentences have that are trained together, from the shortest to the longest: of the source, of the translation. */
  readonly buckets: readonly tf.legacySeq2seq.Bucket[];
  /** How many sentences a step of training reads. */
  readonly batch: number;
  readonly rate: number;
  readonly maxGradientNorm: number;
}

function placeholders(name: string, count: number, batch: number | null, dtype: tf.DType = tf.int32): tf.Tensor[] {
  return Array.from({ length: count }, (_, i) => tf.placeholder(dtype, [batch], { name: `${name}${i}` }));
}

/** Builds the step that trains each bucket. Shapes: each input `[batch]`, one for each step. */
export function translateTraining(config: TranslateConfig) {
  const { buckets, batch, rate, maxGradientNorm } = config;
  const [encoderSteps, decoderSteps] = buckets.at(-1) ?? [0, 0];
  const encoder = placeholders("encoder", encoderSteps, batch);
  // What is to come after each input is the input of the next step; the last one is only a target.
  const decoder = placeholders("decoder", decoderSteps + 1, batch);
  const weights = placeholders("weight", decoderSteps, batch, tf.float32);
  const [inputs, targets] = [decoder.slice(0, -1), decoder.slice(1)];
  const [, losses] = tf.legacySeq2seq.modelWithBuckets(encoder, inputs, targets, weights, buckets, (source, given) => [
    attentionSeq2Seq(source as tf.Tensor[], given as tf.Tensor[], config),
  ]);
  const globalStep = tf.train.getOrCreateGlobalStep();
  const optimizer = new tf.train.AdamOptimizer({ learningRate: rate });
  const variables = tf.trainableVariables();
  const trainOps = losses.map((loss) => {
    const { listClipped } = tf.clipByGlobalNorm(tf.gradients(loss, variables), maxGradientNorm);
    const pairs = variables.map((variable, i) => [listClipped[i] ?? null, variable] as const);
    return optimizer.applyGradients(pairs, { globalStep });
  });
  return { encoder, decoder, weights, losses, trainOps, globalStep };
}

const bestOf = (scores: tf.Tensor): tf.Tensor => tf.argmax(scores, { axis: 1, outputType: tf.int32 });

/**
 * Builds for each bucket the decoder that translates, with the variables of the training, from any number of sentences.
 * Shapes: each input `[n]`, one for each step, first `[n]`, what translations begin with; translations `[n, steps]`, int32.
 */
export function translator(config: TranslateConfig) {
  const { buckets } = config;
  const [longest] = buckets.at(-1) ?? [0];
  const encoder = placeholders("source", longest, null);
  const first = tf.placeholder(tf.int32, [null], { name: "first" });
  const translations = tf.variableScope(tf.getVariableScope(), { reuse: true }, () =>
    buckets.map(([encoderSteps, decoderSteps]) => {
      // A greedy decoder makes its inputs itself, but for the first.
      const inputs = Array.from({ length: decoderSteps }, () => first);
      const outputs = attentionSeq2Seq(encoder.slice(0, encoderSteps), inputs, config, "greedy");
      return tf.stack(outputs.map(bestOf), { axis: 1, name: "translation" });
    }),
  );
  return { encoder, first, translations };
}
