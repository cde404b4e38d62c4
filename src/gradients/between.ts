/** Which ops lie between what is differentiated and by what, and how many of their consumers are still to be visited. Mirrors `_PendingCount`, python/ops/gradients_util.py. */
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";

/** Whether a value of this type can change by a little; a handle stands for what it refers to. */
export function isTrainable(dtype: DType): boolean {
  const base = dtype.baseDtype;
  return base.isFloating || base.isComplex || base.baseName === "resource" || base.baseName === "variant";
}

/** What a backward walk knows before it starts. */
export interface Between {
  /** In the order in which they are found from the ys. */
  readonly ops: Operation[];
  readonly isBetween: Set<Operation>;
  /** The ops of the ys that the xs reach. */
  readonly reachable: ReadonlySet<Operation>;
}

/** The ops on a way from `from` to `to` on which every tensor can be differentiated. */
export function opsBetween(graph: Graph, to: readonly Operation[], from: readonly Operation[]): Between {
  const reached = reachedFrom(graph, from);
  const reachable = new Set(to.filter((op) => reached.has(op)));
  const isBetween = new Set<Operation>();
  const queue = [...to];
  for (let i = 0; i < queue.length; i += 1) {
    const op = queue[i] as Operation;
    if (!reached.has(op) || isBetween.has(op)) continue;
    isBetween.add(op);
    for (const input of op.inputs) queue.push(input.op);
  }
  return { ops: [...isBetween], isBetween, reachable };
}

/** How many inputs of ops in between come from each op. */
export function pendingCounts({ ops, isBetween }: Between): Map<Operation, number> {
  const counts = new Map<Operation, number>();
  for (const op of ops)
    for (const { op: source } of op.inputs)
      if (isBetween.has(source)) counts.set(source, (counts.get(source) ?? 0) + 1);
  return counts;
}

/** The ops that `from` reaches by tensors that can be differentiated, and `from` itself. One look at the graph tells the consumers of all tensors. */
function reachedFrom(graph: Graph, from: readonly Operation[]): Set<Operation> {
  const consumers = new Map<Tensor, Operation[]>();
  for (const op of graph.operations) {
    for (const input of op.inputs) {
      const known = consumers.get(input);
      if (known === undefined) consumers.set(input, [op]);
      else known.push(op);
    }
  }
  const reached = new Set<Operation>();
  const queue = [...from];
  for (let op = queue.pop(); op !== undefined; op = queue.pop()) {
    if (reached.has(op)) continue;
    reached.add(op);
    for (const output of op.outputs) if (isTrainable(output.dtype)) queue.push(...(consumers.get(output) ?? []));
  }
  return reached;
}
