/** Whether weights fit values, checked now or in the step. Mirrors python/ops/weights_broadcast_ops.py. @internal */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Operation } from "../graph/operation.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { onesLike } from "./array.ts";
import { equal } from "./compare.ts";
import { concat } from "./concat.ts";
import { cond } from "./cond.ts";
import { noOp } from "./control-flow.ts";
import { Assert } from "./logging.ts";
import { multiply } from "./math.ts";
import { inOpScope } from "./op-scope.ts";
import { setDifference } from "./sets.ts";
import { expandDims, rank, shape, size } from "./shape.ts";

const prefix = "weights can not be broadcast to values.";

/** A tensor with what is asked of its shape. */
interface Shaped {
  readonly tensor: Tensor;
  readonly shape: Tensor;
  readonly rank: Tensor;
}

function shaped(name: string, value: TensorLike): Shaped {
  return inOpScope(null, name, [value], (scope) => {
    const tensor = convertToTensor(value, { name: scope });
    return { tensor, shape: shape(tensor, { name: "shape" }), rank: rank(tensor, { name: "rank" }) };
  });
}

/**
 * An op that fails unless the weights are a scalar, or have the rank of the values and each dimension 1 or that of the values.
 *
 * @throws {ArgumentError} when the static shapes do not fit.
 * @internal
 */
export function assertBroadcastable(weights: TensorLike, values: TensorLike): Operation {
  return inOpScope(null, "assert_broadcastable", [weights, values], (scope) => {
    const left = shaped("weights", weights);
    const right = shaped("values", values);
    const checked = checkedNow(left.tensor, right.tensor);
    if (checked !== null) return noOp({ name: checked });
    const isScalar = equal(ndarray(0, "int32"), left.rank, { name: "is_scalar" });
    const data = [
      prefix,
      "weights.shape=",
      left.tensor.name,
      left.shape,
      "values.shape=",
      right.tensor.name,
      right.shape,
      "is_scalar=",
      isScalar,
    ];
    const isValid = cond(
      isScalar,
      () => isScalar,
      () => hasValidShape(left, right),
      { name: "is_valid_shape" },
    );
    return Assert(isValid, data, { name: scope });
  });
}

/** The name of the op that stands for a check that needs no step; null where the step must check. */
function checkedNow(weights: Tensor, values: Tensor): string | null {
  const [left, right] = [weights.shape, values.shape];
  if (left.rank === null || right.rank === null) return null;
  if (left.rank === 0) return "static_scalar_check_success";
  const received = `Received weights=${weights}, values=${values}`;
  if (left.rank !== right.rank) {
    const ranks = `values.rank=${right.rank}. weights.rank=${left.rank}.`;
    throw mismatch(`${ranks} values.shape=${right}. weights.shape=${left}. ${received}`, weights, values);
  }
  const dims = right.isFullyDefined() ? right.dims : null;
  if (!left.isFullyDefined() || left.dims === null || dims === null) return null;
  const at = left.dims.findIndex((d, i) => d !== 1 && d !== dims[i]);
  if (at === -1) return "static_dims_check_success";
  const shapes = `values.shape=[${dims.join(" ")}], weights.shape=[${left.dims.join(" ")}].`;
  throw mismatch(`Mismatch at dim ${at}. ${shapes} ${received}`, weights, values);
}

function mismatch(text: string, weights: Tensor, values: Tensor): ArgumentError {
  const fix = "weights are a scalar, or have as many dimensions as the values, each 1 or alike: expandDims adds some";
  return new ArgumentError(`${prefix} ${text}\n  ${fix}`, { weights, values });
}

function hasValidShape(weights: Shaped, values: Shaped): Tensor {
  return inOpScope(
    null,
    "has_valid_nonscalar_shape",
    [values.rank, values.shape, weights.rank, weights.shape],
    (scope) => {
      const isSameRank = equal(values.rank, weights.rank, { name: "is_same_rank" });
      return cond(
        isSameRank,
        () => hasValidDims(weights.shape, values.shape),
        () => isSameRank,
        { name: scope },
      );
    },
  );
}

function hasValidDims(weightsShape: Tensor, valuesShape: Tensor): Tensor {
  return inOpScope(null, "has_invalid_dims", [weightsShape, valuesShape], (scope) => {
    const columns = expandDims(valuesShape, -1);
    const valid = concat([columns, onesLike(columns)], 1);
    const rows = expandDims(weightsShape, -1);
    const { values } = setDifference(rows, valid);
    const count = size(values, { name: "num_invalid_dims" });
    return equal(ndarray(0, "int32"), count, { name: scope });
  });
}

/**
 * Weights in the shape of the values.
 *
 * @throws {ArgumentError} when they do not fit.
 * @internal
 */
export function broadcastWeights(weights: TensorLike, values: TensorLike): Tensor {
  return inOpScope(null, "broadcast_weights", [weights, values], (scope) => {
    const right = convertToTensor(values, { name: "values" });
    const left = convertToTensor(weights, { dtype: right.dtype.baseDtype, name: "weights" });
    const isStatic = left.shape.isFullyDefined() && right.shape.isFullyDefined();
    if (isStatic && left.shape.isCompatibleWith(right.shape)) return left;
    return runInScope(makeControlDependencies([assertBroadcastable(left, right)]), () =>
      multiply(left, onesLike(right), { name: scope }),
    );
  });
}
