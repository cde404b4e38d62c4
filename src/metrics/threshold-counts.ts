/** How often predictions are right and wrong at many thresholds at once. Mirrors python/ops/metrics_impl.py. @internal */
import { runInScope } from "../graph/ambient-scope.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeControlDependencies } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { assertGreaterEqual, assertLessEqual } from "../ops/checks.ts";
import { greater, logicalAnd, logicalNot } from "../ops/compare.ts";
import { stack } from "../ops/concat.ts";
import { operators } from "../ops/operators.ts";
import { reduceSum } from "../ops/reduce.ts";
import { expandDims, reshape, shape } from "../ops/shape.ts";
import { tile, transpose } from "../ops/transpose.ts";
import { broadcastWeights } from "../ops/weights-broadcast.ts";
import { bool, float32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import type { BaseVariable } from "../variables/base-variable.ts";
import {
  added,
  aligned,
  type Counted,
  collectUpdate,
  collectValue,
  type Metric,
  type MetricOptions,
  metricVariable,
} from "./streaming.ts";

/** True and false positives and negatives, in the order in which TensorFlow counts them. */
export const counters = {
  tp: "true_positives",
  fn: "false_negatives",
  tn: "true_negatives",
  fp: "false_positives",
} as const;

/** One of them. */
export type Counter = keyof typeof counters;

/** Counts for each threshold. */
export type Counts<C extends Counter, V> = Readonly<Record<C, V>>;

/** The variables that count, and what they are with a batch. */
export interface CountedAt<C extends Counter> {
  readonly values: Counts<C, BaseVariable>;
  readonly updates: Counts<C, Tensor>;
}

/** All of them. */
export const all: readonly Counter[] = ["tp", "fn", "tn", "fp"];

/** Predictions that are probabilities, in rows for each threshold. */
export function countAt<C extends Counter>(
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
export function evenThresholds(count: number, last: number): readonly number[] {
  const inside = Array.from({ length: Math.max(count - 2, 0) }, (_, i) => (i + 1) / (count - 1));
  return [-tiny, ...inside, last];
}

/** For what floating point rounds. */
export const tiny = 1e-7;

/** The sum of counts and numbers. */
export function sum(...terms: readonly (Counted | number)[]): Tensor {
  return terms.slice(1).reduce<Counted | number>(
    (left, right) => {
      if (typeof left === "number") return operators.binary("add", left, right);
      return left.add(right as TensorLike);
    },
    terms[0] as Counted | number,
  ) as Tensor;
}

/** The values of a metric and its update, computed alike from the counts. */
export function finished<C extends Counter>(
  counts: CountedAt<C>,
  options: MetricOptions,
  compute: (counts: Counts<C, Counted>, name: string) => Tensor,
): Metric {
  const value = collectValue(compute(counts.values, "value"), options);
  return [value, collectUpdate(compute(counts.updates, "update_op"), options)];
}
