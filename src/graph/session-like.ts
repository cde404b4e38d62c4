/** What the graph layer knows of sessions: enough for `tensor.eval()` and `op.run()`. Sessions themselves live above. */
import { ArgumentError } from "../base/errors.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { ambientSession } from "./context.ts";
import type { Graph } from "./graph.ts";

/** The value of one fetched element: an array for a tensor, `null` for an operation. */
export type FetchedValue = NDArray | null;

/** Options of one `run`. */
export interface RunOptions {
  /** Cancels the step; nothing of it is committed. */
  readonly signal?: AbortSignal;
  /** Cancels the step after so many milliseconds. */
  readonly timeoutMs?: number;
  /** Filled with what was measured during the step. */
  readonly metadata?: Record<string, unknown>;
}

/** The part of a session that tensors and operations need. */
export interface SessionLike {
  readonly graph: Graph;
  run(fetches: unknown, feeds?: unknown, options?: RunOptions): Promise<unknown>;
  runSync(fetches: unknown, feeds?: unknown, options?: RunOptions): unknown;
}

/** Options of `eval` and `op.run`. */
export interface EvalOptions {
  readonly session?: SessionLike;
  /** What is fed, in any form that `session.run` takes. */
  readonly feeds?: unknown;
  readonly run?: RunOptions;
}

/** @internal */
export async function evalIn(session: SessionLike, fetch: unknown, options: EvalOptions): Promise<FetchedValue> {
  return (await session.run(fetch, options.feeds, options.run)) as FetchedValue;
}

/**
 * The session given, or else the default session.
 * @throws {ArgumentError} when there is none, or it belongs to another graph.
 */
export function requireSession(
  graph: Graph,
  given: SessionLike | undefined,
  what: "tensor" | "operation",
): SessionLike {
  const session = given ?? ambientSession();
  const [verb, call, withText] =
    what === "tensor"
      ? ["evaluate tensor", "eval", "`with sess.as_default()`"]
      : ["execute operation", "run", "`with sess.as_default():`"];
  if (session === null) {
    throw new ArgumentError(
      `Cannot ${verb} using \`${call}()\`: No default session is registered. Use ${withText} or pass an explicit session to \`${call}(session=sess)\`\n  here: session.asDefault(() => …), new InteractiveSession(), or ${call}({ session })`,
      {},
    );
  }
  if (session.graph !== graph) {
    const object = what === "tensor" ? "tensor" : "operation";
    throw new ArgumentError(
      given === undefined
        ? `Cannot use the default session to ${verb}: the ${object}'s graph is different from the session's graph. Pass an explicit session to \`${call}(session=sess)\`.`
        : `Cannot use the given session to ${verb}: the ${object}'s graph is different from the session's graph.`,
      { graph, sessionGraph: session.graph },
    );
  }
  return session;
}
