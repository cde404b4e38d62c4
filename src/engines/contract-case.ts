/** What one demand of the engine contract is made of. The demands themselves are in the files beside. */

import { NamesakeError } from "../base/errors.ts";
import { Graph } from "../graph/graph.ts";
import type { Engine } from "../session/engine.ts";
import type { Feeds } from "../session/feeds.ts";
import type { Fetch } from "../session/fetches.ts";
import type { Session, SessionOptions } from "../session/session.ts";
import type { NDArray } from "../tensor/ndarray.ts";

/** The part of a test runner that the contract uses. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
  expect(actual: unknown): { toEqual(expected: unknown): void };
}

/** What a case may use. */
export interface CaseContext {
  readonly newEngine: () => Engine;
  /** A session over a new engine; closed after the case. */
  readonly session: (options?: SessionOptions) => Session;
  readonly expect: (actual: unknown) => { toEqual(expected: unknown): void };
}

/** One demand. */
export interface ContractCase {
  readonly name: string;
  run(context: CaseContext): void | Promise<void>;
}

/** A signal that is aborted already. */
export function abortedSignal(): AbortSignal {
  const controller = new AbortController();
  controller.abort();
  return controller.signal;
}

/** Builds in a new graph. */
export function inNewGraph<R>(build: (graph: Graph) => R): R {
  const graph = new Graph();
  return graph.asDefault(() => build(graph));
}

/** What the fetches give, as plain lists. */
export async function valuesOf(session: Session, fetches: readonly Fetch[], feeds: Feeds = []): Promise<unknown[]> {
  const results = (await session.run(fetches, feeds)) as readonly (NDArray | null)[];
  return results.map((one) => one?.toArray() ?? null);
}

/** The class and first line of the error that a step ends with; `null` when it succeeds. */
export async function failureOf(step: Promise<unknown>): Promise<readonly [name: string, firstLine: string] | null> {
  try {
    await step;
    return null;
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    return [error.name, error.message.split("\n")[0] ?? ""];
  }
}
