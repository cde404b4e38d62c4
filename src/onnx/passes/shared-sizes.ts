/**
 * Values of one shape are asked for it once. Where sizes are only known in a run, a model compares them again and again: each gradient of a
 * broadcast operation asks for the shapes of its operands. Which values have equal sizes follows from the nodes, as far as these succeed; what is
 * computed of equal shapes is then the same, and kept once.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import { binaryOperators, unaryOperators } from "../element-wise.ts";
import { constantNumbers } from "../static-knowledge.ts";
import { inputsOf, type PassGraph } from "./pass-graph.ts";

/** A size: a number, or the name of one that only a run knows. Equal names are equal sizes. */
type Size = string;
type Sizes = readonly Size[];

/** Further operators whose result has the shape of their first input. */
const keepsShape = new Set("Identity IsNaN LogSoftmax Neg Not Relu Softmax".split(" "));

/** Operators whose result has the numbers of their first input, in a list or alone. */
const keepsList = new Set("Cast Identity Squeeze Unsqueeze".split(" "));

/** Lists with more numbers are no shapes. */
const MOST_NUMBERS = 16;

/** The same graph, in which each shape is asked of one value. */
export function withSharedSizes(graph: PassGraph): PassGraph {
  if (!graph.nodes.some(({ opType }) => opType === "Shape")) return graph;
  const known = new KnownSizes(graph);
  const asked = new Map<string, string>();
  const nodes = graph.nodes.map((node) => {
    const shared = node.opType === "Shape" ? askedOfOne(node, known, asked) : withoutIdleReshape(node, known);
    known.note(node);
    return shared;
  });
  return { ...graph, nodes: withoutLosses(graph, nodes, known) };
}

function askedOfOne(node: NodeProto, known: KnownSizes, asked: Map<string, string>): NodeProto {
  const [value = ""] = node.input;
  const sizes = known.of(value);
  if (sizes === null || sizes.every(isNumber)) return node;
  const key = sizes.join();
  const first = asked.get(key);
  if (first === undefined) asked.set(key, value);
  return first === undefined || first === value ? node : { ...node, input: [first] };
}

/** What has another value's shape already needs none. A shape of which something was computed may be there to fail. */
function withoutIdleReshape(node: NodeProto, known: KnownSizes): NodeProto {
  const [value = "", shape = ""] = node.input;
  const source = known.askedOf(shape);
  if (node.opType !== "Reshape" || source === null) return node;
  const [sizes, wanted] = [known.of(value), known.of(source)];
  const isIdle = sizes !== null && wanted !== null && sizes.join() === wanted.join() && !sizes.includes("0");
  return isIdle ? { ...node, opType: "Identity", input: [value], attribute: [] } : node;
}

/** What nothing but its shape is taken of stays asked: a model leaves out what nothing takes, and with it its failures. */
function withoutLosses(
  { nodes, kept }: PassGraph,
  shared: readonly NodeProto[],
  known: KnownSizes,
): readonly NodeProto[] {
  const needed = new Set<string>(kept);
  for (const node of shared.toReversed())
    if (node.output.some((name) => needed.has(name))) for (const name of inputsOf(node)) needed.add(name);
  return shared.map((node, i) => {
    const before = nodes[i] as NodeProto;
    if (node === before) return node;
    const source = node.opType === "Shape" ? before.input[0] : known.askedOf(before.input[1] ?? "");
    return needed.has(source ?? "") ? node : before;
  });
}

function isNumber(size: Size): boolean {
  return /^-?\d+$/.test(size);
}

/** The sizes of values, and the elements of lists that are made of sizes. */
class KnownSizes {
  readonly #graph: PassGraph;
  readonly #sizes = new Map<string, Sizes>();
  readonly #lists = new Map<string, Sizes>();
  /** The values whose whole shape lists are, as they were asked for. */
  readonly #sources = new Map<string, string>();
  /** What further operators tell of their result's sizes, by the node and its first two inputs. */
  readonly #rules: Readonly<Record<string, (node: NodeProto, first: string, second: string) => Sizes | null>> = {
    Reshape: (node, _, list) => this.#ofList(node, list),
    Expand: (node, _, list) => this.#ofList(node, list),
    ConstantOfShape: (node, list) => this.#ofList(node, list),
    MatMul: (node) => this.#product(node),
    Gemm: (node) => this.#product(node),
    Concat: (node) => this.#along(node, integerOf(node, "axis")),
    Slice: (node) => this.#sliced(node),
    Gather: (node) => this.#gathered(node),
    ReduceMin: ({ input, attribute }) =>
      input.length === 1 && attribute.some(({ name, i }) => name === "keepdims" && i === 0n) ? [] : null,
  };

  constructor(graph: PassGraph) {
    this.#graph = graph;
  }

  /** The sizes of a value; `null` where not even the number of its axes is known. */
  of(name: string): Sizes | null {
    const dims = this.#graph.values.get(name)?.shape.dims ?? null;
    const found = this.#sizes.get(name);
    if (dims === null) return found ?? null;
    if (found !== undefined && found.length !== dims.length) return null;
    return dims.map((d, axis) => (d === null ? (found?.[axis] ?? `${name}:${axis}`) : String(d)));
  }

  /** The value whose shape a list is, as it was asked for; else `null`. */
  askedOf(list: string): string | null {
    return this.#sources.get(list) ?? null;
  }

  /** The elements of a list of integers, or a single one. */
  listed(name: string): Sizes | null {
    const value = this.#graph.values.get(name);
    const constant = value?.constant ?? null;
    if (value === undefined || constant === null) return this.#lists.get(name) ?? null;
    const isList = value.dtype.isInteger && constant.rank <= 1 && constant.size <= MOST_NUMBERS;
    return isList ? (constantNumbers(value)?.map(String) ?? null) : null;
  }

  /** Finds out what a node tells of its results. */
  note(node: NodeProto): void {
    const [output = ""] = node.output;
    const source = node.opType === "Shape" ? node.input[0] : this.#sources.get(node.input[0] ?? "");
    const passesOn = node.opType === "Cast" || (node.opType === "Shape" && node.attribute.length === 0);
    if (passesOn && source !== undefined) this.#sources.set(output, source);
    const list = this.#listOf(node);
    if (list !== null) this.#lists.set(output, list);
    if (node.opType === "Split") this.#noteParts(node);
    const sizes = this.#sizesOf(node);
    if (sizes !== null) this.#sizes.set(output, sizes);
  }

  #listOf(node: NodeProto): Sizes | null {
    const { opType = "", input, attribute } = node;
    const [value = "", second = ""] = input;
    if (keepsList.has(opType)) return this.listed(value);
    switch (opType) {
      case "Shape":
        return attribute.length === 0 ? this.of(value) : null;
      case "Gather":
        return this.#picked(value, second);
      // What is added to see that a condition holds: `failUnless`.
      case "Add":
        return this.listed(second)?.join() === "0" ? this.listed(value) : null;
      case "Concat": {
        const lists = input.map((name) => this.listed(name));
        return lists.includes(null) ? null : lists.flatMap((list) => list as Sizes);
      }
      default:
        return null;
    }
  }

  #picked(value: string, places: string): Sizes | null {
    const [list, at] = [this.listed(value), this.listed(places)];
    if (list === null) return null;
    // There is one, so it is this one wherever it is picked.
    if (list.length === 1 && this.of(places)?.length === 0) return list;
    const picked: Size[] = [];
    for (const place of at ?? ["unknown"]) {
      const size = list.at(Number(place));
      if (size === undefined || !isNumber(place)) return null;
      picked.push(size);
    }
    return picked;
  }

  #sizesOf(node: NodeProto): Sizes | null {
    const [value = "", second = ""] = node.input;
    const { opType = "" } = node;
    if (unaryOperators.has(opType) || keepsShape.has(opType)) return this.of(value);
    if (binaryOperators.has(opType) || opType === "Where") return this.#broadcast(node);
    return this.#rules[opType]?.(node, value, second) ?? null;
  }

  /** Sizes of 1 give way; where others differ, nothing is known. */
  #broadcast({ input, output }: NodeProto): Sizes | null {
    const shapes = input.map((name) => this.of(name));
    if (shapes.includes(null)) return null;
    const lists = shapes as readonly Sizes[];
    const rank = Math.max(...lists.map(({ length }) => length));
    return Array.from({ length: rank }, (_, axis): Size => {
      const sizes = new Set(lists.flatMap((sizesOf) => sizesOf[axis - rank + sizesOf.length] ?? []));
      if (sizes.size > 1) sizes.delete("1");
      return sizes.size === 1 ? ([...sizes][0] as Size) : `${output[0]}:${axis}`;
    });
  }

  /** A shape that was asked for. What is left of one, or taken from the value, is not known here. */
  #ofList({ opType, input, output }: NodeProto, name: string): Sizes | null {
    const list = this.listed(name);
    if (list === null || list.length === 0) return list;
    const [given] = [this.of(input[0] ?? "")];
    // What is expanded may be larger than what it is expanded to.
    if (opType === "Expand" && given?.every((size) => size === "1") !== true) return null;
    return list.map((size, axis) => (size === "-1" || size === "0" ? `${output[0]}:${axis}` : size));
  }

  #product(node: NodeProto): Sizes | null {
    const [x, y] = [this.of(node.input[0] ?? ""), this.of(node.input[1] ?? "")];
    if (x?.length !== 2 || y?.length !== 2) return null;
    return [x[integerOf(node, "transA")] as Size, y[1 - integerOf(node, "transB")] as Size];
  }

  /** The sizes of the first input, but for an axis. */
  #along({ input, output }: NodeProto, axis: number): Sizes | null {
    const sizes = this.of(input[0] ?? "");
    const at = axis < 0 ? axis + (sizes?.length ?? 0) : axis;
    return sizes?.map((size, i) => (i === at ? `${output[0]}:${i}` : size)) ?? null;
  }

  #noteParts(node: NodeProto): void {
    const axis = integerOf(node, "axis");
    for (const name of node.output) {
      const sizes = this.#along({ ...node, output: [name] }, axis);
      if (sizes !== null) this.#sizes.set(name, sizes);
    }
  }

  #gathered(node: NodeProto): Sizes | null {
    const [sizes, places] = [this.of(node.input[0] ?? ""), this.of(node.input[1] ?? "")];
    const axis = integerOf(node, "axis");
    if (sizes === null || places === null || axis < 0) return null;
    return [...sizes.slice(0, axis), ...places, ...sizes.slice(axis + 1)];
  }

  #sliced({ input, output }: NodeProto): Sizes | null {
    const [sizes, axes] = [this.of(input[0] ?? ""), this.listed(input[3] ?? "")];
    if (sizes === null || axes === null) return null;
    const cut = new Set(axes.map((axis) => (Number(axis) < 0 ? Number(axis) + sizes.length : Number(axis))));
    return sizes.map((size, axis) => (cut.has(axis) ? `${output[0]}:${axis}` : size));
  }
}

function integerOf(node: NodeProto, name: string): number {
  return Number(node.attribute.find((attribute) => attribute.name === name)?.i ?? 0n);
}
