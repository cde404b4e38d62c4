/**
 * How TensorFlow's PTB tutorial (`ptb_word_lm`) trains: the library's LSTM cells, unrolled; gradients that are kept short; a learning rate
 * that the program sets. Readers of other sizes, for the texts that are not trained on, share every variable.
 */
import * as tf from "namesake";
import type { LstmState, PtbConfig } from "./ptb-lstm.ts";

/** A reader of texts. Feed the final state of a run as the initial state of the next, to read on. */
export interface PtbReader {
  /** The states before and after, `[batch, hidden]` each: c and h of every layer. */
  readonly initialState: readonly tf.Tensor[];
  readonly finalState: readonly tf.Tensor[];
  /** The cross-entropy of the right words, summed over the steps, averaged over the batch. */
  readonly cost: tf.Tensor;
}

const parts = (states: readonly LstmState[]): tf.Tensor[] => states.flatMap(({ c, h }) => [c, h]);

/** Reads words and compares each next one with what it should be. Shapes: words and targets `[batch, steps]`, int32. */
export function ptbReader(
  words: tf.Tensor,
  targets: tf.Tensor,
  config: PtbConfig,
  reuse: true | null = null,
): PtbReader {
  const { batchSize, numSteps, hiddenSize, numLayers, vocabSize, initScale } = config;
  const initializer = tf.randomUniformInitializer({ minval: -initScale, maxval: initScale });
  return tf.variableScope("Model", { reuse, initializer }, () => {
    const { BasicLSTMCell, MultiRNNCell } = tf.nn.rnnCell;
    const cell = new MultiRNNCell(
      Array.from({ length: numLayers }, () => new BasicLSTMCell(hiddenSize, { forgetBias: 0, reuse })),
    );
    const initial = cell.zeroState(batchSize, "float32");
    const inputs = tf.device("/cpu:0", () =>
      tf.nn.embeddingLookup(tf.getVariable("embedding", [vocabSize, hiddenSize]), words),
    );
    let state = initial;
    const outputs = tf.variableScope("RNN", (scope) =>
      Array.from({ length: numSteps }, (_, step) => {
        if (step > 0) scope.reuseVariables();
        const [output, next] = cell(inputs.at(`:, ${step}, :`), state);
        state = next;
        return output;
      }),
    );
    const output = tf.reshape(tf.concat(outputs, 1), [-1, hiddenSize]);
    const weights = tf.getVariable("softmax_w", [hiddenSize, vocabSize]);
    const logits = tf.nn.xwPlusB(output, weights, tf.getVariable("softmax_b", [vocabSize]));
    const right = tf.reshape(targets, [-1]);
    const loss = tf.legacySeq2seq.sequenceLossByExample([logits], [right], [tf.ones([batchSize * numSteps])]);
    const cost = tf.reduceSum(loss).div(batchSize);
    return { initialState: parts(initial), finalState: parts(state), cost };
  });
}

/** The step of training, and how to set its learning rate, which begins with 0. */
export function ptbTraining(cost: tf.Tensor, maxGradientNorm: number) {
  const rate = new tf.Variable(0, { dtype: tf.float32, trainable: false, name: "learning_rate" });
  const variables = tf.trainableVariables();
  const { listClipped, globalNorm } = tf.clipByGlobalNorm(tf.gradients(cost, variables), maxGradientNorm);
  const globalStep = tf.train.getOrCreateGlobalStep();
  const pairs = variables.map((variable, i) => [listClipped[i] ?? null, variable] as const);
  const trainOp = new tf.train.GradientDescentOptimizer(rate).applyGradients(pairs, { globalStep });
  const newRate = tf.placeholder(tf.float32, [], { name: "new_learning_rate" });
  return { trainOp, globalNorm, rate, newRate, setRate: tf.assign(rate, newRate) };
}
