/**
 * Session: runs parts of a graph and keeps its variables' values. What a step means is docs/decisions/0004; how it is planned is
 * `dataflow.ts`. Mirrors python/client/session.py.
 */
import { ArgumentTypeError, SessionError, UnsupportedFeatureError } from "../base/errors.ts";
import type { GraphDefRecord } from "../base/graph-def.ts";
import { isPlainObject, pythonText, pythonTypeName } from "../base/text.ts";
import { graphScope, runFollowing, runInScope, sessionScope } from "../graph/ambient-scope.ts";
import { contextStorage } from "../graph/context.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { Graph } from "../graph/graph.ts";
import type { RunOptions, SessionLike } from "../graph/session-like.ts";
import type { Literal } from "../tensor/ndarray.ts";
import { createDefaultEngine, createDefaultEngineSync, type EngineFactory } from "./default-engine.ts";
import { EffectStore, type PrintSink } from "./effects.ts";
import type { Engine } from "./engine.ts";
import type { FeedKey, Feeds } from "./feeds.ts";
import type { Fetch, Fetched } from "./fetches.ts";
import type { SessionState } from "./session-state.ts";
import { Step, type StepTimings } from "./step.ts";
import { type ResolvedCall, StepCache } from "./step-cache.ts";
import { StepLimits } from "./step-limits.ts";
import { StepQueue } from "./step-queue.ts";
import { VariableStore } from "./variable-store.ts";

/** Options of a session. */
export interface SessionOptions {
  /** The graph it runs; default: the current one. */
  readonly graph?: Graph | null;
  /** Where it runs; empty: in this process. */
  readonly target?: string | null;
  /** TensorFlow's settings, as a plain record. Kept, not used. */
  readonly config?: Readonly<Record<string, unknown>> | null;
  /** What computes: an engine, which may serve several sessions and is not closed with this one, or a function that makes one for this session. */
  readonly engine?: Engine | EngineFactory;
  /** Takes what `Print` and `print` write, line by line; default: the console's error stream. Must not throw. */
  readonly print?: PrintSink;
}

/** A step that is ready to be called with its feeds. */
export interface SessionCallable<R> {
  /** Runs the step with one value per feed. */
  (...values: readonly Literal[]): Promise<R>;
  /** As the call itself, at once. */
  runSync(...values: readonly Literal[]): R;
}

/**
 * Runs operations and evaluates tensors of one graph. Variables have their values in a session: two sessions of a graph share none.
 * Steps of one session run one after the other; each commits everything or nothing.
 *
 * @throws {ArgumentTypeError} when `graph`, `target` or `config` is none.
 * @throws {UnsupportedFeatureError} for a target outside of this process.
 * @see TensorFlow `Session`, python/client/session.py
 * @example
 * const v = new Variable([1, 2], { name: "v" });
 * const doubled = multiply(v, 2);
 * session.runSync(globalVariablesInitializer());
 * session.runSync(doubled).toString(); // "[2. 4.]"
 */
export class Session implements SessionLike {
  readonly graph: Graph;
  readonly target: string;
  /** As given. */
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly #given: Engine | EngineFactory | undefined;
  readonly #print: PrintSink;
  readonly #steps: StepCache<Step>;
  readonly #queue = new StepQueue();
  #state: SessionState | null = null;
  #isClosed = false;
  /** Leaves what `enter` entered. */
  #leave: (() => void) | null = null;

  constructor(options: SessionOptions | string = {}) {
    const { graph, target, config, engine, print } = checkedOptions(options);
    this.graph = graph ?? getDefaultGraph();
    this.target = target ?? "";
    this.config = config ?? null;
    this.#given = engine;
    this.#print = print ?? ((line) => console.error(line));
    this.#steps = new StepCache(this.graph, (request) => new Step(this.graph, request));
  }

  /** The name of the engine in use; `null` before the first step. */
  get engineName(): string | null {
    return this.#state?.engine.name ?? null;
  }
  get isClosed(): boolean {
    return this.#isClosed;
  }
  /** The graph as a plain record, as it is now. */
  get graphDef(): GraphDefRecord {
    return this.graph.asGraphDef();
  }

  /**
   * Runs one step: what is fetched and all that it needs. Gives the values in the structure of `fetches`; they belong to the caller.
   * What is fed must not change until the step is done.
   *
   * @throws {SessionError} when the session is closed or its graph is empty.
   * @throws {ArgumentTypeError | ArgumentError | ShapeError} when something cannot be fetched or fed.
   * @throws {OpError} when an op fails; then nothing has changed.
   * @throws {CancelledError | DeadlineExceededError} when `signal` or `timeoutMs` ended the step; then nothing has changed.
   */
  async run<const F extends Fetch>(fetches: F, feeds?: Feeds | null, options?: RunOptions): Promise<Fetched<F>> {
    const call = this.#resolve(fetches, feeds);
    if (call.fetchPlan.elements.length === 0) return call.fetchPlan.build([]) as Fetched<F>;
    const limits = StepLimits.of(options);
    return this.#queue.add(async () => {
      const state = (this.#state ??= this.#newState(await this.#engine()));
      if (state.background !== null) await state.background;
      this.#checkOpen();
      const timings = startTimings(options);
      const values = await call.step.run(state, call.feeds, limits, timings);
      if (timings !== null) finishTimings(options, state, timings);
      return call.fetchPlan.build(values) as Fetched<F>;
    });
  }

  /**
   * As `run`, at once.
   * @throws {SessionError} also while an asynchronous step is under way.
   * @throws {UnsupportedFeatureError} when the engine cannot run synchronously.
   */
  runSync<const F extends Fetch>(fetches: F, feeds?: Feeds | null, options?: RunOptions): Fetched<F> {
    const call = this.#resolve(fetches, feeds);
    if (call.fetchPlan.elements.length === 0) return call.fetchPlan.build([]) as Fetched<F>;
    const limits = StepLimits.of(options);
    if (this.#queue.isBusy) {
      throw new SessionError(
        "runSync was called while an asynchronous step of this session is under way.\n  steps of a session run one after the other: await the promise of run first, or use run here, too",
        { session: this },
      );
    }
    const state = (this.#state ??= this.#newState(this.#engineSync()));
    if (!state.engine.canRunSync) throw cannotRunSync(state.engine);
    const timings = startTimings(options);
    const values = call.step.runSync(state, call.feeds, limits, timings);
    if (timings !== null) finishTimings(options, state, timings);
    return call.fetchPlan.build(values) as Fetched<F>;
  }

  /**
   * Prepares a step that is run often. The result takes one value per entry of `feedList`.
   * @throws {ArgumentTypeError} when `feedList` is no list.
   * @example
   * const x = placeholder("float32", []);
   * const double = session.makeCallable(multiply(x, 2), [x]);
   * double.runSync(21).item(); // 42
   */
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

  /**
   * Makes this the default session for `eval` and `op.run` while `body` runs; for a promise, until it settles. Does not close the session.
   * @throws {StackNestingError} when default sessions of different asynchronous bodies overlap.
   * @example
   * session.asDefault(() => constant(3).evalSync()?.item()); // 3
   */
  asDefault<R>(body: (session: this) => R): R {
    const scope = sessionScope(this);
    return contextStorage().followsAsync ? runInScope(scope, () => body(this)) : runFollowing(scope, () => body(this));
  }

  /**
   * Python's `with session:` in two calls: makes the session and its graph the default until `exit`.
   * @throws {SessionError} when it was entered already.
   */
  enter(): this {
    if (this.#leave !== null) {
      throw new SessionError(
        "Session context managers are not re-entrant. Use `Session.as_default()` if you want to enter a session multiple times.\n  here: session.asDefault(() => …)",
        { session: this },
      );
    }
    const [graph, session] = [graphScope(this.graph), sessionScope(this)];
    graph.enter();
    session.enter();
    this.#leave = () => {
      session.exit();
      graph.exit();
    };
    return this;
  }

  /** Leaves what `enter` entered, and closes the session. */
  exit(): void {
    const leave = this.#leave;
    this.#leave = null;
    leave?.();
    this.close();
  }

  /** Ends the session: its variables' values are gone, steps under way commit nothing. Closing again does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#state !== null) this.#state.isClosed = true;
    if (this.#queue.isBusy) void this.#queue.whenIdle().then(() => this.#release());
    else this.#release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#queue.whenIdle();
  }

  #release(): void {
    this.#steps.clear();
    const state = this.#state;
    if (state === null) return;
    state.variables.clear();
    if (typeof this.#given !== "object") state.engine.close();
  }

  #resolve(fetches: unknown, feeds: unknown): ResolvedCall<Step> {
    this.#checkOpen();
    if (this.graph.version === 0)
      throw new SessionError(
        "The Session graph is empty. Add operations to the graph before calling run().\n  a session made before its graph, or in another graph's scope, runs that graph: new Session({ graph })",
        { session: this },
      );
    return this.#steps.resolve(fetches, feeds);
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new SessionError("Attempted to use a closed Session.", { session: this });
  }

  async #engine(): Promise<Engine> {
    if (this.#given === undefined) return createDefaultEngine();
    return typeof this.#given === "function" ? this.#given() : this.#given;
  }

  #engineSync(): Engine {
    if (this.#given === undefined) return createDefaultEngineSync();
    return typeof this.#given === "function" ? this.#given() : this.#given;
  }

  #newState(engine: Engine): SessionState {
    return {
      engine,
      variables: new VariableStore(engine),
      effects: new EffectStore(this.#print),
      background: null,
      isClosed: false,
    };
  }
}

function cannotRunSync(engine: Engine): UnsupportedFeatureError {
  return new UnsupportedFeatureError(
    `The engine '${engine.name}' cannot run synchronously.\n  use  await session.run(…), await tensor.eval(…)`,
    { engine },
  );
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

function checkedOptions(given: SessionOptions | string): SessionOptions {
  if (typeof given !== "string" && !isPlainObject(given)) {
    throw new ArgumentTypeError(
      `Argument \`target\` must be a string, but got "${pythonTypeName(given)}"\n  options go in an object: new Session({ graph, target, config, engine })`,
      { target: given },
    );
  }
  const options = typeof given === "string" ? { target: given } : given;
  const { graph, target, config } = options;
  if (graph !== undefined && graph !== null && !(graph instanceof Graph)) {
    throw new ArgumentTypeError(`Argument \`graph\` must be a tf.Graph, but got "${pythonTypeName(graph)}"`, { graph });
  }
  if (target !== undefined && target !== null && typeof target !== "string") {
    throw new ArgumentTypeError(`Argument \`target\` must be a string, but got "${pythonTypeName(target)}"`, {
      target,
    });
  }
  if (config !== undefined && config !== null && !isPlainObject(config)) {
    throw new ArgumentTypeError(`Argument \`config\` must be a tf.ConfigProto, but got "${pythonTypeName(config)}"`, {
      config,
    });
  }
  if (target)
    throw new UnsupportedFeatureError(
      `Sessions on other machines are not offered yet: target '${target}'.\n  leave the target out to run in this process`,
      { target },
    );
  return options;
}
