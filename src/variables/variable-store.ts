/** The variables of a graph by full name, and the rules of creating and sharing them. Mirrors `_VariableStore`, python/ops/variable_scope.py. */
import { ArgumentError } from "../base/errors.ts";
import { notPromised } from "../base/promise.ts";
import { pythonText } from "../base/text.ts";
import { GraphKeys } from "../graph/collections.ts";
import { contextStorage, stateOf, withState } from "../graph/context.ts";
import type { Graph } from "../graph/graph.ts";
import { userCode } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";
import { asDType, type DType, float32 } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { asShape } from "../tensor/shape.ts";
import type { BaseVariable } from "./base-variable.ts";
import { inInitScope } from "./building.ts";
import { defaultInitializer } from "./default-initializer.ts";
import { isInitializerClass } from "./initializer.ts";
import { noteSharedVariable, noteStoredVariable } from "./journal.ts";
import { getPartitionedVariable } from "./partitioned-store.ts";
import type { PartitionedVariable } from "./partitioned-variable.ts";
import { RegularizationLoss } from "./regularizers.ts";
import { type ReuseArgument, resolveDistribution } from "./reuse.ts";
import type { PartitionInfo } from "./slice-info.ts";
import { alreadyExists, doesNotExist, invalidInitializer, otherDType, otherShape } from "./store-errors.ts";
import { createVariable } from "./variable-creators.ts";
import type {
  CustomGetter,
  GetterOptions,
  InitializerFunction,
  InitializerLike,
  NextGetter,
  Regularizer,
} from "./variable-functions.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** How the name of a partitioned variable's first slice ends. */
const FIRST_SLICE = "/part_0";

/** The variables of one graph. Threads of control share it. */
export class VariableStore {
  readonly graph: Graph;
  readonly variables = new Map<string, BaseVariable>();
  readonly partitioned = new Map<string, PartitionedVariable>();
  /** Whether some variable has the name of a first slice: no others need to be looked for. */
  #hasFirstSlices = false;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** `getVariable` with a full name and the scope's arguments, which are filled in here. */
  getVariable(name: string, options: Mutable<GetterOptions>, customGetter: CustomGetter | null): unknown {
    if (customGetter !== null && typeof customGetter !== "function") {
      throw new ArgumentError(`Passed a custom_getter which is not callable: ${pythonText(customGetter)}`, {
        customGetter,
      });
    }
    options.dtype = asDType(options.dtype ?? float32).baseDtype;
    const { trainable, synchronization, aggregation } = resolveDistribution(options, name);
    options.trainable = trainable;
    options.synchronization = synchronization;
    options.aggregation = aggregation;
    if (customGetter === null) return this.#trueGetter(name, options);
    const trueGetter: NextGetter = (fullName, rest) => this.#trueGetter(fullName, rest);
    const given = userCode(() => customGetter(trueGetter, name, options));
    return contextStorage().followsAsync ? given : notPromised("A custom getter", given);
  }

  /** The end of every chain of getters. What a getter left out has TensorFlow's default. */
  #trueGetter(name: string, options: GetterOptions): unknown {
    const { shape, partitioner = null, reuse } = options;
    const isScalar = Array.isArray(shape) && shape.length === 0;
    if (partitioner !== null && !isScalar) {
      if (typeof partitioner !== "function")
        throw new ArgumentError(`Partitioner must be callable, but received: ${pythonText(partitioner)}`, {
          partitioner,
        });
      return inNameScope(this.graph, null, () => getPartitionedVariable(this, name, options));
    }
    if (reuse === true && partitioner === null && this.partitioned.size > 0 && this.partitioned.has(name))
      return getPartitionedVariable(this, name, options);
    if (this.#hasFirstSlices && this.variables.has(name + FIRST_SLICE)) {
      throw new ArgumentError(
        `No partitioner was provided, but a partitioned version of the variable was found: ${name}/part_0. Perhaps a variable of the same name was already created with partitioning?\n  to share it  pass the same partitioner, or open the scope with { reuse: true }`,
        { name },
      );
    }
    return this.getSingleVariable(name, options, null);
  }

  /** One variable: shared when it exists and may be, created otherwise. */
  getSingleVariable(name: string, options: GetterOptions, partitionInfo: PartitionInfo | null): BaseVariable {
    const { initializer = null } = options;
    const isValue = initializer !== null && typeof initializer !== "function";
    const shape = options.shape === undefined || options.shape === null ? null : asShape(options.shape);
    if (shape !== null && isValue) {
      throw new ArgumentError(
        `If initializer is a constant, do not specify shape.\n  variable '${name}': leave out the shape ${shape}, or use constantInitializer(…)`,
        { name, shape },
      );
    }
    const dtype = asDType(options.dtype ?? float32);
    const existing = this.variables.get(name);
    if (existing !== undefined) return share(existing, name, shape, dtype, options.reuse);
    if (options.reuse === true) throw doesNotExist(this, name, shape, dtype);
    const variable = this.#create(name, shape, dtype, initializer, options, partitionInfo);
    this.variables.set(name, variable);
    if (name.endsWith(FIRST_SLICE)) this.#hasFirstSlices = true;
    if (options.regularizer) this.#regularize(name, variable, options.regularizer);
    return variable;
  }

  #create(
    name: string,
    shape: TensorShape | null,
    dtype: DType,
    given: InitializerLike | null,
    options: GetterOptions,
    partitionInfo: PartitionInfo | null,
  ): BaseVariable {
    if (given === null && shape === null) {
      throw new ArgumentError(
        `Variable ${name} did not get an initializer, so its \`shape\` argument must be specified.\n  getVariable("${name}", [2, 3]), or pass an initializer that knows its shape`,
        { name },
      );
    }
    const initializer = given ?? defaultInitializer(name, dtype);
    const plan = inInitScope(this.graph, () => initialValuePlan(initializer, shape, dtype, partitionInfo));
    const variable = createVariable({
      initialValue: plan.initialValue,
      dtype: plan.dtype,
      name,
      shape: shape ?? undefined,
      useResource: options.useResource ?? false,
      trainable: options.trainable ?? null,
      collections: options.collections ?? null,
      cachingDevice: options.cachingDevice,
      validateShape: options.validateShape ?? true,
      constraint: options.constraint ?? null,
      synchronization: options.synchronization ?? "AUTO",
      aggregation: options.aggregation ?? "NONE",
    });
    noteStoredVariable(variable, name, initializer);
    return variable;
  }

  #regularize(name: string, variable: BaseVariable, regularizer: Regularizer): void {
    // TensorFlow runs the function once to see whether there is a loss; the ops of that run stay in the graph.
    if (
      notPromised(
        "A regularizer",
        userCode(() => regularizer(variable)),
      ) === null
    )
      return;
    const make = () =>
      withState(
        this.graph,
        { devices: null, colocation: { op: variable.op, outer: stateOf(this.graph).colocation } },
        () => inNameScope(this.graph, `${name}/Regularizer/`, () => userCode(() => regularizer(variable))),
      );
    this.graph.addToCollection(GraphKeys.REGULARIZATION_LOSSES, new RegularizationLoss(make as () => never));
  }
}

function share(
  variable: BaseVariable,
  name: string,
  shape: TensorShape | null,
  dtype: DType,
  reuse: ReuseArgument,
): BaseVariable {
  if (reuse === false) throw alreadyExists(variable, name, shape, dtype);
  if (shape !== null && !shape.isCompatibleWith(variable.shape)) throw otherShape(variable, name, shape);
  if (!dtype.isCompatibleWith(variable.dtype)) throw otherDType(variable, name, dtype);
  noteSharedVariable(variable);
  return variable;
}

/** What a variable starts from: a value decides dtype and shape itself; a function is called with both, or without. */
function initialValuePlan(
  initializer: InitializerLike,
  shape: TensorShape | null,
  dtype: DType,
  partitionInfo: PartitionInfo | null,
): { initialValue: unknown; dtype: DType | null } {
  if (typeof initializer !== "function") return { initialValue: initializer, dtype: null };
  const fill = (isInitializerClass(initializer) ? new initializer() : initializer) as InitializerFunction;
  if (shape?.isFullyDefined()) {
    const dims = shape.asNumbers();
    return {
      initialValue: () => userOrOwn(fill, () => fill(dims, dtype, partitionInfo ?? undefined)),
      dtype: dtype.baseDtype,
    };
  }
  if (fill.length === 0 && !isOwn(fill))
    return { initialValue: () => userCode(() => (fill as () => unknown)()), dtype: null };
  throw invalidInitializer(initializer, shape);
}

/** The library's own initializers belong to the call that uses them; functions of the user have sites of their own. */
function userOrOwn(fill: InitializerFunction, body: () => unknown): unknown {
  return isOwn(fill) ? body() : userCode(body);
}

function isOwn(fill: InitializerFunction): boolean {
  return "getConfig" in fill;
}

/** The store of a graph. */
export function variableStore(graph: Graph): VariableStore {
  return graph.slot("variableStore", () => new VariableStore(graph));
}
