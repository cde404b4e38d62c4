/** Zeros where no gradient arrived. Mirrors `ZerosLike`, python/ops/control_flow_state.py, and `_ZerosLike`, python/ops/gradients_util.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import { handleData } from "../graph/infer.ts";
import type { Operation } from "../graph/operation.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, identity, zeros, zerosLike } from "../ops/array.ts";
import { CondContext } from "../ops/cond.ts";
import { switchAnywhere } from "../ops/flow-nodes.ts";
import { shape } from "../ops/shape.ts";
import { stateDefs } from "../ops/state.defs.ts";
import type { DType } from "../tensor/dtype.ts";

/** The shape of the variable behind a handle: a constant where it is known. */
export function variableShape(handle: Tensor): Tensor {
  const data = handleData(handle);
  if (data?.shape.isFullyDefined() !== true) return applyOp1(stateDefs.VariableShape, [handle]);
  return constant(data.shape.asNumbers(), { dtype: "int32" });
}

/** Zeros like a tensor, or like the variable behind a handle, whatever is known of their shape. */
export function zerosLikeValue(tensor: Tensor): Tensor {
  const data = tensor.dtype.baseName === "resource" ? handleData(tensor) : null;
  if (data === null) return zerosLike(tensor);
  return zeros(variableShape(tensor), { dtype: data.dtype });
}

/** Zeros for the gradient of an output that nothing depends on; `null` for a handle of which nothing is known. */
export function zerosForOutput(op: Operation, index: number): Tensor | null {
  const output = op.output(index);
  const data = output.dtype.baseName === "resource" ? handleData(output) : null;
  if (output.dtype.baseName === "resource" && data === null) return null;
  const dtype = data?.dtype ?? output.dtype.baseDtype;
  if (op.def.flow === "switch" && op.flow instanceof CondContext) return zerosWhereNotTaken(op, op.flow, dtype);
  return data === null ? zerosLike(output, { optimize: false }) : zerosLikeValue(output);
}

/** In a branch, zeros are made only if the other one is taken. */
function zerosWhereNotTaken(op: Operation, { predicate, branch }: CondContext, dtype: DType): Tensor {
  const sides = switchAnywhere(op.inputs[0] as Tensor, predicate);
  const other = branch === 1 ? sides.onFalse : sides.onTrue;
  const pivot = makeControlDependencies([identity(other)]);
  if (other.dtype.baseName === "resource")
    return runInScope(pivot, () => zeros(applyOp1(stateDefs.VariableShape, [other]), { dtype }));
  const size = shape(other, { optimize: false });
  return runInScope(pivot, () => zeros(size, { dtype }));
}
