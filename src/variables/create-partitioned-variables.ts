/** `createPartitionedVariables`, the deprecated way to slices. Mirrors python/ops/partitioned_variables.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import { type DTypeLike, float32 } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import type { BaseVariable } from "./base-variable.ts";
import { currentVariableScope } from "./current-scope.ts";
import { getPartitionedVariable } from "./partitioned-store.ts";
import type { PartitionedVariable } from "./partitioned-variable.ts";
import type { ReuseArgument } from "./reuse.ts";
import type { GetterOptions, InitializerLike } from "./variable-functions.ts";
import { variableScope } from "./variable-scope.ts";
import { variableStore } from "./variable-store.ts";

/** Options of `createPartitionedVariables`. */
export interface CreatePartitionedOptions {
  readonly dtype?: DTypeLike;
  readonly trainable?: boolean;
  readonly collections?: readonly string[] | null;
  readonly name?: string | null;
  readonly reuse?: ReuseArgument;
}

/**
 * The slices of a partitioned variable, named after a scope of their own. Deprecated in TensorFlow: use `getVariable` with a partitioner.
 * @throws {ArgumentError} when shape and slicing differ in length, or inside a scope with a custom getter.
 * @see TensorFlow `tf.create_partitioned_variables`
 * @example
 * createPartitionedVariables([4, 2], [2, 1], zerosInitializer()).map((v) => v.name);
 */
export function createPartitionedVariables(
  shape: readonly number[],
  slicing: readonly number[],
  initializer: InitializerLike,
  options: CreatePartitionedOptions = {},
): BaseVariable[] {
  if (shape.length !== slicing.length) {
    throw new ArgumentError(
      `The 'shape' and 'slicing' of a partitioned Variable must have the length: shape: ${pythonText(shape)}, slicing: ${pythonText(slicing)}`,
      { shape, slicing },
    );
  }
  if (shape.length < 1)
    throw new ArgumentError(`A partitioned Variable must have rank at least 1: shape: ${pythonText(shape)}`, { shape });
  const { name = null, reuse, dtype = float32, trainable = true, collections = null } = options;
  return publicCall(() =>
    variableScope(name, { defaultName: "PartitionedVariable", reuse }, () => [
      ...privateGet(shape, { initializer, dtype, trainable, collections, partitioner: () => slicing }),
    ]),
  );
}

/** The scope's own name is the variable's name. */
function privateGet(shape: ShapeLike, given: GetterOptions): PartitionedVariable {
  const graph = getDefaultGraph();
  const scope = currentVariableScope(graph);
  if (scope.customGetter !== null) {
    throw new ArgumentError(
      `Private access to _get_partitioned_variable is not allowed when a custom getter is set.  Current custom getter: ${pythonText(scope.customGetter)}.  It is likely that you're using create_partitioned_variables.  If so, consider instead using get_variable with a non-empty partitioner parameter instead.`,
      { scope },
    );
  }
  const options: GetterOptions = {
    ...given,
    shape,
    regularizer: scope.regularizer,
    constraint: scope.constraint,
    cachingDevice: scope.cachingDevice ?? undefined,
    useResource: scope.useResource,
    reuse: scope.reuse,
  };
  return inNameScope(graph, null, () => getPartitionedVariable(variableStore(graph), scope.name, options));
}
