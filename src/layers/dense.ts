/** The layer in which each output sees every input. Mirrors `tf.layers.Dense` of TensorFlow 1 (tf_keras, layers/core/dense.py). */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { matmul } from "../ops/matmul.ts";
import { biasAdd } from "../ops/nn.ts";
import { tensordot } from "../ops/tensordot.ts";
import type { DType } from "../tensor/dtype.ts";
import { TensorShape } from "../tensor/shape.ts";
import type { Constraint } from "../variables/base-variable.ts";
import { zerosInitializer } from "../variables/initializers.ts";
import type { ReuseArgument } from "../variables/reuse.ts";
import type { AnyVariable, InitializerLike, Regularizer } from "../variables/variable-functions.ts";
import { Layer, type LayerOptions } from "./layer.ts";

/** A function that a layer ends with, such as `nn.relu`. */
export type Activation = (features: Tensor) => Tensor;

/** Options of layers with a bias. */
export interface BiasOptions extends LayerOptions {
  /** What the layer ends with; default nothing. */
  readonly activation?: Activation | null | undefined;
  /** Whether something is added to each output; default true. */
  readonly useBias?: boolean | undefined;
  /** Default zeros. */
  readonly biasInitializer?: InitializerLike | null | undefined;
  readonly biasRegularizer?: Regularizer | null | undefined;
  readonly biasConstraint?: Constraint | null | undefined;
}

/** Options of layers with a kernel and a bias. */
export interface KernelOptions extends BiasOptions {
  /** Default that of the scope, or Glorot's uniform one. */
  readonly kernelInitializer?: InitializerLike | null | undefined;
  readonly kernelRegularizer?: Regularizer | null | undefined;
  readonly kernelConstraint?: Constraint | null | undefined;
}

/** What the functions, such as `layers.dense`, take beside the options of the layer. */
export interface SharedOptions {
  /** Whether weights that exist are shared: true, false, or `AUTO_REUSE`. */
  readonly reuse?: ReuseArgument;
}

/** The options of a layer that a function makes for one call: its name is its scope. */
export function functional<O extends LayerOptions>(options: O & SharedOptions): O {
  const { name, reuse, ...rest } = options;
  return { ...rest, name, _scope: name, _reuse: reuse } as unknown as O;
}

/** A layer with a bias and an activation. */
export class BiasedLayer extends Layer {
  readonly activation: Activation | null;
  readonly useBias: boolean;
  /** Null before the first call, and without one. */
  bias: AnyVariable | null = null;
  readonly #options: BiasOptions;

  constructor(options: BiasOptions) {
    super(options);
    this.activation = options.activation ?? null;
    this.useBias = options.useBias ?? true;
    this.#options = options;
  }

  protected addBias(size: number): void {
    if (!this.useBias) return;
    const { biasInitializer, biasRegularizer, biasConstraint } = this.#options;
    this.bias = this.addWeight("bias", [size], {
      initializer: biasInitializer === undefined ? zerosInitializer() : biasInitializer,
      regularizer: biasRegularizer,
      constraint: biasConstraint,
      dtype: this.dtype,
      trainable: true,
    });
  }

  protected activated(outputs: Tensor): Tensor {
    return this.activation === null ? outputs : this.activation(outputs);
  }
}

/** A layer with a kernel, a bias and an activation. */
export class KernelLayer extends BiasedLayer {
  /** Null before the first call. */
  kernel: AnyVariable | null = null;
  readonly #options: KernelOptions;

  constructor(options: KernelOptions) {
    super(options);
    this.#options = options;
  }

  protected addKernel(shape: readonly number[]): void {
    const { kernelInitializer, kernelRegularizer, kernelConstraint } = this.#options;
    this.kernel = this.addWeight("kernel", shape, {
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
      dtype: this.dtype,
      trainable: true,
    });
  }
}

/**
 * The layer in which each output sees every input: activation(inputs · kernel + bias).
 *
 * Shapes: `[…, n]` → `[…, units]`; kernel `[n, units]`, bias `[units]`. Dtypes: float16, bfloat16, float32, float64, complex.
 *
 * @throws {ArgumentError} for a negative number of units, and at a call for inputs whose last dimension is not known, or another one than before.
 * @throws {ArgumentTypeError} at a call for integers.
 * @see TensorFlow 1 `tf.layers.Dense`
 * @example
 * const hidden = new layers.Dense(8, { activation: nn.relu });
 * const one = hidden.apply(placeholder("float32", [null, 4]));
 * const other = hidden.apply(placeholder("float32", [null, 4])); // shares kernel and bias
 * one.name; // "dense/Relu:0"
 * hidden.kernel?.name; // "dense/kernel:0"
 */
export class Dense extends KernelLayer {
  static override readonly className = "Dense";
  readonly units: number;

  constructor(units: number, options: KernelOptions = {}) {
    super(options);
    this.units = Math.trunc(units);
    if (this.units < 0) {
      throw new ArgumentError(
        `Received an invalid value for \`units\`, expected a positive integer. Received: units=${units}`,
        { units },
      );
    }
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: TensorShape): void {
    const { dtype } = this;
    if (dtype !== null && !dtype.isFloating && !dtype.isComplex) {
      throw new ArgumentTypeError(
        `A Dense layer can only be built with a floating-point dtype. Received: dtype=${dtype}\n  cast the inputs: cast(x, "float32")`,
        { dtype },
      );
    }
    const size = inputShape.rank === null ? null : inputShape.dim(-1);
    if (size === null) {
      throw new ArgumentError(
        `The last dimension of the inputs to a Dense layer should be defined. Found None. Full input shape received: ${inputShape}`,
        { inputShape },
      );
    }
    this.inputSpec = { minNdim: 2, axes: new Map([[-1, size]]) };
    this.addKernel([size, this.units]);
    this.addBias(this.units);
    super.build(inputShape);
  }

  override call(given: Tensor): Tensor {
    const dtype = this.dtype as DType;
    const inputs = given.dtype.baseDtype === dtype ? given : cast(given, dtype);
    const kernel = this.kernel as AnyVariable;
    const products = this.#multiplied(inputs, kernel);
    return this.activated(this.bias === null ? products : biasAdd(products, this.bias));
  }

  #multiplied(inputs: Tensor, kernel: TensorLike): Tensor {
    const { dims } = inputs.shape;
    if (dims === null || dims.length === 2) return matmul(inputs, kernel);
    const products = tensordot(inputs, kernel, [[dims.length - 1], [0]]);
    products.setShape(new TensorShape([...dims.slice(0, -1), this.units]));
    return products;
  }
}

/**
 * A layer in which each output sees every input, made and called at once: activation(inputs · kernel + bias).
 *
 * With a name, the weights are `{name}/kernel` and `{name}/bias`, and a second call needs `reuse`; without, each call counts up: `dense`, `dense_1`.
 *
 * Shapes: `[…, n]` → `[…, units]`. Dtypes: float16, bfloat16, float32, float64, complex.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for shapes that do not fit.
 * @see TensorFlow 1 `tf.layers.dense`
 * @example
 * const x = placeholder("float32", [null, 4]);
 * const y = layers.dense(x, 8, { name: "hidden", activation: nn.relu });
 * const same = layers.dense(x, 8, { name: "hidden", reuse: true });
 * trainableVariables().map((v) => v.name); // ["hidden/kernel:0", "hidden/bias:0"]
 */
export function dense(inputs: TensorLike, units: number, options: KernelOptions & SharedOptions = {}): Tensor {
  return new Dense(units, functional(options)).apply(inputs);
}
