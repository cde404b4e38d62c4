/**
 * What an ambient scope is, and its three surface forms: a block, `open…` for `using`, and explicit enter and exit.
 * The scopes themselves are in `scopes.ts` and, for variables, in `variables/variable-scope-handle.ts`.
 */
import { AsyncScopeError, ScopeClosedError, ScopeNestingError, StackNestingError } from "../base/errors.ts";
import { isPromise } from "../base/promise.ts";
import {
  changeState,
  contextStorage,
  type EnteredScope,
  enterDefault,
  enterState,
  getContext,
  leaveState,
  leaveUnchanged,
  type OpenHandle,
  popEntry,
  setContext,
  stateOf,
  withState,
} from "./context.ts";
import type { Graph } from "./graph.ts";
import type { GraphState } from "./graph-state.ts";
import type { SessionLike } from "./session-like.ts";

/** A scope that can be entered and left, more than once. `enter` gives what the scope's block is called with. */
export interface AmbientScope<T> {
  /** What the scope is, for messages: `variable scope 'tower'`. */
  readonly label: string;
  enter(): T;
  /** Restores what was current. Throws when scopes were left out of order. `isLate`: the body was asynchronous, and others ran meanwhile. */
  exit(isLate?: boolean): void;
  /** Set where the scope does nothing but change a graph's state: a block needs no note of how to leave it. */
  readonly change?: () => StateChange<T>;
}

/** What a scope changes in the state of a graph, and what its block is called with. */
export interface StateChange<T> {
  readonly graph: Graph;
  readonly state: Partial<GraphState>;
  readonly value: T;
}

/** A scope opened for `using`: closed at the end of the block. */
export interface OpenScope extends Disposable {
  /** Closes the scope. */
  close(): void;
}

/**
 * Runs `body` inside a scope and gives back its value.
 * @throws {AsyncScopeError} when the body returns a promise, unless scopes follow `await` (namesake/async-context).
 */
export function runInScope<T, R>(scope: AmbientScope<T>, body: (value: T) => R): R {
  if (contextStorage().followsAsync) return contextStorage().run(getContext(), () => runFollowing(scope, body));
  const result = scope.change === undefined ? runEntered(scope, body) : runChanged(scope.change(), body);
  if (isPromise(result)) throw refusePromise(scope.label, result);
  return result;
}

function runChanged<T, R>({ graph, state, value }: StateChange<T>, body: (value: T) => R): R {
  return withState(graph, state, () => body(value));
}

function runEntered<T, R>(scope: AmbientScope<T>, body: (value: T) => R): R {
  const value = scope.enter();
  let result: R;
  try {
    result = body(value);
  } catch (error) {
    leaveQuietly(scope);
    throw error;
  }
  scope.exit();
  return result;
}

/** The error of the body counts, also when leaving fails because of it. */
function leaveQuietly(scope: AmbientScope<unknown>, isLate = false): void {
  try {
    scope.exit(isLate);
  } catch (error) {
    if (!(error instanceof ScopeNestingError)) throw error;
  }
}

/** As `runInScope`, but a promise is awaited: the scope is left when it settles. */
export function runFollowing<T, R>(scope: AmbientScope<T>, body: (value: T) => R): R {
  const value = scope.enter();
  const inside = contextStorage().get();
  let result: R;
  try {
    result = body(value);
  } catch (error) {
    leaveQuietly(scope);
    throw error;
  }
  if (!isPromise(result)) {
    scope.exit();
    return result;
  }
  const promise = result;
  // Left as it was entered: what the body opened and has not closed before its first await is its own matter.
  return contextStorage().run(inside, () =>
    promise.then(
      (settled) => {
        scope.exit(true);
        return settled;
      },
      (error: unknown) => {
        leaveQuietly(scope, true);
        throw error;
      },
    ),
  ) as R;
}

/** @internal The error for a body that may not be asynchronous. What becomes of its promise is no longer of interest. */
export function refusePromise(label: string, promise: Promise<unknown>): AsyncScopeError {
  promise.then(undefined, () => undefined);
  return new AsyncScopeError(
    `The body of ${label} returned a promise; graph building is synchronous.\n  after an await the scope would be gone, and names would silently go wrong\n  instead  await first, then open the scope\n  or       const scope = makeVariableScope(name); scope.run(() => …) before and after each await\n  or       import { useAsyncLocalStorage } from "namesake/async-context"`,
    { label },
  );
}

/**
 * Enters a scope until the handle is closed; guards against closing out of order and against an `await` in between.
 * The handle is an object of its own, or what `on` makes of the scope's value.
 */
export function openScope<T>(scope: AmbientScope<T>): OpenScope;
export function openScope<T, H extends object>(scope: AmbientScope<T>, on: (value: T) => H): H & OpenScope;
export function openScope<T>(scope: AmbientScope<T>, on: (value: T) => object = () => ({})): OpenScope {
  const before = getContext();
  const value = scope.enter();
  const handle: OpenHandle = { label: scope.label, state: "open", outer: before.handle, before };
  setContext({ ...getContext(), handle });
  if (!contextStorage().followsAsync) {
    queueMicrotask(() => {
      if (handle.state === "open") handle.state = "escaped";
    });
  }
  const close = (): void => closeHandle(scope, handle);
  return Object.defineProperties(on(value), {
    close: { value: close, configurable: true },
    [Symbol.dispose]: { value: close, configurable: true },
  }) as OpenScope;
}

function closeHandle(scope: AmbientScope<unknown>, handle: OpenHandle): void {
  const { label, state } = handle;
  if (state === "closed")
    throw new ScopeClosedError(
      `${label} was closed already.\n  \`using\` closes it at the end of its block; do not call close() as well`,
      { label },
    );
  // Somebody was told, and the scope is no longer current.
  if (state === "reported") return;
  const context = contextStorage().get();
  if (context.handle !== handle) throw outOfOrder(label, context.handle?.label);
  handle.state = "closed";
  setContext({ ...context, handle: handle.outer });
  scope.exit();
  if (state === "escaped") {
    throw new ScopeClosedError(
      `${label} was opened with \`using\` and closed after an await.\n  in between, other code may have run inside this scope\n  instead  variableScope(name, () => { … }) around the synchronous part`,
      { label },
    );
  }
}

function outOfOrder(label: string, innermost: string | undefined): ScopeNestingError {
  return new ScopeNestingError(
    `Improper nesting of ${label}.\n  ${innermost === undefined ? "no scope is open here" : `${innermost} was opened after it and is still open`}\n  close the inner scope first; \`using\` does that by itself`,
    { label, innermost },
  );
}

class StateScope<T> implements AmbientScope<T> {
  readonly #label: () => string;
  readonly #graph: Graph;
  readonly change: () => StateChange<T>;

  constructor(label: () => string, graph: Graph, change: () => StateChange<T>) {
    this.#label = label;
    this.#graph = graph;
    this.change = change;
  }

  get label(): string {
    return this.#label();
  }

  enter(): T {
    const { state, value } = this.change();
    enterState(this, this.#graph, state);
    return value;
  }

  exit(): void {
    if (!leaveState(this, this.#graph)) throw leftTooOften(this.label);
  }
}

/** A scope that changes some fields of a graph's state and puts back exactly those. `label` is only asked for errors. */
export function stateScope<T>(label: () => string, graph: Graph, change: () => StateChange<T>): AmbientScope<T> {
  return new StateScope(label, graph, change);
}

/** @internal A scope was left more often than entered. */
export function leftTooOften(label: string): ScopeNestingError {
  return new ScopeNestingError(`Improper nesting of ${label}.\n  it is left more often than it was entered`, { label });
}

/** Both scopes as one: entered in order, left in reverse. */
export function within<T>(outer: AmbientScope<unknown>, inner: AmbientScope<T>): AmbientScope<T> {
  return {
    label: inner.label,
    enter() {
      outer.enter();
      try {
        return inner.enter();
      } catch (error) {
        outer.exit();
        throw error;
      }
    },
    exit() {
      try {
        inner.exit();
      } finally {
        outer.exit();
      }
    },
  };
}

/**
 * Ends what a scope made the default; gives its entry.
 * @throws {StackNestingError} when something else is the default, or the scope was not entered here.
 */
function popDefault(scope: object, isDefault: boolean, className: string): EnteredScope {
  const entry = isDefault ? popEntry(scope) : undefined;
  if (entry === undefined)
    throw new StackNestingError(`Nesting violated for default stack of <class '${className}'> objects`);
  return entry;
}

/** Makes a graph the default, with the state it was left in. */
export function graphScope(graph: Graph): AmbientScope<Graph> {
  const scope: AmbientScope<Graph> = {
    label: "graph.asDefault()",
    enter() {
      const { enteredDevices } = stateOf(graph);
      enterDefault(scope, graph, getContext().session, enteredDevices);
      // From here on an init scope returns to the devices in force here.
      if (enteredDevices !== undefined) changeState(graph, { enteredDevices: undefined });
      return graph;
    },
    exit() {
      if (leaveUnchanged(scope)) return;
      const entry = popDefault(scope, getContext().graph === graph, "tensorflow.python.framework.ops.Graph");
      setContext({ ...getContext(), graph: entry.outside.graph });
      const enteredDevices = entry.note as GraphState["enteredDevices"];
      if (enteredDevices !== undefined) changeState(graph, { enteredDevices });
    },
  };
  return scope;
}

/** Makes a session the default. */
export function sessionScope(session: SessionLike): AmbientScope<SessionLike> {
  const scope: AmbientScope<SessionLike> = {
    label: "session.asDefault()",
    enter() {
      enterDefault(scope, getContext().graph, session);
      return session;
    },
    exit() {
      if (leaveUnchanged(scope)) return;
      const isDefault = getContext().session === session;
      const entry = popDefault(scope, isDefault, "tensorflow.python.client.session.Session");
      setContext({ ...getContext(), session: entry.outside.session });
    },
  };
  return scope;
}

/** Runs `body` with a graph as the default. */
export function inGraph<T>(graph: Graph, body: () => T): T {
  const { graph: entered, thread } = getContext();
  return (entered ?? thread.globalGraph) === graph ? body() : runInScope(graphScope(graph), body);
}
