/** Losses of predicted numbers. Mirrors python/ops/losses/losses_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { zerosLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { where } from "../ops/compare.ts";
import { divNoNan } from "../ops/division.ts";
import { abs, log, square } from "../ops/elementary.ts";
import { add, maximum, minimum, multiply, squaredDifference, subtract } from "../ops/math.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { reduceSum } from "../ops/reduce.ts";
import { float32 } from "../tensor/dtype.ts";
import { addLoss } from "./collected.ts";
import { checkAlike, checkPresent, floatPair } from "./operands.ts";
import {
  computeWeightedLoss,
  type LossOptions,
  numPresent,
  rowAxes,
  type UnreducedLossOptions,
  whenBroadcastable,
} from "./weighted.ts";

/** Builds the losses of the elements in the scope of the loss, and weighs them there. */
function elementwise(
  name: string,
  predictions: TensorLike,
  labels: TensorLike,
  options: LossOptions,
  build: (predictions: Tensor, labels: Tensor) => Tensor,
): Tensor {
  checkPresent({ labels, predictions });
  return inOpScope(options.scope, name, [predictions, labels, options.weights], (scope) =>
    computeWeightedLoss(build(...floatPair(predictions, labels)), { ...options, scope }),
  );
}

/**
 * How far predictions are from what is right: |predictions - labels|, weighted.
 *
 * Shapes: labels and predictions alike → `[]`, with `Reduction.NONE` the same. Dtypes: real numbers, as float32.
 *
 * @throws {ArgumentError} when labels or predictions are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.absolute_difference`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.absoluteDifference([1, 2], [1, 4])).item(); // 1
 */
export function absoluteDifference(labels: TensorLike, predictions: TensorLike, options: LossOptions = {}): Tensor {
  return elementwise("absolute_difference", predictions, labels, options, (said, right) => abs(subtract(said, right)));
}

/**
 * The square of how far predictions are from what is right, weighted.
 *
 * Shapes: labels and predictions alike → `[]`, with `Reduction.NONE` the same. Dtypes: real numbers, as float32.
 *
 * @throws {ArgumentError} when labels or predictions are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.mean_squared_error`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.meanSquaredError([1, 2], [1, 4])).item(); // 2
 */
export function meanSquaredError(labels: TensorLike, predictions: TensorLike, options: LossOptions = {}): Tensor {
  return elementwise("mean_squared_error", predictions, labels, options, squaredDifference);
}

/** Options of `huberLoss`. */
export interface HuberLossOptions extends LossOptions {
  /** Up to here the loss is square, beyond it grows evenly; default 1. */
  readonly delta?: number | undefined;
}

/**
 * Half the square of the difference where it is small, and evenly growing where it is greater than `delta`; weighted.
 *
 * Shapes: labels and predictions alike → `[]`, with `Reduction.NONE` the same. Dtypes: real numbers, as float32.
 *
 * @throws {ArgumentError} when labels or predictions are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.huber_loss`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.huberLoss([0, 0], [1, 3])).item(); // 1.5
 */
export function huberLoss(labels: TensorLike, predictions: TensorLike, options: HuberLossOptions = {}): Tensor {
  const { delta = 1 } = options;
  return elementwise("huber_loss", predictions, labels, options, (said, right) => {
    const distance = abs(subtract(said, right));
    const quadratic = minimum(distance, delta);
    const linear = subtract(distance, quadratic);
    const half = convertToTensor(0.5, { dtype: quadratic.dtype });
    return add(multiply(half, multiply(quadratic, quadratic)), multiply(delta, linear));
  });
}

/** Options of `logLoss`. */
export interface LogLossOptions extends LossOptions {
  /** Added to what a logarithm is taken of; default 1e-7. */
  readonly epsilon?: number | undefined;
}

/**
 * The logarithmic loss of predicted probabilities of yes, weighted.
 *
 * Shapes: labels and predictions alike → `[]`, with `Reduction.NONE` the same. Dtypes: real numbers, as float32.
 *
 * @throws {ArgumentError} when labels or predictions are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.log_loss`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.logLoss([1, 0], [0.5, 0.5])).toString().slice(0, 5); // "0.693"
 */
export function logLoss(labels: TensorLike, predictions: TensorLike, options: LogLossOptions = {}): Tensor {
  const { epsilon = 1e-7 } = options;
  return elementwise("log_loss", predictions, labels, options, (said, right) => {
    const ofYes = multiply(right, log(said.add(epsilon))).neg();
    const rest = operators.binary("sub", 1, right);
    return ofYes.sub(multiply(rest, log(operators.binary("sub", 1, said).add(epsilon))));
  });
}

/** Options of `cosineDistance`. */
export interface CosineDistanceOptions extends LossOptions {
  /** The dimension of the vectors. Required; it stands among the options as it has a default in TensorFlow. */
  readonly axis?: number | null | undefined;
  /** An older word for `axis`. */
  readonly dim?: number | null | undefined;
}

/**
 * One less the cosine of the angle between vectors of length 1, weighted. The vectors are taken as they are: `nn.l2Normalize` makes their length 1.
 *
 * Shapes: labels and predictions alike → `[]`, with `Reduction.NONE` the same with 1 at the axis. Dtypes: real numbers, as float32.
 *
 * @throws {ArgumentError} without an axis, when labels or predictions are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.cosine_distance`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.cosineDistance([[1, 0]], [[0, 1]], { axis: 1 })).item(); // 1
 */
export function cosineDistance(
  labels: TensorLike,
  predictions: TensorLike,
  options: CosineDistanceOptions = {},
): Tensor {
  const { dim = null, axis = dim } = options;
  if (dim !== null && options.axis !== null && options.axis !== undefined)
    throw new ArgumentError("Cannot specify both 'axis' and 'dim'.", { axis: options.axis, dim });
  const along = axis ?? dim;
  if (along === null) throw new ArgumentError("You must specify argument `axis`.", { axis });
  return elementwise("cosine_distance_loss", predictions, labels, options, (said, right) => {
    const products = multiply(said, right);
    return operators.binary("sub", 1, reduceSum(products, { axis: [along], keepdims: true }));
  });
}

/**
 * How far the differences between the elements of a row are from what they should be: mean squares over all pairs of a row, weighted.
 *
 * Shapes: labels and predictions alike `[batch, …]` → `[]`; weights a scalar or `[batch, 1, …]`. Dtypes: real numbers, as float32.
 *
 * @throws {ArgumentError} when labels or predictions are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.mean_pairwise_squared_error`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.meanPairwiseSquaredError([[0, 1]], [[5, 6]])).item(); // 0
 */
export function meanPairwiseSquaredError(
  labels: TensorLike,
  predictions: TensorLike,
  options: UnreducedLossOptions = {},
): Tensor {
  const { weights = 1, scope, lossCollection } = options;
  checkPresent({ labels, predictions });
  return inOpScope(scope, "mean_pairwise_squared_error", [predictions, labels, weights], () => {
    const weighing = cast(weights, float32);
    const right = cast(labels, float32);
    return whenBroadcastable(weighing, right, () => {
      const said = cast(predictions, float32);
      checkAlike(said, right);
      const loss = pairwise(subtract(said, right), weighing);
      addLoss(loss, { lossCollection });
      return loss;
    });
  });
}

function pairwise(differences: Tensor, weights: Tensor): Tensor {
  const axis = rowAxes(differences);
  const squares = reduceSum(square(differences), { axis, keepdims: true });
  const present = numPresent(differences, weights, true);
  const twice = (sum: Tensor, count: Tensor): Tensor =>
    operators.binary("mul", 2, divNoNan(sum, maximum(count, 0), { name: "value" }));
  const ofSquares = twice(squares, present.sub(1));
  const sum = reduceSum(differences, { axis, keepdims: true });
  const squareOfSum = square(sum);
  const ofSums = twice(squareOfSum, multiply(present, present.sub(1)));
  const loss = reduceSum(multiply(ofSquares.sub(ofSums), weights));
  return where(reduceSum(present).greater(0), loss, zerosLike(loss), { name: "value" });
}
