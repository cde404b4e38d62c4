/** Changing several fields of a graph's state around a piece of building: the scopes that variables open for each of their ops. */
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { stateOf, withState } from "../graph/context.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import { initState } from "../graph/scopes.ts";

/** Runs `body` with a graph as the default: the one that an initial value belongs to. */
export function inGraph<T>(graph: Graph, body: () => T): T {
  return graph === getDefaultGraph() ? body() : runInScope(graphScope(graph), body);
}

/** Runs `body` outside of control dependencies, conditionals and loops. */
export function inInitScope<T>(graph: Graph, body: () => T): T {
  const change = initState(stateOf(graph));
  return change === null ? body() : withState(graph, change, body);
}
