/** Initializing variables, and asking which have a value. Mirrors python/ops/variables.py and state_ops.py. */
import { MissingAttributeError } from "../base/errors.ts";
import { pythonTypeName } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Operation } from "../graph/operation.ts";
import { publicCall } from "../graph/public-call.ts";
import { makeColocation, makeDeviceScope, makeNameScope, runInScope } from "../graph/scopes.ts";
import { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { logicalNot } from "../ops/compare.ts";
import { stack } from "../ops/concat.ts";
import { group, noOp } from "../ops/control-flow.ts";
import { booleanMask } from "../ops/gather.ts";
import { shapeDefs } from "../ops/shape.defs.ts";
import { stateDefs } from "../ops/state.defs.ts";
import { BaseVariable } from "./base-variable.ts";
import type { ResourceVariable } from "./resource-variable.ts";
import { globalVariables, localVariables } from "./variable-collections.ts";

/**
 * One operation that gives all these variables their initial values; with none, one that does nothing.
 * @see TensorFlow `tf.variables_initializer`, python/ops/variables.py
 */
export function variablesInitializer(
  variables: readonly BaseVariable[],
  options: { readonly name?: string | null } = {},
): Operation {
  const name = options.name ?? "init";
  return publicCall(() => (variables.length === 0 ? noOp({ name }) : group(...variables.map(initializerOf), { name })));
}

function initializerOf(variable: BaseVariable): Operation {
  if (variable instanceof BaseVariable) return variable.initializer;
  throw new MissingAttributeError(
    `'${pythonTypeName(variable)}' object has no attribute 'initializer'\n  a partitioned variable is initialized by its slices: variablesInitializer([...variable])`,
    { variable },
  );
}

/**
 * `variablesInitializer` over the global variables as they are now.
 * @example
 * getVariable("w", [2], { initializer: onesInitializer() });
 * session.runSync(globalVariablesInitializer());
 */
export function globalVariablesInitializer(): Operation {
  return variablesInitializer(globalVariables());
}
/** `variablesInitializer` over the local variables as they are now. */
export function localVariablesInitializer(): Operation {
  return variablesInitializer(localVariables());
}

/** Whether a variable has a value, as a boolean tensor. */
export function isVariableInitialized(variable: BaseVariable | Tensor): Tensor {
  if (variable instanceof BaseVariable && variable.isResource)
    return applyOp1(stateDefs.VarIsInitializedOp, [(variable as ResourceVariable).handle]);
  if (variable instanceof BaseVariable)
    return applyOp1(stateDefs.IsVariableInitialized, [variable.asTensor({ asRef: true })]);
  if (variable instanceof Tensor && variable.dtype.isRef) return applyOp1(stateDefs.IsVariableInitialized, [variable]);
  throw new MissingAttributeError(
    `'${pythonTypeName(variable)}' object has no attribute 'is_initialized'\n  ask the slices of a partitioned variable one by one: [...variable]`,
    { variable },
  );
}

/** Global and local variables; in a graph without collections, the references themselves. */
function allOrReferences(): (BaseVariable | Tensor)[] {
  const variables: (BaseVariable | Tensor)[] = [...globalVariables(), ...localVariables()];
  if (variables.length > 0) return variables;
  return getDefaultGraph()
    .operations.filter((op) => op.type === "Variable" || op.type === "VariableV2")
    .map((op) => op.output(0));
}

/**
 * The op names of the variables without a value, as a 1-D string tensor.
 * @see TensorFlow `tf.report_uninitialized_variables`
 * @example
 * getVariable("w", [2]);
 * session.runSync(reportUninitializedVariables()).toArray(); // ["w"]
 */
export function reportUninitializedVariables(
  variables: readonly BaseVariable[] | null = null,
  options: { readonly name?: string } = {},
): Tensor {
  return publicCall(() => {
    const list = variables ?? allOrReferences();
    return runInScope(makeNameScope(options.name ?? "report_uninitialized_variables"), () => {
      const checks = list.map(isVariableInitialized);
      return runInScope(makeDeviceScope("/cpu:0"), () => {
        if (list.length === 0) return constant([], { dtype: "string" });
        const mask = logicalNot(stack(checks));
        return booleanMask(constant(list.map((variable) => variable.op.name)), mask);
      });
    });
  });
}

/** Tensors whose evaluation fails unless all variables have values; `null` without variables. Deprecated in TensorFlow. */
export function assertVariablesInitialized(variables: readonly BaseVariable[] | null = null): Tensor | null {
  return publicCall(() => {
    const given = variables ?? [...globalVariables(), ...localVariables()];
    const list = given.length > 0 ? given : allOrReferences();
    if (list.length === 0) return null;
    const ranks = list.map((variable) =>
      runInScope(makeColocation(variable.op), () => applyOp1(shapeDefs.Rank, [variable])),
    );
    return ranks.length === 1 ? (ranks[0] as Tensor) : stack(ranks);
  });
}
