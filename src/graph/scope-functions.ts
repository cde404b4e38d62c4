/** The public scopes of a graph: `nameScope(…, body)` and its kin, each with an `open…` form for `using`. What they do is in `scopes.ts`. */
import { isPromise } from "../base/promise.ts";
import { refusePromise } from "./ambient-scope.ts";
import { contextStorage, newThreadContext, stateOf } from "./context.ts";
import { getDefaultGraph } from "./default-graph.ts";
import type { DeviceLike } from "./devices.ts";
import {
  makeColocation,
  makeContainer,
  makeControlDependencies,
  makeDeviceScope,
  makeInitScope,
  makeNameScope,
  type NameScopeOptions,
  type OpenScope,
  openScope,
  runInScope,
} from "./scopes.ts";

/** `(options, body)` or `(body)`. */
function optionsAndBody<O, B>(rest: readonly unknown[]): readonly [O, B] {
  return rest.length === 1 ? [{} as O, rest[0] as B] : [(rest[0] ?? {}) as O, rest[1] as B];
}

/**
 * Ops made inside get `name/` before their names. The scope's name is made unique; with a final slash it is taken as it is; empty or `null` is the root.
 * @throws {GraphError} for a name that is not legal.
 * @see TensorFlow `tf.name_scope`, python/framework/ops.py
 * @example
 * nameScope("n", () => constant(1, { name: "c" }).name); // "n/c:0"
 */
export function nameScope<R>(name: string | null, body: (scope: string) => R): R;
export function nameScope<R>(name: string | null, options: NameScopeOptions, body: (scope: string) => R): R;
export function nameScope<R>(name: string | null, ...rest: readonly unknown[]): R {
  const [options, body] = optionsAndBody<NameScopeOptions, (scope: string) => R>(rest);
  return runInScope(makeNameScope(name, options), body);
}
/** `nameScope` for `using`; `scope` is its string. */
export function openNameScope(
  name: string | null,
  options: NameScopeOptions = {},
): OpenScope & { readonly scope: string } {
  return openScope(makeNameScope(name, options), (scope) => ({ scope }));
}

/**
 * Ops made inside are placed on a device: a string merged with outer ones, a function of the op, or `null` to ignore outer devices.
 * @throws {ArgumentError} for a string that is no device.
 * @see TensorFlow `tf.device`, python/framework/ops.py
 * @example
 * device("/gpu:0", () => constant(1).device); // "/device:GPU:0"
 */
export function device<R>(name: DeviceLike, body: () => R): R {
  return runInScope(makeDeviceScope(name), body);
}
/** `device` for `using`. */
export function openDevice(name: DeviceLike): OpenScope {
  return openScope(makeDeviceScope(name));
}

/**
 * Ops made inside run after all of `inputs`; `null` forgets outer dependencies.
 * @see TensorFlow `tf.control_dependencies`, python/framework/ops.py
 * @example
 * const a = constant(1, { name: "a" });
 * controlDependencies([a], () => constant(2).op.controlInputs.length); // 1
 */
export function controlDependencies<R>(inputs: readonly unknown[] | null, body: () => R): R {
  return runInScope(makeControlDependencies(inputs), body);
}
/** `controlDependencies` for `using`. */
export function openControlDependencies(inputs: readonly unknown[] | null): OpenScope {
  return openScope(makeControlDependencies(inputs));
}

/** Ops made inside are colocated with `op`. @see TensorFlow `tf.colocate_with` */
export function colocateWith<R>(op: unknown, body: () => R): R;
export function colocateWith<R>(op: unknown, options: { readonly ignoreExisting?: boolean }, body: () => R): R;
export function colocateWith<R>(op: unknown, ...rest: readonly unknown[]): R {
  const [options, body] = optionsAndBody<{ readonly ignoreExisting?: boolean }, () => R>(rest);
  return runInScope(makeColocation(op, options), body);
}
/** `colocateWith` for `using`. */
export function openColocation(op: unknown, options: { readonly ignoreExisting?: boolean } = {}): OpenScope {
  return openScope(makeColocation(op, options));
}

/** Stateful ops made inside keep their state in the container of this name. @see TensorFlow `tf.container` */
export function container<R>(name: string, body: (name: string) => R): R {
  return runInScope(makeContainer(name), body);
}
/** `container` for `using`. */
export function openContainer(name: string): OpenScope {
  return openScope(makeContainer(name));
}

/** Ops made inside are lifted out of control dependencies, conditionals and loops. @see TensorFlow `tf.init_scope` */
export function initScope<R>(body: () => R): R {
  return runInScope(makeInitScope(), body);
}
/** `initScope` for `using`. */
export function openInitScope(): OpenScope {
  return openScope(makeInitScope());
}

/**
 * Runs a block as a new thread would: over the same default graph, with a root variable scope of its own, no reuse, fresh counters
 * and the root name scope. Devices, control dependencies and colocation stay, as TensorFlow keeps them with the graph.
 * @throws {AsyncScopeError} when the block returns a promise, unless scopes follow `await` (namesake/async-context).
 * @example
 * variableScope("outer", () => newThread(() => getVariable("w", [1]).name)); // "w:0"
 */
export function newThread<R>(body: () => R): R {
  const graph = getDefaultGraph();
  const kept = {
    ...stateOf(graph),
    nameScope: "",
    variableScope: undefined,
    creators: undefined,
    scopeCounters: undefined,
  };
  const result = contextStorage().run({ ...newThreadContext(graph), states: { graph, state: kept, next: null } }, body);
  if (isPromise(result) && !contextStorage().followsAsync) throw refusePromise("newThread()", result);
  return result;
}
