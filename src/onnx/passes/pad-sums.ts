/**
 * Sums of blocks that stand beside each other between zeros are the blocks joined: the gradient of a value that was taken apart block by
 * block, as the inputs of an unrolled network are. Each sum would else go over all places once for every block.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import { constantNumbers, knownDims } from "../static-knowledge.ts";
import { NodeWriter, neighboursOf, type PassGraph } from "./pass-graph.ts";
import { type SumTerms, sumsOf } from "./sum-terms.ts";

/** A value between zeros along one axis. */
interface Block {
  readonly inner: string;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

/** The graph with those sums as joined blocks. */
export function withJoinedBlocks(graph: PassGraph): PassGraph {
  if (!graph.nodes.some(({ opType }) => opType === "Pad")) return graph;
  const { makers } = neighboursOf(graph);
  const writer = new NodeWriter(graph, "joined");
  const sums = sumsOf(graph);
  for (const node of graph.nodes) {
    const sum = sums.get(node);
    const blocks = sum === undefined ? null : blocksOf(graph, sum, makers);
    if (sum === undefined || blocks === null) {
      writer.keep(node);
      continue;
    }
    const [output = ""] = node.output;
    const inputs = blocks.map(({ inner }) => inner);
    const { shape } = writer.value(output);
    writer.add(node, "Concat", inputs, { attrs: { axis: (blocks[0] as Block).axis }, shape, output });
  }
  return { ...graph, nodes: writer.nodes };
}

/** The terms as blocks that follow each other; `null` unless they are, from the first place to the last. */
function blocksOf(graph: PassGraph, { terms, root }: SumTerms, makers: ReadonlyMap<string, NodeProto>): Block[] | null {
  const blocks: Block[] = [];
  for (const name of terms) {
    const block = blockOf(graph, makers.get(name));
    if (block === null || block.axis !== (blocks[0]?.axis ?? block.axis)) return null;
    blocks.push(block);
  }
  blocks.sort((a, b) => a.start - b.start);
  let at = 0;
  for (const { start, end } of blocks) {
    if (start !== at) return null;
    at = end;
  }
  return at === graph.values.get(root.output[0] as string)?.shape.dim(blocks[0]?.axis ?? 0) ? blocks : null;
}

/** A value with zeros before and behind it along one axis. */
function blockOf(graph: PassGraph, node: NodeProto | undefined): Block | null {
  // With a third input, other numbers than zero stand around it.
  if (node?.opType !== "Pad" || node.input.length !== 2 || !isConstantMode(node)) return null;
  const [inner = "", pads = ""] = node.input;
  const [value, given] = [graph.values.get(inner), graph.values.get(pads)];
  const dims = value === undefined ? null : knownDims(value);
  const numbers = given === undefined ? null : constantNumbers(given);
  if (dims === null || numbers === null || numbers.length !== 2 * dims.length) return null;
  const axes = dims.flatMap((_, axis) => (numbers[axis] !== 0 || numbers[axis + dims.length] !== 0 ? [axis] : []));
  const [axis = -1] = axes;
  if (axes.length !== 1 || numbers.some((pad) => pad < 0)) return null;
  const start = numbers[axis] as number;
  return { inner, axis, start, end: start + (dims[axis] as number) };
}

function isConstantMode({ attribute }: NodeProto): boolean {
  const mode = attribute.find(({ name }) => name === "mode")?.s;
  return mode === undefined || new TextDecoder().decode(mode) === "constant";
}
