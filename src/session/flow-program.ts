/** A slice with control flow, prepared for the interpreter: who waits for whom, and what each op is. Made once per step, without values. */
import { Const } from "../graph/constant.ts";
import { type InputLayout, inputLayout } from "../graph/input-layout.ts";
import type { Operation } from "../graph/operation.ts";
import type { Tensor } from "../graph/tensor.ts";
import { kernelOf } from "../kernels/kernels.ts";
import { byExecutor, type Kernel } from "../kernels/rule.ts";
import { isSettled, type StepSlice } from "./prune.ts";

/** What waits for an op. */
export interface Edge {
  readonly consumer: FlowNode;
  /** Which input of the consumer; -1 for a control input. */
  readonly slot: number;
  /** Which output of the producer. */
  readonly port: number;
}

/** An op of the slice. */
export interface FlowNode {
  readonly op: Operation;
  /** Its place in the slice, which is in creation order. */
  readonly index: number;
  readonly kernel: Kernel | null;
  readonly layout: InputLayout;
  /** In the order of the consumers' creation. */
  readonly edges: Edge[];
  /** The place among the feeds of each input that is fed, else -1. */
  readonly feeds: readonly number[];
  readonly dataCount: number;
  controlCount: number;
  readonly isMerge: boolean;
  /** For a merge, how many of its inputs arrive in one iteration. */
  readonly arrivals: number;
  readonly isWrite: boolean;
  /** Whether one of its outputs is fetched. */
  readonly isFetched: boolean;
  /** For an op that enters a loop: the name of the loop. */
  readonly frameName: string | null;
}

/** The slice as nodes. */
export interface FlowProgram {
  readonly slice: StepSlice;
  readonly nodes: readonly FlowNode[];
  /** The places of the fetches that each op or tensor serves. */
  readonly fetchers: ReadonlyMap<Operation | Tensor, number>;
  /** For each loop, the creation number of its first `Enter` in the slice. */
  readonly firstEnter: ReadonlyMap<string, number>;
}

/** Prepares a slice. Linear in the slice. */
export function prepareFlow(slice: StepSlice): FlowProgram {
  const { feedIndex } = slice;
  const fetchers = new Map(slice.fetches.map((fetch, i) => [fetch, i]));
  const nodes = slice.ops.map((op, index) => flowNode(op, index, feedIndex, fetchers));
  const byOp = new Map(nodes.map((node) => [node.op, node]));
  const firstEnter = new Map<string, number>();
  for (const node of nodes) {
    for (const [slot, input] of node.op.inputs.entries()) {
      if (!feedIndex.has(input)) byOp.get(input.op)?.edges.push({ consumer: node, slot, port: input.index });
    }
    for (const control of node.op.controlInputs) {
      if (isSettled(control, feedIndex)) continue;
      byOp.get(control)?.edges.push({ consumer: node, slot: -1, port: 0 });
      node.controlCount += 1;
    }
    if (node.frameName !== null && !firstEnter.has(node.frameName)) firstEnter.set(node.frameName, node.op.id);
  }
  return { slice, nodes, fetchers, firstEnter };
}

function flowNode(
  op: Operation,
  index: number,
  feedIndex: ReadonlyMap<Tensor, number>,
  fetchers: FlowProgram["fetchers"],
): FlowNode {
  const { flow, effect } = op.def;
  const kernel = kernelOf(op.type);
  const feeds = op.inputs.map((input) => feedIndex.get(input) ?? -1);
  const isLoopMerge = op.inputs.some((input) => input.op.def.flow === "nextIteration");
  return {
    op,
    index,
    kernel: kernel === undefined || kernel === byExecutor || op.def === Const ? null : kernel,
    layout: inputLayout(op),
    edges: [],
    feeds,
    dataCount: feeds.filter((feed) => feed < 0).length,
    controlCount: 0,
    isMerge: flow === "merge",
    arrivals: isLoopMerge ? 1 : op.inputs.length,
    isWrite: effect === "write",
    isFetched: op.outputs.some((output) => fetchers.has(output)),
    frameName: flow === "enter" ? (op.attrs["frame_name"] as string) : null,
  };
}
