/** Decoders without attention. Mirrors contrib's legacy_seq2seq/python/ops/seq2seq.py, TensorFlow 1.15. */
import { ShapeError } from "../../base/errors.ts";
import { convertToTensor, type TensorLike } from "../../graph/constant.ts";
import { publicCall } from "../../graph/public-call.ts";
import { Tensor } from "../../graph/tensor.ts";
import { stopGradient } from "../../ops/array.ts";
import { cond } from "../../ops/cond.ts";
import { embeddingLookup } from "../../ops/embedding.ts";
import { xwPlusB } from "../../ops/nn.ts";
import { argmax } from "../../ops/reduce.ts";
import { flatten, isNested, packAs, type TensorStructure, type TensorTree } from "../../ops/structure.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { ShapeLike } from "../../tensor/shape.ts";
import { getVariable } from "../../variables/get-variable.ts";
import type { AnyVariable } from "../../variables/variable-functions.ts";
import { getVariableScope, variableScope } from "../../variables/variable-scope.ts";
import type { ScopeArgument } from "../cell-state.ts";
import type { RNNCell } from "../rnn-cell.ts";

/** Makes the input of step `i` of the output before it. */
export type LoopFunction = (previous: Tensor, i: number) => Tensor;

/** Weights `[outputSize, symbols]` and biases `[symbols]` that turn outputs into scores. */
export type OutputProjection = readonly [weights: TensorLike, biases: TensorLike];

/** What a decoder gives: an output for each step, and the last state. */
export type DecoderResult<S> = [outputs: Tensor[], state: S];

/** Options of `rnnDecoder`. */
export interface RnnDecoderOptions {
  /** Makes each input but the first of the output before it; default: the given inputs are used. */
  readonly loopFunction?: LoopFunction | null | undefined;
  /** Default `rnn_decoder`. */
  readonly scope?: ScopeArgument;
}

/** Options of `embeddingRnnDecoder`. */
export interface EmbeddingRnnDecoderOptions {
  /** With it, previous outputs are projected before the best symbol is chosen. */
  readonly outputProjection?: OutputProjection | null | undefined;
  /** Whether each input but the first is the best symbol of the output before it. Default false. */
  readonly feedPrevious?: boolean | undefined;
  /** False: the embedding of such symbols gets no gradient. Default true. */
  readonly updateEmbeddingForPrevious?: boolean | undefined;
  /** Default `embedding_rnn_decoder`. */
  readonly scope?: ScopeArgument;
}

/** The loop function of a greedy decoder: the embedding of the best symbol. */
export function embeddingOfBest(
  embedding: AnyVariable,
  outputProjection: OutputProjection | null,
  updateEmbedding: boolean,
): LoopFunction {
  return (previous) => {
    const scores = outputProjection === null ? previous : xwPlusB(previous, outputProjection[0], outputProjection[1]);
    const embedded = embeddingLookup(embedding, argmax(scores, { axis: 1 }));
    return updateEmbedding ? embedded : stopGradient(embedded);
  };
}

/** @throws {ShapeError} for a projection to another number of symbols. */
export function checkProjection(projection: OutputProjection | null, symbols: number, dtype: DType | null): void {
  if (projection === null) return;
  checkCompatible(convertToTensor(projection[0], dtype === null ? {} : { dtype }), [null, symbols]);
  checkBiases(projection, symbols, dtype);
}

/** @throws {ShapeError} for biases of another number of symbols. */
export function checkBiases(projection: OutputProjection, symbols: number, dtype: DType | null): void {
  checkCompatible(convertToTensor(projection[1], dtype === null ? {} : { dtype }), [symbols]);
}

function checkCompatible(tensor: Tensor, shape: readonly (number | null)[]): void {
  if (tensor.shape.isCompatibleWith(shape as ShapeLike)) return;
  const text = shape.map((d) => d ?? "?").join(", ");
  throw new ShapeError(
    `Shapes ${tensor.shape} and (${text}${shape.length === 1 ? "," : ""}) are incompatible\n  the output projection gives a score for each symbol of the decoder`,
    { projection: tensor },
  );
}

/**
 * A decoder: one step of the cell for each input, all with the same variables.
 *
 * Shapes: decoderInputs one `[batch, n]` for each step → outputs `[batch, outputSize]` for each step, and the last state.
 *
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.rnn_decoder`
 * @example
 * const [outputs] = legacySeq2seq.rnnDecoder([ones([2, 3]), ones([2, 3])], zeros([2, 4]), new nn.rnnCell.GRUCell(4));
 * outputs.length; // 2
 */
export function rnnDecoder<S extends TensorTree>(
  decoderInputs: Iterable<TensorLike>,
  initialState: TensorStructure,
  cell: RNNCell<S>,
  options: RnnDecoderOptions = {},
): DecoderResult<S> {
  const { loopFunction = null } = options;
  return publicCall(() =>
    variableScope(options.scope || "rnn_decoder", (scope) => {
      let state = initialState as unknown;
      const outputs: Tensor[] = [];
      for (const given of decoderInputs) {
        const step = outputs.length;
        const previous = outputs.at(-1);
        const input =
          loopFunction === null || previous === undefined
            ? given
            : variableScope("loop_function", { reuse: true }, () => loopFunction(previous, step));
        if (step > 0) scope.reuseVariables();
        const [output, next] = cell(input, state as TensorStructure);
        outputs.push(output);
        state = next;
      }
      return [outputs, state as S];
    }),
  );
}

/**
 * A decoder of symbols, which are looked up in an embedding of its own.
 *
 * Shapes: decoderInputs one `[batch]` of integers for each step → outputs `[batch, outputSize]` for each step, and the last state.
 *
 * @throws {ShapeError} for a projection to another number of symbols.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.embedding_rnn_decoder`
 * @example
 * const symbols = [constant([1, 2], { dtype: "int32" })];
 * const [outputs] = legacySeq2seq.embeddingRnnDecoder(symbols, zeros([2, 4]), new nn.rnnCell.GRUCell(4), 9, 3);
 * outputs[0].shape.toString(); // "(2, 4)"
 */
export function embeddingRnnDecoder<S extends TensorTree>(
  decoderInputs: readonly TensorLike[],
  initialState: TensorStructure,
  cell: RNNCell<S>,
  numSymbols: number,
  embeddingSize: number,
  options: EmbeddingRnnDecoderOptions = {},
): DecoderResult<S> {
  const { outputProjection = null, feedPrevious = false, updateEmbeddingForPrevious = true } = options;
  return publicCall(() =>
    variableScope(options.scope || "embedding_rnn_decoder", (scope) => {
      checkProjection(outputProjection, numSymbols, scope.dtype);
      const embedding = getVariable("embedding", [numSymbols, embeddingSize]);
      const loopFunction = feedPrevious
        ? embeddingOfBest(embedding, outputProjection, updateEmbeddingForPrevious)
        : null;
      // Each symbol is looked up at its step, in the scope of the steps.
      function* embedded(): Generator<Tensor> {
        for (const symbols of decoderInputs) yield embeddingLookup(embedding, symbols);
      }
      return rnnDecoder(embedded(), initialState, cell, { loopFunction });
    }),
  );
}

/** Whether the decoder makes its own inputs: known, or told in the step. */
export type FeedPrevious = boolean | Tensor;

/**
 * A decoder that is told in the step whether it makes its own inputs: both are built, the second with the variables of the first.
 * `state` has the structure of the decoder's state.
 */
export function decodeEither<S>(
  feedPrevious: FeedPrevious,
  count: number,
  state: () => unknown,
  decode: (feedPrevious: boolean, isChosenInStep: boolean) => DecoderResult<S>,
): DecoderResult<S> {
  if (!(feedPrevious instanceof Tensor)) return decode(feedPrevious, false);
  const branch = (feeds: boolean) => (): Tensor[] =>
    variableScope(getVariableScope(), { reuse: feeds ? null : true }, () => {
      const [outputs, last] = decode(feeds, true);
      return [...outputs, ...(flatten(last) as Tensor[])];
    });
  const tensors = cond(feedPrevious, branch(true), branch(false)) as unknown as Tensor[];
  const structure = state();
  const rest = tensors.slice(count);
  return [tensors.slice(0, count), (isNested(structure) ? packAs(structure, rest) : rest[0]) as S];
}
