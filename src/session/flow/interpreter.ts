/**
 * Runs a slice with control flow by the rules of docs/decisions/0004, on arrays of the host: values travel along the edges, dead ones
 * where a branch is not taken; whatever is ready and no write runs at once, writes one by one in order. Slices without control flow
 * are planned ahead in `dataflow.ts`. Mirrors core/common_runtime/executor.cc.
 */
import type { OpError } from "../../base/errors.ts";
import { Const } from "../../graph/constant.ts";
import { groupInputs } from "../../graph/input-layout.ts";
import type { Operation } from "../../graph/operation.ts";
import { Tensor } from "../../graph/tensor.ts";
import type { KernelContext, RandomStream } from "../../kernels/rule.ts";
import { bool, int32 } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { StepEffects } from "../effects.ts";
import { checkReplacement, deadFetch, locate, retvalName, retvalRank, unfed, uninitialized } from "../failures.ts";
import { requireKernel } from "../kernel-program.ts";
import { PriorityQueue } from "../priority-queue.ts";
import { unsetFetch } from "../unset-fetches.ts";
import { compareOrders, Frame, type Instance, type Token } from "./flow-frames.ts";
import type { FlowNode, FlowProgram, RunnableCluster } from "./flow-program.ts";

/** A variable during a step. */
export interface HostVariable {
  readonly op: Operation;
  value: NDArray | null;
  isWritten: boolean;
}

/** What the interpreter needs of a session. */
export interface HostStep {
  /** The variable that an op stands for, with the value before the step. */
  variableOf(op: Operation): HostVariable;
  /** See `VariableStates.hasContainer`. */
  hasContainer(op: Operation): boolean;
  readonly effects: StepEffects;
}

/** A reference to a variable, or a read of it that has not happened yet. */
class Reference {
  readonly variable: HostVariable;
  constructor(variable: HostVariable) {
    this.variable = variable;
  }
}

/** What a branch that is not taken gives. */
const dead: unique symbol = Symbol("dead");
/** What an op without outputs gives to those that wait for it. */
const nothing: unique symbol = Symbol("nothing");

/** A cluster that is to run before the interpreter goes on. */
export interface ClusterCall {
  readonly cluster: RunnableCluster;
  readonly inputs: readonly NDArray[];
}

interface ReadyWrite {
  readonly instance: Instance;
  readonly order: readonly number[];
}

/** One execution of a slice. */
export class Interpreter {
  readonly #program: FlowProgram;
  readonly #feeds: readonly NDArray[];
  readonly #host: HostStep;
  readonly #root = new Frame(null, 0, []);
  #ready: Instance[] = [];
  #next = 0;
  readonly #writes = new PriorityQueue<ReadyWrite>((a, b) => compareOrders(a.order, b.order));
  /** Identities on references to variables without a value. */
  readonly #waiting = new Map<HostVariable, Instance[]>();
  readonly #got: Token[] = [];
  /** What the kernel of each op sees of the step, by the op's place. */
  readonly #contexts: KernelContext[] = [];
  /** The cluster that was asked for. */
  #calling: Instance | null = null;

  constructor(program: FlowProgram, feeds: readonly NDArray[], host: HostStep) {
    this.#program = program;
    this.#feeds = feeds;
    this.#host = host;
    for (const node of program.nodes) {
      if (node.dataCount > 0 || node.controlCount > 0 || node.isMerge) continue;
      const instance = this.#root.instance(node, 0, feeds);
      this.#makeReady(instance);
    }
  }

  /**
   * Runs until everything is done, `mayGoOn` says no, or a cluster is to run: then `complete` has to be told what it gave.
   */
  advance(mayGoOn: () => boolean): "done" | "paused" | ClusterCall {
    for (;;) {
      const instance = this.#take();
      if (instance === null) break;
      if (instance.node.cluster !== null && !instance.isDead) return this.#call(instance, instance.node.cluster);
      if (!instance.isDead && this.#mustWait(instance)) continue;
      this.#run(instance);
      if (!mayGoOn()) return "paused";
    }
    for (const [variable, [stuck]] of this.#waiting) {
      const { op } = (stuck as Instance).node;
      throw this.#uninitialized(variable, op, op.name);
    }
    return "done";
  }

  #call(instance: Instance, cluster: RunnableCluster): ClusterCall {
    this.#calling = instance;
    const inputs = cluster.passed.map((place) => this.#readInput(instance.node, instance.inputs[place]));
    return { cluster, inputs };
  }

  /** Goes on with what the cluster gave. */
  complete(outputs: readonly NDArray[]): void {
    const instance = this.#calling as Instance;
    this.#calling = null;
    instance.frame.forget(instance);
    this.#deliver(instance, outputs, false);
  }

  /** The values of the fetches, as they are at the end of the step. */
  results(): readonly (NDArray | null)[] {
    const { fetches, feedIndex } = this.#program.slice;
    return fetches.map((fetch, i) => {
      if (!(fetch instanceof Tensor)) return null;
      const feed = feedIndex.get(fetch);
      if (feed !== undefined) return this.#feeds[feed] as NDArray;
      const got = this.#got[i];
      if (got === undefined) throw deadFetch(retvalRank(fetch, fetches), fetch);
      return this.#read(got, null, retvalName(fetch, fetches));
    });
  }

  /** The next op: whatever is ready and no write, else the first write. */
  #take(): Instance | null {
    if (this.#next < this.#ready.length) {
      const instance = this.#ready[this.#next] as Instance;
      this.#next += 1;
      if (this.#next === this.#ready.length) {
        this.#ready = [];
        this.#next = 0;
      }
      return instance;
    }
    return this.#writes.pop()?.instance ?? null;
  }

  #makeReady(instance: Instance): void {
    instance.isDone = true;
    const { node, frame, iteration } = instance;
    if (node.isWrite && !instance.isDead) this.#writes.push({ instance, order: frame.orderOf(node, iteration) });
    else this.#ready.push(instance);
  }

  /** A read of a reference variable waits until the step has initialized it: notes it, if so. */
  #mustWait(instance: Instance): boolean {
    const { op } = instance.node;
    const { def } = op;
    if (
      def.effect !== "pass" ||
      def.flow !== undefined ||
      def.allowsUninitializedInput ||
      op.inputs[0]?.dtype.isRef !== true
    )
      return false;
    const [held] = instance.inputs;
    if (!(held instanceof Reference) || held.variable.value !== null) return false;
    const waiting = this.#waiting.get(held.variable);
    if (waiting) waiting.push(instance);
    else this.#waiting.set(held.variable, [instance]);
    return true;
  }

  #run(instance: Instance): void {
    const { node } = instance;
    const isDead = node.isMerge ? instance.liveSlot < 0 : instance.isDead;
    if (!node.isMerge || instance.arrived >= node.arrivals) instance.frame.forget(instance);
    if (isDead) {
      this.#deliver(instance, node.outputs.length === 0 ? [dead] : node.outputs.map(() => dead), true);
      return;
    }
    let outputs: readonly Token[];
    try {
      outputs = node.isMerge ? this.#merge(instance) : this.#execute(node, instance.inputs);
    } catch (error) {
      throw locate(error, node.op);
    }
    this.#deliver(instance, outputs, false);
  }

  #merge({ node, inputs, liveSlot }: Instance): readonly Token[] {
    const live = inputs[liveSlot];
    const value = node.op.def.effect === "pass" ? live : this.#readInput(node, live);
    return [value, new NDArray(int32, [], Int32Array.of(liveSlot))];
  }

  // ---- tokens

  #deliver({ node, frame, iteration }: Instance, outputs: readonly Token[], isDead: boolean): void {
    const flow = node.cluster === null ? node.op.def.flow : undefined;
    if (flow === "nextIteration") {
      if (!isDead) this.#nextIteration(node, frame, iteration + 1, outputs);
    } else if (flow === "enter") {
      const name = node.frameName as string;
      const child = frame.enter(name, iteration, this.#program.firstEnter.get(name) as number);
      this.#enter(node, child, outputs, isDead);
    } else if (flow === "exit") {
      // An iteration that goes on gives a dead value; only a loop that was never entered has a dead result.
      if (!isDead || frame.isDead) this.#send(node, frame.parent as Frame, frame.parentIteration, outputs, isDead);
    } else {
      this.#send(node, frame, iteration, outputs, isDead);
    }
  }

  #nextIteration(node: FlowNode, frame: Frame, iteration: number, outputs: readonly Token[]): void {
    if (iteration >= frame.iterationCount) {
      frame.iterationCount = iteration + 1;
      for (const constant of frame.constants)
        this.#send(constant.node, frame, iteration, constant.outputs, constant.isDead);
    }
    this.#send(node, frame, iteration, outputs, false);
  }

  #enter(node: FlowNode, frame: Frame, outputs: readonly Token[], isDead: boolean): void {
    if (isDead) frame.isDead = true;
    if (node.op.attrs["is_constant"] !== true) {
      this.#send(node, frame, 0, outputs, isDead);
      return;
    }
    frame.constants.push({ node, outputs, isDead });
    for (let i = 0; i < frame.iterationCount; i += 1) this.#send(node, frame, i, outputs, isDead);
  }

  #send(node: FlowNode, frame: Frame, iteration: number, outputs: readonly Token[], isDead: boolean): void {
    this.#fetch(node, outputs, isDead);
    for (const { consumer, slot, port } of node.edges) {
      const instance = frame.instance(consumer, iteration, this.#feeds);
      if (slot >= 0) {
        this.#arrive(instance, slot, isDead ? dead : outputs[port]);
      } else {
        instance.controlLeft -= 1;
        if (isDead && !consumer.isMerge && !consumer.op.def.isTrigger) instance.isDead = true;
        this.#settle(instance);
      }
    }
  }

  #fetch(node: FlowNode, outputs: readonly Token[], isDead: boolean): void {
    if (isDead || !node.isFetched) return;
    for (const [i, output] of node.outputs.entries()) {
      const place = this.#program.fetchers.get(output);
      if (place !== undefined && outputs[i] !== dead) this.#got[place] = outputs[i];
    }
  }

  #arrive(instance: Instance, slot: number, token: Token): void {
    if (instance.node.isMerge) {
      instance.arrived += 1;
      if (token !== dead && instance.liveSlot < 0) {
        instance.liveSlot = slot;
        instance.inputs[slot] = token;
      }
    } else {
      instance.inputs[slot] = token;
      instance.dataLeft -= 1;
      if (token === dead) instance.isDead = true;
    }
    this.#settle(instance);
  }

  #settle(instance: Instance): void {
    if (!instance.isDone && instance.isReady) this.#makeReady(instance);
    else if (instance.isDone && instance.node.isMerge && instance.arrived >= instance.node.arrivals)
      instance.frame.forget(instance);
  }

  // ---- values

  #execute(node: FlowNode, inputs: readonly Token[]): readonly Token[] {
    const { op } = node;
    const { flow, effect } = op.def;
    if (flow === undefined) return this.#executeEffect(node, inputs);
    if (flow === "switch") return this.#switch(node, inputs);
    return [effect === "pass" ? inputs[0] : this.#readInput(node, inputs[0])];
  }

  #switch(node: FlowNode, [data, predicate]: readonly Token[]): readonly Token[] {
    const taken = this.#readInput(node, predicate).at(0) === true;
    return taken ? [dead, data] : [data, dead];
  }

  #executeEffect(node: FlowNode, inputs: readonly Token[]): readonly Token[] {
    const { op } = node;
    switch (op.def.effect) {
      case "variable":
        return [new Reference(this.#host.variableOf(op))];
      case "pass":
        return [this.#pass(node, inputs[0])];
      case "peek":
        return [new NDArray(bool, [], Uint8Array.of((inputs[0] as Reference).variable.value === null ? 0 : 1))];
      case "write":
        return this.#write(node, inputs);
      case "read":
        return op.def.givesValue ? [this.#readInput(node, inputs[0])] : this.#compute(node, inputs);
      case "none":
      case "random":
      case "host":
        return op.def === Const ? [op.attrs["value"]] : this.#compute(node, inputs);
    }
  }

  /** On a reference output the reference goes on, and a handle anywhere; else the value is read here. */
  #pass(node: FlowNode, token: Token): Token {
    const [input] = node.op.inputs as readonly [Tensor];
    const isHandle = token instanceof Reference && token.variable.op.outputs[0]?.dtype.isRef !== true;
    return input.dtype.isRef || isHandle ? token : this.#readInput(node, token);
  }

  #write(node: FlowNode, inputs: readonly Token[]): readonly Token[] {
    const { op } = node;
    const reference = inputs[0] as Reference;
    const { variable } = reference;
    const before = variable.value;
    let outputs: readonly NDArray[] = [];
    if (op.def.replaces) {
      const value = this.#readInput(node, inputs[1]);
      checkAssigned(op, variable, value);
      variable.value = value;
    } else {
      outputs = this.#applyKernel(node, inputs);
      this.#update(inputs.slice(0, op.def.writes) as readonly Reference[], outputs);
    }
    variable.isWritten = true;
    if (before === null) this.#wake(variable);
    if (op.outputs.length === 0) return [nothing];
    let next = 0;
    return op.outputs.map((output) => (output.dtype.isRef ? reference : outputs[next++]));
  }

  /** The last results of the kernel are the new values of what it wrote. */
  #update(references: readonly Reference[], results: readonly NDArray[]): void {
    const first = results.length - references.length;
    for (const [i, { variable }] of references.entries()) {
      variable.value = results[first + i] as NDArray;
      variable.isWritten = true;
    }
  }

  /** Puts the reads that wait for a variable back. */
  #wake(variable: HostVariable): void {
    const waiting = this.#waiting.get(variable);
    if (waiting === undefined) return;
    this.#waiting.delete(variable);
    this.#ready.push(...waiting);
  }

  #compute(node: FlowNode, inputs: readonly Token[]): readonly Token[] {
    if (node.op.outputs.length === 0 && node.op.def.effect === "none") return [nothing];
    return this.#applyKernel(node, inputs);
  }

  #applyKernel(node: FlowNode, inputs: readonly Token[]): readonly NDArray[] {
    const { op } = node;
    if (node.kernel === null && op.inputs.length === 0 && op.outputs.length > 0) throw unfed(op);
    const kernel = node.kernel ?? requireKernel(op);
    const values = new Array<NDArray>(inputs.length);
    for (let i = 0; i < values.length; i += 1) values[i] = this.#readInput(node, inputs[i]);
    const context = (this.#contexts[node.index] ??= this.#context(op));
    const result = kernel(groupInputs(node.layout, values), op.attrs as never, context);
    return result instanceof NDArray ? [result] : result;
  }

  #context(op: Operation): KernelContext {
    const { effects } = this.#host;
    return {
      node: op,
      get random(): RandomStream {
        return effects.streamOf(op);
      },
      get printCount(): number {
        return effects.printCountOf(op);
      },
      print: (line) => effects.print(op, 0, line),
    };
  }

  #readInput(node: FlowNode, token: Token): NDArray {
    return this.#read(token, node.op, node.op.name);
  }

  #read(token: Token, op: Operation | null, node: string): NDArray {
    if (!(token instanceof Reference)) return token as NDArray;
    if (token.variable.value === null) throw this.#uninitialized(token.variable, op, node);
    return token.variable.value;
  }

  #uninitialized(variable: HostVariable, op: Operation | null, node: string): OpError {
    const { slice } = this.#program;
    const fetch =
      op?.def.effect === "write" ? null : unsetFetch(slice, (other) => this.#host.variableOf(other).value !== null);
    if (fetch !== null) return uninitialized(fetch.op, null, retvalName(fetch, slice.fetches), false);
    return uninitialized(variable.op, op, node, this.#host.hasContainer(variable.op));
  }
}

/** Whether a value may replace a variable's; without one, a reference variable goes by what it declares. */
function checkAssigned(op: Operation, variable: HostVariable, value: NDArray): void {
  if (op.attrs["validate_shape"] === false) return;
  const [declared] = variable.op.outputs as readonly [Tensor];
  const old =
    variable.value?.shape ??
    (declared.dtype.isRef && declared.shape.isFullyDefined() ? declared.shape.asNumbers() : null);
  if (old !== null) checkReplacement(op, old, value.shape);
}
