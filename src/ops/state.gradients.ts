/** How reads of variables are differentiated. Mirrors python/ops/resource_variable_ops.py and state_grad.py. */

import { gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import { variableShape } from "../gradients/zeros.ts";
import { concat } from "./concat.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { expandDims, reshape, size } from "./shape.ts";
import type { stateDefs } from "./state.defs.ts";

export const stateGradients = gradientRules<typeof stateDefs>()({
  Variable: noRule,
  VariableV2: noRule,
  IsVariableInitialized: noRule,
  Assign: notDifferentiable,
  AssignAdd: notDifferentiable,
  AssignSub: notDifferentiable,
  CountUpTo: noRule,
  ScatterUpdate: noRule,
  ScatterAdd: notDifferentiable,
  ScatterSub: notDifferentiable,
  ScatterMul: notDifferentiable,
  ScatterDiv: notDifferentiable,
  ScatterMin: noRule,
  ScatterMax: noRule,
  VarHandleOp: noRule,
  // The gradient of what is read is that of the variable.
  VariableShape: notDifferentiable,
  ReadVariableOp: (_, grad) => grad,
  VarIsInitializedOp: notDifferentiable,
  AssignVariableOp: noRule,
  AssignAddVariableOp: noRule,
  AssignSubVariableOp: noRule,
  ResourceCountUpTo: noRule,
  ResourceGather: ({ inputs: [handle, indices] }, grad) => {
    const paramsShape = variableShape(handle);
    const count = expandDims(size(indices), 0);
    const valuesShape = concat([count, paramsShape.at("1:")], 0);
    const values = reshape(grad, valuesShape);
    return [new IndexedSlices(values, reshape(indices, count), paramsShape), null];
  },
  ResourceScatterUpdate: noRule,
  ResourceScatterAdd: noRule,
  ResourceScatterSub: noRule,
  ResourceScatterMul: noRule,
  ResourceScatterDiv: noRule,
  ResourceScatterMin: noRule,
  ResourceScatterMax: noRule,
});
