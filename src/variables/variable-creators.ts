/** The chain of variable creators, which ends in the choice between reference and resource variables. Mirrors `variable_creator_scope` and `default_variable_creator`. */
import { ScopeNestingError } from "../base/errors.ts";
import { notPromised } from "../base/promise.ts";
import { enterState, findEntry, leaveState, popEntry, stateOf } from "../graph/context.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { publicCall, userCode } from "../graph/public-call.ts";
import { type AmbientScope, type OpenScope, openScope, runInScope } from "../graph/scopes.ts";
import type { BaseVariable } from "./base-variable.ts";
import { currentVariableScope } from "./current-scope.ts";
import { noteNewVariable } from "./journal.ts";
import { RefVariable } from "./ref-variable.ts";
import { ResourceVariable } from "./resource-variable.ts";
import type { CreatorOptions } from "./variable-options.ts";

/** Makes a variable, or asks the next creator to. */
export type VariableCreator = (
  next: (options: CreatorOptions) => BaseVariable,
  options: CreatorOptions,
) => BaseVariable;

interface CreatorFrame {
  readonly creator: VariableCreator;
  readonly outer: CreatorFrame | null;
}

function creatorsOf(graph: Graph): CreatorFrame | null {
  return (stateOf(graph).creators as CreatorFrame | undefined) ?? null;
}

/** Makes a variable through the creators in force; the innermost is asked first. */
export function createVariable(options: CreatorOptions): BaseVariable {
  return publicCall(() => {
    const graph = getDefaultGraph();
    return callCreator(creatorsOf(graph), options);
  });
}

function callCreator(frame: CreatorFrame | null, options: CreatorOptions): BaseVariable {
  if (frame === null) return makeVariable(options);
  const made = userCode(() => frame.creator((changed) => callCreator(frame.outer, changed), options));
  return notPromised("A variable creator", made);
}

function makeVariable(options: CreatorOptions): BaseVariable {
  const useResource = options.useResource ?? currentVariableScope(getDefaultGraph()).useResource ?? false;
  const variable = publicCall(() => (useResource ? ResourceVariable.create(options) : RefVariable.create(options)));
  noteNewVariable(variable, options.name ?? null, options.initialValue);
  return variable;
}

/** The scope of `variableCreatorScope`, not yet entered. */
export function makeVariableCreatorScope(creator: VariableCreator): AmbientScope<undefined> {
  const graph = getDefaultGraph();
  const scope: AmbientScope<undefined> = {
    label: "variable creator scope",
    enter() {
      const frame = { creator, outer: creatorsOf(graph) };
      enterState(scope, graph, { creators: frame }, frame);
      return undefined;
    },
    exit() {
      const entry = findEntry(scope);
      if (entry === undefined || creatorsOf(graph) !== entry.note) {
        popEntry(scope);
        throw new ScopeNestingError(
          "Exiting variable_creator_scope without proper nesting.\n  a creator scope that was opened inside is still open",
          {},
        );
      }
      leaveState(scope, graph);
    },
  };
  return scope;
}

/**
 * Variables made inside are made by `creator`.
 *
 * @throws {ScopeNestingError} when creator scopes are left out of order.
 * @see TensorFlow `tf.variable_creator_scope`, python/ops/variable_scope.py
 * @example
 * variableCreatorScope((next, options) => next({ ...options, trainable: false }), () => {
 *   getVariable("w", [2]).trainable; // false
 * });
 */
export function variableCreatorScope<R>(creator: VariableCreator, body: () => R): R {
  return runInScope(makeVariableCreatorScope(creator), body);
}

/** `variableCreatorScope` for `using`. */
export function openVariableCreatorScope(creator: VariableCreator): OpenScope {
  return openScope(makeVariableCreatorScope(creator));
}
