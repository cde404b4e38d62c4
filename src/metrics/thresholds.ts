/** Metrics over many thresholds at once: curves and the areas below them. Mirrors python/ops/metrics_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonFloat } from "../base/text.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, identity, onesLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { assertGreaterEqual, assertLessEqual } from "../ops/checks.ts";
import { equal, greater, logicalAnd, logicalNot, where } from "../ops/compare.ts";
import { stack } from "../ops/concat.ts";
import { divide } from "../ops/division.ts";
import { abs, log } from "../ops/elementary.ts";
import { maximum, minimum, multiply } from "../ops/math.ts";
import { operators } from "../ops/operators.ts";
import { argmax, argmin, cumsum, reduceMin, reduceSum } from "../ops/reduce.ts";
import { expandDims, reshape, shape } from "../ops/shape.ts";
import { tile, transpose } from "../ops/transpose.ts";
import { broadcastWeights } from "../ops/weights-broadcast.ts";
import { bool, float32, int32, int64 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import {
  added,
  aligned,
  type Counted,
  collectUpdate,
  collectValue,
  inMetricScope,
  type Metric,
  type MetricOptions,
  metricVariable,
  safeQuotient,
} from "./streaming.ts";

/** True and false positives and negatives, in the order in which TensorFlow counts them. */
const counters = {
  tp: "true_positives",
  fn: "false_negatives",
  tn: "true_negatives",
  fp: "false_positives",
} as const;

type Counter = keyof typeof counters;

/** Counts for each threshold. */
type Counts<C extends Counter, V> = Readonly<Record<C, V>>;

interface CountedAt<C extends Counter> {
  readonly values: Counts<C, BaseVariable>;
  readonly updates: Counts<C, Tensor>;
}

const all: readonly Counter[] = ["tp", "fn", "tn", "fp"];

/** Predictions that are probabilities, in rows for each threshold. */
function countAt<C extends Counter>(
  labels: TensorLike,
  predictions: TensorLike,
  thresholds: readonly number[],
  weights: TensorLike | null | undefined,
  wanted: readonly C[],
): CountedAt<C> {
  const said = convertToTensor(predictions);
  const message = "predictions must be in [0, 1]";
  const checks = [
    assertGreaterEqual(said, cast(0, said.dtype), { message }),
    assertLessEqual(said, cast(1, said.dtype), { message }),
  ];
  const given = runInScope(makeControlDependencies(checks), () => {
    const probabilities = cast(said, float32);
    return aligned(probabilities, cast(labels, bool), weights);
  });
  const count = thresholds.length;
  const column = reshape(given.predictions, [-1, 1]);
  const row = reshape(cast(given.labels, bool), [1, -1]);
  const tiled = tiledThresholds(thresholds, column);
  const rows = pythonLiteral([count, 1], "int");
  const isPositive = greater(tile(transpose(column), rows), tiled);
  const has = (...some: readonly Counter[]): boolean =>
    some.some((one) => (wanted as readonly Counter[]).includes(one));
  const isNegative = has("fn", "tn") ? logicalNot(isPositive) : isPositive;
  const isLabel = tile(row, rows);
  const isNoLabel = has("fp", "tn") ? logicalNot(isLabel) : isLabel;
  const weighing = given.weights === null ? null : tiledWeights(given.weights, given.predictions, rows);
  const found = {
    tp: [isLabel, isPositive],
    fn: [isLabel, isNegative],
    tn: [isNoLabel, isNegative],
    fp: [isNoLabel, isPositive],
  } as const;
  const values: Partial<Record<Counter, BaseVariable>> = {};
  const updates: Partial<Record<Counter, Tensor>> = {};
  for (const counter of all.filter((one) => has(one))) {
    const variable = metricVariable([count], float32, counters[counter]);
    const hits = cast(logicalAnd(...found[counter]), float32);
    const weighted = weighing === null ? hits : hits.mul(weighing);
    values[counter] = variable;
    updates[counter] = added(variable, reduceSum(weighted, { axis: 1 }));
  }
  return { values, updates } as unknown as CountedAt<C>;
}

function tiledThresholds(thresholds: readonly number[], column: Tensor): Tensor {
  const known = column.shape.dims === null ? null : column.shape.dim(0);
  const size = known ?? shape(column).at([0]);
  const sized = expandDims(constant(thresholds), pythonLiteral([1], "int"));
  const multiples =
    typeof size === "number" ? convertToTensor(pythonLiteral([1, size], "int"), { name: "stack" }) : stack([1, size]);
  return tile(sized, multiples);
}

function tiledWeights(weights: Tensor, predictions: Tensor, rows: TensorLike): Tensor {
  const broadcast = broadcastWeights(cast(weights, float32), predictions);
  return tile(reshape(broadcast, [1, -1]), rows);
}

/** Thresholds at equal distances, and one beyond each end. */
function evenThresholds(count: number, last: number): readonly number[] {
  const inside = Array.from({ length: Math.max(count - 2, 0) }, (_, i) => (i + 1) / (count - 1));
  return [-tiny, ...inside, last];
}

/** For what floating point rounds. */
const tiny = 1e-7;

function sum(...terms: readonly (Counted | number)[]): Tensor {
  return terms.slice(1).reduce<Counted | number>(
    (left, right) => {
      if (typeof left === "number") return operators.binary("add", left, right);
      return left.add(right as TensorLike);
    },
    terms[0] as Counted | number,
  ) as Tensor;
}

/** The values of a metric and its update, computed alike from the counts. */
function finished<C extends Counter>(
  counts: CountedAt<C>,
  options: MetricOptions,
  compute: (counts: Counts<C, Counted>, name: string) => Tensor,
): Metric {
  const value = collectValue(compute(counts.values, "value"), options);
  return [value, collectUpdate(compute(counts.updates, "update_op"), options)];
}

/** Options of `auc`. */
export interface AucOptions extends MetricOptions {
  /** How many thresholds there are; default 200. */
  readonly numThresholds?: number | undefined;
  /** `ROC` (default): true positives over false ones; `PR`: precision over recall. */
  readonly curve?: "ROC" | "PR" | undefined;
  /** `trapezoidal` (default), `careful_interpolation`, which is right for PR, or bounds: `minoring`, `majoring`. */
  readonly summationMethod?: "trapezoidal" | "careful_interpolation" | "minoring" | "majoring" | undefined;
  /** The thresholds themselves, between 0 and 1. */
  readonly thresholds?: readonly number[] | null | undefined;
}

/**
 * The area under a curve, nearly: how well predicted probabilities tell yes from no.
 *
 * Shapes: labels and predictions alike → `[]`, `[]`. Dtypes: labels any, as booleans; predictions floating, from 0 to 1.
 *
 * @throws {ArgumentError} for another curve or method. @throws {InvalidArgumentError} in a step, for predictions outside of [0, 1].
 * @see TensorFlow `metrics.auc`, python/ops/metrics_impl.py
 * @example
 * const [, update] = metrics.auc(constant([0, 0, 1, 1]), constant([0.1, 0.4, 0.35, 0.8]));
 * session.runSync(localVariablesInitializer());
 * Math.round(Number(session.runSync(update).item()) * 100); // 75
 */
export function auc(labels: TensorLike, predictions: TensorLike, options: AucOptions = {}): Metric {
  const { curve = "ROC", numThresholds = 200, thresholds = null, weights } = options;
  const method = options.summationMethod ?? "trapezoidal";
  return inMetricScope(options.name, "auc", [labels, predictions, weights], () => {
    if (curve !== "ROC" && curve !== "PR")
      throw new ArgumentError(`Curve must be either ROC or PR. Curve ${String(curve)} is unknown.`, { curve });
    const own = thresholds === null ? null : [-tiny, ...thresholds.toSorted((a, b) => a - b), 1 + tiny];
    const at = own ?? evenThresholds(numThresholds, 1 + tiny);
    const counts = countAt(labels, predictions, at, weights, all);
    return finished(counts, options, (given, name) => {
      if (curve === "PR" && method === "careful_interpolation") return interpolated(given, at.length);
      return areaUnder(pointsOf(given, curve), method, at.length, name);
    });
  });
}

interface Points {
  readonly x: Tensor;
  readonly y: Tensor;
}

function pointsOf({ tp, fn, tn, fp }: Counts<Counter, Counted>, curve: "ROC" | "PR"): Points {
  const epsilon = 1e-6;
  const recall = divide(sum(tp, epsilon), sum(tp, fn, epsilon));
  if (curve === "ROC") return { x: divide(fp as TensorLike, sum(fp, tn, epsilon)), y: recall };
  return { x: recall, y: divide(sum(tp, epsilon), sum(tp, fp, epsilon)) };
}

function areaUnder({ x, y }: Points, method: string, count: number, name: string): Tensor {
  const heights: Readonly<Record<string, (left: Tensor, right: Tensor) => Tensor>> = {
    trapezoidal: (left, right) => left.add(right).div(2),
    careful_interpolation: (left, right) => left.add(right).div(2),
    minoring: (left, right) => minimum(left, right),
    majoring: (left, right) => maximum(left, right),
  };
  const height = heights[method];
  if (height === undefined) {
    throw new ArgumentError(
      `Invalid summation_method: ${method} summation_method should be 'trapezoidal', 'careful_interpolation', 'minoring', or 'majoring'.`,
      { summationMethod: method },
    );
  }
  const width = x.at(`:${count - 1}`).sub(x.at("1:"));
  return reduceSum(multiply(width, height(y.at(`:${count - 1}`), y.at("1:"))), { name });
}

/** The area under precision over recall, with true positives interpolated between thresholds. */
function interpolated({ tp, fp, fn }: Counts<Counter, Counted>, count: number): Tensor {
  const head = (value: Counted): Tensor => value.at(`:${count - 1}`);
  const tail = (value: Counted): Tensor => value.at("1:");
  const gained = head(tp).sub(tail(tp));
  const positives = sum(tp, fp);
  const slope = safeQuotient(gained, head(positives).sub(tail(positives)), "prec_slope");
  const intercept = tail(tp).sub(multiply(slope, tail(positives)));
  const isAny = logicalAnd(head(positives).greater(0), tail(positives).greater(0));
  const ratio = safeQuotient(head(positives), tail(positives), "recall_relative_ratio");
  const safeRatio = where(isAny, ratio, onesLike(tail(positives)));
  const increment = slope.mul(gained.add(intercept.mul(log(safeRatio))));
  return reduceSum(safeQuotient(increment, tail(tp).add(tail(fn)), "pr_auc_increment"), { name: "interpolate_pr_auc" });
}

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
