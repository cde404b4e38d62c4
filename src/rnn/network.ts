/** What static and dynamic networks have in common. Mirrors python/ops/rnn.py. */
import { ArgumentError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import { stateOf } from "../graph/context.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { enclosingLoop } from "../graph/flow-context.ts";
import type { Tensor } from "../graph/tensor.ts";
import { zeros } from "../ops/array.ts";
import { flatten, mapStructure, type TensorStructure } from "../ops/structure.ts";
import { asDType, type DType, type DTypeLike, int32 } from "../tensor/dtype.ts";
import { type Literal, ndarray } from "../tensor/ndarray.ts";
import type { Dimension } from "../tensor/shape.ts";
import type { VariableScope } from "../variables/scope-value.ts";
import { variableScope } from "../variables/variable-scope.ts";
import type { ScopeArgument } from "./cell-state.ts";
import type { RNNCell } from "./rnn-cell.ts";
import { concatShape, knownConcatShape, type ShapePart } from "./zero-state.ts";

/** How many sequences there are: a number where the graph tells it. */
export type BatchSize = number | Tensor;

/** Opens the scope of a network, in which variables are read once per step, unless it is inside of a loop whose iterations may change them. */
export function inNetworkScope<R>(scope: ScopeArgument, defaultName: string, body: (scope: VariableScope) => R): R {
  return variableScope(scope || defaultName, (inside) => {
    const isInLoop = enclosingLoop(stateOf(getDefaultGraph()).flow) !== null;
    if (!isInLoop && inside.cachingDevice === null) inside.setCachingDevice((op) => op.device);
    return body(inside);
  });
}

/** The state before the first step. @throws {ArgumentError} when neither a state nor a dtype is given. */
export function initialStateOf(
  cell: RNNCell<never, never>,
  initialState: TensorStructure | null,
  batchSize: BatchSize,
  dtype: DTypeLike | null,
): unknown {
  if (initialState !== null) return initialState;
  if (dtype !== null) return cell.zeroState(batchSize, dtype);
  throw new ArgumentError(
    'If no initial_state is provided, argument `dtype` must be specified\n  for zeros of 32 bits: { dtype: "float32" }',
    {},
  );
}

/** The dtype that was given, or the one that all parts of the state have. */
export function stateDType(dtype: DTypeLike | null, state: unknown): DType {
  if (dtype !== null) return asDType(dtype);
  const dtypes = (flatten(state) as Tensor[]).map((part) => part.dtype.baseDtype);
  const [first] = dtypes;
  if (first === undefined) {
    throw new ArgumentError("Unable to infer dtype from argument state=().\n  give the dtype: { dtype }", { state });
  }
  if (dtypes.every((other) => other === first)) return first;
  throw new ArgumentError(
    `Argument state=${String(state)} has tensors of different inferred dtypes. Unable to infer a single representative dtype. Dtypes received: [${dtypes.map((one) => one.name).join(", ")}]`,
    { state, dtypes },
  );
}

/** Zeros for each part of an output, with the batch as first dimension. `known` is told of it when it is given. */
export function zeroOutput(size: unknown, batchSize: BatchSize, dtype: DType, known?: Dimension): unknown {
  return mapStructure(size, (width) => {
    const output = zeros(concatShape(batchSize, width as ShapePart), { dtype });
    if (known !== undefined) output.setShape(knownConcatShape(known, width as ShapePart));
    return output;
  });
}

/** Lengths that are plain numbers are whole. */
export function lengthsLike(given: TensorLike): TensorLike {
  return Array.isArray(given) ? ndarray(given as Literal, int32) : given;
}
