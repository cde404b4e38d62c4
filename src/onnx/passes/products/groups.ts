/** Which products take the same matrix, and which of them wait for each other. What is done with them: batches.ts. */
import type { NodeProto } from "../../../formats/onnx.ts";
import { inputsOf, neighboursOf, type PassGraph } from "../pass-graph.ts";
import { axisOf, columnsOf, matrixSizes, type Product, productOf } from "./product.ts";

/** What a product takes or gives in parts, beside each other. */
export interface PartsOfProduct {
  /** The parts of each product: names of values that are joined, or nodes that take columns. */
  readonly parts: readonly (readonly (string | NodeProto)[])[];
  /** Where each part begins; then the end of the last one. The same for all products. */
  readonly bounds: readonly number[];
  /** Which parts wait for none of the products. */
  readonly isFree: readonly boolean[];
}

/** Products with the same matrix. */
export interface ProductGroup {
  readonly products: readonly Product[];
  /** Whether none waits for another. */
  readonly isFree: boolean;
  /** The parts of what they take, where that is joined. */
  readonly joined: PartsOfProduct | null;
  /** The parts of what they give, where nothing takes the whole. */
  readonly divided: PartsOfProduct | null;
  /** Whether a value waits for one of them. */
  readonly leadsTo: (name: string) => boolean;
}

/** With more rows, a product reads its matrix as fast as it computes. */
const FEW_ROWS = 256;

/** So many groups are looked at: what waits for what is kept for each. */
const MOST_GROUPS = 64;

type Candidate = Omit<ProductGroup, "isFree" | "leadsTo">;

/** The groups that it pays to put together, with what is known of who waits for whom. */
export function productGroups(graph: PassGraph): ProductGroup[] {
  const found = candidates(graph);
  return found.length === 0 ? [] : withDependence(graph, found);
}

/** What is laid together and cut apart must be less than what is not read again. */
function pays(products: readonly Product[]): boolean {
  const [{ inner, columns }] = products as readonly [Product, ...Product[]];
  const rows = products.reduce((sum, product) => sum + product.rows, 0);
  return rows * (inner + columns) <= (products.length - 1) * inner * columns;
}

function candidates(graph: PassGraph): Candidate[] {
  const byMatrix = new Map<string, Product[]>();
  for (const node of graph.nodes) {
    const product = productOf(graph, node);
    if (product === null || product.transA || product.rows > FEW_ROWS) continue;
    const key = `${product.transB} ${product.right}`;
    const known = byMatrix.get(key);
    if (known === undefined) byMatrix.set(key, [product]);
    else known.push(product);
  }
  const groups = [...byMatrix.values()].filter((products) => products.length > 1 && pays(products));
  if (groups.length === 0) return [];
  const { makers, takers } = neighboursOf(graph);
  return groups.slice(0, MOST_GROUPS).map((products) => ({
    products,
    joined: same(products.map(({ left }) => joinedParts(graph, makers.get(left)))),
    divided: same(products.map(({ output }) => dividedParts(graph, output, takers.get(output) ?? []))),
  }));
}

interface Parts {
  readonly parts: readonly (string | NodeProto)[];
  readonly bounds: readonly number[];
}

function joinedParts(graph: PassGraph, maker: NodeProto | undefined): Parts | null {
  if (maker?.opType !== "Concat" || maker.input.length < 2 || axisOf(graph, maker) !== 1) return null;
  const bounds = [0];
  for (const name of maker.input) {
    const sizes = matrixSizes(graph, name);
    if (sizes === null) return null;
    bounds.push((bounds.at(-1) as number) + sizes[1]);
  }
  return { parts: maker.input, bounds };
}

function dividedParts(graph: PassGraph, name: string, takers: readonly NodeProto[]): Parts | null {
  if (graph.kept.has(name) || takers.length < 2) return null;
  const ranges: { readonly node: NodeProto; readonly start: number; readonly end: number }[] = [];
  for (const node of takers) {
    const range = node.input[0] === name ? columnsOf(graph, node) : null;
    if (range === null) return null;
    ranges.push({ node, start: range[0], end: range[1] });
  }
  ranges.sort((a, b) => a.start - b.start);
  const bounds = [0];
  for (const { start, end } of ranges) {
    if (start !== bounds.at(-1) || end === start) return null;
    bounds.push(end);
  }
  return bounds.at(-1) === matrixSizes(graph, name)?.[1] ? { parts: ranges.map(({ node }) => node), bounds } : null;
}

/** The parts of all products, where they are divided alike. */
function same(all: readonly (Parts | null)[]): PartsOfProduct | null {
  const [first] = all;
  const isSame = (parts: Parts | null): boolean => String(parts?.bounds) === String(first?.bounds);
  if (!first || !all.every(isSame)) return null;
  return { parts: all.map((one) => (one as Parts).parts), bounds: first.bounds, isFree: [] };
}

/** Goes through the graph once: each value has a bit for every group, or part of one, that it waits for. */
function withDependence(graph: PassGraph, groups: readonly Candidate[]): ProductGroup[] {
  let bits = 0n;
  const newBit = (): bigint => 1n << bits++;
  const own = new Map<NodeProto, bigint>();
  const bitsOf = groups.map(({ products, divided }) => {
    const parts = divided?.parts[0]?.map(newBit) ?? [newBit()];
    if (divided === null) for (const { node } of products) own.set(node, parts[0] as bigint);
    else
      for (const nodes of divided.parts)
        for (const [i, node] of nodes.entries()) own.set(node as NodeProto, parts[i] as bigint);
    return parts;
  });
  const waits = new Map<string, bigint>();
  for (const node of graph.nodes) {
    let made = own.get(node) ?? 0n;
    for (const name of inputsOf(node)) {
      const bits = waits.get(name);
      if (bits !== undefined) made |= bits;
    }
    if (made !== 0n) for (const name of node.output) waits.set(name, made);
  }
  const waitsFor = (name: string, mask: bigint): boolean => ((waits.get(name) ?? 0n) & mask) !== 0n;
  return groups.map(({ products, joined, divided }, at) => {
    const parts = bitsOf[at] as readonly bigint[];
    const all = parts.reduce((a, b) => a | b);
    const isFreeOf = (mask: bigint): boolean =>
      products.every(({ left, right }) => !waitsFor(left, mask) && !waitsFor(right, all));
    const freeParts = (own: PartsOfProduct): boolean[] =>
      (own.parts[0] ?? []).map((_, i) => own.parts.every((names) => !waitsFor(names[i] as string, all)));
    return {
      products,
      isFree: isFreeOf(all),
      joined: joined && { ...joined, isFree: freeParts(joined) },
      divided: divided && { ...divided, isFree: parts.map(isFreeOf) },
      leadsTo: (name) => waitsFor(name, all),
    };
  });
}
