/** What schedules are computed from: numbers as Python has them, and steps in the type of the rate. */

import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import type { NameOption } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { cos } from "../ops/trigonometry.ts";
import type { DType } from "../tensor/dtype.ts";
import { type NDArray, pythonLiteral } from "../tensor/ndarray.ts";

/** The step that a schedule goes by: a variable or a tensor. */
export type Step = TensorLike;

/** A number as a float of Python's; anything else as it is. */
export function float(value: TensorLike): TensorLike | NDArray {
  return typeof value === "number" ? pythonLiteral(value, "float") : value;
}

/** A count of steps: a whole number is an integer of Python's. */
export function count(value: TensorLike): TensorLike | NDArray {
  return typeof value === "number" && Number.isInteger(value) ? pythonLiteral(value, "int") : float(value);
}

/** What a schedule is built with, in its name scope. */
export interface Schedule {
  /** The name scope, with a final slash: the op of this name stands for the schedule. */
  readonly scope: string;
  readonly rate: Tensor;
  /** In the type of the rate. */
  readonly cast: (value: TensorLike | NDArray) => Tensor;
}

/** Builds a schedule in a name scope of its own, beginning with the initial rate. */
export function inSchedule(
  learningRate: TensorLike,
  options: NameOption,
  defaultName: string,
  build: (schedule: Schedule) => Tensor,
): Tensor {
  return publicCall(() =>
    inNameScope(getDefaultGraph(), options.name || defaultName, (scope) => {
      const rate = convertToTensor(float(learningRate), { name: "initial_learning_rate" });
      const dtype: DType = rate.dtype.baseDtype;
      return build({ scope, rate, cast: (value) => cast(requireValue(value) as TensorLike, dtype) });
    }),
  );
}

/** @throws {ArgumentError} for a step that is missing. */
function requireValue(value: unknown): unknown {
  if (value !== null && value !== undefined) return value;
  throw new ArgumentError(
    "None values not supported.\n  a schedule goes by a step: getOrCreateGlobalStep() gives the variable that minimize counts in",
    { value },
  );
}

/** `factor · (1 + cos(π · fraction))`, which falls from 2 · factor to 0. */
export function cosineFall(fraction: Tensor, factor: Tensor | number): Tensor {
  const pi = constant(pythonLiteral(Math.PI, "float"));
  const risen = operators.binary("add", 1, cos(pi.mul(fraction)));
  return operators.binary("mul", factor, risen);
}
