/** A step whose slice steers which of its ops execute: interpreted on the host, whatever the engine. */
import { CancelledError } from "../base/errors.ts";
import type { Operation } from "../graph/operation.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { PartTiming, StepResults } from "./compiled-step.ts";
import { StepEffects } from "./effects.ts";
import { type FlowProgram, prepareFlow } from "./flow-program.ts";
import { type HostVariable, Interpreter } from "./interpreter.ts";
import { bufferOf, TURN_MS, turn } from "./kernel-program.ts";
import type { StepSlice } from "./prune.ts";
import type { SessionState } from "./session-state.ts";
import type { StepLimits } from "./step-limits.ts";
import { stateKey } from "./step-values.ts";
import type { VariableSlot } from "./variable-store.ts";

/** How many ops run between two looks at the limits. */
const OPS_PER_CHECK = 256;

interface TouchedVariable extends HostVariable {
  readonly slot: VariableSlot;
}

/** A prepared step with control flow. */
export class FlowStep {
  readonly #program: FlowProgram;
  readonly #state: SessionState;

  constructor(slice: StepSlice, state: SessionState) {
    this.#program = prepareFlow(slice);
    this.#state = state;
  }

  /** It asks for the variables' values while it runs. */
  holds(): boolean {
    return true;
  }

  runSync(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): StepResults {
    const run = this.#start(feeds);
    const start = performance.now();
    limits?.check();
    let count = 0;
    run.interpreter.advance(() => {
      count += 1;
      if (count % OPS_PER_CHECK === 0) limits?.check();
      return true;
    });
    timings?.push(this.#timing(start));
    limits?.check();
    return this.#finish(run, feeds);
  }

  async run(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): Promise<StepResults> {
    const run = this.#start(feeds);
    const start = performance.now();
    limits?.check();
    let until = start + TURN_MS;
    while (!run.interpreter.advance(() => performance.now() < until)) {
      await turn();
      limits?.check();
      until = performance.now() + TURN_MS;
    }
    timings?.push(this.#timing(start));
    limits?.check();
    return this.#finish(run, feeds);
  }

  #timing(start: number): PartTiming {
    return { runsOn: "host", opCount: this.#program.nodes.length, ms: performance.now() - start };
  }

  #start(feeds: readonly NDArray[]): FlowRun {
    return new FlowRun(this.#program, feeds, this.#state);
  }

  /** Hands out copies, and commits values that share no memory with what was fed. */
  #finish(run: FlowRun, feeds: readonly NDArray[]): StepResults {
    const results = run.interpreter.results().map((value) => value?.copy() ?? null);
    const fed = new Set(feeds.map(bufferOf));
    const written = run.variables().filter((variable) => variable.isWritten);
    const values = written.map(({ value }) =>
      this.#state.engine.fromHost(fed.has(bufferOf(value as NDArray)) ? (value as NDArray).copy() : (value as NDArray)),
    );
    if (this.#state.isClosed)
      throw new CancelledError(
        "Session has been closed.\n  it was closed while the step ran; nothing of the step was committed",
      );
    for (const [i, { slot }] of written.entries())
      this.#state.variables.set(slot, values[i] as NonNullable<VariableSlot["value"]>);
    run.effects.commit();
    return results;
  }

  release(): void {
    // Nothing was compiled.
  }
}

/** The drafts of one run. */
class FlowRun {
  readonly effects: StepEffects;
  readonly interpreter: Interpreter;
  readonly #state: SessionState;
  readonly #variables = new Map<string, TouchedVariable>();

  constructor(program: FlowProgram, feeds: readonly NDArray[], state: SessionState) {
    this.#state = state;
    this.effects = new StepEffects(state.effects);
    this.interpreter = new Interpreter(program, feeds, this);
  }

  variables(): TouchedVariable[] {
    return [...this.#variables.values()];
  }

  variableOf(op: Operation): HostVariable {
    const key = stateKey(op);
    let variable = this.#variables.get(key);
    if (variable === undefined) {
      const slot = this.#state.variables.slot(op);
      variable = {
        op,
        slot,
        value: slot.value === null ? null : this.#state.engine.toHost(slot.value),
        isWritten: false,
      };
      this.#variables.set(key, variable);
    }
    return variable;
  }

  hasContainer(op: Operation): boolean {
    return this.#state.variables.hasContainer(op);
  }
}
