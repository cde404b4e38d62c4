/** Sums of many values, which rules write as additions of two, one after the other. */
import type { NodeProto } from "../../formats/onnx.ts";
import { type PassGraph, usesOf } from "./pass-graph.ts";

/** A sum of at least two values of its own shape. */
export interface SumTerms {
  /** The last addition, which gives the sum. */
  readonly root: NodeProto;
  /** From left to right. */
  readonly terms: readonly string[];
}

/** The sums of a graph by their last additions. What an addition gives to another alone is no sum of its own. */
export function sumsOf(graph: PassGraph): ReadonlyMap<NodeProto, SumTerms> {
  const uses = usesOf(graph);
  const plain = new Map<string, NodeProto>();
  for (const node of graph.nodes) if (isPlain(graph, node)) plain.set(node.output[0] as string, node);
  const isAlone = (name: string): boolean => uses(name) === 1 && !graph.kept.has(name);
  const inner = new Set<NodeProto>();
  for (const node of plain.values())
    for (const name of node.input) {
      const maker = plain.get(name);
      if (maker !== undefined && isAlone(name)) inner.add(maker);
    }
  const sums = new Map<NodeProto, SumTerms>();
  for (const root of plain.values()) {
    if (inner.has(root)) continue;
    const terms: string[] = [];
    const open = root.input.toReversed();
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const maker = plain.get(name);
      if (maker !== undefined && inner.has(maker)) open.push(...maker.input.toReversed());
      else terms.push(name);
    }
    sums.set(root, { root, terms });
  }
  return sums;
}

/** Whether a node adds two values of its own shape. */
function isPlain(graph: PassGraph, { opType, input, output }: NodeProto): boolean {
  const sum = opType === "Add" ? graph.values.get(output[0] as string) : undefined;
  if (sum?.shape.isFullyDefined() !== true) return false;
  return input.every((name) => graph.values.get(name)?.shape.equals(sum.shape) === true);
}
