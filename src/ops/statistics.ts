/** Builders of statistics over elements that count differently, or that were summed up before. Plain mean and variance: `moments`, normalization.ts. Mirrors python/ops/nn_impl.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { float16, float32 } from "../tensor/dtype.ts";
import { zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { divNoNan } from "./division.ts";
import { reciprocal, square } from "./elementary.ts";
import { add, multiply, squaredDifference, subtract } from "./math.ts";
import type { Moments, MomentsOptions } from "./normalization.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceSum } from "./reduce.ts";
import { squeeze } from "./shape.ts";

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
