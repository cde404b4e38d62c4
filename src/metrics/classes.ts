/** Metrics over numbers of classes. Mirrors python/ops/metrics_impl.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ones, onesLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal, greater, notEqual, where } from "../ops/compare.ts";
import { confusionMatrix } from "../ops/confusion-matrix.ts";
import { diagPart } from "../ops/diag.ts";
import { divide } from "../ops/division.ts";
import { reduceMean, reduceSum } from "../ops/reduce.ts";
import { reshape, size } from "../ops/shape.ts";
import { float32, float64, int64 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { scatterAdd } from "../variables/assign.ts";
import {
  added,
  checkAlike,
  collectUpdate,
  collectValue,
  inMetricScope,
  type Metric,
  type MetricOptions,
  metricVariable,
  safeQuotient,
} from "./streaming.ts";

/** As a vector. */
function flat(tensor: Tensor): Tensor {
  return (tensor.shape.rank ?? 2) > 1 ? reshape(tensor, [-1]) : tensor;
}

/**
 * How often predictions are right in each class, and the mean of that.
 *
 * Shapes: labels and predictions alike → `[]`, `[numClasses]`: the update is of each class. Dtypes: integers.
 *
 * @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `metrics.mean_per_class_accuracy`, python/ops/metrics_impl.py
 * @example
 * const labels = constant([0, 0, 1], { dtype: "int64" });
 * const [, update] = metrics.meanPerClassAccuracy(labels, constant([0, 1, 1], { dtype: "int64" }), 2);
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).toArray(); // [0.5, 1]
 */
export function meanPerClassAccuracy(
  labels: TensorLike,
  predictions: TensorLike,
  numClasses: number,
  options: MetricOptions = {},
): Metric {
  const { weights = null } = options;
  return inMetricScope(options.name, "mean_accuracy", [predictions, labels, weights], () => {
    const right = flat(cast(labels, int64));
    const said = flat(convertToTensor(predictions));
    checkAlike(said, right);
    const total = metricVariable([numClasses], float32, "total");
    const count = metricVariable([numClasses], float32, "count");
    const each = ones([size(right)], { dtype: float32 });
    const isRight = cast(equal(said.dtype === int64 ? said : cast(said, int64), right), float32);
    const weighing = weights === null ? null : cast(flat(convertToTensor(weights)), float32);
    const weighted = weighing === null ? isRight : isRight.mul(weighing);
    const counted = weighing === null ? each : each.mul(weighing);
    const updatedTotal = scatterAdd(total as never, right, counted) as Tensor;
    const updatedCount = scatterAdd(count as never, right, weighted) as Tensor;
    const value = collectValue(reduceMean(safeQuotient(count, total, null), { name: "mean_accuracy" }), options);
    return [value, collectUpdate(safeQuotient(updatedCount, updatedTotal, "update_op"), options)];
  });
}

/**
 * The mean over classes of what labels and predictions have in common, by what either has.
 *
 * Shapes: labels and predictions alike → `[]`, `[numClasses, numClasses]`: the update is the confusion matrix. Dtypes: integers.
 *
 * @throws {ShapeError} when the shapes differ. @throws {InvalidArgumentError} in a step, for a class that is negative or out of range.
 * @see TensorFlow `metrics.mean_iou`, python/ops/metrics_impl.py
 * @example
 * const labels = constant([0, 0, 1, 1], { dtype: "int64" });
 * const [value, update] = metrics.meanIou(labels, labels, 2);
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).toArray(); // [[2, 0], [0, 2]]
 * session.runSync(value).item(); // 1
 */
export function meanIou(
  labels: TensorLike,
  predictions: TensorLike,
  numClasses: number,
  options: MetricOptions = {},
): Metric {
  const { weights = null } = options;
  return inMetricScope(options.name, "mean_iou", [predictions, labels, weights], () => {
    const given = convertToTensor(predictions);
    const right = convertToTensor(labels);
    checkAlike(given, right);
    const total = metricVariable([numClasses, numClasses], float64, "total_confusion_matrix");
    const said = cast(given, int64);
    const known = cast(right, int64);
    const classes = cast(pythonLiteral(numClasses, "int"), int64);
    const flatSaid = flat(said);
    const flatKnown = flat(known);
    const weighing = weights === null ? null : flat(convertToTensor(weights));
    const current = confusionMatrix(flatKnown, flatSaid, { numClasses: classes, weights: weighing, dtype: float64 });
    const updateOp = added(total, current);
    const value = collectValue(meanOverUnion(total as unknown as Tensor), options);
    return [value, collectUpdate(updateOp, options)];
  });
}

function meanOverUnion(total: Tensor): Tensor {
  const ofRows = cast(reduceSum(total, { axis: 0 }), float32);
  const ofColumns = cast(reduceSum(total, { axis: 1 }), float32);
  const common = cast(diagPart(total), float32);
  const either = ofRows.add(ofColumns).sub(common);
  const valid = reduceSum(cast(notEqual(either, 0), float32));
  const divisor = where(greater(either, 0), either, onesLike(either));
  const shares = divide(common, divisor);
  return where(greater(valid, 0), reduceSum(shares, { name: "mean_iou" }).div(valid), 0);
}
