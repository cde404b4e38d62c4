/** Writes in ordinary operators what no other pass has written: deferred.ts says how. */
import type { NodeProto } from "../../formats/onnx.ts";
import { type DeferredAttrs, isDeferred, writeDeferred } from "../deferred.ts";
import type { OnnxValue } from "../rule.ts";
import { NodeWriter, type PassGraph } from "./pass-graph.ts";
import { PassNodes } from "./pass-nodes.ts";

/** The attrs of a deferred node. */
export function deferredAttrs(node: NodeProto): DeferredAttrs {
  return Object.fromEntries(node.attribute.map(({ name, ints = [] }) => [name, ints.map(Number)]));
}

/** The graph with nothing but ONNX's operators. */
export function withoutDeferred(graph: PassGraph): PassGraph {
  if (!graph.nodes.some(({ opType = "" }) => isDeferred(opType))) return graph;
  const writer = new NodeWriter(graph, "written");
  for (const node of graph.nodes) {
    const { opType = "" } = node;
    if (!isDeferred(opType)) {
      writer.keep(node);
      continue;
    }
    const inputs = node.input.map((name) => graph.values.get(name) as OnnxValue);
    const made = writeDeferred(new PassNodes(writer, node), opType, inputs, deferredAttrs(node));
    writer.rename(node, made.name, node.output[0] as string);
  }
  return { ...graph, nodes: writer.nodes };
}
