/** Updates of moving averages. Mirrors `_assign_moving_average`, `_assign_new_value` of tf_keras, layers/normalization/batch_normalization.py. @internal */
import { runInScope } from "../graph/ambient-scope.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeColocation, makeNameScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { relu } from "../ops/nn.ts";
import { operators } from "../ops/operators.ts";
import { float32 } from "../tensor/dtype.ts";
import { assign, assignSub } from "../variables/assign.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import type { AnyVariable } from "../variables/variable-functions.ts";

/** Moves an average towards a value, by 1 - momentum of the way. */
export function assignMovingAverage(variable: AnyVariable, value: TensorLike, momentum: number | Tensor): Tensor {
  return runInScope(makeNameScope("AssignMovingAvg"), (scope) =>
    runInScope(makeColocation(variable), () => {
      const { dtype } = variable;
      const rest = typeof momentum === "number" ? 1 - momentum : operators.binary("sub", 1, momentum);
      const decay = cast(convertToTensor(rest, { preferredDtype: float32, name: "decay" }), dtype);
      const delta = operators.binary("sub", variable, cast(value, dtype)).mul(decay);
      return assignSub(variable as never, delta, { name: scope }) as Tensor;
    }),
  );
}

/** Sets a variance to the square of a standard deviation, less epsilon. */
export function assignNewValue(variable: AnyVariable, stddev: Tensor, epsilon: number): Tensor {
  const square = operators.binary("mul", stddev, stddev);
  const value = relu(operators.binary("sub", square, epsilon));
  return runInScope(makeNameScope("AssignNewValue"), (scope) =>
    runInScope(
      makeColocation(variable),
      () => assign(variable as BaseVariable as never, value, { name: scope }) as Tensor,
    ),
  );
}
