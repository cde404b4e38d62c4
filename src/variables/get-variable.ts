/** `getVariable`, free and of a scope, and `getLocalVariable`: the scope's defaults are filled in, then the store is asked. Mirrors `VariableScope.get_variable`, python/ops/variable_scope.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonTypeName } from "../base/text.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import { asDType, type DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { type Literal, ndarray } from "../tensor/ndarray.ts";
import { type ShapeLike, TensorShape } from "../tensor/shape.ts";
import type { BaseVariable } from "./base-variable.ts";
import { currentVariableScope } from "./current-scope.ts";
import { withCurrentScope } from "./pure-variable-scope.ts";
import type { VariableScope } from "./scope-value.ts";
import type { GetterOptions, GetVariableOptions, InitializerLike } from "./variable-functions.ts";
import { variableStore } from "./variable-store.ts";

/**
 * Creates the variable of this name in the current variable scope, or shares the one that exists, as the scope's `reuse` says.
 *
 * Shapes: any; `[]` is a scalar; left out, the initializer must know it. Dtypes: any; default the scope's, float32.
 *
 * @throws {VariableExistsError} when it exists and the scope does not reuse.
 * @throws {VariableNotFoundError} when it does not exist and the scope reuses.
 * @throws {VariableMismatchError} when it is shared with another shape or dtype.
 * @remarks A custom getter may return anything; the type says `BaseVariable` because nearly all return one.
 * @see TensorFlow `tf.get_variable`, python/ops/variable_scope.py
 * @example
 * const w = variableScope("layer", () => getVariable("w", [2, 3], { initializer: zerosInitializer() }));
 * w.name; // "layer/w:0"
 */
export function getVariable(name: string, shape: ShapeLike, options?: GetVariableOptions): BaseVariable;
export function getVariable(name: string, options?: GetVariableOptions): BaseVariable;
export function getVariable(name: string, ...rest: readonly unknown[]): BaseVariable {
  const [shape, options] = argumentsOf(rest);
  const body = () => getInScope(currentVariableScope(getDefaultGraph()), name, shape, options) as BaseVariable;
  return publicCall(body, getVariable);
}

/**
 * `getVariable` for a variable that is no part of the model: in `LOCAL_VARIABLES` instead of `GLOBAL_VARIABLES`, never trainable.
 * @remarks As in TensorFlow, the key is added to the list given as `collections` itself.
 * @see TensorFlow `tf.get_local_variable`, python/ops/variable_scope.py
 * @example
 * getLocalVariable("counter", [], { initializer: zerosInitializer() }).trainable; // false
 */
export function getLocalVariable(name: string, shape: ShapeLike, options?: GetVariableOptions): BaseVariable;
export function getLocalVariable(name: string, options?: GetVariableOptions): BaseVariable;
export function getLocalVariable(name: string, ...rest: readonly unknown[]): BaseVariable {
  const [shape, options] = argumentsOf(rest);
  const given = options.collections as string[] | null | undefined;
  given?.push(GraphKeys.LOCAL_VARIABLES);
  const collections = given ?? [GraphKeys.LOCAL_VARIABLES];
  const local = { ...options, trainable: false, collections };
  const body = () => getInScope(currentVariableScope(getDefaultGraph()), name, shape, local) as BaseVariable;
  return publicCall(body, getLocalVariable);
}

/** @internal `scope.getVariable`: the arguments of `getVariable`, for a scope that need not be current. */
export function getVariableOf(scope: VariableScope, name: string, rest: readonly unknown[]): BaseVariable {
  const [shape, options] = argumentsOf(rest);
  const body = () => withCurrentScope(scope, (inside) => getInScope(inside, name, shape, options)) as BaseVariable;
  return publicCall(body);
}

const noOptions: GetVariableOptions = {};

/** `(shape, options)` or `(options)`. */
function argumentsOf(rest: readonly unknown[]): readonly [shape: ShapeLike | undefined, options: GetVariableOptions] {
  const [first, second] = rest;
  const isShape = first === null || typeof first === "number" || Array.isArray(first) || first instanceof TensorShape;
  if (isShape) return [first as ShapeLike, (second as GetVariableOptions | undefined) ?? noOptions];
  const options = (first as GetVariableOptions | undefined) ?? noOptions;
  return [options.shape, options];
}

/**
 * @internal A variable of the current scope that is never shared, whatever the scopes around reuse: what optimizers and averages keep
 * beside a variable is theirs alone. Its partitioner is that of `options`, not the scope's.
 */
export function makeUnsharedVariable(name: string, options: GetVariableOptions): BaseVariable {
  const scope = currentVariableScope(getDefaultGraph());
  const unshared = { reuse: false, partitioner: options.partitioner ?? null };
  return getInScope(scope, name, options.shape, options, unshared) as BaseVariable;
}

/** @internal Whether the current scope has a variable of this name. */
export function hasVariable(name: string): boolean {
  const { name: scopeName, graph } = currentVariableScope(getDefaultGraph());
  return variableStore(graph).variables.has(scopeName === "" ? name : `${scopeName}/${name}`);
}

/** Asks the store with everything resolved: each line is one rule of inheritance. */
function getInScope(
  scope: VariableScope,
  name: string,
  shape: ShapeLike | undefined,
  given: GetVariableOptions,
  overridden: Partial<GetterOptions> = {},
): unknown {
  const { graph } = scope;
  if (typeof name !== "string") {
    throw new ArgumentTypeError(
      `can only concatenate str (not "${pythonTypeName(name)}") to str\n  a variable that is shared needs a name: getVariable("w", …); new Variable(…) makes one up`,
      { name },
    );
  }
  const fullName = scope.name === "" ? name : `${scope.name}/${name}`;
  return inNameScope(graph, null, () => {
    const explicit = given.dtype === null || given.dtype === undefined ? null : asDType(given.dtype);
    const options: GetterOptions = {
      shape,
      dtype: explicit ?? scope.dtype,
      initializer: checkedInitializer(given.initializer ?? null, explicit) ?? scope.initializer,
      regularizer: given.regularizer ?? scope.regularizer,
      reuse: scope.reuse,
      trainable: given.trainable,
      collections: given.collections,
      cachingDevice: given.cachingDevice ?? scope.cachingDevice,
      partitioner: given.partitioner ?? scope.partitioner,
      validateShape: given.validateShape ?? true,
      useResource: given.useResource ?? scope.useResource,
      constraint: given.constraint ?? scope.constraint,
      synchronization: given.synchronization,
      aggregation: given.aggregation,
      ...overridden,
    };
    return variableStore(graph).getVariable(fullName, options, given.customGetter ?? scope.customGetter);
  });
}

/**
 * A value and an explicit dtype must agree; a plain number takes the dtype that it fits.
 * @throws {ArgumentError} when they do not.
 */
function checkedInitializer(initializer: InitializerLike | null, dtype: DType | null): InitializerLike | null {
  if (initializer === null || dtype === null || typeof initializer === "function") return initializer;
  const value = isPlainNumber(initializer) ? numberAs(initializer as Literal, dtype.baseDtype) : initializer;
  const found = convertToTensor(value).dtype.baseDtype;
  if (found !== dtype) {
    throw new ArgumentError(
      `Initializer type '${found}' and explicit dtype '${dtype}' don't match.\n  leave out the dtype, or convert the value: ndarray(value, "${dtype.baseDtype.name}")`,
      { found, dtype },
    );
  }
  return value;
}

function isPlainNumber(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isPlainNumber) : typeof value === "number";
}

function numberAs(value: Literal, dtype: DType): NDArray {
  const natural = ndarray(value);
  if (dtype.isFloating) return ndarray(value, dtype);
  const isWhole = Array.from(natural.data as Float32Array).every(Number.isInteger);
  return dtype.isInteger && isWhole ? ndarray(value, dtype) : natural;
}
