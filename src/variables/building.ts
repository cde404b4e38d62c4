/** Changing several fields of a graph's state around a piece of building: the scopes that variables open for each of their ops. */
import { stateOf, withState } from "../graph/context.ts";
import type { Graph } from "../graph/graph.ts";
import { initState } from "../graph/scopes.ts";

/** Runs `body` outside of control dependencies, conditionals and loops. */
export function inInitScope<T>(graph: Graph, body: () => T): T {
  const change = initState(stateOf(graph));
  return change === null ? body() : withState(graph, change, body);
}
