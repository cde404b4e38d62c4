/**
 * The language model of TensorFlow's PTB tutorial (`ptb_word_lm`): layers of LSTM cells, unrolled over the steps of a sentence.
 * Every step asks for the same variables: the first one makes them, and `reuseVariables()` shares them with the others.
 */
import * as tf from "namesake";

/** The sizes of the model. */
export interface PtbConfig {
  readonly batchSize: number;
  /** Words that one run reads. */
  readonly numSteps: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly vocabSize: number;
  /** Weights start between -initScale and initScale. */
  readonly initScale: number;
}

/** The tutorial's small model. */
export const ptbSmall: PtbConfig = {
  batchSize: 20,
  numSteps: 20,
  hiddenSize: 200,
  numLayers: 2,
  vocabSize: 10_000,
  initScale: 0.1,
};

/** What a cell remembers: its memory c and its last output h, each `[batch, hidden]`. */
export interface LstmState {
  readonly c: tf.Tensor;
  readonly h: tf.Tensor;
}

/** What the model gives, and what it remembers between two runs: feed the final state of one as the initial state of the next. */
export interface PtbModel {
  readonly initialState: readonly LstmState[];
  readonly finalState: readonly LstmState[];
  /** Scores of the next word. Shape: `[batch, steps, vocab]`. */
  readonly logits: tf.Tensor;
}

/** One step of `tf.nn.rnn_cell.BasicLSTMCell` with forget bias 0; the new h is its output. Shapes: inputs `[batch, n]`. */
function basicLstmCell(inputs: tf.Tensor, { c, h }: LstmState, size: number): LstmState {
  return tf.variableScope("basic_lstm_cell", () => {
    const kernel = tf.getVariable("kernel", [(inputs.shape.dim(1) as number) + size, 4 * size]);
    const bias = tf.getVariable("bias", [4 * size], { initializer: tf.zerosInitializer() });
    const gates = tf.nn.biasAdd(tf.matmul(tf.concat([inputs, h], 1), kernel), bias);
    // The gates: what to write, the new memory, what to forget, what to give.
    const [i, j, f, o] = tf.split(gates, 4, { axis: 1 });
    const newC = tf.add(tf.multiply(c, tf.nn.sigmoid(f)), tf.multiply(tf.nn.sigmoid(i), tf.nn.tanh(j)));
    return { c: newC, h: tf.multiply(tf.nn.tanh(newC), tf.nn.sigmoid(o)) };
  });
}

/** One step of all layers: each reads what the one below gives. */
function multiRnnCell(inputs: tf.Tensor, states: readonly LstmState[], size: number): LstmState[] {
  return tf.variableScope("multi_rnn_cell", () => {
    let current = inputs;
    return states.map((state, layer) => {
      const next = tf.variableScope(`cell_${layer}`, () => basicLstmCell(current, state, size));
      current = next.h;
      return next;
    });
  });
}

/** The model over words of which each is a number below `vocabSize`. Shapes: words `[batch, steps]`, int32. */
export function ptbModel(words: tf.Tensor, config: PtbConfig): PtbModel {
  const { batchSize, numSteps, hiddenSize, numLayers, vocabSize, initScale } = config;
  return tf.variableScope(
    "Model",
    { initializer: tf.randomUniformInitializer({ minval: -initScale, maxval: initScale }) },
    () => {
      const inputs = tf.device("/cpu:0", () =>
        tf.nn.embeddingLookup(tf.getVariable("embedding", [vocabSize, hiddenSize]), words),
      );
      const initialState = Array.from({ length: numLayers }, () => ({
        c: tf.zeros([batchSize, hiddenSize]),
        h: tf.zeros([batchSize, hiddenSize]),
      }));
      let state: LstmState[] = initialState;
      const outputs: tf.Tensor[] = [];
      tf.variableScope("RNN", (scope) => {
        for (let step = 0; step < numSteps; step += 1) {
          if (step > 0) scope.reuseVariables();
          state = multiRnnCell(inputs.at(`:, ${step}, :`), state, hiddenSize);
          outputs.push((state.at(-1) as LstmState).h);
        }
      });
      const output = tf.reshape(tf.concat(outputs, 1), [-1, hiddenSize]);
      const weights = tf.getVariable("softmax_w", [hiddenSize, vocabSize]);
      const biases = tf.getVariable("softmax_b", [vocabSize]);
      const logits = tf.reshape(tf.nn.xwPlusB(output, weights, biases), [batchSize, numSteps, vocabSize]);
      return { initialState, finalState: state, logits };
    },
  );
}
