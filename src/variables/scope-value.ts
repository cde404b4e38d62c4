/** VariableScope: the defaults that `getVariable` uses, as a value that can be kept and passed around. Mirrors `VariableScope`, python/ops/variable_scope.py. */

import { GraphKeys } from "../graph/collections.ts";
import type { CreationSite } from "../graph/creation-site.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { DeviceLike } from "../graph/devices.ts";
import type { Graph } from "../graph/graph.ts";
import { creationSite } from "../graph/public-call.ts";
import { asDType, type DType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import type { BaseVariable, Constraint } from "./base-variable.ts";
import type { Reuse } from "./reuse.ts";
import { scopeCalls } from "./scope-calls.ts";
import type {
  CustomGetter,
  GetVariableOptions,
  InitializerLike,
  Partitioner,
  Regularizer,
} from "./variable-functions.ts";

/** The properties of a scope that are inherited or set one by one. */
export interface ScopeDefaults {
  initializer: InitializerLike | null;
  regularizer: Regularizer | null;
  cachingDevice: DeviceLike;
  partitioner: Partitioner | null;
  customGetter: CustomGetter | null;
  dtype: DType;
  useResource: boolean | null;
}

/** What can be set on a scope, with the place where it was set. */
export type ScopeProperty = keyof ScopeDefaults | "reuse" | "constraint";

/** Where a property of a scope was set: on the scope itself, or on one around it that it was inherited from. */
export interface ScopeOrigin {
  readonly site: CreationSite;
  /** The name of the scope on which it was set. */
  readonly scope: string;
  /** Whether it was an argument when the scope was opened, or a call such as `scope.reuseVariables()` later. */
  readonly how: "argument" | "call";
}

/** The properties set on a scope and those around it, the last one first. */
export interface ScopeOrigins extends ScopeOrigin {
  readonly property: ScopeProperty;
  readonly outer: ScopeOrigins | null;
}

/** What a scope is made of. */
export interface ScopeParts {
  readonly graph: Graph;
  readonly name: string;
  readonly reuse: Reuse;
  /** May be shared by many scopes. */
  readonly defaults?: Readonly<ScopeDefaults>;
  readonly constraint?: Constraint | null;
  readonly originalNameScope?: string;
  /** Where its properties were set. */
  readonly origins?: ScopeOrigins | null;
  readonly site?: CreationSite;
  readonly around?: VariableScope | null;
  readonly defaultName?: string | null;
  /** The scope that was captured and is entered again as this one. */
  readonly captured?: VariableScope | null;
}

const rootDefaults: Readonly<ScopeDefaults> = {
  initializer: null,
  regularizer: null,
  cachingDevice: null,
  partitioner: null,
  customGetter: null,
  dtype: float32,
  useResource: null,
};

/**
 * A prefix for variable names and the defaults of the variables under it. A value: it can be kept, passed around and asked, and needs
 * nothing that is current.
 *
 * The body of `variableScope` is called with one; `getVariableScope()` gives the current one.
 * @see TensorFlow `tf.VariableScope`, python/ops/variable_scope.py
 * @example
 * const tower = variableScope("tower", (scope) => scope);
 * const w = tower.getVariable("w", [3]);
 * w.name; // "tower/w:0"
 */
export class VariableScope {
  readonly graph: Graph;
  /** The prefix, without trailing slash; empty for the root. */
  readonly name: string;
  /** The op name scope of the scope when it was first opened, with trailing slash. */
  readonly originalNameScope: string;
  /** Where the scope was made. */
  readonly site: CreationSite;
  /** The scope in which it was opened first; `null` for the root. */
  readonly around: VariableScope | null;
  /** The default name from which its name was made; `null` for a name of its own. */
  readonly defaultName: string | null;
  /** @internal The scope as it was opened first, of which this one is a copy; itself for all others. */
  readonly first: VariableScope;
  #defaults: Readonly<ScopeDefaults>;
  #origins: ScopeOrigins | null;
  #reuse: Reuse;
  readonly #constraint: Constraint | null;

  /** @internal Scopes are opened by `variableScope`. */
  constructor(parts: ScopeParts) {
    this.graph = parts.graph;
    this.name = parts.name;
    this.originalNameScope = parts.originalNameScope ?? "";
    this.site = parts.site ?? creationSite();
    this.around = parts.around ?? null;
    this.defaultName = parts.defaultName ?? null;
    this.first = parts.captured?.first ?? this;
    this.#reuse = parts.reuse;
    this.#constraint = parts.constraint ?? null;
    this.#origins = parts.origins ?? null;
    this.#defaults = parts.defaults ?? rootDefaults;
  }

  get reuse(): Reuse {
    return this.#reuse;
  }
  get initializer(): InitializerLike | null {
    return this.#defaults.initializer;
  }
  get regularizer(): Regularizer | null {
    return this.#defaults.regularizer;
  }
  get cachingDevice(): DeviceLike {
    return this.#defaults.cachingDevice;
  }
  get partitioner(): Partitioner | null {
    return this.#defaults.partitioner;
  }
  get customGetter(): CustomGetter | null {
    return this.#defaults.customGetter;
  }
  get dtype(): DType {
    return this.#defaults.dtype;
  }
  get useResource(): boolean | null {
    return this.#defaults.useResource;
  }
  /** Not inherited by scopes inside, as in TensorFlow. */
  get constraint(): Constraint | null {
    return this.#constraint;
  }

  /**
   * Creates or shares a variable of this scope: what `getVariable` gives in the scope's block, from anywhere. The variable is made in the
   * scope's own graph, also where another graph or another scope is current.
   *
   * Takes the arguments of `getVariable`, with its shapes, dtypes and errors. Custom getters and initializers find this scope as the
   * current one. No name scope is opened and no scope counted, so later names are what they would be without the call.
   *
   * @remarks TensorFlow's method takes the variable store first, and `reuse`; here the scope knows its graph, and its own `reuse` holds.
   * @see TensorFlow `VariableScope.get_variable`, python/ops/variable_scope.py
   * @example
   * const tower = variableScope("tower", (scope) => scope);
   * const w = tower.getVariable("w", [2, 3], { initializer: zerosInitializer() });
   * tower.reuseVariables();
   * tower.getVariable("w") === w; // true
   */
  getVariable(name: string, shape: ShapeLike, options?: GetVariableOptions): BaseVariable;
  getVariable(name: string, options?: GetVariableOptions): BaseVariable;
  getVariable(name: string, ...rest: readonly unknown[]): BaseVariable {
    return scopeCalls().getVariable(this, name, rest);
  }

  /**
   * Enters this scope again for a block, in its own graph, and gives the block's value: `variableScope(scope, body)`, also where another
   * graph is current. As there, an op name scope is opened: `tower_1` the second time.
   *
   * @throws {AsyncScopeError} when the block returns a promise.
   * @see TensorFlow `with tf.variable_scope(scope):`, python/ops/variable_scope.py
   * @example
   * const tower = variableScope("tower", (scope) => scope);
   * const doubled = tower.run(() => getVariable("w", [3]).mul(2));
   * doubled.name; // "tower_1/mul:0"
   */
  run<R>(body: (scope: VariableScope) => R): R {
    return scopeCalls().run(this, body);
  }

  /** Turns reuse on, for this scope and those opened inside from now on. It cannot be turned off. */
  reuseVariables(): void {
    this.#reuse = true;
    this.#noteCall("reuse");
  }
  setInitializer(initializer: InitializerLike | null): void {
    this.set("initializer", initializer);
  }
  setRegularizer(regularizer: Regularizer | null): void {
    this.set("regularizer", regularizer);
  }
  setCachingDevice(device: DeviceLike): void {
    this.set("cachingDevice", device);
  }
  setPartitioner(partitioner: Partitioner | null): void {
    this.set("partitioner", partitioner);
  }
  setCustomGetter(getter: CustomGetter | null): void {
    this.set("customGetter", getter);
  }
  setDtype(dtype: DTypeLike): void {
    this.set("dtype", asDType(dtype));
  }
  setUseResource(useResource: boolean | null): void {
    this.set("useResource", useResource);
  }

  /** @internal Sets a property and remembers where. */
  set<K extends keyof ScopeDefaults>(property: K, value: ScopeDefaults[K]): void {
    this.#defaults = { ...this.#defaults, [property]: value };
    this.#noteCall(property);
  }
  #noteCall(property: ScopeProperty): void {
    this.#origins = { property, site: creationSite(), scope: this.name, how: "call", outer: this.#origins };
  }
  /** Where a property was set; `undefined` for a default. */
  originOf(property: ScopeProperty): ScopeOrigin | undefined {
    // A constraint is not inherited, and neither is the place where one was set.
    if (property === "constraint" && this.#constraint === null) return undefined;
    for (let origin = this.#origins; origin !== null; origin = origin.outer) {
      if (origin.property === property) return origin;
    }
    return undefined;
  }
  /** @internal */
  get origins(): ScopeOrigins | null {
    return this.#origins;
  }
  /** @internal */
  get defaults(): Readonly<ScopeDefaults> {
    return this.#defaults;
  }

  /** What a collection of the current graph holds under this scope. The scope's name is a pattern matched at the start. Both as in TensorFlow. */
  getCollection(key: string): unknown[] {
    return getDefaultGraph().getCollection(key, this.name === "" ? "" : `${this.name}/`);
  }
  globalVariables(): BaseVariable[] {
    return this.getCollection(GraphKeys.GLOBAL_VARIABLES) as BaseVariable[];
  }
  localVariables(): BaseVariable[] {
    return this.getCollection(GraphKeys.LOCAL_VARIABLES) as BaseVariable[];
  }
  trainableVariables(): BaseVariable[] {
    return this.getCollection(GraphKeys.TRAINABLE_VARIABLES) as BaseVariable[];
  }

  toString(): string {
    return `<VariableScope '${this.name}'>`;
  }
}
