/** Leaves out nodes of which nothing is used: runtimes run them. What may fail and has no use is among the outputs, so it stays. */
import type { NodeProto } from "../../formats/onnx.ts";
import { inputsOf, type PassGraph } from "./pass-graph.ts";

export function withoutDeadNodes(graph: PassGraph): PassGraph {
  const needed = new Set(graph.kept);
  const nodes: NodeProto[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i -= 1) {
    const node = graph.nodes[i] as NodeProto;
    if (!node.output.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of inputsOf(node)) needed.add(name);
  }
  return nodes.length === graph.nodes.length ? graph : { ...graph, nodes: nodes.reverse() };
}
