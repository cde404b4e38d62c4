/** Metrics that are means over all batches. Mirrors python/ops/metrics_impl.py. */
import type { TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { onesLike, zerosLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal, less, where } from "../ops/compare.ts";
import { removeSqueezableDimensions } from "../ops/confusion-matrix.ts";
import { divide } from "../ops/division.ts";
import { abs, sqrt } from "../ops/elementary.ts";
import { multiply, squaredDifference, subtract } from "../ops/math.ts";
import { reduceSum } from "../ops/reduce.ts";
import { size } from "../ops/shape.ts";
import { broadcastWeights } from "../ops/weights-broadcast.ts";
import { float32 } from "../tensor/dtype.ts";
import {
  added,
  after,
  aligned,
  alignedWeights,
  checkAlike,
  collectUpdate,
  collectValue,
  inMetricScope,
  type Metric,
  type MetricOptions,
  metricVariable,
  safeQuotient,
} from "./streaming.ts";

/** The options with another default name. */
function named(options: MetricOptions, name: string): MetricOptions {
  return { ...options, name: options.name || name };
}

/**
 * The mean of all elements of all batches, weighted.
 *
 * Gives the value so far and the op that adds a batch; both are local variables' doing, which `localVariablesInitializer` sets to 0.
 *
 * Shapes: values any; weights a scalar or of that rank → `[]`, `[]`. Dtypes: real numbers → float32.
 *
 * @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.mean`, python/ops/metrics_impl.py
 * @example
 * const [value, update] = metrics.mean(constant([1, 2, 6]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 3
 * session.runSync(value).item(); // 3
 */
export function mean(values: TensorLike, options: MetricOptions = {}): Metric {
  const { weights = null } = options;
  return inMetricScope(options.name, "mean", [values, weights], () => {
    const given = cast(values, float32);
    const total = metricVariable([], float32, "total");
    const count = metricVariable([], float32, "count");
    const { weighted, counted } = weighed(given, weights);
    const updatedTotal = added(total, reduceSum(weighted));
    const updatedCount = after([weighted], () => added(count, counted()));
    const value = collectValue(safeQuotient(total, count, "value"), options);
    return [value, collectUpdate(safeQuotient(updatedTotal, updatedCount, "update_op"), options)];
  });
}

/** The values by their weights, and how many they count for. */
function weighed(
  values: Tensor,
  weights: TensorLike | null,
): { readonly weighted: Tensor; readonly counted: () => Tensor } {
  if (weights === null) {
    const count = cast(size(values), float32);
    return { weighted: values, counted: () => count };
  }
  const fitting = alignedWeights(values, weights) as Tensor;
  const broadcast = broadcastWeights(cast(fitting, float32), values);
  const weighted = multiply(values, broadcast);
  const count = reduceSum(broadcast);
  return { weighted, counted: () => count };
}

/**
 * The mean of each element over all batches, weighted.
 *
 * Shapes: values of a known shape; weights a scalar or of that rank → the same. Dtypes: real numbers → float32.
 *
 * @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.mean_tensor`, python/ops/metrics_impl.py
 * @example
 * const [value, update] = metrics.meanTensor(constant([1, 2]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).toArray(); // [1, 2]
 */
export function meanTensor(values: TensorLike, options: MetricOptions = {}): Metric {
  const { weights = null } = options;
  return inMetricScope(options.name, "mean", [values, weights], () => {
    const given = cast(values, float32);
    const total = metricVariable(given.shape, float32, "total_tensor");
    const count = metricVariable(given.shape, float32, "count_tensor");
    const ones = onesLike(given);
    const fitting = alignedWeights(given, weights);
    const broadcast = fitting === null ? null : broadcastWeights(cast(fitting, float32), given);
    const weighted = broadcast === null ? given : multiply(given, broadcast);
    const counted = broadcast === null ? ones : multiply(ones, broadcast);
    const updatedTotal = added(total, weighted);
    const updatedCount = after([weighted], () => added(count, counted));
    const value = collectValue(safeQuotient(total, count, "value"), options);
    return [value, collectUpdate(safeQuotient(updatedTotal, updatedCount, "update_op"), options)];
  });
}

/**
 * How often predictions are right.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: any; predictions become the dtype of the labels.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.accuracy`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.accuracy(constant([1, 2, 3, 4]), constant([1, 2, 3, 5]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.75
 */
export function accuracy(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return publicCall(() => {
    const given = aligned(predictions, labels, options.weights);
    const said =
      given.labels.dtype === given.predictions.dtype ? given.predictions : cast(given.predictions, given.labels.dtype);
    const isRight = cast(equal(said, given.labels), float32);
    return mean(isRight, { ...named(options, "accuracy"), weights: given.weights });
  });
}

/**
 * The mean distance between predictions and labels.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: numbers, both alike.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.mean_absolute_error`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.meanAbsoluteError(constant([1, 2]), constant([2, 4]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 1.5
 */
export function meanAbsoluteError(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return publicCall(() => {
    const given = aligned(predictions, labels, options.weights);
    const errors = abs(given.predictions.sub(given.labels));
    return mean(errors, { ...named(options, "mean_absolute_error"), weights: given.weights });
  });
}

/**
 * The mean square of the distance between predictions and labels.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: numbers, both alike.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.mean_squared_error`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.meanSquaredError(constant([1, 2]), constant([2, 4]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 2.5
 */
export function meanSquaredError(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return publicCall(() => {
    const given = aligned(predictions, labels, options.weights);
    const errors = squaredDifference(given.labels, given.predictions);
    return mean(errors, { ...named(options, "mean_squared_error"), weights: given.weights });
  });
}

/**
 * The root of the mean square of the distance between predictions and labels.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: numbers, both alike.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.root_mean_squared_error`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.rootMeanSquaredError(constant([1, 2]), constant([4, 5]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 3
 */
export function rootMeanSquaredError(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return publicCall(() => {
    const given = aligned(predictions, labels, options.weights);
    const name = options.name || "root_mean_squared_error";
    const [squared, update] = meanSquaredError(given.labels, given.predictions, { weights: given.weights, name });
    const value = collectValue(sqrt(squared), options);
    return [value, collectUpdate(sqrt(update), options)];
  });
}

/**
 * The mean distance between predictions and labels, each by a normalizer; 0 where that is 0.
 *
 * Shapes: labels, predictions and normalizer alike → `[]`, `[]`. Dtypes: floating, all alike.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.mean_relative_error`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.meanRelativeError(constant([1, 2]), constant([2, 4]), constant([1, 2]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 1
 */
export function meanRelativeError(
  labels: TensorLike,
  predictions: TensorLike,
  normalizer: TensorLike,
  options: MetricOptions = {},
): Metric {
  return publicCall(() => {
    const given = aligned(predictions, labels, options.weights);
    const [said, divisor] = removeSqueezableDimensions(given.predictions, normalizer);
    checkAlike(said, divisor);
    const errors = where(equal(divisor, 0), zerosLike(given.labels), divide(abs(given.labels.sub(said)), divisor));
    return mean(errors, { ...named(options, "mean_relative_error"), weights: given.weights });
  });
}

/**
 * One less the mean cosine of the angle between vectors of length 1.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: numbers, both alike.
 *
 * @param dim the dimension of the vectors.
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.mean_cosine_distance`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.meanCosineDistance(constant([[1, 0]]), constant([[0, 1]]), 1);
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 1
 */
export function meanCosineDistance(
  labels: TensorLike,
  predictions: TensorLike,
  dim: number,
  options: MetricOptions = {},
): Metric {
  return publicCall(() => {
    const given = aligned(predictions, labels, options.weights);
    const cosines = reduceSum(multiply(given.predictions, given.labels), { axis: [dim], keepdims: true });
    const name = options.name || "mean_cosine_distance";
    const [value, update] = mean(cosines, { weights: given.weights, name });
    const distance = subtract(1, value);
    const updated = subtract(1, update);
    return [collectValue(distance, options), collectUpdate(updated, options)];
  });
}

/**
 * How many of the elements are below a threshold, as a share.
 *
 * Shapes: values any → `[]`, `[]`. Dtypes: real numbers.
 *
 * @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.percentage_below`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.percentageBelow(constant([1, 2, 3, 4]), 2.5);
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.5
 */
export function percentageBelow(values: TensorLike, threshold: TensorLike, options: MetricOptions = {}): Metric {
  return publicCall(() => {
    const isBelow = cast(less(values, threshold), float32);
    return mean(isBelow, named(options, "percentage_below_threshold"));
  });
}
