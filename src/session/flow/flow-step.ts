/** A step whose slice steers which of its ops execute: interpreted on the host; the engine computes the clusters between what steers. */
import { CancelledError } from "../../base/errors.ts";
import type { Operation } from "../../graph/operation.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import type { PartTiming, StepResults } from "../compiled-step.ts";
import { StepEffects } from "../effects.ts";
import type { EngineValue } from "../engine.ts";
import { runAtEngine } from "../engine-work.ts";
import { bufferOf, TURN_MS, turn } from "../kernel-program.ts";
import type { StepSlice } from "../prune.ts";
import type { SessionState } from "../session-state.ts";
import type { StepLimits } from "../step-limits.ts";
import { stateKey } from "../step-values.ts";
import type { VariableSlot } from "../variable-store.ts";
import type { SteeredPlan } from "./flow-plan.ts";
import { type FlowProgram, prepareFlow, type RunnableCluster } from "./flow-program.ts";
import { Interpreter } from "./interpreter.ts";
import type { HostVariable } from "./node-execution.ts";

/** How many ops run between two looks at the limits. */
const OPS_PER_CHECK = 256;

interface TouchedVariable extends HostVariable {
  readonly slot: VariableSlot;
}

/** Prepares a step: compiles what runs at the engine. */
export async function compileFlow(slice: StepSlice, plan: SteeredPlan, state: SessionState): Promise<FlowStep> {
  const runnable: RunnableCluster[] = [];
  for (const cluster of plan.clusters)
    runnable.push({ ...cluster, executable: await state.engine.compile(cluster.slice) });
  return new FlowStep(slice, state, runnable, plan.isOutgrown);
}

/** As `compileFlow`, at once. */
export function compileFlowSync(slice: StepSlice, plan: SteeredPlan, state: SessionState): FlowStep {
  const runnable = plan.clusters.map((cluster) => ({
    ...cluster,
    executable: state.engine.compileSync(cluster.slice),
  }));
  return new FlowStep(slice, state, runnable, plan.isOutgrown);
}

/** A prepared step with control flow. */
export class FlowStep {
  readonly #slice: StepSlice;
  readonly #program: FlowProgram;
  readonly #clusters: readonly RunnableCluster[];
  readonly #state: SessionState;
  readonly #isOutgrown: () => boolean;
  #plain: FlowStep | null = null;

  constructor(
    slice: StepSlice,
    state: SessionState,
    clusters: readonly RunnableCluster[] = [],
    isOutgrown: () => boolean = () => false,
  ) {
    this.#isOutgrown = isOutgrown;
    this.#slice = slice;
    this.#program = prepareFlow(slice, clusters);
    this.#clusters = clusters;
    this.#state = state;
  }

  /** It asks for the variables' values while it runs, but with all of them there may be a better way. */
  holds(): boolean {
    return !this.#isOutgrown();
  }

  runSync(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): StepResults {
    try {
      const run = this.#start(feeds);
      const clock = new StepClock(this.#state.engine.name, timings);
      limits?.check();
      let count = 0;
      const goesOn = (): boolean => {
        count += 1;
        if (count % OPS_PER_CHECK === 0) limits?.check();
        return true;
      };
      for (let next = run.interpreter.advance(goesOn); next !== "done"; next = run.interpreter.advance(goesOn)) {
        if (next === "paused") continue;
        const { cluster, inputs } = next;
        const start = performance.now();
        const outputs = cluster.executable.runSync(inputs.map((input) => this.#state.engine.fromHost(input)));
        clock.add(cluster.slice.nodes.length, performance.now() - start);
        run.interpreter.complete(this.#onHost(outputs));
        limits?.check();
      }
      clock.finish(this.#program.nodes.length);
      limits?.check();
      return this.#finish(run, feeds);
    } catch (error) {
      limits?.check();
      if (error instanceof CancelledError) throw error;
      const plain = this.#withoutClusters(error);
      timings?.splice(0);
      return plain.runSync(feeds, limits, timings);
    }
  }

  async run(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): Promise<StepResults> {
    const signal = limits?.start() ?? null;
    try {
      const run = this.#start(feeds);
      const clock = new StepClock(this.#state.engine.name, timings);
      limits?.check();
      let until = performance.now() + TURN_MS;
      const goesOn = (): boolean => performance.now() < until;
      for (let next = run.interpreter.advance(goesOn); next !== "done"; next = run.interpreter.advance(goesOn)) {
        if (next !== "paused") {
          const { cluster, inputs } = next;
          const start = performance.now();
          const values = inputs.map((input) => this.#state.engine.fromHost(input));
          const outputs = await runAtEngine(cluster.executable, values, signal, this.#state);
          clock.add(cluster.slice.nodes.length, performance.now() - start);
          run.interpreter.complete(this.#onHost(outputs));
        } else await turn();
        limits?.check();
        until = performance.now() + TURN_MS;
      }
      clock.finish(this.#program.nodes.length);
      limits?.check();
      return this.#finish(run, feeds);
    } catch (error) {
      limits?.check();
      if (error instanceof CancelledError) throw error;
      const plain = this.#withoutClusters(error);
      timings?.splice(0);
      limits?.stop();
      return await plain.run(feeds, limits, timings);
    } finally {
      limits?.stop();
    }
  }

  /** What failed is run again op by op: its error is that of the first op that fails in the order of the rules, in TensorFlow's words. */
  #withoutClusters(error: unknown): FlowStep {
    if (this.#clusters.length === 0) throw error;
    return (this.#plain ??= new FlowStep(this.#slice, this.#state));
  }

  /** What a run gave, as arrays. An engine that keeps values elsewhere gets its memory back at once. */
  #onHost(values: readonly EngineValue[]): readonly NDArray[] {
    const { engine } = this.#state;
    if (engine.release === undefined) return values.map((value) => engine.toHost(value));
    try {
      return values.map((value) => {
        const array = engine.toHost(value);
        return engine.copiesToHost === true ? array : array.copy();
      });
    } finally {
      for (const value of values) engine.release(value);
    }
  }

  #start(feeds: readonly NDArray[]): FlowRun {
    return new FlowRun(this.#program, feeds, this.#state);
  }

  /** Hands out copies, and commits values that share no memory with what was fed. */
  #finish(run: FlowRun, feeds: readonly NDArray[]): StepResults {
    const results = run.interpreter.results().map((value) => value?.copy() ?? null);
    const fed = new Set(feeds.map(bufferOf));
    const written = run.variables().filter((variable) => variable.isWritten);
    if (this.#state.isClosed)
      throw new CancelledError(
        "Session has been closed.\n  it was closed while the step ran; nothing of the step was committed",
      );
    const values = this.#forVariables(
      written.map(({ value }) =>
        fed.has(bufferOf(value as NDArray)) ? (value as NDArray).copy() : (value as NDArray),
      ),
    );
    this.#state.variables.commit(
      written.map(({ slot }) => slot),
      values,
    );
    run.effects.commit();
    return results;
  }

  /** All of them or none. */
  #forVariables(arrays: readonly NDArray[]): readonly EngineValue[] {
    const { engine } = this.#state;
    const values: EngineValue[] = [];
    try {
      for (const array of arrays) {
        const index = values.push(engine.fromHost(array)) - 1;
        if (engine.keep !== undefined) values[index] = engine.keep(values[index] as EngineValue);
      }
      return values;
    } catch (error) {
      for (const value of values) engine.release?.(value);
      throw error;
    }
  }

  release(): void {
    for (const { executable } of this.#clusters) executable.release();
  }
}

/** Tells the host's time from the engine's. */
class StepClock {
  readonly #engine: string;
  readonly #timings: PartTiming[] | null;
  readonly #start = performance.now();
  #engineMs = 0;
  #engineOps = 0;

  constructor(engine: string, timings: PartTiming[] | null) {
    this.#engine = engine;
    this.#timings = timings;
  }

  add(opCount: number, ms: number): void {
    this.#engineMs += ms;
    this.#engineOps += opCount;
  }

  finish(opCount: number): void {
    const ms = performance.now() - this.#start - this.#engineMs;
    this.#timings?.push({ runsOn: "host", opCount, ms });
    if (this.#engineOps > 0)
      this.#timings?.push({ runsOn: this.#engine, opCount: this.#engineOps, ms: this.#engineMs });
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
