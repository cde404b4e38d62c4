/** The layers that convolve backwards: each input makes a window of outputs. Mirrors `tf.layers.Conv2DTranspose`, `Conv3DTranspose` of TensorFlow 1 (tf_keras, layers/convolutional). */
import { ArgumentError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { stack } from "../ops/concat.ts";
import { conv2dTranspose as conv2dTransposeOp } from "../ops/conv-transpose.ts";
import { biasAdd } from "../ops/nn.ts";
import { shape as shapeOp } from "../ops/shape.ts";
import { transpose } from "../ops/transpose.ts";
import { conv3dTranspose as conv3dTransposeOp } from "../ops/volume.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { Dimension, TensorShape } from "../tensor/shape.ts";
import type { AnyVariable } from "../variables/variable-functions.ts";
import { ConvLayer, type ConvOptions } from "./convolution.ts";
import { functional, type SharedOptions } from "./dense.ts";
import { channelsOf, inAllDimensions, type Numbers, opFormat, windowedShape } from "./windows.ts";

/** Options of layers that convolve backwards. */
export type ConvTransposeOptions = Omit<ConvOptions, "dilationRate">;

/** A layer that convolves backwards along some axes. */
class TransposeLayer extends ConvLayer {
  override build(inputShape: TensorShape): void {
    const ndim = this.axes + 2;
    if (inputShape.rank !== ndim)
      throw new ArgumentError(`Inputs should have rank ${ndim}. Received input_shape=${inputShape}.`, { inputShape });
    const axis = this.dataFormat === "channels_first" ? 1 : -1;
    const channels = channelsOf(inputShape, axis, ConvLayer.classNameOf(this));
    this.inputSpec = { ndim, axes: new Map([[axis, channels]]) };
    this.addKernel([...this.kernelSize, this.filters, channels]);
    this.addBias(this.filters);
    this.built = true;
  }

  /** What of each stride a window is longer. */
  protected excess(i: number): number {
    return this.padding === "valid" ? Math.max((this.kernelSize[i] as number) - (this.strides[i] as number), 0) : 0;
  }

  /** How many outputs there are along an axis, of a length that is known or is a tensor. */
  protected lengthOf(length: number | Tensor, i: number): number | Tensor {
    const stride = this.strides[i] as number;
    if (typeof length === "number") return length * stride + this.excess(i);
    const scaled = length.mul(stride);
    return this.padding === "valid" ? scaled.add(this.excess(i)) : scaled;
  }

  /** The shape of the outputs as a tensor. */
  protected outputShapeTensor(inputs: Tensor, isKnownUsed: boolean): Tensor {
    const sizes = shapeOp(inputs);
    const batch = sizes.at([0]);
    const first = this.dataFormat === "channels_first" ? 2 : 1;
    const lengths = this.kernelSize.map((_, i) => {
      const known = isKnownUsed && inputs.shape.rank !== null ? inputs.shape.dim(first + i) : null;
      return known ?? sizes.at([first + i]);
    });
    const space = lengths.map((length, i) => this.lengthOf(length, i));
    const dims =
      this.dataFormat === "channels_first" ? [batch, this.filters, ...space] : [batch, ...space, this.filters];
    return stack(dims.map((d) => (typeof d === "number" ? (ndarray(d, "int32") as TensorLike) : d)));
  }

  protected finished(inputs: Tensor, outputs: Tensor): Tensor {
    if (inputs.shape.rank !== null) outputs.setShape(this.outputShapeOf(inputs.shape));
    if (this.bias === null) return this.activated(outputs);
    return this.activated(biasAdd(outputs, this.bias, { dataFormat: opFormat(this.dataFormat, 2) }));
  }

  protected override outputShapeOf(inputShape: TensorShape): TensorShape {
    const lengthOf = (length: Dimension, i: number): Dimension =>
      length === null ? null : (this.lengthOf(length, i) as number);
    return windowedShape(inputShape, this.axes, this.dataFormat, this.filters, lengthOf, this.name);
  }
}

/**
 * The layer that convolves images backwards: it makes them larger.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', filters]`; kernel `[kh, kw, filters, c]`, bias `[filters]`. With `same`, h' = h · stride;
 * with `valid`, h' = h · stride + max(kh - stride, 0). Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, and at a call for inputs that do not fit.
 * @see TensorFlow 1 `tf.layers.Conv2DTranspose`
 * @example
 * new layers.Conv2DTranspose(8, 3, { strides: 2, padding: "same" }).apply(ones([2, 5, 5, 4])).shape; // (2, 10, 10, 8)
 */
export class Conv2DTranspose extends TransposeLayer {
  static override readonly className = "Conv2DTranspose";
  constructor(filters: number, kernelSize: Numbers, options: ConvTransposeOptions = {}) {
    super(2, filters, kernelSize, options);
  }

  override call(inputs: Tensor): Tensor {
    const isLast = this.dataFormat === "channels_last";
    const given = this.outputShapeTensor(inputs, true);
    // With channels first the image is turned around, as TensorFlow's CPU has it.
    const image = isLast ? inputs : transpose(inputs, { perm: [0, 2, 3, 1] });
    const sizes = isLast ? given : stack([0, 2, 3, 1].map((i) => given.at([i])));
    // TensorFlow looks at the first size, which makes an op of no use.
    if (isLast) given.at([0]);
    const outputs = conv2dTransposeOp(image, this.kernel as AnyVariable, sizes, {
      strides: [1, ...this.strides, 1],
      padding: this.padding.toUpperCase(),
      dataFormat: "NHWC",
    });
    return this.finished(inputs, isLast ? outputs : transpose(outputs, { perm: [0, 3, 1, 2] }));
  }
}

/**
 * The layer that convolves volumes backwards: it makes them larger.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', filters]`; kernel `[kd, kh, kw, filters, c]`, bias `[filters]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, and at a call for inputs that do not fit.
 * @see TensorFlow 1 `tf.layers.Conv3DTranspose`
 * @example
 * new layers.Conv3DTranspose(8, 2, { strides: 2 }).apply(ones([2, 3, 3, 3, 4])).shape; // (2, 6, 6, 6, 8)
 */
export class Conv3DTranspose extends TransposeLayer {
  static override readonly className = "Conv3DTranspose";
  constructor(filters: number, kernelSize: Numbers, options: ConvTransposeOptions = {}) {
    super(3, filters, kernelSize, options);
  }

  override call(inputs: Tensor): Tensor {
    const sizes = this.outputShapeTensor(inputs, false);
    const outputs = conv3dTransposeOp(inputs, this.kernel as AnyVariable, sizes, {
      strides: inAllDimensions(this.dataFormat, this.strides),
      padding: this.padding.toUpperCase(),
      dataFormat: opFormat(this.dataFormat, 3),
    });
    return this.finished(inputs, outputs);
  }
}

/**
 * Convolves images backwards: `Conv2DTranspose`, made and called at once.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', filters]`. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for what does not fit.
 * @see TensorFlow 1 `tf.layers.conv2d_transpose`
 * @example
 * layers.conv2dTranspose(ones([2, 5, 5, 4]), 8, 3).shape; // (2, 7, 7, 8)
 */
export function conv2dTranspose(
  inputs: TensorLike,
  filters: number,
  kernelSize: Numbers,
  options: ConvTransposeOptions & SharedOptions = {},
): Tensor {
  return new Conv2DTranspose(filters, kernelSize, functional(options)).apply(inputs);
}

/**
 * Convolves volumes backwards: `Conv3DTranspose`, made and called at once.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', filters]`. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for what does not fit.
 * @see TensorFlow 1 `tf.layers.conv3d_transpose`
 * @example
 * layers.conv3dTranspose(ones([2, 3, 3, 3, 4]), 8, 3).shape; // (2, 5, 5, 5, 8)
 */
export function conv3dTranspose(
  inputs: TensorLike,
  filters: number,
  kernelSize: Numbers,
  options: ConvTransposeOptions & SharedOptions = {},
): Tensor {
  return new Conv3DTranspose(filters, kernelSize, functional(options)).apply(inputs);
}
