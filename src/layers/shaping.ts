/** The layers that flatten and that drop. Mirrors `tf.layers.Flatten` and `Dropout` of TensorFlow 1 (tf_keras, layers/reshaping/flatten.py and layers/regularization/dropout.py). */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, identity } from "../ops/array.ts";
import { dropout as dropoutOp } from "../ops/dropout.ts";
import { expandDims, reshape, shape } from "../ops/shape.ts";
import { transpose } from "../ops/transpose.ts";
import { int32 } from "../tensor/dtype.ts";
import { TensorShape } from "../tensor/shape.ts";
import { type ApplyOptions, Layer, type LayerOptions } from "./layer.ts";
import { smartCond } from "./smart-cond.ts";
import { formatOf, type LayerFormat } from "./windows.ts";

/** Options of `Flatten`. */
export interface FlattenOptions extends LayerOptions {
  /** `channels_last` (default) or `channels_first`. */
  readonly dataFormat?: string | undefined;
}

/**
 * The layer that makes one dimension of all but the first.
 *
 * Shapes: `[n, …]` → `[n, product]`. Dtypes: any.
 *
 * @throws {ArgumentError} at a call for a scalar.
 * @see TensorFlow 1 `tf.layers.Flatten`
 * @example
 * new layers.Flatten().apply(placeholder("float32", [null, 2, 3])).shape; // (None, 6)
 */
export class Flatten extends Layer {
  static override readonly className = "Flatten";
  readonly dataFormat: LayerFormat;

  constructor(options: FlattenOptions = {}) {
    super(options);
    this.dataFormat = formatOf(options.dataFormat);
    this.inputSpec = { minNdim: 1 };
  }

  override call(given: Tensor): Tensor {
    const { rank } = given.shape;
    const isTurned = this.dataFormat === "channels_first" && rank !== null && rank > 1;
    const order = [0, ...Array.from({ length: (rank ?? 2) - 2 }, (_, i) => i + 2), 1];
    const inputs = isTurned ? transpose(given, { perm: order }) : given;
    if (rank === 1) return expandDims(inputs, 1);
    const rest = inputs.shape.dims === null ? null : new TensorShape(inputs.shape.dims.slice(1)).elementCount();
    const batch = inputs.shape.dims === null ? null : inputs.shape.dim(0);
    if (rest !== null) return reshape(inputs, constant([-1, rest], { dtype: int32 }));
    if (batch !== null) return reshape(inputs, constant([batch, -1], { dtype: int32 }));
    return reshape(inputs, [shape(inputs).at("0"), -1]);
  }
}

/**
 * Makes one dimension of all but the first: `Flatten`, made and called at once.
 *
 * Shapes: `[n, …]` → `[n, product]`. Dtypes: any.
 *
 * @throws {ArgumentError} for a scalar.
 * @see TensorFlow 1 `tf.layers.flatten`
 * @example
 * layers.flatten(ones([5, 2, 3])).shape; // (5, 6)
 */
export function flatten(inputs: TensorLike, options: FlattenOptions = {}): Tensor {
  return new Flatten(options).apply(inputs);
}

/** Options of `Dropout`. */
export interface DropoutLayerOptions extends LayerOptions {
  /** The probability that an element becomes 0; default 0.5. */
  readonly rate?: TensorLike | undefined;
  /** The shape of the choices, `null` for dimensions of the inputs; default a choice for each element. */
  readonly noiseShape?: readonly (number | null)[] | null | undefined;
  readonly seed?: number | null | undefined;
}

/**
 * The layer that, in training, sets elements to 0 at random and scales the others, so that the sum stays the same on average.
 *
 * Shapes: any → the same. Dtypes: floating.
 *
 * @throws {ArgumentError} for a rate outside of [0, 1].
 * @remarks With a seed, each call takes the next one.
 * @see TensorFlow 1 `tf.layers.Dropout`
 * @example
 * const drop = new layers.Dropout({ rate: 0.4 });
 * drop.apply(ones([2, 3])).name; // "dropout/Identity:0"
 * drop.apply(ones([2, 3]), { training: true }).name; // "dropout/dropout/SelectV2:0"
 */
export class Dropout extends Layer {
  static override readonly className = "Dropout";
  readonly rate: TensorLike;
  readonly noiseShape: readonly (number | null)[] | null;
  #seed: number | null;

  constructor(options: DropoutLayerOptions = {}) {
    super(options);
    const { rate = 0.5, noiseShape = null, seed = null } = options;
    if (typeof rate === "number" && !(rate >= 0 && rate <= 1)) {
      throw new ArgumentError(`Invalid value ${rate} received for \`rate\`, expected a value between 0 and 1.`, {
        rate,
      });
    }
    this.rate = rate;
    this.noiseShape = noiseShape;
    this.#seed = seed;
  }

  override call(inputs: Tensor, { training = false }: ApplyOptions = {}): Tensor {
    if (this.rate === 0) return identity(inputs);
    return smartCond(
      training ?? false,
      () => {
        const noiseShape = this.#noiseShapeOf(inputs);
        const seed = this.#seed;
        if (seed !== null) this.#seed = seed + 1;
        return dropoutOp(inputs, { rate: this.rate, noiseShape, seed });
      },
      () => identity(inputs),
    );
  }

  #noiseShapeOf(inputs: Tensor): Tensor | undefined {
    const { noiseShape } = this;
    if (noiseShape === null) return undefined;
    const sizes = shape(inputs);
    return convertToTensor(noiseShape.map((d, i) => d ?? sizes.at([i])) as TensorLike, { preferredDtype: int32 });
  }
}

/**
 * In training, sets elements to 0 at random and scales the others: `Dropout`, made and called at once.
 *
 * Shapes: any → the same. Dtypes: floating.
 *
 * @throws {ArgumentError} for a rate outside of [0, 1].
 * @see TensorFlow 1 `tf.layers.dropout`
 * @example
 * layers.dropout(ones([2, 3]), { rate: 0.4, training: placeholder("bool", []) }).name; // "dropout/cond/Merge:0"
 */
export function dropout(
  inputs: TensorLike,
  options: DropoutLayerOptions & Pick<ApplyOptions, "training"> = {},
): Tensor {
  const { training = false, ...rest } = options;
  return new Dropout(rest).apply(inputs, { training });
}
