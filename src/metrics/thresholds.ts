/** Metrics at many thresholds at once, and at the one that is best. Mirrors python/ops/metrics_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonFloat } from "../base/text.ts";
import type { TensorLike } from "../graph/constant.ts";
import { identity } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal } from "../ops/compare.ts";
import { divide } from "../ops/division.ts";
import { abs } from "../ops/elementary.ts";
import { argmax, argmin, cumsum, reduceMin } from "../ops/reduce.ts";
import { int32, int64 } from "../tensor/dtype.ts";
import { collectUpdate, collectValue, inMetricScope, type Metric, type MetricOptions } from "./streaming.ts";
import { all, type Counter, countAt, counters, evenThresholds, finished, sum, tiny } from "./threshold-counts.ts";

/**
 * Precision at each of some thresholds.
 *
 * Shapes: labels and predictions alike → `[thresholds]`, `[thresholds]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.precision_at_thresholds`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.precisionAtThresholds(constant([0, 1]), constant([0.3, 0.6]), [0.25, 0.5]);
 * value.shape; // (2,)
 */
export function precisionAtThresholds(
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  options: MetricOptions = {},
): Metric {
  const values = [predictions, labels, options.weights];
  return inMetricScope(options.name, "precision_at_thresholds", values, () => {
    const counts = countAt(labels, predictions, thresholds, options.weights, ["tp", "fp"]);
    return finished(counts, options, ({ tp, fp }, name) =>
      divide(tp as TensorLike, sum(tiny, tp, fp), { name: `precision_${name}` }),
    );
  });
}

/**
 * Recall at each of some thresholds.
 *
 * Shapes: labels and predictions alike → `[thresholds]`, `[thresholds]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.recall_at_thresholds`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.recallAtThresholds(constant([0, 1]), constant([0.3, 0.6]), [0.25, 0.5]);
 * value.shape; // (2,)
 */
export function recallAtThresholds(
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  options: MetricOptions = {},
): Metric {
  const values = [predictions, labels, options.weights];
  return inMetricScope(options.name, "recall_at_thresholds", values, () => {
    const counts = countAt(labels, predictions, thresholds, options.weights, ["tp", "fn"]);
    return finished(counts, options, ({ tp, fn }, name) =>
      divide(tp as TensorLike, sum(tiny, tp, fn), { name: `recall_${name}` }),
    );
  });
}

function countsAtThresholds(
  counter: Counter,
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  options: MetricOptions,
): Metric {
  return inMetricScope(options.name, counters[counter], [predictions, labels, options.weights], () => {
    const { values, updates } = countAt(labels, predictions, thresholds, options.weights, [counter]);
    return [collectValue(identity(values[counter] as TensorLike), options), collectUpdate(updates[counter], options)];
  });
}

/**
 * How many of the answers yes are right at each of some thresholds, weighted.
 *
 * Shapes: labels and predictions alike → `[thresholds]`, `[thresholds]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.true_positives_at_thresholds`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.truePositivesAtThresholds(constant([0, 1]), constant([0.3, 0.6]), [0.25, 0.5]);
 * value.shape; // (2,)
 */
export function truePositivesAtThresholds(
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  options: MetricOptions = {},
): Metric {
  return countsAtThresholds("tp", labels, predictions, thresholds, options);
}

/**
 * How many of the answers no are right at each of some thresholds, weighted.
 *
 * Shapes: labels and predictions alike → `[thresholds]`, `[thresholds]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.true_negatives_at_thresholds`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.trueNegativesAtThresholds(constant([0, 1]), constant([0.3, 0.6]), [0.25, 0.5]);
 * value.shape; // (2,)
 */
export function trueNegativesAtThresholds(
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  options: MetricOptions = {},
): Metric {
  return countsAtThresholds("tn", labels, predictions, thresholds, options);
}

/**
 * How many of the answers yes are wrong at each of some thresholds, weighted.
 *
 * Shapes: labels and predictions alike → `[thresholds]`, `[thresholds]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.false_positives_at_thresholds`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.falsePositivesAtThresholds(constant([0, 1]), constant([0.3, 0.6]), [0.25, 0.5]);
 * value.shape; // (2,)
 */
export function falsePositivesAtThresholds(
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  options: MetricOptions = {},
): Metric {
  return countsAtThresholds("fp", labels, predictions, thresholds, options);
}

/**
 * How many of the answers no are wrong at each of some thresholds, weighted.
 *
 * Shapes: labels and predictions alike → `[thresholds]`, `[thresholds]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.false_negatives_at_thresholds`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.falseNegativesAtThresholds(constant([0, 1]), constant([0.3, 0.6]), [0.25, 0.5]);
 * value.shape; // (2,)
 */
export function falseNegativesAtThresholds(
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  options: MetricOptions = {},
): Metric {
  return countsAtThresholds("fn", labels, predictions, thresholds, options);
}

/** Options of metrics that look for the best threshold. */
export interface SearchOptions extends MetricOptions {
  /** How many thresholds there are; default 200. */
  readonly numThresholds?: number | undefined;
}

/**
 * The share of questions with the answer yes that are found, at the threshold where a wanted share of those with the answer no is right.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {ArgumentError} for a specificity outside of [0, 1]. @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.sensitivity_at_specificity`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.sensitivityAtSpecificity(constant([0, 1]), constant([0.3, 0.6]), 0.7);
 * value.shape; // ()
 */
export function sensitivityAtSpecificity(
  labels: TensorLike,
  predictions: TensorLike,
  specificity: number,
  options: SearchOptions = {},
): Metric {
  if (specificity < 0 || specificity > 1) {
    throw new ArgumentError(
      `\`specificity\` must be in the range [0, 1]. Currently, \`specificity\` got ${pythonFloat(specificity)}.`,
      { specificity },
    );
  }
  const values = [predictions, labels, options.weights];
  return inMetricScope(options.name, "sensitivity_at_specificity", values, () => {
    const thresholds = evenThresholds(options.numThresholds ?? 200, 1 + tiny);
    const counts = countAt(labels, predictions, thresholds, options.weights, all);
    return finished(counts, options, ({ tp, fn, tn, fp }, name) => {
      const specificities = divide(tn as TensorLike, sum(tn, fp, tiny));
      const nearest = cast(argmin(abs(specificities.sub(specificity)), { axis: 0 }), int32);
      return divide(tp.at([nearest]), sum(tp.at([nearest]), fn.at([nearest]), tiny), { name });
    });
  });
}

/**
 * The share of questions with the answer no that are right, at the threshold where a wanted share of those with the answer yes is found.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {ArgumentError} for a sensitivity outside of [0, 1]. @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.specificity_at_sensitivity`, python/ops/metrics_impl.py
 * @example
 * const [value] = metrics.specificityAtSensitivity(constant([0, 1]), constant([0.3, 0.6]), 0.7);
 * value.shape; // ()
 */
export function specificityAtSensitivity(
  labels: TensorLike,
  predictions: TensorLike,
  sensitivity: number,
  options: SearchOptions = {},
): Metric {
  if (sensitivity < 0 || sensitivity > 1) {
    throw new ArgumentError(
      `\`sensitivity\` must be in the range [0, 1]. Currently, \`sensitivity\` is ${pythonFloat(sensitivity)}.`,
      { sensitivity },
    );
  }
  const values = [predictions, labels, options.weights];
  return inMetricScope(options.name, "specificity_at_sensitivity", values, () => {
    // TensorFlow's last threshold is below 1 here.
    const thresholds = evenThresholds(options.numThresholds ?? 200, 1 - tiny);
    const counts = countAt(labels, predictions, thresholds, options.weights, all);
    return finished(counts, options, ({ tp, fn, tn, fp }, name) => {
      const sensitivities = divide(tp as TensorLike, sum(tp, fn, tiny));
      const least = reduceMin(abs(sensitivities.sub(sensitivity)));
      const isLeast = cast(equal(abs(sensitivities.sub(sensitivity)), least), int64);
      const nearest = cast(argmax(cumsum(isLeast), { axis: 0 }), int32);
      return divide(tn.at([nearest]), sum(tn.at([nearest]), fp.at([nearest]), tiny), { name });
    });
  });
}
