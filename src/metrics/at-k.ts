/** Metrics of the best k predictions. Mirrors python/ops/metrics_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { reducedShape } from "../gradients/reduced-shape.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { fill, onesLike, zerosLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal, greaterEqual, whereV2 } from "../ops/compare.ts";
import { concat } from "../ops/concat.ts";
import { cond } from "../ops/cond.ts";
import { divide, divNoNan } from "../ops/division.ts";
import { add, minimum, multiply } from "../ops/math.ts";
import { topK } from "../ops/nn.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { cumsum, reduceMax, reduceSum } from "../ops/reduce.ts";
import { setDifference, setIntersection, setSize } from "../ops/sets.ts";
import { expandDims, rank, reshape, shape, size } from "../ops/shape.ts";
import { slice } from "../ops/slice.ts";
import { sparseReshape, sparseRetain } from "../ops/sparse.ts";
import { sparseConcat } from "../ops/sparse-parts.ts";
import { convertToTensorOrSparseTensor, SparseTensor, type TensorOrSparse } from "../ops/sparse-tensor.ts";
import { tile } from "../ops/transpose.ts";
import { assertBroadcastable, broadcastWeights } from "../ops/weights-broadcast.ts";
import { float64, int64 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
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

type Labels = Tensor | SparseTensor;

function atKName(name: string, k: number | null | undefined, classId: number | null | undefined): string {
  const named = `${name}_at_${k ?? "k"}`;
  return classId === null || classId === undefined ? named : `${named}_class${classId}`;
}

/** Either of two sparse tensors, or of two dense ones. */
function chosen<L extends Labels>(pred: Tensor, whenTrue: () => L, whenFalse: () => L): L {
  let isSparse = false;
  const parts = (labels: Labels): Tensor[] => {
    isSparse = labels instanceof SparseTensor;
    return labels instanceof SparseTensor ? [labels.indices, labels.values, labels.denseShape] : [labels];
  };
  const merged = cond(
    pred,
    () => parts(whenTrue()),
    () => parts(whenFalse()),
    { strict: true },
  ) as readonly Tensor[];
  if (!isSparse) return merged[0] as L;
  return new SparseTensor(...(merged as unknown as [Tensor, Tensor, Tensor])) as L;
}

/** Labels with as many dimensions as the predictions: what is one label for each gets a last dimension. */
function expandedLabels(labels: TensorOrSparse, predictions: Tensor): Labels {
  return inOpScope(null, "expand_labels", [predictions], (scope): Labels => {
    const given = convertToTensorOrSparseTensor(labels);
    if (given instanceof SparseTensor) {
      return chosen(
        equal(rank(predictions), size(given.denseShape).add(1)),
        () => sparseReshape(given, concat([given.denseShape, ndarray([1], "int64")], 0), { name: scope }),
        () => given,
      );
    }
    const [own, others] = [given.shape.rank, predictions.shape.rank];
    if (own !== null && others !== null) {
      if (own === others) return given;
      if (own + 1 === others) return expandDims(given, -1, { name: scope });
      throw new ArgumentError(
        `Unexpected labels shape ${given.shape} for predictions shape ${predictions.shape}. Predictions rank should be the same rank as labels rank or labels rank plus one .`,
        { labels: given, predictions },
      );
    }
    return chosen(
      equal(rank(predictions), rank(given).add(1)),
      () => expandDims(given, -1, { name: scope }),
      () => given,
    );
  });
}

/** Those of the numbers that are the wanted one. */
function onlyClass(ids: Labels, classId: number): SparseTensor {
  if (ids instanceof SparseTensor) return sparseRetain(ids, equal(ids.values, ndarray(classId, ids.dtype)));
  const whole = shape(ids, { outType: int64 });
  const last = size(whole).sub(1);
  const sizes = reducedShape(whole, reshape(last, ndarray([1], "int32")));
  const wanted = fill(sizes, cast(ndarray(classId, "int32"), int64));
  const { indices, values } = setIntersection(wanted, ids);
  return new SparseTensor(indices, values, whole);
}

/** What is counted in each row: how many elements a set of predictions and labels has. */
type SetRule = (predictions: Labels, labels: Labels) => SparseTensor;

const rules = {
  true_positive: (predictions, labels) => setIntersection(predictions, labels),
  false_negative: (predictions, labels) => setDifference(predictions, labels, { aminusb: false }),
  false_positive: (predictions, labels) => setDifference(predictions, labels, { aminusb: true }),
} as const satisfies Readonly<Record<string, SetRule>>;

interface Rows {
  readonly labels: Labels;
  readonly predictions: Labels;
  readonly classId?: number | null | undefined;
  readonly weights?: TensorLike | null | undefined;
}

/** Counts for each row. Shapes: labels `[…, n]`, predictions `[…, k]` → `[…]`. */
function countRows(kind: keyof typeof rules, rows: Rows, name: string | null = null): Tensor {
  const { classId = null, weights = null } = rows;
  return inOpScope(name, `${kind}s`, [], () => {
    const labels = classId === null ? rows.labels : onlyClass(rows.labels, classId);
    const predictions = classId === null ? rows.predictions : onlyClass(rows.predictions, classId);
    const counts = cast(setSize(rules[kind](predictions, labels)), float64);
    if (weights === null) return counts;
    return runInScope(makeControlDependencies([assertBroadcastable(weights, counts)]), () =>
      multiply(counts, cast(weights, float64)),
    );
  });
}

/** The counts of all rows of all batches so far, and those with this batch. */
function countBatches(kind: keyof typeof rules, rows: Rows, k: number | null): readonly [Counted, Tensor] {
  return inOpScope(null, atKName(kind, k, rows.classId), [], (scope) => {
    const total = reduceSum(countRows(kind, rows));
    const variable = metricVariable([], float64, scope);
    return [variable, added(variable, total, "update")];
  });
}

/** True positives as a share of them and what else is counted. */
function shareAtTopK(
  name: string,
  other: keyof typeof rules,
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
