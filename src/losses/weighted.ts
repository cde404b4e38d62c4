/** Losses of single elements, weighted and made one number. Mirrors python/ops/losses/losses_impl.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { onesLike, zerosLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal, where } from "../ops/compare.ts";
import { divNoNan } from "../ops/division.ts";
import { multiply } from "../ops/math.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { range } from "../ops/range.ts";
import { reduceSum } from "../ops/reduce.ts";
import { rank, size } from "../ops/shape.ts";
import { assertBroadcastable, broadcastWeights } from "../ops/weights-broadcast.ts";
import { float32, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { addLoss } from "./collected.ts";

/**
 * How the losses of single elements become one number.
 * @see TensorFlow `losses.Reduction`, python/ops/losses/losses_impl.py
 */
export const Reduction = {
  /** Not at all: the losses stay as they are. */
  NONE: "none",
  /** Their sum. */
  SUM: "weighted_sum",
  /** Their sum by the number of elements. */
  SUM_OVER_BATCH_SIZE: "weighted_sum_over_batch_size",
  /** Their sum by the sum of the weights. */
  MEAN: "weighted_mean",
  /** Their sum by the number of weights that are not 0. */
  SUM_BY_NONZERO_WEIGHTS: "weighted_sum_by_nonzero_weights",
  /** An older word for `SUM_BY_NONZERO_WEIGHTS`. */
  SUM_OVER_NONZERO_WEIGHTS: "weighted_sum_by_nonzero_weights",
} as const;

/** One of the texts of `Reduction`. */
export type ReductionKey = (typeof Reduction)[keyof typeof Reduction];

/** Options of losses that always are one number. */
export interface UnreducedLossOptions {
  /** How much elements count: a scalar, or of the losses' rank with each dimension 1 or alike; default 1. */
  readonly weights?: TensorLike | undefined;
  /** The name scope of the loss. */
  readonly scope?: string | null | undefined;
  /** The collection to which the loss is added; default `losses`; null for none. */
  readonly lossCollection?: string | null | undefined;
}

/** Options of every other loss. */
export interface LossOptions extends UnreducedLossOptions {
  /** How the elements become one number; default `Reduction.SUM_BY_NONZERO_WEIGHTS`. */
  readonly reduction?: ReductionKey | undefined;
}

function checkReduction(key: string): void {
  if (Object.values<string>(Reduction).includes(key)) return;
  const all = [
    Reduction.NONE,
    Reduction.SUM,
    Reduction.MEAN,
    Reduction.SUM_OVER_BATCH_SIZE,
    Reduction.SUM_OVER_NONZERO_WEIGHTS,
    Reduction.SUM_BY_NONZERO_WEIGHTS,
  ];
  const allowed = all.map((one) => `'${one}'`).join(", ");
  throw new ArgumentError(`Invalid Reduction Key ${key}. Key should be one of (${allowed}).`, { reduction: key });
}

/**
 * Weighs losses and makes them one number.
 *
 * Shapes: losses any; weights `[]`, or of that rank with each dimension 1 or alike → `[]`, with `Reduction.NONE` the losses' shape.
 * Dtypes: losses any real numbers, weights likewise → that of the losses.
 *
 * @throws {ArgumentError} for an unknown reduction and for weights that do not fit.
 * @see TensorFlow `losses.compute_weighted_loss`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.computeWeightedLoss(constant([1, 2]), { weights: constant([1, 0]) })).item(); // 1
 */
export function computeWeightedLoss(given: TensorLike, options: LossOptions = {}): Tensor {
  const { weights = 1, scope, reduction = Reduction.SUM_BY_NONZERO_WEIGHTS, lossCollection } = options;
  checkReduction(reduction);
  return inOpScope(scope, "weighted_loss", [given, weights], () =>
    whenBroadcastable(weights, given, () => {
      const tensor = convertToTensor(given);
      const losses = cast(tensor, float32);
      const weighing = cast(weights, float32);
      const loss = cast(reduced(multiply(losses, weighing), losses, weighing, reduction), tensor.dtype);
      addLoss(loss, { lossCollection });
      return loss;
    }),
  );
}

/**
 * Builds what depends on a check that the weights fit the values.
 * @internal
 */
export function whenBroadcastable<T>(weights: TensorLike, values: TensorLike, build: () => T): T {
  return runInScope(makeControlDependencies([assertBroadcastable(weights, values)]), build);
}

function reduced(weighted: Tensor, losses: Tensor, weights: Tensor, reduction: ReductionKey): Tensor {
  if (reduction === Reduction.NONE) return weighted;
  const loss = reduceSum(weighted);
  const divisors: Readonly<Record<string, () => Tensor>> = {
    [Reduction.MEAN]: () => reduceSum(onesLike(losses).mul(weights)),
    [Reduction.SUM_BY_NONZERO_WEIGHTS]: () => numPresent(losses, weights),
    [Reduction.SUM_OVER_BATCH_SIZE]: () => numElements(losses),
  };
  const divisor = divisors[reduction]?.();
  return divisor === undefined ? loss : divNoNan(reduceSum(loss), divisor, { name: "value" });
}

/**
 * How many elements have a weight that is not 0; with `perBatch` for each row, as a dimension of 1 in place of the others.
 * @internal
 */
export function numPresent(losses: Tensor, weights: Tensor, perBatch = false): Tensor {
  return inOpScope(null, "num_present", [losses, weights], (scope) => {
    const weighing = cast(weights, float32);
    const flags = where(equal(weighing, 0), zerosLike(weighing), onesLike(weighing));
    const present = broadcastWeights(flags, losses);
    if (!perBatch) return reduceSum(present, { name: scope });
    return reduceSum(present, { axis: rowAxes(present), keepdims: true, name: scope });
  });
}

/**
 * All axes but the first, as a tensor.
 * @internal
 */
export function rowAxes(tensor: Tensor): Tensor {
  return range(ndarray(1, int32), rank(tensor));
}

function numElements(losses: Tensor): Tensor {
  return inOpScope(null, "num_elements", [losses], (scope) => cast(size(losses, { name: scope }), losses.dtype));
}
