/** The rules about steps: one that trains without the updates that belong to it, and steps between which the graph grows. */
import { GraphKeys } from "../graph/collections.ts";
import type { Graph } from "../graph/graph.ts";
import { graphElementOf } from "../graph/look-up.ts";
import { Operation } from "../graph/operation.ts";
import type { WatchedStep } from "../graph/tables.ts";
import { journalOf } from "../variables/journal.ts";
import { type Finding, finding } from "./findings.ts";
import { counted } from "./size.ts";

/** A step that changes trainable variables although it runs none of the graph's `UPDATE_OPS`. */
export function updateOpsNotRun({ graph, fetches, ops }: WatchedStep): Finding | null {
  const updates = updateOps(graph);
  if (updates.length === 0) return null;
  const running = new Set(ops);
  if (updates.some((op) => running.has(op))) return null;
  const training = trainingOp(graph, fetches, ops);
  if (training === null) return null;
  const names = updates
    .slice(0, 3)
    .map((op) => `'${op.name}'`)
    .join(", ");
  return finding({
    rule: "update-ops-not-run",
    message: `A step that trains runs none of the graph's ${counted(updates.length, "update op")} (${names}${updates.length > 3 ? ", …" : ""}): moving averages stay as they are`,
    sites: [
      { what: `'${training.name}' trains`, trail: [String(training.site)] },
      { what: `'${updates[0]?.name}' updates`, trail: [String(updates[0]?.site)] },
    ],
    fix: "controlDependencies(getCollection(GraphKeys.UPDATE_OPS), () => …) around the op that trains, or fetch the updates with it",
  });
}

function updateOps(graph: Graph): Operation[] {
  return graph.collections.list(GraphKeys.UPDATE_OPS).flatMap((item) => {
    // The result of an assignment stands for the assignment.
    const own = (item as { readonly op?: unknown } | null)?.op;
    const element = own instanceof Operation ? own : graphElementOf(item);
    return element instanceof Operation ? [element] : [];
  });
}

/** An op of the step that changes a trainable variable from what it was, or one that the graph names as its train op. */
function trainingOp(graph: Graph, fetches: WatchedStep["fetches"], ops: readonly Operation[]): Operation | null {
  const named = new Set(graph.collections.list(GraphKeys.TRAIN_OP));
  for (const fetch of fetches) if (fetch instanceof Operation && named.has(fetch)) return fetch;
  const journal = journalOf(graph);
  for (const op of ops) {
    // What needs no value, such as Assign, initializes or restores.
    if (op.def.effect !== "write" || op.def.replaces) continue;
    const holder = writtenVariable(op);
    if (holder !== null && journal.ofOp(holder)?.variable.trainable) return op;
  }
  return null;
}

/** The op that holds the variable that an op writes. */
function writtenVariable(write: Operation): Operation | null {
  let op: Operation | undefined = write.inputs[0]?.op;
  while (op !== undefined && op.def.effect !== "variable") op = op.inputs[0]?.op;
  return op ?? null;
}

/** How many runs in a row must find the graph larger, each time by ops of one place. */
const GROWTHS = 5;
/** How many kinds of steps are remembered for each session. */
const KEPT_STEPS = 100;

/** A kind of step: the same fetches, numbers in names apart. */
interface Growth {
  /** The size of the graph when it ran last. */
  size: number;
  /** Where the first of the ops was made that have been added since. */
  place: string;
  times: number;
}

/** The same fetches run again and again, each time over a larger graph. */
export function growingGraph({ session, graph, fetches }: WatchedStep): Finding | null {
  const steps = stepsOf(graph, session);
  const key = fetches.map((fetch) => fetch.name.replace(/_\d+(?=[/:]|$)/g, "")).join();
  const size = graph.operations.length;
  const last = steps.get(key);
  if (last === undefined) {
    if (steps.size < KEPT_STEPS) steps.set(key, { size, place: "", times: 0 });
    return null;
  }
  const added = graph.operations[last.size];
  if (added === undefined) return null;
  const grown = size - last.size;
  const place = added.site.frames.map((frame) => `${frame.file}:${frame.line}:${frame.column}`).join(" ");
  last.times = place === last.place ? last.times + 1 : 1;
  last.place = place;
  last.size = size;
  if (last.times !== GROWTHS) return null;
  return finding({
    rule: "growing-graph",
    message: `The graph grows by ${grown} op${grown === 1 ? "" : "s"} before each run of ${fetches.map((fetch) => `'${fetch.name}'`).join(", ")}; it has ${size} now, and each step is planned anew`,
    sites: [{ what: `'${added.name}' and what follows it are made again and again`, trail: [String(added.site)] }],
    fix: "build everything before the loop and feed what changes; graph.finalize() turns later building into an error",
  });
}

function stepsOf(graph: Graph, session: object): Map<string, Growth> {
  const bySession = graph.slot("growth", () => new WeakMap<object, Map<string, Growth>>());
  let steps = bySession.get(session);
  if (steps === undefined) bySession.set(session, (steps = new Map<string, Growth>()));
  return steps;
}

/** The gradient of some rows of a large tensor became the whole tensor, most of it zero. */
export function largeDenseGradient(op: Operation, elementCount: number): Finding {
  return finding({
    rule: "large-dense-gradient",
    message: `Converting sparse IndexedSlices to a dense Tensor with ${elementCount} elements. This may consume a large amount of memory.`,
    sites: [{ what: `'${op.name}' makes it dense`, trail: [String(op.site)] }],
    fix: "optimizers take IndexedSlices as they are; clip or scale their values: new IndexedSlices(f(g.values), g.indices, g.denseShape)",
  });
}
