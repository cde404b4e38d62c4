/**
 * The layout in which ONNX Runtime's own convolutions compute: images `[n, c, h, w]` lie in memory as `[n, c / b, h, w, b]`, for blocks of b
 * channels. Its operators (domain `com.microsoft.nchwc`) see the first shape. What is done with it is in images.ts.
 */
import type { NodeProto } from "../../../formats/onnx.ts";
import { float32 } from "../../../tensor/dtype.ts";
import { NDArray } from "../../../tensor/ndarray.ts";
import { asShape, type Dimension } from "../../../tensor/shape.ts";
import type { OnnxAttrs, OnnxValue } from "../../rule.ts";
import { integersOf, type NodeWriter } from "../pass-graph.ts";
import { PassNodes } from "../pass-nodes.ts";

/** The domain of the operators, and its version. */
export const BLOCKED_DOMAIN = "com.microsoft.nchwc";

/** The sizes of images. */
export type ImageDims = readonly [number, number, number, number];

/** The sizes of images when all are known and none is 0. */
export function imageDims(value: OnnxValue | undefined): ImageDims | null {
  const dims = value?.shape.dims;
  return dims?.length === 4 && dims.every((d: Dimension) => d !== null && d > 0) ? (dims as ImageDims) : null;
}

/** Writes nodes in the blocked layout, in place of one node. */
export class BlockedNodes extends PassNodes {
  readonly block: number;
  readonly #writer: NodeWriter;
  readonly #origin: NodeProto;

  constructor(writer: NodeWriter, origin: NodeProto, block: number) {
    super(writer, origin);
    this.#writer = writer;
    this.#origin = origin;
    this.block = block;
  }

  /** A node of the blocked operators. */
  blocked(
    type: string,
    inputs: readonly OnnxValue[],
    attrs: OnnxAttrs,
    shape: readonly (number | null)[] | null,
    output?: string,
  ): OnnxValue {
    const names = inputs.map(({ name }) => name);
    const name = this.#writer.add(this.#origin, type, names, {
      attrs,
      domain: BLOCKED_DOMAIN,
      ...(output !== undefined && { output }),
    });
    return this.#writer.note({
      ...this.#writer.value(name),
      name,
      dtype: float32,
      shape: asShape(shape),
      constant: null,
    });
  }

  /** The same memory under another shape. */
  view(value: OnnxValue, dims: readonly number[]): OnnxValue {
    return this.node("Reshape", [value, this.integers(dims)], {}, dims);
  }

  moved(value: OnnxValue, perm: readonly number[]): OnnxValue {
    const dims = value.shape.dims as readonly number[];
    return this.node(
      "Transpose",
      [value],
      { perm },
      perm.map((axis) => dims[axis] as number),
    );
  }

  /** Images in the blocked layout as their memory is. */
  memory(value: OnnxValue, [n, c, h, w]: ImageDims): OnnxValue {
    return this.view(value, [n, c / this.block, h, w, this.block]);
  }

  ones(rows: number): OnnxValue {
    return this.constant(new NDArray(float32, [1, rows], new Float32Array(rows).fill(1)));
  }

  /**
   * A filter `[h, w, in, out]` as convolutions want it: of blocked images, or of images with few channels, which are not blocked.
   * `isFlipped` gives that of the convolution back from `out` to `in`.
   */
  filter(filter: OnnxValue, isFlipped = false): OnnxValue {
    const b = this.block;
    const [h, w, seen, made] = filter.shape.dims as ImageDims;
    if (isFlipped) {
      const lists = [
        [-1, -1],
        [-h - 1, -w - 1],
        [0, 1],
        [-1, -1],
      ].map((list) => this.integers(list));
      const turned = this.node("Slice", [filter, ...lists], {}, [h, w, seen, made]);
      const apart = this.view(turned, [h, w, seen / b, b, made / b, b]);
      return this.view(this.moved(apart, [2, 4, 0, 1, 5, 3]), [seen, made, h, w]);
    }
    if (seen % b !== 0) {
      const apart = this.view(filter, [h, w, seen, made / b, b]);
      return this.view(this.moved(apart, [3, 2, 0, 1, 4]), [made, seen, h, w]);
    }
    const apart = this.view(filter, [h, w, seen / b, b, made / b, b]);
    return this.view(this.moved(apart, [4, 2, 0, 1, 3, 5]), [made, seen, h, w]);
  }

  /** The filters `[c, 1, h, w]` of single channels. */
  channelFilter(filter: OnnxValue): OnnxValue {
    const [c, , h, w] = filter.shape.dims as ImageDims;
    const apart = this.view(filter, [c / this.block, this.block, h * w]);
    return this.view(this.moved(apart, [0, 2, 1]), [c, 1, h, w]);
  }

  /** Images with columns of zeros on both sides. */
  widened(value: OnnxValue, [n, c, h, w]: ImageDims, left: number, right: number): OnnxValue {
    if (left === 0 && right === 0) return value;
    const wide = w + left + right;
    const pads = this.integers([0, 0, 0, left, 0, 0, 0, 0, right, 0]);
    const dims = [n, c / this.block, h, wide, this.block];
    const padded = this.node("Pad", [this.memory(value, [n, c, h, w]), pads], {}, dims);
    return this.view(padded, [n, c, h, wide]);
  }
}

/** Padding above, on the left, below, and on the right. */
export type Pads = readonly [number, number, number, number];

/** The padding of a node on each side; `null` when it is not told. */
export function padsOf(node: NodeProto): Pads | null {
  if (node.attribute.some(({ name }) => name === "auto_pad")) return null;
  return (integersOf(node, "pads") ?? [0, 0, 0, 0]) as Pads;
}

/** Whether each output of a convolution sees all of its inputs. */
export function isUngrouped(node: NodeProto): boolean {
  return (node.attribute.find(({ name }) => name === "group")?.i ?? 1n) === 1n;
}

/** The window of a convolution with this filter, without its padding. */
export function stepsOf(node: NodeProto, filter: OnnxValue): Readonly<Record<string, readonly number[]>> {
  const [height, width] = filter.shape.dims as ImageDims;
  return {
    kernel_shape: [height, width],
    strides: integersOf(node, "strides") ?? [1, 1],
    dilations: integersOf(node, "dilations") ?? [1, 1],
  };
}
