/** The layer that normalizes batches. Mirrors `tf.layers.BatchNormalization` of TensorFlow 1 (tf_keras, layers/normalization/batch_normalization.py). */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeColocation } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, zerosLike } from "../ops/array.ts";
import { fusedBatchNorm } from "../ops/batch-norm.ts";
import { cast } from "../ops/cast.ts";
import { concat } from "../ops/concat.ts";
import { sqrt } from "../ops/elementary.ts";
import { moments, batchNormalization as normalize } from "../ops/normalization.ts";
import { operators } from "../ops/operators.ts";
import { reduceMean } from "../ops/reduce.ts";
import { reshape, shape as shapeOp } from "../ops/shape.ts";
import { bfloat16, type DType, float16, float32, int32 } from "../tensor/dtype.ts";
import type { TensorShape } from "../tensor/shape.ts";
import { Initializer } from "../variables/initializer.ts";
import { onesInitializer, zerosInitializer } from "../variables/initializers.ts";
import type { AnyVariable, InitializerFunction, InitializerLike } from "../variables/variable-functions.ts";
import { type BatchNormalizationOptions, pythonAxes, validAxis } from "./batch-normalization-options.ts";
import { functional, type SharedOptions } from "./dense.ts";
import { type ApplyOptions, Layer } from "./layer.ts";
import { assignMovingAverage, assignNewValue } from "./moving-average.ts";
import { onesOf, type RenormState, renormalize } from "./renorm.ts";
import { knownCondition, smartCond } from "./smart-cond.ts";

/**
 * The layer that normalizes batches: in training by their own mean and variance, and otherwise by moving averages of them.
 *
 * In training each call adds two ops to `UPDATE_OPS`, which bring the moving averages up to date: the op that trains has to depend on them.
 *
 * Shapes: any of rank 2 or more → the same; `gamma`, `beta`, `moving_mean`, `moving_variance` of the size of the axis. Dtypes: floating; weights of float16 and bfloat16 are float32.
 *
 * @throws {ArgumentError} at a call for an axis that the inputs have not, or of unknown size.
 * @see TensorFlow 1 `tf.layers.BatchNormalization`
 * @example
 * const norm = new layers.BatchNormalization();
 * const y = norm.apply(placeholder("float32", [null, 4]), { training: true });
 * getCollection(GraphKeys.UPDATE_OPS).length; // 2
 * norm.trainableWeights.map((v) => v.name); // ["batch_normalization/gamma:0", "batch_normalization/beta:0"]
 */
export class BatchNormalization extends Layer {
  static override readonly className = "BatchNormalization";
  readonly momentum: number | Tensor;
  readonly epsilon: number;
  /** Null before the first call. */
  gamma: AnyVariable | null = null;
  beta: AnyVariable | null = null;
  movingMean: AnyVariable | null = null;
  movingVariance: AnyVariable | null = null;
  movingStddev: AnyVariable | null = null;
  renormMean: AnyVariable | null = null;
  renormStddev: AnyVariable | null = null;
  readonly #options: BatchNormalizationOptions;
  #axis: readonly number[];
  #parameterShape: readonly number[] = [];
  #fusedFormat: string | null = null;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    const { axis = -1, renormClipping } = options;
    this.#axis = typeof axis === "number" ? [axis] : [...axis];
    this.momentum = options.momentum ?? 0.99;
    this.epsilon = options.epsilon ?? 1e-3;
    this.#options = options;
    const unknown = Object.keys(renormClipping ?? {}).filter((key) => !["rmax", "rmin", "dmax"].includes(key));
    if (options.renorm === true && unknown.length > 0) {
      throw new ArgumentError(
        `Received invalid keys for \`renorm_clipping\` argument: ${pythonText(renormClipping)}. Supported values: ['rmax', 'rmin', 'dmax'].`,
        { renormClipping },
      );
    }
  }

  /** The dimensions that keep statistics of their own; counted from the first after the first call. */
  get axis(): readonly number[] {
    return this.#axis;
  }
  /** Whether one op does it all; decided at the first call. */
  get fused(): boolean {
    return this.#fusedFormat !== null;
  }
  get #parameterDtype(): DType {
    const { dtype } = this;
    return dtype === null || dtype === float16 || dtype === bfloat16 ? float32 : dtype;
  }

  override build(inputShape: TensorShape): void {
    const rank = inputShape.rank as number | null;
    this.#axis = validAxis(this.#axis, inputShape);
    this.#checkVirtualBatches();
    this.#fusedFormat = this.#options.fused === false ? null : this.#formatOf(rank as number);
    const sizes = new Map(this.#axis.map((axis) => [axis, inputShape.dim(axis)]));
    if ([...sizes.values()].includes(null)) {
      throw new ArgumentError(
        `Input has undefined \`axis\` dimension. Received input with shape ${inputShape} and axis=${pythonAxes(this.#axis)}`,
        { inputShape, axis: this.#axis },
      );
    }
    this.inputSpec = { ndim: rank as number, axes: sizes as ReadonlyMap<number, number> };
    this.#parameterShape = this.#shapeOfParameters(sizes as ReadonlyMap<number, number>, rank as number);
    this.#addWeights();
    this.built = true;
  }

  #checkVirtualBatches(): void {
    const { virtualBatchSize: size = null, adjustment = null } = this.#options;
    if (size === null) return;
    if (size <= 0) {
      throw new ArgumentError(
        `\`virtual_batch_size\` must be a positive integer that divides the true batch size of the input tensor. Received: virtual_batch_size=${size}`,
        { size },
      );
    }
    if (this.#axis.includes(0)) {
      throw new ArgumentError(
        `When using \`virtual_batch_size\`, the batch dimension must be 0 and thus axis cannot include 0. Received axis=${pythonText(this.#axis)}`,
        { axis: this.#axis },
      );
    }
    if (adjustment !== null)
      throw new ArgumentError("When using `virtual_batch_size`, adjustment cannot be specified", { adjustment });
  }

  /** The data format of the fused op, where it can be used. */
  #formatOf(rank: number): string | null {
    const { renorm = false, virtualBatchSize = null, adjustment = null } = this.#options;
    const isPlain = !renorm && virtualBatchSize === null && adjustment === null;
    const isFloat = this.dtype === null || [float16, bfloat16, float32].includes(this.dtype);
    if (!isPlain || !isFloat || this.#axis.length !== 1) return null;
    return fusedFormats[`${rank} ${this.#axis[0]}`] ?? null;
  }

  #shapeOfParameters(sizes: ReadonlyMap<number, number>, rank: number): readonly number[] {
    const isVirtual = (this.#options.virtualBatchSize ?? null) !== null;
    if (sizes.size === 1 && !isVirtual) return [...sizes.values()];
    const full = Array.from({ length: rank }, (_, i) => sizes.get(i) ?? 1);
    if (!isVirtual) return full;
    // A dimension for the parts of the batch comes after the first.
    this.#axis = this.#axis.map((axis) => axis + 1);
    return full.toSpliced(1, 0, 1);
  }

  #addWeights(): void {
    const given = this.#options;
    const ones = given.gammaInitializer === undefined ? onesInitializer() : given.gammaInitializer;
    const zeros = given.betaInitializer === undefined ? zerosInitializer() : given.betaInitializer;
    const add = (name: string, initializer: InitializerLike | null, rest: object): AnyVariable =>
      this.addWeight(name, this.#parameterShape, { dtype: this.#parameterDtype, initializer, ...rest });
    if (given.scale !== false)
      this.gamma = add("gamma", ones, {
        regularizer: given.gammaRegularizer,
        constraint: given.gammaConstraint,
        trainable: true,
      });
    if (given.center !== false)
      this.beta = add("beta", zeros, {
        regularizer: given.betaRegularizer,
        constraint: given.betaConstraint,
        trainable: true,
      });
    this.unpartitioned(() => this.#addStatistics(add));
  }

  #addStatistics(add: (name: string, initializer: InitializerLike | null, rest: object) => AnyVariable): void {
    const given = this.#options;
    const statistics = { synchronization: "ON_READ", trainable: false, aggregation: "MEAN" };
    const ofMean = given.movingMeanInitializer === undefined ? zerosInitializer() : given.movingMeanInitializer;
    const ofVariance =
      given.movingVarianceInitializer === undefined ? onesInitializer() : given.movingVarianceInitializer;
    this.movingMean = add("moving_mean", ofMean, statistics);
    this.movingVariance = add("moving_variance", ofVariance, statistics);
    if (given.renorm !== true) return;
    const ofStddev: InitializerFunction = (shape, dtype, info) => sqrt(initialValue(ofVariance, shape, dtype, info));
    const beside = (variable: AnyVariable, name: string, initializer: InitializerLike | null): AnyVariable =>
      runInScope(makeColocation(variable), () => add(name, initializer, statistics));
    this.movingStddev = beside(this.movingVariance, "moving_stddev", ofStddev);
    this.renormMean = beside(this.movingMean, "renorm_mean", ofMean);
    this.renormStddev = beside(this.movingStddev, "renorm_stddev", ofStddev);
  }

  override call(given: Tensor, { training: asked = false }: ApplyOptions = {}): Tensor {
    const training = asked ?? false;
    const inputs = cast(given, this.dtype as DType);
    const { virtualBatchSize = null } = this.#options;
    if (virtualBatchSize === null) return this.#normalized(inputs, training);
    const sizes = shapeOp(inputs);
    const original = concat([constant([-1], { dtype: int32 }), sizes.at("1:")], 0);
    const parts = concat([constant([virtualBatchSize, -1], { dtype: int32 }), original.at("1:")], 0);
    return reshape(this.#normalized(reshape(inputs, parts), training), original);
  }

  #normalized(inputs: Tensor, training: TensorLike): Tensor {
    if (this.#fusedFormat !== null) return this.#fusedCall(inputs, training, this.#fusedFormat);
    const { dtype } = inputs;
    const isHalf = dtype === float16 || dtype === bfloat16;
    const outputs = this.#plainCall(isHalf ? cast(inputs, float32) : inputs, training);
    const same = isHalf ? cast(outputs, dtype) : outputs;
    same.setShape(inputs.shape);
    return same;
  }

  #fusedCall(inputs: Tensor, training: TensorLike, dataFormat: string): Tensor {
    const [mean, variance] = [this.movingMean as AnyVariable, this.movingVariance as AnyVariable];
    const like = { dtype: this.#parameterDtype, shape: this.#parameterShape };
    const beta = this.beta ?? constant(0, like);
    const gamma = this.gamma ?? constant(1, like);
    const inOneOp = (isTraining: boolean) => (): [Tensor, Tensor, Tensor] => {
      const options = { mean, variance, epsilon: this.epsilon, isTraining, dataFormat };
      const { y, runningMean, runningVariance } = fusedBatchNorm(inputs, gamma, beta, options);
      return [y, runningMean, runningVariance];
    };
    const [outputs, batchMean, batchVariance] = smartCond(training, inOneOp(true), inOneOp(false));
    const known = knownCondition(training);
    if (known === false) return outputs;
    const own = (): Tensor => convertToTensor(this.momentum, { preferredDtype: float32 });
    const momentum = known === null ? smartCond(training, own, () => constant(1)) : own();
    this.addUpdate(assignMovingAverage(mean, batchMean, momentum));
    this.addUpdate(assignMovingAverage(variance, batchVariance, momentum));
    return outputs;
  }

  #plainCall(inputs: Tensor, training: TensorLike): Tensor {
    const rank = inputs.shape.rank as number;
    const isVirtual = (this.#options.virtualBatchSize ?? null) !== null;
    const others = Array.from({ length: rank }, (_, i) => i).filter((i) => !this.#axis.includes(i));
    const reduced = isVirtual ? others.toSpliced(1, 1) : others;
    const isLast = reduced.length === rank - 1 && reduced.every((axis, i) => axis === i);
    const broadcast = (value: AnyVariable | Tensor | null): AnyVariable | Tensor | null => {
      if (value === null || value.shape.rank === rank || isLast) return value;
      const [axis = 0] = this.#axis;
      return reshape(value, new Array<number>(rank).fill(1).with(axis, inputs.shape.dim(axis) as number));
    };
    let affine: Affine = { scale: broadcast(this.gamma), offset: broadcast(this.beta) };
    let statistics = {
      mean: this.movingMean as Tensor | AnyVariable,
      variance: this.movingVariance as Tensor | AnyVariable,
    };
    if (knownCondition(training) !== false) {
      affine = this.#adjusted(inputs, training, affine);
      const own = this.#statisticsOf(inputs, reduced, training);
      statistics = own;
      affine = this.#updated(own, training, affine, broadcast);
    }
    const { dtype } = inputs;
    const [mean, variance] = [cast(statistics.mean, dtype), cast(statistics.variance, dtype)];
    const offset = affine.offset === null ? null : cast(affine.offset, dtype);
    const scale = affine.scale === null ? null : cast(affine.scale, dtype);
    return normalize(
      inputs,
      broadcast(mean) as TensorLike,
      broadcast(variance) as TensorLike,
      offset,
      scale,
      this.epsilon,
    );
  }

  #adjusted(inputs: Tensor, training: TensorLike, affine: Affine): Affine {
    const { adjustment = null } = this.#options;
    if (adjustment === null) return affine;
    const [scale, bias] = adjustment(shapeOp(inputs));
    const used = smartCond(
      training,
      () => scale,
      () => onesOf(scale),
    );
    const added = smartCond(
      training,
      () => bias,
      () => zerosLike(bias),
    );
    return composed({ scale: used, offset: added }, affine.scale, affine.offset);
  }

  #statisticsOf(inputs: Tensor, axes: readonly number[], training: TensorLike): Statistics {
    const keepdims = (this.#options.virtualBatchSize ?? null) !== null || this.#axis.length > 1;
    const own = moments(cast(inputs, this.#parameterDtype), axes, { keepdims });
    const chosen = (value: Tensor, moving: AnyVariable | null): Tensor =>
      smartCond(
        training,
        () => value,
        () => convertToTensor(moving as AnyVariable),
      );
    const mean = chosen(own.mean, this.movingMean);
    return { mean, variance: chosen(own.variance, this.movingVariance) };
  }

  /** Adds the updates of the moving averages; with renormalization, what corrects the batch comes into the factor and the summand. */
  #updated(
    own: Statistics,
    training: TensorLike,
    affine: Affine,
    broadcast: (value: Tensor) => AnyVariable | Tensor | null,
  ): Affine {
    const isVirtual = (this.#options.virtualBatchSize ?? null) !== null;
    const overParts = (value: Tensor): Tensor => (isVirtual ? reduceMean(value, { axis: 1, keepdims: true }) : value);
    let moved = { mean: overParts(own.mean), variance: overParts(own.variance) };
    let result = affine;
    const state = this.#renormState();
    if (state !== null) {
      const corrected = renormalize(moved, training, state, broadcast as (value: Tensor) => Tensor);
      moved = corrected;
      result = composed({ scale: corrected.r, offset: corrected.d }, affine.scale, affine.offset);
    }
    const [mean, variance] = [this.movingMean as AnyVariable, this.movingVariance as AnyVariable];
    const update = (variable: AnyVariable, make: () => unknown): void =>
      this.addUpdate(
        smartCond(
          training,
          () => make() as Tensor,
          () => variable as unknown as Tensor,
        ),
      );
    update(mean, () => assignMovingAverage(mean, moved.mean, this.momentum));
    update(variance, () => {
      if (state === null) return assignMovingAverage(variance, moved.variance, this.momentum);
      const deviation = sqrt(operators.binary("add", moved.variance, this.epsilon));
      const stddev = assignMovingAverage(this.movingStddev as AnyVariable, deviation, this.momentum);
      return assignNewValue(variance, stddev, this.epsilon);
    });
    return result;
  }

  #renormState(): RenormState | null {
    if (this.#options.renorm !== true) return null;
    return {
      mean: this.renormMean as AnyVariable,
      stddev: this.renormStddev as AnyVariable,
      clipping: this.#options.renormClipping ?? {},
      momentum: this.#options.renormMomentum ?? 0.99,
      epsilon: this.epsilon,
    };
  }
}

/** The data formats of the fused op, by the rank of the inputs and the axis of the channels. */
const fusedFormats: Readonly<Record<string, string>> = { "4 1": "NCHW", "4 3": "NHWC", "5 1": "NCDHW", "5 4": "NDHWC" };

interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** What the normalized inputs are multiplied by, and what is added. */
interface Affine {
  readonly scale: AnyVariable | Tensor | null;
  readonly offset: AnyVariable | Tensor | null;
}

/** A factor and a summand, followed by others. */
function composed(
  first: { readonly scale: Tensor; readonly offset: Tensor },
  scale: Affine["scale"],
  offset: Affine["offset"],
): Affine {
  const times = (value: Tensor): Tensor => (scale === null ? value : value.mul(scale as TensorLike));
  const factor = times(first.scale);
  const summand = times(first.offset);
  return { scale: factor, offset: offset === null ? summand : summand.add(offset as TensorLike) };
}

/** What an initializer gives for a shape. */
function initialValue(initializer: InitializerLike | null, ...args: Parameters<InitializerFunction>): TensorLike {
  if (initializer instanceof Initializer || typeof initializer === "function")
    return (initializer as unknown as (...values: readonly unknown[]) => TensorLike)(...args);
  return initializer as TensorLike;
}

/**
 * Normalizes batches: `BatchNormalization`, made and called at once.
 *
 * In training, the op that trains has to depend on the ops in `UPDATE_OPS`: `controlDependencies(getCollection(GraphKeys.UPDATE_OPS), () => …)`.
 *
 * Shapes: any of rank 2 or more → the same. Dtypes: floating.
 *
 * @throws {VariableExistsError} when there is a layer of that name and `reuse` is not set. @throws {ArgumentError} for an axis that the inputs have not.
 * @see TensorFlow 1 `tf.layers.batch_normalization`
 * @example
 * const y = layers.batchNormalization(ones([2, 3, 3, 4]), { training: true });
 * y.name; // "batch_normalization/FusedBatchNormV3:0"
 */
export function batchNormalization(
  inputs: TensorLike,
  options: BatchNormalizationOptions & SharedOptions & Pick<ApplyOptions, "training"> = {},
): Tensor {
  const { training = false, ...rest } = options;
  return new BatchNormalization(functional<BatchNormalizationOptions>(rest)).apply(inputs, { training });
}
