/** Whole models of an encoder and a decoder. Mirrors contrib's legacy_seq2seq/python/ops/seq2seq.py, TensorFlow 1.15. */
import type { TensorLike } from "../../graph/constant.ts";
import { publicCall } from "../../graph/public-call.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { concat } from "../../ops/concat.ts";
import { embeddingLookup } from "../../ops/embedding.ts";
import { reshape, shape } from "../../ops/shape.ts";
import type { TensorStructure, TensorTree } from "../../ops/structure.ts";
import { asDType, type DTypeLike, float32 } from "../../tensor/dtype.ts";
import { getVariable } from "../../variables/get-variable.ts";
import type { VariableScope } from "../../variables/scope-value.ts";
import { variableScope } from "../../variables/variable-scope.ts";
import type { ScopeArgument } from "../cell-state.ts";
import { EmbeddingWrapper, OutputProjectionWrapper } from "../projection-wrappers.ts";
import type { RNNCell } from "../rnn-cell.ts";
import { staticRnn } from "../static-rnn.ts";
import { embeddingAttentionDecoder } from "./attention-decoder.ts";
import {
  checkProjection,
  type DecoderResult,
  decodeEither,
  embeddingOfBest,
  embeddingRnnDecoder,
  type FeedPrevious,
  type LoopFunction,
  type OutputProjection,
  rnnDecoder,
} from "./rnn-decoder.ts";

/** Options of `basicRnnSeq2seq`. The scope's default is `basic_rnn_seq2seq`. */
export interface BasicSeq2seqOptions {
  /** The dtype of the first state. Default float32. */
  readonly dtype?: DTypeLike | null | undefined;
  readonly scope?: ScopeArgument;
}

/** Options of `tiedRnnSeq2seq`. The scope's default is `tied_rnn_seq2seq`, below `combined_tied_rnn_seq2seq`. */
export interface TiedSeq2seqOptions extends BasicSeq2seqOptions {
  /** Makes each input of the decoder but the first of the output before it; default: the given inputs are used. */
  readonly loopFunction?: LoopFunction | null | undefined;
}

/** Options of `embeddingRnnSeq2seq`. The scope's default is `embedding_rnn_seq2seq`. */
export interface EmbeddingSeq2seqOptions {
  /** Weights and biases that turn outputs into scores; default: the decoder has its own and gives scores. */
  readonly outputProjection?: OutputProjection | null | undefined;
  /** Whether each input of the decoder but the first is the best symbol of the output before it; a tensor tells it in the step. Default false. */
  readonly feedPrevious?: FeedPrevious | undefined;
  /** The dtype of the first state; default: the scope's. */
  readonly dtype?: DTypeLike | null | undefined;
  readonly scope?: ScopeArgument;
}

/** Options of `embeddingTiedRnnSeq2seq`. The scope's default is `embedding_tied_rnn_seq2seq`. */
export interface EmbeddingTiedSeq2seqOptions extends EmbeddingSeq2seqOptions {
  /** How many symbols the decoder tells apart; default: all. */
  readonly numDecoderSymbols?: number | null | undefined;
}

/** Options of `embeddingAttentionSeq2seq`. The scope's default is `embedding_attention_seq2seq`. */
export interface EmbeddingAttentionSeq2seqOptions<S extends TensorTree = TensorTree> extends EmbeddingSeq2seqOptions {
  /** The cell of the encoder; default: a copy of `cell`. */
  readonly encoderCell?: RNNCell<S> | null | undefined;
  /** How many times the encoder's outputs are read at each step. Default 1. */
  readonly numHeads?: number | undefined;
  /** Whether they are read before the first step, too. Default false. */
  readonly initialStateAttention?: boolean | undefined;
}

/**
 * An encoder, and a decoder that begins with its last state. Both have cells of one kind, with variables of their own.
 *
 * Shapes: encoderInputs and decoderInputs one `[batch, n]` for each step → outputs `[batch, outputSize]` for each step of the decoder, and its last state.
 *
 * @throws {ArgumentError} when the encoder has no inputs.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.basic_rnn_seq2seq`
 * @example
 * const steps = unstack(ones([3, 2, 4]));
 * const [outputs] = legacySeq2seq.basicRnnSeq2seq(steps, steps, new nn.rnnCell.GRUCell(5));
 * outputs[0].shape.toString(); // "(2, 5)"
 */
export function basicRnnSeq2seq<S extends TensorTree>(
  encoderInputs: readonly TensorLike[],
  decoderInputs: readonly TensorLike[],
  cell: RNNCell<S>,
  options: BasicSeq2seqOptions = {},
): DecoderResult<S> {
  const dtype = options.dtype ?? float32;
  return publicCall(() =>
    variableScope(options.scope || "basic_rnn_seq2seq", () => {
      const [, state] = cell.asCopy(() => staticRnn(cell, encoderInputs as readonly TensorStructure[], { dtype }));
      return rnnDecoder(decoderInputs, state, cell);
    }),
  );
}

/**
 * An encoder, and a decoder that begins with its last state and shares its variables.
 *
 * Shapes: encoderInputs and decoderInputs one `[batch, n]` for each step → outputs `[batch, outputSize]` for each step of the decoder, and its last state.
 *
 * @throws {ArgumentError} when the encoder has no inputs.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.tied_rnn_seq2seq`
 * @example
 * const steps = unstack(ones([3, 2, 4]));
 * legacySeq2seq.tiedRnnSeq2seq(steps, steps, new nn.rnnCell.GRUCell(5));
 * trainableVariables().length; // 4
 */
export function tiedRnnSeq2seq<S extends TensorTree>(
  encoderInputs: readonly TensorLike[],
  decoderInputs: readonly TensorLike[],
  cell: RNNCell<S>,
  options: TiedSeq2seqOptions = {},
): DecoderResult<S> {
  const { loopFunction = null } = options;
  const dtype = options.dtype ?? float32;
  return publicCall(() =>
    variableScope("combined_tied_rnn_seq2seq", (outer) => {
      const scope = options.scope || "tied_rnn_seq2seq";
      const [, state] = staticRnn(cell, encoderInputs as readonly TensorStructure[], { dtype, scope });
      outer.reuseVariables();
      return rnnDecoder(decoderInputs, state, cell, { loopFunction, scope });
    }),
  );
}

/** Reads symbols with a cell; a cell that the decoder uses, too, is copied. */
function encode<S extends TensorTree>(
  inputs: readonly TensorLike[],
  cell: RNNCell<S>,
  symbols: number,
  embeddingSize: number,
  dtype: DTypeLike,
): [outputs: Tensor[], state: S] {
  const embedding = new EmbeddingWrapper(cell, symbols, embeddingSize);
  return staticRnn(embedding, inputs as readonly TensorStructure[], { dtype });
}

/**
 * An encoder and a decoder of symbols, each with an embedding of its own.
 *
 * Shapes: encoderInputs and decoderInputs one `[batch]` of integers for each step → for each step of the decoder scores `[batch, numDecoderSymbols]`,
 * or, with an output projection, the cell's outputs; and its last state.
 *
 * @throws {ArgumentError} when the encoder has no inputs. @throws {ShapeError} for a projection to another number of symbols.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq`
 * @example
 * const symbols = [constant([1, 2], { dtype: "int32" }), constant([0, 3], { dtype: "int32" })];
 * const [scores] = legacySeq2seq.embeddingRnnSeq2seq(symbols, symbols, new nn.rnnCell.GRUCell(5), 4, 6, 3);
 * scores[0].shape.toString(); // "(2, 6)"
 */
export function embeddingRnnSeq2seq<S extends TensorTree>(
  encoderInputs: readonly TensorLike[],
  decoderInputs: readonly TensorLike[],
  cell: RNNCell<S>,
  numEncoderSymbols: number,
  numDecoderSymbols: number,
  embeddingSize: number,
  options: EmbeddingSeq2seqOptions = {},
): DecoderResult<S> {
  const { outputProjection = null, feedPrevious = false } = options;
  return publicCall(() =>
    variableScope(options.scope || "embedding_rnn_seq2seq", { dtype: options.dtype ?? null }, ({ dtype }) => {
      const [, state] = cell.asCopy(() => encode(encoderInputs, cell, numEncoderSymbols, embeddingSize, dtype));
      const decoding = outputProjection === null ? new OutputProjectionWrapper(cell, numDecoderSymbols) : cell;
      return decodeEither(
        feedPrevious,
        decoderInputs.length,
        () => state,
        (feeds, isChosenInStep) =>
          embeddingRnnDecoder(decoderInputs, state, decoding, numDecoderSymbols, embeddingSize, {
            outputProjection,
            feedPrevious: feeds,
            updateEmbeddingForPrevious: !isChosenInStep,
          }),
      );
    }),
  );
}

/**
 * An encoder and a decoder of symbols that share the embedding and the cell's variables.
 *
 * Shapes: encoderInputs and decoderInputs one `[batch]` of integers for each step → for each step of the decoder scores of the symbols,
 * or, with an output projection, the cell's outputs; and its last state.
 *
 * @throws {ArgumentError} when the encoder has no inputs. @throws {ShapeError} for a projection to another number of symbols.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq`
 * @example
 * const symbols = [constant([1, 2], { dtype: "int32" }), constant([0, 3], { dtype: "int32" })];
 * const [scores] = legacySeq2seq.embeddingTiedRnnSeq2seq(symbols, symbols, new nn.rnnCell.GRUCell(5), 4, 3);
 * scores[0].shape.toString(); // "(2, 4)"
 */
export function embeddingTiedRnnSeq2seq<S extends TensorTree>(
  encoderInputs: readonly TensorLike[],
  decoderInputs: readonly TensorLike[],
  cell: RNNCell<S>,
  numSymbols: number,
  embeddingSize: number,
  options: EmbeddingTiedSeq2seqOptions = {},
): DecoderResult<S> {
  const { outputProjection = null, feedPrevious = false } = options;
  return publicCall(() =>
    variableScope(options.scope || "embedding_tied_rnn_seq2seq", { dtype: options.dtype ?? null }, ({ dtype }) => {
      checkProjection(outputProjection, numSymbols, dtype);
      const embedding = getVariable("embedding", [numSymbols, embeddingSize], { dtype });
      const [encoding, decoding] = [encoderInputs, decoderInputs].map((inputs) =>
        inputs.map((symbols) => embeddingLookup(embedding, symbols)),
      ) as [Tensor[], Tensor[]];
      const scores = options.numDecoderSymbols ?? numSymbols;
      const tied = outputProjection === null ? new OutputProjectionWrapper(cell, scores) : cell;
      return decodeEither(
        feedPrevious,
        decoding.length,
        () => tied.zeroState(batchSizeOf(encoding), dtype),
        (feeds, isChosenInStep) => {
          const loopFunction = feeds ? embeddingOfBest(embedding, outputProjection, !isChosenInStep) : null;
          return tiedRnnSeq2seq(encoding, decoding, tied, { loopFunction, dtype });
        },
      );
    }),
  );
}

function batchSizeOf(inputs: readonly Tensor[]): number | Tensor {
  const [first] = inputs as readonly [Tensor];
  return first.shape.dim(0) ?? shape(first).at([0]);
}

/**
 * An encoder and a decoder of symbols, of which the decoder looks at all outputs of the encoder.
 *
 * Shapes: encoderInputs and decoderInputs one `[batch]` of integers for each step → for each step of the decoder scores `[batch, numDecoderSymbols]`,
 * or, with an output projection, outputs as wide as the cell's; and its last state.
 *
 * @throws {ArgumentError} without inputs or heads. @throws {ShapeError} for a projection to another number of symbols.
 * @see TensorFlow 1.15 `tf.contrib.legacy_seq2seq.embedding_attention_seq2seq`
 * @example
 * const symbols = [constant([1, 2], { dtype: "int32" }), constant([0, 3], { dtype: "int32" })];
 * const [scores] = legacySeq2seq.embeddingAttentionSeq2seq(symbols, symbols, new nn.rnnCell.GRUCell(5), 4, 6, 3);
 * scores[0].shape.toString(); // "(2, 6)"
 */
export function embeddingAttentionSeq2seq<S extends TensorTree>(
  encoderInputs: readonly TensorLike[],
  decoderInputs: readonly TensorLike[],
  cell: RNNCell<S>,
  numEncoderSymbols: number,
  numDecoderSymbols: number,
  embeddingSize: number,
  options: EmbeddingAttentionSeq2seqOptions<S> = {},
): DecoderResult<S> {
  const { outputProjection = null, feedPrevious = false, encoderCell = null } = options;
  const { numHeads, initialStateAttention } = options;
  const body = ({ dtype }: VariableScope): DecoderResult<S> => {
    const reader = encoderCell ?? cell;
    const run = () => encode(encoderInputs, reader, numEncoderSymbols, embeddingSize, asDType(dtype));
    const [encoded, state] = encoderCell === null ? cell.asCopy(run) : run();
    const tops = encoded.map((output) => reshape(output, [-1, 1, cell.outputSize as number]));
    const attentionStates = concat(tops, 1);
    const decoding = outputProjection === null ? new OutputProjectionWrapper(cell, numDecoderSymbols) : cell;
    const outputSize = outputProjection === null ? numDecoderSymbols : null;
    return decodeEither(
      feedPrevious,
      decoderInputs.length,
      () => state,
      (feeds, isChosenInStep) =>
        embeddingAttentionDecoder(decoderInputs, state, attentionStates, decoding, numDecoderSymbols, embeddingSize, {
          numHeads,
          outputSize,
          outputProjection,
          feedPrevious: feeds,
          updateEmbeddingForPrevious: !isChosenInStep,
          initialStateAttention,
        }),
    );
  };
  return publicCall(() =>
    variableScope(options.scope || "embedding_attention_seq2seq", { dtype: options.dtype ?? null }, body),
  );
}
