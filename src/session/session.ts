/**
 * Session: runs parts of a graph and keeps its variables' values. What a step means is docs/decisions/0004; how it is planned is
 * `dataflow.ts`. Mirrors python/client/session.py.
 */
import { ArgumentTypeError, SessionError, UnsupportedFeatureError } from "../base/errors.ts";
import type { GraphDefRecord } from "../base/graph-def.ts";
import { isPlainObject, pythonTypeName } from "../base/text.ts";
import { graphScope, runFollowing, runInScope, sessionScope } from "../graph/ambient-scope.ts";
import { contextStorage } from "../graph/context.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { Graph } from "../graph/graph.ts";
import type { RunOptions, SessionLike } from "../graph/session-like.ts";
import { createDefaultEngine, createDefaultEngineSync, type EngineFactory } from "./default-engine.ts";
import { EffectStore, type PrintSink } from "./effects.ts";
import type { Engine } from "./engine.ts";
import type { FeedKey, Feeds } from "./feeds.ts";
import type { Fetch, Fetched } from "./fetches.ts";
import { FrozenSession } from "./frozen-session.ts";
import type { AsyncFeedsOfSteps, FeedsOfSteps, RunManyOptions } from "./run-many.ts";
import type { SessionState } from "./session-state.ts";
import { StepQueue } from "./step-queue.ts";
import { type SessionCallable, type StepOwner, StepRunner } from "./step-runner.ts";
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
  readonly #owner: StepOwner;
  readonly #runner: StepRunner;
  readonly #queue = new StepQueue();
  readonly #frozen = new Set<FrozenSession>();
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
    this.#owner = {
      session: this,
      graph: this.graph,
      queue: this.#queue,
      checkOpen: () => this.#checkOpen(),
      state: async () => (this.#state ??= this.#newState(await this.#engine())),
      stateSync: () => (this.#state ??= this.#newState(this.#engineSync())),
    };
    this.#runner = new StepRunner(this.#owner);
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
    return this.#runner.run(fetches, feeds, options);
  }

  /**
   * As `run`, at once.
   * @throws {SessionError} also while an asynchronous step is under way.
   * @throws {UnsupportedFeatureError} when the engine cannot run synchronously.
   */
  runSync<const F extends Fetch>(fetches: F, feeds?: Feeds | null, options?: RunOptions): Fetched<F> {
    return this.#runner.runSync(fetches, feeds, options);
  }

  /**
   * Runs a step once for each element of `feeds`, and gives what `run` would have given each time. Each of these steps commits everything or
   * nothing; when one fails or the signal is aborted, those before it stay, and the error tells its number. Feeds may be made while steps
   * run: by a generator, also an asynchronous one.
   *
   * TensorFlow has no such method: there, one writes the loop.
   *
   * @throws {ArgumentTypeError} when `feeds` is neither a sequence nor a number of steps that are fed nothing.
   * @throws As `run`, with the number of the step as the last line and as the field `step`.
   * @example
   * const x = placeholder("float32", []);
   * const total = new Variable(0);
   * session.runSync(total.initializer);
   * const sums = await session.runMany(total.assignAdd(x), [1, 2, 3].map((value) => [[x, value]]));
   * sums.map((sum) => sum.item()); // [1, 3, 6]
   */
  async runMany<const F extends Fetch>(
    fetches: F,
    feeds: AsyncFeedsOfSteps,
    options?: RunManyOptions<Fetched<F>>,
  ): Promise<Fetched<F>[]> {
    return this.#runner.runMany(fetches, feeds, options);
  }

  /** As `runMany`, at once; throws as `runSync`. */
  runManySync<const F extends Fetch>(
    fetches: F,
    feeds: FeedsOfSteps,
    options?: RunManyOptions<Fetched<F>>,
  ): Fetched<F>[] {
    return this.#runner.runManySync(fetches, feeds, options);
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
    return this.#runner.makeCallable(fetches, feedList);
  }

  /**
   * A view for inference, in which variables keep the values that they have now and are constants. It compiles faster models than
   * this session can, as variables may change here. It ends with this session, or when it is released.
   *
   * TensorFlow has no such method: there, `convert_variables_to_constants` makes a second graph.
   *
   * @throws {SessionError} when the session is closed.
   * @example
   * const x = placeholder("float32", []);
   * const v = new Variable(2);
   * session.runSync(v.initializer);
   * const frozen = session.freeze();
   * const double = frozen.makeCallable(v.mul(x), [x]);
   * double.runSync(21).item(); // 42
   * frozen.release();
   */
  freeze(): FrozenSession {
    this.#checkOpen();
    const frozen: FrozenSession = new FrozenSession(this.#owner, this.#state?.variables.snapshot() ?? null, () => {
      this.#frozen.delete(frozen);
      this.#whenIdle(() => frozen.clear());
    });
    this.#frozen.add(frozen);
    return frozen;
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
    this.#whenIdle(() => this.#release());
  }

  /** Does it when no step is under way. */
  #whenIdle(body: () => void): void {
    if (this.#queue.isBusy) void this.#queue.whenIdle().then(body);
    else body();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#queue.whenIdle();
  }

  #release(): void {
    this.#runner.clear();
    for (const frozen of this.#frozen) frozen.clear();
    this.#frozen.clear();
    const state = this.#state;
    if (state === null) return;
    state.variables.clear();
    if (typeof this.#given !== "object") state.engine.close();
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
