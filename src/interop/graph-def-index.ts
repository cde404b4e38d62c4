/**
 * The nodes of a GraphDef before they become operations: their names, the edges between them, and an order in which they can be made.
 * Mirrors `GraphConstructor`, core/common_runtime/graph_constructor.cc: `BuildNodeIndex`, `InitFromEdges`, and the order of `Convert`.
 */
import { ArgumentError } from "../base/errors.ts";
import type { GraphDefRecord, NodeDefRecord } from "../base/graph-def.ts";

/** A place where data or control comes from: an output of a node, or -1 for control. */
export interface Source {
  readonly node: string;
  readonly index: number;
}

export const CONTROL_INDEX = -1;

/** Reads `^node`, `node:k` or `node`, as `ParseTensorName` does. */
export function sourceOf(text: string): Source {
  if (text.startsWith("^")) return { node: text.slice(1), index: CONTROL_INDEX };
  const colon = text.lastIndexOf(":");
  const digits = text.slice(colon + 1);
  return colon > 0 && /^\d+$/.test(digits)
    ? { node: text.slice(0, colon), index: Number(digits) }
    : { node: text, index: 0 };
}

/** `^node`, `node:0`: one text for each source. */
export function sourceText({ node, index }: Source): string {
  return index === CONTROL_INDEX ? `^${node}` : `${node}:${index}`;
}

const namePattern = /^[A-Za-z0-9.][A-Za-z0-9_.\\/-]*(?:>[A-Za-z0-9.][A-Za-z0-9_.\\/-]*)*$/;

/** Whether a node may have the name (`IsValidNodeName`). */
export function isNodeDefName(name: string): boolean {
  return namePattern.test(name) && !name.includes("\\");
}

function isMerge({ op }: NodeDefRecord): boolean {
  return op === "Merge" || op === "RefMerge" || op === "_XlaMerge";
}

export function isNextIteration({ op }: NodeDefRecord): boolean {
  return op === "NextIteration" || op === "RefNextIteration";
}

/** The nodes of a graph by name, and their prefixes. */
export class GraphDefIndex {
  readonly nodes: readonly NodeDefRecord[];
  /** The place of each node by its name. */
  readonly places: ReadonlyMap<string, number>;
  /** What the names lie below: `a` and `a/b` for `a/b/c`. */
  readonly prefixes: ReadonlySet<string>;

  /** @throws {ArgumentError} when a node has no legal name of its own or no op, or names control inputs before others. */
  constructor(graphDef: GraphDefRecord) {
    this.nodes = graphDef.node;
    const places = new Map<string, number>();
    const prefixes = new Set<string>();
    for (const [place, node] of this.nodes.entries()) {
      const { name } = node;
      if (!isNodeDefName(name)) throw bad(node, `Node '${name}': Node name contains invalid characters`);
      if (places.has(name)) throw bad(node, `Node '${name}' is not unique`);
      if (node.op === "") throw bad(node, `Node '${name}' does not specify an operation`);
      const firstControl = node.input.findIndex((input) => input.startsWith("^"));
      if (firstControl >= 0 && node.input.slice(firstControl).some((input) => !input.startsWith("^")))
        throw bad(node, `Node '${name}': Control dependencies must come after regular dependencies`);
      places.set(name, place);
      addPrefixes(name, prefixes);
    }
    this.places = places;
    this.prefixes = prefixes;
  }

  /**
   * The places of the nodes in the order in which they are made: each after its inputs, and by place among those that are ready.
   * A `Merge` that a loop comes back to waits for one input only. What `mapped` holds is there already.
   * @throws {ArgumentError} for inputs that do not exist.
   */
  order(mapped: ReadonlySet<string>): NodeOrder {
    const consumers: number[][] = this.nodes.map(() => []);
    const pending = this.nodes.map((node, place) => this.#pendingInputs(node, place, mapped, consumers));
    const ready = new ReadyPlaces();
    for (const [place, count] of pending.entries()) if (count === 0) ready.add(place);
    const order: number[] = [];
    for (let place = ready.take(); place !== null; place = ready.take()) {
      order.push(place);
      const comesBack = isNextIteration(this.nodes[place] as NodeDefRecord);
      for (const consumer of consumers[place] as number[]) {
        if (comesBack && isMerge(this.nodes[consumer] as NodeDefRecord)) continue;
        const left = (pending[consumer] as number) - 1;
        pending[consumer] = left;
        if (left === 0) ready.add(consumer);
      }
    }
    const stuck = this.nodes.filter((_, place) => (pending[place] as number) > 0).map(({ name }) => name);
    return { made: order, checkComplete: () => checkComplete(stuck) };
  }

  /** How many inputs a node waits for; it is noted as their consumer. */
  #pendingInputs(node: NodeDefRecord, place: number, mapped: ReadonlySet<string>, consumers: number[][]): number {
    let count = node.input.length;
    const sources = node.input.map(sourceOf);
    if (isMerge(node) && sources.some((source) => source.index !== CONTROL_INDEX && this.#isNextIteration(source)))
      count = 1 + sources.filter(({ index }) => index === CONTROL_INDEX).length;
    for (const [i, source] of sources.entries()) {
      if (mapped.has(sourceText(source))) {
        count -= 1;
        continue;
      }
      const from = this.places.get(source.node);
      if (from === undefined) throw bad(node, `Node '${node.name}': Unknown input node '${node.input[i]}'`);
      (consumers[from] as number[]).push(place);
    }
    return count;
  }

  #isNextIteration(source: Source): boolean {
    const place = this.places.get(source.node);
    return place !== undefined && isNextIteration(this.nodes[place] as NodeDefRecord);
  }
}

function checkComplete(stuck: readonly string[]): void {
  if (stuck.length === 0) return;
  const shown = stuck.slice(0, MOST_SHOWN).join(", ");
  throw new ArgumentError(
    `${stuck.length} nodes in a cycle\n  none of these can be made before the others: ${shown}${stuck.length > MOST_SHOWN ? ", …" : ""}`,
    { nodeNames: stuck },
  );
}

/** How many names an error lists. */
const MOST_SHOWN = 10;

/** The order of nodes. */
export interface NodeOrder {
  /** The places of the nodes that can be made. */
  readonly made: readonly number[];
  /** @throws {ArgumentError} when some nodes cannot be made: they are in a cycle that is no loop, or follow one. */
  checkComplete(): void;
}

/** Adds what a name lies below. */
export function addPrefixes(name: string, prefixes: Set<string>): void {
  for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1))
    prefixes.add(name.slice(0, slash));
}

function bad({ name, op }: NodeDefRecord, text: string): ArgumentError {
  return new ArgumentError(text, { nodeName: name, opType: op });
}

/** Places of which the least is taken first: a binary heap. */
class ReadyPlaces {
  readonly #heap: number[] = [];

  add(place: number): void {
    const heap = this.#heap;
    let at = heap.push(place) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((heap[above] as number) <= place) break;
      heap[at] = heap[above] as number;
      at = above;
    }
    heap[at] = place;
  }

  take(): number | null {
    const heap = this.#heap;
    const [least = null] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return least;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && (heap[below + 1] as number) < (heap[below] as number)) below += 1;
      if ((heap[below] as number) >= last) break;
      heap[at] = heap[below] as number;
      at = below;
    }
    heap[at] = last;
    return least;
  }
}
