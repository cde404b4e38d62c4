/** What all layers have: a scope of their own, weights in it, losses and updates. Mirrors `tf.layers.Layer` of TensorFlow 1 (tf_keras, legacy_tf_layers/base.py). */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { Operation } from "../graph/operation.ts";
import { publicCall, userCode } from "../graph/public-call.ts";
import { makeNameScope } from "../graph/scopes.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { shape as shapeOp } from "../ops/shape.ts";
import { asDType, type DType, type DTypeLike, float32 } from "../tensor/dtype.ts";
import type { ShapeLike, TensorShape } from "../tensor/shape.ts";
import type { BaseVariable, Constraint } from "../variables/base-variable.ts";
import { getVariable } from "../variables/get-variable.ts";
import { glorotUniformInitializer, zerosInitializer } from "../variables/initializers.ts";
import { PartitionedVariable } from "../variables/partitioned-variable.ts";
import type { ReuseArgument } from "../variables/reuse.ts";
import { VariableScope } from "../variables/scope-value.ts";
import type { AnyVariable, InitializerLike, Partitioner, Regularizer } from "../variables/variable-functions.ts";
import { makeVariableScope } from "../variables/variable-scope.ts";
import type { VariableScopeHandle } from "../variables/variable-scope-handle.ts";
import { checkInput, type InputSpec } from "./input-spec.ts";
import { objectName, snakeCase } from "./object-name.ts";

/** A function of the output that gives a loss. */
export type ActivityRegularizer = (output: Tensor) => TensorLike;

/** Options of every layer. */
export interface LayerOptions {
  /** Whether its weights are trained; default true. */
  readonly trainable?: boolean | undefined;
  /** The name of the layer, or the scope whose name it takes; default the name of the class with a number. */
  readonly name?: string | VariableScope | null | undefined;
  /** The dtype of its weights; default that of its first input. */
  readonly dtype?: DTypeLike | null | undefined;
  /** Its loss is divided by the size of the batch and added to `REGULARIZATION_LOSSES`. */
  readonly activityRegularizer?: ActivityRegularizer | null | undefined;
  /** The scope of the weights, taken as it is. The functions such as `layers.dense` pass their name here. */
  readonly _scope?: string | VariableScope | null | undefined;
  /** Whether the layer shares weights that exist. The functions such as `layers.dense` pass their `reuse` here. */
  readonly _reuse?: ReuseArgument;
}

/** Options of `addWeight`. */
export interface WeightOptions {
  readonly dtype?: DTypeLike | null | undefined;
  /** Default that of the scope, or Glorot's uniform one. */
  readonly initializer?: InitializerLike | null | undefined;
  readonly regularizer?: Regularizer | null | undefined;
  /** Default true, where the layer is trainable. */
  readonly trainable?: boolean | null | undefined;
  readonly constraint?: Constraint | null | undefined;
  readonly partitioner?: Partitioner | null | undefined;
  readonly useResource?: boolean | null | undefined;
  readonly synchronization?: string | undefined;
  readonly aggregation?: string | undefined;
}

/** Options of a layer's call. */
export interface ApplyOptions {
  /** The scope of the weights, at the first call. */
  readonly scope?: string | VariableScope | null | undefined;
  /** Whether the layer works as in training: `Dropout` and `BatchNormalization` ask for it. */
  readonly training?: TensorLike | null | undefined;
}

/**
 * What layers are made of; a layer of one's own extends it with `build`, which makes weights, and `call`, which makes ops.
 *
 * A layer takes its scope at its first call, and keeps it: later calls share its weights wherever they are made, and name their ops there.
 * A layer object's name is made unique in the scope around it; the functions, such as `layers.dense`, take it as it is.
 *
 * @see TensorFlow 1 `tf.layers.Layer`
 * @example
 * class Scale extends layers.Layer {
 *   #factor: ReturnType<layers.Layer["addWeight"]> | null = null;
 *   override build() {
 *     this.#factor = this.addWeight("factor", [], { initializer: onesInitializer() });
 *     super.build();
 *   }
 *   override call(inputs: Tensor) {
 *     return multiply(inputs, this.#factor!);
 *   }
 * }
 * const scale = new Scale();
 * scale.apply(constant([1, 2])).name; // "scale/Mul:0"
 * scale.apply(constant([3, 4])).name; // "scale/Mul_1:0"
 * globalVariables().length; // 1
 */
export class Layer {
  /** The name of the layer, made of that of its class without one of its own. */
  readonly name: string;
  trainable: boolean;
  /** Whether its weights are made. */
  built = false;
  /** @internal The class's name in TensorFlow; minifiers change those of classes. */
  declare static readonly className: string | undefined;
  protected inputSpec: InputSpec | null = null;
  readonly #baseName: string;
  readonly #reuse: ReuseArgument;
  readonly #activityRegularizer: ActivityRegularizer | null;
  #dtype: DType | null;
  #scope: VariableScope | null = null;
  #current: VariableScope | null = null;
  #reusing: VariableScopeHandle | null = null;
  readonly #trainableWeights: AnyVariable[] = [];
  readonly #nonTrainableWeights: AnyVariable[] = [];
  readonly #losses: Tensor[] = [];
  readonly #updates: Operation[] = [];

  constructor(options: LayerOptions = {}) {
    const { trainable = true, name = null, dtype = null, activityRegularizer = null, _scope = null } = options;
    const className = Layer.classNameOf(this);
    const named = name instanceof VariableScope ? name.name : name;
    this.name = typeof name === "string" && name !== "" ? name : objectName(getDefaultGraph(), className);
    this.#baseName = named === null || named === "" ? snakeCase(className) : named;
    this.trainable = trainable;
    this.#dtype = dtype === null ? null : asDType(dtype);
    this.#activityRegularizer = activityRegularizer;
    this.#reuse = options._reuse;
    if (_scope) publicCall(() => this.#capture(makeVariableScope(_scope)));
  }

  /** @internal The name of the class as TensorFlow writes it. */
  protected static classNameOf(layer: Layer): string {
    const type = layer.constructor as typeof Layer;
    return (Object.hasOwn(type, "className") ? type.className : null) ?? type.name;
  }

  /** The dtype of its weights; `null` before the first input. */
  get dtype(): DType | null {
    return this.#dtype;
  }
  /**
   * The name of the scope of its weights.
   * @throws {ArgumentError} before the first call.
   */
  get scopeName(): string {
    if (this.#scope !== null) return this.#scope.name;
    throw new ArgumentError(
      `No name available for layer scope because the layer "${this.name}" has not been used yet. The scope name  is determined the first time the layer instance is called. You must therefore call the layer before querying \`scope_name\`.`,
      { layer: this.name },
    );
  }
  get trainableWeights(): readonly AnyVariable[] {
    return this.trainable ? this.#slices(this.#trainableWeights) : [];
  }
  get nonTrainableWeights(): readonly AnyVariable[] {
    const rest = this.trainable ? [] : this.#trainableWeights;
    return this.#slices([...rest, ...this.#nonTrainableWeights]);
  }
  /** All weights: those that are trained first. */
  get weights(): readonly AnyVariable[] {
    return [...this.trainableWeights, ...this.nonTrainableWeights];
  }
  /** The same as `weights`, under TensorFlow's other name. */
  get variables(): readonly AnyVariable[] {
    return this.weights;
  }
  get trainableVariables(): readonly AnyVariable[] {
    return this.trainableWeights;
  }
  get nonTrainableVariables(): readonly AnyVariable[] {
    return this.nonTrainableWeights;
  }
  /** Its losses, which are in `REGULARIZATION_LOSSES`, too. */
  get losses(): readonly Tensor[] {
    return this.#losses;
  }
  /** The ops that bring its moving averages up to date, which are in `UPDATE_OPS`, too; none for a layer that is not trained. */
  get updates(): readonly Operation[] {
    return this.trainable ? this.#updates : [];
  }

  /** Makes the weights, for inputs of a shape. A layer of one's own ends it with `super.build(…)`. */
  build(_inputShape: TensorShape): void {
    this.built = true;
  }

  /** Makes the ops of a call. To call a layer, use `apply`. */
  call(inputs: Tensor, _options: ApplyOptions): Tensor {
    return inputs;
  }

  /**
   * Calls the layer: makes its weights, the first time, and its ops.
   *
   * @throws {ArgumentError} for inputs of a shape that the layer does not take. @throws {VariableExistsError} when a scope of that name has such a weight already and the layer does not reuse.
   * @see TensorFlow 1 `tf.layers.Layer.apply`
   */
  apply(inputs: TensorLike, options: ApplyOptions = {}): Tensor {
    return publicCall(() => {
      this.#settle(options.scope ?? null);
      const outputs = this.#around().run((scope) => {
        this.#current = scope;
        return this.#callInside(inputs, options);
      });
      collect(GraphKeys.UPDATE_OPS, this.updates);
      return outputs;
    });
  }

  /**
   * A weight of the layer: a variable of its scope, or the one that is there already where the layer reuses.
   *
   * @see TensorFlow 1 `tf.layers.Layer.add_weight`
   */
  addWeight(name: string, shape: ShapeLike, options: WeightOptions = {}): AnyVariable {
    return publicCall(() => {
      this.#settle(null);
      const handle = makeVariableScope(this.#scope, {
        reuse: this.built ? true : this.#reuse,
        auxiliaryNameScope: false,
      });
      return handle.run((scope) => {
        this.#current = scope;
        return this.#inNameScope(() => this.#makeWeight(name, shape, options, scope));
      });
    });
  }

  /** Adds a loss to the layer's and to `REGULARIZATION_LOSSES`; a function is called for it. */
  addLoss(loss: TensorLike | null | (() => TensorLike | null)): void {
    const value = typeof loss === "function" ? userCode(loss as () => TensorLike | null) : loss;
    if (value === null) return;
    const tensor = value instanceof Tensor ? value : convertToTensor(value, { preferredDtype: float32 });
    this.#losses.push(tensor);
    collect(GraphKeys.REGULARIZATION_LOSSES, [tensor]);
  }

  /** Adds an op that brings something up to date; after the call it is in `UPDATE_OPS`. */
  protected addUpdate(update: unknown): void {
    this.#updates.push(update instanceof Operation ? update : (update as { readonly op: Operation }).op);
  }

  /** Runs `body` while new weights are in one piece, whatever the scope says. */
  protected unpartitioned<T>(body: () => T): T {
    const scope = this.#scope;
    const partitioner = scope?.partitioner ?? null;
    if (scope === null || partitioner === null) return body();
    scope.setPartitioner(null);
    try {
      return body();
    } finally {
      scope.setPartitioner(partitioner);
    }
  }

  toString(): string {
    return `<${Layer.classNameOf(this)} '${this.name}'>`;
  }

  /** Fixes the scope of the weights, once and for all. */
  #settle(given: string | VariableScope | null): void {
    if (this.#scope !== null) return;
    const handle = this.#reuse
      ? makeVariableScope(given ?? this.#baseName)
      : makeVariableScope(given, { defaultName: this.#baseName });
    this.#capture(handle);
  }
  #capture(handle: VariableScopeHandle): void {
    handle.run((scope) => {
      this.#scope = scope;
    });
  }

  /** The scope around a call. */
  #around(): VariableScopeHandle {
    if (!this.built) return makeVariableScope(this.#scope, { reuse: this.#reuse, auxiliaryNameScope: false });
    this.#reusing ??= makeVariableScope(this.#scope, { reuse: true, auxiliaryNameScope: false });
    return this.#reusing;
  }

  /** In the name scope that the layer's scope had when it was opened first. */
  #inNameScope<T>(body: () => T): T {
    return runInScope(makeNameScope((this.#current as VariableScope).originalNameScope), body);
  }

  #callInside(given: TensorLike, options: ApplyOptions): Tensor {
    const inputs = asInput(given);
    const { shape } = inputs;
    checkInput(this.inputSpec, shape, this.name);
    return this.#inNameScope(() => {
      if (!this.built) {
        this.#dtype ??= inputs.dtype.baseDtype;
        this.build(shape);
        this.built = true;
      }
      const outputs = this.call(inputs, options) as Tensor | null | undefined;
      if (outputs === null || outputs === undefined) {
        throw new ArgumentError(
          `A layer's \`call\` method should return a Tensor or a list of Tensors, not None (layer: ${this.name}).`,
          { layer: this.name },
        );
      }
      this.#regularizeActivity(outputs);
      return outputs;
    });
  }

  #regularizeActivity(output: Tensor): void {
    const regularizer = this.#activityRegularizer;
    if (regularizer === null) return;
    runInScope(makeNameScope("ActivityRegularizer"), () => {
      const loss = convertToTensor(userCode(() => regularizer(output)));
      const batch = cast(shapeOp(output).at("0"), loss.dtype);
      this.addLoss(loss.div(batch));
    });
  }

  #makeWeight(name: string, shape: ShapeLike, options: WeightOptions, scope: VariableScope): AnyVariable {
    const { regularizer = null } = options;
    const trainable = isTrainable(name, options) && this.trainable;
    const dtype = asDType(options.dtype ?? this.#dtype ?? float32);
    const graph = getDefaultGraph();
    const before = regularizer === null ? null : new Set(graph.getCollection(GraphKeys.GLOBAL_VARIABLES));
    const variable: AnyVariable = getVariable(name, shape, {
      dtype,
      initializer: options.initializer ?? scope.initializer ?? defaultInitializer(dtype),
      constraint: options.constraint,
      trainable,
      partitioner: options.partitioner,
      useResource: options.useResource || scope.useResource,
      synchronization: options.synchronization ?? "AUTO",
      aggregation: options.aggregation ?? "NONE",
    });
    // A custom getter may have made something that is not trained.
    const isTrained = trainable && wasCollected(graph, GraphKeys.TRAINABLE_VARIABLES, variable);
    (isTrained ? this.#trainableWeights : this.#nonTrainableWeights).push(variable);
    if (regularizer !== null && before !== null) this.#regularize(name, variable, regularizer, before);
    return variable;
  }

  /** A variable that was there already has its loss from the layer that made it. */
  #regularize(name: string, variable: AnyVariable, regularizer: Regularizer, before: ReadonlySet<unknown>): void {
    const parts = variable instanceof PartitionedVariable ? [...variable] : [variable];
    if (parts.some((part) => before.has(part))) return;
    for (const part of parts) {
      runInScope(makeNameScope(`${name}/Regularizer`), () =>
        this.addLoss(() => regularizer(part as BaseVariable) as TensorLike | null),
      );
    }
  }

  #slices(weights: readonly AnyVariable[]): AnyVariable[] {
    return weights.flatMap((weight) => (weight instanceof PartitionedVariable ? [...weight] : [weight]));
  }
}

/** Whether a weight is asked to be trained. @throws {ArgumentError} when it is to be aggregated where it is read, too. */
function isTrainable(name: string, { trainable = null, synchronization }: WeightOptions): boolean {
  if (synchronization !== "ON_READ") return trainable ?? true;
  if (trainable !== true) return false;
  throw new ArgumentError(
    "Synchronization value can be set to VariableSynchronization.ON_READ only for non-trainable variables. You have specified trainable=True and synchronization=VariableSynchronization.ON_READ.",
    { name },
  );
}

/** What is no tensor yet becomes one before the layer's name scope is open. */
function asInput(given: TensorLike): Tensor {
  if (given === undefined || given === null)
    throw new ArgumentTypeError("The first argument to `Layer.call` must always be passed.", { inputs: given });
  if (given instanceof Tensor) return given;
  // A variable, too, is read where it is used; its dtype and shape are those of its value.
  return isTensorConvertible(given) ? (given as unknown as Tensor) : convertToTensor(given);
}

function defaultInitializer(dtype: DType): InitializerLike | null {
  if (dtype.isFloating) return glorotUniformInitializer();
  return dtype.isInteger || dtype.name === "bool" ? zerosInitializer() : null;
}

function wasCollected(graph: Graph, key: string, variable: AnyVariable): boolean {
  const list = graph.getCollectionRef(key);
  const parts = variable instanceof PartitionedVariable ? [...variable] : [variable];
  return parts.every((part) => list.lastIndexOf(part) !== -1);
}

/** Adds what is not in the collection yet. */
function collect(key: string, elements: readonly unknown[]): void {
  if (elements.length === 0) return;
  const list = getDefaultGraph().getCollectionRef(key);
  for (const element of elements) if (list.lastIndexOf(element) === -1) list.push(element);
}
