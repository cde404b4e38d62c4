/** Zeros where no gradient arrived. Mirrors `ZerosLike`, python/ops/control_flow_state.py, and `_ZerosLike`, python/ops/gradients_util.py. */
import { applyOp1 } from "../graph/apply-op.ts";
import { handleData } from "../graph/infer.ts";
import type { Operation } from "../graph/operation.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, identity, zeros, zerosLike } from "../ops/array.ts";
import { CondContext } from "../ops/cond.ts";
import { switchTensor } from "../ops/flow-nodes.ts";
import { shape } from "../ops/shape.ts";
import { stateDefs } from "../ops/state.defs.ts";

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
  if (output.dtype.baseName === "resource") return handleData(output) === null ? null : zerosLikeValue(output);
  if (op.def.flow === "switch" && op.flow instanceof CondContext) return zerosWhereNotTaken(op, op.flow, output);
  return zerosLike(output, { optimize: false });
}

/** In a branch, zeros are made only if the other one is taken. */
function zerosWhereNotTaken(op: Operation, branch: CondContext, output: Tensor): Tensor {
  const sides = switchTensor(op.inputs[0] as Tensor, branch.predicate);
  const other = branch.branch === 1 ? sides.onFalse : sides.onTrue;
  const pivot = identity(other);
  const size = shape(other, { optimize: false });
  return runInScope(makeControlDependencies([pivot]), () => zeros(size, { dtype: output.dtype.baseDtype }));
}
