/** Where ops execute: the frame of a loop, an iteration of it, and what has arrived there. Mirrors the frames of core/common_runtime/executor.cc. */
import type { FlowNode } from "./flow-program.ts";

/** What travels along an edge; the interpreter knows what is alive. */
export type Token = unknown;

/** An op in one iteration, waiting for its inputs. */
export class Instance {
  readonly node: FlowNode;
  readonly frame: Frame;
  readonly iteration: number;
  readonly inputs: Token[];
  dataLeft: number;
  controlLeft: number;
  isDead = false;
  /** For a merge: how many inputs arrived, and the first live one. */
  arrived = 0;
  liveSlot = -1;
  isDone = false;

  constructor(node: FlowNode, frame: Frame, iteration: number, feeds: readonly Token[]) {
    this.node = node;
    this.frame = frame;
    this.iteration = iteration;
    const { length } = node.feeds;
    this.inputs = new Array<Token>(length);
    for (let i = 0; i < length; i += 1) {
      const feed = node.feeds[i] as number;
      if (feed >= 0) this.inputs[i] = feeds[feed];
    }
    this.dataLeft = node.dataCount;
    this.controlLeft = node.controlCount;
  }

  /** Whether nothing is left to arrive. */
  get isReady(): boolean {
    if (this.controlLeft > 0) return false;
    if (!this.node.isMerge) return this.dataLeft === 0;
    return this.liveSlot >= 0 || this.arrived >= this.node.arrivals;
  }
}

/** A value that a loop has in every iteration. */
export interface LoopConstant {
  readonly node: FlowNode;
  readonly outputs: readonly Token[];
  readonly isDead: boolean;
}

/** One execution of a loop, or the step itself. */
export class Frame {
  readonly parent: Frame | null;
  /** The iteration of the parent in which it was entered. */
  readonly parentIteration: number;
  /** What comes first when writes are compared: where and when the loop was entered. */
  readonly order: readonly number[];
  readonly constants: LoopConstant[] = [];
  /** The loops entered in iterations of this one. */
  readonly children = new Map<string, Frame>();
  /** How many iterations have begun. */
  iterationCount = 1;
  isDead = false;
  /** What waits in each iteration; iterations in which nothing waits are left out. */
  readonly #instances = new Map<number, Map<number, Instance>>();

  constructor(parent: Frame | null, parentIteration: number, order: readonly number[]) {
    this.parent = parent;
    this.parentIteration = parentIteration;
    this.order = order;
  }

  /** The instance of a node in an iteration. */
  instance(node: FlowNode, iteration: number, feeds: readonly Token[]): Instance {
    let instances = this.#instances.get(iteration);
    if (instances === undefined) this.#instances.set(iteration, (instances = new Map<number, Instance>()));
    let instance = instances.get(node.index);
    if (instance === undefined) instances.set(node.index, (instance = new Instance(node, this, iteration, feeds)));
    return instance;
  }

  /** Forgets an instance for which nothing more arrives. */
  forget({ node, iteration }: Instance): void {
    const instances = this.#instances.get(iteration);
    if (instances?.delete(node.index) === true && instances.size === 0) this.#instances.delete(iteration);
  }

  /** Where an op stands among the writes: by the first `Enter` of its loop, the iteration, the creation. */
  orderOf(node: FlowNode, iteration: number): readonly number[] {
    return this.parent === null ? [node.op.id] : [...this.order, iteration, node.op.id];
  }

  /** The loop of that name entered in an iteration of this frame. */
  enter(name: string, iteration: number, firstEnter: number): Frame {
    const key = `${iteration}:${name}`;
    let child = this.children.get(key);
    if (child === undefined) {
      const outer = this.parent === null ? [] : [...this.order, iteration];
      child = new Frame(this, iteration, [...outer, firstEnter]);
      this.children.set(key, child);
    }
    return child;
  }
}

/** Compares places: number by number, the shorter first. */
export function compareOrders(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
