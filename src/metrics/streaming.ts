/** What all metrics share: local variables that count, options, shapes brought together. Mirrors python/ops/metrics_impl.py. @internal */

import { ShapeError } from "../base/errors.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import { GraphKeys } from "../graph/collections.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { getDefaultGraph } from "../graph/default-graph.ts";
import { publicCall } from "../graph/public-call.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { zeros } from "../ops/array.ts";
import { equal } from "../ops/compare.ts";
import { cond } from "../ops/cond.ts";
import { removeSqueezableDimensions } from "../ops/confusion-matrix.ts";
import { divNoNan } from "../ops/division.ts";
import { maximum } from "../ops/math.ts";
import { expandDims, rank, squeeze } from "../ops/shape.ts";
import type { DTypeLike } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { assignAdd } from "../variables/assign.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import { Variable } from "../variables/variable.ts";
import { variableScope } from "../variables/variable-scope.ts";

/** Options of every metric. */
export interface MetricOptions {
  /** How much elements count: a scalar, or of the values' rank with each dimension 1 or alike; default 1. */
  readonly weights?: TensorLike | null | undefined;
  /** Collections to which the value is added. */
  readonly metricsCollections?: readonly string[] | string | null | undefined;
  /** Collections to which the update is added. */
  readonly updatesCollections?: readonly string[] | string | null | undefined;
  /** The variable scope of the metric. */
  readonly name?: string | null | undefined;
}

/** The value of a metric over all batches so far, and what adds a batch and gives the value after it. */
export type Metric = readonly [value: Tensor, updateOp: Tensor];

/** What is added up, and the tensor after an addition: they compute alike. */
export type Counted = Tensor | BaseVariable;

/** A local variable of zeros that sums up over batches. */
export function metricVariable(shape: ShapeLike, dtype: DTypeLike, name: string): BaseVariable {
  return new Variable(() => zeros(shape as TensorLike, { dtype }), {
    trainable: false,
    collections: [GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
    synchronization: "ON_READ",
    aggregation: "SUM",
    name,
  });
}

/** Builds a metric in its variable scope. */
export function inMetricScope<T>(
  name: string | null | undefined,
  defaultName: string,
  values: readonly unknown[],
  body: () => T,
): T {
  const given = values.filter((value) => value !== null && value !== undefined);
  return publicCall(() => variableScope(name || null, { defaultName, values: given }, body));
}

/** Adds the value where it is asked for, before the update is built. */
export function collectValue<V>(value: V, options: MetricOptions): V {
  addTo(options.metricsCollections, value);
  return value;
}

/** Adds the update where it is asked for. */
export function collectUpdate(updateOp: Tensor, options: MetricOptions): Tensor {
  addTo(options.updatesCollections, updateOp);
  return updateOp;
}

function addTo(keys: MetricOptions["updatesCollections"], value: unknown): void {
  const list = typeof keys === "string" ? [keys] : (keys ?? []);
  for (const key of new Set(list)) getDefaultGraph().addToCollection(key, value);
}

/** Adds to a variable of a metric. */
export function added(variable: BaseVariable, value: TensorLike, name?: string): Tensor {
  return assignAdd(variable as never, value, { name: name ?? null }) as Tensor;
}

/** A quotient that is 0 where the divisor is not positive. */
export function safeQuotient(sum: Counted, count: Counted, name: string | null): Tensor {
  return divNoNan(sum as TensorLike, maximum(count as TensorLike, 0), { name });
}

/** Runs `body` after the values. */
export function after<T>(values: readonly Tensor[], body: () => T): T {
  return runInScope(makeControlDependencies(values), body);
}

/** @throws {ShapeError} when the shapes cannot be alike. */
export function checkAlike(first: Tensor, second: Tensor): void {
  if (first.shape.isCompatibleWith(second.shape)) return;
  throw new ShapeError(`Shapes ${first.shape} and ${second.shape} are incompatible`, { first, second });
}

/** Predictions, labels and weights, without a last dimension of 1 that the others have not. */
export interface Aligned {
  readonly predictions: Tensor;
  readonly labels: Tensor;
  readonly weights: Tensor | null;
}

/** Brings ranks together. @throws {ShapeError} when predictions and labels cannot be alike. */
export function aligned(predictions: TensorLike, labels: TensorLike, weights: TensorLike | null | undefined): Aligned {
  const said = convertToTensor(predictions);
  const [right, same] = removeSqueezableDimensions(labels, said);
  checkAlike(same, right);
  return { predictions: same, labels: right, weights: alignedWeights(same, weights) };
}

/** Weights of the rank of the predictions, or a scalar. */
export function alignedWeights(predictions: Tensor, given: TensorLike | null | undefined): Tensor | null {
  if (given === null || given === undefined) return null;
  const weights = convertToTensor(given);
  const [mine, theirs] = [weights.shape.rank, predictions.shape.rank];
  const last = { axis: [-1] };
  if (mine === 0) return weights;
  if (mine !== null && theirs !== null) {
    if (mine - theirs === 1) return squeeze(weights, last);
    return theirs - mine === 1 ? expandDims(weights, [-1]) : weights;
  }
  const weightsRank = rank(weights);
  const difference = weightsRank.sub(rank(predictions));
  const mayBeSqueezed = mine === null || (weights.shape.dim(-1) ?? 1) === 1;
  const expanded = (): Tensor =>
    cond(
      equal(difference, -1),
      () => expandDims(weights, [-1]),
      () => weights,
    );
  const adjusted = (): Tensor =>
    cond(equal(difference, 1), () => (mayBeSqueezed ? squeeze(weights, last) : weights), expanded);
  return cond(equal(weightsRank, ndarray(0, "int32")), () => weights, adjusted);
}
