/**
 * A step whose conditionals and loops are regions. What fails is run again by the interpreter, op by op: which op fails first is only
 * known in the order of the rules, and its text is TensorFlow's.
 */
import { CancelledError, DeadlineExceededError } from "../../base/errors.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import type { CompiledStep, PartTiming, RunnableStep, StepResults } from "../compiled-step.ts";
import type { StepSlice } from "../prune.ts";
import type { SessionState } from "../session-state.ts";
import type { StepLimits } from "../step-limits.ts";
import { FlowStep } from "./flow-step.ts";

export class RegionStep implements RunnableStep {
  readonly #compiled: CompiledStep;
  readonly #slice: StepSlice;
  readonly #state: SessionState;
  #interpreted: FlowStep | null = null;

  constructor(compiled: CompiledStep, slice: StepSlice, state: SessionState) {
    this.#compiled = compiled;
    this.#slice = slice;
    this.#state = state;
  }

  holds(): boolean {
    return this.#compiled.holds();
  }

  runSync(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): StepResults {
    try {
      return this.#compiled.runSync(feeds, limits, timings);
    } catch (error) {
      return this.#afterFailure(error, timings).runSync(feeds, limits, timings);
    }
  }

  async run(feeds: readonly NDArray[], limits: StepLimits | null, timings: PartTiming[] | null): Promise<StepResults> {
    try {
      return await this.#compiled.run(feeds, limits, timings);
    } catch (error) {
      return await this.#afterFailure(error, timings).run(feeds, limits, timings);
    }
  }

  #afterFailure(error: unknown, timings: PartTiming[] | null): FlowStep {
    if (error instanceof CancelledError || error instanceof DeadlineExceededError) throw error;
    timings?.splice(0);
    return (this.#interpreted ??= new FlowStep(this.#slice, this.#state));
  }

  release(): void {
    this.#compiled.release();
  }
}
