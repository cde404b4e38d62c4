/** `variableScope` in its surface forms: a block, `using`, and a scope that is entered at will. Mirrors `variable_scope`, python/ops/variable_scope.py. */
import { type OpenScope, openScope, runInScope } from "../graph/ambient-scope.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { currentVariableScope } from "./current-scope.ts";
import type { VariableScopeOptions } from "./pure-variable-scope.ts";
import type { VariableScope } from "./scope-value.ts";
import { VariableScopeHandle } from "./variable-scope-handle.ts";

/** The current variable scope. */
export function getVariableScope(): VariableScope {
  return currentVariableScope(getDefaultGraph());
}

/**
 * A variable scope that is yet to be opened, and is entered at will: by `run(body)`, or by `enter()` and `exit()`.
 * Takes the arguments of `variableScope`, and checks them at once. A scope that was opened is a value with a `run` of its own.
 * @example
 * const tower = makeVariableScope("tower");
 * const w = tower.run(() => getVariable("w", [3]));
 * w.name; // "tower/w:0"
 */
export function makeVariableScope(
  nameOrScope: string | VariableScope | null,
  options: VariableScopeOptions = {},
): VariableScopeHandle {
  return new VariableScopeHandle(nameOrScope, options, makeVariableScope);
}

/**
 * Runs a block in which variable names get a prefix and defaults; its value is returned.
 *
 * A name continues the current scope; a captured scope jumps to where it was opened. `reuse: true` shares existing
 * variables, `AUTO_REUSE` creates or shares; a name inherits the reuse around it, a captured scope does not.
 *
 * @throws {ArgumentTypeError} without a name and default name. @throws {ArgumentError} for another `reuse`.
 * @throws {GraphError} for a name that is not legal. @throws {AsyncScopeError} when the block returns a promise.
 * @see TensorFlow `tf.variable_scope`, python/ops/variable_scope.py
 * @example
 * const v = variableScope("foo", () => getVariable("v", [1]));
 * const shared = variableScope("foo", { reuse: true }, () => getVariable("v", [1]));
 * shared === v; // true
 */
export function variableScope<R>(nameOrScope: string | VariableScope | null, body: (scope: VariableScope) => R): R;
export function variableScope<R>(
  nameOrScope: string | VariableScope | null,
  options: VariableScopeOptions,
  body: (scope: VariableScope) => R,
): R;
export function variableScope<R>(nameOrScope: string | VariableScope | null, ...rest: readonly unknown[]): R {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : [rest[0] ?? {}, rest[1]];
  const handle = new VariableScopeHandle(nameOrScope, options as VariableScopeOptions, variableScope);
  return runInScope(handle, body as (scope: VariableScope) => R);
}

/** @internal `scope.run`: as `variableScope`, in the scope's own graph. */
export function runScope<R>(scope: VariableScope, body: (scope: VariableScope) => R): R {
  return new VariableScopeHandle(scope, { graph: scope.graph }).run(body);
}

/**
 * `variableScope` for `using`: the scope lasts to the end of the block in which it is declared.
 * @throws {ScopeClosedError} at the next use when the program awaits while it is open.
 */
export function openVariableScope(
  nameOrScope: string | VariableScope | null,
  options: VariableScopeOptions = {},
): VariableScope & OpenScope {
  return openScope(new VariableScopeHandle(nameOrScope, options, openVariableScope), (scope) => scope);
}
