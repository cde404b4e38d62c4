/** Builders of reductions over axes and of running sums and products. Mirrors python/ops/math_ops.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { type DTypeLike, int8, int16, int32, int64, uint8, uint16 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { scalarShape, TensorShape } from "../tensor/shape.ts";
import { stopGradient, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { compareDefs } from "./compare.defs.ts";
import { notEqual } from "./compare.ts";
import { exp, isFinite, log, sqrt, square } from "./elementary.ts";
import { add, subtract } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { range } from "./range.ts";
import { reduceDefs as defs } from "./reduce.defs.ts";
import { shapeDefs } from "./shape.defs.ts";
import { rank, reshape } from "./shape.ts";

/** Options of every reduction. */
export interface ReduceOptions extends NameOption {
  /** The axis or axes to reduce; negative ones count from the end. Default: all. */
  readonly axis?: TensorLike | null | undefined;
  /** Whether reduced axes stay, with length 1. Default false. */
  readonly keepdims?: boolean | null | undefined;
  /** TensorFlow's older name of `axis`. */
  readonly reductionIndices?: TensorLike | null | undefined;
  /** TensorFlow's older name of `keepdims`. */
  readonly keepDims?: boolean | null | undefined;
}

/** The value of an option with an older name. */
function renamed<T>(
  name: string,
  value: T | null | undefined,
  oldName: string,
  oldValue: T | null | undefined,
): T | null {
  if (oldValue === undefined || oldValue === null) return value ?? null;
  if (value !== undefined && value !== null)
    throw new ArgumentError(`Cannot specify both '${oldName}' and '${name}'.`, { [name]: value, [oldName]: oldValue });
  return oldValue;
}

function reduce(def: OpDef, input: TensorLike, options: ReduceOptions): Tensor {
  return publicCall(() => {
    const axis = renamed("axis", options.axis, "reduction_indices", options.reductionIndices);
    const keepdims = renamed("keepdims", options.keepdims, "keep_dims", options.keepDims) ?? false;
    return scalarWhenAll(
      applyOp1(def, [input, axis ?? allAxes(input)], { keep_dims: keepdims }, options.name),
      axis,
      keepdims,
    );
  });
}

/** Every axis of a tensor: a constant when the rank is known, and a few ops when it is not. */
function allAxes(input: TensorLike): Tensor {
  const isSymbolic = input instanceof Tensor || isTensorConvertible(input);
  const shape = isSymbolic ? (input as { readonly shape?: unknown }).shape : undefined;
  const known = shape instanceof TensorShape ? shape.rank : null;
  if (known)
    return convertToTensor(
      ndarray(
        Array.from({ length: known }, (_, i) => i),
        int32,
      ),
    );
  return range(0, rank(input));
}

/** A result over all axes is a scalar, also when inference cannot see it. */
function scalarWhenAll(output: Tensor, axis: TensorLike | null, keepdims: boolean): Tensor {
  if (axis === null && !keepdims && !output.shape.isFullyDefined()) output.setShape(scalarShape);
  return output;
}

/**
 * Sums over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: all numbers.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_sum`, python/ops/math_ops.py; `Sum`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceSum(constant([[1, 2], [3, 4]]), { axis: 0 })).toArray(); // [4, 6]
 */
export function reduceSum(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.Sum, input, options);
}

/**
 * The mean over axes; of integers, rounded toward zero.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: all numbers.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_mean`, python/ops/math_ops.py; `Mean`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceMean(constant([[1, 2], [3, 4]]))).item(); // 2.5
 */
export function reduceMean(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.Mean, input, options);
}

/**
 * Multiplies over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: all numbers.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_prod`, python/ops/math_ops.py; `Prod`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceProd(constant([[1, 2], [3, 4]]))).item(); // 24
 */
export function reduceProd(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.Prod, input, options);
}

/**
 * The greatest element over axes; of none, the least value of the dtype.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: real numbers.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_max`, python/ops/math_ops.py; `Max`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceMax(constant([[1, 2], [3, 4]]), { axis: 1 })).toArray(); // [2, 4]
 */
export function reduceMax(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.Max, input, options);
}

/**
 * The smallest element over axes; of none, the greatest value of the dtype.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: real numbers.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_min`, python/ops/math_ops.py; `Min`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceMin(constant([[1, 2], [3, 4]]), { axis: 1 })).toArray(); // [1, 3]
 */
export function reduceMin(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.Min, input, options);
}

/**
 * Whether all are true over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: bool.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_all`, python/ops/math_ops.py; `All`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceAll(constant([true, false]))).item(); // false
 */
export function reduceAll(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.All, input, options);
}

/**
 * Whether one is true over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: bool.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_any`, python/ops/math_ops.py; `Any`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceAny(constant([true, false]))).item(); // true
 */
export function reduceAny(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.Any, input, options);
}

/**
 * The square root of the sum of squares over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: all numbers.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_euclidean_norm`, python/ops/math_ops.py; `EuclideanNorm`, core/ops/math_ops.cc
 * @example
 * session.runSync(reduceEuclideanNorm(constant([3, 4]))).item(); // 5
 */
export function reduceEuclideanNorm(input: TensorLike, options: ReduceOptions = {}): Tensor {
  return reduce(defs.EuclideanNorm, input, options);
}

/**
 * The logarithm of the sum of exponentials over axes, without overflow.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `reduce_logsumexp`, python/ops/math_ops.py
 * @example
 * session.runSync(reduceLogSumExp(constant([5]))).item(); // 5
 */
export function reduceLogSumExp(input: TensorLike, options: ReduceOptions = {}): Tensor {
  const axis = renamed("axis", options.axis, "reduction_indices", options.reductionIndices);
  const keepdims = renamed("keepdims", options.keepdims, "keep_dims", options.keepDims) ?? false;
  return inOpScope(options.name, "ReduceLogSumExp", [input], (scope) => {
    const greatest = reduceMax(input, { axis, keepdims: true });
    const shift = stopGradient(applyOp1(compareDefs.SelectV2, [isFinite(greatest), greatest, 0]));
    const sum = log(reduceSum(exp(subtract(input, shift)), { axis, keepdims }));
    const back = keepdims ? shift : reshape(shift, applyOp1(shapeDefs.Shape, [sum]));
    return scalarWhenAll(add(sum, back, { name: scope }), axis, keepdims);
  });
}

/**
 * The mean squared distance from the mean, over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ArgumentTypeError} for integers.
 * @see TensorFlow `reduce_variance`, python/ops/math_ops.py
 * @example
 * session.runSync(reduceVariance(constant([1, 3]))).item(); // 1
 */
export function reduceVariance(
  input: TensorLike,
  options: Pick<ReduceOptions, "axis" | "keepdims" | "name"> = {},
): Tensor {
  const { axis, keepdims } = options;
  return inOpScope(options.name || "reduce_variance", "", [], () => {
    const values = convertToTensor(input);
    const means = reduceMean(values, { axis, keepdims: true });
    if (means.dtype.isInteger)
      throw new ArgumentTypeError(`Input must be either real or complex. Received integer type ${means.dtype}.`, {
        input,
      });
    return reduceMean(square(values.sub(means)), { axis, keepdims });
  });
}

/**
 * The square root of the variance, over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {ArgumentTypeError} for integers.
 * @see TensorFlow `reduce_std`, python/ops/math_ops.py
 * @example
 * session.runSync(reduceStd(constant([1, 5]))).item(); // 2
 */
export function reduceStd(input: TensorLike, options: Pick<ReduceOptions, "axis" | "keepdims" | "name"> = {}): Tensor {
  const { axis, keepdims } = options;
  return inOpScope(options.name || "reduce_std", "", [], () =>
    sqrt(reduceVariance(convertToTensor(input), { axis, keepdims })),
  );
}

/** Options of `countNonzero`. */
export interface CountOptions extends ReduceOptions {
  /** The dtype of the result. Default int64. */
  readonly dtype?: DTypeLike | undefined;
}

/**
 * How many elements are not zero, over axes.
 *
 * Shapes: input `[…]` → the axes that are left; all of them, with 1 in place of reduced ones, with `keepdims`.
 * Dtypes: all numbers, bool → `dtype`.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `count_nonzero`, python/ops/math_ops.py
 * @example
 * session.runSync(countNonzero(constant([[0, 1], [2, 0]]), { axis: 0 })).toArray(); // [1n, 1n]
 */
export function countNonzero(input: TensorLike, options: CountOptions = {}): Tensor {
  const keepdims = renamed("keepdims", options.keepdims, "keep_dims", options.keepDims) ?? false;
  const axis = renamed("axis", options.axis, "reduction_indices", options.reductionIndices);
  return inOpScope(options.name, "count_nonzero", [input], () => {
    const values = convertToTensor(input, { name: "input" });
    const isCounted = values.dtype.isBool ? values : notEqual(values, zeros([], { dtype: values.dtype }));
    return cast(reduceSum(cast(isCounted, int64), { axis, keepdims }), options.dtype ?? int64);
  });
}

/** Options of `argmax` and `argmin`. */
export interface ArgumentOptions extends NameOption {
  /** Default 0. */
  readonly axis?: number | Tensor | null | undefined;
  /** TensorFlow's older name of `axis`. */
  readonly dimension?: number | Tensor | null | undefined;
  /** int32 or int64, the default. */
  readonly outputType?: DTypeLike | undefined;
}

/**
 * The position of the greatest element along an axis; the first of equal ones.
 *
 * Shapes: input `[…]` → `[…]` without the axis.
 * Dtypes: real numbers, bool → int64 or `outputType`.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `argmax`, python/ops/math_ops.py; `ArgMax`, core/ops/math_ops.cc
 * @example
 * session.runSync(argmax(constant([[1, 9], [3, 4]]), { axis: 1 })).toArray(); // [1n, 1n]
 */
export function argmax(input: TensorLike, options: ArgumentOptions = {}): Tensor {
  return publicCall(() => {
    const axis = argumentAxis(renamed("axis", options.axis, "dimension", options.dimension) ?? 0);
    return applyOp1(defs.ArgMax, [input, axis], { output_type: options.outputType }, options.name);
  });
}

function argumentAxis(axis: unknown): unknown {
  if (typeof axis === "number" && Number.isInteger(axis)) return axis;
  const isSymbolic = axis instanceof Tensor || isTensorConvertible(axis);
  if (!isSymbolic) throw new ArgumentTypeError("axis must be int or Tensor with integer datatype", { axis });
  const { dtype } = axis as Tensor;
  if (![int8, uint8, int16, uint16, int32, int64].includes(dtype.baseDtype))
    throw new ArgumentTypeError(`axis tensor dtypes ${dtype} is not supported`, { axis });
  return [int8, uint8, int16, uint16].includes(dtype.baseDtype) ? cast(axis, int32) : axis;
}

/**
 * The position of the smallest element along an axis; the first of equal ones.
 *
 * Shapes: input `[…]` → `[…]` without the axis.
 * Dtypes: real numbers, bool → int64 or `outputType`.
 *
 * @throws {ArgumentError} for an axis that the input does not have.
 * @see TensorFlow `argmin`, python/ops/math_ops.py; `ArgMin`, core/ops/math_ops.cc
 * @example
 * session.runSync(argmin(constant([[1, 9], [3, 4]]), { axis: 1 })).toArray(); // [0n, 0n]
 */
export function argmin(input: TensorLike, options: ArgumentOptions = {}): Tensor {
  const axis = renamed("axis", options.axis, "dimension", options.dimension) ?? 0;
  return applyOp1(defs.ArgMin, [input, axis], { output_type: options.outputType }, options.name);
}

/** Options of `cumsum` and `cumprod`. */
export interface ScanOptions extends NameOption {
  /** Default 0. */
  readonly axis?: TensorLike | undefined;
  /** Whether an element is left out of its own sum. Default false. */
  readonly exclusive?: boolean | undefined;
  /** Whether to run from the end. Default false. */
  readonly reverse?: boolean | undefined;
}

/** The op of a running result. */
export function scan(def: OpDef, x: TensorLike, options: ScanOptions): Tensor {
  const { axis = 0, exclusive, reverse, name } = options;
  return inOpScope(name, def.type, [x], (scope) =>
    applyOp1(def, [convertToTensor(x, { name: "x" }), axis], { exclusive, reverse }, scope),
  );
}

/**
 * Running sums along an axis.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: all numbers.
 *
 * @throws {InvalidArgumentError} when it runs, for an axis that x does not have.
 * @see TensorFlow `cumsum`, python/ops/math_ops.py; `Cumsum`, core/ops/math_ops.cc
 * @example
 * session.runSync(cumsum(constant([1, 2, 3]))).toArray(); // [1, 3, 6]
 */
export function cumsum(x: TensorLike, options: ScanOptions = {}): Tensor {
  return scan(defs.Cumsum, x, options);
}

/**
 * Running products along an axis.
 *
 * Shapes: x `[…]` → `[…]`.
 * Dtypes: all numbers.
 *
 * @throws {InvalidArgumentError} when it runs, for an axis that x does not have.
 * @see TensorFlow `cumprod`, python/ops/math_ops.py; `Cumprod`, core/ops/math_ops.cc
 * @example
 * session.runSync(cumprod(constant([1, 2, 3]))).toArray(); // [1, 2, 6]
 */
export function cumprod(x: TensorLike, options: ScanOptions = {}): Tensor {
  return scan(defs.Cumprod, x, options);
}
