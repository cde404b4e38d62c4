/** Pools and their gradients in the blocked layout. How gradients are written: gradients.ts. */
import type { NodeProto } from "../../../formats/onnx.ts";
import { windowsOf } from "../../deferred.ts";
import type { OnnxValue } from "../../rule.ts";
import { deferredAttrs } from "../deferred-nodes.ts";
import { integersOf, type Neighbours, neighboursOf, type PassGraph, usesOf } from "../pass-graph.ts";
import { canBlockFilterGradient } from "./filter-gradients.ts";
import { averagePoolGradient, maxPoolGradient, maxPoolGradientParts, type PoolStep } from "./gradients.ts";
import { type ImageDims, imageDims, padsOf } from "./layout.ts";
import type { BlockedValues } from "./values.ts";

/** The pools of one model. */
export class BlockedPools {
  readonly #values: BlockedValues;
  readonly #uses: (name: string) => number;
  /** The nodes that take a value. */
  readonly #takers: Neighbours["takers"];
  /** The steps of pools that were written already. */
  readonly #pools = new Map<string, { readonly steps: readonly PoolStep[]; readonly result: OnnxValue }>();
  /** Gradients of pools by their columns, which only the gradient of a filter takes. */
  readonly #apart = new Map<string, readonly OnnxValue[]>();

  constructor(graph: PassGraph, values: BlockedValues) {
    this.#values = values;
    this.#uses = usesOf(graph);
    this.#takers = neighboursOf(graph).takers;
  }

  /** The columns of the gradient of a pool, where that was not written in one piece. */
  columnsOf(gradient: string): readonly OnnxValue[] | undefined {
    return this.#apart.get(gradient);
  }

  /** Writes a pool along columns, then along rows: faster than both at once, and what its gradient needs. `false` where it has to stay. */
  take(node: NodeProto): boolean {
    const [images = ""] = node.input;
    const [given, made, pads] = [this.#values.wholeDims(images), this.#values.wholeDims(node.output[0]), padsOf(node)];
    const size = integersOf(node, "kernel_shape");
    if (given === null || made === null || pads === null || size === null) return false;
    const strides = integersOf(node, "strides") ?? [1, 1];
    const attrs = {
      kernel_shape: size,
      strides,
      before: pads.slice(0, 2),
      sizes: given.slice(2),
      places: made.slice(2),
    };
    return this.#values.note(node, this.#pooled(node, images, given, attrs).result);
  }

  /** As `take`, of means. */
  takeAverage(node: NodeProto): boolean {
    const [images = ""] = node.input;
    const [given, made, pads] = [this.#values.wholeDims(images), this.#values.wholeDims(node.output[0]), padsOf(node)];
    const size = integersOf(node, "kernel_shape");
    if (given === null || made === null || pads === null || size === null) return false;
    const counted = node.attribute.find(({ name }) => name === "count_include_pad")?.i ?? 0n;
    const strides = integersOf(node, "strides") ?? [1, 1];
    const attrs = { kernel_shape: size, strides, pads, count_include_pad: Number(counted) };
    const input = this.#values.asBlocked(node, images);
    return this.#values.note(node, this.#values.nodes(node).blocked("AveragePool", [input], attrs, made));
  }

  #pooled(node: NodeProto, images: string, given: ImageDims, attrs: Readonly<Record<string, readonly number[]>>) {
    const key = JSON.stringify([images, attrs]);
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const nodes = this.#values.nodes(node);
    const steps: PoolStep[] = [];
    let value = this.#values.asBlocked(node, images);
    let dims = given;
    for (const window of windowsOf(attrs, 2).toReversed()) {
      steps.push({ value, dims, window });
      const along = (rule: number, other: number): number[] => (window.axis === 2 ? [rule, other] : [other, rule]);
      const after = (window.output - 1) * window.stride + window.size - window.input - window.before;
      const pads = [...along(window.before, 0), ...along(Math.max(after, 0), 0)];
      dims = dims.map((d, axis) => (axis === window.axis ? window.output : d)) as unknown as ImageDims;
      value = nodes.blocked(
        "MaxPool",
        [value],
        { kernel_shape: along(window.size, 1), strides: along(window.stride, 1), pads },
        dims,
      );
    }
    const pool = { steps, result: value };
    this.#pools.set(key, pool);
    return pool;
  }

  /** Writes the gradient of a pool of means; `false` where it has to stay. */
  takeAverageGradient(node: NodeProto, gradient: string): boolean {
    const [given, made] = [this.#values.wholeDims(gradient), this.#values.wholeDims(node.output[0])];
    if (given === null || made === null) return false;
    const windows = windowsOf(deferredAttrs(node), 2);
    const blocked = this.#values.asBlocked(node, gradient);
    return this.#values.note(node, averagePoolGradient(this.#values.nodes(node), blocked, given, made, windows));
  }

  /** Writes the gradient of a pool. */
  takeGradient(node: NodeProto, images: string, given: ImageDims, gradient: string, made: ImageDims): true {
    const nodes = this.#values.nodes(node);
    const { steps, result } = this.#pooled(node, images, given, deferredAttrs(node));
    const blocked = this.#values.asBlocked(node, gradient);
    const [name = ""] = node.output;
    if (this.#isOnlyForFilter(name, given)) {
      const parts = maxPoolGradientParts(nodes, steps, result, made, blocked);
      if (parts !== null) {
        this.#apart.set(name, parts);
        return true;
      }
    }
    return this.#values.note(node, maxPoolGradient(nodes, steps, result, made, blocked));
  }

  /** Whether a gradient is taken by nothing but the gradient of a filter of images with few channels, which does not need it in one piece. */
  #isOnlyForFilter(name: string, made: ImageDims): boolean {
    const taker = this.#uses(name) === 1 ? this.#takers.get(name)?.at(-1) : undefined;
    if (taker?.opType !== "ConvFilterGrad" || taker.input[1] !== name || taker.output.length !== 1) return false;
    const seen = imageDims(this.#values.value(taker.input[0]));
    return (
      seen !== null && seen[1] % this.#values.block !== 0 && canBlockFilterGradient(seen, made, this.#values.block)
    );
  }
}
