/** Runs what is asked for by fetches and feeds, whichever variables it sees: the part that sessions and frozen ones have in common. */
import { ArgumentTypeError, SessionError, UnsupportedFeatureError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import type { Graph } from "../graph/graph.ts";
import type { RunOptions, SessionLike } from "../graph/session-like.ts";
import type { Literal } from "../tensor/ndarray.ts";
import type { FeedKey, Feeds } from "./feeds.ts";
import type { Fetch, Fetched } from "./fetches.ts";
import { TURN_MS, turn } from "./kernel-program.ts";
import {
  type AsyncFeedsOfSteps,
  asyncFeedsOfSteps,
  type FeedsOfSteps,
  feedsOfSteps,
  inStep,
  type RunManyOptions,
} from "./run-many.ts";
import type { SessionState } from "./session-state.ts";
import { Step, type StepTimings } from "./step.ts";
import { type ResolvedCall, StepCache } from "./step-cache.ts";
import { StepLimits } from "./step-limits.ts";
import type { StepQueue } from "./step-queue.ts";

/** A step that is ready to be called with its feeds. */
export interface SessionCallable<R> {
  /** Runs the step with one value per feed. */
  (...values: readonly Literal[]): Promise<R>;
  /** As the call itself, at once. */
  runSync(...values: readonly Literal[]): R;
}

/** What a runner asks of the session that it belongs to. */
export interface StepOwner {
  /** Whom errors are about. */
  readonly session: SessionLike;
  readonly graph: Graph;
  readonly queue: StepQueue;
  /** @throws {SessionError} when nothing may run any more. */
  checkOpen(): void;
  state(): Promise<SessionState>;
  stateSync(): SessionState;
}

/** Prepares steps, keeps them, and runs them one after the other. */
export class StepRunner {
  readonly #owner: StepOwner;
  readonly #steps: StepCache<Step>;

  constructor(owner: StepOwner) {
    this.#owner = owner;
    this.#steps = new StepCache(owner.graph, (request) => new Step(owner.graph, request));
  }

  async run<const F extends Fetch>(fetches: F, feeds?: Feeds | null, options?: RunOptions): Promise<Fetched<F>> {
    return this.#run(fetches, feeds, options, StepLimits.of(options)) as Promise<Fetched<F>>;
  }

  async #run(
    fetches: unknown,
    feeds: unknown,
    options: RunOptions | undefined,
    limits: StepLimits | null,
  ): Promise<unknown> {
    const call = this.#resolve(fetches, feeds);
    if (call.fetchPlan.elements.length === 0) return call.fetchPlan.build([]);
    return this.#owner.queue.add(async () => {
      const state = await this.#owner.state();
      if (state.background !== null) await state.background;
      this.#owner.checkOpen();
      const timings = startTimings(options);
      const values = await call.step.run(state, call.feeds, limits, timings);
      if (timings !== null) finishTimings(options, state, timings);
      return call.fetchPlan.build(values);
    });
  }

  runSync<const F extends Fetch>(fetches: F, feeds?: Feeds | null, options?: RunOptions): Fetched<F> {
    return this.#runSync(fetches, feeds, options, StepLimits.of(options)) as Fetched<F>;
  }

  #runSync(fetches: unknown, feeds: unknown, options: RunOptions | undefined, limits: StepLimits | null): unknown {
    const call = this.#resolve(fetches, feeds);
    if (call.fetchPlan.elements.length === 0) return call.fetchPlan.build([]);
    if (this.#owner.queue.isBusy) {
      throw new SessionError(
        "runSync was called while an asynchronous step of this session is under way.\n  steps of a session run one after the other: await the promise of run first, or use run here, too",
        { session: this.#owner.session },
      );
    }
    const state = this.#owner.stateSync();
    if (!state.engine.canRunSync) {
      throw new UnsupportedFeatureError(
        `The engine '${state.engine.name}' cannot run synchronously.\n  use  await session.run(…), await tensor.eval(…)`,
        { engine: state.engine },
      );
    }
    const timings = startTimings(options);
    const values = call.step.runSync(state, call.feeds, limits, timings);
    if (timings !== null) finishTimings(options, state, timings);
    return call.fetchPlan.build(values);
  }

  /** Each step takes its turn among those of the session: what makes the feeds may run steps, too. */
  async runMany<const F extends Fetch>(
    fetches: F,
    feeds: AsyncFeedsOfSteps,
    options?: RunManyOptions<Fetched<F>>,
  ): Promise<Fetched<F>[]> {
    const limits = StepLimits.of(options);
    const results: Fetched<F>[] = [];
    let turnAt = performance.now() + TURN_MS;
    for await (const feedsOfStep of asyncFeedsOfSteps(feeds)) {
      try {
        if (performance.now() > turnAt) {
          await turn();
          turnAt = performance.now() + TURN_MS;
        }
        limits?.check();
        results.push((await this.#run(fetches, feedsOfStep, options, limits)) as Fetched<F>);
      } catch (error) {
        throw inStep(error, results.length);
      }
      options?.onStep?.(results.at(-1) as Fetched<F>, results.length - 1);
    }
    return results;
  }

  runManySync<const F extends Fetch>(
    fetches: F,
    feeds: FeedsOfSteps,
    options?: RunManyOptions<Fetched<F>>,
  ): Fetched<F>[] {
    const limits = StepLimits.of(options);
    const results: Fetched<F>[] = [];
    for (const feedsOfStep of feedsOfSteps(feeds)) {
      try {
        limits?.check();
        results.push(this.#runSync(fetches, feedsOfStep, options, limits) as Fetched<F>);
      } catch (error) {
        throw inStep(error, results.length);
      }
      options?.onStep?.(results.at(-1) as Fetched<F>, results.length - 1);
    }
    return results;
  }

  makeCallable<const F extends Fetch>(fetches: F, feedList?: readonly FeedKey[] | null): SessionCallable<Fetched<F>> {
    if (feedList !== undefined && feedList !== null && !Array.isArray(feedList)) {
      throw new ArgumentTypeError(
        `Argument \`feed_list\` must be a list or tuple. Received: feed_list=${pythonText(feedList)}`,
        { feedList },
      );
    }
    const keys: readonly FeedKey[] = feedList ?? [];
    // Without feeds, what cannot be fetched is told now.
    if (keys.length === 0) this.#resolve(fetches, []);
    const feeds = (values: readonly Literal[]) =>
      keys.slice(0, values.length).map((key, i) => [key, values[i] as Literal] as const);
    const call = (...values: readonly Literal[]): Promise<Fetched<F>> => this.run(fetches, feeds(values));
    return Object.assign(call, {
      runSync: (...values: readonly Literal[]): Fetched<F> => this.runSync(fetches, feeds(values)),
    });
  }

  /** Forgets every step. */
  clear(): void {
    this.#steps.clear();
  }

  #resolve(fetches: unknown, feeds: unknown): ResolvedCall<Step> {
    this.#owner.checkOpen();
    if (this.#owner.graph.version === 0)
      throw new SessionError(
        "The Session graph is empty. Add operations to the graph before calling run().\n  a session made before its graph, or in another graph's scope, runs that graph: new Session({ graph })",
        { session: this.#owner.session },
      );
    return this.#steps.resolve(fetches, feeds);
  }
}

function startTimings(options: RunOptions | undefined): StepTimings | null {
  return options?.metadata === undefined ? null : { start: performance.now(), planMs: 0, parts: [] };
}

function finishTimings(
  options: RunOptions | undefined,
  state: SessionState,
  { start, planMs, parts }: StepTimings,
): void {
  Object.assign(options?.metadata ?? {}, {
    engine: state.engine.name,
    planMs,
    parts,
    totalMs: performance.now() - start,
  });
}
