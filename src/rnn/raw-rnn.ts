/** A loop of a cell whose every step the program chooses. Mirrors `raw_rnn`, python/ops/rnn.py. */
import { ArgumentTypeError, ShapeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { constantAsShape } from "../graph/infer.ts";
import { publicCall } from "../graph/public-call.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { constant, zeros } from "../ops/array.ts";
import { logicalNot, logicalOr, where } from "../ops/compare.ts";
import { callBuilder } from "../ops/flow-region.ts";
import { reduceAll } from "../ops/reduce.ts";
import { shape } from "../ops/shape.ts";
import { indexTensor } from "../ops/slice.ts";
import { assertSameStructure, flatten, packAs, type TensorStructure, type TensorTree } from "../ops/structure.ts";
import { TensorArray } from "../ops/tensor-array.ts";
import { whileLoop } from "../ops/while-loop.ts";
import { type DType, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import type { ScopeArgument } from "./cell-state.ts";
import { inNetworkScope } from "./network.ts";
import { assertCell, type RNNCell } from "./rnn-cell.ts";
import { concatShape, type ShapePart } from "./zero-state.ts";

/** What follows a step. */
export type RawRnnStep = readonly [
  /** Whether each sequence has ended. Shape: `[batch]`. Dtype: bool. */
  elementsFinished: TensorLike,
  /** The inputs of the next step. */
  nextInput: TensorStructure,
  /** Its state. */
  nextState: TensorStructure,
  /** What is emitted for this step; `null` in the first call: the cell's outputs are emitted. */
  emitOutput: TensorStructure | null,
  /** Passed to the next call; `null`: as before. */
  nextLoopState: TensorStructure | null,
];

/** Called before the first step, with `null` for all but the time, and after each one. */
export type RawRnnLoopFunction = (
  time: Tensor,
  cellOutput: TensorTree | null,
  cellState: TensorTree | null,
  loopState: TensorTree | null,
) => RawRnnStep;

/** Options of `rawRnn`. */
export interface RawRnnOptions {
  /** How many iterations may be computed at the same time. Default 32. It changes no result. */
  readonly parallelIterations?: number | null | undefined;
  /** Kept with the loop. Default false. */
  readonly swapMemory?: boolean | undefined;
  /** Default `rnn`. */
  readonly scope?: ScopeArgument;
}

/**
 * A loop of a cell in which a function makes the input and the state of each step of what the step before gave, and says when to end.
 *
 * Shapes: as `loopFn` gives them. What sequences emit after their end is zeros, and they keep their state.
 *
 * @returns an array of what was emitted, the last state, and the last loop state or `null`.
 * @throws {ArgumentTypeError} when `loopFn` is no function or the cell is none. @throws {ArgumentError} when structures differ from step to step.
 * @see TensorFlow `tf.nn.raw_rnn`, python/ops/rnn.py
 * @example
 * const cell = new nn.rnnCell.GRUCell(3);
 * const [emitted, state] = nn.rawRnn(cell, (time, output, state) => {
 *   const next = state ?? cell.zeroState(2, "float32");
 *   return [fill([2], time.greaterEqual(4)), ones([2, 1]), next, output, null];
 * });
 * session.runSync(globalVariablesInitializer());
 * session.runSync(emitted.stack()).shape; // [4, 2, 3]
 */
export function rawRnn<S extends TensorTree, O extends TensorTree = Tensor>(
  cell: RNNCell<S, O>,
  loopFn: RawRnnLoopFunction,
  options: RawRnnOptions = {},
): [emitted: TensorArray, state: S, loopState: TensorTree | null] {
  return publicCall(() => {
    assertCell("cell", cell);
    if (typeof loopFn !== "function") {
      throw new ArgumentTypeError(`Argument \`loop_fn\` must be a callable. Received: ${pythonText(loopFn)}.`, {
        loopFn,
      });
    }
    return inNetworkScope(options.scope, "rnn", () => {
      const [emitted, state, loopState] = loop(cell, loopFn, options);
      return [emitted as TensorArray, state as S, loopState as TensorTree | null];
    });
  });
}

function loop(
  cell: RNNCell<TensorTree, TensorTree>,
  loopFn: RawRnnLoopFunction,
  options: RawRnnOptions,
): readonly unknown[] {
  const call: RawRnnLoopFunction = (...given) => callBuilder("'loop_fn' of raw_rnn", () => loopFn(...given));
  const start = constant(ndarray(0, int32));
  const [finished, input, initialState, emit, firstLoopState] = call(start, null, null, null);
  const loopState = firstLoopState ?? constant(ndarray(0, int32));
  const inputs = (flatten(input) as TensorLike[]).map((one) => convertToTensor(one));
  const known = commonBatch(inputs);
  const batchSize = known ?? indexTensor(shape(inputs[0] as Tensor), [0]);
  assertSameStructure(initialState, cell.stateSize);
  const states = (flatten(initialState) as TensorLike[]).map((one) => convertToTensor(one));
  const emitted = emissionOf(cell, emit, (states[0] as Tensor).dtype.baseDtype);
  const arrays = emitted.parts.map(({ size, dtype }, i) => {
    const elementShape = new TensorShape([known]).concatenate(knownShape(size));
    return new TensorArray(dtype, {
      dynamicSize: true,
      elementShape,
      size: ndarray(0, int32),
      name: `rnn_output_${i}`,
    });
  });
  const zeroEmit = emitted.parts.map(({ size, dtype }) => zeros(concatShape(batchSize, size), { dtype }));
  const body = (time: Tensor, ended: Tensor, current: TensorTree, ...rest: readonly TensorTree[]): unknown[] => {
    const [written, state, before] = rest as readonly [unknown, TensorTree, TensorTree];
    const [output, cellState] = cell(current, state);
    assertSameStructure(state, cellState);
    assertSameStructure(cell.outputSize, output);
    const nextTime = time.add(1);
    const [nextEnded, nextInput, nextState, emitOutput, nextLoopState] = call(nextTime, output, cellState, before);
    assertSameStructure(state, nextState);
    assertSameStructure(current, nextInput);
    assertSameStructure(written, emitOutput);
    const emission = (flatten(emitOutput) as Tensor[]).map((one, i) => kept(ended, zeroEmit[i] as Tensor, one));
    const old = flatten(state) as Tensor[];
    const after = (flatten(nextState) as Tensor[]).map((one, i) => kept(ended, old[i] as Tensor, one));
    const filled = (flatten(written) as TensorArray[]).map((array, i) => array.write(time, emission[i] as Tensor));
    const allEnded = logicalOr(ended, nextEnded);
    return [nextTime, allEnded, nextInput, packAs(written, filled), packAs(state, after), nextLoopState ?? before];
  };
  const first = [start, finished, packAs(input, inputs), packAs(emitted.structure, arrays)];
  const returned = whileLoop(
    ((_: Tensor, ended: Tensor) => logicalNot(reduceAll(ended))) as never,
    body as never,
    [...first, packAs(initialState, states), loopState] as TensorStructure[],
    { parallelIterations: options.parallelIterations || 32, swapMemory: options.swapMemory ?? false },
  ) as readonly unknown[];
  return [returned[3], returned[4], firstLoopState === null ? null : returned[5]];
}

/** What is emitted at each step: the structure, and of each part what is known. */
interface Emission {
  readonly structure: unknown;
  readonly parts: readonly { readonly size: ShapePart; readonly dtype: DType }[];
}

function emissionOf(cell: RNNCell<TensorTree, TensorTree>, emit: TensorStructure | null, dtype: DType): Emission {
  if (emit === null) {
    const parts = (flatten(cell.outputSize) as ShapePart[]).map((size) => ({ size, dtype }));
    return { structure: cell.outputSize, parts };
  }
  const parts = (flatten(emit) as Tensor[]).map((one) => ({
    size: one.shape.isFullyDefined() ? one.shape : shape(one),
    dtype: one.dtype.baseDtype,
  }));
  return { structure: emit, parts };
}

function knownShape(size: ShapePart): TensorShape {
  if (size instanceof Tensor) return constantAsShape(size);
  return typeof size === "number" ? new TensorShape([size]) : (size as TensorShape);
}

/** The old rows of the sequences that have ended, and the new ones of the others. */
function kept(hasEnded: Tensor, old: Tensor, fresh: Tensor): Tensor {
  if (old instanceof TensorArray || old.shape.rank === 0) return fresh;
  return runInScope(makeColocation(fresh), () => where(hasEnded, old, fresh));
}

/** The batch size of the inputs, where the graph tells it. @throws {ShapeError} when they differ. */
function commonBatch(inputs: readonly Tensor[]): number | null {
  const sizes = inputs.map((one) => one.shape.dim(0));
  const [first = null] = sizes;
  const other = sizes.find((size) => size !== null && first !== null && size !== first);
  if (other === undefined) return first;
  throw new ShapeError(`Dimensions ${first} and ${other} are not compatible`, { inputs });
}
