/** The default graph of the current thread of control. */
import { StackNestingError } from "../base/errors.ts";
import { getContext, setContext } from "./context.ts";
import { Graph } from "./graph.ts";

/**
 * The innermost graph entered, or the thread's own graph, which is made when first asked for.
 * @see TensorFlow `tf.get_default_graph`, python/framework/ops.py
 */
export function getDefaultGraph(): Graph {
  const context = getContext();
  return context.graph ?? (context.thread.globalGraph ??= new Graph());
}

/**
 * Gives the thread a new global graph. The old one lives on where it is referenced.
 * @throws {StackNestingError} inside of a graph that was entered.
 */
export function resetDefaultGraph(): void {
  const context = getContext();
  if (context.graph !== null) {
    throw new StackNestingError(
      "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, exit the nesting and create a new graph.",
    );
  }
  context.thread.globalGraph = null;
  setContext({ ...context });
}
