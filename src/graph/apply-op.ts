/**
 * Makes one op from its definition: opens its name scope, converts the inputs, infers and checks the attrs.
 * Mirrors `_apply_op_helper`, python/framework/op_def_library.py, with its messages.
 */
import { ArgumentError, ArgumentTypeError, DTypeError, NamesakeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { asDType, type DType, type DTypeLike, type DTypeName, float32 } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { inGraph } from "./ambient-scope.ts";
import { convertToTensor, naturalDType } from "./constant.ts";
import { stateOf, withState } from "./context.ts";
import { getDefaultGraph } from "./default-graph.ts";
import type { Graph } from "./graph.ts";
import { commonGraph } from "./look-up.ts";
import { checkScopeName, withoutSlash } from "./names.ts";
import { attrValue, outputDTypes } from "./node-attrs.ts";
import type { AttrDef, AttrValue, OpDef, QuantizedName, TypeList } from "./op-def.ts";
import { operandDType } from "./operand-dtype.ts";
import { noInputs, type Operation } from "./operation.ts";
import { publicCall } from "./public-call.ts";
import { type Argument, signatureOf } from "./signature.ts";
import { checkIsRef, Tensor } from "./tensor.ts";

/** Attr values as builders give them; what is undefined takes its default or is inferred from the inputs. */
export type GivenAttrs = Readonly<Record<string, AttrValue | ShapeLike | readonly DTypeLike[] | undefined>>;

/**
 * Adds an op of this definition to the graph of its inputs, or else to the default graph.
 * `inputs` holds one entry per declared input: something that becomes a tensor, or a list of such.
 * `name` is made unique in the current name scope; with a final slash it is taken as it is.
 */
export function applyOp(
  def: OpDef,
  inputs: readonly unknown[],
  attrs: GivenAttrs = {},
  name?: string | null,
): Operation {
  return publicCall(() => {
    const graph = graphOf(inputs) ?? getDefaultGraph();
    const uniqueName = openOpScope(graph, name || def.type);
    const build = new NodeBuilder(def, graph, attrs);
    // Constants of the inputs, and what routes inputs into a conditional or loop, are named below the op.
    if (stateOf(graph).flow === null && inputs.every(isTensor)) {
      build.addInputs(inputs);
      return build.create(uniqueName);
    }
    const inScope = () =>
      withState(graph, { nameScope: uniqueName }, () => {
        build.addInputs(inputs);
        return build.create(uniqueName);
      });
    return inGraph(graph, inScope);
  });
}

function isTensor(value: unknown): boolean {
  return value instanceof Tensor;
}

/** The graph of the inputs; most ops have few, and no lists. */
function graphOf(inputs: readonly unknown[]): Graph | null {
  return inputs.length === 0 ? null : commonGraph(inputs.some(Array.isArray) ? inputs.flat() : inputs);
}

/** As `applyOp`, for ops with one output. */
export function applyOp1(def: OpDef, inputs: readonly unknown[], attrs: GivenAttrs = {}, name?: string | null): Tensor {
  return applyOp(def, inputs, attrs, name).output(0);
}

/** The unique name of an op; a name with a final slash is taken as it is. */
function openOpScope(graph: Graph, name: string): string {
  if (name.endsWith("/")) {
    graph.noteWholeScope(withoutSlash(name));
    return withoutSlash(name);
  }
  checkScopeName(name, stateOf(graph).nameScope);
  return graph.uniqueName(name);
}

class NodeBuilder {
  readonly #def: OpDef;
  readonly #graph: Graph;
  readonly #given: GivenAttrs;
  readonly #attrs: Record<string, AttrValue> = {};
  /** The argument that decided an attr, for messages. */
  #inferredFrom: Record<string, string> | null = null;
  #tensors: Tensor[] = noInputs;
  #refs: Tensor[] | null = null;

  constructor(def: OpDef, graph: Graph, given: GivenAttrs) {
    this.#def = def;
    this.#graph = graph;
    this.#given = given;
    for (const name in given) {
      // Types given by the builder (such as Cast's DstT) are known before the inputs are.
      if (given[name] !== undefined && def.attrs[name]?.kind === "type")
        this.#attrs[name] = asDType(given[name] as DTypeLike).baseDtype;
    }
  }

  addInputs(values: readonly unknown[]): void {
    const { inputs, hasLists } = signatureOf(this.#def);
    // Inputs stay as long as the graph: where their number is known, the list takes no more room than it needs.
    if (inputs.length > 0) this.#tensors = hasLists ? [] : new Array<Tensor>(inputs.length);
    for (let i = 0; i < inputs.length; i += 1) {
      const argument = inputs[i] as Argument;
      if (argument.numberAttr !== null || argument.listAttr !== null) this.#addList(argument, values[i]);
      else this.#add(argument, hasLists ? this.#tensors.length : i, this.#tensorOf(argument, values[i], values));
    }
    if (hasLists) this.#tensors = this.#tensors.slice();
  }

  #tensorOf(argument: Argument, value: unknown, values: readonly unknown[]): Tensor {
    const fits = value instanceof Tensor && (argument.dtype === null || value.dtype.baseDtype === argument.dtype);
    return fits ? value : this.#convert(argument, value, values);
  }

  #add(argument: Argument, place: number, tensor: Tensor): void {
    this.#settleType(argument, tensor.dtype.baseDtype);
    if (argument.isRef) {
      checkIsRef(tensor, this.#def.type, argument.name);
      this.#addRef(tensor);
    }
    this.#tensors[place] = tensor;
  }

  #addRef(tensor: Tensor): void {
    if (this.#refs === null) this.#refs = [tensor];
    else this.#refs.push(tensor);
  }

  /** The values of the inputs that share the type of this one. */
  #siblings(argument: Argument, values: readonly unknown[]): readonly unknown[] {
    return values.filter((_, i) => signatureOf(this.#def).inputs[i]?.typeAttr === argument.typeAttr);
  }

  #convert(argument: Argument, value: unknown, values: readonly unknown[]): Tensor {
    const known =
      argument.dtype ??
      (argument.typeAttr === null ? undefined : (this.#attrs[argument.typeAttr] as DType | undefined));
    const attrDef =
      argument.typeAttr === null
        ? undefined
        : (this.#def.attrs[argument.typeAttr] as Extract<AttrDef, { kind: "type" }>);
    const common = { name: argument.name, asRef: argument.isRef, graph: this.#graph };
    try {
      if (known) return convertToTensor(value, { ...common, dtype: known });
      return convertToTensor(value, {
        ...common,
        preferredDtype: this.#preferredDType(argument, attrDef, value, values),
      });
    } catch (error) {
      throw this.#conversionError(argument, value, known, error);
    }
  }

  /** What a literal becomes when no input has decided the type: its own type where that is allowed, else the attr's default. */
  #preferredDType(
    argument: Argument,
    attrDef: Extract<AttrDef, { kind: "type" }> | undefined,
    value: unknown,
    values: readonly unknown[],
  ): DTypeLike | undefined {
    const allowed = attrDef?.allowed?.flatMap((name) => (isQuantized(name) ? [] : [asDType(name)])) ?? null;
    if (attrDef?.default && allowed !== null && isEmptyList(value) && !allowed.includes(float32)) {
      this.#tryFloat32(argument, value);
    }
    const natural = operandDType(value, this.#siblings(argument, values)) ?? naturalDType(value, allowed);
    const fits = natural !== undefined && allowed?.includes(natural) === true;
    return fits ? natural : (attrDef?.default ?? natural);
  }

  /** TensorFlow tries an empty list as float32 before it takes the default; the constant of that attempt stays in the graph. */
  #tryFloat32(argument: Argument, value: unknown): void {
    convertToTensor(value, { dtype: float32, name: argument.name, graph: this.#graph });
  }

  /** TensorFlow's text: a tensor of another type is a mismatch of the op's inputs; a literal that does not convert is named. */
  #conversionError(argument: Argument, value: unknown, known: DType | undefined, error: unknown): unknown {
    if (!(error instanceof NamesakeError)) return error;
    if (error.tensorflowClass === "TypeError") {
      if (known === undefined) return error;
      return new ArgumentTypeError(
        `Expected ${known.name} passed to parameter '${argument.name}' of op '${this.#def.type}', got ${pythonText(value, true)} of type '${pythonTypeName(value)}' instead. Error: ${error.message}`,
        { value, dtype: known, parameter: argument.name },
      );
    }
    if (error.tensorflowClass !== "ValueError") return error;
    const observed = this.#observedDType(argument, value);
    if (observed instanceof NamesakeError)
      return new ArgumentError(
        `Tried to convert '${argument.name}' to a tensor and failed. Error: ${observed.message}`,
        { value, parameter: argument.name },
      );
    const prefix = `Input '${argument.name}' of '${this.#def.type}' Op has type ${observed} that does not match`;
    if (known === undefined) return error;
    if (argument.dtype !== null)
      return new DTypeError(`${prefix} expected type of ${known.name}.`, { input: value, expected: known });
    return this.#mismatch(argument, observed, known, value);
  }

  /** The dtype that a value has by itself, or why it cannot become a tensor. */
  #observedDType(argument: Argument, value: unknown): string | NamesakeError {
    try {
      return convertToTensor(value, { asRef: argument.isRef, graph: this.#graph }).dtype.name;
    } catch (error) {
      if (error instanceof NamesakeError && error.tensorflowClass === "ValueError") return error;
      throw error;
    }
  }

  #mismatch(argument: Argument, observed: string, expected: DType, value: unknown): DTypeError {
    const other = this.#inferredFrom?.[argument.typeAttr as string] ?? "Default in OpDef";
    return new DTypeError(
      `Input '${argument.name}' of '${this.#def.type}' Op has type ${observed} that does not match type ${expected.name} of argument '${other}'.\n  to convert  cast(x, "${expected.name}")`,
      { input: value, expected, observed },
    );
  }

  #settleType(argument: Argument, dtype: DType): void {
    const { typeAttr } = argument;
    if (typeAttr === null) return;
    const settled = this.#attrs[typeAttr] as DType | undefined;
    if (settled !== undefined && settled !== dtype) throw this.#mismatch(argument, dtype.name, settled, null);
    if (settled === undefined) {
      this.#checkAllowed(typeAttr, dtype, argument.name);
      this.#attrs[typeAttr] = dtype;
    }
    this.#noteInferred(typeAttr, argument);
  }

  #noteInferred(attrName: string, argument: Argument): void {
    if (this.#inferredFrom === null) this.#inferredFrom = { [attrName]: argument.name };
    else this.#inferredFrom[attrName] ??= argument.name;
  }

  #checkAllowed(attrName: string, dtype: DType, parameter: string): void {
    const allowed = (this.#def.attrs[attrName] as { readonly allowed?: TypeList }).allowed;
    if (allowed === undefined || allowed.includes(dtype.baseName)) return;
    throw new DTypeError(
      `Value passed to parameter '${parameter}' has DataType ${dtype.name} not in list of allowed values: ${allowed.join(", ")}`,
      { parameter, dtype, allowed },
    );
  }

  #addList(argument: Argument, value: unknown): void {
    if (!Array.isArray(value)) {
      throw new ArgumentTypeError(
        `Expected list for '${argument.name}' argument to '${this.#def.type}' Op, not ${String(value)}.`,
        { value, parameter: argument.name },
      );
    }
    const tensors =
      argument.numberAttr !== null
        ? this.#convertList(argument, value)
        : value.map((item, i) => this.#convertItem(argument, item, i));
    if (argument.listAttr !== null) {
      this.#attrs[argument.listAttr] = tensors.map((tensor) => tensor.dtype.baseDtype);
      this.#checkLength(argument.listAttr, tensors.length);
    } else if (argument.numberAttr !== null) {
      this.#settleCount(argument, argument.numberAttr, tensors.length);
      if (argument.typeAttr !== null && tensors[0]) this.#settleType(argument, tensors[0].dtype.baseDtype);
    }
    if (argument.isRef) {
      for (const tensor of tensors) checkIsRef(tensor, this.#def.type, argument.name);
      for (const tensor of tensors) this.#addRef(tensor);
    }
    this.#tensors.push(...tensors);
  }

  #convertItem(argument: Argument, item: unknown, index: number): Tensor {
    return convertToTensor(item, { name: `${argument.name}_${index}`, graph: this.#graph });
  }

  #convertList(argument: Argument, values: readonly unknown[]): Tensor[] {
    const settled =
      argument.dtype ??
      (argument.typeAttr === null ? undefined : (this.#attrs[argument.typeAttr] as DType | undefined));
    const first = values.find((item) => item instanceof Tensor) as Tensor | undefined;
    const wanted = settled ?? first?.dtype.baseDtype;
    const fallback =
      argument.typeAttr === null
        ? undefined
        : (this.#def.attrs[argument.typeAttr] as { readonly default?: DTypeName }).default;
    try {
      const tensors = values.map((item, i) =>
        convertToTensor(item, {
          dtype: wanted,
          preferredDtype: fallback,
          name: `${argument.name}_${i}`,
          asRef: argument.isRef,
          graph: this.#graph,
        }),
      );
      if (tensors.some((tensor) => tensor.dtype.baseDtype !== tensors[0]?.dtype.baseDtype))
        throw this.#listMismatch(argument, tensors, undefined);
      return tensors;
    } catch (error) {
      if (!(error instanceof NamesakeError) || error.message.startsWith("Tensors in list")) throw error;
      throw this.#listMismatch(argument, values, settled);
    }
  }

  #listMismatch(argument: Argument, values: readonly unknown[], settled: DType | undefined): DTypeError {
    const observed = values.map((value) => {
      try {
        return convertToTensor(value, { graph: this.#graph }).dtype.baseDtype.name;
      } catch {
        return "<NOT CONVERTIBLE TO TENSOR>";
      }
    });
    const prefix = `Tensors in list passed to '${argument.name}' of '${this.#def.type}' Op have types [${observed.join(", ")}]`;
    const ending = argument.dtype
      ? `that do not match expected type ${argument.dtype.name}.`
      : settled
        ? `that do not match type ${settled.name} inferred from earlier arguments.`
        : "that don't all match.";
    return new DTypeError(`${prefix} ${ending}`, { parameter: argument.name, observed });
  }

  #checkLength(attrName: string, length: number): void {
    const minimum = (this.#def.attrs[attrName] as { readonly minimum?: number }).minimum ?? 0;
    if (length >= minimum) return;
    throw new ArgumentError(
      `Attr '${attrName}' of '${this.#def.type}' Op passed list of length ${length} less than minimum ${minimum}.`,
      { attr: attrName, length },
    );
  }

  #settleCount(argument: Argument, attrName: string, count: number): void {
    const settled = this.#attrs[attrName] as number | undefined;
    if (settled !== undefined && settled !== count) {
      throw new ArgumentError(
        `List argument '${argument.name}' to '${this.#def.type}' Op with length ${count} must match length ${settled} of argument '${this.#inferredFrom?.[attrName]}'.`,
        { parameter: argument.name },
      );
    }
    const minimum = (this.#def.attrs[attrName] as { readonly minimum?: number }).minimum;
    if (minimum !== undefined && count < minimum) {
      throw new ArgumentError(
        `List argument '${argument.name}' to '${this.#def.type}' Op with length ${count} shorter than minimum length ${minimum}.`,
        { parameter: argument.name },
      );
    }
    this.#attrs[attrName] = count;
    this.#noteInferred(attrName, argument);
  }

  create(name: string): Operation {
    for (const [attrName, attrDef] of signatureOf(this.#def).attrs) this.#finishAttr(attrName, attrDef);
    const spec = {
      def: this.#def,
      name,
      isUnique: true,
      inputs: this.#tensors,
      attrs: this.#attrs,
      outputDTypes: outputDTypes(this.#def, this.#attrs),
    };
    if (this.#refs === null) return this.#graph.createOperation(spec);
    return colocatedWith(this.#graph, this.#refs, () => this.#graph.createOperation(spec));
  }

  #finishAttr(name: string, attrDef: AttrDef): void {
    if (name in this.#attrs) {
      if (attrDef.kind === "type" && this.#inferredFrom?.[name] === undefined)
        this.#checkAllowed(name, this.#attrs[name] as DType, name);
      return;
    }
    const value = this.#given[name] ?? attrDef.default;
    if (value === undefined)
      throw new ArgumentTypeError(`No argument found for attr ${name} for ${this.#def.type}`, {
        attr: name,
        opType: this.#def.type,
      });
    this.#attrs[name] = attrValue(attrDef, name, value, this.#def.type);
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isQuantized(name: TypeList[number]): name is QuantizedName {
  return /^qu?int/.test(name);
}

/** Ops are colocated with the references that they take; TensorFlow clears outer devices for them. */
function colocatedWith<T>(graph: Graph, refs: readonly Tensor[], body: () => T): T {
  let { colocation } = stateOf(graph);
  for (const ref of refs) colocation = { op: ref.op, outer: colocation };
  return withState(graph, { devices: null, colocation }, body);
}
