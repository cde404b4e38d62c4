/**
 * Single nodes of control flow as TensorFlow's Python makes them: the twin for references where the data is one, and the colocation.
 * Nothing here knows of conditionals or loops. Mirrors the first part of python/ops/control_flow_ops.py.
 */
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { arrayDefs } from "./array.defs.ts";
import { controlFlowDefs as defs } from "./control-flow.defs.ts";

/** The frame of a loop, and how a value enters it. */
export interface EnterOptions {
  readonly frameName: string;
  readonly isConstant: boolean;
  readonly parallelIterations: number;
  readonly name?: string;
}

/** The outputs of a switch, one of which is dead. */
export interface Switched {
  readonly onFalse: Tensor;
  readonly onTrue: Tensor;
}

/** Sends `data` to one of two outputs, beside the op it comes from. */
export function switchTensor(data: Tensor, predicate: Tensor, name = "Switch"): Switched {
  const def = data.dtype.isRef ? defs.RefSwitch : defs.Switch;
  const op = runInScope(makeColocation(data, { ignoreExisting: true }, data.graph), () =>
    applyOp(def, [data, predicate], {}, name),
  );
  return { onFalse: op.output(0), onTrue: op.output(1) };
}

/** As `switchTensor`, beside nothing. */
export function switchAnywhere(data: Tensor, predicate: Tensor): Switched {
  const op = applyOp(defs.Switch, [data, predicate]);
  return { onFalse: op.output(0), onTrue: op.output(1) };
}

/** The input that is not dead. */
export function mergeTensors(inputs: readonly Tensor[], name = "Merge"): Tensor {
  const def = inputs.every((input) => input.dtype.isRef) ? defs.RefMerge : defs.Merge;
  return applyOp(def, [inputs], {}, name).output(0);
}

export function enterFrame(data: Tensor, options: EnterOptions): Tensor {
  const attrs = {
    frame_name: options.frameName,
    is_constant: options.isConstant,
    parallel_iterations: options.parallelIterations,
  };
  return applyOp1(data.dtype.isRef ? defs.RefEnter : defs.Enter, [data], attrs, options.name);
}

export function exitFrame(data: Tensor, name?: string): Tensor {
  return applyOp1(data.dtype.isRef ? defs.RefExit : defs.Exit, [data], {}, name);
}

export function nextIteration(data: Tensor): Tensor {
  return applyOp1(data.dtype.isRef ? defs.RefNextIteration : defs.NextIteration, [data]);
}

/** An `Identity` that keeps a reference a reference. */
export function identityOrRef(data: Tensor, name?: string | null): Tensor {
  return applyOp1(data.dtype.isRef ? defs.RefIdentity : arrayDefs.Identity, [data], {}, name);
}
