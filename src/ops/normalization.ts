/** Builders of statistics over elements and of normalization. Mirrors python/ops/nn_impl.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeNameScope, runInScope } from "../graph/scopes.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { type DType, float16, float32, int32, int64 } from "../tensor/dtype.ts";
import { identity, stopGradient, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { notEqual } from "./compare.ts";
import { cond } from "./cond.ts";
import { rsqrt, square } from "./elementary.ts";
import { maximum, multiply, squaredDifference } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { reduceMean, reduceSum } from "./reduce.ts";
import { size, squeeze } from "./shape.ts";

/** Options of `moments`. */
export interface MomentsOptions extends NameOption {
  /** Whether the dimensions stay, with size 1. */
  readonly keepdims?: boolean | undefined;
}

/** Mean and variance. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * The mean and the variance over some dimensions. The variance divides by the number of elements.
 *
 * Shapes: as reductions over `axes`. Dtypes: float16 (computed in float32), bfloat16, float32, float64.
 *
 * @param axes which dimensions go away, as numbers.
 * @see TensorFlow `moments`, python/ops/nn_impl.py
 * @example
 * const { mean, variance } = nn.moments(constant([1, 3]), [0]);
 * session.runSync([mean, variance]).map((x) => x.item()); // [2, 1]
 */
export function moments(x: TensorLike, axes: readonly number[], options: MomentsOptions = {}): Moments {
  return inOpScope(options.name, "moments", [x, axes], () => {
    const given = convertToTensor(x);
    const y = given.dtype === float16 ? cast(given, float32) : given;
    const mean = reduceMean(y, { axis: axes, keepdims: true, name: "mean" });
    const variance = reduceMean(squaredDifference(y, stopGradient(mean)), {
      axis: axes,
      keepdims: true,
      name: "variance",
    });
    const finish = (value: Tensor): Tensor => (options.keepdims === true ? value : squeeze(value, { axis: axes }));
    const results = [finish(mean), finish(variance)] as const;
    const [m, v] =
      given.dtype === float16 ? ([cast(results[0], float16), cast(results[1], float16)] as const) : results;
    return { mean: m, variance: v };
  });
}

/** Options of `l2Normalize`. */
export interface L2NormalizeOptions extends NameOption {
  /** Which dimensions make one vector; default all. */
  readonly axis?: TensorLike | null | undefined;
  /** The least square sum to divide by; default 1e-12. */
  readonly epsilon?: number | undefined;
}

/**
 * Scales vectors to length 1.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `l2_normalize`, python/ops/nn_impl.py
 * @example
 * session.runSync(nn.l2Normalize(constant([0, 5]))).toArray(); // [0, 1]
 */
export function l2Normalize(x: TensorLike, options: L2NormalizeOptions = {}): Tensor {
  const { axis, epsilon = 1e-12, name } = options;
  return inOpScope(name, "l2_normalize", [x], (scope) => {
    const given = convertToTensor(x, { name: "x" });
    const squareSum = reduceSum(square(given), { axis, keepdims: true });
    return multiply(given, rsqrt(maximum(squareSum, epsilon)), { name: scope });
  });
}

/** Below this many elements, they are counted in int32. */
const INT32_MAX = 2 ** 31 - 1;

/**
 * The share of elements that are 0.
 *
 * Shapes: any → `[]`. Dtypes: any number → float32.
 *
 * @see TensorFlow `zero_fraction`, python/ops/nn_impl.py
 * @example
 * session.runSync(nn.zeroFraction(constant([0, 1, 0, 2]))).item(); // 0.5
 */
export function zeroFraction(value: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "zero_fraction", [value], () => {
    const given = convertToTensor(value, { name: "value" });
    const count = size(given, { outType: int64 });
    const nonzero = cond(
      count.lessEqual(INT32_MAX),
      () => cast(countNonzero(given, int32), int64),
      () => countNonzero(given, int64),
    );
    const fraction = runInScope(makeNameScope("counts_to_fraction"), () => {
      const zeroCount = count.sub(nonzero);
      return cast(zeroCount, float32).div(cast(count, float32));
    });
    return identity(fraction, { name: "fraction" });
  });
}

function countNonzero(value: Tensor, dtype: DType): Tensor {
  return runInScope(makeNameScope("count_nonzero", { values: [value] }), () => {
    const zero = zeros([], { dtype: value.dtype });
    return reduceSum(cast(notEqual(value, zero), dtype), { name: "nonzero_count" });
  });
}

/**
 * Normalizes with given statistics: (x - mean) / √(variance + epsilon), times scale, plus offset.
 *
 * Shapes: mean, variance, offset and scale broadcast against x. Dtypes: float16, bfloat16, float32, float64, all alike.
 *
 * @param offset added at the end, or `null`.
 * @param scale a factor, or `null`.
 * @see TensorFlow `batch_normalization`, python/ops/nn_impl.py
 * @example
 * const x = constant([1, 3]);
 * session.runSync(nn.batchNormalization(x, 2, constant([4, 4]), null, null, 0)).toArray(); // [-0.5, 0.5]
 */
export function batchNormalization(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  offset: TensorLike | null,
  scale: TensorLike | null,
  varianceEpsilon: TensorLike,
  options: NameOption = {},
): Tensor {
  return inOpScope(options.name, "batchnorm", [x, mean, variance, scale, offset], () => {
    const input = x instanceof Tensor || isTensorConvertible(x) ? x : convertToTensor(x);
    const { dtype } = input as Tensor;
    const rootInverse = rsqrt(operators.binary("add", variance, varianceEpsilon));
    const inverse = scale === null ? rootInverse : rootInverse.mul(scale);
    const scaled = operators.binary("mul", input, cast(inverse, dtype));
    return scaled.add(cast(shift(mean, offset, inverse), dtype));
  });
}

/** What is added in the end: the offset less the mean, scaled. */
function shift(mean: TensorLike, offset: TensorLike | null, inverse: Tensor): Tensor {
  if (offset !== null) return operators.binary("sub", offset, operators.binary("mul", mean, inverse));
  const negative = mean instanceof Tensor ? mean.neg() : typeof mean === "number" ? -mean : convertToTensor(mean).neg();
  return operators.binary("mul", negative, inverse);
}
