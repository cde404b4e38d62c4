/** What a step is asked for: the structure of `fetches`, its tensors and operations, and the result in the same structure. Mirrors `_FetchMapper`, python/client/session.py. */
import { ArgumentError, ArgumentTypeError, InaccessibleTensorError, NamesakeError } from "../base/errors.ts";
import { isPlainObject, pythonText, pythonTypeName } from "../base/text.ts";
import type { Graph } from "../graph/graph.ts";
import type { Operation } from "../graph/operation.ts";
import { isTensorConvertible, Tensor, type TensorConvertible } from "../graph/tensor.ts";
import { IndexedSlices } from "../ops/indexed-slices.ts";
import { SparseTensor } from "../ops/sparse-tensor.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { IndexedSlicesValue, SparseTensorValue } from "../tensor/sparse-value.ts";

/** What can be fetched: tensors, operations, variables, their names, and nested arrays, objects and maps of these. */
export type Fetch =
  | Tensor
  | Operation
  | TensorConvertible
  | SparseTensor
  | string
  | readonly Fetch[]
  | { readonly [key: string]: Fetch }
  | ReadonlyMap<unknown, Fetch>;

/** Any result of `run`. */
export type FetchResult =
  | NDArray
  | SparseTensorValue
  | IndexedSlicesValue
  | null
  | FetchResult[]
  | { [key: string]: FetchResult }
  | Map<unknown, FetchResult>;

/** What `run` gives for `F`: a value for each tensor, `null` for each operation, in the same structure. */
export type Fetched<F> = [Fetch] extends [F] ? FetchResult : FetchedPart<F>;

type FetchedPart<F> = F extends string
  ? FetchedByName<F>
  : F extends Operation
    ? null
    : F extends SparseTensor
      ? SparseTensorValue
      : F extends IndexedSlices
        ? IndexedSlicesValue
        : F extends Tensor | TensorConvertible
          ? NDArray
          : F extends ReadonlyMap<infer K, infer V>
            ? Map<K, Fetched<V>>
            : F extends readonly unknown[] | Readonly<Record<string, unknown>>
              ? { -readonly [K in keyof F]: Fetched<F[K]> }
              : NDArray | null;

/** A name with a colon is a tensor's. */
type FetchedByName<F extends string> = string extends F
  ? NDArray | null
  : F extends `${string}:${string}`
    ? NDArray
    : null;

/** The structure of fetches; leaves are places among the elements. */
type Structure =
  | number
  | { readonly list: readonly Structure[] }
  | { readonly sparse: readonly [Structure, Structure, Structure] }
  | { readonly rows: readonly [Structure, Structure, Structure | null] }
  | { readonly keys: readonly unknown[]; readonly items: readonly Structure[]; readonly isMap: boolean };

/** Fetches, resolved in a graph. */
export class FetchPlan {
  /** What is fetched, each once. */
  readonly elements: readonly (Tensor | Operation)[];
  readonly #structure: Structure;

  private constructor(elements: readonly (Tensor | Operation)[], structure: Structure) {
    this.elements = elements;
    this.#structure = structure;
  }

  /**
   * Resolves fetches.
   * @throws {ArgumentTypeError} for what cannot be fetched.
   * @throws {ArgumentError} for names and elements that the graph does not have.
   * @throws {InaccessibleTensorError} for what belongs to a branch or loop.
   */
  static of(graph: Graph, fetches: unknown): FetchPlan {
    const places = new Map<Tensor | Operation, number>();
    const structure = resolve(graph, fetches, places);
    for (const element of places.keys()) checkFetchable(graph, element instanceof Tensor ? element.op : element);
    return new FetchPlan([...places.keys()], structure);
  }

  /** The values in the structure of the fetches. */
  build(values: readonly (NDArray | null)[]): unknown {
    return build(this.#structure, values);
  }
}

function resolve(graph: Graph, fetch: unknown, places: Map<Tensor | Operation, number>): Structure {
  if (fetch === null || fetch === undefined)
    throw new ArgumentTypeError('Argument `fetch` = None has invalid type "NoneType". Cannot be None', { fetch });
  if (Array.isArray(fetch)) return { list: fetch.map((item) => resolve(graph, item, places)) };
  if (fetch instanceof Map)
    return {
      keys: [...fetch.keys()],
      items: [...fetch.values()].map((item) => resolve(graph, item, places)),
      isMap: true,
    };
  if (isPlainObject(fetch) && !isTensorConvertible(fetch)) {
    return {
      keys: Object.keys(fetch),
      items: Object.values(fetch).map((item) => resolve(graph, item, places)),
      isMap: false,
    };
  }
  if (fetch instanceof SparseTensor) {
    const part = (tensor: Tensor): Structure => resolve(graph, tensor, places);
    return { sparse: [part(fetch.indices), part(fetch.values), part(fetch.denseShape)] };
  }
  if (fetch instanceof IndexedSlices) {
    const { values, indices, denseShape } = fetch;
    const part = (tensor: Tensor): Structure => resolve(graph, tensor, places);
    return { rows: [part(values), part(indices), denseShape && part(denseShape)] };
  }
  const element = resolveElement(graph, fetch);
  let place = places.get(element);
  if (place === undefined) places.set(element, (place = places.size));
  return place;
}

function resolveElement(graph: Graph, fetch: unknown): Tensor | Operation {
  try {
    return graph.asGraphElement(fetch);
  } catch (error) {
    if (!(error instanceof NamesakeError)) throw error;
    const [reason = "", ...rest] = error.message.split("\n");
    const more = rest.map((line) => `\n${line}`).join("");
    const subject = `Argument \`fetch\` = ${pythonText(fetch)}`;
    if (error.tensorflowClass === "TypeError") {
      throw new ArgumentTypeError(
        `${subject} has invalid type "${pythonTypeName(fetch)}" must be a string or Tensor. (${reason})${more}`,
        { ...error.fields, fetch },
      );
    }
    // Python shows the text of a KeyError in quotes.
    const shown = error.tensorflowClass === "KeyError" ? `"${reason}"` : reason;
    throw new ArgumentError(`${subject} cannot be interpreted as a Tensor. (${shown})${more}`, {
      ...error.fields,
      fetch,
    });
  }
}

function checkFetchable(graph: Graph, op: Operation): void {
  if (graph.isFetchable(op)) return;
  throw new InaccessibleTensorError(
    `Operation ${op.name} has been marked as not fetchable. Typically this happens when it is defined in another function or code block. Use return values, explicit Python locals or TensorFlow collections to access it.\n  made at      ${op.site}\n  to fetch it  return it from the branch or loop body, and fetch what cond or whileLoop returns`,
    { op },
  );
}

function build(structure: Structure, values: readonly (NDArray | null)[]): unknown {
  if (typeof structure === "number") return values[structure];
  if ("list" in structure) return structure.list.map((item) => build(item, values));
  if ("sparse" in structure) {
    const [indices, elements, shape] = structure.sparse.map((part) => build(part, values) as NDArray);
    return new SparseTensorValue(indices as NDArray, elements as NDArray, shape as NDArray);
  }
  if ("rows" in structure) {
    const [rows, indices, shape] = structure.rows.map((part) =>
      part === null ? null : (build(part, values) as NDArray),
    );
    return new IndexedSlicesValue(rows as NDArray, indices as NDArray, shape ?? null);
  }
  const items = structure.items.map((item) => build(item, values));
  const entries = structure.keys.map((key, i) => [key, items[i]] as const);
  return structure.isMap ? new Map(entries) : Object.fromEntries(entries as readonly (readonly [string, unknown])[]);
}
