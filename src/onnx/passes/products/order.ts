/** Puts nodes into an order in which they can run, and products that are to be one next to each other. */
import type { NodeProto } from "../../../formats/onnx.ts";
import { inputsOf } from "../pass-graph.ts";

/** A node, and the number of the batch that it is to be part of. */
export interface Item {
  readonly node: NodeProto;
  readonly batch: number | null;
}

/** Nodes that belong together; nearly always one. */
export type Unit = readonly NodeProto[];

/**
 * The items in their order, but for those that wait for a batch, and batches, which wait for all of their members. Where batches wait for
 * each other, one is given up: what is ready of it is a batch of its own, and its others stand alone.
 */
export function ordered(items: readonly Item[]): Unit[] {
  return new Order(items).units();
}

class Order {
  readonly #items: readonly Item[];
  readonly #takers: number[][];
  /** How many inputs of each item are still to be made; a maker of two of them counts twice. */
  readonly #missing: number[];
  readonly #units: Unit[] = [];
  /** What has become ready although its place is passed. */
  readonly #ready: number[] = [];
  readonly #parked = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  #place = -1;

  constructor(items: readonly Item[]) {
    this.#items = items;
    const makers = new Map<string, number>();
    for (let i = 0; i < items.length; i += 1) {
      const { node, batch } = items[i] as Item;
      for (const name of node.output) makers.set(name, i);
      if (batch !== null) this.#sizes.set(batch, (this.#sizes.get(batch) ?? 0) + 1);
    }
    this.#takers = items.map(() => []);
    this.#missing = items.map(({ node }, i) => {
      let missing = 0;
      for (const name of inputsOf(node)) {
        const maker = makers.get(name);
        if (maker === undefined) continue;
        this.#takers[maker]?.push(i);
        missing += 1;
      }
      return missing;
    });
  }

  units(): Unit[] {
    for (let i = 0; i < this.#items.length; i += 1) {
      this.#place = i;
      if (this.#missing[i] === 0) this.#take(i);
      this.#drain();
    }
    for (;;) {
      const [stuck] = this.#parked;
      if (stuck === undefined) return this.#units;
      const [batch, members] = stuck;
      this.#sizes.delete(batch);
      this.#parked.delete(batch);
      this.#emit(members);
      this.#drain();
    }
  }

  #drain(): void {
    for (let i = this.#ready.shift(); i !== undefined; i = this.#ready.shift()) this.#take(i);
  }

  #take(i: number): void {
    const { batch } = this.#items[i] as Item;
    const size = batch === null ? undefined : this.#sizes.get(batch);
    if (batch === null || size === undefined) return this.#emit([i]);
    const members = [...(this.#parked.get(batch) ?? []), i];
    if (members.length < size) {
      this.#parked.set(batch, members);
      return;
    }
    this.#parked.delete(batch);
    this.#emit(members);
  }

  #emit(members: readonly number[]): void {
    this.#units.push(members.map((i) => (this.#items[i] as Item).node));
    for (const member of members) {
      for (const taker of this.#takers[member] ?? []) {
        const left = (this.#missing[taker] as number) - 1;
        this.#missing[taker] = left;
        // What stands further on is met there.
        if (left === 0 && taker <= this.#place) this.#ready.push(taker);
      }
    }
  }
}
