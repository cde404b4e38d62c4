/** Decoders with attention. Mirrors contrib's legacy_seq2seq/python/ops/seq2seq.py, TensorFlow 1.15. */
import { ArgumentError } from "../../base/errors.ts";
import { convertToTensor, type TensorLike } from "../../graph/constant.ts";
import { publicCall } from "../../graph/public-call.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { zeros } from "../../ops/array.ts";
import { cast } from "../../ops/cast.ts";
import { concat, stack } from "../../ops/concat.ts";
import { conv2d } from "../../ops/conv.ts";
import { softmax } from "../../ops/cross-entropy.ts";
import { embeddingLookup } from "../../ops/embedding.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { reshape, shape } from "../../ops/shape.ts";
import { flatten, isNested, type TensorStructure, type TensorTree } from "../../ops/structure.ts";
import { tanh } from "../../ops/trigonometry.ts";
import { asDType, type DType, type DTypeLike, float32 } from "../../tensor/dtype.ts";
import type { BaseVariable } from "../../variables/base-variable.ts";
import { getVariable } from "../../variables/get-variable.ts";
import { getVariableScope, variableScope } from "../../variables/variable-scope.ts";
import type { ScopeArgument } from "../cell-state.ts";
import { linear } from "../linear.ts";
import type { RNNCell } from "../rnn-cell.ts";
import {
  checkBiases,
  type DecoderResult,
  embeddingOfBest,
  type LoopFunction,
  type OutputProjection,
} from "./rnn-decoder.ts";

interface AttentionOptions {
  /** How many times the states are read at each step. Default 1. */
  readonly numHeads?: number | undefined;
  /** The dtype of the decoder; default: the scope's. */
  readonly dtype?: DTypeLike | null | undefined;
  /** Whether the states are read before the first step, too; default: what was read is zeros then. */
  readonly initialStateAttention?: boolean | undefined;
  readonly scope?: ScopeArgument;
}

/** Options of `attentionDecoder`. The scope's default is `attention_decoder`. */
export interface AttentionDecoderOptions extends AttentionOptions {
  /** How wide outputs are; default: the cell's. */
  readonly outputSize?: number | null | undefined;
  /** Makes each input but the first of the output before it; default: the given inputs are used. */
  readonly loopFunction?: LoopFunction | null | undefined;
}

/** Options of `embeddingAttentionDecoder`. The scope's default is `embedding_attention_decoder`. */
export interface EmbeddingAttentionDecoderOptions extends AttentionOptions {
  readonly outputSize?: number | null | undefined;
  /** With it, previous outputs are projected before the best symbol is chosen. */
  readonly outputProjection?: OutputProjection | null | undefined;
  /** Whether each input but the first is the best symbol of the output before it. Default false. */
  readonly feedPrevious?: boolean | undefined;
  /** False: the embedding of such symbols gets no gradient. Default true. */
  readonly updateEmbeddingForPrevious?: boolean | undefined;
}

/** What the decoder reads from the states: for a query, the mean of the states, weighted by how well each fits. */
class Attention {
  readonly #hidden: Tensor;
  readonly #length: number | Tensor;
  readonly #size: number;
  readonly #dtype: DType;
  readonly #heads: readonly { readonly features: Tensor; readonly v: BaseVariable }[];

  constructor(states: Tensor, heads: number, dtype: DType) {
    this.#length = states.shape.dim(1) ?? shape(states).at([1]);
    this.#size = states.shape.dim(2) as number;
    this.#dtype = dtype;
    this.#hidden = reshape(states, [-1, this.#length, 1, this.#size] as never);
    const size = this.#size;
    this.#heads = Array.from({ length: heads }, (_, i) => {
      // A convolution of size 1 applies one matrix to every state.
      const kernel = getVariable(`AttnW_${i}`, [1, 1, size, size]);
      const features = conv2d(this.#hidden, kernel, { strides: [1, 1, 1, 1], padding: "SAME" });
      return { features, v: getVariable(`AttnV_${i}`, [size]) };
    });
  }

  get size(): number {
    return this.#size;
  }

  /** One context for each head. Shapes: query `[batch, n]`, or a structure of such → `[batch, size]` each. */
  read(query: unknown): Tensor[] {
    const parts = flatten(query) as Tensor[];
    const joined = isNested(query) ? concat(parts, 1) : (parts[0] as Tensor);
    return this.#heads.map(({ features, v }, i) =>
      variableScope(`Attention_${i}`, () => {
        const y = cast(reshape(linear([joined], this.#size), [-1, 1, 1, this.#size]), this.#dtype);
        const fit = reduceSum(v.mul(tanh(features.add(y))), { axis: [2, 3] });
        const weights = cast(softmax(cast(fit, float32)), this.#dtype);
        const weighted = reshape(weights, [-1, this.#length, 1, 1] as never).mul(this.#hidden);
        return reshape(reduceSum(weighted, { axis: [1, 2] }), [-1, this.#size]);
      }),
    );
  }
}

/**
 * A decoder that looks at the states of an encoder: at each step it reads them with its own state as the query.
 *
 * Shapes: decoderInputs one `[batch, n]` for each step, attentionStates `[batch, length, size]` → outputs `[batch, outputSize]` for each step, and the last state.
 *
 * @throws {ArgumentError} without inputs or heads, and when the size of the states or of an input is unknown.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.attention_decoder`
 * @example
 * const states = ones([2, 5, 4]);
 * const [outputs] = legacySeq2seq.attentionDecoder([ones([2, 3])], zeros([2, 4]), states, new nn.rnnCell.GRUCell(4));
 * outputs[0].shape.toString(); // "(2, 4)"
 */
export function attentionDecoder<S extends TensorTree>(
  decoderInputs: readonly TensorLike[],
  initialState: TensorStructure,
  attentionStates: TensorLike,
  cell: RNNCell<S>,
  options: AttentionDecoderOptions = {},
): DecoderResult<S> {
  const { numHeads = 1, dtype, scope } = options;
  return publicCall(() => {
    if (decoderInputs.length === 0)
      throw new ArgumentError("Must provide at least 1 input to attention decoder.", { decoderInputs });
    if (numHeads < 1)
      throw new ArgumentError("With less than 1 heads, use a non-attention decoder.\n  that is rnnDecoder", {
        numHeads,
      });
    const states = convertToTensor(attentionStates);
    if (states.shape.dim(2) === null)
      throw new ArgumentError(`Shape[2] of attention_states must be known: ${states.shape}`, {
        attentionStates: states,
      });
    const inputs = decoderInputs.map((input) => convertToTensor(input));
    return variableScope(scope || "attention_decoder", { dtype: dtype ?? null }, (inside) => {
      const batch = shape(inputs[0] as Tensor).at([0]);
      const attention = new Attention(states, numHeads, inside.dtype);
      return decodeSteps({ inputs, initialState, attention, batch, cell, options, dtype: inside.dtype });
    });
  });
}

interface Steps<S extends TensorTree> {
  readonly inputs: readonly Tensor[];
  readonly initialState: unknown;
  readonly attention: Attention;
  readonly batch: Tensor;
  readonly cell: RNNCell<S>;
  readonly options: AttentionDecoderOptions;
  readonly dtype: DType;
}

function decodeSteps<S extends TensorTree>(steps: Steps<S>): DecoderResult<S> {
  const { attention, cell, options, dtype } = steps;
  const { loopFunction = null, initialStateAttention = false, numHeads = 1 } = options;
  const outputSize = options.outputSize ?? (cell.outputSize as number);
  const contextShape = stack([steps.batch, attention.size]);
  let contexts = Array.from({ length: numHeads }, () => zeros(contextShape, { dtype }));
  for (const context of contexts) context.setShape([null, attention.size]);
  let state = steps.initialState;
  if (initialStateAttention) contexts = attention.read(state);
  const outputs: Tensor[] = [];
  for (const [step, given] of steps.inputs.entries()) {
    if (step > 0) getVariableScope().reuseVariables();
    const previous = outputs.at(-1);
    const input =
      loopFunction === null || previous === undefined
        ? given
        : variableScope("loop_function", { reuse: true }, () => loopFunction(previous, step));
    const merged = linear(
      [input, ...contexts].map((x) => cast(x, dtype)),
      widthOf(input),
    );
    const [cellOutput, next] = cell(merged, state as TensorStructure);
    state = next;
    const read = (): Tensor[] => attention.read(next);
    // The first step shares what was made to read the initial state.
    contexts = step === 0 && initialStateAttention ? variableScope(getVariableScope(), { reuse: true }, read) : read();
    const result = cast(cellOutput, dtype);
    outputs.push(variableScope("AttnOutputProjection", () => linear([result, ...contexts], outputSize)));
  }
  return [outputs, state as S];
}

/** The width of an input. @throws {ArgumentError} when the graph does not tell it. */
function widthOf(input: Tensor): number {
  const width = input.shape.rank === 2 ? input.shape.dim(1) : null;
  if (width !== null) return width;
  throw new ArgumentError(
    `Could not infer input size from input: ${input.name}\n  inputs are [batch, n]; x.setShape([null, n]) tells n`,
    { input },
  );
}

/**
 * A decoder of symbols that looks at the states of an encoder.
 *
 * Shapes: decoderInputs one `[batch]` of integers for each step, attentionStates `[batch, length, size]` → outputs `[batch, outputSize]` for each step, and the last state.
 *
 * @throws {ShapeError} for a projection to another number of symbols. @throws {ArgumentError} as `attentionDecoder` does.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.embedding_attention_decoder`
 * @example
 * const symbols = [constant([1, 2], { dtype: "int32" })];
 * const cell = new nn.rnnCell.GRUCell(4);
 * const [outputs] = legacySeq2seq.embeddingAttentionDecoder(symbols, zeros([2, 4]), ones([2, 5, 4]), cell, 9, 3);
 * outputs[0].shape.toString(); // "(2, 4)"
 */
export function embeddingAttentionDecoder<S extends TensorTree>(
  decoderInputs: readonly TensorLike[],
  initialState: TensorStructure,
  attentionStates: TensorLike,
  cell: RNNCell<S>,
  numSymbols: number,
  embeddingSize: number,
  options: EmbeddingAttentionDecoderOptions = {},
): DecoderResult<S> {
  const { outputProjection = null, feedPrevious = false, updateEmbeddingForPrevious = true } = options;
  const { dtype = null, numHeads, initialStateAttention } = options;
  return publicCall(() => {
    const outputSize = options.outputSize ?? (cell.outputSize as number);
    if (outputProjection !== null) checkBiases(outputProjection, numSymbols, dtype === null ? null : asDType(dtype));
    return variableScope(options.scope || "embedding_attention_decoder", { dtype }, () => {
      const embedding = getVariable("embedding", [numSymbols, embeddingSize]);
      const loopFunction = feedPrevious
        ? embeddingOfBest(embedding, outputProjection, updateEmbeddingForPrevious)
        : null;
      const embedded = decoderInputs.map((symbols) => embeddingLookup(embedding, symbols));
      const settings = { outputSize, numHeads, loopFunction, initialStateAttention };
      return attentionDecoder(embedded, initialState, attentionStates, cell, settings);
    });
  });
}
