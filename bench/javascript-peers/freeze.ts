/** Freezes a program for the peers in JavaScript: what does not depend on a feed becomes a constant, what the fetch does not need goes. */
import type { Graph, NDArray, Session, Tensor } from "namesake";
import { foldBatchNorms } from "./fold-batch-norms.ts";
import type { Elements, ElementType, FrozenAttr, FrozenConstant, FrozenFeed, FrozenNode } from "./frozen-program.ts";

type GraphDefRecord = ReturnType<Graph["asGraphDef"]>;
type NodeDefRecord = GraphDefRecord["node"][number];

/** A program in a session that has its variables' values. */
export interface Running {
  readonly def: GraphDefRecord;
  readonly session: Session;
  readonly feeds: readonly { readonly tensor: Tensor; readonly below?: number }[];
  readonly fetch: Tensor;
}

export interface Frozen {
  readonly nodes: FrozenNode[];
  readonly constants: Map<string, FrozenConstant>;
  readonly feeds: FrozenFeed[];
  readonly fetch: string;
}

/** The node that a tensor's name names. */
const producer = (input: string): string => input.split(":")[0] as string;

/** The ops whose outputs depend on what is fed and which the fetch needs, each after what it reads. */
function neededNodes({ def, feeds, fetch }: Running): NodeDefRecord[] {
  const nodes = new Map(def.node.map((node) => [node.name, node]));
  const fed = new Set(feeds.map(({ tensor }) => tensor.op.name));
  const depends = new Map<string, boolean>();
  const order: NodeDefRecord[] = [];
  const visit = (name: string): boolean => {
    const known = depends.get(name);
    if (known !== undefined) return known;
    const node = nodes.get(name) as NodeDefRecord;
    // All inputs are visited, not only up to the first that depends on a feed.
    const does = fed.has(name) || node.input.map((input) => visit(producer(input))).some(Boolean);
    depends.set(name, does);
    if (does && !fed.has(name)) order.push(node);
    return does;
  };
  visit(fetch.op.name);
  return order;
}

function elementsOf(value: NDArray): { readonly dtype: ElementType; readonly values: Elements } {
  const { data } = value;
  if (data instanceof Float32Array) return { dtype: "float32", values: data };
  if (value.dtype.name === "bool") return { dtype: "bool", values: Uint8Array.from(data as ArrayLike<number>, Number) };
  return { dtype: "int32", values: Int32Array.from(data as ArrayLike<number | bigint>, Number) };
}

const decoder = new TextDecoder();

/** An attr as JSON; `undefined` of one that no peer reads. */
function frozenAttr(attr: NodeDefRecord["attr"][string]): FrozenAttr | undefined {
  if ("s" in attr) return { s: decoder.decode(attr.s) };
  if ("i" in attr) return { i: Number(attr.i) };
  if ("list" in attr) return { list: { i: (attr.list.i ?? []).map(Number) } };
  return "f" in attr || "b" in attr || "type" in attr ? attr : undefined;
}

function frozenNode({ name, op, input, attr }: NodeDefRecord): FrozenNode {
  const attrs = Object.entries(attr).flatMap(([key, value]) => {
    const frozen = key.startsWith("_") ? undefined : frozenAttr(value);
    return frozen === undefined ? [] : [[key, frozen] as const];
  });
  return { name, op, input, attr: Object.fromEntries(attrs) };
}

/** The frozen program: batch norms become part of the convolution before them, as every converter for inference does it. */
export function freeze(running: Running): Frozen {
  const { session, feeds, fetch } = running;
  const needed = neededNodes(running);
  const inside = new Set([...needed.map(({ name }) => name), ...feeds.map(({ tensor }) => tensor.op.name)]);
  const names = [...new Set(needed.flatMap(({ input }) => input))].filter((input) => !inside.has(producer(input)));
  const values = session.runSync(names.map((name) => (name.includes(":") ? name : `${name}:0`)));
  const constants = names.map((name, i) => {
    const value = values[i] as NDArray;
    return [name, { name, shape: value.shape, ...elementsOf(value) }] as const;
  });
  const folded = foldBatchNorms(needed.map(frozenNode), new Map(constants));
  return {
    ...folded,
    feeds: feeds.map(({ tensor, below = null }) => ({
      name: tensor.op.name,
      dtype: below === null ? "float32" : "int32",
      shape: tensor.shape.dims as readonly number[],
      below,
    })),
    fetch: fetch.op.name,
  };
}
