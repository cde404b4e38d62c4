/**
 * Which models keep their images in blocks by operators that are called by hand: those that compute gradients of filters, and those whose
 * convolutions all have filters that are not constant, and images so large that laying out the filters in each run does not count. For
 * constant filters ONNX Runtime does it all by itself.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { constantNames, type PassGraph } from "../pass-graph.ts";
import { type ImageDims, imageDims, isUngrouped } from "./layout.ts";

/** Pixels of a result from which on moving each number of a filter about takes little of the time. */
const LEAST_PIXELS = 512;

/** Whether the model is one of those. */
export function isWorthBlocks(graph: PassGraph, block: number): boolean {
  if (graph.nodes.some(({ opType }) => opType === "ConvFilterGrad")) return true;
  const convolutions = graph.nodes.filter(({ opType }) => opType === "Conv");
  if (convolutions.length === 0) return false;
  const constants = constantNames(graph);
  const open = convolutions.filter(({ input }) => !constants.has(input[1] ?? ""));
  return open.length > 0 && open.every((node) => isLargeAndWhole(graph, node, block));
}

function isLargeAndWhole({ values }: PassGraph, node: NodeProto, block: number): boolean {
  const [given, made] = [node.input[0], node.output[0]].map((name) => imageDims(values.get(name ?? "")));
  if (!given || !made || node.input.length > 2) return false;
  const [pixels, seen] = [made[0] * made[2] * made[3], given[1]];
  const isWhole = made[1] % block === 0 && (seen < block || seen % block === 0);
  return pixels >= LEAST_PIXELS && isWhole && (isUngrouped(node) || isDepthwise(node, given, made));
}

/** Whether each channel of a convolution has one filter of its own. */
export function isDepthwise(node: NodeProto, given: ImageDims, made: ImageDims): boolean {
  const group = Number(node.attribute.find(({ name }) => name === "group")?.i ?? 1n);
  return group > 1 && group === given[1] && group === made[1];
}
