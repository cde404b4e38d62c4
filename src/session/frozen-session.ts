/** FrozenSession: a session's variables as they were at one moment, for inference. Not how constants make models faster: engines do that. */
import { SessionError } from "../base/errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { RunOptions, SessionLike } from "../graph/session-like.ts";
import type { FeedKey, Feeds } from "./feeds.ts";
import type { Fetch, Fetched } from "./fetches.ts";
import type { AsyncFeedsOfSteps, FeedsOfSteps, RunManyOptions } from "./run-many.ts";
import type { SessionState } from "./session-state.ts";
import { type SessionCallable, type StepOwner, StepRunner } from "./step-runner.ts";
import type { VariableStore } from "./variable-store.ts";

/**
 * Runs a session's graph with the values that the variables had when it was made, by {@link Session.freeze}. Later steps of the session
 * change nothing here. As the values are constants, an engine can lay them out for its kernels once, fold batch normalization into
 * filters, and hand nothing over per step.
 *
 * Steps that write a variable fail. Random ops go on with the session's streams, and steps here and in the session run one after the other.
 * TensorFlow has no such view: there, `convert_variables_to_constants` makes a second graph.
 *
 * @throws {SessionError} when it was released, its session is closed, or a step would write a variable.
 * @example
 * const v = new Variable(2);
 * session.runSync(v.initializer);
 * const frozen = session.freeze();
 * session.runSync(v.assign(5));
 * frozen.runSync(v.mul(10)).item(); // 20
 * frozen.release();
 */
export class FrozenSession implements SessionLike {
  readonly graph: Graph;
  readonly #runner: StepRunner;
  readonly #variables: VariableStore | null;
  readonly #letGo: () => void;
  #state: SessionState | null = null;
  #isReleased = false;

  /** @internal `variables` is a snapshot, or `null` where no step has run before. */
  constructor(owner: StepOwner, variables: VariableStore | null, letGo: () => void) {
    this.graph = owner.graph;
    this.#variables = variables;
    this.#letGo = letGo;
    this.#runner = new StepRunner({
      session: this,
      graph: owner.graph,
      queue: owner.queue,
      checkOpen: () => {
        owner.checkOpen();
        if (this.#isReleased) throw new SessionError("Attempted to use a released frozen Session.", { session: this });
      },
      state: async () => (this.#state ??= this.#over(await owner.state())),
      stateSync: () => (this.#state ??= this.#over(owner.stateSync())),
    });
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** As {@link Session.run}, with the frozen variables. */
  async run<const F extends Fetch>(fetches: F, feeds?: Feeds | null, options?: RunOptions): Promise<Fetched<F>> {
    return this.#runner.run(fetches, feeds, options);
  }

  /** As {@link Session.runSync}, with the frozen variables. */
  runSync<const F extends Fetch>(fetches: F, feeds?: Feeds | null, options?: RunOptions): Fetched<F> {
    return this.#runner.runSync(fetches, feeds, options);
  }

  /** As {@link Session.runMany}, with the frozen variables. */
  async runMany<const F extends Fetch>(
    fetches: F,
    feeds: AsyncFeedsOfSteps,
    options?: RunManyOptions<Fetched<F>>,
  ): Promise<Fetched<F>[]> {
    return this.#runner.runMany(fetches, feeds, options);
  }

  /** As {@link Session.runManySync}, with the frozen variables. */
  runManySync<const F extends Fetch>(
    fetches: F,
    feeds: FeedsOfSteps,
    options?: RunManyOptions<Fetched<F>>,
  ): Fetched<F>[] {
    return this.#runner.runManySync(fetches, feeds, options);
  }

  /** As {@link Session.makeCallable}, with the frozen variables. */
  makeCallable<const F extends Fetch>(fetches: F, feedList?: readonly FeedKey[] | null): SessionCallable<Fetched<F>> {
    return this.#runner.makeCallable(fetches, feedList);
  }

  /** Frees the values and what was compiled, when the step under way has ended; those that have not begun fail. Releasing again does nothing. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#letGo();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal Frees everything; no step is under way. */
  clear(): void {
    this.#runner.clear();
    this.#variables?.clear();
    this.#state?.variables.clear();
  }

  /** The session's state with other variables. */
  #over(state: SessionState): SessionState {
    return {
      engine: state.engine,
      variables: this.#variables ?? state.variables.emptySnapshot(),
      effects: state.effects,
      get background() {
        return state.background;
      },
      set background(work) {
        state.background = work;
      },
      get isClosed() {
        return state.isClosed;
      },
      set isClosed(value) {
        state.isClosed = value;
      },
    };
  }
}
