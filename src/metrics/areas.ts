/** Areas below curves over many thresholds. Mirrors python/ops/metrics_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { onesLike } from "../ops/array.ts";
import { logicalAnd, where } from "../ops/compare.ts";
import { divide } from "../ops/division.ts";
import { log } from "../ops/elementary.ts";
import { maximum, minimum, multiply } from "../ops/math.ts";
import { reduceSum } from "../ops/reduce.ts";
import { type Counted, inMetricScope, type Metric, type MetricOptions, safeQuotient } from "./streaming.ts";
import { all, type Counter, type Counts, countAt, evenThresholds, finished, sum, tiny } from "./threshold-counts.ts";

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
