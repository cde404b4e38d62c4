/**
 * Keeps images in the blocked layout between the ops of a step. ONNX Runtime does so by itself where filters are constant; in training,
 * and where filters are fed, they are not, and its convolutions of other layouts take two to ten times as long. Which models go this way is
 * told in choice.ts. Figures: docs/decisions/0010-gradients-in-onnx.md.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { float32 } from "../../../tensor/dtype.ts";
import { TensorShape } from "../../../tensor/shape.ts";
import { isDeferred } from "../../deferred.ts";
import { binaryOperators, unaryOperators } from "../../element-wise.ts";
import type { OnnxValue } from "../../rule.ts";
import { deferredAttrs } from "../deferred-nodes.ts";
import { inputsOf, type PassGraph, type PassOptions } from "../pass-graph.ts";
import { alongChannels, isAlongChannels } from "./channels.ts";
import { isWorthBlocks } from "./choice.ts";
import { BlockedConvolutions } from "./convolutions.ts";
import { canBlockFilterGradient, filterGradient, type MaybeBlocked } from "./filter-gradients.ts";
import { channelSum } from "./gradients.ts";
import { type ImageDims, imageDims } from "./layout.ts";
import { BlockedPools } from "./pools.ts";
import { BlockedValues, isPerm, toLast } from "./values.ts";

/** The graph with those layouts, where the runtime has one. */
export function withBlockedImages(graph: PassGraph, { blockSize = null }: PassOptions): PassGraph {
  return blockSize !== null && isWorthBlocks(graph, blockSize) ? new Blocker(graph, blockSize).run() : graph;
}

class Blocker {
  readonly #graph: PassGraph;
  readonly #values: BlockedValues;
  readonly #convolutions: BlockedConvolutions;
  readonly #pools: BlockedPools;

  constructor(graph: PassGraph, block: number) {
    this.#graph = graph;
    this.#values = new BlockedValues(graph, block);
    this.#convolutions = new BlockedConvolutions(this.#values);
    this.#pools = new BlockedPools(graph, this.#values);
  }

  run(): PassGraph {
    for (const node of this.#graph.nodes) {
      if (!this.#take(node)) this.#keep(node);
      for (const name of node.output) if (this.#graph.kept.has(name)) this.#values.write(name);
    }
    return { ...this.#graph, nodes: this.#values.writer.nodes };
  }

  #take(node: NodeProto): boolean {
    const { opType = "" } = node;
    if (node.output.length !== 1) return false;
    if (opType === "Conv") return this.#convolutions.take(node);
    if (opType === "ConvTranspose") return this.#convolutions.takeTransposed(node);
    if (opType === "MaxPool") return this.#pools.take(node);
    if (opType === "AveragePool") return this.#pools.takeAverage(node);
    if (opType === "Transpose") return this.#reordered(node);
    if (isDeferred(opType)) return this.#gradient(node, opType);
    if (unaryOperators.has(opType)) return this.#unary(node);
    return binaryOperators.has(opType) && this.#binary(node);
  }

  #keep(node: NodeProto): void {
    for (const name of inputsOf(node)) this.#values.write(name);
    this.#values.writer.keep(node);
  }

  /** Images in TensorFlow's order straight from the blocked layout. */
  #reordered(node: NodeProto): boolean {
    const blocked = this.#values.blocked(node.input[0]);
    if (blocked === undefined || !isPerm(node, toLast)) return false;
    const dims = imageDims(blocked) as ImageDims;
    const shape = toLast.map((axis) => dims[axis] as number);
    this.#values
      .nodes(node)
      .blocked("ReorderOutput", [blocked], { channels: dims[1], channels_last: 1 }, shape, node.output[0]);
    return true;
  }

  #gradient(node: NodeProto, type: string): boolean {
    const [images = "", gradient = ""] = node.input;
    const nodes = this.#values.nodes(node);
    if (type === "ChannelSum") {
      const dims = this.#values.blocked(images) !== undefined ? this.#values.wholeDims(images) : null;
      if (dims === null) return false;
      this.#values.writer.rename(
        node,
        channelSum(nodes, this.#values.asBlocked(node, images), dims).name,
        node.output[0] as string,
      );
      return true;
    }
    if (type === "AveragePoolGrad") return this.#pools.takeAverageGradient(node, images);
    const made = this.#values.wholeDims(gradient);
    const given = imageDims(this.#values.value(images));
    if (made === null || given === null) return false;
    if (type === "MaxPoolGrad" && this.#values.wholeDims(images) !== null)
      return this.#pools.takeGradient(node, images, given, gradient, made);
    if (type !== "ConvFilterGrad" || !canBlockFilterGradient(given, made, this.#values.block)) return false;
    const input = this.#source(node, images, given);
    const parts = this.#pools.columnsOf(gradient) ?? [this.#values.asBlocked(node, gradient)];
    const result = filterGradient(nodes, input, { parts, dims: made }, deferredAttrs(node));
    this.#values.writer.rename(node, result.name, node.output[0] as string);
    return true;
  }

  /** Images as they are at hand. */
  #source(node: NodeProto, name: string, dims: ImageDims): MaybeBlocked {
    const isWhole = dims[1] % this.#values.block === 0;
    if (isWhole) return { value: this.#values.asBlocked(node, name), dims, isBlocked: true };
    this.#values.write(name);
    return { value: this.#values.value(name) as OnnxValue, dims, isBlocked: false };
  }

  #unary(node: NodeProto): boolean {
    const [name = "", ...others] = node.input;
    const blocked = this.#values.blocked(name);
    if (blocked === undefined || others.some((other) => this.#values.blocked(other) !== undefined)) return false;
    if (this.#grown(node)) return true;
    const made = this.#values.writer.copy(node, [blocked.name, ...others], blocked.shape);
    return this.#values.note(node, this.#values.writer.value(made));
  }

  #binary(node: NodeProto): boolean {
    const images = node.input.map((name) => this.#values.blocked(name));
    const first = images.find((value) => value !== undefined);
    if (first === undefined || node.input.length !== 2) return false;
    if (this.#grown(node) || this.#alongChannels(node)) return true;
    const dims = imageDims(first) as ImageDims;
    const operands: string[] = [];
    for (const [i, name] of node.input.entries()) {
      const own = images[i];
      const value = this.#values.value(name);
      if (own !== undefined) operands.push(own.name);
      else if (value?.shape.elementCount() === 1) operands.push(name);
      else if (imageDims(value)?.every((d, axis) => d === dims[axis]) && value?.dtype === float32)
        operands.push(this.#values.asBlocked(node, name).name);
      else return false;
    }
    const made = this.#values.writer.copy(node, operands, first.shape);
    return this.#values.note(node, this.#values.writer.value(made));
  }

  /** Whether the convolution before the node takes it in. */
  #grown(node: NodeProto): boolean {
    const name = this.#values.convolutions.take(node);
    if (name === null) return false;
    this.#values.drop(name);
    return this.#values.note(node, this.#values.blocked(name) as OnnxValue);
  }

  /** One number for each channel, added or multiplied, is a convolution of single pixels, each channel for itself: one pass on all cores. */
  #alongChannels(node: NodeProto): boolean {
    const place = node.input.findIndex((name) => this.#values.blocked(name) !== undefined);
    const images = this.#values.blocked(node.input[place]) as OnnxValue;
    const dims = imageDims(images) as ImageDims;
    const given = this.#values.value(node.input[1 - place]);
    const isVector = given?.dtype === float32 && given.shape.equals(new TensorShape([dims[1], 1, 1]));
    const type = node.opType ?? "";
    if (!isVector || !isAlongChannels(type)) return false;
    const made = alongChannels(this.#values.nodes(node), type, images, given, place === 0);
    this.#values.convolutions.add(node.output[0] as string);
    return this.#values.note(node, made);
  }
}
