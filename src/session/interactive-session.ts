/** InteractiveSession: a session that is the default from its construction on. Mirrors `InteractiveSession`, python/client/session.py. */
import { getContext, setContext } from "../graph/context.ts";
import type { Graph } from "../graph/graph.ts";
import type { SessionLike } from "../graph/session-like.ts";
import { Session, type SessionOptions } from "./session.ts";

let activeCount = 0;

/**
 * A session for notebooks and consoles: it makes itself, and a graph given to it, the default until it is closed. Nothing checks the order of closing.
 * @see TensorFlow `InteractiveSession`, python/client/session.py
 * @example
 * const interactive = new InteractiveSession();
 * constant([1, 2]).evalSync()?.toString(); // "[1. 2.]"
 * interactive.close();
 */
export class InteractiveSession extends Session {
  readonly #before: { readonly session: SessionLike | null; readonly graph: Graph | null };
  readonly #hasGraph: boolean;

  constructor(options: SessionOptions | string = {}) {
    super(options);
    if (activeCount > 0) {
      console.warn(
        "An interactive session is already active. This can cause out-of-memory errors or some other unexpected errors (due to the unpredictable timing of garbage collection) in some cases. You must explicitly call `InteractiveSession.close()` to release resources held by the other session(s). Please use `tf.Session()` if you intend to productionize.",
      );
    }
    activeCount += 1;
    const context = getContext();
    this.#before = { session: context.session, graph: context.graph };
    this.#hasGraph = typeof options === "object" && options.graph !== undefined && options.graph !== null;
    setContext({ ...context, session: this, ...(this.#hasGraph && { graph: this.graph }) });
  }

  /** What was the default before, without interactive sessions that were closed since. */
  #sessionBefore(): SessionLike | null {
    const { session } = this.#before;
    return session instanceof InteractiveSession && session.isClosed ? session.#sessionBefore() : session;
  }

  override close(): void {
    if (this.isClosed) return;
    super.close();
    activeCount -= 1;
    const context = getContext();
    const session = context.session === this ? this.#sessionBefore() : context.session;
    const graph = this.#hasGraph && context.graph === this.graph ? this.#before.graph : context.graph;
    setContext({ ...context, session, graph });
  }
}
