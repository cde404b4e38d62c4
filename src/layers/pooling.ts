/** The layers that keep the greatest or the mean of each window. Mirrors `tf.layers.MaxPooling1D` … of TensorFlow 1 (tf_keras, layers/pooling). */
import { ArgumentError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { avgPool, maxPool, type PoolOptions } from "../ops/pool.ts";
import { expandDims, squeeze } from "../ops/shape.ts";
import { transpose } from "../ops/transpose.ts";
import { avgPool3d, maxPool3d, type Pool3dOptions } from "../ops/volume.ts";
import { Layer, type LayerOptions } from "./layer.ts";
import {
  formatOf,
  inAllDimensions,
  type LayerFormat,
  type LayerPadding,
  type Numbers,
  numbersOf,
  opFormat,
  paddingOf,
} from "./windows.ts";

/** Options of pooling layers. */
export interface PoolingOptions extends LayerOptions {
  /** `valid` (default) or `same`. */
  readonly padding?: string | undefined;
  /** `channels_last` (default) or `channels_first`. */
  readonly dataFormat?: string | undefined;
}

class PoolingLayer extends Layer {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: LayerPadding;
  readonly dataFormat: LayerFormat;

  constructor(axes: number, poolSize: Numbers, strides: Numbers, options: PoolingOptions) {
    super(options);
    if (strides === null || strides === undefined)
      throw new ArgumentError("Argument `strides` must not be None.", { strides });
    this.poolSize = numbersOf(poolSize, axes, "pool_size");
    this.strides = numbersOf(strides, axes, "strides", true);
    this.padding = paddingOf(options.padding ?? "valid");
    this.dataFormat = formatOf(options.dataFormat);
    this.inputSpec = { ndim: axes + 2 };
  }
}

type ImagePool = (value: TensorLike, options: PoolOptions) => Tensor;
type VolumePool = (value: TensorLike, options: Pool3dOptions) => Tensor;

class Pooling1D extends PoolingLayer {
  readonly #pool: ImagePool;

  constructor(pool: ImagePool, poolSize: Numbers, strides: Numbers, options: PoolingOptions) {
    super(1, poolSize, strides, options);
    this.#pool = pool;
  }

  /** As an image of one column; with channels first turned around, as TensorFlow's CPU has it. */
  override call(inputs: Tensor): Tensor {
    const isLast = this.dataFormat === "channels_last";
    const axis = isLast ? 2 : 3;
    const image = expandDims(inputs, axis);
    const pooled = this.#pool(isLast ? image : transpose(image, { perm: [0, 2, 3, 1] }), {
      ksize: [1, ...this.poolSize, 1, 1],
      strides: [1, ...this.strides, 1, 1],
      padding: this.padding.toUpperCase(),
      dataFormat: "NHWC",
    });
    return squeeze(isLast ? pooled : transpose(pooled, { perm: [0, 3, 1, 2] }), { axis: [axis] });
  }
}

class Pooling2D extends PoolingLayer {
  readonly #pool: ImagePool;

  constructor(pool: ImagePool, poolSize: Numbers, strides: Numbers, options: PoolingOptions) {
    super(2, poolSize, strides, options);
    this.#pool = pool;
  }

  override call(inputs: Tensor): Tensor {
    return this.#pool(inputs, {
      ksize: inAllDimensions(this.dataFormat, this.poolSize),
      strides: inAllDimensions(this.dataFormat, this.strides),
      padding: this.padding.toUpperCase(),
      dataFormat: opFormat(this.dataFormat, 2),
    });
  }
}

class Pooling3D extends PoolingLayer {
  readonly #pool: VolumePool;

  constructor(pool: VolumePool, poolSize: Numbers, strides: Numbers, options: PoolingOptions) {
    super(3, poolSize, strides, options);
    this.#pool = pool;
  }

  override call(inputs: Tensor): Tensor {
    const isLast = this.dataFormat === "channels_last";
    const pooled = this.#pool(isLast ? inputs : transpose(inputs, { perm: [0, 2, 3, 4, 1] }), {
      ksize: [1, ...this.poolSize, 1],
      strides: [1, ...this.strides, 1],
      padding: this.padding.toUpperCase(),
    });
    return isLast ? pooled : transpose(pooled, { perm: [0, 4, 1, 2, 3] });
  }
}

/**
 * The layer that keeps the greatest of each window of sequences.
 *
 * Shapes: `[n, w, c]` → `[n, w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and at a call for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.MaxPooling1D`
 * @example
 * new layers.MaxPooling1D(2, 2).apply(ones([2, 10, 4])).shape; // (2, 5, 4)
 */
export class MaxPooling1D extends Pooling1D {
  static override readonly className = "MaxPooling1D";
  constructor(poolSize: Numbers, strides: Numbers, options: PoolingOptions = {}) {
    super(maxPool, poolSize, strides, options);
  }
}

/**
 * The layer that keeps the greatest of each window of images.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and at a call for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.MaxPooling2D`
 * @example
 * new layers.MaxPooling2D(2, 2).apply(ones([2, 8, 8, 4])).shape; // (2, 4, 4, 4)
 */
export class MaxPooling2D extends Pooling2D {
  static override readonly className = "MaxPooling2D";
  constructor(poolSize: Numbers, strides: Numbers, options: PoolingOptions = {}) {
    super(maxPool, poolSize, strides, options);
  }
}

/**
 * The layer that keeps the greatest of each window of volumes.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and at a call for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.MaxPooling3D`
 * @example
 * new layers.MaxPooling3D(2, 2).apply(ones([2, 4, 4, 4, 3])).shape; // (2, 2, 2, 2, 3)
 */
export class MaxPooling3D extends Pooling3D {
  static override readonly className = "MaxPooling3D";
  constructor(poolSize: Numbers, strides: Numbers, options: PoolingOptions = {}) {
    super(maxPool3d, poolSize, strides, options);
  }
}

/**
 * The layer that keeps the mean of each window of sequences.
 *
 * Shapes: `[n, w, c]` → `[n, w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and at a call for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.AveragePooling1D`
 * @example
 * new layers.AveragePooling1D(2, 2).apply(ones([2, 10, 4])).shape; // (2, 5, 4)
 */
export class AveragePooling1D extends Pooling1D {
  static override readonly className = "AveragePooling1D";
  constructor(poolSize: Numbers, strides: Numbers, options: PoolingOptions = {}) {
    super(avgPool, poolSize, strides, options);
  }
}

/**
 * The layer that keeps the mean of each window of images.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and at a call for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.AveragePooling2D`
 * @example
 * new layers.AveragePooling2D(2, 2).apply(ones([2, 8, 8, 4])).shape; // (2, 4, 4, 4)
 */
export class AveragePooling2D extends Pooling2D {
  static override readonly className = "AveragePooling2D";
  constructor(poolSize: Numbers, strides: Numbers, options: PoolingOptions = {}) {
    super(avgPool, poolSize, strides, options);
  }
}

/**
 * The layer that keeps the mean of each window of volumes.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and at a call for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.AveragePooling3D`
 * @example
 * new layers.AveragePooling3D(2, 2).apply(ones([2, 4, 4, 4, 3])).shape; // (2, 2, 2, 2, 3)
 */
export class AveragePooling3D extends Pooling3D {
  static override readonly className = "AveragePooling3D";
  constructor(poolSize: Numbers, strides: Numbers, options: PoolingOptions = {}) {
    super(avgPool3d, poolSize, strides, options);
  }
}

/**
 * Keeps the greatest of each window of sequences: `MaxPooling1D`, made and called at once.
 *
 * Shapes: `[n, w, c]` → `[n, w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.max_pooling1d`
 * @example
 * layers.maxPooling1d(ones([2, 10, 4]), 2, 2).shape; // (2, 5, 4)
 */
export function maxPooling1d(
  inputs: TensorLike,
  poolSize: Numbers,
  strides: Numbers,
  options: PoolingOptions = {},
): Tensor {
  return new MaxPooling1D(poolSize, strides, options).apply(inputs);
}

/**
 * Keeps the greatest of each window of images: `MaxPooling2D`, made and called at once.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.max_pooling2d`
 * @example
 * layers.maxPooling2d(ones([2, 8, 8, 4]), 2, 2).shape; // (2, 4, 4, 4)
 */
export function maxPooling2d(
  inputs: TensorLike,
  poolSize: Numbers,
  strides: Numbers,
  options: PoolingOptions = {},
): Tensor {
  return new MaxPooling2D(poolSize, strides, options).apply(inputs);
}

/**
 * Keeps the greatest of each window of volumes: `MaxPooling3D`, made and called at once.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.max_pooling3d`
 * @example
 * layers.maxPooling3d(ones([2, 4, 4, 4, 3]), 2, 2).shape; // (2, 2, 2, 2, 3)
 */
export function maxPooling3d(
  inputs: TensorLike,
  poolSize: Numbers,
  strides: Numbers,
  options: PoolingOptions = {},
): Tensor {
  return new MaxPooling3D(poolSize, strides, options).apply(inputs);
}

/**
 * Keeps the mean of each window of sequences: `AveragePooling1D`, made and called at once.
 *
 * Shapes: `[n, w, c]` → `[n, w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.average_pooling1d`
 * @example
 * layers.averagePooling1d(ones([2, 10, 4]), 2, 2).shape; // (2, 5, 4)
 */
export function averagePooling1d(
  inputs: TensorLike,
  poolSize: Numbers,
  strides: Numbers,
  options: PoolingOptions = {},
): Tensor {
  return new AveragePooling1D(poolSize, strides, options).apply(inputs);
}

/**
 * Keeps the mean of each window of images: `AveragePooling2D`, made and called at once.
 *
 * Shapes: `[n, h, w, c]` → `[n, h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.average_pooling2d`
 * @example
 * layers.averagePooling2d(ones([2, 8, 8, 4]), 2, 2).shape; // (2, 4, 4, 4)
 */
export function averagePooling2d(
  inputs: TensorLike,
  poolSize: Numbers,
  strides: Numbers,
  options: PoolingOptions = {},
): Tensor {
  return new AveragePooling2D(poolSize, strides, options).apply(inputs);
}

/**
 * Keeps the mean of each window of volumes: `AveragePooling3D`, made and called at once.
 *
 * Shapes: `[n, d, h, w, c]` → `[n, d', h', w', c]`. Dtypes: floating.
 *
 * @throws {ArgumentError} for sizes that are not positive, without strides, and for inputs of another rank.
 * @see TensorFlow 1 `tf.layers.average_pooling3d`
 * @example
 * layers.averagePooling3d(ones([2, 4, 4, 4, 3]), 2, 2).shape; // (2, 2, 2, 2, 3)
 */
export function averagePooling3d(
  inputs: TensorLike,
  poolSize: Numbers,
  strides: Numbers,
  options: PoolingOptions = {},
): Tensor {
  return new AveragePooling3D(poolSize, strides, options).apply(inputs);
}
