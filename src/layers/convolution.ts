/** The layers that move filters over sequences, images and volumes. Mirrors `tf.layers.Conv1D` … of TensorFlow 1 (tf_keras, layers/convolutional/base_conv.py). */
import { ArgumentError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { convolution } from "../ops/convolution.ts";
import { biasAdd } from "../ops/nn.ts";
import { pad } from "../ops/pad.ts";
import { reshape } from "../ops/shape.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { AnyVariable } from "../variables/variable-functions.ts";
import { functional, KernelLayer, type KernelOptions, type SharedOptions } from "./dense.ts";
import {
  channelsOf,
  formatOf,
  type LayerFormat,
  type LayerPadding,
  type Numbers,
  numbersOf,
  opFormat,
  outputLength,
  paddingOf,
  windowedShape,
} from "./windows.ts";

/** Options of layers that move filters. */
export interface ConvOptions extends KernelOptions {
  /** How far the filter moves: one number, or one for each axis; default 1. */
  readonly strides?: Numbers | undefined;
  /** `valid` (default), `same`, or for sequences `causal`: zeros come before, so that no output sees what comes later. */
  readonly padding?: string | undefined;
  /** `channels_last` (default) or `channels_first`. */
  readonly dataFormat?: string | undefined;
  /** How far apart the elements are that the filter sees: one number, or one for each axis; default 1. */
  readonly dilationRate?: Numbers | undefined;
}

/** A layer that moves filters along some axes. */
export class ConvLayer extends KernelLayer {
  readonly axes: number;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: LayerPadding;
  readonly dataFormat: LayerFormat;
  readonly dilationRate: readonly number[];

  constructor(axes: number, filters: number, kernelSize: Numbers, options: ConvOptions) {
    super(options);
    this.axes = axes;
    this.filters = Math.trunc(filters);
    if (this.filters <= 0) {
      throw new ArgumentError(
        `Invalid value for argument \`filters\`. Expected a strictly positive value. Received filters=${this.filters}.`,
        { filters },
      );
    }
    this.kernelSize = numbersOf(kernelSize, axes, "kernel_size");
    this.strides = numbersOf(options.strides ?? 1, axes, "strides", true);
    this.padding = paddingOf(options.padding ?? "valid");
    this.dataFormat = formatOf(options.dataFormat);
    this.dilationRate = numbersOf(options.dilationRate ?? 1, axes, "dilation_rate");
    this.inputSpec = { minNdim: axes + 2 };
    this.#check();
  }

  #check(): void {
    const { strides, dilationRate, padding } = this;
    const tuple = (list: readonly number[]): string => `(${list.join(", ")}${list.length === 1 ? "," : ""})`;
    if (strides.includes(0))
      throw new ArgumentError(`The argument \`strides\` cannot contains 0(s). Received: ${tuple(strides)}`, {
        strides,
      });
    if (padding === "causal" && this.axes !== 1)
      throw new ArgumentError("Causal padding is only supported for `Conv1D`and `SeparableConv1D`.", { padding });
    if (Math.max(...strides) > 1 && Math.max(...dilationRate) > 1) {
      throw new ArgumentError(
        `\`strides > 1\` not supported in conjunction with \`dilation_rate > 1\`. Received: strides=${tuple(strides)} and dilation_rate=${tuple(dilationRate)}`,
        { strides, dilationRate },
      );
    }
  }

  protected get channelAxis(): number {
    return this.dataFormat === "channels_first" ? -1 - this.axes : -1;
  }

  override build(inputShape: TensorShape): void {
    const channels = channelsOf(inputShape, this.channelAxis);
    this.outputShapeOf(inputShape);
    this.addKernel([...this.kernelSize, channels, this.filters]);
    this.addBias(this.filters);
    this.inputSpec = { minNdim: this.axes + 2, axes: new Map([[this.channelAxis, channels]]) };
    super.build(inputShape);
  }

  override call(given: Tensor): Tensor {
    const inputs = this.padding === "causal" ? this.causal(given) : given;
    const products = convolution(inputs, this.kernel as AnyVariable, {
      strides: this.strides,
      padding: this.padding === "causal" ? "VALID" : this.padding.toUpperCase(),
      dilationRate: this.dilationRate,
      dataFormat: opFormat(this.dataFormat, this.axes),
      name: KernelLayer.classNameOf(this),
    });
    const outputs = this.#biased(products);
    if (given.shape.rank !== null) outputs.setShape(this.outputShapeOf(given.shape));
    return this.activated(outputs);
  }

  #biased(products: Tensor): Tensor {
    if (this.bias === null) return products;
    if (this.axes === 1 && this.dataFormat === "channels_first")
      return products.add(reshape(this.bias, [1, this.filters, 1]));
    return biasAdd(products, this.bias, { dataFormat: opFormat(this.dataFormat, this.axes) });
  }

  /** The shape of the outputs. @throws {ArgumentError} when the inputs are too small. */
  protected outputShapeOf(inputShape: TensorShape): TensorShape {
    const { kernelSize, padding, strides, dilationRate } = this;
    return windowedShape(
      inputShape,
      this.axes,
      this.dataFormat,
      this.filters,
      (length, i) =>
        outputLength(length, kernelSize[i] as number, padding, strides[i] as number, dilationRate[i] as number),
      this.name,
    );
  }

  /** Zeros before, as many as the filter would see of what comes later. */
  protected causal(inputs: Tensor): Tensor {
    const before = (this.dilationRate[0] as number) * ((this.kernelSize[0] as number) - 1);
    const batches = inputs.shape.rank === null ? 1 : inputs.shape.rank - 2;
    const none = Array.from({ length: batches }, () => [0, 0]);
    const space =
      this.dataFormat === "channels_last"
        ? [
            [before, 0],
            [0, 0],
          ]
        : [
            [0, 0],
            [before, 0],
          ];
    return pad(inputs, [...none, ...space]);
  }
}

/**
 * The layer that moves filters along sequences.
 *
 * Shapes: `[n, w, c]` → `[n, w', filters]`; kernel `[k, c, filters]`, bias `[filters]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, for strides beside dilation, and at a call for inputs that do not fit.
 * @see TensorFlow 1 `tf.layers.Conv1D`
 * @example
 * new layers.Conv1D(8, 3, { padding: "causal" }).apply(ones([2, 10, 4])).shape; // (2, 10, 8)
 */
export class Conv1D extends ConvLayer {
  static override readonly className = "Conv1D";
  constructor(filters: number, kernelSize: Numbers, options: ConvOptions = {}) {
    super(1, filters, kernelSize, options);
  }
}

/**
 * The layer that moves filters over images.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', filters]`; kernel `[kh, kw, c, filters]`, bias `[filters]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, for strides beside dilation, and at a call for inputs that do not fit.
 * @see TensorFlow 1 `tf.layers.Conv2D`
 * @example
 * new layers.Conv2D(8, [3, 3], { strides: 2 }).apply(ones([2, 9, 9, 4])).shape; // (2, 4, 4, 8)
 */
export class Conv2D extends ConvLayer {
  static override readonly className = "Conv2D";
  constructor(filters: number, kernelSize: Numbers, options: ConvOptions = {}) {
    super(2, filters, kernelSize, options);
  }
}

/**
 * The layer that moves filters through volumes.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', filters]`; kernel `[kd, kh, kw, c, filters]`, bias `[filters]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, for strides beside dilation, and at a call for inputs that do not fit.
 * @see TensorFlow 1 `tf.layers.Conv3D`
 * @example
 * new layers.Conv3D(8, 3, { padding: "same" }).apply(ones([2, 5, 5, 5, 4])).shape; // (2, 5, 5, 5, 8)
 */
export class Conv3D extends ConvLayer {
  static override readonly className = "Conv3D";
  constructor(filters: number, kernelSize: Numbers, options: ConvOptions = {}) {
    super(3, filters, kernelSize, options);
  }
}

/**
 * Moves filters along sequences: `Conv1D`, made and called at once.
 *
 * Shapes: `[n, w, c]` → `[n, w', filters]`. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for what does not fit.
 * @see TensorFlow 1 `tf.layers.conv1d`
 * @example
 * layers.conv1d(ones([2, 10, 4]), 8, 3).name; // "conv1d/BiasAdd:0"
 */
export function conv1d(
  inputs: TensorLike,
  filters: number,
  kernelSize: Numbers,
  options: ConvOptions & SharedOptions = {},
): Tensor {
  return new Conv1D(filters, kernelSize, functional(options)).apply(inputs);
}

/**
 * Moves filters over images: `Conv2D`, made and called at once.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', filters]`. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for what does not fit.
 * @see TensorFlow 1 `tf.layers.conv2d`
 * @example
 * layers.conv2d(ones([2, 9, 9, 4]), 8, [3, 3], { name: "edges", activation: nn.relu }).name; // "edges/Relu:0"
 */
export function conv2d(
  inputs: TensorLike,
  filters: number,
  kernelSize: Numbers,
  options: ConvOptions & SharedOptions = {},
): Tensor {
  return new Conv2D(filters, kernelSize, functional(options)).apply(inputs);
}

/**
 * Moves filters through volumes: `Conv3D`, made and called at once.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', filters]`. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for what does not fit.
 * @see TensorFlow 1 `tf.layers.conv3d`
 * @example
 * layers.conv3d(ones([2, 5, 5, 5, 4]), 8, 3).shape; // (2, 3, 3, 3, 8)
 */
export function conv3d(
  inputs: TensorLike,
  filters: number,
  kernelSize: Numbers,
  options: ConvOptions & SharedOptions = {},
): Tensor {
  return new Conv3D(filters, kernelSize, functional(options)).apply(inputs);
}
