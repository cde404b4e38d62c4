/**
 * Which images of a model lie in blocks, and the ways there and back: each is laid out once, and back only where something needs it as
 * `[n, c, h, w]`.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { float32 } from "../../../tensor/dtype.ts";
import type { OnnxValue } from "../../rule.ts";
import { integersOf, NodeWriter, type PassGraph } from "../pass-graph.ts";
import { GrowingConvolutions } from "./growing-convolutions.ts";
import { BlockedNodes, type ImageDims, imageDims } from "./layout.ts";

/** To TensorFlow's order of axes. */
export const toLast: readonly number[] = [0, 2, 3, 1];
const toFirst = [0, 3, 1, 2];
const filterFirst = [3, 2, 0, 1];

/** The images of one model. */
export class BlockedValues {
  /** How many channels are together. */
  readonly block: number;
  readonly writer: NodeWriter;
  readonly convolutions: GrowingConvolutions;
  readonly #graph: PassGraph;
  /** Which node makes a value. */
  readonly #makers = new Map<string, NodeProto>();
  /** Blocked images, by the names of what they are as `[n, c, h, w]`. */
  readonly #blocked = new Map<string, OnnxValue>();
  /** Blocked images that nobody has needed as `[n, c, h, w]` yet. */
  readonly #unwritten = new Map<string, NodeProto>();

  constructor(graph: PassGraph, block: number) {
    this.#graph = graph;
    this.block = block;
    this.writer = new NodeWriter(graph, "blocked");
    for (const node of graph.nodes) for (const name of node.output) this.#makers.set(name, node);
    this.convolutions = new GrowingConvolutions(graph, this.writer, this.#makers, this.#blocked);
  }

  /** The images in blocks, if they are. */
  blocked(name: string | undefined): OnnxValue | undefined {
    return name === undefined ? undefined : this.#blocked.get(name);
  }

  /** Nobody needs these images as `[n, c, h, w]`. */
  drop(name: string): void {
    this.#unwritten.delete(name);
  }

  /** Writes images that are needed as `[n, c, h, w]`. */
  write(name: string): void {
    const origin = this.#unwritten.get(name);
    if (origin === undefined) return;
    this.#unwritten.delete(name);
    const value = this.#blocked.get(name) as OnnxValue;
    const dims = imageDims(value) as ImageDims;
    this.nodes(origin).blocked("ReorderOutput", [value], { channels: dims[1], channels_last: 0 }, dims, name);
    // It is no convolution's alone any more.
    this.convolutions.end(name);
  }

  /** Nodes in the place of one. */
  nodes(origin: NodeProto): BlockedNodes {
    return new BlockedNodes(this.writer, origin, this.block);
  }

  /** What is known of a value. */
  value(name: string | undefined): OnnxValue | undefined {
    return name === undefined ? undefined : this.#graph.values.get(name);
  }

  /** The sizes of images whose channels are whole blocks. */
  wholeDims(name: string | undefined): ImageDims | null {
    const value = this.value(name);
    const dims = value?.dtype === float32 ? imageDims(value) : null;
    return dims !== null && dims[1] % this.block === 0 ? dims : null;
  }

  /** The images in the blocked layout. */
  asBlocked(node: NodeProto, name: string): OnnxValue {
    const known = this.#blocked.get(name);
    if (known !== undefined) return known;
    const dims = imageDims(this.value(name)) as ImageDims;
    const maker = this.#makers.get(name);
    const isMoved = maker?.opType === "Transpose" && isPerm(maker, toFirst) && !this.#blocked.has(maker.input[0] ?? "");
    const source = isMoved ? (maker.input[0] as string) : name;
    if (isMoved) this.write(source);
    const value = this.value(source) as OnnxValue;
    const made = this.nodes(node).blocked("ReorderInput", [value], { channels_last: isMoved ? 1 : 0 }, dims);
    this.#blocked.set(name, made);
    return made;
  }

  /** What the node makes, in blocks. */
  note(node: NodeProto, blocked: OnnxValue): true {
    const [name = ""] = node.output;
    this.#blocked.set(name, blocked);
    this.#unwritten.set(name, node);
    return true;
  }

  /** A filter as TensorFlow has it, from the one that ONNX's operators want. */
  filter(node: NodeProto, name: string): OnnxValue | null {
    const maker = this.#makers.get(name);
    const source = maker?.opType === "Transpose" && isPerm(maker, filterFirst) ? this.value(maker.input[0]) : undefined;
    if (imageDims(source) !== null) return source as OnnxValue;
    const value = this.value(name);
    return imageDims(value) === null ? null : this.nodes(node).moved(value as OnnxValue, [2, 3, 1, 0]);
  }
}

/** Whether a node turns axes so. */
export function isPerm(node: NodeProto, perm: readonly number[]): boolean {
  const given = integersOf(node, "perm");
  return given?.length === perm.length && given.every((axis, i) => axis === perm[i]);
}
