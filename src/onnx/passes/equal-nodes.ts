/** Keeps one of nodes that compute the same: gradients ask again for much of what the forward ops computed. */
import type { NodeProto } from "../../formats/onnx.ts";
import { inputsOf, type PassGraph } from "./pass-graph.ts";

/** The graph without the others. Nodes with inner graphs stay, and what those and the outputs take keeps its name. */
export function withoutEqualNodes(graph: PassGraph): PassGraph {
  const captured = new Set<string>(graph.kept);
  for (const node of graph.nodes) if (hasInner(node)) for (const name of inputsOf(node)) captured.add(name);
  const renamed = new Map<string, string>();
  const seen = new Map<string, readonly string[]>();
  const nodes = graph.nodes.flatMap((node): NodeProto[] => {
    const input = node.input.map((name) => renamed.get(name) ?? name);
    const same = input.every((name, i) => name === node.input[i]) ? node : { ...node, input };
    if (hasInner(node)) return [same];
    const key = keyOf(same);
    const known = key === null ? undefined : seen.get(key);
    if (known === undefined || node.output.some((name) => captured.has(name))) {
      if (key !== null && known === undefined) seen.set(key, node.output);
      return [same];
    }
    for (const [i, name] of node.output.entries()) renamed.set(name, known[i] as string);
    return [];
  });
  return { ...graph, nodes };
}

function hasInner({ attribute }: NodeProto): boolean {
  return attribute.some(({ g }) => g);
}

/** What a node computes, as text; `null` when that is not told in few words. */
function keyOf({ opType, domain, input, output, attribute }: NodeProto): string | null {
  if (attribute.some(({ t, tensors }) => t || (tensors?.length ?? 0) > 0)) return null;
  const attrs = attribute.map(({ name, i, f, s, ints, floats }) => [
    name,
    i?.toString(),
    f,
    s && [...s],
    ints?.map(String),
    floats,
  ]);
  return JSON.stringify([opType, domain, input, output.length, attrs]);
}
