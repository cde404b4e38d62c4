/** Builders of the ops that count, search sorted rows, multiply vectors across, and sum exponentials on the way. Mirrors python/ops/{bincount,array,histogram,math}_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DTypeLike, int32 } from "../tensor/dtype.ts";
import { constant } from "./array.ts";
import { cast } from "./cast.ts";
import { greater } from "./compare.ts";
import { withDependencies } from "./control-flow.ts";
import { countingDefs as defs } from "./counting.defs.ts";
import { truediv } from "./division.ts";
import { floor } from "./elementary.ts";
import { Assert } from "./logging.ts";
import { clipByValue, maximum, minimum } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceMax, type ScanOptions, scan } from "./reduce.ts";
import { reshape, shape, size, unnamedShape } from "./shape.ts";

/** Options of `bincount`. */
export interface BincountOptions {
  /** What each element counts; default 1. */
  readonly weights?: TensorLike | null | undefined;
  /** The least length of the result. */
  readonly minlength?: TensorLike | null | undefined;
  /** The greatest length of the result; what would lie behind it does not count. */
  readonly maxlength?: TensorLike | null | undefined;
  /** The dtype of the result without weights; default int32. */
  readonly dtype?: DTypeLike | undefined;
}

/**
 * Counts how often each whole number occurs.
 *
 * Shapes: arr any, weights alike → `[max + 1]`. Dtypes: arr int32, int64 (floating ones are cut to int32); weights int32, int64, float32, float64.
 *
 * @throws {DTypeError} for integers of other sizes. @throws {InvalidArgumentError} in a step, for negative numbers.
 * @see TensorFlow `bincount`, python/ops/bincount_ops.py; `DenseBincount`, core/ops/math_ops.cc
 * @example
 * session.runSync(bincount([1, 1, 3])).toArray(); // [0, 2, 0, 1]
 */
export function bincount(arr: TensorLike, options: BincountOptions = {}): Tensor {
  return inOpScope(null, "bincount", [arr], () => {
    const given = convertToTensor(arr, { preferredDtype: int32, name: "arr" });
    const weights = isGiven(options.weights) ? convertToTensor(options.weights, { name: "weights" }) : null;
    const values = given.dtype.isInteger ? given : cast(given, int32);
    const { dtype } = values;
    const isNonEmpty = size(values).greater(0);
    let bins = cast(isNonEmpty, dtype).mul(reduceMax(values).add(1));
    if (isGiven(options.minlength))
      bins = maximum(convertToTensor(options.minlength, { dtype, name: "minlength" }), bins);
    if (isGiven(options.maxlength))
      bins = minimum(convertToTensor(options.maxlength, { dtype, name: "maxlength" }), bins);
    const counted = weights === null ? null : reshape(weights, [-1]);
    const flat = reshape(values, [-1]);
    const used = counted ?? constant([], { dtype: options.dtype ?? int32 });
    return applyOp1(defs.DenseBincount, [flat, bins, used], { binary_output: false });
  });
}

function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== null && value !== undefined;
}

/** Options of `searchsorted`. */
export interface SearchsortedOptions extends NameOption {
  /** `left` (default): before equal elements; `right`: behind them. */
  readonly side?: string | undefined;
  /** int32 (default) or int64. */
  readonly outType?: DTypeLike | undefined;
}

/**
 * Where values would have to be put into sorted rows.
 *
 * Shapes: sortedSequence `[…, n]`, values `[…, m]` → `[…, m]`. Dtypes: real numbers; both alike.
 *
 * @throws {ArgumentError} for another side. @throws {InvalidArgumentError} in a step, when there are not as many rows of both.
 * @see TensorFlow `searchsorted`, python/ops/array_ops.py; `LowerBound`, core/ops/array_ops.cc
 * @example
 * session.runSync(searchsorted(constant([1, 3, 5]), constant([0, 3, 4]))).toArray(); // [0, 1, 2]
 */
export function searchsorted(
  sortedSequence: TensorLike,
  values: TensorLike,
  options: SearchsortedOptions = {},
): Tensor {
  const { side = "left", outType = int32, name } = options;
  return publicCall(() => {
    const length = unnamedShape(sortedSequence).at([-1]);
    const count = unnamedShape(values).at([-1]);
    const rows = reshape(sortedSequence, [-1, length]);
    const wanted = reshape(values, [-1, count]);
    if (side !== "left" && side !== "right") {
      throw new ArgumentError(`Argument \`side\` must be either 'right' or 'left'. Received: \`side\` = '${side}'.`, {
        side,
      });
    }
    const def = side === "right" ? defs.UpperBound : defs.LowerBound;
    return reshape(applyOp1(def, [rows, wanted], { out_type: outType }, name), unnamedShape(values));
  });
}

/**
 * Turns places in a list into places in an array of these dimensions.
 *
 * Shapes: indices `[]` or `[n]`, dims `[d]` → `[d]` or `[d, n]`. Dtypes: int32, int64; both alike.
 *
 * @throws {InvalidArgumentError} in a step, for an index beyond the array, a dimension of 0, or without indices.
 * @see TensorFlow `UnravelIndex`, core/ops/array_ops.cc
 * @example
 * session.runSync(unravelIndex([4, 5], [2, 3])).toArray(); // [[1, 1], [1, 2]]
 */
export function unravelIndex(indices: TensorLike, dims: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.UnravelIndex, [indices, dims], {}, options.name);
}

/** Options of `histogramFixedWidth`. */
export interface HistogramOptions extends NameOption {
  /** How many bins of equal width; default 100. */
  readonly nbins?: TensorLike | undefined;
  /** int32 (default) or int64. */
  readonly dtype?: DTypeLike | undefined;
}

/**
 * Counts values in bins of equal width; the first and the last bin take what lies outside.
 *
 * Shapes: values any, valueRange `[2]` → `[nbins]`. Dtypes: int32, int64, float32, float64; values and range alike.
 *
 * @throws {ShapeError} for other than two bounds or no bins. @throws {InvalidArgumentError} in a step, when the bounds do not ascend.
 * @see TensorFlow `histogram_fixed_width`, python/ops/histogram_ops.py; `HistogramFixedWidth`, core/ops/math_ops.cc
 * @example
 * session.runSync(histogramFixedWidth(constant([-1, 0, 1.5, 2, 5, 15]), [0, 5], { nbins: 5 })).toArray(); // [2, 1, 1, 0, 2]
 */
export function histogramFixedWidth(
  values: TensorLike,
  valueRange: TensorLike,
  options: HistogramOptions = {},
): Tensor {
  const { nbins = 100, dtype } = options;
  return inOpScope(options.name, "histogram_fixed_width", [values, valueRange, nbins], (scope) =>
    applyOp1(defs.HistogramFixedWidth, [values, valueRange, nbins], { dtype }, scope),
  );
}

/**
 * In which of bins of equal width each value lies; the first and the last bin take what lies outside.
 *
 * Shapes: values any, valueRange `[2]` → as values. Dtypes: values float16, bfloat16, float32, float64; range alike; result int32.
 *
 * @throws {InvalidArgumentError} in a step, for no bins.
 * @remarks As in TensorFlow, `dtype` has no effect: the result is int32.
 * @see TensorFlow `histogram_fixed_width_bins`, python/ops/histogram_ops.py
 * @example
 * session.runSync(histogramFixedWidthBins(constant([-1, 0, 1.5, 2, 5, 15]), [0, 5], { nbins: 5 })).toArray(); // [0, 0, 1, 2, 4, 4]
 */
export function histogramFixedWidthBins(
  values: TensorLike,
  valueRange: TensorLike,
  options: HistogramOptions = {},
): Tensor {
  const { nbins: wanted = 100 } = options;
  return inOpScope(options.name, "histogram_fixed_width_bins", [values, valueRange, wanted], () => {
    const given = convertToTensor(values, { name: "values" });
    const sizes = shape(given);
    const flat = reshape(given, [-1]);
    const bounds = convertToTensor(valueRange, { name: "value_range" });
    const nbins = convertToTensor(wanted, { dtype: int32, name: "nbins" });
    const check = Assert(greater(nbins, 0), [`nbins ${nbins} must > 0`]);
    const count = cast(withDependencies([check], nbins), flat.dtype);
    const scaled = truediv(flat.sub(bounds.at([0])), bounds.at([1]).sub(bounds.at([0])), { name: "scaled_values" });
    const bins = floor(count.mul(scaled), { name: "indices" });
    return reshape(cast(clipByValue(bins, 0, count.sub(1)), int32), sizes);
  });
}

/**
 * The product of vectors across: perpendicular to both.
 *
 * Shapes: a and b `[…, 3]` → `[…, 3]`. Dtypes: real numbers; both alike.
 *
 * @throws {ShapeError} when the shapes differ, or the vectors have not three elements.
 * @see TensorFlow `Cross`, core/ops/math_ops.cc
 * @example
 * session.runSync(cross(constant([1, 0, 0]), constant([0, 1, 0]))).toArray(); // [0, 0, 1]
 */
export function cross(a: TensorLike, b: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Cross, [a, b], {}, options.name);
}

/**
 * Running logarithms of sums of exponentials along an axis.
 *
 * Shapes: x `[…]` → `[…]`. Dtypes: bfloat16, float16, float32, float64. What has nothing before it is -∞ when elements are left out
 * of their own sums.
 *
 * @throws {InvalidArgumentError} when it runs, for an axis that x does not have.
 * @see TensorFlow `cumulative_logsumexp`, python/ops/math_ops.py; `CumulativeLogsumexp`, core/ops/math_ops.cc
 * @example
 * session.runSync(math.cumulativeLogsumexp(constant([0, -Infinity]))).toArray(); // [0, 0]
 */
export function cumulativeLogsumexp(x: TensorLike, options: ScanOptions = {}): Tensor {
  return scan(defs.CumulativeLogsumexp, x, options);
}
