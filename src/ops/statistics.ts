/** Builders of statistics over elements that count differently, or that were summed up before. Plain mean and variance: `moments`, normalization.ts. Mirrors python/ops/nn_impl.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { float16, float32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { constant, zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { divNoNan } from "./division.ts";
import { reciprocal, square } from "./elementary.ts";
import { gather } from "./gather.ts";
import { add, multiply, squaredDifference, subtract } from "./math.ts";
import type { Moments, MomentsOptions } from "./normalization.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { reduceProd, reduceSum } from "./reduce.ts";
import { rank, shape, squeeze } from "./shape.ts";

/**
 * The mean and the variance over some dimensions, where each element counts as often as its weight says.
 *
 * Shapes: as reductions over `axes`; the weights broadcast with x. Dtypes: float16 (computed in float32), bfloat16, float32, float64;
 * weights of another dtype are converted.
 *
 * @param axes which dimensions go away, as numbers.
 * @see TensorFlow `weighted_moments`, python/ops/nn_impl.py
 * @example
 * const { mean } = nn.weightedMoments(constant([1, 4]), [0], constant([2, 1]));
 * session.runSync(mean).item(); // 2
 */
export function weightedMoments(
  x: TensorLike,
  axes: readonly number[],
  frequencyWeights: TensorLike,
  options: MomentsOptions = {},
): Moments {
  return inOpScope(options.name, "weighted_moments", [x, frequencyWeights, axes], () => {
    const given = convertToTensor(x, { name: "x" });
    const weighing = convertToTensor(frequencyWeights, { name: "frequency_weights" });
    const isHalf = given.dtype === float16;
    const values = isHalf ? cast(given, float32) : given;
    const weights = weighing.dtype === values.dtype ? weighing : cast(weighing, values.dtype);
    const sum = (terms: Tensor, name: string): Tensor => reduceSum(terms, { axis: axes, keepdims: true, name });
    const weightedSum = sum(weights.mul(values), "weighted_input_sum");
    // The weights' shape may be smaller than that of x.
    const sumOfWeights = sum(weights.add(zerosLike(values)), "sum_of_weights");
    const mean = divNoNan(weightedSum, sumOfWeights);
    const distances = sum(weights.mul(squaredDifference(values, mean)), "weighted_distsq");
    const variance = divNoNan(distances, sumOfWeights);
    const squeezed = [mean, variance].map((m) => (options.keepdims === true ? m : squeeze(m, { axis: axes })));
    const [m, v] = (isHalf ? squeezed.map((s) => cast(s, float16)) : squeezed) as [Tensor, Tensor];
    return { mean: m, variance: v };
  });
}

/**
 * The mean and the variance from the number of elements, their sum and the sum of their squares.
 *
 * Shapes: counts `[]`, the sums alike; shift broadcasts. Dtypes: float16, bfloat16, float32, float64, all alike.
 *
 * @param shift what was subtracted from each element before it was summed, or `null`.
 * @see TensorFlow `normalize_moments`, python/ops/nn_impl.py
 * @example
 * const { mean, variance } = nn.normalizeMoments(2, constant(4), constant(10), null);
 * session.runSync([mean, variance]).map((x) => x.item()); // [2, 1]
 */
export function normalizeMoments(
  counts: TensorLike,
  meanSs: TensorLike,
  varianceSs: TensorLike,
  shift: TensorLike | null,
  options: NameOption = {},
): Moments {
  return inOpScope(options.name, "normalize", [counts, meanSs, varianceSs, shift], () => {
    const divisor = reciprocal(counts, { name: "divisor" });
    const shifted = multiply(meanSs, divisor, { name: shift === null ? "mean" : "shifted_mean" });
    const mean = shift === null ? shifted : add(shifted, shift, { name: "mean" });
    const variance = subtract(multiply(varianceSs, divisor), square(shifted), { name: "variance" });
    return { mean, variance };
  });
}

/** Options of `sufficientStatistics`. */
export interface SufficientStatisticsOptions extends NameOption {
  /** Taken from the elements first, for numerical stability; default none. */
  readonly shift?: TensorLike | null | undefined;
  /** Whether the dimensions stay, with size 1. */
  readonly keepdims?: boolean | undefined;
}

/** What `sufficientStatistics` gives. */
export interface SufficientStatistics {
  /** How many elements are summed. */
  readonly count: Tensor;
  /** The sum of the elements. */
  readonly meanSs: Tensor;
  /** The sum of the squares of the elements. */
  readonly varianceSs: Tensor;
  /** What was taken from the elements first. */
  readonly shift: Tensor | null;
}

/**
 * The sums from which `normalizeMoments` makes mean and variance.
 *
 * Shapes: x as a reduction over `axes`; shift broadcasts to x; count `[]`. Dtypes: float16, bfloat16, float32, float64.
 *
 * @param axes which dimensions go away, as numbers.
 * @see TensorFlow `sufficient_statistics`, python/ops/nn_impl.py
 * @example
 * const { count, meanSs, varianceSs } = nn.sufficientStatistics(constant([1, 3]), [0]);
 * session.runSync([count, meanSs, varianceSs]).map((x) => x.item()); // [2, 4, 10]
 */
export function sufficientStatistics(
  x: TensorLike,
  axes: readonly number[],
  options: SufficientStatisticsOptions = {},
): SufficientStatistics {
  const { keepdims = false } = options;
  // TensorFlow makes a set of them, which has an order of its own.
  const own = pythonSet(axes);
  return inOpScope(options.name, "sufficient_statistics", [x, options.shift], () => {
    const values = convertToTensor(x, { name: "x" });
    const count = countOver(values, own);
    const shift =
      options.shift === null || options.shift === undefined ? null : convertToTensor(options.shift, { name: "shift" });
    const sums = shift === null ? values : subtract(values, shift);
    const squares = shift === null ? square(values) : squaredDifference(values, shift);
    return {
      count,
      meanSs: reduceSum(sums, { axis: own, keepdims, name: "mean_ss" }),
      varianceSs: reduceSum(squares, { axis: own, keepdims, name: "var_ss" }),
      shift,
    };
  });
}

/** The numbers once each, as CPython's set of small integers yields them: ascending, the negative ones last. */
function pythonSet(values: readonly number[]): readonly number[] {
  const once = [...new Set(values)].sort((a, b) => a - b);
  return [...once.filter((x) => x >= 0), ...once.filter((x) => x < 0)];
}

function countOver(x: Tensor, axes: readonly number[]): Tensor {
  const dims = axes.map((axis) => x.shape.dim(axis));
  if (x.shape.rank !== null && !dims.includes(null))
    return constant(
      (dims as number[]).reduce((a, b) => a * b, 1),
      { dtype: x.dtype },
    );
  const count = rank(x);
  const places = axes.map((axis) => (axis < 0 ? operators.binary("add", axis, count) : axis));
  const indices = places.every((place) => typeof place === "number") ? pythonLiteral(places, "int") : places;
  const sizes = gather(cast(shape(x), x.dtype), indices);
  return reduceProd(sizes, { name: "count" });
}
