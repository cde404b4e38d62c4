/** Convolutions in the blocked layout: of all channels, of each for itself, and the way back. */
import type { NodeProto } from "../../../formats/onnx.ts";
import type { OnnxValue } from "../../rule.ts";
import { integersOf } from "../pass-graph.ts";
import { isDepthwise } from "./choice.ts";
import { type BlockedNodes, type ImageDims, imageDims, isUngrouped, type Pads, padsOf, stepsOf } from "./layout.ts";
import type { BlockedValues } from "./values.ts";
import { winogradInputGradient } from "./winograd.ts";

/** Columns of padding from this part of an image's width on are better written out. */
const NARROW = 1 / 4;

/** The convolutions of one model. */
export class BlockedConvolutions {
  readonly #values: BlockedValues;

  constructor(values: BlockedValues) {
    this.#values = values;
  }

  /** Writes a convolution; `false` where it has to stay. */
  take(node: NodeProto): boolean {
    const [images = "", weights = ""] = node.input;
    const [given, made] = [imageDims(this.#values.value(images)), this.#values.wholeDims(node.output[0])];
    const pads = padsOf(node);
    const isKnown = given !== null && made !== null && pads !== null;
    if (!isKnown || node.input.length > 2) return false;
    if (isDepthwise(node, given, made)) return this.#depthwise(node, given, made, pads);
    if (!isUngrouped(node)) return false;
    const isWhole = given[1] % this.#values.block === 0;
    const filter = isWhole || given[1] < this.#values.block ? this.#values.filter(node, weights) : null;
    if (filter === null) return false;
    const nodes = this.#values.nodes(node);
    const [data, rest] = this.#seen(node, nodes, given, pads);
    const attrs = { ...stepsOf(node, filter), pads: rest, group: 1 };
    const result = nodes.blocked("Conv", [data, nodes.filter(filter)], attrs, made);
    this.#values.convolutions.add(node.output[0] as string);
    return this.#values.note(node, result);
  }

  /** A filter of its own for each channel. */
  #depthwise(node: NodeProto, given: ImageDims, made: ImageDims, pads: Pads): boolean {
    const [images = "", weights = ""] = node.input;
    const filter = this.#values.value(weights);
    const [, , height = 0, width = 0] = imageDims(filter) ?? [];
    if (filter === undefined || height === 0) return false;
    const nodes = this.#values.nodes(node);
    const input = this.#values.asBlocked(node, images);
    const laid = nodes.channelFilter(filter);
    const [strides, dilations] = [integersOf(node, "strides") ?? [1, 1], integersOf(node, "dilations") ?? [1, 1]];
    const attrs = { kernel_shape: [height, width], strides, dilations, pads, group: given[1] };
    const result = nodes.blocked("Conv", [input, laid], attrs, made);
    this.#values.convolutions.add(node.output[0] as string);
    return this.#values.note(node, result);
  }

  /** What a convolution sees, and the padding that it has to add. Images with few channels are not blocked. */
  #seen(node: NodeProto, nodes: BlockedNodes, dims: ImageDims, pads: Pads): readonly [OnnxValue, readonly number[]] {
    const [images = ""] = node.input;
    if (dims[1] % this.#values.block === 0)
      return this.#withColumns(nodes, this.#values.asBlocked(node, images), dims, pads);
    this.#values.write(images);
    return [this.#values.value(images) as OnnxValue, pads];
  }

  /** Narrow images with their columns of padding, and the padding that is left. */
  #withColumns(
    nodes: BlockedNodes,
    images: OnnxValue,
    dims: ImageDims,
    pads: Pads,
  ): readonly [OnnxValue, readonly number[]] {
    const [top, left, bottom, right] = pads;
    if (left + right === 0 || (left + right) / dims[3] < NARROW) return [images, pads];
    return [nodes.widened(images, dims, left, right), [top, 0, bottom, 0]];
  }

  /** As `take`, the way back: with steps of one, it is a convolution with the filter turned. */
  takeTransposed(node: NodeProto): boolean {
    const [images = "", weights = ""] = node.input;
    const [given, made, pads] = [this.#values.wholeDims(images), this.#values.wholeDims(node.output[0]), padsOf(node)];
    const steps = [...(integersOf(node, "strides") ?? []), ...(integersOf(node, "dilations") ?? [])];
    const isPlain = steps.every((step) => step === 1) && isUngrouped(node) && node.input.length === 2;
    if (given === null || made === null || pads === null || !isPlain) return false;
    if ((integersOf(node, "output_padding") ?? []).some((more) => more !== 0)) return false;
    const filter = this.#values.filter(node, weights);
    if (filter === null) return false;
    const [height, width] = filter.shape.dims as ImageDims;
    const [top, left, bottom, right] = pads;
    const turned = [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right] as const;
    if (turned.some((pad) => pad < 0)) return false;
    const nodes = this.#values.nodes(node);
    const input = this.#values.asBlocked(node, images);
    const fewer = winogradInputGradient(nodes, { gradient: input, dims: given, filter, pads: turned, made });
    if (fewer !== null) return this.#values.note(node, fewer);
    const laid = nodes.filter(filter, true);
    const [data, rest] = this.#withColumns(nodes, input, given, turned);
    const attrs = { kernel_shape: [height, width], strides: [1, 1], dilations: [1, 1], pads: rest, group: 1 };
    return this.#values.note(node, nodes.blocked("Conv", [data, laid], attrs, made));
  }
}
