/**
 * Runs a slice with control flow by the rules of docs/decisions/0004, on arrays of the host: values travel along the edges, dead ones
 * where a branch is not taken; whatever is ready and no write runs at once, writes one by one in order. Slices without control flow
 * are planned ahead in `dataflow.ts`. Mirrors core/common_runtime/executor.cc.
 */
import { Tensor } from "../../graph/tensor.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { deadFetch, locate, retvalName, retvalRank } from "../failures.ts";
import { PriorityQueue } from "../priority-queue.ts";
import { compareOrders, Frame, type Instance, type Token } from "./flow-frames.ts";
import type { FlowNode, FlowProgram, RunnableCluster } from "./flow-program.ts";
import { dead, type HostStep, type HostVariable, NodeExecution, Reference } from "./node-execution.ts";

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
  readonly #root = new Frame(null, 0, []);
  #ready: Instance[] = [];
  #next = 0;
  readonly #writes = new PriorityQueue<ReadyWrite>((a, b) => compareOrders(a.order, b.order));
  /** Identities on references to variables without a value. */
  readonly #waiting = new Map<HostVariable, Instance[]>();
  readonly #got: Token[] = [];
  readonly #execution: NodeExecution;
  /** The cluster that was asked for. */
  #calling: Instance | null = null;

  constructor(program: FlowProgram, feeds: readonly NDArray[], host: HostStep) {
    this.#program = program;
    this.#feeds = feeds;
    this.#execution = new NodeExecution(program, host, (variable) => this.#wake(variable));
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
      throw this.#execution.uninitialized(variable, op, op.name);
    }
    return "done";
  }

  #call(instance: Instance, cluster: RunnableCluster): ClusterCall {
    this.#calling = instance;
    const inputs = cluster.passed.map((place) => this.#execution.readInput(instance.node, instance.inputs[place]));
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
      return this.#execution.read(got, null, retvalName(fetch, fetches));
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

  /** Puts the reads that wait for a variable back. */
  #wake(variable: HostVariable): void {
    const waiting = this.#waiting.get(variable);
    if (waiting === undefined) return;
    this.#waiting.delete(variable);
    this.#ready.push(...waiting);
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
      outputs = this.#execution.execute(instance);
    } catch (error) {
      throw locate(error, node.op);
    }
    this.#deliver(instance, outputs, false);
  }

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
}
