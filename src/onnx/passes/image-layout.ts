/**
 * Keeps images with their channels first between the ops that want them so. Rules put each convolution and pool between two transpositions,
 * to and from TensorFlow's order; here the one behind moves on through what works on single elements, until it meets the next one before
 * an op, and both are gone, or something that needs TensorFlow's order. Then convolutions, biases, activations, sums and pools are
 * neighbours, which is what runtimes merge and keep in their own layout.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import { type Dimension, TensorShape } from "../../tensor/shape.ts";
import { binaryOperators, unaryOperators } from "../element-wise.ts";
import { constantNumbers } from "../static-knowledge.ts";
import { hasInner, inputsOf, integersOf, NodeWriter, type PassGraph, withNames } from "./pass-graph.ts";

const toLast = [0, 2, 3, 1];
const toFirst = [0, 3, 1, 2];

function isPerm(node: NodeProto, perm: readonly number[]): boolean {
  const got = integersOf(node, "perm");
  return got?.length === perm.length && got.every((axis, i) => axis === perm[i]);
}

/** The graph with those transpositions moved. */
export function withImagesFirst(graph: PassGraph): PassGraph {
  if (!graph.nodes.some((node) => node.opType === "Transpose" && isPerm(node, toLast))) return graph;
  return new Mover(graph).move();
}

class Mover {
  readonly #graph: PassGraph;
  readonly #writer: NodeWriter;
  /** Images with their channels first, by the names of what they are with the channels last. */
  readonly #first = new Map<string, string>();
  /** Nodes that made values which are not written yet with their channels last. */
  readonly #unwritten = new Map<string, NodeProto>();
  /** What inner graphs take: by name, so it cannot have another. */
  readonly #captured = new Set<string>();
  /** Values that are others under another name. */
  readonly #renamed = new Map<string, string>();

  constructor(graph: PassGraph) {
    this.#graph = graph;
    this.#writer = new NodeWriter(graph, "first");
    for (const node of graph.nodes) if (hasInner(node)) for (const name of inputsOf(node)) this.#captured.add(name);
  }

  move(): PassGraph {
    for (const node of this.#graph.nodes) {
      if (!this.#absorb(node) && !this.#moved(node)) this.#keep(node);
      for (const name of node.output) if (this.#graph.kept.has(name)) this.#write(name);
    }
    return { ...this.#graph, nodes: this.#writer.nodes };
  }

  #keep(node: NodeProto): void {
    for (const name of inputsOf(node)) this.#write(name);
    this.#writer.keep(withNames(node, this.#renamed));
  }

  /** Writes the transposition of a value that is needed with its channels last. */
  #write(name: string): void {
    const origin = this.#unwritten.get(name);
    if (origin === undefined) return;
    this.#unwritten.delete(name);
    const first = this.#first.get(name) as string;
    this.#writer.add(origin, "Transpose", [first], { attrs: { perm: toLast }, output: name });
  }

  /** A transposition: noted, or undone. */
  #absorb(node: NodeProto): boolean {
    if (node.opType !== "Transpose") return false;
    const [input = ""] = node.input;
    const [output = ""] = node.output;
    if (isPerm(node, toLast)) {
      this.#note(node, output, this.#renamed.get(input) ?? input);
      return true;
    }
    const first = isPerm(node, toFirst) ? this.#first.get(input) : undefined;
    // Inner graphs take values by name, and outputs have theirs.
    if (first === undefined || this.#graph.kept.has(output) || this.#captured.has(output)) return false;
    this.#renamed.set(output, first);
    return true;
  }

  #note(node: NodeProto, output: string, first: string): void {
    const known = this.#graph.values.get(first);
    const dims = this.#firstDims(output);
    if (known?.shape.rank === null && dims !== null)
      this.#graph.values.set(first, { ...known, shape: new TensorShape(dims) });
    this.#first.set(output, first);
    this.#unwritten.set(output, node);
  }

  /** Whether the node works on images with their channels first as well, and was written so. */
  #moved(node: NodeProto): boolean {
    const { opType } = node;
    const images = node.input.map((name) => this.#first.get(name));
    if (node.output.length !== 1 || images.every((name) => name === undefined)) return false;
    const input = this.#movedInputs(node, images);
    if (input === null) return false;
    const [output = ""] = node.output;
    const shape = this.#firstDims(output);
    const made =
      opType === "MatMul"
        ? this.#writer.add(node, "Conv", input, { attrs: { kernel_shape: [1, 1] }, shape })
        : this.#writer.copy(node, input, shape);
    this.#note(node, output, made);
    return true;
  }

  #movedInputs(node: NodeProto, images: readonly (string | undefined)[]): readonly string[] | null {
    const [first, ...others] = images;
    const { opType = "" } = node;
    const rest = node.input.slice(1);
    if (unaryOperators.has(opType))
      return first !== undefined && others.every((one) => one === undefined) ? [first, ...rest] : null;
    if (binaryOperators.has(opType)) return this.#pair(node, images);
    if (first === undefined) return null;
    if (opType === "Pad") return this.#padded(node, first);
    if (opType === "MatMul") return this.#filter(node, first);
    if (opType === "ReduceMean") return this.#reduced(node, first);
    return null;
  }

  #pair(node: NodeProto, images: readonly (string | undefined)[]): readonly string[] | null {
    const made: string[] = [];
    for (const [i, name] of node.input.entries()) {
      const operand = images[i] ?? this.#besideChannels(node, this.#renamed.get(name) ?? name);
      if (operand === null) return null;
      made.push(operand);
    }
    return made;
  }

  /** A value that is small and broadcast over images, as it stands beside images with their channels first. */
  #besideChannels(node: NodeProto, name: string): string | null {
    const dims = this.#graph.values.get(name)?.shape.dims;
    if (!dims || dims.length > 4 || dims.includes(null)) return null;
    if (dims.every((d) => d === 1) && dims.length <= 1) return name;
    const [n, h, w, c] = [...new Array<number>(4 - dims.length).fill(1), ...(dims as readonly number[])];
    // A vector of channels needs no moving of elements.
    if (n !== 1 || h !== 1 || w !== 1) return null;
    return this.#writer.add(node, "Reshape", [name, this.#writer.integers([c as number, 1, 1])], {
      shape: [c as number, 1, 1],
    });
  }

  #padded(node: NodeProto, first: string): readonly string[] | null {
    const pads = node.input.length <= 3 && this.#constant(node.input[1]);
    if (!pads || pads.length !== 8) return null;
    const moved = [0, 4].flatMap((from) => toFirst.map((axis) => pads[from + axis] as number));
    return [first, this.#writer.integers(moved), ...node.input.slice(2)];
  }

  /** A product along the channels with a constant matrix is a convolution. */
  #filter(node: NodeProto, first: string): readonly string[] | null {
    const matrix = this.#graph.values.get(node.input[1] ?? "");
    const [inner, outer] = matrix?.shape.dims ?? [];
    if (matrix?.constant?.shape.length !== 2 || !inner || !outer || matrix.dtype.name !== "float32") return null;
    const turned = this.#writer.add(node, "Transpose", [matrix.name], {
      attrs: { perm: [1, 0] },
      shape: [outer, inner],
    });
    const size = this.#writer.integers([outer, inner, 1, 1]);
    return [first, this.#writer.add(node, "Reshape", [turned, size], { shape: [outer, inner, 1, 1] })];
  }

  #reduced(node: NodeProto, first: string): readonly string[] | null {
    const axes = this.#constant(node.input[1]);
    const keeps = node.attribute.find(({ name }) => name === "keepdims")?.i !== 0n;
    if (!axes || !keeps || axes.length === 0) return null;
    return [first, this.#writer.integers(axes.map((axis) => toLast[axis < 0 ? axis + 4 : axis] as number))];
  }

  #constant(name: string | undefined): readonly number[] | null {
    const value = name === undefined ? undefined : this.#graph.values.get(name);
    return value === undefined ? null : constantNumbers(value);
  }

  #firstDims(name: string): readonly Dimension[] | null {
    const dims = this.#graph.values.get(name)?.shape.dims;
    return dims?.length === 4 ? toFirst.map((axis) => dims[axis] as Dimension) : null;
  }
}
