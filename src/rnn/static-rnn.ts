/** Networks that are unrolled: the ops of each step are in the graph. Mirrors `static_rnn`, python/ops/rnn.py. */
import { ArgumentError, ArgumentTypeError, ShapeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { reduceMax, reduceMin } from "../ops/reduce.ts";
import { shape } from "../ops/shape.ts";
import { indexTensor } from "../ops/slice.ts";
import { flatten, mapStructure, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import { type DTypeLike, int32 } from "../tensor/dtype.ts";
import type { Dimension } from "../tensor/shape.ts";
import type { VariableScope } from "../variables/scope-value.ts";
import type { ScopeArgument } from "./cell-state.ts";
import { type BatchSize, initialStateOf, inNetworkScope, lengthsLike, stateDType, zeroOutput } from "./network.ts";
import { assertCell, type RNNCell } from "./rnn-cell.ts";
import { rnnStep } from "./rnn-step.ts";

/** Options of `staticRnn`. */
export interface StaticRnnOptions {
  /** The state before the first step; default: zeros of `dtype`. */
  readonly initialState?: TensorStructure | null | undefined;
  /** The dtype of the state; needed without `initialState`. */
  readonly dtype?: DTypeLike | null | undefined;
  /** How many steps each sequence has. Afterwards it gives zeros and keeps its state. Shape: `[batch]`. */
  readonly sequenceLength?: TensorLike | null | undefined;
  /** Default `rnn`. */
  readonly scope?: ScopeArgument;
}

/**
 * An unrolled network: one step of the cell for each input, all with the same variables.
 *
 * Shapes: inputs one `[batch, n]` for each step → outputs `[batch, outputSize]` for each step, and the last state. Dtypes: floating types.
 * With `sequenceLength`, steps after the end of all sequences are not computed at all.
 *
 * @throws {ArgumentTypeError} when inputs are no list, or the cell is none.
 * @throws {ArgumentError} for an empty list, an unknown width, lengths that are no vector, and without `initialState` and `dtype`.
 * @see TensorFlow `tf.nn.static_rnn`, python/ops/rnn.py
 * @example
 * const inputs = unstack(ones([5, 2, 3]));
 * const [outputs, state] = nn.staticRnn(new nn.rnnCell.BasicLSTMCell(4), inputs, { dtype: "float32" });
 * outputs.length; // 5
 */
export function staticRnn<S extends TensorTree, O extends TensorTree = Tensor>(
  cell: RNNCell<S, O>,
  inputs: readonly TensorStructure[],
  options: StaticRnnOptions = {},
): [outputs: O[], state: S] {
  return publicCall(() => {
    assertCell("cell", cell);
    if (!Array.isArray(inputs)) {
      throw new ArgumentTypeError(
        `Argument \`inputs\` must be a sequence. Received: ${pythonText(inputs)}\n  one tensor for each step: unstack(x, { axis: 1 })`,
        { inputs },
      );
    }
    if (inputs.length === 0) throw new ArgumentError("Argument `inputs` must not be empty.", { inputs });
    return inNetworkScope(options.scope, "rnn", (scope) => unroll(cell, inputs, options, scope));
  });
}

function unroll<S extends TensorTree, O extends TensorTree>(
  cell: RNNCell<S, O>,
  given: readonly TensorStructure[],
  options: StaticRnnOptions,
  scope: VariableScope,
): [outputs: O[], state: S] {
  const { sequenceLength = null, dtype = null, initialState = null } = options;
  const inputs = given.map((input) => mapStructure(input, asTensor) as TensorTree);
  const [first] = flatten(inputs) as [Tensor];
  const fixed = commonBatch(flatten(inputs) as Tensor[]);
  const batchSize = fixed || indexTensor(shape(first), [0]);
  let state = initialStateOf(cell as RNNCell<never, never>, initialState, batchSize, dtype);
  const lengths = sequenceLength === null ? null : prepare(cell, sequenceLength, { batchSize, fixed, state, dtype });
  const outputs = inputs.map((input, time) => {
    if (time > 0) scope.reuseVariables();
    const before = state as TensorStructure;
    const callCell = () => cell(input, before);
    const [output, next] =
      lengths === null ? callCell() : rnnStep({ time, state: before, callCell, skipsConditionals: false, ...lengths });
    state = next;
    return output as O;
  });
  return [outputs, state as S];
}

function asTensor(value: unknown): Tensor {
  return convertToTensor(value as TensorLike);
}

/** The batch size that all inputs have, where the graph tells it. @throws {ArgumentError} when another dimension is unknown. */
function commonBatch(inputs: readonly Tensor[]): Dimension {
  const [first] = inputs as readonly [Tensor];
  // A vector of symbols, for a cell that looks them up.
  if (first.shape.rank === 1) return first.shape.dim(0);
  let fixed: Dimension = null;
  for (const input of inputs) {
    const dims = input.shape.dims ?? [];
    if (input.shape.rank !== null && dims.length < 2)
      throw new ArgumentError(`Shape ${input.shape} must have rank at least 2`, { input });
    const [batch = null, ...rest] = dims;
    if (fixed !== null && batch !== null && fixed !== batch) {
      throw new ShapeError(`Dimensions ${fixed} and ${batch} are not compatible\n  all inputs have one batch size`, {
        input,
      });
    }
    const unknown = rest.indexOf(null);
    if (unknown !== -1) {
      throw new ArgumentError(
        `Input size (dimension ${unknown} of input ${input}) must be accessible via shape inference, but saw value None.\n  input.setShape([null, n]) tells it`,
        { input },
      );
    }
    fixed ??= batch;
  }
  return first.shape.dim(0);
}

interface BatchFacts {
  readonly batchSize: BatchSize;
  readonly fixed: Dimension;
  readonly state: unknown;
  readonly dtype: DTypeLike | null;
}

/** What the steps of sequences of different lengths need. */
function prepare(
  cell: RNNCell<TensorTree, TensorTree>,
  given: TensorLike,
  { batchSize, fixed, state, dtype }: BatchFacts,
) {
  const vector = convertToTensor(lengthsLike(given), { name: "sequence_length" });
  if (vector.shape.rank !== null && vector.shape.rank !== 1) {
    throw new ArgumentError(
      `Argument \`sequence_length\` must be a vector of length ${String(batchSize)}. Received sequence_length=${vector}.`,
      { sequenceLength: vector },
    );
  }
  const zeros = zeroOutput(cell.outputSize, batchSize, stateDType(dtype, state), fixed);
  const lengths = cast(vector, int32);
  return { zeroOutput: zeros, lengths, minLength: reduceMin(lengths), maxLength: reduceMax(lengths) };
}
