/** The name scope that a public builder of several ops opens, as TensorFlow's Python wrappers do. Single ops need none: `applyOp` opens theirs. */
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { commonGraph } from "../graph/look-up.ts";
import { publicCall } from "../graph/public-call.ts";
import { inNameScope } from "../graph/scopes.ts";

/** An option that every builder takes. */
export interface NameOption {
  /** The op's name, made unique in the current name scope; with a final slash it is taken as it is. */
  readonly name?: string | null | undefined;
}

/**
 * Runs a builder in the name scope `name`, or `defaultName` when there is none, on the graph of `values`.
 * The body gets the scope's string, which ends in a slash: the op made with it as its name stands for the whole builder.
 */
export function inOpScope<T>(
  name: string | null | undefined,
  defaultName: string,
  values: readonly unknown[],
  body: (scope: string) => T,
): T {
  return publicCall(() => {
    const graph = commonGraph(values) ?? getDefaultGraph();
    const chosen = name ?? defaultName;
    if (graph === getDefaultGraph()) return inNameScope(graph, chosen, body);
    return runInScope(graphScope(graph), () => inNameScope(graph, chosen, body));
  });
}

/** The option that every builder has. */
export interface NameOption {
  /** The name of the op, made unique in the current name scope; one that ends in a slash is taken as it is. */
  readonly name?: string | null | undefined;
}
