/** A slice with control flow, prepared for the interpreter: who waits for whom, and what each op is. Made once per step, without values. */
import { Const } from "../../graph/constant.ts";
import { type InputLayout, inputLayout } from "../../graph/input-layout.ts";
import type { Operation } from "../../graph/operation.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { kernelOf } from "../../kernels/kernels.ts";
import { byExecutor, type Kernel } from "../../kernels/rule.ts";
import type { Executable } from "../engine.ts";
import { isSettled, type StepSlice } from "../prune.ts";
import type { Cluster } from "./flow-clusters.ts";

/** What waits for an op. */
export interface Edge {
  readonly consumer: FlowNode;
  /** Which input of the consumer; -1 for a control input. */
  readonly slot: number;
  /** Which output of the producer. */
  readonly port: number;
}

/** A cluster, ready to run. */
export interface RunnableCluster extends Cluster {
  readonly executable: Executable;
}

/** An op of the slice, or a cluster in the place of several. */
export interface FlowNode {
  /** The op itself; for a cluster, what names it. */
  readonly op: Operation;
  readonly cluster: RunnableCluster | null;
  readonly outputs: readonly Tensor[];
  /** Its place among the nodes, which are in creation order. */
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
export function prepareFlow(slice: StepSlice, clusters: readonly RunnableCluster[] = []): FlowProgram {
  const fetchers = new Map(slice.fetches.map((fetch, i) => [fetch, i]));
  const clusterOf = new Map<Operation, RunnableCluster>();
  for (const cluster of clusters) for (const op of cluster.ops) clusterOf.set(op, cluster);
  const units = [...new Set(slice.ops.map((op) => clusterOf.get(op) ?? op))];
  const nodes = units.map((unit, index) => flowNode(unit, index, slice.feedIndex, fetchers));
  const nodeOf = new Map(units.map((unit, i) => [unit, nodes[i] as FlowNode]));
  for (const node of nodes) connect(node, slice, (op) => nodeOf.get(clusterOf.get(op) ?? op) as FlowNode);
  const firstEnter = new Map<string, number>();
  // Loops in clusters are entered by the engine.
  for (const { op, frameName } of nodes)
    if (frameName !== null && !firstEnter.has(frameName)) firstEnter.set(frameName, op.id);
  return { slice, nodes, fetchers, firstEnter };
}

/** Tells those that a node waits for. */
function connect(node: FlowNode, { feedIndex }: StepSlice, find: (op: Operation) => FlowNode): void {
  const { inputs, controlInputs } = node.cluster ?? node.op;
  for (const [slot, input] of inputs.entries()) {
    if (feedIndex.has(input)) continue;
    const source = find(input.op);
    const port = source.cluster === null ? input.index : source.outputs.indexOf(input);
    source.edges.push({ consumer: node, slot, port });
  }
  for (const control of controlInputs) {
    if (isSettled(control, feedIndex)) continue;
    find(control).edges.push({ consumer: node, slot: -1, port: 0 });
    node.controlCount += 1;
  }
}

function flowNode(
  unit: Operation | RunnableCluster,
  index: number,
  feedIndex: ReadonlyMap<Tensor, number>,
  fetchers: FlowProgram["fetchers"],
): FlowNode {
  const feeds = unit.inputs.map((input) => feedIndex.get(input) ?? -1);
  const common = {
    index,
    edges: [],
    feeds,
    dataCount: feeds.filter((feed) => feed < 0).length,
    controlCount: 0,
    outputs: unit.outputs,
    isFetched: unit.outputs.some((output) => fetchers.has(output)),
  };
  if ("executable" in unit)
    return {
      ...common,
      op: unit.op,
      cluster: unit,
      kernel: null,
      layout: null,
      isMerge: false,
      arrivals: 0,
      isWrite: false,
      frameName: null,
    };
  const { flow, effect } = unit.def;
  const kernel = kernelOf(unit.type);
  const isLoopMerge = unit.inputs.some((input) => input.op.def.flow === "nextIteration");
  return {
    ...common,
    op: unit,
    cluster: null,
    kernel: kernel === undefined || kernel === byExecutor || unit.def === Const ? null : kernel,
    layout: inputLayout(unit),
    isMerge: flow === "merge",
    arrivals: isLoopMerge ? 1 : unit.inputs.length,
    isWrite: effect === "write",
    frameName: flow === "enter" ? (unit.attrs["frame_name"] as string) : null,
  };
}
