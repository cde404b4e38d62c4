/** One step of a session: planned when it runs first, and again when other variables have values than before. */
import { SessionError } from "../base/errors.ts";
import type { Graph } from "../graph/graph.ts";
import { libraryTables } from "../graph/tables.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { compileStep, compileStepSync, type PartTiming, type RunnableStep, type StepResults } from "./compiled-step.ts";
import { type Dataflow, planDataflow } from "./dataflow.ts";
import { planFlow, type SteeredPlan } from "./flow/flow-plan.ts";
import { compileFlow, compileFlowSync } from "./flow/flow-step.ts";
import { RegionStep } from "./flow/region-step.ts";
import { pruneStep, type StepRequest, type StepSlice } from "./prune.ts";
import type { SessionState } from "./session-state.ts";
import { ShapedStep, type StepPlanner, shapedStep } from "./shaped-step.ts";
import type { Releasable } from "./step-cache.ts";
import type { StepLimits } from "./step-limits.ts";

/** How many plans of one request are kept: one for each set of variables that had values. */
const KEPT_PLANS = 4;

/** What was measured during a step. */
export interface StepTimings {
  /** When it began, on the clock of `performance.now()`. */
  readonly start: number;
  readonly parts: PartTiming[];
  planMs: number;
}

/** A plan, and the steps that it is for. */
interface KeptPlan {
  readonly step: RunnableStep | ShapedStep;
  /** Whether for steps that may be stopped; `null` where that makes no difference. */
  readonly isStoppable: boolean | null;
}

/** What is to be compiled. */
interface PlannedStep {
  readonly slice: StepSlice;
  readonly plan: Dataflow | SteeredPlan;
  readonly planner: StepPlanner;
  readonly isStoppable: boolean | null;
}

/** A request of one session with its plans. */
export class Step implements Releasable {
  readonly #graph: Graph;
  readonly #request: StepRequest;
  #slice: StepSlice | null = null;
  #plans: KeptPlan[] = [];
  #edits = -1;
  /** The version of the graph when this step was last told of. */
  #toldVersion = -1;

  constructor(graph: Graph, request: StepRequest) {
    this.#graph = graph;
    this.#request = request;
  }

  runSync(
    state: SessionState,
    feeds: readonly NDArray[],
    limits: StepLimits | null,
    timings: StepTimings | null,
  ): StepResults {
    const start = timings === null ? 0 : performance.now();
    const plan = this.#known(limits !== null) ?? this.#keep(this.#compileSync(state, limits !== null));
    this.#tell(state);
    const form = plan instanceof ShapedStep ? plan.formForSync(feeds) : plan;
    if (timings !== null) timings.planMs = performance.now() - start;
    return form.runSync(feeds, limits, timings?.parts ?? null);
  }

  async run(
    state: SessionState,
    feeds: readonly NDArray[],
    limits: StepLimits | null,
    timings: StepTimings | null,
  ): Promise<StepResults> {
    const start = timings === null ? 0 : performance.now();
    // Loops of a step that may be stopped stay at the host, unless the engine stops them.
    const isStoppable = limits !== null && state.engine.canStop !== true;
    const plan = this.#known(isStoppable) ?? this.#keep(await this.#compile(state, isStoppable));
    this.#tell(state);
    const form = plan instanceof ShapedStep ? await plan.formFor(feeds) : plan;
    if (timings !== null) timings.planMs = performance.now() - start;
    return form.run(feeds, limits, timings?.parts ?? null);
  }

  #known(isStoppable: boolean): KeptPlan["step"] | null {
    if (this.#edits !== this.#graph.edits) this.release();
    for (const plan of this.#plans)
      if ((plan.isStoppable === null || plan.isStoppable === isStoppable) && plan.step.holds()) return plan.step;
    return null;
  }

  #pruned(): StepSlice {
    this.#edits = this.#graph.edits;
    return (this.#slice ??= pruneStep(this.#graph, this.#request));
  }

  /** @throws {SessionError} when the step writes variables that are frozen. */
  #allowed(state: SessionState): StepSlice {
    const slice = this.#pruned();
    const write = state.variables.isSnapshot && slice.ops.find((op) => op.def.effect === "write");
    if (!write) return slice;
    throw new SessionError(
      `A frozen session cannot write variables, as operation '${write.name}' (${write.type}) does.\n  run it in the session itself, then freeze that again`,
      { op: write },
    );
  }

  #planned(state: SessionState, isStoppable: boolean): PlannedStep {
    const slice = this.#allowed(state);
    if (!slice.hasFlow) {
      const plan = (): Dataflow => planDataflow(slice, state.variables);
      return { slice, plan: plan(), planner: { plan, finish: (compiled) => compiled }, isStoppable: null };
    }
    const flow = planFlow(slice, state, isStoppable);
    const planner: StepPlanner = {
      plan: () => planFlow(slice, state, isStoppable).dataflow as Dataflow,
      finish: (compiled) => new RegionStep(compiled, slice, state),
    };
    return {
      slice,
      plan: flow.dataflow ?? (flow as SteeredPlan),
      planner,
      isStoppable: flow.hasLoops ? isStoppable : null,
    };
  }

  #compileSync(state: SessionState, forStoppable: boolean): KeptPlan {
    const { slice, plan, planner, isStoppable } = this.#planned(state, forStoppable);
    if ("clusters" in plan) return { step: compileFlowSync(slice, plan, state), isStoppable };
    return { step: shapedStep(plan, planner, state) ?? planner.finish(compileStepSync(plan, state)), isStoppable };
  }

  async #compile(state: SessionState, forStoppable: boolean): Promise<KeptPlan> {
    const { slice, plan, planner, isStoppable } = this.#planned(state, forStoppable);
    if ("clusters" in plan) return { step: await compileFlow(slice, plan, state), isStoppable };
    return {
      step: shapedStep(plan, planner, state) ?? planner.finish(await compileStep(plan, state)),
      isStoppable,
    };
  }

  /** Tells whoever watches, unless it was told since the graph changed. */
  #tell(state: SessionState): void {
    if (this.#toldVersion === this.#graph.version) return;
    this.#toldVersion = this.#graph.version;
    const { ops } = this.#pruned();
    libraryTables().watch?.stepRuns({ session: state, graph: this.#graph, fetches: this.#request.fetches, ops });
  }

  #keep(plan: KeptPlan): KeptPlan["step"] {
    const dropped = this.#plans.slice(KEPT_PLANS - 1);
    this.#plans = [plan, ...this.#plans.slice(0, KEPT_PLANS - 1)];
    for (const old of dropped) old.step.release();
    return plan.step;
  }

  release(): void {
    for (const plan of this.#plans) plan.step.release();
    this.#plans = [];
    this.#slice = null;
  }
}
