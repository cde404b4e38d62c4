/** `lint`, and the watch that finds probable mistakes as they happen. The rules are in `lint-variables.ts` and `lint-steps.ts`. */
import { getDefaultGraph } from "../graph/default-graph.ts";
import type { Graph } from "../graph/graph.ts";
import type { Watch } from "../graph/tables.ts";
import { journalOf } from "../variables/journal.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { growingGraph, largeDenseGradient, updateOpsNotRun } from "./lint-steps.ts";
import { besideShared, createdByDefaultName } from "./lint-variables.ts";
import { warn } from "./warnings.ts";

function note(graph: Graph, found: Finding | null): void {
  if (found !== null && findingsOf(graph).add(found)) warn(found);
}

/** Watches every graph of the library; `library.ts` puts it in place. */
export const watch: Watch = {
  variableMade(op) {
    const entry = journalOf(op.graph).ofOp(op);
    if (entry === undefined) return;
    note(op.graph, besideShared(entry));
    note(op.graph, createdByDefaultName(entry));
  },
  stepRuns(step) {
    note(step.graph, updateOpsNotRun(step));
    note(step.graph, growingGraph(step));
  },
  rowsMadeDense(op, elementCount) {
    note(op.graph, largeDenseGradient(op, elementCount));
  },
};

/**
 * The probable mistakes in a graph and in the steps that were run of it, in the order in which they were made:
 *
 * - `variable-beside-shared`: `new Variable` beside `getVariable` of the same name in one scope;
 * - `created-by-default-name`: a scope with `AUTO_REUSE` makes a variable anew, because it has a default name;
 * - `update-ops-not-run`: a step trains without the ops of `UPDATE_OPS`;
 * - `growing-graph`: the same fetches are run again and again over a growing graph;
 * - `large-dense-gradient`: the gradient of a few rows becomes the whole of a large tensor.
 *
 * @see TensorFlow has no such function.
 * @example
 * getVariable("w", [1]);
 * lint(); // []
 */
export function lint(graph: Graph = getDefaultGraph()): Finding[] {
  return findingsOf(graph).list();
}
