/**
 * The nodes of a model while passes rewrite them, with what is known of their values. A pass makes a new list of nodes from the old one;
 * nodes with inner graphs are opaque users of what they and those take. What a pass is for is told in its file.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { asShape, type ShapeLike } from "../../tensor/shape.ts";
import { attributeProto } from "../attributes.ts";
import { type ConstantPool, collectInputs, integerArray } from "../constants.ts";
import type { OnnxAttrs, OnnxValue } from "../rule.ts";

/** A model before it is written. */
export interface PassGraph {
  /** In an order in which they can run. */
  readonly nodes: readonly NodeProto[];
  /** Names of values that must stay: the model's outputs. */
  readonly kept: ReadonlySet<string>;
  /** What is known of values, by their names. */
  readonly values: Map<string, OnnxValue>;
  readonly constants: ConstantPool;
}

/** What the runtime of a model can do. */
export interface PassOptions {
  /** How many channels of images its own layout keeps together; `null` where nothing is known of one. */
  readonly blockSize?: number | null;
}

/** Gives the same computation in other nodes. */
export type Pass = (graph: PassGraph, options: PassOptions) => PassGraph;

/** What a node takes, those inside of it included. */
export function inputsOf(node: NodeProto): ReadonlySet<string> {
  const names = new Set<string>();
  collectInputs([node], names);
  names.delete("");
  return names;
}

/** How many nodes and outputs take each value. */
export function countUses({ nodes, kept }: PassGraph): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const add = (name: string): void => void uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const node of nodes) for (const name of inputsOf(node)) add(name);
  for (const name of kept) add(name);
  return uses;
}

/** The values that only depend on constants. */
export function constantNames({ nodes, values }: PassGraph): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [name, { constant }] of values) if (constant !== null) names.add(name);
  for (const node of nodes)
    if (node.input.length > 0 && [...inputsOf(node)].every((name) => names.has(name)))
      for (const name of node.output) names.add(name);
  return names;
}

/** The whole numbers of an attribute; `null` without it. */
export function integersOf(node: NodeProto, name: string): readonly number[] | null {
  return node.attribute.find((attribute) => attribute.name === name)?.ints?.map(Number) ?? null;
}

/** Collects the nodes that a pass makes. */
export class NodeWriter {
  readonly nodes: NodeProto[] = [];
  readonly #graph: PassGraph;
  readonly #pass: string;
  #count = 0;

  /** `pass` is part of the names of new values. */
  constructor(graph: PassGraph, pass: string) {
    this.#graph = graph;
    this.#pass = pass;
  }

  /** What is known of a value. */
  value(name: string): OnnxValue {
    return this.#graph.values.get(name) as OnnxValue;
  }

  constant(array: NDArray): string {
    const value = this.#graph.constants.add(array);
    this.#graph.values.set(value.name, value);
    return value.name;
  }

  integers(values: readonly number[]): string {
    return this.constant(integerArray(values));
  }

  keep(node: NodeProto): void {
    this.nodes.push(node);
  }

  /** A node in place of `origin`, whose name errors of the runtime will tell. Gives the name of its output. */
  add(
    origin: NodeProto,
    opType: string,
    input: readonly string[],
    {
      attrs = {},
      shape = null,
      output,
      domain,
    }: { attrs?: OnnxAttrs; shape?: ShapeLike; output?: string; domain?: string } = {},
  ): string {
    this.#count += 1;
    const name = `${origin.name}::${this.#pass}${this.#count}`;
    const made = output ?? name;
    const attribute = Object.entries(attrs).map(([key, value]) => attributeProto(key, value));
    const node = { opType, name, input: [...input], output: [made], attribute };
    this.nodes.push(domain === undefined ? node : { ...node, domain });
    this.#note(made, input, shape);
    return made;
  }

  /** As `add`, with so many outputs, of which nothing is known yet. Gives their names. */
  addMany(
    origin: NodeProto,
    opType: string,
    input: readonly string[],
    attrs: OnnxAttrs,
    count: number,
  ): readonly string[] {
    this.#count += 1;
    const name = `${origin.name}::${this.#pass}${this.#count}`;
    const output = Array.from({ length: count }, (_, i) => (count === 1 ? name : `${name}#${i}`));
    const attribute = Object.entries(attrs).map(([key, value]) => attributeProto(key, value));
    this.nodes.push({ opType, name, input: [...input], output, attribute });
    return output;
  }

  /** Writes another node in the place of one that was written. */
  replace(place: number, node: NodeProto): void {
    this.nodes[place] = node;
  }

  /** Gives what was made for `origin` the name of a value that the graph knows. */
  rename(origin: NodeProto, made: string, name: string): void {
    const last = this.nodes.at(-1);
    if (last?.output.length === 1 && last.output[0] === made)
      this.nodes[this.nodes.length - 1] = { ...last, output: [name] };
    else this.add(origin, "Identity", [made], { output: name });
  }

  /** Keeps what is known of a value, of which more may be known already. */
  note(value: OnnxValue): OnnxValue {
    this.#graph.values.set(value.name, value);
    return value;
  }

  /** The same node with other inputs; gives the name of its output, which is new unless said. */
  copy(node: NodeProto, input: readonly string[], shape: ShapeLike, output?: string): string {
    this.#count += 1;
    const name = `${node.name}::${this.#pass}${this.#count}`;
    const made = output ?? name;
    this.nodes.push({ ...node, name, input: [...input], output: [made] });
    this.#note(made, node.output, shape);
    return made;
  }

  /** `like` has the type of the new value. */
  #note(name: string, [like = ""]: readonly string[], shape: ShapeLike): void {
    if (this.#graph.values.has(name)) return;
    const known = this.#graph.values.get(like);
    if (known !== undefined)
      this.#graph.values.set(name, { name, dtype: known.dtype, shape: asShape(shape), constant: null });
  }
}
