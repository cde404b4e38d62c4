/** Networks whose steps are a loop. Mirrors `dynamic_rnn`, python/ops/rnn.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall, withinCall } from "../graph/public-call.ts";
import { controlDependencies, nameScope } from "../graph/scope-functions.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, identity } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal } from "../ops/compare.ts";
import { concat, stack } from "../ops/concat.ts";
import { Assert } from "../ops/logging.ts";
import { maximum, minimum } from "../ops/math.ts";
import { range } from "../ops/range.ts";
import { reduceAll, reduceMax, reduceMin } from "../ops/reduce.ts";
import { rank, shape } from "../ops/shape.ts";
import { indexTensor } from "../ops/slice.ts";
import { flatten, mapStructure, packAs, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import { transpose } from "../ops/transpose.ts";
import { whileLoop } from "../ops/while-loop.ts";
import { type DTypeLike, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import type { ScopeArgument } from "./cell-state.ts";
import { type BatchSize, initialStateOf, inNetworkScope, lengthsLike, stateDType, zeroOutput } from "./network.ts";
import { assertCell, type RNNCell } from "./rnn-cell.ts";
import { rnnStep } from "./rnn-step.ts";
import { knownConcatShape, type ShapePart } from "./zero-state.ts";

/** Options of `dynamicRnn`. */
export interface DynamicRnnOptions {
  /** How many steps each sequence has. Afterwards it gives zeros and keeps its state. Shape: `[batch]`. */
  readonly sequenceLength?: TensorLike | null | undefined;
  /** The state before the first step; default: zeros of `dtype`. */
  readonly initialState?: TensorStructure | null | undefined;
  /** The dtype of the state; needed without `initialState`. */
  readonly dtype?: DTypeLike | null | undefined;
  /** How many iterations may be computed at the same time. Default 32. It changes no result. */
  readonly parallelIterations?: number | null | undefined;
  /** Kept with the loop. Default false. */
  readonly swapMemory?: boolean | undefined;
  /** Whether inputs and outputs are `[time, batch, n]`, which saves two transpositions. Default false. */
  readonly timeMajor?: boolean | undefined;
  /** Default `rnn`. */
  readonly scope?: ScopeArgument;
}

/**
 * A network whose steps are one loop: the graph is as small for a thousand steps as for one, and their number may be unknown.
 *
 * Shapes: inputs `[batch, time, n]` → outputs `[batch, time, outputSize]`, and the last state. Dtypes: floating types.
 * The loop ends when all sequences have; what comes after a sequence's end is zeros.
 *
 * @throws {ArgumentError} when the width of the inputs is unknown, lengths are no vector, and without `initialState` and `dtype`.
 * @throws {InvalidArgumentError} at the run, when there are more or fewer lengths than sequences.
 * @remarks As in TensorFlow, a length greater than the number of steps does not fail: the loop ends with the inputs.
 * @see TensorFlow `tf.nn.dynamic_rnn`, python/ops/rnn.py
 * @example
 * const x = placeholder("float32", [null, null, 3]);
 * const [outputs, state] = nn.dynamicRnn(new nn.rnnCell.GRUCell(4), x, { dtype: "float32" });
 * outputs.shape.toString(); // "(?, ?, 4)"
 */
export function dynamicRnn<S extends TensorTree, O extends TensorTree = Tensor>(
  cell: RNNCell<S, O>,
  inputs: TensorStructure,
  options: DynamicRnnOptions = {},
): [outputs: O, state: S] {
  return publicCall(() => {
    assertCell("cell", cell);
    return inNetworkScope(options.scope, "rnn", () => {
      const { timeMajor = false, dtype = null, initialState = null } = options;
      const given = mapStructure(inputs, (input) => convertToTensor(input as TensorLike));
      const timed = (timeMajor ? given : mapStructure(given, transposed)) as TensorTree;
      const lengths = lengthsOf(options.sequenceLength ?? null);
      const batchSize = batchSizeOf(flatten(timed) as Tensor[]);
      const state = initialStateOf(cell as RNNCell<never, never>, initialState, batchSize, dtype);
      const checked = lengths === null ? null : checkedLengths(lengths, batchSize);
      const [outputs, last] = loop({ cell, inputs: timed, state, lengths: checked, dtype, options });
      return [(timeMajor ? outputs : mapStructure(outputs, transposed)) as O, last as S];
    });
  });
}

/** `[batch, time, …]` → `[time, batch, …]`, and back. */
function transposed(value: unknown): Tensor {
  const x = value as Tensor;
  const { dims, rank: known } = x.shape;
  if (known !== null && known < 2) return x;
  const perm = concat([ndarray([1, 0], int32), range(ndarray(2, int32), rank(x))], 0);
  const result = transpose(x, { perm });
  if (dims !== null) {
    const [batch = null, time = null, ...rest] = dims;
    result.setShape([time, batch, ...rest]);
  }
  return result;
}

function lengthsOf(given: TensorLike | null): Tensor | null {
  if (given === null) return null;
  const lengths = cast(lengthsLike(given), int32);
  if (lengths.shape.rank !== null && lengths.shape.rank !== 1) {
    throw new ArgumentError(
      `Argument sequence_length must be a vector of length batch_size. Received sequence_length=${lengths} of shape: ${lengths.shape}`,
      { sequenceLength: lengths },
    );
  }
  return identity(lengths, { name: "sequence_length" });
}

/** How many sequences there are, of inputs `[time, batch, …]`. */
function batchSizeOf(inputs: readonly Tensor[]): BatchSize {
  for (const input of inputs) {
    if (input.shape.rank === null) continue;
    if (input.shape.rank < 2) {
      throw new ArgumentError(
        `Input tensor should have rank >= 2. Received input=${input} of rank ${input.shape.rank}\n  inputs are [batch, time, n]`,
        { input },
      );
    }
    const batch = input.shape.dim(1);
    if (batch !== null) return batch;
  }
  return indexTensor(shape(inputs[0] as Tensor), [1]);
}

/** The lengths, after a check in the step that there is one for each sequence. */
function checkedLengths(lengths: Tensor, batchSize: BatchSize): Tensor {
  const found = shape(lengths);
  const wanted =
    typeof batchSize === "number" ? constant(ndarray([batchSize], int32), { name: "stack" }) : stack([batchSize]);
  const check = Assert(reduceAll(equal(found, wanted)), [
    `Expected shape for Tensor ${lengths.name} is `,
    wanted,
    " but saw shape: ",
    found,
  ]);
  return controlDependencies([check], () => identity(lengths, { name: "CheckSeqLen" }));
}

interface LoopSpec {
  readonly cell: RNNCell<TensorTree, TensorTree>;
  /** `[time, batch, …]` each. */
  readonly inputs: TensorTree;
  readonly state: unknown;
  readonly lengths: Tensor | null;
  readonly dtype: DTypeLike | null;
  readonly options: DynamicRnnOptions;
}

/** What is known of the inputs, `[time, batch, …]` each. @throws {ArgumentError} when a width is unknown, or when they differ. */
function checkInputs(inputs: readonly Tensor[]): void {
  const [first] = inputs as readonly [Tensor];
  for (const input of inputs) {
    const { dims } = input.shape;
    if (dims !== null && dims.length < 3)
      throw new ArgumentError(`Shape ${input.shape} must have rank at least 3\n  inputs are [batch, time, n]`, {
        input,
      });
    if (dims === null || dims.slice(2).includes(null)) {
      throw new ArgumentError(
        `Input size (depth of inputs) must be accessible via shape inference, but saw value None for input=${input}.\n  x.setShape([null, null, n]) tells it`,
        { input },
      );
    }
    const [time, batch] = [input.shape.dim(0), input.shape.dim(1)];
    if (time !== first.shape.dim(0)) {
      throw new ArgumentError(
        `Time steps is not the same for all the elements in the input in a batch. Received time steps=${time} for input=${input}.`,
        { input },
      );
    }
    if (batch !== first.shape.dim(1)) {
      throw new ArgumentError(
        `Batch_size is not the same for all the elements in the input. Received batch size=${batch} for input=${input}.`,
        { input },
      );
    }
  }
}

function loop(spec: LoopSpec): readonly [outputs: unknown, state: unknown] {
  const { cell, lengths, state, options } = spec;
  const inputs = flatten(spec.inputs) as Tensor[];
  const [first] = inputs as [Tensor];
  const timeSteps = indexTensor(shape(first), [0]);
  const batchSize = batchSizeOf(inputs);
  checkInputs(inputs);
  const known = [first.shape.dim(0), first.shape.dim(1)] as const;
  const outputSizes = flatten(cell.outputSize) as ShapePart[];
  const dtype = stateDType(spec.dtype, state);
  const zeros = zeroOutput(cell.outputSize, batchSize, dtype);
  const minLength = lengths === null ? null : reduceMin(lengths);
  const maxLength = lengths === null ? timeSteps : reduceMax(lengths);
  const start = constant(ndarray(0, int32), { name: "time" });
  const baseName = nameScope("dynamic_rnn", (name) => name);
  const array = (name: string, elementShape: TensorShape, of: Tensor["dtype"]): TensorArray =>
    new TensorArray(of, { size: timeSteps, elementShape, tensorArrayName: `${baseName}${name}` });
  const outputs = outputSizes.map((size, i) => array(`output_${i}`, elementOf(known[1], size), dtype));
  const empty = inputs.map((input, i) => array(`input_${i}`, restOf(input, 1), input.dtype.baseDtype));
  const reads = empty.map((one, i) => one.unstack(inputs[i] as Tensor));
  const step = (time: Tensor, written: readonly TensorArray[], before: TensorTree): unknown[] => {
    const elements = reads.map((one, i) => withShape(one.read(time), restOf(inputs[i] as Tensor, 1)));
    const callCell = () => cell(packAs(spec.inputs, elements) as TensorTree, before);
    const [output, next] =
      lengths === null || minLength === null
        ? callCell()
        : rnnStep({
            time,
            lengths,
            minLength,
            maxLength,
            zeroOutput: zeros,
            state: before,
            callCell,
            skipsConditionals: true,
          });
    const after = flatten(output).map((value, i) => (written[i] as TensorArray).write(time, value as Tensor));
    return [time.add(1), after, next];
  };
  const bound = minimum(timeSteps, maximum(ndarray(1, int32), maxLength));
  const [, final, last] = whileLoop(
    (time: Tensor) => time.less(bound),
    withinCall(step) as never,
    [start, outputs, state as TensorStructure],
    {
      parallelIterations: options.parallelIterations || 32,
      maximumIterations: timeSteps,
      swapMemory: options.swapMemory ?? false,
    },
  ) as unknown as [Tensor, TensorArray[], unknown];
  const stacked = final.map((one) => one.stack());
  for (const [i, output] of stacked.entries()) output.setShape(knownConcatShape(known, outputSizes[i] as ShapePart));
  return [packAs(cell.outputSize, stacked), last];
}

/** The shape without its first dimensions. */
function restOf(tensor: Tensor, from: number): TensorShape {
  return new TensorShape(tensor.shape.dims?.slice(from) ?? null);
}

/** The shape of one step's output. */
function elementOf(batch: number | null, size: ShapePart): TensorShape {
  return new TensorShape([batch]).concatenate(typeof size === "number" ? [size] : (size as TensorShape));
}

function withShape(tensor: Tensor, known: TensorShape): Tensor {
  tensor.setShape(known);
  return tensor;
}
