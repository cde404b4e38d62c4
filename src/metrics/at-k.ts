/** Precision and recall of the best k predictions. Mirrors python/ops/metrics_impl.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { divide } from "../ops/division.ts";
import { add } from "../ops/math.ts";
import { topK } from "../ops/nn.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { reduceSum } from "../ops/reduce.ts";
import type { TensorOrSparse } from "../ops/sparse-tensor.ts";
import { float64, int64 } from "../tensor/dtype.ts";
import { atKName, type CountKind, countRows, expandedLabels, type Rows } from "./labels-at-k.ts";
import {
  added,
  type Counted,
  collectUpdate,
  collectValue,
  type Metric,
  type MetricOptions,
  metricVariable,
} from "./streaming.ts";

/** Options of metrics that may be of one class. */
export interface AtKOptions extends MetricOptions {
  /** The class of which alone the metric is; default: all. */
  readonly classId?: number | null | undefined;
}

/** Options of metrics of predictions that are chosen already. */
export interface AtTopKOptions extends AtKOptions {
  /** How many they are, for the default name. */
  readonly k?: number | null | undefined;
}

/** The counts of all rows of all batches so far, and those with this batch. */
function countBatches(kind: CountKind, rows: Rows, k: number | null): readonly [Counted, Tensor] {
  return inOpScope(null, atKName(kind, k, rows.classId), [], (scope) => {
    const total = reduceSum(countRows(kind, rows));
    const variable = metricVariable([], float64, scope);
    return [variable, added(variable, total, "update")];
  });
}

/** True positives as a share of them and what else is counted. */
function shareAtTopK(
  name: string,
  other: CountKind,
  labels: TensorOrSparse,
  predictionsIdx: TensorLike,
  options: AtTopKOptions,
): Metric {
  const { k = null, classId = null, weights } = options;
  return inOpScope(options.name || null, atKName(name, k, classId), [], (scope) => {
    const given = convertToTensor(predictionsIdx);
    const right = expandedLabels(labels, given);
    const rows = { labels: right, predictions: cast(given, int64), classId, weights };
    const [right1, updatedRight] = countBatches("true_positive", rows, k);
    const [others, updatedOthers] = countBatches(other, rows, k);
    const whole = add(right1 as TensorLike, others as TensorLike);
    const value = collectValue(divide(right1 as TensorLike, whole, { name: scope }), options);
    const update = divide(updatedRight, add(updatedRight, updatedOthers), { name: "update" });
    return [value, collectUpdate(update, options)];
  });
}

/** The same of the best k predictions. */
function shareAtK(
  name: string,
  ofTopK: typeof recallAtTopK,
  labels: TensorOrSparse,
  predictions: TensorLike,
  k: number,
  options: AtKOptions,
): Metric {
  return inOpScope(options.name || null, atKName(name, k, options.classId), [predictions], (scope) => {
    const { indices } = topK(predictions, { k });
    return ofTopK(labels, indices, { ...options, k, name: scope });
  });
}

/**
 * Recall of the best k predictions: how many of the labels are among them.
 *
 * Shapes: labels `[…, n]`, sparse or not, or `[…]`; predictions `[…, classes]` → `[]`, `[]`. Dtypes: labels int64, predictions floating.
 * Weights are a scalar, or broadcast to `[…]`.
 *
 * @throws {ArgumentError} when the ranks do not fit. @throws {InvalidArgumentError} in a step, for labels whose rows do not fit.
 * @see TensorFlow `metrics.recall_at_k`, python/ops/metrics_impl.py
 * @example
 * const labels = constant([[1], [2]], { dtype: "int64" });
 * const [, update] = metrics.recallAtK(labels, constant([[0.1, 0.9, 0.2], [0.5, 0.4, 0.3]]), 2);
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.5
 */
export function recallAtK(
  labels: TensorOrSparse,
  predictions: TensorLike,
  k: number,
  options: AtKOptions = {},
): Metric {
  return shareAtK("recall", recallAtTopK, labels, predictions, k, options);
}

/**
 * Recall of predictions that are chosen already: how many of the labels are among them.
 *
 * Shapes: labels `[…, n]`, sparse or not, or `[…]`; predictionsIdx `[…, k]` → `[]`, `[]`. Dtypes: labels int64, predictions integers.
 *
 * @throws {ArgumentError} when the ranks do not fit. @throws {InvalidArgumentError} in a step, for labels whose rows do not fit.
 * @see TensorFlow `metrics.recall_at_top_k`, python/ops/metrics_impl.py
 * @example
 * const labels = constant([[1], [2]], { dtype: "int64" });
 * const [, update] = metrics.recallAtTopK(labels, constant([[1, 2], [0, 1]], { dtype: "int64" }));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.5
 */
export function recallAtTopK(labels: TensorOrSparse, predictionsIdx: TensorLike, options: AtTopKOptions = {}): Metric {
  return shareAtTopK("recall", "false_negative", labels, predictionsIdx, options);
}

/**
 * Precision of the best k predictions: how many of them are labels.
 *
 * Shapes: labels `[…, n]`, sparse or not, or `[…]`; predictions `[…, classes]` → `[]`, `[]`. Dtypes: labels int64, predictions floating.
 * Weights are a scalar, or broadcast to `[…]`.
 *
 * @throws {ArgumentError} when the ranks do not fit. @throws {InvalidArgumentError} in a step, for labels whose rows do not fit.
 * @see TensorFlow `metrics.precision_at_k`, python/ops/metrics_impl.py
 * @example
 * const labels = constant([[1], [2]], { dtype: "int64" });
 * const [, update] = metrics.precisionAtK(labels, constant([[0.1, 0.9, 0.2], [0.5, 0.4, 0.3]]), 2);
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.25
 */
export function precisionAtK(
  labels: TensorOrSparse,
  predictions: TensorLike,
  k: number,
  options: AtKOptions = {},
): Metric {
  return shareAtK("precision", precisionAtTopK, labels, predictions, k, options);
}

/**
 * Precision of predictions that are chosen already: how many of them are labels.
 *
 * Shapes: labels `[…, n]`, sparse or not, or `[…]`; predictionsIdx `[…, k]` → `[]`, `[]`. Dtypes: labels int64, predictions integers.
 *
 * @throws {ArgumentError} when the ranks do not fit. @throws {InvalidArgumentError} in a step, for labels whose rows do not fit.
 * @see TensorFlow `metrics.precision_at_top_k`, python/ops/metrics_impl.py
 * @example
 * const labels = constant([[1], [2]], { dtype: "int64" });
 * const [, update] = metrics.precisionAtTopK(labels, constant([[1, 2], [0, 1]], { dtype: "int64" }));
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.25
 */
export function precisionAtTopK(
  labels: TensorOrSparse,
  predictionsIdx: TensorLike,
  options: AtTopKOptions = {},
): Metric {
  return shareAtTopK("precision", "false_positive", labels, predictionsIdx, options);
}

/**
 * The older name of `precisionAtK`.
 *
 * @deprecated Use `precisionAtK`.
 * @see TensorFlow `metrics.sparse_precision_at_k`, python/ops/metrics_impl.py
 */
export function sparsePrecisionAtK(
  labels: TensorOrSparse,
  predictions: TensorLike,
  k: number,
  options: AtKOptions = {},
): Metric {
  return precisionAtK(labels, predictions, k, options);
}
