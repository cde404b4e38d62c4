/**
 * A large matrix whose rows are scaled before products is not written again: what it is multiplied with is scaled, or the result, as these are
 * much smaller. `A · (s ⊙ G) = (A ⊙ sᵀ) · G`, and `(s ⊙ G) · B = s ⊙ (G · B)`. So it is with the gradient of a loss over many classes, of
 * which each row has a weight.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { constantNumbers } from "../../static-knowledge.ts";
import { inputsOf, NodeWriter, type PassGraph } from "../pass-graph.ts";
import { matrixSizes, productOf } from "./product.ts";

/** Smaller ones stay in the processor's own memory. */
const LARGE = 2 ** 18;

/** How many times smaller than the matrix must be what is scaled in its place. */
const LESS = 4;

/** A scaled matrix. */
interface Scaled {
  readonly matrix: string;
  readonly scale: string;
  readonly rows: number;
  readonly columns: number;
}

/** The graph with smaller matrices scaled. */
export function withSmallScales(graph: PassGraph): PassGraph {
  const scaled = new Map<string, Scaled>();
  for (const node of graph.nodes) {
    const found = scaledBy(graph, node);
    if (found !== null) scaled.set(node.output[0] as string, found);
  }
  if (scaled.size === 0) return graph;
  for (const node of graph.nodes)
    for (const name of inputsOf(node)) {
      const found = scaled.get(name);
      if (found !== undefined && !canTake(graph, node, name, found)) scaled.delete(name);
    }
  const writer = new NodeWriter(graph, "scaled");
  for (const node of graph.nodes) {
    const name = node.input.find((input) => scaled.has(input));
    const found = name === undefined ? undefined : scaled.get(name);
    if (name === undefined || found === undefined) writer.keep(node);
    else write(graph, writer, node, name, found);
  }
  return { ...graph, nodes: writer.nodes };
}

/** The node as a large matrix times one number for each row, or for all. */
function scaledBy(graph: PassGraph, { opType, input, output }: NodeProto): Scaled | null {
  const [name = ""] = output;
  const sizes = opType === "Mul" ? matrixSizes(graph, name) : null;
  if (sizes === null || graph.kept.has(name) || sizes[0] * sizes[1] < LARGE) return null;
  if (graph.values.get(name)?.dtype.isFloating !== true) return null;
  const [rows, columns] = sizes;
  for (const [i, scale] of input.entries()) {
    const matrix = input[1 - i] as string;
    const of = matrixSizes(graph, matrix);
    const dims = matrixSizes(graph, scale);
    if (of?.[0] === rows && of[1] === columns && dims?.[0] === rows && dims[1] === 1)
      return { matrix, scale, rows, columns };
  }
  return null;
}

/** Whether what takes the scaled matrix is a product with something small, or the sum of its rows. */
function canTake(graph: PassGraph, node: NodeProto, name: string, { rows, columns }: Scaled): boolean {
  if (isSumOfRows(graph, node)) return true;
  const product = productOf(graph, node);
  if (product === null || product.left === product.right) return false;
  const { left, right, transA, transB } = product;
  const small = left === name ? product.rows * product.columns : product.rows * product.inner;
  const isRight = right === name ? !transB : !transA && left === name;
  return isRight && small * LESS <= rows * columns;
}

function isSumOfRows(graph: PassGraph, { opType, input }: NodeProto): boolean {
  const axes = graph.values.get(input[1] ?? "");
  return opType === "ReduceSum" && axes !== undefined && String(constantNumbers(axes)) === "0";
}

function write(graph: PassGraph, writer: NodeWriter, node: NodeProto, name: string, found: Scaled): void {
  const { matrix, scale, rows, columns } = found;
  const output = node.output[0] as string;
  const asRow = (): string => writer.add(node, "Reshape", [scale, writer.integers([1, rows])], { shape: [1, rows] });
  const product = productOf(graph, node);
  if (product === null) {
    const sum = writer.add(node, "MatMul", [asRow(), matrix], { shape: [1, columns] });
    const { dims } = writer.value(output).shape;
    const shape = writer.integers((dims ?? [columns]) as readonly number[]);
    writer.rename(node, writer.add(node, "Reshape", [sum, shape], { shape: dims }), output);
  } else if (product.left === name) {
    const made = writer.copy(node, [matrix, product.right], [product.rows, product.columns]);
    writer.add(node, "Mul", [made, scale], { shape: [product.rows, product.columns], output });
  } else {
    const { left, transA } = product;
    const smaller = writer.add(node, "Mul", [left, transA ? scale : asRow()], { shape: writer.value(left).shape });
    writer.copy(node, [smaller, matrix], writer.value(output).shape, output);
  }
}
