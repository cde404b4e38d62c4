/**
 * Keeps images in the blocked layout between the ops of a step. ONNX Runtime does so by itself where filters are constant; in training,
 * and where filters are fed, they are not, and its convolutions of other layouts take two to ten times as long. Which models go this way is
 * told in choice.ts. Figures: docs/decisions/0010-gradients-in-onnx.md.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { float32 } from "../../../tensor/dtype.ts";
import { TensorShape } from "../../../tensor/shape.ts";
import { isDeferred, windowsOf } from "../../deferred.ts";
import { binaryOperators, unaryOperators } from "../../element-wise.ts";
import type { OnnxValue } from "../../rule.ts";
import { deferredAttrs } from "../deferred-nodes.ts";
import { countUses, inputsOf, integersOf, NodeWriter, type PassGraph } from "../pass-graph.ts";
import { alongChannels, isAlongChannels } from "./channels.ts";
import { isDepthwise, isWorthBlocks } from "./choice.ts";
import { canBlockFilterGradient, filterGradient, type MaybeBlocked } from "./filter-gradients.ts";
import { averagePoolGradient, channelSum, maxPoolGradient, maxPoolGradientParts, type PoolStep } from "./gradients.ts";
import { GrowingConvolutions } from "./growing-convolutions.ts";
import { BlockedNodes, type ImageDims, imageDims, isUngrouped, padsOf, stepsOf } from "./layout.ts";
import { winogradInputGradient } from "./winograd.ts";

const toLast = [0, 2, 3, 1];
const toFirst = [0, 3, 1, 2];
const filterFirst = [3, 2, 0, 1];

/** Columns of padding from this part of an image's width on are better written out. */
const NARROW = 1 / 4;

/** The graph with those layouts; `block` is how many channels are together. */
export function withBlockedImages(graph: PassGraph, block: number): PassGraph {
  return isWorthBlocks(graph, block) ? new Blocker(graph, block).run() : graph;
}

class Blocker {
  readonly #graph: PassGraph;
  readonly #block: number;
  readonly #writer: NodeWriter;
  readonly #uses: ReadonlyMap<string, number>;
  /** Which node makes a value. */
  readonly #makers = new Map<string, NodeProto>();
  /** Blocked images, by the names of what they are as `[n, c, h, w]`. */
  readonly #blocked = new Map<string, OnnxValue>();
  /** Blocked images that nobody has needed as `[n, c, h, w]` yet. */
  readonly #unwritten = new Map<string, NodeProto>();
  readonly #convolutions: GrowingConvolutions;
  /** Gradients of pools by their columns, which only the gradient of a filter takes. */
  readonly #apart = new Map<string, readonly OnnxValue[]>();
  /** The nodes that take a value last. */
  readonly #takers = new Map<string, NodeProto>();
  /** The steps of pools that were written already. */
  readonly #pools = new Map<string, { readonly steps: readonly PoolStep[]; readonly result: OnnxValue }>();

  constructor(graph: PassGraph, block: number) {
    this.#graph = graph;
    this.#block = block;
    this.#writer = new NodeWriter(graph, "blocked");
    this.#uses = countUses(graph);
    for (const node of graph.nodes) {
      for (const name of node.output) this.#makers.set(name, node);
      for (const name of node.input) this.#takers.set(name, node);
    }
    this.#convolutions = new GrowingConvolutions(graph, this.#writer, this.#makers, this.#blocked);
  }

  run(): PassGraph {
    for (const node of this.#graph.nodes) {
      if (!this.#take(node)) this.#keep(node);
      for (const name of node.output) if (this.#graph.kept.has(name)) this.#write(name);
    }
    return { ...this.#graph, nodes: this.#writer.nodes };
  }

  #take(node: NodeProto): boolean {
    const { opType = "" } = node;
    if (node.output.length !== 1) return false;
    if (opType === "Conv") return this.#convolution(node);
    if (opType === "ConvTranspose") return this.#transposedConvolution(node);
    if (opType === "MaxPool") return this.#pool(node);
    if (opType === "AveragePool") return this.#averagePool(node);
    if (opType === "Transpose") return this.#reordered(node);
    if (isDeferred(opType)) return this.#gradient(node, opType);
    if (unaryOperators.has(opType)) return this.#unary(node);
    return binaryOperators.has(opType) && this.#binary(node);
  }

  #keep(node: NodeProto): void {
    for (const name of inputsOf(node)) this.#write(name);
    this.#writer.keep(node);
  }

  /** Writes images that are needed as `[n, c, h, w]`. */
  #write(name: string): void {
    const origin = this.#unwritten.get(name);
    if (origin === undefined) return;
    this.#unwritten.delete(name);
    const value = this.#blocked.get(name) as OnnxValue;
    const dims = imageDims(value) as ImageDims;
    this.#nodes(origin).blocked("ReorderOutput", [value], { channels: dims[1], channels_last: 0 }, dims, name);
    // It is no convolution's alone any more.
    this.#convolutions.end(name);
  }

  #nodes(origin: NodeProto): BlockedNodes {
    return new BlockedNodes(this.#writer, origin, this.#block);
  }

  #value(name: string | undefined): OnnxValue | undefined {
    return name === undefined ? undefined : this.#graph.values.get(name);
  }

  /** The sizes of images whose channels are whole blocks. */
  #wholeDims(name: string | undefined): ImageDims | null {
    const value = this.#value(name);
    const dims = value?.dtype === float32 ? imageDims(value) : null;
    return dims !== null && dims[1] % this.#block === 0 ? dims : null;
  }

  /** The images in the blocked layout. */
  #asBlocked(node: NodeProto, name: string): OnnxValue {
    const known = this.#blocked.get(name);
    if (known !== undefined) return known;
    const dims = imageDims(this.#value(name)) as ImageDims;
    const maker = this.#makers.get(name);
    const isMoved = maker?.opType === "Transpose" && isPerm(maker, toFirst) && !this.#blocked.has(maker.input[0] ?? "");
    const source = isMoved ? (maker.input[0] as string) : name;
    if (isMoved) this.#write(source);
    const value = this.#value(source) as OnnxValue;
    const made = this.#nodes(node).blocked("ReorderInput", [value], { channels_last: isMoved ? 1 : 0 }, dims);
    this.#blocked.set(name, made);
    return made;
  }

  #note(node: NodeProto, blocked: OnnxValue): true {
    const [name = ""] = node.output;
    this.#blocked.set(name, blocked);
    this.#unwritten.set(name, node);
    return true;
  }

  /** A filter as TensorFlow has it, from the one that ONNX's operators want. */
  #filter(node: NodeProto, name: string): OnnxValue | null {
    const maker = this.#makers.get(name);
    const source =
      maker?.opType === "Transpose" && isPerm(maker, filterFirst) ? this.#value(maker.input[0]) : undefined;
    if (imageDims(source) !== null) return source as OnnxValue;
    const value = this.#value(name);
    return imageDims(value) === null ? null : this.#nodes(node).moved(value as OnnxValue, [2, 3, 1, 0]);
  }

  #convolution(node: NodeProto): boolean {
    const [images = "", weights = ""] = node.input;
    const [given, made] = [imageDims(this.#value(images)), this.#wholeDims(node.output[0])];
    const pads = padsOf(node);
    const isKnown = given !== null && made !== null && pads !== null;
    if (!isKnown || node.input.length > 2) return false;
    if (isDepthwise(node, given, made)) return this.#depthwise(node, given, made, pads);
    if (!isUngrouped(node)) return false;
    const isWhole = given[1] % this.#block === 0;
    const filter = isWhole || given[1] < this.#block ? this.#filter(node, weights) : null;
    if (filter === null) return false;
    const nodes = this.#nodes(node);
    const [data, rest] = this.#seen(node, nodes, given, pads);
    const attrs = { ...stepsOf(node, filter), pads: rest, group: 1 };
    const result = nodes.blocked("Conv", [data, nodes.filter(filter)], attrs, made);
    this.#convolutions.add(node.output[0] as string);
    return this.#note(node, result);
  }

  /** A filter of its own for each channel. */
  #depthwise(
    node: NodeProto,
    given: ImageDims,
    made: ImageDims,
    pads: readonly [number, number, number, number],
  ): boolean {
    const [images = "", weights = ""] = node.input;
    const filter = this.#value(weights);
    const [, , height = 0, width = 0] = imageDims(filter) ?? [];
    if (filter === undefined || height === 0) return false;
    const nodes = this.#nodes(node);
    const input = this.#asBlocked(node, images);
    const laid = nodes.channelFilter(filter);
    const [strides, dilations] = [integersOf(node, "strides") ?? [1, 1], integersOf(node, "dilations") ?? [1, 1]];
    const attrs = { kernel_shape: [height, width], strides, dilations, pads, group: given[1] };
    const result = nodes.blocked("Conv", [input, laid], attrs, made);
    this.#convolutions.add(node.output[0] as string);
    return this.#note(node, result);
  }

  /** What a convolution sees, and the padding that it has to add. Images with few channels are not blocked. */
  #seen(
    node: NodeProto,
    nodes: BlockedNodes,
    dims: ImageDims,
    pads: readonly [number, number, number, number],
  ): readonly [OnnxValue, readonly number[]] {
    const [images = ""] = node.input;
    if (dims[1] % this.#block === 0) return this.#withColumns(nodes, this.#asBlocked(node, images), dims, pads);
    this.#write(images);
    return [this.#value(images) as OnnxValue, pads];
  }

  /** Narrow images with their columns of padding, and the padding that is left. */
  #withColumns(
    nodes: BlockedNodes,
    images: OnnxValue,
    dims: ImageDims,
    pads: readonly [number, number, number, number],
  ): readonly [OnnxValue, readonly number[]] {
    const [top, left, bottom, right] = pads;
    if (left + right === 0 || (left + right) / dims[3] < NARROW) return [images, pads];
    return [nodes.widened(images, dims, left, right), [top, 0, bottom, 0]];
  }

  /** With steps of one, the way back is a convolution with the filter turned. */
  #transposedConvolution(node: NodeProto): boolean {
    const [images = "", weights = ""] = node.input;
    const [given, made, pads] = [this.#wholeDims(images), this.#wholeDims(node.output[0]), padsOf(node)];
    const steps = [...(integersOf(node, "strides") ?? []), ...(integersOf(node, "dilations") ?? [])];
    const isPlain = steps.every((step) => step === 1) && isUngrouped(node) && node.input.length === 2;
    if (given === null || made === null || pads === null || !isPlain) return false;
    if ((integersOf(node, "output_padding") ?? []).some((more) => more !== 0)) return false;
    const filter = this.#filter(node, weights);
    if (filter === null) return false;
    const [height, width] = filter.shape.dims as ImageDims;
    const [top, left, bottom, right] = pads;
    const turned = [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right] as const;
    if (turned.some((pad) => pad < 0)) return false;
    const nodes = this.#nodes(node);
    const input = this.#asBlocked(node, images);
    const fewer = winogradInputGradient(nodes, { gradient: input, dims: given, filter, pads: turned, made });
    if (fewer !== null) return this.#note(node, fewer);
    const laid = nodes.filter(filter, true);
    const [data, rest] = this.#withColumns(nodes, input, given, turned);
    const attrs = { kernel_shape: [height, width], strides: [1, 1], dilations: [1, 1], pads: rest, group: 1 };
    return this.#note(node, nodes.blocked("Conv", [data, laid], attrs, made));
  }

  /** A pool along columns, then along rows: faster than both at once, and what its gradient needs. */
  #pool(node: NodeProto): boolean {
    const [images = ""] = node.input;
    const [given, made, pads] = [this.#wholeDims(images), this.#wholeDims(node.output[0]), padsOf(node)];
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
    return this.#note(node, this.#pooled(node, images, given, attrs).result);
  }

  #averagePool(node: NodeProto): boolean {
    const [images = ""] = node.input;
    const [given, made, pads] = [this.#wholeDims(images), this.#wholeDims(node.output[0]), padsOf(node)];
    const size = integersOf(node, "kernel_shape");
    if (given === null || made === null || pads === null || size === null) return false;
    const counted = node.attribute.find(({ name }) => name === "count_include_pad")?.i ?? 0n;
    const strides = integersOf(node, "strides") ?? [1, 1];
    const attrs = { kernel_shape: size, strides, pads, count_include_pad: Number(counted) };
    const input = this.#asBlocked(node, images);
    return this.#note(node, this.#nodes(node).blocked("AveragePool", [input], attrs, made));
  }

  #pooled(node: NodeProto, images: string, given: ImageDims, attrs: Readonly<Record<string, readonly number[]>>) {
    const key = JSON.stringify([images, attrs]);
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const nodes = this.#nodes(node);
    const steps: PoolStep[] = [];
    let value = this.#asBlocked(node, images);
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

  /** Images in TensorFlow's order straight from the blocked layout. */
  #reordered(node: NodeProto): boolean {
    const blocked = this.#blocked.get(node.input[0] ?? "");
    if (blocked === undefined || !isPerm(node, toLast)) return false;
    const dims = imageDims(blocked) as ImageDims;
    const shape = toLast.map((axis) => dims[axis] as number);
    this.#nodes(node).blocked(
      "ReorderOutput",
      [blocked],
      { channels: dims[1], channels_last: 1 },
      shape,
      node.output[0],
    );
    return true;
  }

  #gradient(node: NodeProto, type: string): boolean {
    const [images = "", gradient = ""] = node.input;
    const nodes = this.#nodes(node);
    if (type === "ChannelSum") {
      const dims = this.#blocked.has(images) ? this.#wholeDims(images) : null;
      if (dims === null) return false;
      this.#writer.rename(node, channelSum(nodes, this.#asBlocked(node, images), dims).name, node.output[0] as string);
      return true;
    }
    if (type === "AveragePoolGrad") return this.#averageGradient(node, images);
    const made = this.#wholeDims(gradient);
    const given = imageDims(this.#value(images));
    if (made === null || given === null) return false;
    if (type === "MaxPoolGrad" && this.#wholeDims(images) !== null)
      return this.#poolGradient(node, images, given, gradient, made);
    if (type !== "ConvFilterGrad" || !canBlockFilterGradient(given, made, this.#block)) return false;
    const input = this.#source(node, images, given);
    const parts = this.#apart.get(gradient) ?? [this.#asBlocked(node, gradient)];
    const result = filterGradient(nodes, input, { parts, dims: made }, deferredAttrs(node));
    this.#writer.rename(node, result.name, node.output[0] as string);
    return true;
  }

  #averageGradient(node: NodeProto, gradient: string): boolean {
    const [given, made] = [this.#wholeDims(gradient), this.#wholeDims(node.output[0])];
    if (given === null || made === null) return false;
    const windows = windowsOf(deferredAttrs(node), 2);
    const blocked = this.#asBlocked(node, gradient);
    return this.#note(node, averagePoolGradient(this.#nodes(node), blocked, given, made, windows));
  }

  #poolGradient(node: NodeProto, images: string, given: ImageDims, gradient: string, made: ImageDims): true {
    const nodes = this.#nodes(node);
    const { steps, result } = this.#pooled(node, images, given, deferredAttrs(node));
    const blocked = this.#asBlocked(node, gradient);
    const [name = ""] = node.output;
    if (this.#isOnlyForFilter(name, given)) {
      const parts = maxPoolGradientParts(nodes, steps, result, made, blocked);
      if (parts !== null) {
        this.#apart.set(name, parts);
        return true;
      }
    }
    return this.#note(node, maxPoolGradient(nodes, steps, result, made, blocked));
  }

  /** Whether a gradient is taken by nothing but the gradient of a filter of images with few channels, which does not need it in one piece. */
  #isOnlyForFilter(name: string, made: ImageDims): boolean {
    const taker = this.#uses.get(name) === 1 ? this.#takers.get(name) : undefined;
    if (taker?.opType !== "ConvFilterGrad" || taker.input[1] !== name || taker.output.length !== 1) return false;
    const seen = imageDims(this.#value(taker.input[0]));
    return seen !== null && seen[1] % this.#block !== 0 && canBlockFilterGradient(seen, made, this.#block);
  }

  /** Images as they are at hand. */
  #source(node: NodeProto, name: string, dims: ImageDims): MaybeBlocked {
    const isWhole = dims[1] % this.#block === 0;
    if (isWhole) return { value: this.#asBlocked(node, name), dims, isBlocked: true };
    this.#write(name);
    return { value: this.#value(name) as OnnxValue, dims, isBlocked: false };
  }

  #unary(node: NodeProto): boolean {
    const [name = "", ...others] = node.input;
    const blocked = this.#blocked.get(name);
    if (blocked === undefined || others.some((other) => this.#blocked.has(other))) return false;
    if (this.#grown(node)) return true;
    const made = this.#writer.copy(node, [blocked.name, ...others], blocked.shape);
    return this.#note(node, this.#writer.value(made));
  }

  #binary(node: NodeProto): boolean {
    const images = node.input.map((name) => this.#blocked.get(name));
    const first = images.find((value) => value !== undefined);
    if (first === undefined || node.input.length !== 2) return false;
    if (this.#grown(node) || this.#alongChannels(node)) return true;
    const dims = imageDims(first) as ImageDims;
    const operands: string[] = [];
    for (const [i, name] of node.input.entries()) {
      const own = images[i];
      const value = this.#value(name);
      if (own !== undefined) operands.push(own.name);
      else if (value?.shape.elementCount() === 1) operands.push(name);
      else if (imageDims(value)?.every((d, axis) => d === dims[axis]) && value?.dtype === float32)
        operands.push(this.#asBlocked(node, name).name);
      else return false;
    }
    const made = this.#writer.copy(node, operands, first.shape);
    return this.#note(node, this.#writer.value(made));
  }

  /** Whether the convolution before the node takes it in. */
  #grown(node: NodeProto): boolean {
    const name = this.#convolutions.take(node);
    if (name === null) return false;
    this.#unwritten.delete(name);
    return this.#note(node, this.#blocked.get(name) as OnnxValue);
  }

  /** One number for each channel, added or multiplied, is a convolution of single pixels, each channel for itself: one pass on all cores. */
  #alongChannels(node: NodeProto): boolean {
    const place = node.input.findIndex((name) => this.#blocked.has(name));
    const images = this.#blocked.get(node.input[place] ?? "") as OnnxValue;
    const dims = imageDims(images) as ImageDims;
    const given = this.#value(node.input[1 - place]);
    const isVector = given?.dtype === float32 && given.shape.equals(new TensorShape([dims[1], 1, 1]));
    const type = node.opType ?? "";
    if (!isVector || !isAlongChannels(type)) return false;
    const made = alongChannels(this.#nodes(node), type, images, given, place === 0);
    this.#convolutions.add(node.output[0] as string);
    return this.#note(node, made);
  }
}

function isPerm(node: NodeProto, perm: readonly number[]): boolean {
  const given = integersOf(node, "perm");
  return given?.length === perm.length && given.every((axis, i) => axis === perm[i]);
}
