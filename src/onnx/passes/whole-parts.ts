/**
 * What is done to every part of a value is done to the whole, and parts that are joined again are the whole. Batches of products leave such
 * parts behind: between two of them, a network that is called several times is then computed once for all callers.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import { binaryOperators, unaryOperators } from "../element-wise.ts";
import { knownDims } from "../static-knowledge.ts";
import { attributesText, type Neighbours, NodeWriter, neighboursOf, type PassGraph, withNames } from "./pass-graph.ts";
import { axisOf, partSizes } from "./products/product.ts";

/** Parts that make up at most this part of a value may be computed although nothing asks for them: one operator instead of several. */
const FEW = 4;

/** A value that is divided. */
interface Whole {
  readonly name: string;
  readonly axis: number;
  readonly sizes: readonly number[];
  readonly parts: readonly string[];
}

interface Part {
  readonly whole: Whole;
  readonly index: number;
}

/** The graph with less of that. */
export function withWholeParts(graph: PassGraph): PassGraph {
  if (!graph.nodes.some(({ opType }) => opType === "Split")) return graph;
  return new Wholes(graph).written();
}

class Wholes {
  readonly #graph: PassGraph;
  readonly #writer: NodeWriter;
  readonly #parts = new Map<string, Part>();
  readonly #takers: Neighbours["takers"];
  readonly #gone = new Set<NodeProto>();
  /** Values that are others under another name. */
  readonly #renamed = new Map<string, string>();
  /** What was tried for one part, and failed, need not be tried for the others. */
  readonly #failed = new Set<string>();

  constructor(graph: PassGraph) {
    this.#graph = graph;
    this.#writer = new NodeWriter(graph, "whole");
    this.#takers = neighboursOf(graph).takers;
  }

  written(): PassGraph {
    for (const given of this.#graph.nodes) {
      if (this.#gone.has(given)) continue;
      const node = withNames(given, this.#renamed);
      if (this.#joins(node) || this.#isOfAll(given, node)) continue;
      this.#writer.keep(node);
      if (node.opType === "Split") this.#noteSplit(node);
    }
    return { ...this.#graph, nodes: this.#writer.nodes };
  }

  #noteSplit(node: NodeProto): void {
    const [axis, sizes] = [axisOf(this.#graph, node), partSizes(this.#graph, node)];
    if (axis === null || sizes === null || node.output.length < 2) return;
    this.#note({ name: node.input[0] as string, axis, sizes, parts: node.output });
  }

  #note(whole: Whole): void {
    for (const [index, part] of whole.parts.entries()) this.#parts.set(part, { whole, index });
  }

  /** All parts joined in their order: the whole itself. */
  #joins(node: NodeProto): boolean {
    const first = this.#parts.get(node.input[0] ?? "");
    if (node.opType !== "Concat" || first === undefined) return false;
    const { name, axis, parts } = first.whole;
    const isAll = parts.length === node.input.length && parts.every((part, i) => part === node.input[i]);
    if (!isAll || axisOf(this.#graph, node) !== axis) return false;
    // For those that know the value by its name only; dead otherwise.
    this.#writer.keep({ ...node, opType: "Identity", input: [name], attribute: [] });
    this.#renamed.set(node.output[0] as string, name);
    return true;
  }

  /** A node of which there is one for each part; `given` is how the graph has it. */
  #isOfAll(given: NodeProto, node: NodeProto): boolean {
    const { opType = "" } = node;
    if (!unaryOperators.has(opType) && !binaryOperators.has(opType)) return false;
    const own = node.input.map((name) => this.#parts.get(name));
    const lead = own.find((part) => part !== undefined);
    if (lead === undefined || node.output.length !== 1) return false;
    const key = [opType, ...node.input.map((name, i) => own[i]?.whole.name ?? name)].join("\n");
    if (this.#failed.has(key)) return false;
    const lanes = this.#fits(node, own, lead) ? this.#lanes(given, node, own, lead) : null;
    if (lanes === null) {
      this.#failed.add(key);
      return false;
    }
    this.#write(node, own, lead, lanes);
    return true;
  }

  /** Whether the parts are of the same places, and what stands beside them is the same along all of them. */
  #fits(node: NodeProto, own: readonly (Part | undefined)[], { whole, index }: Part): boolean {
    const rankOf = (name: string): number | null => this.#graph.values.get(name)?.shape.rank ?? null;
    const rank = rankOf(whole.parts[index] as string);
    if (rank === null) return false;
    return node.input.every((name, i) => {
      const part = own[i];
      if (part === undefined) return this.#isConstantAlong(name, whole.axis, rank);
      const isAlike =
        part.whole === whole || (part.whole.axis === whole.axis && String(part.whole.sizes) === String(whole.sizes));
      return isAlike && part.index === index && rankOf(name) === rank;
    });
  }

  /** Whether a value that is broadcast to a rank is the same at all places of an axis. */
  #isConstantAlong(name: string, axis: number, rank: number): boolean {
    const dims = this.#graph.values.get(name)?.shape.dims;
    if (!dims || dims.length > rank) return false;
    // Counted from the last axis, as broadcasting does.
    const place = axis - rank + dims.length;
    return place < 0 || dims[place] === 1;
  }

  /** The nodes for all parts, as the graph has them; `null` for parts that are few, so that computing them, too, costs little. */
  #lanes(
    given: NodeProto,
    node: NodeProto,
    own: readonly (Part | undefined)[],
    { whole, index }: Part,
  ): readonly (NodeProto | null)[] | null {
    const lanes: (NodeProto | null)[] = [];
    const all = whole.sizes.reduce((a, b) => a + b);
    let without = 0;
    const place = own.findIndex((part) => part !== undefined);
    const attributes = attributesText(node);
    for (const [lane, name] of whole.parts.entries()) {
      if (lane === index) {
        lanes.push(given);
        continue;
      }
      const wanted = node.input.map((input, i) => own[i]?.whole.parts[lane] ?? input);
      const found = (this.#takers.get(name) ?? []).find(
        (other) =>
          !this.#gone.has(other) &&
          !lanes.includes(other) &&
          other.opType === node.opType &&
          other.input[place] === name &&
          other.input.length === wanted.length &&
          other.input.every((input, i) => (this.#renamed.get(input) ?? input) === wanted[i]) &&
          attributesText(other) === attributes,
      );
      lanes.push(found ?? null);
      if (found !== undefined) continue;
      without += whole.sizes[lane] as number;
      if (without * FEW > all) return null;
    }
    return lanes;
  }

  #write(
    node: NodeProto,
    own: readonly (Part | undefined)[],
    { whole }: Part,
    lanes: readonly (NodeProto | null)[],
  ): void {
    const inputs = node.input.map((name, i) => own[i]?.whole.name ?? name);
    const dims = knownDims(this.#writer.value(node.output[0] as string));
    const length = whole.sizes.reduce((a, b) => a + b);
    const shape = dims && dims.map((d, axis) => (axis === whole.axis ? length : d));
    const made = this.#writer.copy(node, inputs, shape);
    const parts = lanes.map((lane, i) => lane?.output[0] ?? `${made}#unused${i}`);
    this.#writer.add(node, "Split", [made, this.#writer.integers(whole.sizes)], { attrs: { axis: whole.axis } });
    const place = this.#writer.nodes.length - 1;
    this.#writer.replace(place, { ...(this.#writer.nodes[place] as NodeProto), output: parts });
    this.#note({ ...whole, name: made, parts });
    for (const [i, lane] of lanes.entries()) {
      if (lane !== null) this.#gone.add(lane);
      else
        this.#writer.note({
          ...this.#writer.value(whole.parts[i] as string),
          name: parts[i] as string,
          constant: null,
        });
    }
  }
}
