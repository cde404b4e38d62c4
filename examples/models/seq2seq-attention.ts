/**
 * Translation with attention, as TensorFlow's legacy seq2seq library built it: an encoder and a decoder of one GRU cell each, where the
 * decoder looks at all of the encoder's outputs. Encoder and decoder share one embedding, and a second, greedy decoder shares everything.
 */
import * as tf from "namesake";

/** The sizes of the model. */
export interface Seq2SeqConfig {
  readonly symbols: number;
  readonly embeddingSize: number;
  readonly units: number;
}

/** A small vocabulary and one layer. */
export const seq2seqSmall: Seq2SeqConfig = { symbols: 1000, embeddingSize: 128, units: 256 };

/** Who makes the decoder's inputs after the first: the caller, as in training, or the decoder itself from its own outputs. */
export type Decoding = "given" | "greedy";

/** `concat(args) · kernel + bias` with variables of the current scope. Shapes: args `[batch, n]` each → `[batch, outputs]`. */
function linear(args: readonly tf.Tensor[], outputs: number, biasStart = 0): tf.Tensor {
  const inputs = args.reduce((sum, arg) => sum + (arg.shape.dim(1) as number), 0);
  const kernel = tf.getVariable("kernel", [inputs, outputs]);
  const x = args.length === 1 ? (args[0] as tf.Tensor) : tf.concat(args, 1);
  const product = tf.matmul(x, kernel);
  return tf.nn.biasAdd(product, tf.getVariable("bias", [outputs], { initializer: tf.constantInitializer(biasStart) }));
}

/** One step of `tf.nn.rnn_cell.GRUCell`: what it gives is what it remembers. */
function gruCell(inputs: tf.Tensor, state: tf.Tensor, units: number): tf.Tensor {
  return tf.variableScope("gru_cell", () => {
    const gates = tf.variableScope("gates", () => tf.nn.sigmoid(linear([inputs, state], 2 * units, 1)));
    const [reset, update] = tf.split(gates, 2, { axis: 1 });
    const candidate = tf.variableScope("candidate", () => tf.nn.tanh(linear([inputs, reset.mul(state)], units)));
    return update.mul(state).add(tf.subtract(1, update, { name: "sub" }).mul(candidate));
  });
}

/** The cell's output after each input. */
function encode(inputs: readonly tf.Tensor[], units: number): tf.Tensor[] {
  return tf.variableScope("rnn", (scope) => {
    const batch = tf.shape(inputs[0] as tf.Tensor).at([0]);
    let state = tf.zeros(tf.stack([batch, units]));
    state.setShape([null, units]);
    return inputs.map((input, step) => {
      if (step > 0) scope.reuseVariables();
      state = gruCell(input, state, units);
      return state;
    });
  });
}

/** What a decoder reads from the encoder: `read(query)` is the mean of its outputs, weighted by how well each fits the query. */
interface Attention {
  readonly size: number;
  read(query: tf.Tensor): tf.Tensor;
}

/** Shapes: states `[batch, length, size]`; queries `[batch, n]` → `[batch, size]`. */
function attentionOver(states: tf.Tensor): Attention {
  const [length, size] = [states.shape.dim(1), states.shape.dim(2)] as [number, number];
  // A convolution of size 1 applies one matrix to every state.
  const hidden = tf.reshape(states, [-1, length, 1, size]);
  const kernel = tf.getVariable("AttnW_0", [1, 1, size, size]);
  const features = tf.nn.conv2d(hidden, kernel, { strides: [1, 1, 1, 1], padding: "SAME" });
  const v = tf.getVariable("AttnV_0", [size]);
  const read = (query: tf.Tensor): tf.Tensor =>
    tf.variableScope("Attention_0", () => {
      const y = tf.reshape(linear([query], size), [-1, 1, 1, size]);
      const fit = tf.nn.softmax(tf.reduceSum(v.mul(tf.nn.tanh(features.add(y))), { axis: [2, 3] }));
      return tf.reshape(tf.reduceSum(tf.reshape(fit, [-1, length, 1, 1]).mul(hidden), { axis: [1, 2] }), [-1, size]);
    });
  return { size, read };
}

interface DecoderOptions {
  readonly initialState: tf.Tensor;
  readonly encoderOutputs: tf.Tensor;
  readonly config: Seq2SeqConfig;
  /** The next input, from the last output; `null` to use the inputs that are given. */
  readonly next: ((output: tf.Tensor) => tf.Tensor) | null;
}

/** Shapes: inputs `[batch, embedding]` each → `[batch, symbols]` each. */
function attentionDecoder(inputs: readonly tf.Tensor[], options: DecoderOptions): tf.Tensor[] {
  const { initialState, encoderOutputs, config, next } = options;
  const { symbols, units } = config;
  return tf.variableScope("attention_decoder", (scope) => {
    const batch = tf.shape(inputs[0] as tf.Tensor).at([0]);
    const attention = attentionOver(encoderOutputs);
    let attended = tf.zeros(tf.stack([batch, attention.size]));
    attended.setShape([null, attention.size]);
    let state = initialState;
    const outputs: tf.Tensor[] = [];
    for (const [step, given] of inputs.entries()) {
      if (step > 0) scope.reuseVariables();
      const last = outputs.at(-1);
      const input =
        next === null || last === undefined
          ? given
          : tf.variableScope("loop_function", { reuse: true }, () => next(last));
      state = gruCell(linear([input, attended], input.shape.dim(1) as number), state, units);
      attended = attention.read(state);
      outputs.push(tf.variableScope("AttnOutputProjection", () => linear([state, attended], symbols)));
    }
    return outputs;
  });
}

/**
 * Scores of the symbols of a translation, step by step. Called again in a reusing scope it shares all variables:
 * a model is trained with the inputs given, and translates greedily.
 * Shapes: one `[batch]` of int32 per step → one `[batch, symbols]` per step of the decoder.
 */
export function attentionSeq2Seq(
  encoderInputs: readonly tf.Tensor[],
  decoderInputs: readonly tf.Tensor[],
  config: Seq2SeqConfig,
  decoding: Decoding = "given",
): tf.Tensor[] {
  const { symbols, embeddingSize, units } = config;
  return tf.variableScope("embedding_attention_seq2seq", () => {
    const embedding = tf.getVariable("embedding", [symbols, embeddingSize]);
    const embed = (symbol: tf.Tensor) => tf.nn.embeddingLookup(embedding, symbol);
    const encoded = encode(encoderInputs.map(embed), units);
    const tops = encoded.map((output) => tf.reshape(output, [-1, 1, units]));
    const encoderOutputs = tf.concat(tops, 1);
    const initialState = encoded.at(-1) as tf.Tensor;
    const next = decoding === "greedy" ? (output: tf.Tensor) => embed(tf.argmax(output, { axis: 1 })) : null;
    return tf.variableScope("embedding_attention_decoder", () =>
      attentionDecoder(decoderInputs.map(embed), { initialState, encoderOutputs, config, next }),
    );
  });
}
