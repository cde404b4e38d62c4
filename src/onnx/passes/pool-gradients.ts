/**
 * Does what follows the gradient of a pool before it, on images that are smaller by the pool's steps: a gradient goes, whole, to one place
 * of its window, so what is masked where a rectifier gave 0 can be masked where the pool found 0, and the sums of channels stay.
 */
import type { NodeProto } from "../../formats/onnx.ts";
import type { OnnxValue } from "../rule.ts";
import { constantNumbers } from "../static-knowledge.ts";
import { integersOf, NodeWriter, type PassGraph, usesOf } from "./pass-graph.ts";

/** The graph with masks and sums before the gradients of pools. */
export function withEarlyMasks(graph: PassGraph): PassGraph {
  if (!graph.nodes.some(({ opType }) => opType === "MaxPoolGrad")) return graph;
  const makers = new Map<string, NodeProto>();
  for (const node of graph.nodes) for (const name of node.output) makers.set(name, node);
  const uses = usesOf(graph);
  const writer = new NodeWriter(graph, "early");
  const moved = new Map<string, NodeProto>();
  const gone = new Set<string>();
  for (const node of graph.nodes) {
    const found = node.opType === "Mul" ? maskedPool(node, graph, makers) : null;
    if (found === null || uses(found.pool.output[0] as string) !== 1) continue;
    moved.set(node.output[0] as string, node);
    gone.add(found.pool.output[0] as string);
  }
  for (const node of graph.nodes) {
    const [name = ""] = node.output;
    if (gone.has(name)) continue;
    const found = moved.has(name) ? (maskedPool(node, graph, makers) as MaskedPool) : null;
    if (found === null) {
      writer.keep(withEarlySum(node, makers, gone));
      continue;
    }
    const { pool, pooled, zero } = found;
    const [images = "", gradient = ""] = pool.input;
    const { shape } = graph.values.get(gradient) as OnnxValue;
    const is = writer.copy(found.comparison, [pooled, zero], shape);
    const mask = writer.copy(found.cast, [is], shape);
    const masked = writer.copy(node, [gradient, mask], shape);
    writer.keep({ ...pool, input: [images, masked], output: [name] });
    makers.set(name, { ...pool, input: [images, masked], output: [name] });
  }
  return { ...graph, nodes: writer.nodes };
}

/** A product of a pool's gradient and of what tells where the pooled images are greater than 0. */
interface MaskedPool {
  readonly pool: NodeProto;
  readonly comparison: NodeProto;
  readonly cast: NodeProto;
  readonly zero: string;
  /** What the pool gave. */
  readonly pooled: string;
}

function maskedPool(node: NodeProto, graph: PassGraph, makers: ReadonlyMap<string, NodeProto>): MaskedPool | null {
  const [left, right] = node.input.map((name) => makers.get(name));
  const [pool, cast] = left?.opType === "MaxPoolGrad" ? [left, right] : [right, left];
  if (pool?.opType !== "MaxPoolGrad" || cast?.opType !== "Cast") return null;
  const comparison = makers.get(cast.input[0] ?? "");
  const [images, zero = ""] = comparison?.opType === "Greater" ? comparison.input : [];
  if (comparison === undefined || images !== pool.input[0] || !isZero(graph.values.get(zero))) return null;
  const forward = graph.nodes.find(
    (one) => one.opType === "MaxPool" && one.input[0] === images && isSameWindow(one, pool),
  );
  const pooled = forward?.output[0];
  return pooled === undefined ? null : { pool, comparison, cast, zero, pooled };
}

function isZero(value: OnnxValue | undefined): boolean {
  return value !== undefined && constantNumbers(value)?.join() === "0";
}

/** Whether a pool and a gradient of one have the same windows. */
function isSameWindow(forward: NodeProto, gradient: NodeProto): boolean {
  const same = (a: readonly number[] | null | undefined, b: readonly number[] | null): boolean =>
    a?.join() === b?.join();
  return (
    same(integersOf(forward, "kernel_shape"), integersOf(gradient, "kernel_shape")) &&
    same(integersOf(forward, "strides"), integersOf(gradient, "strides")) &&
    same(integersOf(forward, "pads")?.slice(0, 2) ?? [0, 0], integersOf(gradient, "before"))
  );
}

/** The sums of the channels of a pool's gradient are those of what was given to it. */
function withEarlySum(node: NodeProto, makers: ReadonlyMap<string, NodeProto>, gone: ReadonlySet<string>): NodeProto {
  const maker = node.opType === "ChannelSum" ? makers.get(node.input[0] ?? "") : undefined;
  if (maker?.opType !== "MaxPoolGrad" || gone.has(maker.output[0] ?? "")) return node;
  return { ...node, input: [maker.input[1] as string] };
}
