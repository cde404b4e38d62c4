/**
 * A planned step, ready to run again and again: the engine's parts and the host's in order, then the checks, then the commit.
 * Nothing of the session changes before the commit, and the commit cannot fail.
 */
import { CancelledError } from "../base/errors.ts";
import type { Operation } from "../graph/operation.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { Dataflow } from "./dataflow.ts";
import { StepEffects } from "./effects.ts";
import type { EngineValue, Executable } from "./engine.ts";
import { runAtEngine } from "./engine-work.ts";
import { checkReplacement } from "./failures.ts";
import { type FoldedDataflow, foldConstants } from "./fold.ts";
import { KernelProgram } from "./kernel-program.ts";
import { type Part, splitIntoParts, wholePart } from "./parts.ts";
import type { SessionState } from "./session-state.ts";
import { hasLoops } from "./slice-loops.ts";
import { StepInOrder } from "./step-in-order.ts";
import type { StepLimits } from "./step-limits.ts";
import type { StepValue, StepVariable } from "./step-values.ts";
import type { VariableSlot } from "./variable-store.ts";

/** The values of the fetches; `null` for operations. */
export type StepResults = readonly (NDArray | null)[];

/** One part of the measured times. */
export interface PartTiming {
  readonly runsOn: string;
  readonly opCount: number;
  readonly ms: number;
}

/** A step that is ready to run, while it holds. */
export interface RunnableStep {
  /** Whether the same of its variables have values as when it was planned. */
  holds(): boolean;
  runSync(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): StepResults;
  run(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): Promise<StepResults>;
  /** Frees what compiling took. */
  release(): void;
}

/** A part with its values as places in the registers. */
interface RunnablePart {
  readonly opCount: number;
  /** Set for the engine's parts, the other one for the host's. */
  readonly executable: Executable | null;
  readonly program: KernelProgram | null;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The values of a run by place: on the host, at the engine, or both. */
interface Registers {
  readonly host: (NDArray | undefined)[];
  readonly engine: (EngineValue | undefined)[];
}

/** A value that is taken out: `copies` when somebody else has it, too. */
interface Taken {
  readonly place: number;
  readonly copies: boolean;
}

interface Check {
  readonly op: Operation;
  readonly old: number | null;
  readonly value: number;
}

/** Compiles a step for a session's engine. */
export async function compileStep(planned: Dataflow, state: SessionState): Promise<CompiledStep> {
  return compileFolded(folded(planned, state), state);
}

/** As `compileStep`, at once. */
export function compileStepSync(planned: Dataflow, state: SessionState): CompiledStep {
  return compileFoldedSync(folded(planned, state), state);
}

/** Compiles what is left of a step. */
export async function compileFolded(dataflow: FoldedDataflow, state: SessionState): Promise<CompiledStep> {
  const whole = state.engine.tryCompile === undefined ? null : wholeOf(dataflow);
  const executable = whole && ((await state.engine.tryCompile?.(whole)) ?? null);
  if (whole && executable) return new CompiledStep(dataflow, state, [whole], [executable]);
  const parts = partsOf(dataflow, state);
  const executables: (Executable | null)[] = [];
  for (const part of parts) executables.push(part.isHost ? null : await state.engine.compile(part));
  return new CompiledStep(dataflow, state, parts, executables);
}

/** As `compileFolded`, at once. */
export function compileFoldedSync(dataflow: FoldedDataflow, state: SessionState): CompiledStep {
  const whole = state.engine.tryCompileSync === undefined ? null : wholeOf(dataflow);
  const executable = whole && (state.engine.tryCompileSync?.(whole) ?? null);
  if (whole && executable) return new CompiledStep(dataflow, state, [whole], [executable]);
  const parts = partsOf(dataflow, state);
  return new CompiledStep(
    dataflow,
    state,
    parts,
    parts.map((part) => (part.isHost ? null : state.engine.compileSync(part))),
  );
}

function folded(dataflow: Dataflow, state: SessionState): FoldedDataflow {
  return foldConstants(dataflow, haveDeclaredShapes(dataflow.variables, state));
}

/** Whether variables have the shapes that the graph says. */
export function haveDeclaredShapes(
  variables: readonly StepVariable[],
  { variables: store, engine }: SessionState,
): boolean {
  return variables.every(({ op, shape }) => {
    const { value } = store.slot(op);
    if (value === null || !shape.isFullyDefined()) return true;
    const dims = shape.dims as readonly number[];
    const actual = engine.shapeOf(value);
    return actual.length === dims.length && dims.every((d, axis) => d === actual[axis]);
  });
}

/** All of the step for the engine; `null` where the host has some of it, or nothing is to be computed. */
function wholeOf(dataflow: Dataflow): Part | null {
  return dataflow.failure === null ? wholePart(dataflow.nodes, outlivingValues(dataflow)) : null;
}

function partsOf(dataflow: Dataflow, state: SessionState): readonly Part[] {
  // A step that is sure to fail runs in order on the host, to see whether something fails before.
  if (dataflow.failure !== null) return [];
  return splitIntoParts(dataflow.nodes, outlivingValues(dataflow), state.engine);
}

function outlivingValues(dataflow: Dataflow): StepValue[] {
  const outliving = dataflow.checks.flatMap((check) => check.inputs as readonly StepValue[]);
  for (const { written } of dataflow.variables) if (written !== null) outliving.push(written);
  for (const value of dataflow.fetches) if (value !== null) outliving.push(value);
  return outliving;
}

/** A step of one session. One run at a time. */
export class CompiledStep implements RunnableStep {
  readonly #dataflow: FoldedDataflow;
  readonly #state: SessionState;
  readonly #places = new Map<StepValue, number>();
  readonly #parts: readonly RunnablePart[];
  /** Constants in their places. */
  readonly #constants: (NDArray | undefined)[] = [];
  readonly #assumptions: readonly { readonly slot: VariableSlot; readonly wasInitialized: boolean }[];
  readonly #loads: readonly { readonly slot: VariableSlot; readonly place: number }[];
  readonly #feeds: readonly { readonly index: number; readonly place: number }[];
  readonly #fetches: readonly (Taken | null)[];
  readonly #checks: readonly Check[];
  readonly #commits: readonly Taken[];
  /** Where what is committed goes. */
  readonly #written: readonly VariableSlot[];
  readonly #hasEffects: boolean;
  readonly #inOrder: StepInOrder;

  constructor(
    dataflow: FoldedDataflow,
    state: SessionState,
    parts: readonly Part[],
    executables: readonly (Executable | null)[],
  ) {
    this.#dataflow = dataflow;
    this.#state = state;
    this.#inOrder = new StepInOrder(dataflow, state);
    const hasHost = parts.some((part) => part.isHost);
    const placeInStep = hasHost ? new Map(dataflow.nodes.map((node, i) => [node.op, i])) : null;
    this.#parts = parts.map((part, i) => ({
      opCount: part.nodes.length,
      executable: executables[i] ?? null,
      program: part.isHost
        ? new KernelProgram(part.nodes, part.inputs, part.outputs, (op) => placeInStep?.get(op) ?? 0)
        : null,
      inputs: part.inputs.map((value) => this.#placeOf(value)),
      outputs: part.outputs.map((value) => this.#placeOf(value)),
    }));
    this.#hasEffects = parts.some((part) => part.isHost);
    this.#assumptions = dataflow.variables.map(({ op, wasInitialized }) => ({
      slot: state.variables.slot(op),
      wasInitialized,
    }));
    this.#checks = dataflow.checks.map(({ op, inputs }) => this.#check(op, inputs as readonly StepValue[]));
    const written = dataflow.variables.filter((variable) => variable.written !== null);
    this.#commits = written.map((variable) => this.#committed(variable.written as StepValue));
    this.#written = written.map((variable) => state.variables.slot(variable.op));
    const taken = new Set(written.map((variable) => variable.written));
    this.#fetches = dataflow.fetches.map((value) => (value === null ? null : this.#fetched(value, taken)));
    const outer = [...this.#places.keys()];
    this.#loads = dataflow.variables.flatMap(({ op, before }) =>
      before !== null && this.#places.has(before)
        ? [{ slot: state.variables.slot(op), place: this.#placeOf(before) }]
        : [],
    );
    this.#feeds = outer.flatMap((value) =>
      typeof value.source === "number" ? [{ index: value.source, place: this.#placeOf(value) }] : [],
    );
  }

  #placeOf(value: StepValue): number {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(value, place);
      this.#constants.push(value.constant ?? undefined);
    }
    return place;
  }

  #check(op: Operation, inputs: readonly StepValue[]): Check {
    const [first, second] = inputs;
    return {
      op,
      old: second === undefined ? null : this.#placeOf(first as StepValue),
      value: this.#placeOf((second ?? first) as StepValue),
    };
  }

  /** What is fed belongs to the caller; everything else that is committed never changes. */
  #committed(value: StepValue): Taken {
    return { place: this.#placeOf(value), copies: typeof value.source === "number" };
  }

  /** What a part made for this fetch alone is handed out as it is. */
  #fetched(value: StepValue, taken: Set<StepValue | null>): Taken {
    const { engine } = this.#state;
    const isKept = engine.release === undefined || engine.copiesToHost === true;
    const isOwn = value.source === null && value.constant === null && !taken.has(value) && isKept;
    taken.add(value);
    return { place: this.#placeOf(value), copies: !isOwn };
  }

  /** Whether the same variables have values as when the step was planned, and shapes that were taken for granted. */
  holds(): boolean {
    for (const { slot, wasInitialized } of this.#assumptions)
      if ((slot.value !== null) !== wasInitialized) return false;
    return !this.#dataflow.assumesShapes || haveDeclaredShapes(this.#dataflow.variables, this.#state);
  }

  runSync(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): StepResults {
    const registers = this.#load(feeds);
    const effects = this.#hasEffects ? new StepEffects(this.#state.effects) : null;
    this.#inOrder.fail(feeds);
    try {
      limits?.check();
      for (const part of this.#parts) {
        const start = timings === null ? 0 : performance.now();
        if (part.executable !== null)
          this.#store(part, registers.engine, part.executable.runSync(this.#engineInputs(part, registers)));
        else this.#runHost(part, registers, effects);
        timings?.push(this.#timing(part, start));
        limits?.check();
      }
      return this.#finish(registers, effects);
    } catch (error) {
      limits?.check();
      if (error instanceof CancelledError) throw error;
      throw this.#inOrder.explained(error, feeds);
    } finally {
      this.#releaseUnused(registers);
    }
  }

  async run(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): Promise<StepResults> {
    const registers = this.#load(feeds);
    const effects = this.#hasEffects ? new StepEffects(this.#state.effects) : null;
    this.#inOrder.fail(feeds);
    const signal = limits?.start() ?? null;
    try {
      limits?.check();
      for (const part of this.#parts) {
        const start = timings === null ? 0 : performance.now();
        if (part.executable !== null)
          this.#store(
            part,
            registers.engine,
            await runAtEngine(part.executable, this.#engineInputs(part, registers), signal, this.#state),
          );
        else this.#runHost(part, registers, effects);
        timings?.push(this.#timing(part, start));
        limits?.check();
      }
      return this.#finish(registers, effects);
    } catch (error) {
      limits?.check();
      if (error instanceof CancelledError) throw error;
      // The kernels cannot be stopped within a loop: the step is explained by running it iteration by iteration.
      if (signal !== null && hasLoops(this.#dataflow.nodes)) throw error;
      throw this.#inOrder.explained(error, feeds);
    } finally {
      limits?.stop();
      this.#releaseUnused(registers);
    }
  }

  #load(feeds: readonly NDArray[]): Registers {
    const registers: Registers = {
      host: this.#constants.slice(),
      engine: new Array<EngineValue | undefined>(this.#constants.length),
    };
    for (const { slot, place } of this.#loads) registers.engine[place] = slot.value as EngineValue;
    for (const { index, place } of this.#feeds) registers.host[place] = feeds[index] as NDArray;
    return registers;
  }

  #engineInputs(part: RunnablePart, registers: Registers): readonly EngineValue[] {
    const values = new Array<EngineValue>(part.inputs.length);
    for (let i = 0; i < values.length; i += 1) values[i] = this.#atEngine(part.inputs[i] as number, registers);
    return values;
  }

  #atEngine(place: number, { host, engine }: Registers): EngineValue {
    return (engine[place] ??= this.#state.engine.fromHost(host[place] as NDArray));
  }

  #onHost(place: number, { host, engine }: Registers): NDArray {
    return (host[place] ??= this.#state.engine.toHost(engine[place] as EngineValue));
  }

  #store<T>(part: RunnablePart, registers: (T | undefined)[], outputs: readonly T[]): void {
    for (let i = 0; i < outputs.length; i += 1) registers[part.outputs[i] as number] = outputs[i] as T;
  }

  #runHost(part: RunnablePart, registers: Registers, effects: StepEffects | null): void {
    const program = part.program as KernelProgram;
    program.effects = effects;
    try {
      this.#store(part, registers.host, program.runSync(part.inputs.map((place) => this.#onHost(place, registers))));
    } finally {
      program.effects = null;
    }
  }

  #timing(part: RunnablePart, start: number): PartTiming {
    return {
      runsOn: part.program === null ? this.#state.engine.name : "host",
      opCount: part.opCount,
      ms: performance.now() - start,
    };
  }

  /** Checks, then hands out and commits. */
  #finish(registers: Registers, effects: StepEffects | null): StepResults {
    for (const { op, old, value } of this.#checks) {
      checkReplacement(
        op,
        old === null ? (op.inputs[0]?.shape.dims as readonly number[]) : this.#shapeAt(old, registers),
        this.#shapeAt(value, registers),
      );
    }
    const results = new Array<NDArray | null>(this.#fetches.length);
    for (let i = 0; i < results.length; i += 1) {
      const fetch = this.#fetches[i] as Taken | null;
      if (fetch === null) results[i] = null;
      else results[i] = fetch.copies ? this.#copyOf(fetch.place, registers) : this.#onHost(fetch.place, registers);
    }
    if (this.#state.isClosed)
      throw new CancelledError(
        "Session has been closed.\n  it was closed while the step ran; nothing of the step was committed",
      );
    const values = this.#commits.map((commit) => this.#kept(commit, registers));
    // From here on nothing throws.
    this.#state.variables.commit(this.#written, values);
    effects?.commit();
    return results;
  }

  #copyOf(place: number, registers: Registers): NDArray {
    const { engine } = this.#state;
    const value = registers.engine[place];
    if (registers.host[place] === undefined && value !== undefined && engine.copyToHost !== undefined)
      return engine.copyToHost(value);
    return this.#onHost(place, registers).copy();
  }

  /** A value for a variable. Until it is one, it stands in the registers: so it is given back if the step fails after all. */
  #kept({ place, copies }: Taken, registers: Registers): EngineValue {
    const { engine } = this.#state;
    const at = copies ? registers.engine.length : place;
    const value = copies ? engine.fromHost(this.#onHost(place, registers).copy()) : this.#atEngine(place, registers);
    registers.engine[at] = value;
    // What another variable has was kept before.
    if (engine.keep === undefined || this.#state.variables.holds(value)) return value;
    return (registers.engine[at] = engine.keep(value));
  }

  #shapeAt(place: number, { host, engine }: Registers): readonly number[] {
    return host[place]?.shape ?? this.#state.engine.shapeOf(engine[place] as EngineValue);
  }

  /** Lets go of what the engine made during a run and nobody holds. */
  #releaseUnused({ engine }: Registers): void {
    const { engine: owner, variables } = this.#state;
    if (owner.release === undefined) return;
    // What variables had before the step is theirs; the commit has let go of what was replaced.
    for (const { place } of this.#loads) engine[place] = undefined;
    for (const value of new Set(engine)) if (value !== undefined && !variables.holds(value)) owner.release(value);
  }

  /** Frees what compiling took. */
  release(): void {
    for (const { executable } of this.#parts) executable?.release();
  }
}
