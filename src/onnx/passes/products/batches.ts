/**
 * Products of few rows with the same matrix become one product of all rows, where none waits for another: callers that share a network, and
 * the steps of an unrolled one as far as they do not wait for each other. A matrix is then read and packed once.
 *
 * Of a product with joined values, as the cells of recurrent networks have it, parts may be free while others wait: `[x, h] · W` is
 * `x · W₁ + h · W₂`, and the products of all x are one. Backwards, a product whose columns are divided is one product for each part.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { type Neighbours, NodeWriter, neighboursOf, type PassGraph, usesOf } from "../pass-graph.ts";
import { type PartsOfProduct, type ProductGroup, productGroups } from "./groups.ts";
import { type Item, ordered } from "./order.ts";
import { type Product, productOf } from "./product.ts";

/** So many values are looked at to find what a product depends on. */
const NEAR = 64;

/** The graph with those products. */
export function withProductBatches(graph: PassGraph): PassGraph {
  const groups = productGroups(graph);
  if (groups.length === 0) return graph;
  const batches = new Batches(graph);
  for (const group of groups) batches.add(group);
  return batches.written();
}

class Batches {
  readonly #graph: PassGraph;
  readonly #writer: NodeWriter;
  readonly #uses: (name: string) => number;
  readonly #replaced = new Map<NodeProto, readonly Item[]>();
  readonly #neighbours: Neighbours;
  /** The places of products in their batches, by what they give. */
  readonly #lanes = new Map<string, number>();
  #count = 0;

  constructor(graph: PassGraph) {
    this.#graph = graph;
    this.#writer = new NodeWriter(graph, "batch");
    this.#uses = usesOf(graph);
    this.#neighbours = neighboursOf(graph);
  }

  add(group: ProductGroup): void {
    const { products, joined, divided } = group;
    if (group.isFree) {
      const batch = this.#newBatch();
      for (const { node } of products) this.#replaced.set(node, [{ node, batch }]);
    } else if (joined?.isFree.includes(true) === true) this.#divideLeft(group, joined);
    else if (divided?.isFree.includes(true) === true) this.#divideRight(group, divided);
  }

  written(): PassGraph {
    if (this.#count === 0) return this.#graph;
    const items = this.#graph.nodes.flatMap((node) => this.#replaced.get(node) ?? [{ node, batch: null }]);
    const writer = new NodeWriter(this.#graph, "batched");
    for (const unit of ordered(items)) {
      if (unit.length === 1) writer.keep(unit[0] as NodeProto);
      else this.#writeBatch(writer, unit);
    }
    return { ...this.#graph, nodes: writer.nodes };
  }

  /**
   * In the order of an earlier batch that they depend on, where each depends on another of its parts: gradients come in another order than
   * values, and only parts in one order stay together.
   */
  #inLanes(products: readonly Product[]): readonly Product[] {
    const lanes = products.map(({ left }) => this.#laneOf(left));
    const order = products.map((_, i) => i).sort((a, b) => (lanes[a] ?? 0) - (lanes[b] ?? 0));
    const isSure = !lanes.includes(null) && new Set(lanes).size === lanes.length;
    const sorted = isSure ? order.map((i) => products[i] as Product) : products;
    for (const [lane, { output }] of sorted.entries()) this.#lanes.set(output, lane);
    return sorted;
  }

  /** The place in its batch of the nearest product that a value depends on. */
  #laneOf(name: string): number | null {
    if (this.#lanes.size === 0) return null;
    const seen = new Set([name]);
    for (const one of seen) {
      const lane = this.#lanes.get(one);
      if (lane !== undefined) return lane;
      if (seen.size > NEAR) return null;
      for (const input of this.#neighbours.makers.get(one)?.input ?? []) seen.add(input);
    }
    return null;
  }

  #newBatch(): number {
    this.#count += 1;
    return this.#count;
  }

  /** One product of all rows, and the parts of it. */
  #writeBatch(writer: NodeWriter, nodes: readonly NodeProto[]): void {
    const products = this.#inLanes(nodes.map((node) => productOf(this.#graph, node) as Product));
    const first = products[0] as Product;
    const sizes = products.map(({ rows }) => rows);
    const rows = sizes.reduce((a, b) => a + b);
    const lefts = products.map(({ left }) => left);
    const left = writer.add(first.node, "Concat", lefts, { attrs: { axis: 0 }, shape: [rows, first.inner] });
    const whole = writer.copy(first.node, [left, first.right], [rows, first.columns]);
    const name = `${whole}#parts`;
    const outputs = products.map(({ output }) => output);
    writer.add(first.node, "Split", [whole, writer.integers(sizes)], { attrs: { axis: 0 }, output: name });
    const made = writer.nodes.at(-1) as NodeProto;
    writer.replace(writer.nodes.length - 1, { ...made, output: outputs });
  }

  /** A node beside those of the graph. */
  #made(make: (writer: NodeWriter) => string): { readonly node: NodeProto; readonly name: string } {
    const name = make(this.#writer);
    return { node: this.#writer.nodes.at(-1) as NodeProto, name };
  }

  #slice(origin: NodeProto, matrix: string, axis: number, [start, end]: readonly [number, number]) {
    const dims = this.#graph.values.get(matrix)?.shape.dims ?? [];
    const shape = dims.map((d, i) => (i === axis ? end - start : d));
    return this.#made((writer) => {
      const bounds = [[start], [end], [axis]].map((list) => writer.integers(list));
      return writer.add(origin, "Slice", [matrix, ...bounds], { shape });
    });
  }

  #product({ node, rows, columns, transB }: Product, inputs: readonly string[], width = columns, output?: string) {
    const isSum = inputs.length > 2;
    return this.#made((writer) =>
      writer.add(node, transB || isSum ? "Gemm" : "MatMul", inputs, {
        attrs: transB || isSum ? { transA: 0, transB: transB ? 1 : 0 } : {},
        shape: [rows, width],
        ...(output !== undefined && { output }),
      }),
    );
  }

  /** `[x, h] · W` as `x · W₁ + h · W₂`, where the free parts stand before or behind the others. */
  #divideLeft(group: ProductGroup, { parts, bounds, isFree }: PartsOfProduct): void {
    const at = isFree.findIndex((free) => free !== isFree[0]);
    if (isFree.slice(at).some((free) => free === isFree[0])) return;
    const [first] = group.products as readonly [Product, ...Product[]];
    const axis = first.transB ? 1 : 0;
    const ranges = [
      [0, at],
      [at, isFree.length],
    ] as const;
    const matrices = ranges.map(([from, to]) =>
      this.#slice(first.node, first.right, axis, [bounds[from] as number, bounds[to] as number]),
    );
    const free = isFree[0] === true ? 0 : 1;
    const batch = this.#newBatch();
    const bias = this.#commonBias(group);
    for (const [i, product] of group.products.entries()) {
      const items: Item[] = i === 0 ? matrices.map(({ node }) => ({ node, batch: null })) : [];
      const lefts = ranges.map(([from, to]) =>
        this.#joined(product, (parts[i] ?? []).slice(from, to) as string[], items),
      );
      const own = this.#product(product, [lefts[free] as string, matrices[free]?.name as string]);
      items.push({ node: own.node, batch });
      let sum = own.name;
      let output = product.output;
      const adds = bias?.adds[i];
      if (bias !== null && adds !== undefined) {
        const biased = this.#made((writer) =>
          writer.add(adds, "Add", [own.name, bias.name], { shape: [product.rows, product.columns] }),
        );
        items.push({ node: biased.node, batch: null });
        sum = biased.name;
        output = adds.output[0] as string;
        this.#replaced.set(adds, []);
      }
      const inputs = [lefts[1 - free] as string, matrices[1 - free]?.name as string, sum];
      items.push({ node: this.#product(product, inputs, product.columns, output).node, batch: null });
      this.#replaced.set(product.node, items);
    }
  }

  #joined({ node, rows }: Product, names: readonly string[], items: Item[]): string {
    if (names.length === 1) return names[0] as string;
    const width = names.reduce((sum, name) => sum + (this.#graph.values.get(name)?.shape.dim(1) ?? 0), 0);
    const made = this.#made((writer) =>
      writer.add(node, "Concat", names, { attrs: { axis: 1 }, shape: [rows, width] }),
    );
    items.push({ node: made.node, batch: null });
    return made.name;
  }

  /** The row that is added to each of the products and to nothing else of them. */
  #commonBias({
    products,
    leadsTo,
  }: ProductGroup): { readonly name: string; readonly adds: readonly NodeProto[] } | null {
    const adds: NodeProto[] = [];
    const biases = new Set<string>();
    for (const { output } of products) {
      const taker = this.#neighbours.takers.get(output)?.at(-1);
      if (taker?.opType !== "Add" || this.#uses(output) !== 1 || this.#graph.kept.has(output)) return null;
      adds.push(taker);
      biases.add((taker.input[0] === output ? taker.input[1] : taker.input[0]) ?? "");
    }
    const [name = ""] = biases;
    const isRow = biases.size === 1 && this.#graph.values.get(name)?.shape.rank === 1 && !leadsTo(name);
    return isRow ? { name, adds } : null;
  }

  /** A product for each part of the columns. */
  #divideRight({ products }: ProductGroup, { parts, bounds, isFree }: PartsOfProduct): void {
    const [first] = products as readonly [Product, ...Product[]];
    const axis = first.transB ? 0 : 1;
    const matrices = isFree.map((_, j) =>
      this.#slice(first.node, first.right, axis, [bounds[j] as number, bounds[j + 1] as number]),
    );
    const batches = isFree.map((free) => (free ? this.#newBatch() : null));
    for (const [i, product] of products.entries()) {
      const items: Item[] = i === 0 ? matrices.map(({ node }) => ({ node, batch: null })) : [];
      for (const [j, slice] of (parts[i] as readonly NodeProto[]).entries()) {
        const width = (bounds[j + 1] as number) - (bounds[j] as number);
        const inputs = [product.left, matrices[j]?.name as string];
        const { node } = this.#product(product, inputs, width, slice.output[0] as string);
        items.push({ node, batch: batches[j] ?? null });
        this.#replaced.set(slice, []);
      }
      this.#replaced.set(product.node, items);
    }
  }
}
