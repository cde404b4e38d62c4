/** The layers that move filters over each channel by itself and then mix the channels. Mirrors `tf.layers.SeparableConv1D`, `SeparableConv2D` of TensorFlow 1 (tf_keras, layers/convolutional). */
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { separableConv2d as separableConv2dOp } from "../ops/conv-composed.ts";
import { biasAdd } from "../ops/nn.ts";
import { expandDims, squeeze } from "../ops/shape.ts";
import type { TensorShape } from "../tensor/shape.ts";
import type { Constraint } from "../variables/base-variable.ts";
import type { AnyVariable, InitializerLike, Regularizer } from "../variables/variable-functions.ts";
import { ConvLayer, type ConvOptions } from "./convolution.ts";
import { functional, type SharedOptions } from "./dense.ts";
import { channelsOf, inAllDimensions, type Numbers, opFormat } from "./windows.ts";

/** Options of separable layers. */
export interface SeparableConvOptions
  extends Omit<ConvOptions, "kernelInitializer" | "kernelRegularizer" | "kernelConstraint"> {
  /** How many filters each channel has; default 1. */
  readonly depthMultiplier?: number | undefined;
  readonly depthwiseInitializer?: InitializerLike | null | undefined;
  readonly pointwiseInitializer?: InitializerLike | null | undefined;
  readonly depthwiseRegularizer?: Regularizer | null | undefined;
  readonly pointwiseRegularizer?: Regularizer | null | undefined;
  readonly depthwiseConstraint?: Constraint | null | undefined;
  readonly pointwiseConstraint?: Constraint | null | undefined;
}

class SeparableLayer extends ConvLayer {
  readonly depthMultiplier: number;
  /** The filters of each channel; null before the first call. */
  depthwiseKernel: AnyVariable | null = null;
  /** What mixes the channels; null before the first call. */
  pointwiseKernel: AnyVariable | null = null;
  readonly #options: SeparableConvOptions;

  constructor(axes: number, filters: number, kernelSize: Numbers, options: SeparableConvOptions) {
    super(axes, filters, kernelSize, options);
    this.depthMultiplier = options.depthMultiplier ?? 1;
    this.#options = options;
  }

  override build(inputShape: TensorShape): void {
    const given = this.#options;
    const channels = channelsOf(inputShape, this.channelAxis);
    this.inputSpec = { ndim: this.axes + 2, axes: new Map([[this.channelAxis, channels]]) };
    this.depthwiseKernel = this.addWeight("depthwise_kernel", [...this.kernelSize, channels, this.depthMultiplier], {
      initializer: given.depthwiseInitializer,
      regularizer: given.depthwiseRegularizer,
      constraint: given.depthwiseConstraint,
      dtype: this.dtype,
    });
    const pixel = new Array<number>(this.axes).fill(1);
    this.pointwiseKernel = this.addWeight(
      "pointwise_kernel",
      [...pixel, this.depthMultiplier * channels, this.filters],
      {
        initializer: given.pointwiseInitializer,
        regularizer: given.pointwiseRegularizer,
        constraint: given.pointwiseConstraint,
        dtype: this.dtype,
      },
    );
    this.addBias(this.filters);
    this.built = true;
  }

  protected convolved(
    inputs: Tensor,
    kernels: readonly [TensorLike, TensorLike],
    strides: readonly number[],
    rate: readonly number[],
  ): Tensor {
    const dataFormat = opFormat(this.dataFormat, 2);
    const padding = this.padding === "causal" ? "VALID" : this.padding.toUpperCase();
    const outputs = separableConv2dOp(inputs, ...kernels, {
      strides: inAllDimensions(this.dataFormat, strides),
      padding,
      rate,
      dataFormat,
    });
    return this.bias === null ? outputs : biasAdd(outputs, this.bias, { dataFormat });
  }
}

/**
 * The layer that moves filters along each channel of sequences by itself and then mixes the channels.
 *
 * Shapes: `[n, w, c]` → `[n, w', filters]`; depthwise kernel `[k, c, m]`, pointwise kernel `[1, c m, filters]`, bias `[filters]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, for strides beside dilation, and at a call for inputs that do not fit.
 * @see TensorFlow 1 `tf.layers.SeparableConv1D`
 * @example
 * new layers.SeparableConv1D(8, 3).apply(ones([2, 10, 4])).shape; // (2, 8, 8)
 */
export class SeparableConv1D extends SeparableLayer {
  static override readonly className = "SeparableConv1D";
  constructor(filters: number, kernelSize: Numbers, options: SeparableConvOptions = {}) {
    super(1, filters, kernelSize, options);
  }

  override call(given: Tensor): Tensor {
    const inputs = this.padding === "causal" ? this.causal(given) : given;
    const axis = this.dataFormat === "channels_last" ? 1 : 2;
    const image = expandDims(inputs, axis);
    const depthwise = expandDims(this.depthwiseKernel as AnyVariable, 0);
    const pointwise = expandDims(this.pointwiseKernel as AnyVariable, 0);
    const stride = this.strides[0] as number;
    const outputs = this.convolved(image, [depthwise, pointwise], [stride, stride], [1, ...this.dilationRate]);
    return this.activated(squeeze(outputs, { axis: [axis] }));
  }
}

/**
 * The layer that moves filters over each channel of images by itself and then mixes the channels.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', filters]`; depthwise kernel `[kh, kw, c, m]`, pointwise kernel `[1, 1, c m, filters]`, bias `[filters]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, for strides beside dilation, and at a call for inputs that do not fit.
 * @see TensorFlow 1 `tf.layers.SeparableConv2D`
 * @example
 * new layers.SeparableConv2D(8, 3, { depthMultiplier: 2 }).apply(ones([2, 9, 9, 4])).shape; // (2, 7, 7, 8)
 */
export class SeparableConv2D extends SeparableLayer {
  static override readonly className = "SeparableConv2D";
  constructor(filters: number, kernelSize: Numbers, options: SeparableConvOptions = {}) {
    super(2, filters, kernelSize, options);
  }

  override call(inputs: Tensor): Tensor {
    const kernels = [this.depthwiseKernel, this.pointwiseKernel] as [AnyVariable, AnyVariable];
    return this.activated(this.convolved(inputs, kernels, this.strides, this.dilationRate));
  }
}

/**
 * Moves filters along each channel of sequences and mixes the channels: `SeparableConv1D`, made and called at once.
 *
 * Shapes: `[n, w, c]` → `[n, w', filters]`. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for what does not fit.
 * @see TensorFlow 1 `tf.layers.separable_conv1d`
 * @example
 * layers.separableConv1d(ones([2, 10, 4]), 8, 3).name; // "separable_conv1d/Squeeze:0"
 */
export function separableConv1d(
  inputs: TensorLike,
  filters: number,
  kernelSize: Numbers,
  options: SeparableConvOptions & SharedOptions = {},
): Tensor {
  return new SeparableConv1D(filters, kernelSize, functional(options)).apply(inputs);
}

/**
 * Moves filters over each channel of images and mixes the channels: `SeparableConv2D`, made and called at once.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', filters]`. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for what does not fit.
 * @see TensorFlow 1 `tf.layers.separable_conv2d`
 * @example
 * layers.separableConv2d(ones([2, 9, 9, 4]), 8, 3).name; // "separable_conv2d/BiasAdd:0"
 */
export function separableConv2d(
  inputs: TensorLike,
  filters: number,
  kernelSize: Numbers,
  options: SeparableConvOptions & SharedOptions = {},
): Tensor {
  return new SeparableConv2D(filters, kernelSize, functional(options)).apply(inputs);
}
