/** `makeTemplate`: a function whose variables are made at its first call and shared by all later ones. Mirrors python/ops/template.py. */
import { Callable } from "../base/callable.ts";
import { ArgumentError, NamesakeError } from "../base/errors.ts";
import { isPromise } from "../base/promise.ts";
import { isPlainObject } from "../base/text.ts";
import { GraphKeys } from "../graph/collections.ts";
import type { CreationSite } from "../graph/creation-site.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { creationSite } from "../graph/public-call.ts";
import { float32 } from "../tensor/dtype.ts";
import type { BaseVariable } from "./base-variable.ts";
import { PureVariableScope } from "./pure-variable-scope.ts";
import type { VariableScope } from "./scope-value.ts";
import type { CustomGetter } from "./variable-functions.ts";
import { makeVariableScope } from "./variable-scope.ts";
import { uniqueDefaultName } from "./variable-scope-handle.ts";

/** Options of `makeTemplate`. */
export interface TemplateOptions {
  /** True: the variable scope is made now, and every call opens a name scope of its own. */
  readonly createScopeNow?: boolean;
  /** Used instead of the name, and not made unique. */
  readonly uniqueName?: string | null;
  readonly customGetter?: CustomGetter | null;
  /** Named arguments fixed now: merged under the object that is the last argument of a call, or given as one. */
  readonly bind?: Readonly<Record<string, unknown>>;
}

/** A function that shares its variables between calls. */
export interface Template<A extends readonly unknown[] = readonly never[], R = unknown> {
  (...args: A): R;
}

/** The properties of a template; an instance is a function. */
export class Template<A extends readonly unknown[] = readonly never[], R = unknown> extends Callable {
  /** The function as it was given. */
  readonly func: (...args: A) => R;
  readonly templateName: string;
  readonly #options: TemplateOptions;
  readonly #site: CreationSite;
  readonly #graph: Graph;
  #scope: VariableScope | null = null;
  #variablesCreated = false;
  #firstCall = true;

  /** @internal Made by `makeTemplate`. */
  constructor(name: string, func: (...args: A) => R, options: TemplateOptions) {
    super((self: Template<A, R>, args) => self.#call(args as A));
    if (name === null || name === undefined) throw new ArgumentError("name cannot be None.", {});
    this.func = func;
    this.templateName = name;
    this.#options = options;
    this.#site = creationSite();
    this.#graph = getDefaultGraph();
    if (options.createScopeNow) this.#createScope();
  }

  /** A variable scope without a name scope, entered and left. */
  #createScope(): void {
    const { uniqueName, customGetter = null } = this.#options;
    const scope = new PureVariableScope(this.#graph, uniqueName ?? uniqueDefaultName(this.#graph, this.templateName), {
      customGetter,
      // In TensorFlow a scope that is made this way does not inherit its dtype.
      dtype: float32,
    });
    this.#scope = scope.enter();
    scope.exit();
  }

  #call(args: A): R {
    const { uniqueName = null, customGetter = null } = this.#options;
    if (this.#scope !== null)
      return makeVariableScope(this.#scope, { reuse: !this.#firstCall }).run(() => this.#run(args));
    return makeVariableScope(uniqueName, { defaultName: this.templateName, customGetter }).run((scope) => {
      this.#scope = scope;
      return this.#run(args);
    });
  }

  #run(args: A): R {
    const failed = (error: unknown): never => {
      if (error instanceof NamesakeError) error.message += `\n\noriginally defined at:\n  ${this.#site}`;
      throw error;
    };
    const func = (): R => this.func(...this.#bound(args));
    if (this.#variablesCreated) return settle(func, this.#checkNothingNew(), failed);
    if (!this.#firstCall) return settle(func, () => undefined, failed);
    this.#firstCall = false;
    return settle(
      func,
      () => {
        this.#variablesCreated = true;
      },
      (error) => {
        this.#firstCall = true;
        failed(error);
      },
    );
  }

  /** A check, to be made after a later call, that the call created no trainable variable. */
  #checkNothingNew(): (isAsync: boolean) => void {
    const graph = getDefaultGraph();
    const trainable = graph.collections.list(GraphKeys.TRAINABLE_VARIABLES);
    const before = trainable.length;
    const own = [graph.getNameScope(), this.#scope?.name ?? ""].map((name) => (name === "" ? "" : `${name}/`));
    return (isAsync) => {
      if (trainable.length === before) return;
      const added = trainable.slice(before) as BaseVariable[];
      // While an asynchronous call waits, others create variables, too.
      const made = isAsync ? added.filter((variable) => own.some((prefix) => variable.name.startsWith(prefix))) : added;
      if (made.length === 0) return;
      throw new ArgumentError(
        `Trainable variable created when calling a template after the first time, perhaps you used tf.Variable when you meant tf.get_variable: [${made.join(", ")}]\n  made at    ${made.map((v) => v.site).join(", ")}\n  to share   getVariable(name, …) inside of the template's function`,
        { variables: made },
      );
    };
  }

  #bound(args: A): A {
    const { bind } = this.#options;
    if (bind === undefined) return args;
    const last: unknown = args.at(-1);
    const named = isPlainObject(last) ? { ...bind, ...last } : { ...bind };
    return [...(isPlainObject(last) ? args.slice(0, -1) : args), named] as unknown as A;
  }

  /** The scope; `null` before the first call, unless it was made with the template. */
  get variableScope(): VariableScope | null {
    return this.#scope;
  }
  /** The scope's name with a trailing slash; `null` before the first call. */
  get variableScopeName(): string | null {
    const name = this.#scope?.name;
    if (name === undefined) return null;
    return name === "" || name.endsWith("/") ? name : `${name}/`;
  }
  /** As in TensorFlow, those of the current graph. */
  #collection(key: string): BaseVariable[] {
    return this.#variablesCreated
      ? (getDefaultGraph().getCollection(key, this.variableScopeName) as BaseVariable[])
      : [];
  }
  /** Global and local variables under the template's scope; empty before the first call has ended. */
  get variables(): BaseVariable[] {
    return [...this.globalVariables, ...this.localVariables];
  }
  get globalVariables(): BaseVariable[] {
    return this.#collection(GraphKeys.GLOBAL_VARIABLES);
  }
  get localVariables(): BaseVariable[] {
    return this.#collection(GraphKeys.LOCAL_VARIABLES);
  }
  get trainableVariables(): BaseVariable[] {
    return this.#collection(GraphKeys.TRAINABLE_VARIABLES);
  }
  get nonTrainableVariables(): BaseVariable[] {
    const trainable = new Set(this.trainableVariables);
    return this.globalVariables.filter((variable) => !trainable.has(variable));
  }
  get weights(): BaseVariable[] {
    return this.variables;
  }
  get trainableWeights(): BaseVariable[] {
    return this.trainableVariables;
  }
  get nonTrainableWeights(): BaseVariable[] {
    return this.nonTrainableVariables;
  }
}

/** Calls a function, then `after` or `failed`; for a promise, when it settles. */
function settle<R>(func: () => R, after: (isAsync: boolean) => void, failed: (error: unknown) => void): R {
  const fail = (error: unknown): never => {
    failed(error);
    throw error;
  };
  let result: R;
  try {
    result = func();
    if (!isPromise(result)) after(false);
  } catch (error) {
    return fail(error);
  }
  if (!isPromise(result)) return result;
  const checked = result.then((value) => {
    after(true);
    return value;
  });
  return checked.catch(fail) as R;
}

/**
 * Wraps a function so that the variables of its first call are shared by all later calls, wherever they are made.
 *
 * @throws {ArgumentError} without a name; when a later call creates a trainable variable. Errors of the function name the template, too.
 * @see TensorFlow `tf.make_template`, python/ops/template.py
 * @example
 * const scale = makeTemplate("scale", (x: Tensor) => multiply(x, getVariable("factor", [])));
 * scale(constant(1));
 * scale(constant(2));
 * scale.variables.length; // 1
 */
export function makeTemplate<A extends readonly unknown[], R>(
  name: string,
  func: (...args: A) => R,
  options: TemplateOptions = {},
): Template<A, R> {
  return new Template(name, func, options);
}
