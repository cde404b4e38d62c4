/** Labels and predictions as sets in rows, and what they have in common. Mirrors python/ops/metrics_impl.py. @internal */
import { ArgumentError } from "../base/errors.ts";
import { reducedShape } from "../gradients/reduced-shape.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import type { TensorLike } from "../graph/constant.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { fill } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal } from "../ops/compare.ts";
import { concat } from "../ops/concat.ts";
import { cond } from "../ops/cond.ts";
import { multiply } from "../ops/math.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { setDifference, setIntersection, setSize } from "../ops/sets.ts";
import { expandDims, rank, reshape, shape, size } from "../ops/shape.ts";
import { sparseReshape, sparseRetain } from "../ops/sparse.ts";
import { convertToTensorOrSparseTensor, SparseTensor, type TensorOrSparse } from "../ops/sparse-tensor.ts";
import { assertBroadcastable } from "../ops/weights-broadcast.ts";
import { float64, int64 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";

/** Labels as tensors. */
export type Labels = Tensor | SparseTensor;

/** The default name of a metric. */
export function atKName(name: string, k: number | null | undefined, classId: number | null | undefined): string {
  const named = `${name}_at_${k ?? "k"}`;
  return classId === null || classId === undefined ? named : `${named}_class${classId}`;
}

/** Either of two sparse tensors, or of two dense ones. */
export function chosen<L extends Labels>(pred: Tensor, whenTrue: () => L, whenFalse: () => L): L {
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
export function expandedLabels(labels: TensorOrSparse, predictions: Tensor): Labels {
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

/** What elements of rows are counted. */
export type CountKind = keyof typeof rules;

/** What is counted. */
export interface Rows {
  readonly labels: Labels;
  readonly predictions: Labels;
  readonly classId?: number | null | undefined;
  readonly weights?: TensorLike | null | undefined;
}

/** Counts for each row. Shapes: labels `[…, n]`, predictions `[…, k]` → `[…]`. */
export function countRows(kind: CountKind, rows: Rows, name: string | null = null): Tensor {
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
