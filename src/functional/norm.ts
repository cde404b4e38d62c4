/** Builders of norms. That of matrices of order 2 maps a function over their axes. Mirrors `norm`, python/ops/linalg_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { equal, where } from "../ops/compare.ts";
import { conj } from "../ops/complex.ts";
import { concat } from "../ops/concat.ts";
import { cond } from "../ops/cond.ts";
import { abs, sqrt } from "../ops/elementary.ts";
import { gatherDefs } from "../ops/gather.defs.ts";
import { linalgDefs } from "../ops/linalg.defs.ts";
import { pow } from "../ops/math.ts";
import { inOpScope, type NameOption } from "../ops/op-scope.ts";
import { range } from "../ops/range.ts";
import { reduceMax, reduceSum } from "../ops/reduce.ts";
import { expandDims, rank, squeeze } from "../ops/shape.ts";
import { transpose } from "../ops/transpose.ts";
import { int32 } from "../tensor/dtype.ts";
import { mapFn } from "./map-fn.ts";

/** Options of `norm`. */
export interface NormOptions extends NameOption {
  /** `euclidean` (default), `fro`, 1, 2, `Infinity`, or for vectors any number above 0. */
  readonly ord?: number | "euclidean" | "fro" | undefined;
  /** One dimension of vectors, two of matrices; default: all elements are one vector. */
  readonly axis?: number | readonly number[] | null | undefined;
  /** Whether the dimensions stay, with size 1. */
  readonly keepdims?: boolean | undefined;
}

const MATRIX_ORDERS: readonly unknown[] = ["euclidean", "fro", 1, 2, Infinity];

function orderText(order: unknown): string {
  return order === Infinity ? "inf" : String(order);
}

/** Checks what `norm` was asked for, and gives the axes; `null` for all. */
function checkedAxes(order: unknown, axis: number | readonly number[] | null): readonly number[] | null {
  if (typeof axis === "object" && axis !== null && axis.length === 2) {
    if (axis.some((a) => !Number.isInteger(a)) || axis[0] === axis[1])
      throw new ArgumentError(
        `'axis' must be None, an integer, or a tuple of 2 unique integers, got (${axis.join(", ")})`,
        { axis },
      );
    if (!MATRIX_ORDERS.includes(order))
      throw new ArgumentError(
        `'ord' must be a supported matrix norm in ['euclidean', 'fro', 1, 2, inf], got ${orderText(order)}`,
        { order },
      );
    return axis;
  }
  if (axis !== null && typeof axis !== "number")
    throw new ArgumentError(
      `'axis' must be None, an integer, or a tuple of 2 unique integers, got ${pythonText(axis)}`,
      { axis },
    );
  if (order !== "euclidean" && !(typeof order === "number" && order > 0))
    throw new ArgumentError(`'ord' must be a supported vector norm, got ${orderText(order)}`, { order });
  return axis === null ? null : [axis];
}

/**
 * The norm of vectors or matrices.
 *
 * Shapes: as a reduction over `axis`. Dtypes: float16, bfloat16, float32, float64; complex64 and complex128, too, for the Euclidean norm
 * and order 2 of matrices, their largest singular value.
 *
 * @throws {ArgumentError} for an order or axes that there are not.
 * @see TensorFlow `norm`, python/ops/linalg_ops.py
 * @example
 * session.runSync(norm(constant([[3, 4], [6, 8]]), { axis: 1 })).toArray(); // [5, 10]
 */
export function norm(tensor: TensorLike, options: NormOptions = {}): Tensor {
  const { ord = "euclidean", axis = null, keepdims = false } = options;
  const axes = checkedAxes(ord, axis);
  return inOpScope(options.name, "norm", [tensor], () => {
    const x = convertToTensor(tensor);
    const result = ord === 2 && axes?.length === 2 ? largestSingularValue(x, axes) : kept(x, ord, axes);
    return keepdims ? result : squeeze(result, { axis: axes ?? undefined });
  });
}

/** Order 2 of matrices, with the dimensions kept: their axes go last, and back. */
function largestSingularValue(x: Tensor, given: readonly number[]): Tensor {
  const count = rank(x);
  const positive = mapFn(
    (i) =>
      cond(
        i.greaterEqual(0),
        () => i,
        () => i.add(count),
      ) as Tensor,
    convertToTensor(given, { dtype: int32 }),
  );
  const axes = range(count);
  const others = applyOp(gatherDefs.ListDiff, [axes, positive], { out_idx: int32 }).output(0);
  const before = concat([others, positive], 0);
  const after = mapFn((i) => cast(squeeze(where(equal(before, i))), int32), axes);
  const matrices = transpose(x, { perm: before });
  const values = applyOp(linalgDefs.Svd, [matrices], { compute_uv: false }).output(0);
  const largest = expandDims(reduceMax(abs(values), { axis: -1, keepdims: true }), -1);
  return transpose(largest, { perm: after });
}

/** The norm, with its dimensions kept. */
function kept(x: Tensor, ord: number | string, axes: readonly number[] | null): Tensor {
  const whole = { axis: axes, keepdims: true };
  const [first, last] = [
    { axis: axes?.[0], keepdims: true },
    { axis: axes?.at(-1), keepdims: true },
  ];
  if (typeof ord === "string" || ord === 2) return sqrt(reduceSum(x.mul(conj(x)), whole));
  const sizes = abs(x);
  if (ord === 1) {
    const sum = reduceSum(sizes, first);
    return axes?.length === 2 ? reduceMax(sum, last) : sum;
  }
  if (ord === Infinity) return reduceMax(axes?.length === 2 ? reduceSum(sizes, last) : sizes, first);
  return pow(reduceSum(pow(sizes, ord), whole), 1 / ord);
}

/** What `normalize` gives. */
export interface Normalized {
  readonly normalized: Tensor;
  /** The norm, with its dimensions kept. */
  readonly norm: Tensor;
}

/**
 * Divides a tensor by its norm.
 *
 * Shapes: any → the same, and the norm with its dimensions kept. Dtypes: as `norm`.
 *
 * @throws {ArgumentError} for an order or axes that there are not.
 * @see TensorFlow `normalize`, python/ops/nn_impl.py
 * @example
 * session.runSync(linalg.normalize(constant([0, 4])).normalized).toArray(); // [0, 1]
 */
export function normalize(tensor: TensorLike, options: Omit<NormOptions, "keepdims"> = {}): Normalized {
  return inOpScope(options.name, "normalize", [tensor], () => {
    const x = convertToTensor(tensor);
    const size = cast(norm(x, { ord: options.ord, axis: options.axis, keepdims: true }), x.dtype);
    return { normalized: x.div(size), norm: size };
  });
}
