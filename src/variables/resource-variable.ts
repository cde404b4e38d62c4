/** Resource variables: `VarHandleOp`, read by `ReadVariableOp` at a definite place in the step. Mirrors python/ops/resource_variable_ops.py. */
import { ArgumentError, ShapeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { inGraph } from "../graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { stateOf, withState } from "../graph/context.ts";
import { ControlGroup } from "../graph/control-dependencies.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { type DeviceLike, pushDevice } from "../graph/devices.ts";
import type { Graph } from "../graph/graph.ts";
import { commonGraph } from "../graph/look-up.ts";
import { withoutSlash } from "../graph/names.ts";
import type { Operation } from "../graph/operation.ts";
import { inNameScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { arrayDefs } from "../ops/array.defs.ts";
import { cond } from "../ops/cond.ts";
import { stateDefs } from "../ops/state.defs.ts";
import type { DType } from "../tensor/dtype.ts";
import { asShape, type ShapeLike, type TensorShape } from "../tensor/shape.ts";
import { type AssignOptions, BaseVariable, type VariableParts } from "./base-variable.ts";
import { inInitScope } from "./building.ts";
import { guardInitialValue } from "./initial-value.ts";
import { type CreatorOptions, variableCollections, variableDistribution } from "./variable-options.ts";

interface ResourceParts extends VariableParts {
  readonly handle: Tensor;
  readonly dtype: DType;
  readonly shape: TensorShape;
  /** What a session fetches and feeds for the variable. */
  readonly graphElement: Tensor;
  readonly cachedValue: Tensor | null;
  readonly cachingDevice: DeviceLike | undefined;
  readonly validateShape: boolean;
}

/** A variable behind a handle. */
export class ResourceVariable extends BaseVariable {
  readonly isResource = true;
  readonly handle: Tensor;
  readonly dtype: DType;
  #shape: TensorShape;
  readonly #graphElement: Tensor;
  readonly #cachedValue: Tensor | null;
  readonly #cachingDevice: DeviceLike | undefined;
  readonly #validateShape: boolean;

  protected constructor(parts: ResourceParts) {
    super(parts);
    this.handle = parts.handle;
    this.dtype = parts.dtype;
    this.#shape = parts.shape;
    this.#graphElement = parts.graphElement;
    this.#cachedValue = parts.cachedValue;
    this.#cachingDevice = parts.cachingDevice;
    this.#validateShape = parts.validateShape;
  }

  /** @internal Made by `createVariable`. */
  static create(options: CreatorOptions): ResourceVariable {
    const distribution = variableDistribution(options);
    if (options.initialValue === null || options.initialValue === undefined) {
      throw new ArgumentError(
        "The `initial_value` arg to `tf.Variable` must be specified except when you are not providing a `variable_def`. You provided neither.",
        { name: options.name },
      );
    }
    const collections = variableCollections(options, distribution.trainable);
    if (options.constraint !== null && options.constraint !== undefined && typeof options.constraint !== "function") {
      throw new ArgumentError(
        `Argument \`constraint\` must be None or a callable. a callable. Got a ${pythonTypeName(options.constraint)}:  ${pythonText(options.constraint)}`,
        { constraint: options.constraint },
      );
    }
    const outer = getDefaultGraph();
    const graph = commonGraph([options.initialValue]) ?? outer;
    const build = (scope: string): ResourceVariable => {
      const made = makeHandle(graph, scope, options);
      const ops = finish(graph, scope, made, options.cachingDevice);
      return new ResourceVariable({
        graph,
        op: made.handle.op,
        handle: made.handle,
        initialValue: made.initialValue,
        dtype: made.initialValue.dtype.baseDtype,
        shape: made.shape,
        distribution,
        constraint: options.constraint ?? null,
        cachingDevice: options.cachingDevice,
        validateShape: options.validateShape ?? true,
        ...ops,
      });
    };
    const inScope = () => inNameScope(graph, options.name ?? "Variable", build);
    const variable = inInitScope(outer, () => inGraph(graph, inScope));
    graph.addToCollections(collections, variable);
    return variable;
  }

  /** The handle's name: what it is shared under, and `:0`. */
  override get name(): string {
    return this.handle.name;
  }
  get shape(): TensorShape {
    return this.#shape;
  }
  setShape(shape: ShapeLike): void {
    this.#shape = this.#shape.mergeWith(shape);
  }
  value(): Tensor {
    if (this.#cachedValue !== null) return this.#cachedValue;
    // As in TensorFlow, it is the default graph that forgets its devices here, and not the variable's own graph.
    return withState(getDefaultGraph(), { devices: null, colocation: null }, () => this.read());
  }
  /** @internal A `ReadVariableOp` at this place. */
  protected read(): Tensor {
    const read = () => applyOp1(stateDefs.ReadVariableOp, [this.handle], { dtype: this.dtype });
    if (this.#cachingDevice === null || this.#cachingDevice === undefined) return read();
    return withState(getDefaultGraph(), { colocation: null, devices: pushDevice(null, this.#cachingDevice) }, read);
  }
  readValue(): Tensor {
    const value = inNameScope(getDefaultGraph(), "Read", () => this.read());
    return applyOp1(arrayDefs.Identity, [value]);
  }
  /** The rows that indices tell, read without the rest. */
  sparseRead(indices: TensorLike, options: { readonly name?: string | null | undefined } = {}): Tensor {
    return inNameScope(getDefaultGraph(), options.name ?? "Gather", (scope) =>
      applyOp1(stateDefs.ResourceGather, [this.handle, indices], { dtype: this.dtype }, scope),
    );
  }
  initializedValue(): Tensor {
    return inInitScope(
      this.graph,
      () =>
        cond(
          isInitialized(this.handle),
          () => this.readValue(),
          () => this.initialValue,
        ) as Tensor,
    );
  }
  asGraphElement(): Tensor {
    return this.#graphElement;
  }
  asTensor(options: { readonly dtype?: DType; readonly asRef?: boolean } = {}): Tensor {
    if (options.dtype !== undefined && !options.dtype.isCompatibleWith(this.dtype)) {
      throw new ArgumentError(
        `Incompatible type conversion requested to type ${options.dtype.name} for \`tf.Variable of type ${this.dtype.name}. (Variable: ${this})\n  to convert  cast(variable, "${options.dtype.name}")`,
        { variable: this, dtype: options.dtype, tensor: this.#graphElement },
      );
    }
    return options.asRef ? (this.readValue().op.inputs[0] as Tensor) : this.value();
  }

  assign(value: unknown, options: AssignOptions = {}): BaseVariable | Operation {
    const tensor = convertToTensor(value, { dtype: this.dtype });
    if (!this.#shape.isCompatibleWith(tensor.shape)) {
      throw new ShapeError(
        `Cannot assign value to variable ' ${this.name}': Shape mismatch.The variable shape ${this.#shape}, and the assigned value shape ${tensor.shape} are incompatible.\n  variable made at ${this.site}`,
        { variable: this, shape: this.#shape, valueShape: tensor.shape },
      );
    }
    const validate_shape = this.#validateShape && this.#shape.isFullyDefined();
    return this.#afterWrite(
      applyOp(stateDefs.AssignVariableOp, [this.handle, tensor], { validate_shape }, options.name),
      options,
    );
  }
  assignAdd(delta: unknown, options: AssignOptions = {}): BaseVariable | Operation {
    return this.#change(stateDefs.AssignAddVariableOp, delta, options);
  }
  assignSub(delta: unknown, options: AssignOptions = {}): BaseVariable | Operation {
    return this.#change(stateDefs.AssignSubVariableOp, delta, options);
  }
  #change(def: typeof stateDefs.AssignAddVariableOp, delta: unknown, options: AssignOptions): BaseVariable | Operation {
    const write = () => applyOp(def, [this.handle, convertToTensor(delta, { dtype: this.dtype })], {}, options.name);
    // An update waits for the cached value, so that the cache holds what was there before.
    const cached = this.#cachedValue;
    const controls = cached === null ? null : [...stateOf(this.graph).controls, new ControlGroup([cached.op])];
    return this.#afterWrite(controls === null ? write() : withState(this.graph, { controls }, write), options);
  }
  #afterWrite(op: Operation, options: AssignOptions): BaseVariable | Operation {
    return options.readValue === false ? op : this.readAfter(op);
  }
  /** Something that reads the variable after a write. */
  readAfter(write: Operation): BaseVariable {
    return AssignedVariable.after(this, write);
  }
  countUpTo(limit: number): Tensor {
    return applyOp1(stateDefs.ResourceCountUpTo, [this.handle], { limit, T: this.dtype });
  }
}

/** The result of a write: a variable whose every read comes after that write. TensorFlow's `_UnreadVariable`. */
export class AssignedVariable extends ResourceVariable {
  /** The write. */
  readonly parentOp: Operation;

  private constructor(parts: ResourceParts, parentOp: Operation) {
    super(parts);
    this.parentOp = parentOp;
  }

  static after(variable: ResourceVariable, parentOp: Operation): AssignedVariable {
    const { graph, handle, dtype } = variable;
    const controls = [...stateOf(graph).controls, new ControlGroup([parentOp])];
    const graphElement = withState(graph, { controls }, () => applyOp1(stateDefs.ReadVariableOp, [handle], { dtype }));
    const distribution = { trainable: true, synchronization: "AUTO", aggregation: "NONE" } as const;
    return new AssignedVariable(
      {
        graph,
        op: parentOp,
        handle,
        dtype,
        shape: variable.shape,
        graphElement,
        initializer: null,
        initialValue: null,
        distribution,
        constraint: null,
        cachedValue: null,
        cachingDevice: undefined,
        validateShape: true,
      },
      parentOp,
    );
  }

  override get name(): string {
    return this.parentOp.name;
  }
  override value(): Tensor {
    return this.read();
  }
  override readValue(): Tensor {
    return this.read();
  }
  protected override read(): Tensor {
    return this.#afterParent(() => super.read());
  }
  override assign(value: unknown, options: AssignOptions = {}): BaseVariable | Operation {
    return this.#afterParent(() => super.assign(value, options));
  }
  override assignAdd(delta: unknown, options: AssignOptions = {}): BaseVariable | Operation {
    return this.#afterParent(() => super.assignAdd(delta, options));
  }
  override assignSub(delta: unknown, options: AssignOptions = {}): BaseVariable | Operation {
    return this.#afterParent(() => super.assignSub(delta, options));
  }
  #afterParent<T>(body: () => T): T {
    return withState(
      this.graph,
      { controls: [...stateOf(this.graph).controls, new ControlGroup([this.parentOp])] },
      body,
    );
  }
}

function isInitialized(handle: Tensor): Tensor {
  return applyOp1(stateDefs.VarIsInitializedOp, [handle]);
}

interface Made {
  readonly handle: Tensor;
  readonly initialValue: Tensor;
  readonly shape: TensorShape;
}

function makeHandle(graph: Graph, scope: string, options: CreatorOptions): Made {
  const name = withoutSlash(scope);
  const made = withState(graph, { attrScope: { _class: [`loc:@${name}`] } }, () => {
    const initialValue = inNameScope(graph, "Initializer", () =>
      withState(graph, { devices: pushDevice(stateOf(graph).devices, null) }, () => {
        const given: unknown =
          typeof options.initialValue === "function" ? (options.initialValue as () => unknown)() : options.initialValue;
        return convertToTensor(given, { name: "initial_value", dtype: options.dtype ?? undefined, graph });
      }),
    );
    const shape = explicitShape(options, initialValue);
    const handle = applyOp1(
      stateDefs.VarHandleOp,
      [],
      { shape, dtype: initialValue.dtype.baseDtype, shared_name: name, debug_name: scope },
      scope,
    );
    // As in TensorFlow: the handle is named as it is shared, also where its op has a default name.
    if (name === "") handle.rename(":0");
    return { handle, initialValue, shape };
  });
  if (made.initialValue.op.flow !== null) {
    throw new ArgumentError(
      `The \`initial_value\` passed to \`tf.Variable\` ${scope} is from inside a control-flow  construct, such as a loop or conditional. When creating a \`tf.Variable\` inside a loop or conditional, use a lambda as the \`initial_value\`. Got: initial_value=(${made.initialValue})\n  value made at ${made.initialValue.op.site}`,
      { initialValue: made.initialValue },
    );
  }
  return made;
}

function explicitShape(options: CreatorOptions, initialValue: Tensor): TensorShape {
  if (options.shape === undefined || options.shape === null) return initialValue.shape;
  const shape = asShape(options.shape);
  if (initialValue.shape.isCompatibleWith(shape)) return shape;
  throw new ShapeError(
    `In this \`tf.Variable\` creation, the initial value's shape (${initialValue.shape}) is not compatible with the explicitly supplied \`shape\` argument (${pythonText(options.shape)}).`,
    { initialValue, shape },
  );
}

/** The check, the initializer and the read of a new handle. */
function finish(
  graph: Graph,
  scope: string,
  made: Made,
  cachingDevice: DeviceLike | undefined,
): { initializer: Operation; graphElement: Tensor; cachedValue: Tensor | null } {
  const { handle } = made;
  inNameScope(graph, "IsInitialized", () => isInitialized(handle));
  const onHandle = () => pushDevice(stateOf(graph).devices, handle.device);
  const initializer = inNameScope(graph, "Assign", (name) =>
    withState(graph, { colocation: null, devices: pushDevice(null, handle.device) }, () =>
      applyOp(stateDefs.AssignVariableOp, [handle, guardInitialValue(scope, made.initialValue)], {}, name),
    ),
  );
  return inNameScope(graph, "Read", () => {
    const graphElement = withState(graph, { devices: onHandle() }, () =>
      applyOp1(stateDefs.ReadVariableOp, [handle], { dtype: made.initialValue.dtype.baseDtype }),
    );
    if (cachingDevice === null || cachingDevice === undefined) return { initializer, graphElement, cachedValue: null };
    const cachedValue = withState(graph, { colocation: null, devices: pushDevice(null, cachingDevice) }, () =>
      applyOp1(arrayDefs.Identity, [graphElement]),
    );
    return { initializer, graphElement, cachedValue };
  });
}
