/**
 * Translation with attention, as TensorFlow's legacy seq2seq library built it: an encoder and a decoder of one GRU cell each, where the
 * decoder looks at all of the encoder's outputs. Encoder and decoder share one embedding, and a second, greedy decoder shares everything.
 */
import {
  argmax,
  concat,
  constantInitializer,
  getVariable,
  matmul,
  nn,
  reduceSum,
  reshape,
  shape,
  split,
  stack,
  subtract,
  type Tensor,
  variableScope,
  zeros,
} from "namesake";

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
function linear(args: readonly Tensor[], outputs: number, biasStart = 0): Tensor {
  const inputs = args.reduce((sum, arg) => sum + (arg.shape.dim(1) as number), 0);
  const kernel = getVariable("kernel", [inputs, outputs]);
  const x = args.length === 1 ? (args[0] as Tensor) : concat(args, 1);
  const product = matmul(x, kernel);
  return nn.biasAdd(product, getVariable("bias", [outputs], { initializer: constantInitializer(biasStart) }));
}

/** One step of `tf.nn.rnn_cell.GRUCell`: what it gives is what it remembers. */
function gruCell(inputs: Tensor, state: Tensor, units: number): Tensor {
  return variableScope("gru_cell", () => {
    const gates = variableScope("gates", () => nn.sigmoid(linear([inputs, state], 2 * units, 1)));
    const [reset, update] = split(gates, 2, { axis: 1 }) as [Tensor, Tensor];
    const candidate = variableScope("candidate", () => nn.tanh(linear([inputs, reset.mul(state)], units)));
    return update.mul(state).add(subtract(1, update, { name: "sub" }).mul(candidate));
  });
}

/** The cell's output after each input. */
function encode(inputs: readonly Tensor[], units: number): Tensor[] {
  return variableScope("rnn", (scope) => {
    const batch = shape(inputs[0] as Tensor).at([0]);
    let state = zeros(stack([batch, units]));
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
  read(query: Tensor): Tensor;
}

/** Shapes: states `[batch, length, size]`; queries `[batch, n]` → `[batch, size]`. */
function attentionOver(states: Tensor): Attention {
  const [length, size] = [states.shape.dim(1), states.shape.dim(2)] as [number, number];
  // A convolution of size 1 applies one matrix to every state.
  const hidden = reshape(states, [-1, length, 1, size]);
  const kernel = getVariable("AttnW_0", [1, 1, size, size]);
  const features = nn.conv2d(hidden, kernel, { strides: [1, 1, 1, 1], padding: "SAME" });
  const v = getVariable("AttnV_0", [size]);
  const read = (query: Tensor): Tensor =>
    variableScope("Attention_0", () => {
      const y = reshape(linear([query], size), [-1, 1, 1, size]);
      const fit = nn.softmax(reduceSum(v.mul(nn.tanh(features.add(y))), { axis: [2, 3] }));
      return reshape(reduceSum(reshape(fit, [-1, length, 1, 1]).mul(hidden), { axis: [1, 2] }), [-1, size]);
    });
  return { size, read };
}

interface DecoderOptions {
  readonly initialState: Tensor;
  readonly encoderOutputs: Tensor;
  readonly config: Seq2SeqConfig;
  /** The next input, from the last output; `null` to use the inputs that are given. */
  readonly next: ((output: Tensor) => Tensor) | null;
}

/** Shapes: inputs `[batch, embedding]` each → `[batch, symbols]` each. */
function attentionDecoder(inputs: readonly Tensor[], options: DecoderOptions): Tensor[] {
  const { initialState, encoderOutputs, config, next } = options;
  const { symbols, units } = config;
  return variableScope("attention_decoder", (scope) => {
    const batch = shape(inputs[0] as Tensor).at([0]);
    const attention = attentionOver(encoderOutputs);
    let attended = zeros(stack([batch, attention.size]));
    attended.setShape([null, attention.size]);
    let state = initialState;
    const outputs: Tensor[] = [];
    for (const [step, given] of inputs.entries()) {
      if (step > 0) scope.reuseVariables();
      const last = outputs.at(-1);
      const input =
        next === null || last === undefined ? given : variableScope("loop_function", { reuse: true }, () => next(last));
      state = gruCell(linear([input, attended], input.shape.dim(1) as number), state, units);
      attended = attention.read(state);
      outputs.push(variableScope("AttnOutputProjection", () => linear([state, attended], symbols)));
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
  encoderInputs: readonly Tensor[],
  decoderInputs: readonly Tensor[],
  config: Seq2SeqConfig,
  decoding: Decoding = "given",
): Tensor[] {
  const { symbols, embeddingSize, units } = config;
  return variableScope("embedding_attention_seq2seq", () => {
    const embedding = getVariable("embedding", [symbols, embeddingSize]);
    const embed = (symbol: Tensor) => nn.embeddingLookup(embedding, symbol);
    const encoded = encode(encoderInputs.map(embed), units);
    const tops = encoded.map((output) => reshape(output, [-1, 1, units]));
    return attentionDecoder(decoderInputs.map(embed), {
      initialState: encoded.at(-1) as Tensor,
      encoderOutputs: concat(tops, 1),
      config,
      next: decoding === "greedy" ? (output) => embed(argmax(output, { axis: 1 })) : null,
    });
  });
}
