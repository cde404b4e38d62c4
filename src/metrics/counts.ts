/** Metrics that count right and wrong answers to yes-or-no questions. Mirrors python/ops/metrics_impl.py. */

import { runInScope } from "../graph/ambient-scope.ts";
import type { TensorLike } from "../graph/constant.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { identity } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { assertRankIn, assertType } from "../ops/checks.ts";
import { equal, greater, logicalAnd, where } from "../ops/compare.ts";
import { divide } from "../ops/division.ts";
import { multiply } from "../ops/math.ts";
import { reduceSum } from "../ops/reduce.ts";
import { rank } from "../ops/shape.ts";
import { bool, float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import {
  type Aligned,
  added,
  aligned,
  type Counted,
  collectUpdate,
  collectValue,
  inMetricScope,
  type Metric,
  type MetricOptions,
  metricVariable,
} from "./streaming.ts";

/** Which answers are counted: what was right, and what was said. */
interface Kind {
  readonly name: string;
  readonly label: boolean;
  readonly prediction: boolean;
}

const kinds = {
  truePositives: { name: "true_positives", label: true, prediction: true },
  trueNegatives: { name: "true_negatives", label: false, prediction: false },
  falsePositives: { name: "false_positives", label: false, prediction: true },
  falseNegatives: { name: "false_negatives", label: true, prediction: false },
} as const;

/** Labels and predictions as booleans. */
function answers(labels: TensorLike, predictions: TensorLike, weights: TensorLike | null | undefined): Aligned {
  const said = cast(predictions, bool);
  return aligned(said, cast(labels, bool), weights);
}

function counted(kind: Kind, labels: TensorLike, predictions: TensorLike, options: MetricOptions): Metric {
  return inMetricScope(options.name, kind.name, [predictions, labels, options.weights], () => {
    const given = answers(labels, predictions, options.weights);
    const isLabel = equal(given.labels, kind.label);
    const isCounted = logicalAnd(isLabel, equal(given.predictions, kind.prediction));
    return countConditions(isCounted, given.weights, options);
  });
}

function countConditions(isCounted: Tensor, weights: Tensor | null, options: MetricOptions): Metric {
  assertType(isCounted, bool);
  const count = metricVariable([], float32, "count");
  const values = cast(isCounted, float32);
  const weighted = weights === null ? values : weighedBy(values, weights);
  const value = collectValue(identity(count as TensorLike), options);
  return [value, collectUpdate(added(count, reduceSum(weighted)), options)];
}

function weighedBy(values: Tensor, weights: Tensor): Tensor {
  const check = assertRankIn(weights, [ndarray(0, "int32"), rank(values)]);
  return runInScope(makeControlDependencies([check]), () => multiply(values, cast(weights, float32)));
}

/**
 * How many of the answers yes are right, weighted.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: any, as booleans.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.true_positives`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.truePositives(constant([1, 1, 0]), constant([1, 0, 1]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 1
 */
export function truePositives(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return counted(kinds.truePositives, labels, predictions, options);
}

/**
 * How many of the answers no are right, weighted.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: any, as booleans.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.true_negatives`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.trueNegatives(constant([0, 0, 1]), constant([0, 1, 0]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 1
 */
export function trueNegatives(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return counted(kinds.trueNegatives, labels, predictions, options);
}

/**
 * How many of the answers yes are wrong, weighted.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: any, as booleans.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.false_positives`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.falsePositives(constant([0, 0, 1]), constant([0, 1, 0]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 1
 */
export function falsePositives(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return counted(kinds.falsePositives, labels, predictions, options);
}

/**
 * How many of the answers no are wrong, weighted.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: any, as booleans.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.false_negatives`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.falseNegatives(constant([0, 1, 1]), constant([0, 1, 0]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 1
 */
export function falseNegatives(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return counted(kinds.falseNegatives, labels, predictions, options);
}

/** A share of counts: 0 where nothing is counted. */
function shareOf(part: Counted, other: Counted, name: string): Tensor {
  const isAny = greater(part.add(other as TensorLike), 0);
  const share = divide(part as TensorLike, part.add(other as TensorLike));
  return where(isAny, share, 0, { name });
}

function share(name: string, other: Kind, labels: TensorLike, predictions: TensorLike, options: MetricOptions): Metric {
  return inMetricScope(options.name, name, [predictions, labels, options.weights], () => {
    const given = answers(labels, predictions, options.weights);
    const { weights } = given;
    const [positives, updatedPositives] = counted(kinds.truePositives, given.labels, given.predictions, { weights });
    const [others, updatedOthers] = counted(other, given.labels, given.predictions, { weights });
    const value = collectValue(shareOf(positives, others, "value"), options);
    return [value, collectUpdate(shareOf(updatedPositives, updatedOthers, "update_op"), options)];
  });
}

/**
 * How many of the answers yes are right, as a share of them.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: any, as booleans.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.precision`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.precision(constant([1, 0, 1]), constant([1, 1, 0]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.5
 */
export function precision(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return share("precision", kinds.falsePositives, labels, predictions, options);
}

/**
 * How many of the questions whose answer is yes are found, as a share of them.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: any, as booleans.
 *
 * @throws {ShapeError} when the shapes differ. @throws {ArgumentError} when the weights do not fit.
 * @see TensorFlow `metrics.recall`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.recall(constant([1, 0, 1]), constant([1, 1, 0]));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.5
 */
export function recall(labels: TensorLike, predictions: TensorLike, options: MetricOptions = {}): Metric {
  return share("recall", kinds.falseNegatives, labels, predictions, options);
}
