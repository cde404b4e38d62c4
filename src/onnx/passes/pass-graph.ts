/**
 * The nodes of a model while passes rewrite them, with what is known of their values. A pass makes a new list of nodes from the old one;
 * nodes with inner graphs are opaque users of what they and those take. What a pass is for is told in its file.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import type { NDArray } from "../../tensor/ndarray.ts";
import { asShape, type ShapeLike } from "../../tensor/shape.ts";
import { attributeProtos } from "../model/attributes.ts";
import { type ConstantPool, collectInputs } from "../model/constants.ts";
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

/** Lists up to this length are looked through name by name. */
const SHORT = 8;

/** Whether a node has graphs inside. */
export function hasInner({ attribute }: NodeProto): boolean {
  return attribute.some(({ g }) => g);
}

/** What a node takes, those inside of it included, each once. */
export function inputsOf(node: NodeProto): readonly string[] {
  // Nearly always, its own list says it all.
  if (isEachOnce(node.input) && !hasInner(node)) return node.input;
  const names = new Set<string>();
  collectInputs([node], names);
  names.delete("");
  return [...names];
}

/** Whether a list has no name twice, and none that is empty. Long ones may have. */
function isEachOnce(names: readonly string[]): boolean {
  if (names.length > SHORT) return false;
  for (let i = 0; i < names.length; i += 1) if (names[i] === "" || names.indexOf(names[i] as string) < i) return false;
  return true;
}

/** The node with values under their new names. */
export function withNames(node: NodeProto, renamed: ReadonlyMap<string, string>): NodeProto {
  if (renamed.size === 0 || !node.input.some((name) => renamed.has(name))) return node;
  return { ...node, input: node.input.map((name) => renamed.get(name) ?? name) };
}

/** The attributes of a node as text: the same for the same ones. `null` where values or graphs are among them. */
export function attributesText({ attribute }: NodeProto): string | null {
  let text = "";
  for (const { name, type, i, f, s, ints, floats, t, g, strings, tensors, graphs } of attribute) {
    if (t || g || strings || tensors || graphs) return null;
    text += `${name}:${type}:${i ?? f ?? s ?? ints ?? floats};`;
  }
  return text;
}

/** Which nodes are beside each value. */
export interface Neighbours {
  readonly makers: ReadonlyMap<string, NodeProto>;
  /** In the order of the graph, each once. */
  readonly takers: ReadonlyMap<string, readonly NodeProto[]>;
}

/** Several passes look at one graph, as most leave most graphs as they are. */
const neighbours = new WeakMap<PassGraph, Neighbours>();

/** Who makes and who takes the values of a graph. */
export function neighboursOf(graph: PassGraph): Neighbours {
  let known = neighbours.get(graph);
  if (known === undefined) neighbours.set(graph, (known = findNeighbours(graph)));
  return known;
}

function findNeighbours({ nodes }: PassGraph): Neighbours {
  const makers = new Map<string, NodeProto>();
  const takers = new Map<string, NodeProto[]>();
  for (const node of nodes) {
    for (const name of node.output) makers.set(name, node);
    for (const name of inputsOf(node)) {
      const known = takers.get(name);
      if (known === undefined) takers.set(name, [node]);
      else known.push(node);
    }
  }
  return { makers, takers };
}

/** Tells how many nodes and outputs take a value. */
export function usesOf(graph: PassGraph): (name: string) => number {
  const { takers } = neighboursOf(graph);
  return (name) => (takers.get(name)?.length ?? 0) + (graph.kept.has(name) ? 1 : 0);
}

/** The values that only depend on constants. */
export function constantNames({ nodes, values }: PassGraph): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [name, { constant }] of values) if (constant !== null) names.add(name);
  for (const node of nodes)
    if (node.input.length > 0 && inputsOf(node).every((name) => names.has(name)))
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
    return this.note(this.#graph.constants.add(array)).name;
  }

  integers(values: readonly number[]): string {
    return this.note(this.#graph.constants.integers(values)).name;
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
    const attribute = attributeProtos(attrs);
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
    const attribute = attributeProtos(attrs);
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
