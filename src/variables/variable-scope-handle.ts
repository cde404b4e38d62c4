/** A variable scope with its op name scope, to be entered at will. Mirrors `variable_scope.__enter__` and `__exit__`, python/ops/variable_scope.py. */
import { ArgumentError, ArgumentTypeError, ScopeError, ScopeNestingError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { type AmbientScope, graphScope, runInScope } from "../graph/ambient-scope.ts";
import { type Context, findEntry, getContext } from "../graph/context.ts";
import type { AnyFunction, CreationSite } from "../graph/creation-site.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { commonGraph } from "../graph/look-up.ts";
import { creationSite } from "../graph/public-call.ts";
import { graphNameScope } from "../graph/scopes.ts";
import { currentVariableScope } from "./current-scope.ts";
import { PureVariableScope, type VariableScopeOptions } from "./pure-variable-scope.ts";
import { AUTO_REUSE, type ReuseArgument } from "./reuse.ts";
import { scopeCounters } from "./scope-counters.ts";
import { VariableScope } from "./scope-value.ts";

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
  constructor(nameOrScope: string | VariableScope | null, options: VariableScopeOptions, entry?: AnyFunction) {
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
