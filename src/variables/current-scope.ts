/** The variable scope that is current in a graph, for one thread of control: the slot only. Scopes are entered by `pure-variable-scope.ts`. */
import { stateOf, threadSlot } from "../graph/context.ts";
import type { Graph } from "../graph/graph.ts";
import { VariableScope } from "./scope-value.ts";

/** The innermost variable scope entered, or the thread's root scope. */
export function currentVariableScope(graph: Graph): VariableScope {
  return (stateOf(graph).variableScope as VariableScope | undefined) ?? rootScope(graph);
}

function rootScope(graph: Graph): VariableScope {
  return threadSlot(graph, "rootVariableScope", () => new VariableScope({ graph, name: "", reuse: false }));
}
