/** Products of two matrices of known sizes, as passes look at them. */
import type { NodeProto } from "../../../formats/onnx.ts";
import { constantNumbers, knownDims } from "../../static-knowledge.ts";
import type { PassGraph } from "../pass-graph.ts";

/** A product that is nothing but one: neither scaled nor added to anything. */
export interface Product {
  readonly node: NodeProto;
  readonly left: string;
  readonly right: string;
  readonly transA: boolean;
  readonly transB: boolean;
  /** Of the result. */
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly output: string;
}

function flag(node: NodeProto, name: string): boolean {
  return (node.attribute.find((attribute) => attribute.name === name)?.i ?? 0n) !== 0n;
}

/** The node as a product; `null` where it is none, or one of unknown sizes. */
export function productOf(graph: PassGraph, node: NodeProto): Product | null {
  const [left = "", right = "", added = ""] = node.input;
  if ((node.opType !== "MatMul" && node.opType !== "Gemm") || added !== "") return null;
  if (node.attribute.some(({ name, f }) => name === "alpha" && f !== 1)) return null;
  const [a, b] = [matrixSizes(graph, left), matrixSizes(graph, right)];
  if (a === null || b === null || graph.values.get(left)?.dtype.isFloating !== true) return null;
  const [transA, transB] = [flag(node, "transA"), flag(node, "transB")];
  const [rows, inner] = transA ? [a[1], a[0]] : a;
  const [columns, depth] = transB ? b : [b[1], b[0]];
  if (inner !== depth || rows * inner * columns === 0) return null;
  return { node, left, right, transA, transB, rows, inner, columns, output: node.output[0] as string };
}

/** Both sizes of a matrix, where they are known. */
export function matrixSizes(graph: PassGraph, name: string): readonly [number, number] | null {
  const value = graph.values.get(name);
  const dims = value === undefined ? null : knownDims(value);
  return dims?.length === 2 ? (dims as unknown as readonly [number, number]) : null;
}

/** The axis of a `Concat` or `Split` counted from the front; `null` where that cannot be told. */
export function axisOf(graph: PassGraph, node: NodeProto): number | null {
  const axis = Number(node.attribute.find(({ name }) => name === "axis")?.i ?? 0n);
  if (axis >= 0) return axis;
  const rank = graph.values.get(node.input[0] ?? "")?.shape.rank ?? null;
  return rank === null ? null : axis + rank;
}

/** A range of columns that a `Slice` takes of a matrix: the first, and the one behind the last. */
export function columnsOf(graph: PassGraph, node: NodeProto): readonly [number, number] | null {
  const sizes = matrixSizes(graph, node.input[0] ?? "");
  const lists = node.opType === "Slice" ? constantLists(graph, node.input.slice(1)) : null;
  if (sizes === null || lists === null) return null;
  const [starts = [], ends = [], axes = [0, 1], steps = []] = lists;
  if (steps.some((step) => step !== 1) || axes.some((axis) => axis !== 0 && axis !== 1)) return null;
  const ranges = sizes.map((size, axis): readonly [number, number] => {
    const place = axes.indexOf(axis);
    return place === -1 ? [0, size] : [starts[place] as number, Math.min(ends[place] as number, size)];
  });
  const [[first, last], columns] = ranges as [readonly [number, number], readonly [number, number]];
  const isOfAllRows = first === 0 && last === sizes[0];
  return isOfAllRows && columns[0] >= 0 && columns[1] >= columns[0] ? columns : null;
}

/** The numbers of all these values, if all are constants. */
function constantLists(graph: PassGraph, names: readonly string[]): readonly (readonly number[])[] | null {
  const lists: (readonly number[])[] = [];
  for (const name of names) {
    const value = graph.values.get(name);
    const numbers = value === undefined ? null : constantNumbers(value);
    if (numbers === null) return null;
    lists.push(numbers);
  }
  return lists;
}

/** The sizes of the parts of a `Split` along an axis, by what is known of them; `null` where that is not enough. */
export function partSizes(graph: PassGraph, node: NodeProto): readonly number[] | null {
  const given = graph.values.get(node.input[1] ?? "");
  const sizes = given === undefined ? null : constantNumbers(given);
  return sizes?.length === node.output.length ? sizes : null;
}
