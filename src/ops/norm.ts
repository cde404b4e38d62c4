/** Builders of norms and traces. Mirrors `norm`, python/ops/linalg_ops.py, and `trace`, python/ops/math_ops.py. */
import { ArgumentError, UnsupportedFeatureError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "./cast.ts";
import { conj } from "./complex.ts";
import { matrixDiagPart } from "./diag.ts";
import { abs, sqrt } from "./elementary.ts";
import { pow } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceMax, reduceSum } from "./reduce.ts";
import { squeeze } from "./shape.ts";

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
 * Shapes: as a reduction over `axis`. Dtypes: float16, bfloat16, float32, float64; complex64 and complex128, too, for the Euclidean norm.
 *
 * @throws {ArgumentError} for an order or axes that there are not. @throws {UnsupportedFeatureError} for the largest singular value, order 2 of matrices.
 * @remarks Differs from TensorFlow: the largest singular value of matrices is not taken; `linalg.svd` gives it.
 * @see TensorFlow `norm`, python/ops/linalg_ops.py
 * @example
 * session.runSync(norm(constant([[3, 4], [6, 8]]), { axis: 1 })).toArray(); // [5, 10]
 */
export function norm(tensor: TensorLike, options: NormOptions = {}): Tensor {
  const { ord = "euclidean", axis = null, keepdims = false } = options;
  const axes = checkedAxes(ord, axis);
  if (ord === 2 && axes?.length === 2) {
    throw new UnsupportedFeatureError(
      "norm of matrices of order 2 is not supported\n  instead  reduceMax(linalg.svd(x, { computeUv: false }), { axis: -1 })",
      { ord, axis },
    );
  }
  return inOpScope(options.name, "norm", [tensor], () => {
    const x = convertToTensor(tensor);
    const result = kept(x, ord, axes);
    return keepdims ? result : squeeze(result, { axis: axes ?? undefined });
  });
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

/**
 * The sum of the diagonal of matrices.
 *
 * Shapes: `[…, m, n]` → `[…]`. Dtypes: numbers.
 *
 * @throws {ShapeError} for vectors and scalars.
 * @see TensorFlow `trace`, python/ops/math_ops.py
 * @example
 * session.runSync(trace(constant([[1, 2], [3, 4]]))).item(); // 5
 */
export function trace(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Trace", [x], (scope) => {
    const matrices = convertToTensor(x, { name: "x" });
    return reduceSum(matrixDiagPart(matrices), { axis: [-1], name: scope });
  });
}
