/** What the functions of this folder share: tensors taken apart along their first axis, in arrays that a loop reads. */
import { ArgumentError, ArgumentIndexError, ArgumentTypeError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import type { Tensor } from "../graph/tensor.ts";
import { callBuilder } from "../ops/flow-region.ts";
import type { NameOption } from "../ops/op-scope.ts";
import { shape } from "../ops/shape.ts";
import { indexTensor } from "../ops/slice.ts";
import { int32 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { Dimension } from "../tensor/shape.ts";
import { getVariableScope } from "../variables/variable-scope.ts";

/** Options of the loops that these functions make. */
export interface ElementLoopOptions extends NameOption {
  /** How many iterations may be computed at the same time. Default 10. It changes no result. */
  readonly parallelIterations?: number | null | undefined;
  /** Kept with the loop. Default true. */
  readonly backProp?: boolean | undefined;
  /** Kept with the loop. Default false. */
  readonly swapMemory?: boolean | undefined;
}

/** How many elements there are: a number where the graph tells it. */
export type Count = number | Tensor;

/** What the loop takes of the options. */
export function loopOptions(
  options: ElementLoopOptions,
  count: Count,
): Record<string, unknown> & { maximumIterations: Count } {
  return {
    parallelIterations: options.parallelIterations || 10,
    backProp: options.backProp ?? true,
    swapMemory: options.swapMemory ?? false,
    maximumIterations: count,
  };
}

/** A count as the literal of Python's `int`. */
export function asIndex(count: Count): Tensor | NDArray {
  return typeof count === "number" ? new NDArray(int32, [], Int32Array.of(count)) : count;
}

export function minus(count: Count, n: number): Count {
  return typeof count === "number" ? count - n : count.sub(n);
}

/** The length of the first axis, as an op where the graph does not tell it. */
export function lengthOf(tensor: Tensor, known: Dimension): Count {
  return known ?? indexTensor(shape(tensor), [0]);
}

/** The first of the tensors that are taken apart. @throws {ArgumentIndexError} when there is none or it is a scalar, with Python's text. */
export function firstOf(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors;
  if (first !== undefined && first.shape.rank !== 0) return first;
  throw new ArgumentIndexError(
    "list index out of range\n  elems are taken apart along their first axis: there must be a tensor, and it must have one",
    { tensors },
  );
}

/**
 * The first dimension that all tensors have.
 * @throws {ArgumentError} when one is a scalar, or when they differ.
 */
export function commonLength(tensors: readonly Tensor[]): Dimension {
  const lengths = tensors.map((tensor) => {
    if (tensor.shape.rank !== 0) return tensor.shape.dim(0);
    throw new ArgumentError("Shape () must have rank at least 1", { tensor });
  });
  const [first = null] = lengths;
  const other = first === null ? undefined : lengths.find((length) => length !== null && length !== first);
  if (other === undefined) return first;
  throw new ArgumentError(`Dimensions ${first} and ${other} are not compatible`, { lengths });
}

/** Runs a builder in which reads of variables are made once, and not in each iteration. */
export function withCachedReads<R>(body: () => R): R {
  const scope = getVariableScope();
  if (scope.cachingDevice !== null) return body();
  scope.setCachingDevice((op) => op.device);
  try {
    return body();
  } finally {
    scope.setCachingDevice(null);
  }
}

/** Calls the function of the user. @throws {AsyncScopeError} when it returns a promise. */
export function callFunction<R>(where: string, fn: () => R): R {
  return callBuilder(`'fn' of ${where}`, fn);
}

/** @throws {ArgumentTypeError} for what is no function. */
export function checkFunction(fn: unknown, text: (name: string) => string): void {
  if (typeof fn !== "function") throw new ArgumentTypeError(text(pythonText(fn)), { fn });
}
