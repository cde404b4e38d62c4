/** Which writes of a slice an op waits for: those of its own iteration, and those of all before. */
import type { Operation } from "../../graph/operation.ts";
import type { StepSlice } from "../prune.ts";
import { awaitedControls, computedInputs, type FlowOrder } from "./flow-order.ts";

/** Sets of writes as bits, in creation order. */
type Writes = bigint;

/** The writes behind every op. */
export class WriteDependencies {
  readonly #sameIteration: ReadonlyMap<Operation, Writes>;
  readonly #everBefore: ReadonlyMap<Operation, Writes>;

  constructor(slice: StepSlice, { ops }: FlowOrder) {
    const writes = new Map(ops.filter((op) => op.def.effect === "write").map((op, i) => [op, 1n << BigInt(i)]));
    this.#sameIteration = new Map();
    this.#everBefore = this.#sameIteration;
    if (writes.size === 0) return;
    const spread = (known: Map<Operation, Writes>): boolean => {
      let hasChanged = false;
      for (const op of ops) {
        let all = writes.get(op) ?? 0n;
        for (const { op: source } of computedInputs(op, slice)) all |= known.get(source) ?? 0n;
        for (const source of awaitedControls(op, slice)) all |= known.get(source) ?? 0n;
        if (all !== known.get(op)) hasChanged = true;
        known.set(op, all);
      }
      return hasChanged;
    };
    const once = new Map<Operation, Writes>();
    spread(once);
    this.#sameIteration = once;
    const ever = new Map(once);
    while (spread(ever)) {
      // Each round brings the writes one iteration further, through loops around loops, too.
    }
    this.#everBefore = ever;
  }

  /** Equal for what waits for the same writes. */
  of(ops: Iterable<Operation>): string {
    let [same, ever] = [0n, 0n];
    for (const op of ops) {
      same |= this.#sameIteration.get(op) ?? 0n;
      ever |= this.#everBefore.get(op) ?? 0n;
    }
    return `${same},${ever}`;
  }
}
