/**
 * One import: the nodes of a GraphDef become operations of a graph, or nothing of it changes.
 * Mirrors `GraphConstructor`, core/common_runtime/graph_constructor.cc. What is around it is `import-graph-def.ts`.
 */
import { ArgumentError, ShapeError } from "../base/errors.ts";
import type { GraphDefRecord, NodeDefRecord } from "../base/graph-def.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { FlowContext } from "../graph/flow-context.ts";
import type { Graph } from "../graph/graph.ts";
import { inferShapes } from "../graph/infer.ts";
import { attrValue, inputDTypes, outputDTypes } from "../graph/node-attrs.ts";
import { cTypeName } from "../graph/node-text.ts";
import type { AttrDef, AttrValue, OpDef } from "../graph/op-def.ts";
import { Operation } from "../graph/operation.ts";
import { creationSite } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DType, unknownDType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { attrValueOf, shapeOf } from "./attr-values.ts";
import { foreignParts, isBeyondKernels, type NodeParts, OutputUses } from "./foreign-op.ts";
import { addPrefixes, CONTROL_INDEX, GraphDefIndex, type Source, sourceOf, sourceText } from "./graph-def-index.ts";
import { checkAttrs, checkInputCount, checkIsAvailable } from "./node-check.ts";

/** What an import needs beside the nodes. */
export interface ImportParts {
  /** With a final slash; empty for none. */
  readonly prefix: string;
  /** What takes the place of outputs and nodes, by `node:k` and `^node`. */
  readonly inputMap: ReadonlyMap<string, Tensor | Operation>;
  /** The outputs that are asked for, as they are written. */
  readonly wanted: readonly string[];
  /** The definition of a known op. */
  readonly definition: (type: string) => OpDef | null;
  /** What the graph's writer tells of an op that is not known. */
  readonly given: (type: string) => OpDef | null;
  readonly flow: FlowContext | null;
}

/** An input that comes from a node that is made later. */
interface BackEdge {
  readonly op: Operation;
  readonly index: number;
  readonly source: Source;
}

const COLOCATION = "loc:@";

/** The import of one graph. */
export class GraphImport {
  readonly #graph: Graph;
  readonly #record: GraphDefRecord;
  readonly #parts: ImportParts;
  readonly #index: GraphDefIndex;
  readonly #existing = new Set<string>();
  /** Names that had to be changed, with the prefix. */
  readonly #renamed = new Map<string, string>();
  readonly #made = new Map<string, Operation>();
  readonly #backEdges: BackEdge[] = [];
  readonly #usedMappings = new Set<string>();
  #uses: OutputUses | null = null;

  /** @throws {ArgumentError} when the names of the nodes are not in order. */
  constructor(graph: Graph, record: GraphDefRecord, parts: ImportParts) {
    this.#graph = graph;
    this.#record = record;
    this.#parts = parts;
    this.#index = new GraphDefIndex(record);
    for (const { name } of graph.operations) {
      this.#existing.add(name);
      addPrefixes(name, this.#existing);
    }
    for (const { name } of this.#index.nodes) {
      const own = parts.prefix + name;
      if (this.#existing.has(own)) this.#renamed.set(own, this.#uniqueName(own));
    }
  }

  #uniqueName(name: string): string {
    let unique = name;
    for (let count = 1; this.#isTaken(unique, count > 1); count += 1) unique = `${name}_${count}`;
    return unique;
  }

  #isTaken(name: string, isNew: boolean): boolean {
    return this.#existing.has(name) || (isNew && (this.#index.places.has(name) || this.#index.prefixes.has(name)));
  }

  /** The name of a node in the graph. */
  #nameOf(name: string): string {
    const own = this.#parts.prefix + name;
    return this.#renamed.get(own) ?? own;
  }

  /** The operations, in the order in which they were made. */
  make(): readonly Operation[] {
    const { nodes } = this.#index;
    const order = this.#index.order(new Set(this.#parts.inputMap.keys()));
    for (const place of order.made) this.#add(nodes[place] as NodeDefRecord);
    order.checkComplete();
    this.#closeLoops();
    return [...this.#made.values()];
  }

  #add(node: NodeDefRecord): void {
    const sources = node.input.map(sourceOf);
    this.#checkColocation(node);
    this.#checkOutputs(node, sources);
    const named = { ...node, name: this.#nameOf(node.name) };
    const parts = this.#partsOf(node, named);
    const inputs: Tensor[] = [];
    const missing: (readonly [index: number, source: Source])[] = [];
    for (const [i, source] of sources.filter(({ index }) => index !== CONTROL_INDEX).entries()) {
      const tensor = this.#tensorOf(source);
      if (tensor === null) missing.push([i, source]);
      else inputs.push(tensor);
    }
    const op = new Operation({
      graph: this.#graph,
      def: parts.def,
      name: named.name,
      id: this.#graph.operations.length,
      inputs,
      controlInputs: this.#controlsOf(sources),
      attrs: parts.attrs,
      site: creationSite(),
      flow: this.#parts.flow,
    });
    op.device = node.device;
    if (parts.def.isForeign !== true && missing.length === 0) checkTypes(op, inputDTypes(parts.def, parts.attrs));
    op.makeOutputs(parts.outputs, this.#shapesOf(op, sources));
    takeGivenShapes(op, node);
    this.#graph.addImported(op);
    this.#made.set(node.name, op);
    for (const [index, source] of missing) this.#backEdges.push({ op, index, source });
  }

  /** The static shapes. TensorFlow writes an input that took the place of another with its index, also where that is 0. */
  #shapesOf(op: Operation, sources: readonly Source[]): readonly TensorShape[] {
    try {
      return inferShapes(op);
    } catch (error) {
      const isMapped = sources.map((source) => this.#parts.inputMap.has(sourceText(source)));
      if (!(error instanceof ShapeError) || !isMapped.includes(true)) throw error;
      const texts = op.inputs.map((input) => (input.index === 0 ? input.op.name : input.name));
      const written = texts.map((text, i) => (isMapped[i] === true ? (op.inputs[i] as Tensor).name : text));
      throw new ShapeError(error.message.replace(`(${texts.join(", ")})'`, `(${written.join(", ")})'`), error.fields);
    }
  }

  #checkColocation(node: NodeDefRecord): void {
    for (const group of colocationOf(node)) {
      const name = group.startsWith(COLOCATION) ? group.slice(COLOCATION.length) : null;
      if (name !== null && !this.#index.places.has(name))
        throw new ArgumentError(`Node '${node.name}' expects to be colocated with unknown node '${name}'`, {
          nodeName: node.name,
          colocatedWith: name,
        });
    }
  }

  /** @throws {ArgumentError} for outputs that do not exist, and where a node that is no `Merge` waits for a later one. */
  #checkOutputs(node: NodeDefRecord, sources: readonly Source[]): void {
    let comesBack = false;
    for (const source of sources) {
      const mapped = this.#parts.inputMap.has(sourceText(source));
      const from = mapped ? null : (this.#made.get(source.node) ?? null);
      comesBack ||= !mapped && from === null;
      if (from !== null && source.index >= from.outputCount)
        throw new ArgumentError(
          `Node '${node.name}': Connecting to invalid output ${source.index} of source node ${source.node} which has ${from.outputCount} outputs.`,
          { nodeName: node.name, source: from },
        );
    }
    if (comesBack && this.#parts.definition(node.op)?.flow !== "merge")
      throw new ArgumentError(`Node '${node.name}' had a back edge, but only Merge nodes can have back edges.`, {
        nodeName: node.name,
      });
  }

  #partsOf(node: NodeDefRecord, named: NodeDefRecord): NodeParts {
    const def = this.#parts.definition(node.op);
    const known = def === null ? null : this.#knownParts(named, def);
    if (known === null)
      return foreignParts(
        this.#withOwnColocation(named),
        this.#outputUses().outputsOf(node, this.#parts.given(node.op)),
      );
    if (known.attrs["_class"] !== undefined)
      known.attrs["_class"] = colocationOf(named).map((group) => this.#colocated(group));
    const isBeyond = Object.entries(known.def.attrs).some(([name, { kind }]) =>
      isBeyondKernels(known.attrs[name], kind),
    );
    return isBeyond ? foreignParts(this.#withOwnColocation(named), known.outputs) : known;
  }

  /** The parts of a node whose op is defined, with the defaults that it leaves out. */
  #knownParts(node: NodeDefRecord, def: OpDef): NodeParts {
    const attr = { ...node.attr };
    const attrs: Record<string, AttrValue> = {};
    checkAttrs(withDefaults(node, def), def);
    checkIsAvailable(def, this.#record.versions.producer);
    for (const name of new Set([...Object.keys(def.attrs), ...Object.keys(attr)])) {
      if (name === "_output_shapes") continue;
      const [given, declared] = [attr[name], def.attrs[name]];
      attrs[name] =
        given === undefined ? defaultOf(declared as AttrDef, name, def.type) : attrValueOf(given, declared?.kind);
    }
    checkInputCount(node, def, inputDTypes(def, attrs));
    checkConstant(node, attrs);
    return { def, attrs, outputs: outputDTypes(def, attrs) };
  }

  /** What is asked of the outputs of nodes whose ops are not known; gathered when there is one. */
  #outputUses(): OutputUses {
    const tolerant = (node: NodeDefRecord): NodeParts | null => {
      const def = this.#parts.definition(node.op);
      try {
        return def === null ? null : this.#knownParts(node, def);
      } catch (error) {
        // The node is refused when its turn comes.
        if (error instanceof ArgumentError) return null;
        throw error;
      }
    };
    this.#uses ??= new OutputUses(this.#index, tolerant, this.#parts.wanted);
    return this.#uses;
  }

  #withOwnColocation(node: NodeDefRecord): NodeDefRecord {
    const groups = colocationOf(node);
    if (groups.length === 0) return node;
    const s = groups.map((group) => encodeUtf8(this.#colocated(group)));
    return { ...node, attr: { ...node.attr, _class: { list: { s } } } };
  }

  #colocated(group: string): string {
    return group.startsWith(COLOCATION) ? COLOCATION + this.#nameOf(group.slice(COLOCATION.length)) : group;
  }

  /** What a data input comes from; `null` when it is made later. */
  #tensorOf(source: Source): Tensor | null {
    const key = sourceText(source);
    const mapped = this.#parts.inputMap.get(key);
    if (mapped !== undefined) {
      this.#usedMappings.add(key);
      return mapped as Tensor;
    }
    return this.#made.get(source.node)?.output(source.index) ?? null;
  }

  /** The control inputs, each once, by name. */
  #controlsOf(sources: readonly Source[]): readonly Operation[] {
    const controls = new Map<Operation, string>();
    for (const source of sources) {
      if (source.index !== CONTROL_INDEX) continue;
      const key = sourceText(source);
      const mapped = this.#parts.inputMap.get(key) as Operation | undefined;
      if (mapped !== undefined) this.#usedMappings.add(key);
      const op = mapped ?? this.#made.get(source.node);
      if (op !== undefined) controls.set(op, mapped?.name ?? source.node);
    }
    return [...controls].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([op]) => op);
  }

  /** Gives each `Merge` the inputs that come back to it. */
  #closeLoops(): void {
    for (const { op, index, source } of this.#backEdges) {
      const inputs = [...op.inputs];
      inputs.splice(index, 0, (this.#made.get(source.node) as Operation).output(source.index));
      op.replaceInputs(inputs);
    }
    for (const op of new Set(this.#backEdges.map((edge) => edge.op))) checkTypes(op, inputDTypes(op.def, op.attrs));
  }

  /**
   * The elements that were asked for.
   * @throws {ArgumentError} for those that do not exist.
   */
  elements(names: readonly string[]): readonly (Tensor | Operation)[] {
    const tensors = new Map(names.filter((name) => name.includes(":")).map((name) => [name, this.#wantedTensor(name)]));
    return names.map((name) => tensors.get(name) ?? this.#wantedOperation(name));
  }

  #wantedTensor(name: string): Tensor {
    const source = sourceOf(name);
    const key = sourceText(source);
    const mapped = this.#parts.inputMap.get(key);
    if (mapped !== undefined) return mapped as Tensor;
    const op = this.#made.get(source.node);
    if (op === undefined)
      throw new ArgumentError(`Requested return tensor '${key}' not found in graph def`, { elementName: name });
    if (source.index >= op.outputCount)
      throw new ArgumentError(
        `Invalid return output ${source.index} of node '${source.node}', which has ${op.outputCount} output(s)`,
        { elementName: name, op },
      );
    return op.output(source.index);
  }

  #wantedOperation(name: string): Operation {
    const op = this.#made.get(name);
    if (op === undefined)
      throw new ArgumentError(`Requested return node '${name}' not found in graph def`, { elementName: name });
    return op;
  }

  /** The keys of the input map that name nothing in the graph. */
  missingMappings(): readonly string[] {
    return [...this.#parts.inputMap.keys()].filter((key) => {
      if (this.#usedMappings.has(key)) return false;
      const { node, index } = sourceOf(key);
      return index >= (this.#made.get(node)?.outputCount ?? -1);
    });
  }
}

function colocationOf(node: NodeDefRecord): readonly string[] {
  const record = node.attr["_class"];
  return record !== undefined && "list" in record ? (record.list.s ?? []).map((bytes) => decodeUtf8(bytes)) : [];
}

/** @throws {ArgumentError} when a constant's value is not of its type. TensorFlow finds that in the step. */
function checkConstant({ name, op }: NodeDefRecord, { dtype, value }: Readonly<Record<string, AttrValue>>): void {
  if (op !== "Const" || !(value instanceof NDArray) || value.dtype === dtype) return;
  throw new ArgumentError(
    `Cannot parse tensor from proto: '${name}' is to be ${String(dtype)}, and its value is ${value.dtype.name}`,
    { nodeName: name, dtype, value },
  );
}

/** The default of an attr as operations keep it. */
function defaultOf(declared: AttrDef, name: string, type: string): AttrValue {
  return attrValue(declared, name, declared.default, type);
}

/** The node as it is checked: what it leaves out and has a default is no mistake. */
function withDefaults(node: NodeDefRecord, def: OpDef): NodeDefRecord {
  const attr = { ...node.attr };
  for (const [name, declared] of Object.entries(def.attrs))
    if (attr[name] === undefined && declared.default !== undefined) attr[name] = { placeholder: "" };
  return { ...node, attr };
}

/** @throws {ArgumentError} when an input has another type than the op takes. A type that nothing tells fits everywhere. */
function checkTypes(op: Operation, expected: readonly DType[]): void {
  for (const [i, input] of op.inputs.entries()) {
    const wanted = expected[i] as DType;
    const fits =
      input.dtype === wanted || input.dtype === unknownDType() || (!wanted.isRef && input.dtype.baseDtype === wanted);
    if (fits) continue;
    throw new ArgumentError(
      `Input ${i} of node ${op.name} was passed ${cTypeName(input.dtype)} from ${input.name} incompatible with expected ${cTypeName(wanted)}.`,
      { op, input },
    );
  }
}

/** @throws {ArgumentError} when the shapes that a node says its outputs have do not fit those inferred. */
function takeGivenShapes(op: Operation, { attr }: NodeDefRecord): void {
  const record = attr["_output_shapes"];
  if (record === undefined || !("list" in record)) return;
  const shapes = (record.list.shape ?? []).map(shapeOf);
  if (shapes.length < op.outputCount)
    throw new ArgumentError(
      `Node '${op.name}' has ${op.outputCount} outputs but the _output_shapes attribute specifies shapes for ${shapes.length} outputs`,
      { op },
    );
  for (const [i, output] of op.outputs.entries()) {
    const given = shapes[i] as TensorShape;
    const problem = shapeConflict(output.shape, given);
    if (problem !== null)
      throw new ArgumentError(
        `Node '${op.name}' has an _output_shapes attribute inconsistent with the GraphDef for output #${i}: ${problem}`,
        { op, inferred: output.shape, given },
      );
    output.setShape(given);
  }
}

/** How two shapes contradict each other, in the words of C++'s shape inference; `null` when they do not. */
function shapeConflict(a: TensorShape, b: TensorShape): string | null {
  if (a.dims === null || b.dims === null) return null;
  const both = `Shapes are ${a.toBrackets()} and ${b.toBrackets()}.`;
  if (a.dims.length !== b.dims.length)
    return `Shapes must be equal rank, but are ${a.dims.length} and ${b.dims.length}`;
  const place = a.dims.findIndex((d, i) => d !== null && b.dims?.[i] !== null && d !== b.dims?.[i]);
  return place < 0
    ? null
    : `Dimension ${place} in both shapes must be equal, but are ${a.dims[place]} and ${b.dims[place]}. ${both}`;
}
