/** Keeps one of nodes that compute the same: gradients ask again for much of what the forward ops computed. */
import type { NodeProto } from "../../formats/onnx.ts";
import { attributesText, hasInner, inputsOf, type PassGraph, withNames } from "./pass-graph.ts";

/** The graph without the others. Nodes with inner graphs stay, and what those and the outputs take keeps its name. */
export function withoutEqualNodes(graph: PassGraph): PassGraph {
  const captured = new Set<string>(graph.kept);
  for (const node of graph.nodes) if (hasInner(node)) for (const name of inputsOf(node)) captured.add(name);
  const renamed = new Map<string, string>();
  const seen = new Map<string, readonly string[]>();
  const nodes: NodeProto[] = [];
  for (const given of graph.nodes) {
    const node = withNames(given, renamed);
    const key = keyOf(node);
    const known = key === null ? undefined : seen.get(key);
    if (known === undefined || node.output.some((name) => captured.has(name))) {
      if (key !== null && known === undefined) seen.set(key, node.output);
      nodes.push(node);
    } else for (const [i, name] of node.output.entries()) renamed.set(name, known[i] as string);
  }
  return renamed.size === 0 ? graph : { ...graph, nodes };
}

/** What a node computes, as text; `null` when that is not told in few words. */
function keyOf(node: NodeProto): string | null {
  const { opType, domain = "", input, output } = node;
  const attributes = attributesText(node);
  return attributes === null ? null : [opType, domain, output.length, attributes, ...input].join("\n");
}
