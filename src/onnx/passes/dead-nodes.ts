/** Leaves out nodes of which nothing is used: runtimes run them. What may fail and has no use is among the outputs, so it stays. */
import type { NodeProto } from "../../formats/onnx.ts";
import { inputsOf, type PassGraph } from "./pass-graph.ts";

export function withoutDeadNodes(graph: PassGraph): PassGraph {
  const needed = new Set(graph.kept);
  const nodes: NodeProto[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.output.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of inputsOf(node)) needed.add(name);
  }
  return { ...graph, nodes: nodes.reverse() };
}
