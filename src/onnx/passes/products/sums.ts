/**
 * Sums of products become one product: `Σ Aᵢᵀ · Bᵢ`, the gradient of a matrix that several callers or steps used, is `Aᵀ · B` of all rows one
 * below the other. Likewise the gradients of biases, which are sums of rows. Each of the products is read and written once less.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { float32 } from "../../../tensor/dtype.ts";
import { NDArray } from "../../../tensor/ndarray.ts";
import { constantNumbers } from "../../static-knowledge.ts";
import { NodeWriter, neighboursOf, type PassGraph, usesOf } from "../pass-graph.ts";
import { type SumTerms, sumsOf } from "../sum-terms.ts";
import { matrixSizes, type Product, productOf } from "./product.ts";

/** Rows that are summed: more of them are not laid together for that alone. */
const MOST_ELEMENTS = 2 ** 15;

/** The graph with those products. */
export function withProductSums(graph: PassGraph): PassGraph {
  if (!graph.nodes.some(({ opType }) => opType === "Add")) return graph;
  return new Sums(graph).written();
}

/** The terms of a sum. */
interface SumPlan {
  readonly products: readonly Product[];
  /** Matrices whose rows are summed, and the terms that do so. */
  readonly columns: readonly string[];
  readonly columnTerms: readonly string[];
  readonly rest: readonly string[];
}

class Sums {
  readonly #graph: PassGraph;
  readonly #writer: NodeWriter;
  readonly #uses: (name: string) => number;
  readonly #makers: ReadonlyMap<string, NodeProto>;
  /** Places of parts in what is divided. */
  readonly #places = new Map<string, number>();
  /** What stands one below the other already. */
  readonly #stacks = new Map<string, string>();
  /** What will stand so for a product. */
  readonly #wanted = new Set<string>();

  constructor(graph: PassGraph) {
    this.#graph = graph;
    this.#writer = new NodeWriter(graph, "summed");
    this.#uses = usesOf(graph);
    this.#makers = neighboursOf(graph).makers;
    for (const { opType, output } of graph.nodes)
      if (opType === "Split") for (const [i, name] of output.entries()) this.#places.set(name, i);
  }

  written(): PassGraph {
    const plans = new Map<NodeProto, SumPlan>();
    for (const sum of sumsOf(this.#graph).values()) {
      const plan = this.#planned(sum);
      if (plan !== null) plans.set(sum.root, plan);
    }
    if (plans.size === 0) return this.#graph;
    for (const node of this.#graph.nodes) {
      const plan = plans.get(node);
      if (plan === undefined || !this.#sum(node, plan)) this.#writer.keep(node);
    }
    // What is left of the old sums is dead.
    return { ...this.#graph, nodes: this.#writer.nodes };
  }

  #isAlone(name: string): boolean {
    return this.#uses(name) === 1 && !this.#graph.kept.has(name);
  }

  /** What a sum consists of; `null` where there is nothing to gain. */
  #planned({ terms }: SumTerms): SumPlan | null {
    const products: Product[] = [];
    const columns: string[] = [];
    const columnTerms: string[] = [];
    const rest: string[] = [];
    for (const name of terms) {
      const product = this.#product(name);
      const rows = product === null ? this.#summedRows(name) : null;
      if (product !== null) products.push(product);
      else if (rows === null) rest.push(name);
      else {
        columns.push(rows);
        columnTerms.push(name);
      }
    }
    if (!pays(products)) rest.push(...products.splice(0).map(({ output }) => output));
    if (products.length === 0 && columns.length < 2) return null;
    const ordered = this.#inPlaces(products);
    if (ordered.length > 0) this.#wanted.add(ordered.map(({ right }) => right).join("\n"));
    return { products: ordered, columns: this.#sorted(columns), columnTerms, rest };
  }

  #sum(root: NodeProto, { products, columns, columnTerms, rest }: SumPlan): boolean {
    const isOneRow = columns.length > 1 && this.#isCheap(columns);
    if (products.length === 0 && !isOneRow) return false;
    const output = root.output[0] as string;
    const terms = [...rest];
    if (products.length > 0) terms.push(this.#oneProduct(root, products));
    if (isOneRow) terms.push(this.#oneRow(root, columns, output));
    else terms.push(...columnTerms);
    const { shape } = this.#writer.value(output);
    const sum = terms.reduce((a, b) => this.#writer.add(root, "Add", [a, b], { shape }));
    this.#writer.rename(root, sum, output);
    return true;
  }

  /** A term `Aᵀ · B` that nothing else takes. */
  #product(name: string): Product | null {
    const maker = this.#makers.get(name);
    if (maker === undefined || !this.#isAlone(name)) return null;
    const product = productOf(this.#graph, maker);
    return product !== null && product.transA && !product.transB ? product : null;
  }

  /** The matrix whose rows a term is the sum of: by a product with ones, or a sum along the first axis. */
  #summedRows(name: string): string | null {
    const maker = this.#makers.get(name);
    if (maker === undefined || !this.#isAlone(name)) return null;
    const [inner = ""] = maker.input;
    const summing = maker.opType === "Reshape" && this.#isAlone(inner) ? this.#makers.get(inner) : maker;
    const rows = summing === undefined ? null : this.#rowsOf(summing);
    if (rows === null || this.#graph.values.get(rows)?.dtype !== float32) return null;
    const [count = 0, columns] = matrixSizes(this.#graph, rows) ?? [];
    return count > 0 && columns === this.#graph.values.get(name)?.shape.elementCount() ? rows : null;
  }

  #rowsOf(maker: NodeProto): string | null {
    const [first = "", second = ""] = maker.input;
    const constant = (name: string): NDArray | null => this.#graph.values.get(name)?.constant ?? null;
    if (maker.opType === "MatMul") {
      const ones = constant(first);
      return ones?.shape[0] === 1 && ones.rank === 2 && (ones.data as Float32Array).every((one) => one === 1)
        ? second
        : null;
    }
    const axes = this.#graph.values.get(second);
    const isAlong = maker.opType === "ReduceSum" && axes !== undefined && String(constantNumbers(axes)) === "0";
    return isAlong ? first : null;
  }

  /** Whether it costs little to lay matrices together. */
  #isCheap(names: readonly string[]): boolean {
    const all = names.reduce((sum, name) => sum + (this.#graph.values.get(name)?.shape.elementCount() ?? Infinity), 0);
    return all <= MOST_ELEMENTS || this.#wanted.has(names.join("\n")) || this.#isSplit(names);
  }

  /** Parts of one value in the order of their places, where they are such. */
  #sorted(names: readonly string[]): readonly string[] {
    if (!this.#isSplit(names)) return names;
    return names.toSorted((a, b) => (this.#places.get(a) ?? 0) - (this.#places.get(b) ?? 0));
  }

  #isSplit(names: readonly string[]): boolean {
    const maker = this.#makers.get(names[0] ?? "");
    return maker?.opType === "Split" && names.every((name) => this.#makers.get(name) === maker);
  }

  /** Matrices one below the other. */
  #stacked(root: NodeProto, names: readonly string[]): string {
    const key = names.join("\n");
    const known = this.#stacks.get(key);
    if (known !== undefined) return known;
    const sizes = names.map((name) => matrixSizes(this.#graph, name) as readonly [number, number]);
    const shape = [sizes.reduce((sum, [rows]) => sum + rows, 0), (sizes[0] as readonly number[])[1] as number];
    const made = this.#writer.add(root, "Concat", names, { attrs: { axis: 0 }, shape });
    this.#stacks.set(key, made);
    return made;
  }

  /** Products of parts of one value, in the order of their places. */
  #inPlaces(products: readonly Product[]): readonly Product[] {
    if (!this.#isSplit(products.map(({ left }) => left))) return products;
    return products.toSorted((a, b) => (this.#places.get(a.left) ?? 0) - (this.#places.get(b.left) ?? 0));
  }

  #oneProduct(root: NodeProto, products: readonly Product[]): string {
    const left = products.map((one) => one.left);
    const right = products.map((one) => one.right);
    const { rows, columns } = products[0] as Product;
    const stacks = [this.#stacked(root, left), this.#stacked(root, right)];
    return this.#writer.add(root, "Gemm", stacks, { attrs: { transA: 1, transB: 0 }, shape: [rows, columns] });
  }

  /** The sum of all rows, as a product with ones: ONNX Runtime sums columns of tall matrices slowly, and multiplies fast. */
  #oneRow(root: NodeProto, names: readonly string[], output: string): string {
    const stack = this.#stacked(root, names);
    const [rows, columns] = matrixSizes(this.#graph, stack) as readonly [number, number];
    const ones = this.#writer.constant(new NDArray(float32, [1, rows], new Float32Array(rows).fill(1)));
    const row = this.#writer.add(root, "MatMul", [ones, stack], { shape: [1, columns] });
    const { dims } = this.#writer.value(output).shape;
    const shape = this.#writer.integers(dims as readonly number[]);
    return this.#writer.add(root, "Reshape", [row, shape], { attrs: { allowzero: 1 }, shape: dims });
  }
}

/** What is laid together must be less than what is not written and read again. */
function pays(products: readonly Product[]): boolean {
  const [first] = products;
  if (first === undefined || products.length < 2) return false;
  const { rows, columns } = first;
  const inner = products.reduce((sum, product) => sum + product.inner, 0);
  return inner * (rows + columns) <= 2 * (products.length - 1) * rows * columns;
}
