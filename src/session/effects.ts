/** What a session keeps besides variables: where random streams stand and what was printed. A step works on drafts; only a step that succeeds changes anything. */
import type { Operation } from "../graph/operation.ts";
import type { RandomStream } from "../kernels/rule.ts";
import { type PhiloxState, philoxState } from "../tensor/philox.ts";

/** Where printed lines go. */
export type PrintSink = (line: string) => void;

/** The streams and counts of a session. */
export class EffectStore {
  readonly #streams = new Map<Operation, PhiloxState>();
  readonly #printCounts = new Map<Operation, number>();
  readonly #print: PrintSink;

  constructor(print: PrintSink) {
    this.#print = print;
  }

  /** Where an op's stream stands: at first, where its seeds put it. */
  streamOf(op: Operation): PhiloxState {
    let state = this.#streams.get(op);
    if (state === undefined) {
      // Kept even if the step fails: an op without seeds chooses its stream once.
      state = philoxState((op.attrs["seed"] ?? 0) as number | bigint, (op.attrs["seed2"] ?? 0) as number | bigint);
      this.#streams.set(op, state);
    }
    return state;
  }

  printCountOf(op: Operation): number {
    return this.#printCounts.get(op) ?? 0;
  }

  /** Takes over what a step did. */
  commit(streams: ReadonlyMap<Operation, RandomStream>, lines: readonly PrintedLine[]): void {
    for (const [op, stream] of streams) this.#streams.set(op, stream.state);
    for (const { op, line } of lines) {
      this.#printCounts.set(op, this.printCountOf(op) + 1);
      this.#print(line);
    }
  }
}

interface PrintedLine {
  readonly op: Operation;
  /** The place of the op in the step. */
  readonly place: number;
  readonly line: string;
}

/** The drafts of one step. */
export class StepEffects {
  readonly #store: EffectStore;
  readonly #streams = new Map<Operation, RandomStream>();
  readonly #lines: PrintedLine[] = [];

  constructor(store: EffectStore) {
    this.#store = store;
  }

  /** The draft of an op's stream. */
  streamOf(op: Operation): RandomStream {
    let stream = this.#streams.get(op);
    if (stream === undefined) this.#streams.set(op, (stream = { state: this.#store.streamOf(op) }));
    return stream;
  }

  printCountOf(op: Operation): number {
    let count = this.#store.printCountOf(op);
    for (const line of this.#lines) if (line.op === op) count += 1;
    return count;
  }

  print(op: Operation, place: number, line: string): void {
    this.#lines.push({ op, place, line });
  }

  commit(): void {
    // Parts may have run in another order than the step's.
    this.#lines.sort((a, b) => a.place - b.place);
    this.#store.commit(this.#streams, this.#lines);
  }
}
