/**
 * The one ambient record: which graph, session and scopes are current. Immutable; entering a scope puts a changed copy in place.
 *
 * The state of a graph (name scope, devices, variable scope, …) belongs to a thread of control and is kept apart for each graph,
 * so entering another graph and coming back resumes where the first one was. Layers above store what they need in opaque slots.
 */
import { ScopeClosedError } from "../base/errors.ts";
import type { Graph } from "./graph.ts";
import { fieldsBefore, findState, type GraphState, replaceState, type StateEntry } from "./graph-state.ts";
import type { SessionLike } from "./session-like.ts";

/** What a thread of control keeps for as long as it lives. */
export interface Thread {
  /** Slots by graph that must outlive any scope: the root variable scope and its counters. */
  readonly roots: WeakMap<Graph, Map<string, unknown>>;
  /** The graph used when none was entered; made when first asked for. */
  globalGraph: Graph | null;
}

/** A scope opened with `using`. */
export interface OpenHandle {
  readonly label: string;
  /** `escaped`: a microtask ran while the scope was open. `reported`: an error has told so, and the scope was given up. */
  state: "open" | "escaped" | "reported" | "closed";
  readonly outer: OpenHandle | null;
  /** The record to return to when the handle is given up. */
  readonly before: Context;
}

/** A scope that was entered and not yet left, with what it needs to be left. Kept here and not in the scope, so that concurrent flows can be inside one scope. */
export interface EnteredScope {
  /** The scope. */
  readonly owner: object;
  /** What it has changed. */
  readonly change: Partial<GraphState>;
  /** What the scope notes of this entry. */
  readonly note: unknown;
  readonly outer: EnteredScope | null;
  /** The record outside of it. */
  readonly outside: Context;
  /** The record right after it was entered; `null` when another scope was left out of order since. */
  inside: Context | null;
}

/** The ambient record. */
export interface Context {
  readonly thread: Thread;
  /** The innermost graph entered, or `null` for the thread's global graph. */
  readonly graph: Graph | null;
  /** The session entered, or `null`. */
  readonly session: SessionLike | null;
  /** The graphs that are not at their root, the last changed first. */
  readonly states: StateEntry | null;
  readonly handle: OpenHandle | null;
  /** The scopes entered, innermost first. */
  readonly entered: EnteredScope | null;
}

/** Where the record is kept: one variable, or `AsyncLocalStorage`. Has the shape of the `AsyncContext.Variable` proposal, plus `set`. */
export interface ContextStorage {
  get(): Context;
  set(context: Context): void;
  run<T>(context: Context, body: () => T): T;
  /** Whether scopes survive an `await`. */
  readonly followsAsync: boolean;
}

/** A thread without a past. */
export function newThreadContext(graph: Graph | null = null): Context {
  return {
    thread: { roots: new WeakMap(), globalGraph: null },
    graph,
    session: null,
    states: null,
    handle: null,
    entered: null,
  };
}

let current: Context | undefined;

const variableStorage: ContextStorage = {
  get: () => (current ??= newThreadContext()),
  set: (context) => {
    current = context;
  },
  run: (context, body) => {
    const before = current;
    current = context;
    try {
      return body();
    } finally {
      current = before;
    }
  },
  followsAsync: false,
};

let storage: ContextStorage = variableStorage;

/** Replaces where the record is kept; gives back what undoes it. */
export function useContextStorage(replacement: ContextStorage): () => void {
  const before = storage;
  storage = replacement;
  return () => {
    if (storage === replacement) storage = before;
  };
}

export function contextStorage(): ContextStorage {
  return storage;
}

/**
 * The record as it is now.
 * @throws {ScopeClosedError} when a scope opened with `using` is still open although the program has awaited in between,
 * or when code runs inside of one that an asynchronous function has opened and closed.
 */
export function getContext(): Context {
  const context = storage.get();
  if (context.handle !== null) checkHandles(context.handle);
  return context;
}

/** The outermost scope that is not as it should be is named, and given up with all inside of it. */
function checkHandles(innermost: OpenHandle): void {
  let wrong: OpenHandle | null = null;
  for (let handle: OpenHandle | null = innermost; handle !== null; handle = handle.outer)
    if (handle.state !== "open") wrong = handle;
  if (wrong === null) return;
  storage.set(wrong.before);
  const { label } = wrong;
  if (wrong.state === "closed") {
    throw new ScopeClosedError(
      `${label} was opened with \`using\` in an asynchronous function, and its caller runs inside of it.\n  a scope opened so stays open for the caller, too, until the function ends\n  instead  variableScope(name, async () => { … })\n  or       runAsFlow(async () => { using … }) of namesake/async-context around the function's body`,
      { label },
    );
  }
  const inner: string[] = [];
  for (let handle: OpenHandle | null = innermost; handle !== wrong.outer && handle !== null; handle = handle.outer) {
    if (handle !== wrong) inner.unshift(handle.label);
    handle.state = "reported";
  }
  const inside = inner.length === 0 ? "" : `\n  inside   ${inner.join(", ")}`;
  throw new ScopeClosedError(
    `${label} was opened with \`using\` and is still open after an await.${inside}\n  in between, other code ran inside this scope; names would silently go wrong\n  instead  variableScope(name, () => { … }) around the synchronous part\n  or       const scope = makeVariableScope(name); scope.run(() => …) before and after the await\n  or       import { useAsyncLocalStorage } from "namesake/async-context"`,
    { label },
  );
}

export function setContext(context: Context): void {
  storage.set(context);
}

/** The session entered, or `null`. */
export function ambientSession(): SessionLike | null {
  return getContext().session;
}

/** What is current inside `graph`. */
export function stateOf(graph: Graph): GraphState {
  return findState(getContext().states, graph);
}

/** A copy of the record. Written out, as copies of states are. */
function changed(context: Context, states: StateEntry | null, entered: EnteredScope | null): Context {
  const { thread, graph, session, handle } = context;
  return { thread, graph, session, states, handle, entered };
}

/** Puts a changed state of `graph` in place. */
export function changeState(graph: Graph, change: Partial<GraphState>): void {
  const context = getContext();
  storage.set(changed(context, replaceState(context.states, graph, change), context.entered));
}

/** Runs `body` with fields of a graph's state changed, and puts back exactly them. */
export function withState<T>(graph: Graph, change: Partial<GraphState>, body: () => T): T {
  const outside = getContext();
  const inside = changed(outside, replaceState(outside.states, graph, change), outside.entered);
  storage.set(inside);
  try {
    return body();
  } finally {
    if (storage.get() === inside) storage.set(outside);
    else changeState(graph, fieldsBefore(findState(outside.states, graph), change));
  }
}

/**
 * Changes a state, and remembers in the name of `owner` how to leave again. `outside` is the record that leaving returns to when nothing
 * was changed inside: an earlier one, where several scopes are entered as one.
 */
export function enterState(
  owner: object,
  graph: Graph,
  change: Partial<GraphState>,
  note?: unknown,
  outside: Context = getContext(),
): void {
  const context = getContext();
  const entry: EnteredScope = { owner, change, note, outer: context.entered, outside, inside: null };
  entry.inside = changed(context, replaceState(context.states, graph, change), entry);
  storage.set(entry.inside);
}

/** As `enterState`, for another default graph or session. */
export function enterDefault(owner: object, graph: Graph | null, session: SessionLike | null, note?: unknown): void {
  const outside = getContext();
  const { thread, states, handle } = outside;
  const entry: EnteredScope = { owner, change: {}, note, outer: outside.entered, outside, inside: null };
  entry.inside = { thread, graph, session, states, handle, entered: entry };
  storage.set(entry.inside);
}

/** Leaves the innermost scope at once, where the record is the one that entering has made. Elsewhere, it has to be left step by step. */
export function leaveUnchanged(owner: object): boolean {
  const context = getContext();
  const { entered } = context;
  if (entered === null || entered.owner !== owner || entered.inside !== context) return false;
  storage.set(entered.outside);
  return true;
}

/** Puts back what the innermost entry of a scope has changed, and forgets it; false when the scope was not entered here. */
export function leaveState(owner: object, graph: Graph): boolean {
  if (leaveUnchanged(owner)) return true;
  const entry = popEntry(owner);
  if (entry === undefined) return false;
  changeState(graph, fieldsBefore(findState(entry.outside.states, graph), entry.change));
  return true;
}

/** Forgets the innermost entry of a scope, and gives it; `undefined` when the scope was not entered here. */
export function popEntry(owner: object): EnteredScope | undefined {
  const context = getContext();
  const skipped: EnteredScope[] = [];
  let entry = context.entered;
  while (entry !== null && entry.owner !== owner) {
    skipped.push(entry);
    entry = entry.outer;
  }
  if (entry === null) return undefined;
  // Scopes that are left out of order leave the others as they are.
  const entered = skipped.reduceRight<EnteredScope | null>(
    (outer, other) => ({ ...other, outer, inside: null }),
    entry.outer,
  );
  storage.set(changed(context, context.states, entered));
  return entry;
}

/** The innermost entry of a scope. */
export function findEntry(owner: object): EnteredScope | undefined {
  for (let entry = getContext().entered; entry !== null; entry = entry.outer) if (entry.owner === owner) return entry;
  return undefined;
}

/** A slot that lives as long as the thread and the graph: made by `make` when first asked for. */
export function threadSlot<T>(graph: Graph, key: string, make: () => T): T {
  const { roots } = getContext().thread;
  let slots = roots.get(graph);
  if (slots === undefined) roots.set(graph, (slots = new Map<string, unknown>()));
  let value = slots.get(key) as T | undefined;
  if (value === undefined) slots.set(key, (value = make()));
  return value;
}
