/**
 * A product that is multiplied by a number takes the number into itself, where it costs nothing: the matrix is not read and written once more. So
 * it is with the gradient of a matrix, times a learning rate. `c · (A · B)` rounds as the product of `c` and the sum.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { float32 } from "../../../tensor/dtype.ts";
import { attributeProto } from "../../model/attributes.ts";
import { NodeWriter, type PassGraph, usesOf } from "../pass-graph.ts";

/** The graph with numbers taken into products. */
export function withFactorsInProducts(graph: PassGraph): PassGraph {
  const products = new Map<string, NodeProto>();
  for (const node of graph.nodes) if (isPlain(node)) products.set(node.output[0] as string, node);
  const uses = usesOf(graph);
  /** What stands in the place of a product, and of what multiplies it: nothing. */
  const replaced = new Map<NodeProto, NodeProto | null>();
  for (const node of graph.nodes) {
    if (node.opType !== "Mul") continue;
    for (const [i, name] of node.input.entries()) {
      const product = products.get(node.input[1 - i] as string);
      const factor = factorOf(graph, name);
      if (product === undefined || factor === null || uses(product.output[0] as string) !== 1) continue;
      const attribute = [...product.attribute, attributeProto("alpha", { float: factor })];
      replaced.set(product, { ...product, attribute, output: [...node.output] });
      replaced.set(node, null);
      break;
    }
  }
  if (replaced.size === 0) return graph;
  const writer = new NodeWriter(graph, "factor");
  for (const node of graph.nodes) {
    const made = replaced.get(node);
    if (made === undefined) writer.keep(node);
    else if (made !== null) writer.keep(made);
  }
  return { ...graph, nodes: writer.nodes };
}

/** Whether a node is a product that takes a number, and has none, and to which nothing is added. */
function isPlain({ opType, input, attribute }: NodeProto): boolean {
  return opType === "Gemm" && (input[2] ?? "") === "" && !attribute.some(({ name }) => name === "alpha");
}

/** The one number of a value; `null` for what is none. By zero, a product would not be computed, and say nothing of what is not finite. */
function factorOf(graph: PassGraph, name: string): number | null {
  const { constant = null, dtype } = graph.values.get(name) ?? {};
  if (constant === null || dtype !== float32 || constant.size !== 1 || constant.rank > 2) return null;
  const factor = Number(constant.at(0));
  return Number.isFinite(factor) && factor !== 0 ? factor : null;
}
