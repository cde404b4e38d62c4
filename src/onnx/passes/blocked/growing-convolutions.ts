/** Convolutions of blocked images that were written, and take in what follows them: a bias, other images that are added, a rectifier. */
import type { NodeProto } from "../../../formats/onnx.ts";
import { float32 } from "../../../tensor/dtype.ts";
import { NDArray } from "../../../tensor/ndarray.ts";
import { attributeProto } from "../../model/attributes.ts";
import type { OnnxValue } from "../../rule.ts";
import { constantNumbers } from "../../static-knowledge.ts";
import { type NodeWriter, type PassGraph, usesOf } from "../pass-graph.ts";
import { imageDims } from "./layout.ts";

export class GrowingConvolutions {
  readonly #values: PassGraph["values"];
  readonly #writer: NodeWriter;
  readonly #uses: (name: string) => number;
  readonly #makers: ReadonlyMap<string, NodeProto>;
  /** Blocked images, by the names of what they are as `[n, c, h, w]`. */
  readonly #blocked: ReadonlyMap<string, OnnxValue>;
  /** Where the convolution stands whose result a value is. */
  readonly #places = new Map<string, number>();

  constructor(
    graph: PassGraph,
    writer: NodeWriter,
    makers: ReadonlyMap<string, NodeProto>,
    blocked: ReadonlyMap<string, OnnxValue>,
  ) {
    this.#values = graph.values;
    this.#writer = writer;
    this.#uses = usesOf(graph);
    this.#makers = makers;
    this.#blocked = blocked;
  }

  /** The node that was written last is the convolution whose result has this name. */
  add(name: string): void {
    this.#places.set(name, this.#writer.nodes.length - 1);
  }

  /** The value is needed as it is. */
  end(name: string): void {
    this.#places.delete(name);
  }

  /** Makes the node a part of the convolution before it. Gives the name of what that gave before; `null` where it cannot. */
  take(node: NodeProto): string | null {
    if (node.opType === "Relu") return this.#withRelu(node);
    return node.opType === "Add" ? (this.#withBias(node) ?? this.#withSum(node)) : null;
  }

  /** The place of the convolution that gives the value, if nothing else needs it. */
  #placeOf(name: string): number | undefined {
    return this.#uses(name) === 1 ? this.#places.get(name) : undefined;
  }

  #withRelu({ input: [images = ""] }: NodeProto): string | null {
    const place = this.#placeOf(images);
    if (place === undefined) return null;
    const conv = this.#writer.nodes[place] as NodeProto;
    this.#writer.replace(place, { ...conv, attribute: [...conv.attribute, attributeProto("activation", "Relu")] });
    return images;
  }

  #withBias({ input: [images = "", bias = ""], output }: NodeProto): string | null {
    const place = this.#placeOf(images);
    if (place === undefined) return null;
    const conv = this.#writer.nodes[place] as NodeProto;
    const maker = this.#makers.get(bias);
    const channels = imageDims(this.#blocked.get(images))?.[1];
    const vector = maker?.opType === "Reshape" ? this.#values.get(maker.input[0] ?? "") : this.#spread(bias, channels);
    if (conv.input.length !== 2 || vector?.shape.rank !== 1 || vector.shape.dim(0) !== channels) return null;
    // The convolution comes after the bias only if nothing but feeds and constants, or earlier nodes, make it.
    if (this.#makers.has(vector.name) && !this.#isMadeBefore(vector.name, place)) return null;
    this.#writer.replace(place, { ...conv, input: [...conv.input, vector.name] });
    this.#places.set(output[0] as string, place);
    return images;
  }

  #withSum({ input, output }: NodeProto): string | null {
    for (const [i, name] of input.entries()) {
      const [own, other] = [this.#blocked.get(name), this.#blocked.get(input[1 - i] ?? "")];
      const place = this.#placeOf(name);
      if (place === undefined || own === undefined || other === undefined || !own.shape.equals(other.shape)) continue;
      const conv = this.#writer.nodes[place] as NodeProto;
      if (conv.input.length > 3 || !this.#isMadeBefore(other.name, place)) continue;
      const [images = "", filter = "", bias = ""] = conv.input;
      this.#writer.replace(place, { ...conv, input: [images, filter, bias, other.name] });
      this.#places.set(output[0] as string, place);
      return name;
    }
    return null;
  }

  /** A constant number as one for each channel. */
  #spread(name: string, channels: number | undefined): OnnxValue | undefined {
    const value = this.#values.get(name);
    if (channels === undefined || value?.constant?.size !== 1 || value.dtype !== float32) return undefined;
    const numbers = new Float32Array(channels).fill(constantNumbers(value)?.[0] as number);
    return this.#writer.value(this.#writer.constant(new NDArray(float32, [channels], numbers)));
  }

  #isMadeBefore(name: string, place: number): boolean {
    return this.#writer.nodes.slice(0, place).some(({ output }) => output.includes(name));
  }
}
