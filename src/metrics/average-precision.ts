/** The average precision of the best k predictions. Mirrors python/ops/metrics_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import type { TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { onesLike, zerosLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { greaterEqual, whereV2 } from "../ops/compare.ts";
import { concat } from "../ops/concat.ts";
import { divide, divNoNan } from "../ops/division.ts";
import { minimum, multiply } from "../ops/math.ts";
import { topK } from "../ops/nn.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { cumsum, reduceMax, reduceSum } from "../ops/reduce.ts";
import { setSize } from "../ops/sets.ts";
import { expandDims, reshape, shape, size } from "../ops/shape.ts";
import { slice } from "../ops/slice.ts";
import { sparseReshape } from "../ops/sparse.ts";
import { sparseConcat } from "../ops/sparse-parts.ts";
import { convertToTensorOrSparseTensor, SparseTensor, type TensorOrSparse } from "../ops/sparse-tensor.ts";
import { tile } from "../ops/transpose.ts";
import { broadcastWeights } from "../ops/weights-broadcast.ts";
import { float64, int64 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { atKName, chosen, countRows, expandedLabels, type Labels } from "./labels-at-k.ts";
import {
  added,
  type Counted,
  collectUpdate,
  collectValue,
  type Metric,
  type MetricOptions,
  metricVariable,
} from "./streaming.ts";

/**
 * The average precision of the best k predictions: the mean, over the labels found, of the precision up to where each was found.
 *
 * Shapes: labels `[…, n]`, sparse or not, or `[…]`; predictions `[…, classes]` → `[]`, `[]`. Dtypes: labels int64, predictions floating.
 * Weights are a scalar, or broadcast to `[…]`. Labels that are no class count as wrong.
 *
 * @throws {ArgumentError} for k below 1, and when the ranks do not fit.
 * @see TensorFlow `metrics.average_precision_at_k`, python/ops/metrics_impl.py
 * @example
 * const labels = constant([[1], [2]], { dtype: "int64" });
 * const [, update] = metrics.averagePrecisionAtK(labels, constant([[0.1, 0.9, 0.2], [0.5, 0.3, 0.4]]), 2);
 * session.runSync(localVariablesInitializer());
 * session.runSync(update).item(); // 0.75
 */
export function averagePrecisionAtK(
  labels: TensorOrSparse,
  predictions: TensorLike,
  k: number,
  options: MetricOptions = {},
): Metric {
  if (k < 1) throw new ArgumentError(`Invalid k=${k}. \`k\` should be >= 1.`, { k });
  return inOpScope(options.name || null, atKName("average_precision", k, null), [predictions], (scope) => {
    const { indices } = topK(predictions, { k });
    const classCount = cast(shape(predictions).at([-1]), int64);
    return averagePrecisionAtTopK(withoutForeign(labels, classCount), indices, { ...options, name: scope });
  });
}

/**
 * The older name of `averagePrecisionAtK`.
 *
 * @deprecated Use `averagePrecisionAtK`.
 * @see TensorFlow `metrics.sparse_average_precision_at_k`, python/ops/metrics_impl.py
 */
export function sparseAveragePrecisionAtK(
  labels: TensorOrSparse,
  predictions: TensorLike,
  k: number,
  options: MetricOptions = {},
): Metric {
  return averagePrecisionAtK(labels, predictions, k, options);
}

/** Labels in which -1 stands for each that is no class. */
function withoutForeign(given: TensorOrSparse, classCount: Tensor): Labels {
  const labels = convertToTensorOrSparseTensor(given);
  const clean = (values: Tensor): Tensor =>
    whereV2(greaterEqual(values, classCount), operators.binary("mul", -1, onesLike(values)), values);
  const greatest = reduceMax(labels instanceof SparseTensor ? labels.values : labels);
  return chosen<Labels>(
    greaterEqual(greatest, classCount),
    () =>
      labels instanceof SparseTensor
        ? new SparseTensor(labels.indices, clean(labels.values), labels.denseShape)
        : clean(labels),
    () => labels,
  );
}

function averagePrecisionAtTopK(labels: Labels, predictionsIdx: Tensor, options: MetricOptions): Metric {
  return inOpScope(options.name, "average_precision_at_top_k", [], (scope) => {
    const plain = averagePrecisions(labels, predictionsIdx);
    const weights =
      (options.weights ?? null) === null ? null : broadcastWeights(cast(options.weights as TensorLike, float64), plain);
    const weighted = weights === null ? plain : multiply(plain, weights);
    const batchName = { name: "batch_max" };
    const [most, updatedMost] = summedUp("max", () =>
      weights === null ? cast(size(weighted, batchName), float64) : reduceSum(weights, batchName),
    );
    const [total, updatedTotal] = summedUp("total", () => reduceSum(weighted, { name: "batch_total" }));
    const value = collectValue(divNoNan(total as TensorLike, most as TensorLike, { name: "mean" }), options);
    return [value, collectUpdate(divNoNan(updatedTotal, updatedMost, { name: scope }), options)];
  });
}

/** A variable with what is added up in it, in a scope of its own. */
function summedUp(name: string, batch: () => Tensor): readonly [Counted, Tensor] {
  return inOpScope(null, name, [], (scope) => {
    const variable = metricVariable([], float64, scope);
    return [variable, added(variable, batch(), "update")];
  });
}

/** The average precision of each row. Shapes: labels `[…, n]`, predictions `[…, k]` → `[…]`. */
function averagePrecisions(given: Labels, predictionsIdx: Tensor): Tensor {
  return inOpScope(null, "average_precision", [predictionsIdx], (scope) => {
    const predictions = cast(predictionsIdx, int64, { name: "predictions_idx" });
    if (predictions.shape.rank === 0)
      throw new ArgumentError("The rank of `predictions_idx` must be at least 1.", { predictionsIdx });
    const k = predictions.shape.dim(-1);
    if (k === null)
      throw new ArgumentError(
        "The last dimension of predictions_idx must be set. Currently, it is None.\n  x.setShape([null, k]) tells it",
        { predictionsIdx },
      );
    const labels = expandedLabels(given, predictions);
    const perK = expandDims(predictions, -1, { name: "predictions_idx_per_k" });
    const labelsPerK = repeated(labels, k);
    // Whether the prediction of each rank is right, how many up to it are, and of how many.
    const relevant = countRows("true_positive", { labels: labelsPerK, predictions: perK }, "relevant_per_k");
    const found = cumsum(relevant, { axis: -1, name: "tp_per_k" });
    const retrieved = cumsum(onesLike(relevant), { axis: -1, name: "retrieved_per_k" });
    const precisions = divide(found, retrieved, { name: "precision_per_k" });
    const counted = multiply(precisions, relevant, { name: "relevant_precision_per_k" });
    const sum = reduceSum(counted, { axis: [-1], name: "precision_sum" });
    return divide(sum, cast(relevantCount(labels, k), float64), { name: scope });
  });
}

/** Labels once for each of k predictions. Shapes: `[…, n]` → `[…, k, n]`. */
function repeated(labels: Labels, k: number): Labels {
  return inOpScope("labels_per_k", "", [], (scope): Labels => {
    if (labels instanceof SparseTensor) {
      const { denseShape } = labels;
      const before = reshape(operators.binary("add", size(denseShape), -1), ndarray([1], "int32"));
      const sizes = concat(
        [
          slice(denseShape, ndarray([0], "int32"), before),
          ndarray([1], "int64"),
          slice(denseShape, before, ndarray([-1], "int32")),
        ],
        0,
        { name: "expanded_shape" },
      );
      const expanded = sparseReshape(labels, sizes, { name: "expand" });
      return k === 1 ? expanded : sparseConcat(-2, Array<SparseTensor>(k).fill(expanded), { name: scope });
    }
    const expanded = expandDims(labels, -2, { name: "expand" });
    if (k === 1) return expanded;
    const ones = onesLike(shape(labels));
    const multiples = concat([ones.at(":-1"), ndarray([k], "int32"), ones.at("-1:")], 0, { name: "multiples" });
    return tile(expanded, multiples, { name: scope });
  });
}

/** How many labels of each row can be found among k predictions. */
function relevantCount(labels: Labels, k: number): Tensor {
  return inOpScope(null, "num_relevant", [], (scope) => {
    if (labels instanceof SparseTensor) return minimum(setSize(labels), ndarray(k, "int32"), { name: scope });
    const isLabel = whereV2(greaterEqual(labels, 0), onesLike(labels), zerosLike(labels));
    return minimum(reduceSum(isLabel, { axis: -1 }), k, { name: scope });
  });
}
