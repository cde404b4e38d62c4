/**
 * Folds what scales and shifts the channels of a convolution into its filter and bias, where all of that is constant: batch normalization
 * after training, and biases. A scale rounds once more in the filter than it would behind the convolution, as in TensorFlow's own folding.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import { allocate } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import { constantNames, NodeWriter, neighboursOf, type PassGraph, usesOf } from "./pass-graph.ts";

const affine: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div"]);

/** A convolution and what goes into it. */
interface Chain {
  readonly conv: NodeProto;
  readonly channels: number;
  /** In their order. */
  readonly steps: readonly { readonly node: NodeProto; readonly operand: string }[];
}

/** The graph with scales and shifts of channels inside of the convolutions before them. */
export function withAffineConvs(graph: PassGraph): PassGraph {
  const chains = graph.nodes.some(({ opType }) => opType === "Conv") ? findChains(graph) : [];
  if (chains.length === 0) return graph;
  const writer = new NodeWriter(graph, "affine");
  const gone = new Set<NodeProto>();
  // Where the last of a chain stood, all that it takes is there.
  const byLast = new Map<NodeProto, Chain>();
  for (const chain of chains) {
    for (const { node } of [{ node: chain.conv }, ...chain.steps]) gone.add(node);
    byLast.set((chain.steps.at(-1) as Chain["steps"][number]).node, chain);
  }
  for (const node of graph.nodes) {
    const chain = byLast.get(node);
    if (chain !== undefined) write(chain, writer);
    else if (!gone.has(node)) writer.keep(node);
  }
  return { ...graph, nodes: writer.nodes };
}

function findChains(graph: PassGraph): Chain[] {
  const constants = constantNames(graph);
  const uses = usesOf(graph);
  const { takers } = neighboursOf(graph);
  return graph.nodes.flatMap((conv) => {
    if (conv.opType !== "Conv" || !conv.input.slice(1).every((name) => constants.has(name))) return [];
    const channels = graph.values.get(conv.output[0] as string)?.shape.dim(1) ?? null;
    if (channels === null) return [];
    const steps: { node: NodeProto; operand: string }[] = [];
    let output = conv.output[0] as string;
    for (;;) {
      const node = uses(output) === 1 && !graph.kept.has(output) ? takers.get(output)?.at(-1) : undefined;
      const operand = node && operandOf(node, output);
      if (!node || !operand || !constants.has(operand) || !isPerChannel(graph, operand, channels)) break;
      steps.push({ node, operand });
      output = node.output[0] as string;
    }
    return steps.length === 0 ? [] : [{ conv, channels, steps }];
  });
}

/** What is combined with the convolution's result, if the combination is a scale or a shift. */
function operandOf({ opType = "", input }: NodeProto, output: string): string | null {
  const [left = "", right = ""] = input;
  if (!affine.has(opType) || left === right) return null;
  if (left === output) return right;
  return opType === "Add" || opType === "Mul" ? left : null;
}

/** One number for each channel, as it stands beside images with their channels first. */
function isPerChannel({ values }: PassGraph, name: string, channels: number): boolean {
  const dims = values.get(name)?.shape.dims;
  return dims?.length === 3 && dims[0] === channels && dims[1] === 1 && dims[2] === 1;
}

function write({ conv, channels, steps }: Chain, writer: NodeWriter): void {
  const [images = "", constant = "", given] = conv.input;
  let filter = constant;
  const type = writer.value(filter).dtype;
  let bias = given ?? writer.constant(new NDArray(type, [channels], allocate(type, channels)));
  const asList = writer.integers([channels]);
  const asFilter = writer.integers([channels, 1, 1, 1]);
  for (const { node, operand } of steps) {
    const { opType = "" } = node;
    const list = writer.add(node, "Reshape", [operand, asList], { shape: [channels] });
    if (opType === "Mul" || opType === "Div") {
      const scale = writer.add(node, "Reshape", [operand, asFilter], { shape: [channels, 1, 1, 1] });
      filter = writer.add(node, opType, [filter, scale], { shape: writer.value(filter).shape });
    }
    bias = writer.add(node, opType, [bias, list], { shape: [channels] });
  }
  writer.keep({ ...conv, input: [images, filter, bias], output: [...(steps.at(-1)?.node.output ?? [])] });
}
