/** Reference variables: `VariableV2`, whose value ops take by reference. Mirrors python/ops/ref_variable.py. */
import { ArgumentError, ShapeError } from "../base/errors.ts";
import { inGraph } from "../graph/ambient-scope.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor } from "../graph/constant.ts";
import { stateOf, withState } from "../graph/context.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { pushDevice } from "../graph/devices.ts";
import type { Graph } from "../graph/graph.ts";
import { commonGraph } from "../graph/look-up.ts";
import { withoutSlash } from "../graph/names.ts";
import { noInputs, type Operation } from "../graph/operation.ts";
import { inNameScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { arrayDefs } from "../ops/array.defs.ts";
import { cond } from "../ops/cond.ts";
import { stateDefs } from "../ops/state.defs.ts";
import type { DType } from "../tensor/dtype.ts";
import { asShape, type ShapeLike, sharedShape, type TensorShape, unknownShape } from "../tensor/shape.ts";
import { type AssignOptions, BaseVariable, type VariableParts } from "./base-variable.ts";
import { inInitScope } from "./building.ts";
import { guardInitialValue } from "./initial-value.ts";
import { type CreatorOptions, variableCollections, variableDistribution } from "./variable-options.ts";

/** A variable that is passed by reference. */
export class RefVariable extends BaseVariable {
  readonly isResource = false;
  readonly #variable: Tensor;
  readonly #snapshot: Tensor;

  private constructor(parts: VariableParts, variable: Tensor, snapshot: Tensor) {
    super(parts);
    this.#variable = variable;
    this.#snapshot = snapshot;
  }

  /** @internal Made by `createVariable`. */
  static create(options: CreatorOptions): RefVariable {
    if (options.initialValue === null || options.initialValue === undefined)
      throw new ArgumentError("initial_value must be specified.", { name: options.name });
    const collectionsGiven = variableCollections(options, false);
    if (options.constraint !== null && options.constraint !== undefined && typeof options.constraint !== "function") {
      throw new ArgumentError("The `constraint` argument must be a callable.", { constraint: options.constraint });
    }
    const distribution = variableDistribution(options);
    const collections = variableCollections({ ...options, collections: collectionsGiven }, distribution.trainable);
    const outer = getDefaultGraph();
    const graph = commonGraph([options.initialValue]) ?? outer;
    const build = (scope: string): RefVariable => {
      const name = withoutSlash(scope);
      const isFunction = typeof options.initialValue === "function";
      const made = isFunction ? fromFunction(graph, name, options) : fromValue(graph, name, options);
      const [initializer, snapshot] = finish(graph, scope, made, options);
      const { variable, initialValue } = made;
      return new RefVariable(
        { graph, op: variable.op, initializer, initialValue, distribution, constraint: options.constraint ?? null },
        variable,
        snapshot,
      );
    };
    const inScope = () => inNameScope(graph, options.name ?? "Variable", build);
    const variable = inInitScope(outer, () => inGraph(graph, inScope));
    // As in TensorFlow: in the current graph, also when the initial value took the variable into another one.
    outer.addToCollections(collections, variable);
    return variable;
  }

  get dtype(): DType {
    return this.#variable.dtype;
  }
  get shape(): TensorShape {
    return this.#variable.shape;
  }
  setShape(shape: ShapeLike): void {
    this.#variable.setShape(shape);
    this.#snapshot.setShape(shape);
  }
  /** The tensor of the `read` op that was made with the variable. */
  value(): Tensor {
    return this.#snapshot;
  }
  readValue(): Tensor {
    return applyOp1(arrayDefs.Identity, [this.#variable], {}, "read");
  }
  initializedValue(): Tensor {
    const read = () =>
      cond(
        isInitialized(this.#variable),
        () => this.readValue(),
        () => this.initialValue,
      ) as Tensor;
    return inInitScope(this.graph, read);
  }
  asGraphElement(): Tensor {
    return this.#variable;
  }
  asTensor(options: { readonly dtype?: DType; readonly asRef?: boolean } = {}): Tensor {
    if (options.dtype !== undefined && !options.dtype.isCompatibleWith(this.dtype)) {
      throw new ArgumentError(
        `Incompatible type conversion requested to type '${options.dtype.name}' for variable of type '${this.dtype.name}'\n  to convert  cast(variable, "${options.dtype.name}")`,
        { variable: this, dtype: options.dtype, tensor: this.#variable },
      );
    }
    return options.asRef ? this.#variable : this.#snapshot;
  }

  assign(value: unknown, options: AssignOptions = {}): Tensor | Operation {
    return this.#write(
      applyOp(stateDefs.Assign, [this.#variable, value], { use_locking: options.useLocking ?? false }, options.name),
      options,
    );
  }
  assignAdd(delta: unknown, options: AssignOptions = {}): Tensor | Operation {
    return this.#write(
      applyOp(stateDefs.AssignAdd, [this.#variable, delta], { use_locking: options.useLocking ?? false }, options.name),
      options,
    );
  }
  assignSub(delta: unknown, options: AssignOptions = {}): Tensor | Operation {
    return this.#write(
      applyOp(stateDefs.AssignSub, [this.#variable, delta], { use_locking: options.useLocking ?? false }, options.name),
      options,
    );
  }
  #write(op: Operation, options: AssignOptions): Tensor | Operation {
    return options.readValue === false ? op : op.output(0);
  }
  countUpTo(limit: number): Tensor {
    return applyOp1(stateDefs.CountUpTo, [this.#variable], { limit });
  }
}

/** The check of `isVariableInitialized` on a reference. */
function isInitialized(variable: Tensor): Tensor {
  return applyOp1(stateDefs.IsVariableInitialized, [variable]);
}

interface Made {
  readonly variable: Tensor;
  readonly initialValue: Tensor;
}

/** The initial value is built beside the variable that does not exist yet: its ops carry the colocation by name. */
function fromFunction(graph: Graph, name: string, options: CreatorOptions): Made {
  const attrScope = { _class: [`loc:@${name}`] };
  return withState(graph, { attrScope }, () => {
    const beside = { nameScope: graph.uniqueName("Initializer"), devices: pushDevice(stateOf(graph).devices, null) };
    const initialValue = withState(graph, beside, () => {
      const value: unknown = (options.initialValue as () => unknown)();
      return convertToTensor(value, { name: "initial_value", dtype: options.dtype ?? undefined, graph });
    });
    return { variable: variableOp(graph, name, initialValue, options), initialValue };
  });
}

function fromValue(graph: Graph, name: string, options: CreatorOptions): Made {
  const initialValue = convertToTensor(options.initialValue, {
    name: "initial_value",
    dtype: options.dtype ?? undefined,
    graph,
  });
  if (initialValue.op.flow !== null) {
    throw new ArgumentError(
      `Initializer for variable ${name}/ is from inside a control-flow construct, such as a loop or conditional. When creating a variable inside a loop or conditional, use a lambda as the initializer.\n  value made at  ${initialValue.op.site}\n  instead        new Variable(() => value, …)`,
      { initialValue },
    );
  }
  return { variable: variableOp(graph, name, initialValue, options), initialValue };
}

/**
 * The three ops of every reference variable are made without `applyOp`: nothing of them is left to infer. Their attrs are written out
 * with the colocation that they get in any case: objects take more room when attrs are added later.
 */
function variableOp(graph: Graph, name: string, initialValue: Tensor, options: CreatorOptions): Tensor {
  const shape =
    options.shape === undefined || options.shape === null
      ? (options.validateShape ?? true)
        ? initialValue.shape
        : unknownShape
      : sharedShape(asShape(options.shape));
  const dtype = initialValue.dtype.baseDtype;
  const _class = stateOf(graph).attrScope?.["_class"];
  return graph
    .createOperation({
      def: stateDefs.VariableV2,
      // An empty scope leaves the op its default name, as for any op.
      name: name === "" ? stateDefs.VariableV2.type : name,
      isUnique: name !== "",
      inputs: noInputs,
      attrs:
        _class === undefined
          ? { shape, dtype, container: "", shared_name: "" }
          : { shape, dtype, container: "", shared_name: "", _class },
      outputDTypes: [dtype.asRef],
    })
    .output(0);
}

function assignOp(graph: Graph, variable: Tensor, value: Tensor, validateShape: boolean): Operation {
  // An initial value of another graph is refused, as any op would do.
  commonGraph([variable, value]);
  const attrs = {
    T: variable.dtype.baseDtype,
    validate_shape: validateShape,
    use_locking: true,
    _class: variable.op.colocationGroups(),
  };
  const outputDTypes = [variable.dtype];
  return graph.createOperation({
    def: stateDefs.Assign,
    name: "Assign",
    inputs: [variable, value],
    attrs,
    outputDTypes,
  });
}

function readOp(graph: Graph, variable: Tensor, isBeside: boolean): Tensor {
  const T = variable.dtype.baseDtype;
  const attrs = isBeside ? { T, _class: variable.op.colocationGroups() } : { T };
  const spec = { def: arrayDefs.Identity, name: "read", inputs: [variable], attrs, outputDTypes: [T] };
  return graph.createOperation(spec).output(0);
}

/** The initializer and the read. */
function finish(graph: Graph, scope: string, made: Made, options: CreatorOptions): readonly [Operation, Tensor] {
  const validateShape = options.validateShape ?? true;
  if (validateShape && !made.initialValue.shape.isFullyDefined()) {
    throw new ShapeError(
      `initial_value must have a shape specified: ${made.initialValue}\n  or allow any shape: validateShape: false`,
      { initialValue: made.initialValue },
    );
  }
  const guarded = guardInitialValue(scope, made.initialValue);
  const { cachingDevice } = options;
  const beside = { devices: null, colocation: { op: made.variable.op, outer: stateOf(graph).colocation } };
  const assign = () => assignOp(graph, made.variable, guarded, validateShape);
  if (cachingDevice === null || cachingDevice === undefined) {
    return withState(graph, beside, () => [assign(), readOp(graph, made.variable, true)] as const);
  }
  const initializer = withState(graph, beside, assign);
  const cached = { devices: pushDevice(stateOf(graph).devices, cachingDevice) };
  return [initializer, withState(graph, cached, () => readOp(graph, made.variable, false))];
}
