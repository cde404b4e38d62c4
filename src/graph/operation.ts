/** Operation: a node of a graph. It is made by `Graph.createOperation` and never changes its type, name or outputs. Mirrors python/framework/ops.py. */
import { ArgumentError } from "../base/errors.ts";
import type { DType } from "../tensor/dtype.ts";
import { sharedShape, type TensorShape } from "../tensor/shape.ts";
import type { CreationSite } from "./creation-site.ts";
import { addControlEdges, exchangeEdge, removeControlEdges } from "./edge-order.ts";
import type { FlowContext } from "./flow-context.ts";
import type { Graph } from "./graph.ts";
import type { AttrValue, OpDef } from "./op-def.ts";
import { type EvalOptions, evalIn, requireSession } from "./session-like.ts";
import { Tensor } from "./tensor.ts";

/** What an operation is made of. */
export interface OperationParts {
  readonly graph: Graph;
  readonly def: OpDef;
  readonly name: string;
  /** The place in the graph's list of operations. */
  readonly id: number;
  readonly inputs: Tensor[];
  readonly controlInputs: readonly Operation[];
  readonly attrs: Record<string, AttrValue>;
  readonly site: CreationSite;
  readonly flow: FlowContext | null;
}

/** Shared by all operations without inputs. Never changed. */
export const noInputs: Tensor[] = [];

const noOutputs: readonly Tensor[] = [];

/** A node of a graph. */
export class Operation {
  readonly graph: Graph;
  readonly def: OpDef;
  readonly name: string;
  /** The place in the graph's list of operations, from 0: creation order. */
  readonly id: number;
  /** Where the user's program made it. */
  readonly site: CreationSite;
  #inputs: Tensor[];
  #controlInputs: readonly Operation[];
  /** The first output. */
  #first: Tensor | null = null;
  /** `null`: the list with the first output, not made before somebody asks for it. */
  #outputs: readonly Tensor[] | null = noOutputs;
  readonly #attrs: Record<string, AttrValue>;
  /** The device string; empty when none was asked for. */
  device = "";
  /** The conditional or loop it belongs to. */
  flow: FlowContext | null;

  /** @internal */
  constructor(parts: OperationParts) {
    this.graph = parts.graph;
    this.def = parts.def;
    this.name = parts.name;
    this.id = parts.id;
    this.site = parts.site;
    this.flow = parts.flow;
    this.#inputs = parts.inputs;
    this.#controlInputs = parts.controlInputs;
    this.#attrs = parts.attrs;
  }

  /** TensorFlow's type of the op, such as `MatMul`. */
  get type(): string {
    return this.def.type;
  }
  get inputs(): readonly Tensor[] {
    return this.#inputs;
  }
  get controlInputs(): readonly Operation[] {
    return this.#controlInputs;
  }
  get outputs(): readonly Tensor[] {
    this.#outputs ??= [this.#first as Tensor];
    return this.#outputs;
  }
  /** How many outputs there are; asking for it makes no list. */
  get outputCount(): number {
    return this.#outputs === null ? 1 : this.#outputs.length;
  }
  /** The attrs by GraphDef spelling. */
  get attrs(): Readonly<Record<string, AttrValue>> {
    return this.#attrs;
  }

  /** The only output, or the one at `index`. */
  output(index = 0): Tensor {
    const tensor = index === 0 && this.#first !== null ? this.#first : this.outputs[index];
    if (tensor === undefined)
      throw new ArgumentError(`Operation '${this.name}' has ${this.outputs.length} outputs, not one at ${index}.`, {
        op: this,
        index,
      });
    return tensor;
  }

  /** @throws {ArgumentError} when the op has no attr of that name. */
  getAttr(name: string): AttrValue {
    const value = this.#attrs[name];
    if (value === undefined)
      throw new ArgumentError(`Operation '${this.name}' has no attr named '${name}'.`, { op: this, attr: name });
    return value;
  }

  /** The groups this op is colocated with: its `_class`, or its own. */
  colocationGroups(): readonly string[] {
    const groups = this.#attrs["_class"] as readonly string[] | undefined;
    if (groups === undefined) return [`loc:@${this.name}`];
    if (groups.every(isLocation)) return groups;
    const located = groups.filter(isLocation);
    return located.length > 0 ? located : [`loc:@${this.name}`];
  }

  /** Runs this operation in a session. Throws as `tensor.eval`. */
  async run(options: EvalOptions = {}): Promise<void> {
    await evalIn(requireSession(this.graph, options.session, "operation"), this, options);
  }

  /** As `run`, at once: on engines that can run synchronously. */
  runSync(options: EvalOptions = {}): void {
    requireSession(this.graph, options.session, "operation").runSync(this, options.feeds, options.run);
  }

  /** @internal */
  makeOutputs(dtypes: readonly DType[], shapes: readonly TensorShape[]): void {
    // One output is the rule.
    if (dtypes.length === 1) {
      this.#first = new Tensor(this, 0, dtypes[0] as DType, sharedShape(shapes[0] as TensorShape));
      this.#outputs = null;
    } else if (dtypes.length > 1) {
      this.#outputs = dtypes.map((dtype, i) => new Tensor(this, i, dtype, shapes[i] as TensorShape));
      this.#first = this.#outputs[0] as Tensor;
    }
  }
  /** @internal */
  setAttr(name: string, value: AttrValue): void {
    this.#attrs[name] = value;
  }
  /** @internal Used by control flow, which routes inputs after the op was made. */
  updateInput(index: number, tensor: Tensor): void {
    const controlInputs = exchangeEdge(this, index);
    if (this.#controlInputs.length > 0) this.#controlInputs = controlInputs;
    this.#inputs[index] = tensor;
    this.graph.noteEdit();
  }
  /** @internal Used by loops, whose `Merge` gets its second input at the end. */
  appendInput(tensor: Tensor): void {
    this.#inputs = [...this.#inputs, tensor];
    this.graph.noteEdit();
  }
  /** @internal Used by imports, where a `Merge` gets the inputs that come back to it after all nodes were made. */
  replaceInputs(inputs: Tensor[]): void {
    this.#inputs = inputs;
    this.graph.noteEdit();
  }
  /** @internal */
  addControlInputs(ops: readonly Operation[]): void {
    // The list may be shared by many operations: it is replaced, never changed.
    const added = ops.filter((op, i) => !this.#controlInputs.includes(op) && ops.indexOf(op) === i);
    if (added.length > 0) this.#controlInputs = [...this.#controlInputs, ...added];
    addControlEdges(this, added);
    this.graph.noteEdit();
  }
  /** @internal */
  replaceControlInputs(ops: readonly Operation[]): void {
    removeControlEdges(this);
    this.#controlInputs = [];
    this.addControlInputs(ops);
  }

  /** As Python's `repr`: `<tf.Operation 'init' type=NoOp>`. */
  toString(): string {
    return `<tf.Operation '${this.name}' type=${this.type}>`;
  }

  toJSON(): string {
    return this.name;
  }
}

function isLocation(group: string): boolean {
  return group.startsWith("loc:@");
}
