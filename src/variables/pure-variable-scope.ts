/** A variable scope without an op name scope: what a scope inherits, and how it is entered and left. Mirrors `_pure_variable_scope`, python/ops/variable_scope.py. */
import { ArgumentTypeError, ScopeNestingError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { inGraph } from "../graph/ambient-scope.ts";
import {
  type Context,
  enterState,
  findEntry,
  getContext,
  leaveState,
  leaveUnchanged,
  withState,
} from "../graph/context.ts";
import type { CreationSite } from "../graph/creation-site.ts";
import type { DeviceLike } from "../graph/devices.ts";
import type { Graph } from "../graph/graph.ts";
import { creationSite } from "../graph/public-call.ts";
import { asDType, type DTypeLike } from "../tensor/dtype.ts";
import type { Constraint } from "./base-variable.ts";
import { currentVariableScope } from "./current-scope.ts";
import type { ReuseArgument } from "./reuse.ts";
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

/** The variable scopes of a graph that are open here, innermost first; without the root. A scope that is asked from elsewhere stands alone. */
export function openVariableScopes(graph: Graph): VariableScope[] {
  const open: VariableScope[] = [];
  for (let entry = getContext().entered; entry !== null; entry = entry.outer) {
    if (!(entry.owner instanceof PureVariableScope)) continue;
    const scope = entry.note as VariableScope;
    if (scope.graph === graph) open.push(scope);
  }
  const current = currentVariableScope(graph);
  if (open[0] === current) return open;
  return current.first.around === null ? [] : [current.first];
}

/**
 * Runs `body` with a scope as the current one of its own graph, whatever is current. As in TensorFlow's `VariableScope.get_variable`,
 * no name scope is opened and nothing is counted.
 */
export function withCurrentScope<T>(scope: VariableScope, body: (inside: VariableScope) => T): T {
  const { graph } = scope;
  const around = currentVariableScope(graph);
  if (around === scope) return inGraph(graph, () => body(scope));
  // A copy that knows this call: errors and reports lead from the variable to here, and not to where the scope was opened.
  const inside = new VariableScope({
    graph,
    name: scope.name,
    reuse: scope.reuse,
    defaults: scope.defaults,
    constraint: scope.constraint,
    originalNameScope: scope.originalNameScope,
    origins: scope.origins,
    site: creationSite(),
    around,
    defaultName: scope.defaultName,
    captured: scope,
  });
  const change = { variableScope: inside, scopeCounters: scopeCounters(graph).visit() };
  return inGraph(graph, () => withState(graph, change, () => body(inside)));
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
      captured: this.#target instanceof VariableScope ? this.#target : null,
    });
  }
}

/** The inner getter runs first and continues with the outer one. */
function chain(inner: CustomGetter, outer: CustomGetter | null): CustomGetter {
  if (outer === null) return inner;
  return (getter, name, options) => {
    // The scope around may have been given anything, and says so only when a variable is asked for in it.
    if (typeof outer !== "function") {
      throw new ArgumentTypeError(
        `the first argument must be callable\n  the custom getter of the scope around is ${pythonText(outer)}; a custom getter is a function (getter, name, options) => variable`,
        { customGetter: outer },
      );
    }
    if (typeof inner !== "function") {
      throw new ArgumentTypeError(
        `'${pythonTypeName(inner)}' object is not callable\n  a custom getter is a function (getter, name, options) => variable`,
        { customGetter: inner },
      );
    }
    return inner((nextName, nextOptions) => outer(getter, nextName, nextOptions), name, options);
  };
}
