/**
 * In which order the units of a slice are planned, by the rules of docs/decisions/0004: whatever is ready and no write at once, writes one by
 * one in creation order. Not what becomes of them: that is `dataflow.ts`.
 */
import type { Operation } from "../graph/operation.ts";
import { isRegion, type Region } from "./flow/region.ts";
import { PriorityQueue } from "./priority-queue.ts";
import { isSettled, type StepSlice } from "./prune.ts";

/** What is planned as one: an op, or a region in the place of several. */
export type Unit = Operation | Region;

/** A slice whose regions are closed. */
export interface UnitSlice extends Omit<StepSlice, "ops"> {
  /** In creation order; a region stands where the first op of its conditional or loop stands. */
  readonly ops: readonly Unit[];
}

/** The slice with each region in the place of its ops. */
export function withRegions(slice: StepSlice, regions: readonly Region[]): UnitSlice {
  const regionOf = new Map<Operation, Region>();
  for (const region of regions) for (const op of region.ops) regionOf.set(op, region);
  const ops = [...new Set<Unit>(slice.ops.map((op) => regionOf.get(op) ?? op))];
  const places = new Int32Array(slice.places.length).fill(-1);
  for (const [place, unit] of ops.entries()) {
    if (isRegion(unit)) for (const op of unit.ops) places[op.id] = place;
    else places[unit.id] = place;
  }
  return { ...slice, ops, places };
}

/** The units of a slice by their places, each once all that it waits for is done. */
export class UnitSchedule {
  readonly #slice: UnitSlice;
  /** Inputs and control inputs that are not done yet, by unit. */
  readonly #pending: Int32Array;
  /** The units that wait for unit i: `#consumers[#firstConsumer[i] … #firstConsumer[i + 1]]`. */
  readonly #firstConsumer: Int32Array;
  readonly #consumers: Int32Array;
  readonly #ready: number[] = [];
  readonly #writes = new PriorityQueue<number>((a, b) => a - b);
  /** How many of `#ready` were given out. */
  #given = 0;
  #finished = 0;

  constructor(slice: UnitSlice) {
    this.#slice = slice;
    const { ops } = slice;
    this.#pending = new Int32Array(ops.length);
    this.#firstConsumer = new Int32Array(ops.length + 1);
    this.#consumers = this.#collectEdges();
    for (let i = 0; i < ops.length; i += 1) if (this.#pending[i] === 0) this.#makeReady(i);
  }

  /** How many units are done. */
  get finishedCount(): number {
    return this.#finished;
  }

  /** The next unit; `null` when there is none that could be. */
  next(): number | null {
    if (this.#given === this.#ready.length) return this.#writes.pop() ?? null;
    this.#given += 1;
    return this.#ready[this.#given - 1] as number;
  }

  /** The unit is done: what waited for it alone is ready. */
  finish(i: number): void {
    this.#finished += 1;
    for (let e = this.#firstConsumer[i] as number; e < (this.#firstConsumer[i + 1] as number); e += 1) {
      const consumer = this.#consumers[e] as number;
      const left = (this.#pending[consumer] as number) - 1;
      this.#pending[consumer] = left;
      if (left === 0) this.#makeReady(consumer);
    }
  }

  /** A unit that was given out, and could not be done yet, can be now. */
  putBack(i: number): void {
    this.#ready.push(i);
  }

  #makeReady(i: number): void {
    const unit = this.#slice.ops[i] as Unit;
    if (!isRegion(unit) && unit.def.effect === "write") this.#writes.push(i);
    else this.#ready.push(i);
  }

  /** Fills the counts and gives the consumers: a counting sort of the edges by their source. */
  #collectEdges(): Int32Array {
    const from: number[] = [];
    const to: number[] = [];
    const { ops, places, feedIndex } = this.#slice;
    const add = (source: Operation, target: number): void => {
      const i = places[source.id] as number;
      from.push(i);
      to.push(target);
      this.#firstConsumer[i + 1] = (this.#firstConsumer[i + 1] as number) + 1;
      this.#pending[target] = (this.#pending[target] as number) + 1;
    };
    for (let i = 0; i < ops.length; i += 1) {
      const op = ops[i] as Unit;
      for (const input of op.inputs) if (feedIndex.size === 0 || !feedIndex.has(input)) add(input.op, i);
      for (const control of op.controlInputs) if (!isSettled(control, feedIndex)) add(control, i);
    }
    for (let i = 0; i < ops.length; i += 1)
      this.#firstConsumer[i + 1] = (this.#firstConsumer[i + 1] as number) + (this.#firstConsumer[i] as number);
    const next = this.#firstConsumer.slice();
    const consumers = new Int32Array(from.length);
    for (let e = 0; e < from.length; e += 1) {
      const at = next[from[e] as number] as number;
      consumers[at] = to[e] as number;
      next[from[e] as number] = at + 1;
    }
    return consumers;
  }
}
