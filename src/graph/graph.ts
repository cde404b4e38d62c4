/** Graph: the list of operations, their names, collections and seeds. Scopes are ambient and live in `context.ts`. Mirrors python/framework/ops.py. */
import { ArgumentTypeError, GraphError, GraphFinalizedError, MissingAttributeError } from "../base/errors.ts";
import type { GraphDefRecord } from "../base/graph-def.ts";
import { isPlainObject } from "../base/text.ts";
import type { DType } from "../tensor/dtype.ts";
import { graphScope, type OpenScope, openScope, runInScope, stateScope } from "./ambient-scope.ts";
import { type AsGraphDefOptions, graphDefOf } from "./as-graph-def.ts";
import { Collections } from "./collections.ts";
import { stateOf } from "./context.ts";
import { controlInputsFor } from "./control-dependencies.ts";
import { resolveDevice } from "./devices.ts";
import { checkFlowInputs } from "./flow-inputs.ts";
import type { ColocationFrame, GraphState } from "./graph-state.ts";
import { inferShapes } from "./infer.ts";
import { lookUp } from "./look-up.ts";
import { checkNameInScope, checkNodeName, isNodeName, withoutSlash } from "./names.ts";
import type { AttrValue, OpDef } from "./op-def.ts";
import { Operation } from "./operation.ts";
import { creationSite } from "./public-call.ts";
import type { Tensor } from "./tensor.ts";
import { UniqueNames } from "./unique-names.ts";

/** What `Graph.createOperation` needs. */
export interface NodeSpec {
  readonly def: OpDef;
  /** With a final slash: taken without it. Otherwise made unique in the current name scope. */
  readonly name: string;
  /** The name is legal and unique: taken as it is. */
  readonly isUnique?: boolean;
  /** Owned by the operation from now on. */
  readonly inputs: Tensor[];
  readonly attrs: Record<string, AttrValue>;
  readonly outputDTypes: readonly DType[];
  /** False: device functions do not see the op. */
  readonly computeDevice?: boolean;
}

/** The attr that names a gradient rule other than that of the op's type. */
export const GRADIENT_RULE_ATTR = "_gradient_op_type";

/** A graph of operations. Building it runs nothing. */
export class Graph {
  readonly collections: Collections = new Collections();
  readonly #operations: Operation[] = [];
  readonly #names = new UniqueNames<Operation>();
  /** Whether a name scope was entered in which no op can be made. */
  #hasIllegalScope = false;
  readonly #unfetchable = new Set<Operation>();
  readonly #unfeedable = new Set<Tensor>();
  readonly #slots = new Map<string, unknown>();
  #finalized = false;
  #seed: number | null = null;
  #unseededCount = 0;
  #version = 0;
  #edits = 0;

  /** Whether `finalize` was called. */
  get finalized(): boolean {
    return this.#finalized;
  }
  /** Grows with each operation. */
  get version(): number {
    return this.#version;
  }
  /** Grows when an operation that exists gets other inputs or control inputs. While it stays, what was planned for some operations still holds. */
  get edits(): number {
    return this.#edits;
  }
  /** @internal */
  noteEdit(): void {
    this.#edits += 1;
  }
  /** The graph-level random seed, or `null`. */
  get seed(): number | null {
    return this.#seed;
  }
  /** All operations in creation order. Live: do not change it. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }
  /** All operations in creation order, as a copy. */
  getOperations(): Operation[] {
    return [...this.#operations];
  }

  /** Freezes the graph: later changes throw. */
  finalize(): void {
    this.#finalized = true;
  }

  /** @throws {GraphFinalizedError} when the graph is frozen. */
  checkNotFinalized(): void {
    if (this.#finalized) {
      throw new GraphFinalizedError(
        "Graph is finalized and cannot be modified.\n  build everything before graph.finalize(); a session's run never needs to add ops",
        { graph: this },
      );
    }
  }

  /** Sets the graph-level seed for the random ops made from now on. Does not restart the count of unseeded ones. */
  setSeed(seed: number): void {
    this.#seed = seed;
  }

  /** @internal The next number of a random op without a seed of its own, under a graph seed. */
  nextUnseeded(): number {
    this.#unseededCount += 1;
    return this.#unseededCount - 1;
  }

  /** Runs a block in which this graph is the default, and gives its value. */
  asDefault<R>(body: (graph: Graph) => R): R {
    return runInScope(graphScope(this), body);
  }
  /** `asDefault` for `using`. */
  openAsDefault(): OpenScope {
    return openScope(graphScope(this));
  }

  /**
   * Runs a block in which ops of these types get other gradient rules, by the names that `registerGradient` gave them. Inner blocks win.
   * @throws {ArgumentTypeError} unless the map is a plain object of strings.
   * @see TensorFlow `Graph.gradient_override_map`, python/framework/ops.py
   */
  gradientOverrideMap<R>(opTypeMap: Readonly<Record<string, string>>, body: () => R): R {
    checkOverrides(opTypeMap);
    const gradientOverrides = { ...stateOf(this).gradientOverrides, ...opTypeMap };
    return runInScope(
      stateScope(
        () => "gradientOverrideMap",
        this,
        () => ({ graph: this, state: { gradientOverrides }, value: undefined }),
      ),
      body,
    );
  }

  /** The current name scope, without trailing slash. */
  getNameScope(): string {
    return stateOf(this).nameScope;
  }

  /** A name that no operation has, in the current name scope. With `markAsUsed` false nothing is reserved. */
  uniqueName(name: string, options: { readonly markAsUsed?: boolean } = {}): string {
    return this.#names.take(stateOf(this).nameScope, name, options.markAsUsed ?? true);
  }

  /** @internal A name scope was entered by its whole name. TensorFlow looks at it when an op is made there, and not before. */
  noteWholeScope(scope: string): void {
    this.#hasIllegalScope ||= !isNodeName(scope);
  }

  /**
   * Adds an operation: name, control inputs, shapes, control flow, device and colocation, in TensorFlow's order.
   * @internal Ops are made by their builders.
   */
  createOperation(spec: NodeSpec): Operation {
    this.checkNotFinalized();
    const state = stateOf(this);
    const name = this.#nodeName(spec, state.nameScope);
    const { inputs } = spec;
    const controlInputs = controlInputsFor(state.controls, inputs);
    if (this.#names.find(name) !== undefined) {
      throw new GraphError(
        `Duplicate node name in graph: '${name}'\n  defined at ${this.#names.find(name)?.site}\n  a name that ends in / is taken as it is; leave out the slash to have it made unique`,
        { nodeName: name },
      );
    }
    const op = new Operation({
      graph: this,
      def: spec.def,
      name,
      id: this.#operations.length,
      inputs,
      controlInputs,
      attrs: spec.attrs,
      site: creationSite(),
      flow: state.flow,
    });
    op.makeOutputs(spec.outputDTypes, inferShapes(op));
    this.addImported(op);
    checkFlowInputs(op);
    state.flow?.addOp(op);
    this.#applyScopes(op, state, spec.computeDevice !== false);
    return op;
  }

  /** What scopes beside names, control inputs and control flow do to a new operation. */
  #applyScopes(op: Operation, state: GraphState, computeDevice: boolean): void {
    for (const key in state.attrScope) {
      if (op.attrs[key] === undefined) op.setAttr(key, state.attrScope[key] as AttrValue);
    }
    for (const group of state.controls) group.add(op);
    if (computeDevice && state.devices !== null) op.device = resolveDevice(state.devices, op);
    if (state.colocation !== null) this.#colocate(op, state.colocation);
    if (state.container !== "" && op.def.stateful && op.attrs["container"] === "")
      op.setAttr("container", state.container);
    const rule = state.gradientOverrides?.[op.type];
    if (rule !== undefined) op.setAttr(GRADIENT_RULE_ATTR, rule);
  }

  /** @internal Adds an operation of an import. Nothing of the scopes applies to it before `settleImported`, and until then it may be taken back. */
  addImported(op: Operation): void {
    this.#operations.push(op);
    this.#names.give(op);
    this.#version += 1;
  }

  /** @internal Takes back the operations from the one with this id on. */
  takeBack(from: number): void {
    for (const op of this.#operations.splice(from)) this.#names.forget(op);
    this.noteEdit();
  }

  /**
   * @internal Applies the scopes to imported operations, after all of them were made. Mirrors
   * `Graph._add_new_tf_operations`, python/framework/ops.py.
   */
  settleImported(ops: readonly Operation[]): void {
    const state = stateOf(this);
    for (const op of ops) {
      this.#names.occupy(op.name);
      op.addControlInputs(controlInputsFor(state.controls, op.inputs));
    }
    for (const op of ops) this.#applyScopes(op, state, false);
    for (const op of ops) {
      checkFlowInputs(op);
      state.flow?.addOp(op);
    }
  }

  /** The name of a new operation. Whole names are long, so only what is new in them is checked. */
  #nodeName(spec: NodeSpec, scope: string): string {
    const isUnique = spec.isUnique === true;
    const isWhole = !isUnique && spec.name.endsWith("/");
    const name = isUnique ? spec.name : isWhole ? withoutSlash(spec.name) : this.uniqueName(spec.name);
    if (isWhole || this.#hasIllegalScope) checkNodeName(name);
    else if (!isUnique) checkNameInScope(scope, spec.name);
    return name;
  }

  #colocate(op: Operation, innermost: ColocationFrame): void {
    let groups = innermost.op.colocationGroups();
    let { device } = innermost.op;
    for (let frame = innermost.outer; frame !== null; frame = frame.outer) {
      groups = [...groups, ...frame.op.colocationGroups()];
      if (device === "") device = frame.op.device;
    }
    if (device !== "") op.device = device;
    // A list of one is shared with the op that it names: variables have several colocated ops each.
    op.setAttr("_class", groups.length === 1 ? groups : [...new Set(groups)].sort());
  }

  /**
   * The operation or tensor of a name, or the object itself when it belongs to this graph.
   * @throws {GraphError} for names that do not exist and for elements of other graphs.
   */
  asGraphElement(
    value: unknown,
    allow: { readonly tensor?: boolean; readonly operation?: boolean } = {},
  ): Tensor | Operation {
    return lookUp(this, value, allow.tensor ?? true, allow.operation ?? true);
  }

  /** @throws {GraphError} when there is no such tensor. */
  getTensorByName(name: string): Tensor {
    return this.asGraphElement(checkName(name, "Tensor"), { operation: false }) as Tensor;
  }

  /** @throws {GraphError} when there is no such operation. */
  getOperationByName(name: string): Operation {
    return this.asGraphElement(checkName(name, "Operation"), { tensor: false }) as Operation;
  }

  /** @internal */
  findOperation(name: string): Operation | undefined {
    return this.#names.find(name);
  }

  /** The ops that have a tensor as an input. */
  consumersOf(tensor: Tensor): Operation[] {
    return this.#operations.filter((op) => op.inputs.includes(tensor));
  }

  /** Marks a tensor that a session refuses to feed. */
  preventFeeding(tensor: Tensor): void {
    this.#unfeedable.add(tensor);
  }
  isFeedable(tensor: Tensor): boolean {
    return !this.#unfeedable.has(tensor);
  }
  /** Marks an operation that a session refuses to fetch. */
  preventFetching(op: Operation): void {
    this.#unfetchable.add(op);
  }
  isFetchable(op: Operation): boolean {
    return !this.#unfetchable.has(op);
  }

  addToCollection(key: string, value: unknown): void {
    this.checkNotFinalized();
    this.collections.add(key, value);
  }
  /** Adds to several collections, each once; a lone string is one key. */
  addToCollections(keys: string | readonly string[], value: unknown): void {
    const list = typeof keys === "string" ? [keys] : keys;
    for (let i = 0; i < list.length; i += 1) {
      const key = list[i] as string;
      if (list.indexOf(key) === i) this.addToCollection(key, value);
    }
  }
  /** A copy of a collection; with `scope`, only what has a name that the pattern matches at its start. */
  getCollection(key: string, scope?: string | null): unknown[] {
    return this.collections.get(key, scope);
  }
  /** The live list of a collection. */
  getCollectionRef(key: string): unknown[] {
    return this.collections.list(key);
  }
  clearCollection(key: string): void {
    this.checkNotFinalized();
    this.collections.clear(key);
  }
  getAllCollectionKeys(): string[] {
    return this.collections.keys();
  }

  /** The graph as TensorFlow's GraphDef, as a plain record. */
  asGraphDef(options: AsGraphDefOptions = {}): GraphDefRecord {
    return graphDefOf(this, options);
  }

  /** @internal What a layer above keeps with the graph, made by `make` when first asked for. */
  slot<T>(key: string, make: () => T): T {
    let value = this.#slots.get(key) as T | undefined;
    if (value === undefined) this.#slots.set(key, (value = make()));
    return value;
  }

  toString(): string {
    return `<Graph of ${this.#operations.length} operations>`;
  }
}

function checkOverrides(map: unknown): void {
  if (!isPlainObject(map))
    throw new ArgumentTypeError("op_type_map must be a dictionary mapping strings to strings", { opTypeMap: map });
  if (!Object.values(map).every((name) => typeof name === "string"))
    throw new ArgumentTypeError("Values in op_type_map must be strings", { opTypeMap: map });
}

function checkName(name: unknown, kind: string): string {
  if (typeof name === "string") return name;
  throw new MissingAttributeError(`${kind} names are strings (or similar), not ${typeof name}.`, { value: name });
}
