/** `variableScope` in its surface forms: a block, `using`, and a scope that is entered at will. Mirrors `variable_scope`, python/ops/variable_scope.py. */
import { ArgumentError, ArgumentTypeError, ScopeError, ScopeNestingError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { type AmbientScope, graphScope, type OpenScope, openScope, runInScope } from "../graph/ambient-scope.ts";
import { type Context, enterState, findEntry, getContext, leaveState, leaveUnchanged } from "../graph/context.ts";
import type { AnyFunction, CreationSite } from "../graph/creation-site.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { DeviceLike } from "../graph/devices.ts";
import type { Graph } from "../graph/graph.ts";
import { commonGraph } from "../graph/look-up.ts";
import { creationSite } from "../graph/public-call.ts";
import { graphNameScope } from "../graph/scopes.ts";
import { asDType, type DTypeLike } from "../tensor/dtype.ts";
import type { Constraint } from "./base-variable.ts";
import { currentVariableScope } from "./current-scope.ts";
import { AUTO_REUSE, type ReuseArgument } from "./reuse.ts";
import { type ScopeCounters, scopeCounters } from "./scope-counters.ts";
import { type ScopeDefaults, type ScopeProperty, VariableScope } from "./scope-value.ts";
import type { CustomGetter, InitializerLike, Partitioner, Regularizer } from "./variable-functions.ts";

/** Options of `variableScope`. What is omitted or `null` is inherited. */
export interface VariableScopeOptions {
  /** Used when the name is `null`; made unique among the scopes opened here. */
  readonly defaultName?: string | null;
  /** Inputs of what is built inside: they choose the graph and must all be from one. */
  readonly values?: readonly unknown[] | null;
  readonly initializer?: InitializerLike | null;
  readonly regularizer?: Regularizer | null;
  readonly cachingDevice?: DeviceLike;
  readonly partitioner?: Partitioner | null;
  /** Wraps the getters of the scopes around. */
  readonly customGetter?: CustomGetter | null;
  readonly reuse?: ReuseArgument;
  readonly dtype?: DTypeLike | null;
  readonly useResource?: boolean | null;
  /** For variables directly in this scope: not inherited. */
  readonly constraint?: Constraint | null;
  /** False: no op name scope is opened. */
  readonly auxiliaryNameScope?: boolean;
  /** The graph; default: that of `values`, or the default graph. */
  readonly graph?: Graph;
}

/** A variable scope that can be entered and left, more than once; or run around a block. */
export class VariableScopeHandle implements AmbientScope<VariableScope> {
  readonly #nameOrScope: string | VariableScope | null;
  readonly #options: VariableScopeOptions;
  readonly #graph: Graph;
  readonly #graphScope: AmbientScope<Graph>;
  #nameScope: AmbientScope<string> | null = null;
  readonly #site: CreationSite;
  #pure: PureVariableScope | null = null;
  #opensName = false;

  /** @internal Made by `makeVariableScope`. */
  constructor(nameOrScope: string | VariableScope | null, options: VariableScopeOptions, entry: AnyFunction) {
    const { reuse, defaultName = null, auxiliaryNameScope = true } = options;
    if (nameOrScope === null && defaultName === null) {
      throw new ArgumentTypeError(
        'If default_name is None then name_or_scope is required\n  variableScope("name", …), or variableScope(null, { defaultName: "name" }, …)',
        {},
      );
    }
    if (reuse !== undefined && reuse !== null && typeof reuse !== "boolean" && reuse !== AUTO_REUSE) {
      throw new ArgumentError(
        `The reuse parameter must be True or False or None.\n  got ${pythonText(reuse)}; allowed are true, false, null and AUTO_REUSE`,
        { reuse },
      );
    }
    this.#graph = options.graph ?? commonGraph(options.values ?? []) ?? getDefaultGraph();
    if (typeof auxiliaryNameScope !== "boolean") {
      throw new ArgumentTypeError(
        `The auxiliary_name_scope must be \`True\` or \`False\`, while get ${pythonText(auxiliaryNameScope)}`,
        { auxiliaryNameScope },
      );
    }
    this.#site = creationSite(entry);
    this.#nameOrScope = nameOrScope;
    this.#options = options;
    this.#graphScope = graphScope(this.#graph);
  }

  get label(): string {
    const name =
      this.#nameOrScope instanceof VariableScope
        ? this.#nameOrScope.name
        : (this.#nameOrScope ?? this.#options.defaultName);
    return `variable scope '${name}'`;
  }

  /** The scope as it was last entered; `null` before. */
  get scope(): VariableScope | null {
    return this.#pure?.scope ?? null;
  }

  /** Enters the scope; a captured scope is the same object each time. */
  enter(): VariableScope {
    const outside = getContext();
    this.#graphScope.enter();
    try {
      if (this.#pure === null) return this.#enterFirst(outside);
      if (this.#opensName) this.#openName();
      return this.#pure.enter(outside);
    } catch (error) {
      this.#graphScope.exit();
      throw error;
    }
  }

  #enterFirst(outside: Context): VariableScope {
    const { reuse, auxiliaryNameScope = true } = this.#options;
    const target = this.#nameOrScope;
    checkTarget(target, reuse);
    this.#opensName = !auxiliaryNameScope || target === null || lastComponent(target) !== "";
    const nameScope = this.#opensName ? this.#openName() : null;
    try {
      const pure = this.#makePure(target, nameScope);
      const scope = pure.enter(outside);
      this.#pure = pure;
      return scope;
    } catch (error) {
      if (this.#opensName) this.#nameScope?.exit();
      throw error;
    }
  }

  #makePure(target: string | VariableScope | null, nameScope: string | null): PureVariableScope {
    const [graph, options, site] = [this.#graph, this.#options, this.#site];
    if (target instanceof VariableScope) return new PureVariableScope(graph, target, options, { site });
    if (target !== null) return new PureVariableScope(graph, target, options, { nameScope, site });
    const defaultName = options.defaultName as string;
    const name = uniqueDefaultName(graph, defaultName);
    return new PureVariableScope(graph, name, options, { nameScope, site, defaultName });
  }

  /** Opens the op name scope anew: it is made unique each time. */
  #openName(): string {
    this.#nameScope ??= graphNameScope(this.#graph, this.#auxiliaryName());
    return this.#nameScope.enter();
  }

  #auxiliaryName(): string {
    if (this.#options.auxiliaryNameScope === false) {
      const current = this.#graph.getNameScope();
      return current === "" ? "" : `${current}/`;
    }
    return this.#nameOrScope === null ? (this.#options.defaultName as string) : lastComponent(this.#nameOrScope);
  }

  /**
   * Leaves the scope.
   * @throws {ScopeNestingError} when another scope is current.
   */
  exit(isLate = false): void {
    if (this.#pure === null || findEntry(this.#pure) === undefined) {
      throw new ScopeNestingError(
        `Improper nesting of variable_scope.\n  ${this.label} is not open here: it is left more often than it was entered`,
        { scope: this.scope },
      );
    }
    if (this.#pure.exitUnchanged(isLate)) return;
    try {
      this.#pure.exit(isLate);
    } finally {
      // After a first attempt that came too early, these two are left already.
      for (const part of [this.#nameScope, this.#graphScope])
        if (part !== null && findEntry(part) !== undefined) part.exit();
    }
  }

  /** Runs a block inside the scope and gives its value. Entering again is fine: the form for code that awaits in between. */
  run<R>(body: (scope: VariableScope) => R): R {
    return runInScope(this, body);
  }
}

/** @throws {ArgumentTypeError} for what is no scope. @throws {ScopeError} for a default name that is to be reused. */
function checkTarget(target: unknown, reuse: ReuseArgument): void {
  if (target === null && reuse) {
    throw new ScopeError(
      "reuse=True cannot be used without a name_or_scope\n  a default name is made unique, so there is nothing to reuse; give the scope a name",
      { reuse },
    );
  }
  if (target === null || typeof target === "string" || target instanceof VariableScope) return;
  throw new ArgumentTypeError(
    `VariableScope: name_or_scope must be a string or VariableScope.\n  got ${pythonTypeName(target)}`,
    { nameOrScope: target },
  );
}

/** The text after the last slash of a captured scope's name; a string as it is. */
function lastComponent(target: string | VariableScope): string {
  return typeof target === "string" ? target : target.name.slice(target.name.lastIndexOf("/") + 1);
}

/** @internal A default name that no scope opened here has. */
export function uniqueDefaultName(graph: Graph, prefix: string): string {
  const current = currentVariableScope(graph).name;
  const counters = scopeCounters(graph);
  const full = current === "" ? prefix : `${current}/${prefix}`;
  if (counters.count(full) === 0) return prefix;
  let index = 1;
  while (counters.count(`${full}_${index}`) > 0) index += 1;
  return `${prefix}_${index}`;
}

/** The variable scopes of a graph that are open here, innermost first; without the root. */
export function openVariableScopes(graph: Graph): VariableScope[] {
  const open: VariableScope[] = [];
  for (let entry = getContext().entered; entry !== null; entry = entry.outer) {
    if (!(entry.owner instanceof PureVariableScope)) continue;
    const scope = entry.note as VariableScope;
    if (scope.graph === graph) open.push(scope);
  }
  return open;
}

/** What is known of how a scope was opened. */
interface ScopeOpening {
  /** The op name scope that was opened with it. */
  readonly nameScope?: string | null;
  readonly site?: CreationSite;
  readonly defaultName?: string | null;
}

/** A variable scope without an op name scope. */
export class PureVariableScope {
  readonly #graph: Graph;
  readonly #target: string | VariableScope;
  readonly #options: VariableScopeOptions;
  readonly #opening: ScopeOpening;
  readonly #site: CreationSite;
  #reuse: ReuseArgument;
  #scope: VariableScope | null = null;

  constructor(graph: Graph, target: string | VariableScope, options: VariableScopeOptions, opening: ScopeOpening = {}) {
    this.#graph = graph;
    this.#target = target;
    this.#options = options;
    this.#opening = opening;
    this.#site = opening.site ?? creationSite();
    this.#reuse = options.reuse === false ? null : options.reuse;
    // A captured scope is copied once; later visits find what earlier ones changed.
    if (target instanceof VariableScope)
      this.#scope = this.#derive(target, target.name, this.#reuse || target.reuse, target.originalNameScope);
  }

  get scope(): VariableScope | null {
    return this.#scope;
  }

  /** Enters the scope. Leaving it unchanged leaves what was entered since `outside`, too. */
  enter(outside?: Context): VariableScope {
    const old = currentVariableScope(this.#graph);
    const counters = scopeCounters(this.#graph);
    if (typeof this.#target === "string") {
      const name = old.name === "" ? this.#target : `${old.name}/${this.#target}`;
      this.#reuse = this.#reuse || old.reuse;
      this.#scope = this.#derive(old, name, this.#reuse, this.#opening.nameScope ?? this.#target);
      counters.open(name);
    } else {
      counters.open(this.#target.name);
    }
    const scope = this.#scope as VariableScope;
    const inside = typeof this.#target === "string" ? counters.below(scope.name) : counters.visit();
    enterState(this, this.#graph, { variableScope: scope, scopeCounters: inside }, scope, outside);
    return scope;
  }

  /** Leaves the scope, and what was entered since `outside`; false where something else was entered or left since. */
  exitUnchanged(isLate: boolean): boolean {
    const inside = scopeCounters(this.#graph);
    const entry = getContext().entered;
    if (!leaveUnchanged(this)) return false;
    this.#forget(inside, entry?.note as VariableScope, isLate);
    return true;
  }

  exit(isLate = false): void {
    const entry = findEntry(this);
    const scope = entry?.note as VariableScope;
    const current = currentVariableScope(this.#graph);
    if (current !== scope) {
      throw new ScopeNestingError(
        `Improper nesting of variable_scope.\n  current   '${current.name}', opened at ${current.site}\n  leaving   '${scope.name}', opened at ${scope.site}\n  close the inner scope first`,
        { current, leaving: scope },
      );
    }
    const inside = scopeCounters(this.#graph);
    leaveState(this, this.#graph);
    this.#forget(inside, scope, isLate);
  }

  /** What was counted inside ends with the scope. */
  #forget(inside: ScopeCounters, scope: VariableScope, isLate: boolean): void {
    if (typeof this.#target !== "string") return;
    if (!isLate) inside.handOn();
    scopeCounters(this.#graph).closeSubscopes(scope.name);
  }

  #derive(from: VariableScope, name: string, reuse: ReuseArgument, originalNameScope: string): VariableScope {
    const given = this.#options;
    // Shared with the scope around unless something is set here.
    let { defaults, origins } = from;
    const note = (property: ScopeProperty): void => {
      origins = { property, site: this.#site, scope: name, how: "argument", outer: origins };
    };
    const take = <K extends keyof ScopeDefaults>(key: K, value: ScopeDefaults[K] | null | undefined): void => {
      if (value === null || value === undefined) return;
      defaults = { ...defaults, [key]: value };
      note(key);
    };
    take("initializer", given.initializer);
    take("regularizer", given.regularizer);
    take("cachingDevice", given.cachingDevice);
    take("partitioner", given.partitioner);
    take("dtype", given.dtype === null || given.dtype === undefined ? null : asDType(given.dtype));
    take("useResource", given.useResource);
    take("customGetter", given.customGetter ? chain(given.customGetter, from.customGetter) : null);
    if (given.reuse) note("reuse");
    if (given.constraint) note("constraint");
    return new VariableScope({
      graph: this.#graph,
      name,
      reuse: reuse || false,
      defaults,
      constraint: given.constraint ?? null,
      originalNameScope,
      origins,
      site: this.#site,
      around: currentVariableScope(this.#graph),
      defaultName: this.#opening.defaultName ?? null,
    });
  }
}

/** The inner getter runs first and continues with the outer one. */
function chain(inner: CustomGetter, outer: CustomGetter | null): CustomGetter {
  if (outer === null) return inner;
  return (getter, name, options) => {
    if (typeof inner !== "function") {
      throw new ArgumentTypeError(
        `'${pythonTypeName(inner)}' object is not callable\n  a custom getter is a function (getter, name, options) => variable`,
        { customGetter: inner },
      );
    }
    return inner((nextName, nextOptions) => outer(getter, nextName, nextOptions), name, options);
  };
}

/** The current variable scope. */
export function getVariableScope(): VariableScope {
  return currentVariableScope(getDefaultGraph());
}

/**
 * A variable scope that is entered at will: by `run(body)`, or by `enter()` and `exit()`.
 * Takes the arguments of `variableScope`, and checks them at once.
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
