/**
 * Initial values that depend on other variables: their graph is copied so that it uses each variable's initialized value.
 * Mirrors `_try_guard_against_uninitialized_dependencies`, python/ops/variables.py.
 */

import { GraphKeys } from "../graph/collections.ts";
import { outputDTypes } from "../graph/node-attrs.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import { controlFlowDefs } from "../ops/control-flow.defs.ts";
import type { BaseVariable } from "./base-variable.ts";

/** The walk ends at ops with these effects: they look at variables on purpose. */
const stops = new Set(["peek", "read"]);

/** A tensor like `value` in which variables are replaced by their initialized values. `scope` is the new variable's name with a slash. */
export function guardInitialValue(scope: string, value: Tensor): Tensor {
  if (isIndependent(value.op, INDEPENDENT_OPS) > 0) return value;
  return hasCycle(value.op, new Map()) ? value : new Guard(scope).tensor(value);
}

/** How many ops are looked at before the careful way is taken. Initializers make fewer. */
const INDEPENDENT_OPS = 20;

/** Above 0 when no more than `budget` ops lead to this one, and none is a variable. */
function isIndependent(op: Operation, budget: number): number {
  if (op.def.effect === "variable" || op.controlInputs.length > 0) return 0;
  let left = budget - 1;
  for (const input of op.inputs) if (left > 0) left = isIndependent(input.op, left);
  return left;
}

function hasCycle(op: Operation, seen: Map<Operation, "open" | "done">): boolean {
  const state = seen.get(op);
  if (state !== undefined) return state === "open";
  seen.set(op, "open");
  for (const input of op.inputs) if (hasCycle(input.op, seen)) return true;
  for (const control of op.controlInputs) if (hasCycle(control, seen)) return true;
  seen.set(op, "done");
  return false;
}

class Guard {
  readonly #scope: string;
  readonly #known = new Map<Operation, Operation>();

  constructor(scope: string) {
    this.#scope = scope;
  }

  tensor(tensor: Tensor): Tensor {
    let op = this.#known.get(tensor.op);
    if (op === undefined) {
      op = this.#operation(tensor.op);
      this.#known.set(tensor.op, op);
    }
    return op.output(tensor.index);
  }

  #operation(op: Operation): Operation {
    if (stops.has(op.def.effect)) return op;
    if (op.def.effect === "variable") return findVariable(op)?.initializedValue().op ?? op;
    const inputs = op.inputs.map((input) => this.tensor(input));
    if (inputs.every((input, i) => input === op.inputs[i])) return op;
    // A reference is no longer one once it was replaced by a value.
    const def = op.type === "RefSwitch" ? controlFlowDefs.Switch : op.def;
    const name = `${op.name}_${this.#scope}`.replaceAll(":", "_");
    return op.graph.createOperation({
      def,
      name,
      inputs,
      attrs: { ...op.attrs },
      outputDTypes: outputDTypes(def, op.attrs),
    });
  }
}

function findVariable(op: Operation): BaseVariable | null {
  for (const key of [GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES]) {
    for (const item of op.graph.collections.list(key)) {
      const { name } = item as { readonly name?: string };
      if (name === op.name || name === `${op.name}:0`) return item as BaseVariable;
    }
  }
  return null;
}
