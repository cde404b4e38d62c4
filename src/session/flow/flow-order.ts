/**
 * A slice with control flow in an order in which it can run, and the loop that each op belongs to. Loops are told by their `Enter`
 * ops, as TensorFlow's executor does; the only circles are those from `NextIteration` to `Merge`.
 */
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { isSettled, type StepSlice } from "../prune.ts";

/** One loop of the slice, or the step itself. */
export interface LoopFrame {
  readonly parent: LoopFrame | null;
  readonly name: string;
  readonly depth: number;
  /** What runs in it, `Enter` and `Exit` ops included, in an order in which it can run. */
  readonly ops: Operation[];
  readonly children: LoopFrame[];
}

/** The slice in order. */
export interface FlowOrder {
  readonly root: LoopFrame;
  /** Every op after what it takes from the same iteration. */
  readonly ops: readonly Operation[];
  readonly frameOf: ReadonlyMap<Operation, LoopFrame>;
}

/** Whether a merge joins the iterations of a loop. */
export function isLoopMerge(op: Operation): boolean {
  return op.def.flow === "merge" && op.inputs.some((input) => input.op.def.flow === "nextIteration");
}

/** The data inputs that the step computes. */
export function computedInputs(op: Operation, { feedIndex }: StepSlice): readonly Tensor[] {
  return feedIndex.size === 0 ? op.inputs : op.inputs.filter((input) => !feedIndex.has(input));
}

/** The ops that an op waits for besides its inputs. */
export function awaitedControls(op: Operation, { feedIndex }: StepSlice): readonly Operation[] {
  return op.controlInputs.filter((control) => !isSettled(control, feedIndex));
}

/** What an op waits for in its own iteration. */
function predecessors(op: Operation, slice: StepSlice): readonly Operation[] {
  const data = computedInputs(op, slice).map((input) => input.op);
  const isBack = (source: Operation): boolean => op.def.flow === "merge" && source.def.flow === "nextIteration";
  return [...data, ...awaitedControls(op, slice)].filter((source) => !isBack(source));
}

/** The order of a slice; `null` for one whose loops do not nest as loops do, such as a graph put together by hand. Linear in the slice. */
export function orderFlow(slice: StepSlice): FlowOrder | null {
  const ops = sortOps(slice);
  if (ops === null) return null;
  const root: LoopFrame = { parent: null, name: "", depth: 0, ops: [], children: [] };
  const frameOf = new Map<Operation, LoopFrame>();
  const entered = new Map<LoopFrame, Map<string, LoopFrame>>();
  for (const op of ops) {
    const sources = predecessors(op, slice).map((source) => frameAfter(source, frameOf));
    const inner = sources.length === 0 ? root : (sources[0] as LoopFrame | null);
    if (inner === null || sources.some((frame) => frame !== inner)) return null;
    const frame = op.def.flow === "enter" ? childOf(inner, op.attrs["frame_name"] as string, entered) : inner;
    frameOf.set(op, frame);
    frame.ops.push(op);
  }
  return { root, ops, frameOf };
}

/** The frame of what an op gives; `null` for an exit out of no loop. */
function frameAfter(op: Operation, frameOf: ReadonlyMap<Operation, LoopFrame>): LoopFrame | null {
  const frame = frameOf.get(op) as LoopFrame;
  return op.def.flow === "exit" ? frame.parent : frame;
}

function childOf(parent: LoopFrame, name: string, entered: Map<LoopFrame, Map<string, LoopFrame>>): LoopFrame {
  let children = entered.get(parent);
  if (children === undefined) entered.set(parent, (children = new Map<string, LoopFrame>()));
  let child = children.get(name);
  if (child === undefined) {
    child = { parent, name, depth: parent.depth + 1, ops: [], children: [] };
    children.set(name, child);
    parent.children.push(child);
  }
  return child;
}

/** Creation order is not enough: a branch's `Switch` is made after what takes it. */
function sortOps(slice: StepSlice): readonly Operation[] | null {
  const { ops, places } = slice;
  const waiting = new Int32Array(ops.length);
  const consumers: number[][] = ops.map(() => []);
  for (const [i, op] of ops.entries()) {
    for (const source of predecessors(op, slice)) {
      consumers[places[source.id] as number]?.push(i);
      waiting[i] = (waiting[i] as number) + 1;
    }
  }
  const order: number[] = [];
  for (let i = 0; i < ops.length; i += 1) if (waiting[i] === 0) order.push(i);
  for (let done = 0; done < order.length; done += 1) {
    for (const consumer of consumers[order[done] as number] ?? []) {
      const left = (waiting[consumer] as number) - 1;
      waiting[consumer] = left;
      if (left === 0) order.push(consumer);
    }
  }
  return order.length < ops.length ? null : order.map((i) => ops[i] as Operation);
}
