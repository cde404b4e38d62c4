/** Builders that make tensors shorter: by their norm, by their mean norm, or by the norm of all together. Mirrors python/ops/clip_ops.py. */
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { pythonTypeName } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { float32 } from "../tensor/dtype.ts";
import { constant, identity, onesLike } from "./array.ts";
import { cast } from "./cast.ts";
import { where } from "./compare.ts";
import { stack } from "./concat.ts";
import { rsqrt, sqrt } from "./elementary.ts";
import { type IndexedSlices, type LikeGiven, likeGiven, valuesOf } from "./indexed-slices.ts";
import { maximum, minimum } from "./math.ts";
import { l2Loss } from "./nn.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { range } from "./range.ts";
import { reduceSum } from "./reduce.ts";
import { rank, size } from "./shape.ts";

/** Options of `clipByNorm`. */
export interface ClipByNormOptions extends NameOption {
  /** Which dimensions make one vector; default all. */
  readonly axes?: TensorLike | null | undefined;
}

/**
 * Scales a tensor down so that its Euclidean norm is no greater than `clipNorm`.
 *
 * Shapes: t any, clipNorm broadcasts to it → that of t. Dtypes: float16, bfloat16, float32, float64. A clipNorm below 0 counts as 0. Of `IndexedSlices`, the rows that are there are clipped.
 *
 * @throws {ArgumentError} when clipNorm would make the tensor larger.
 * @see TensorFlow `clip_by_norm`, python/ops/clip_ops.py
 * @example
 * session.runSync(clipByNorm(constant([3, 4]), 2.5)).toArray(); // [1.5, 2]
 */
export function clipByNorm(t: IndexedSlices, clipNorm: TensorLike, options?: ClipByNormOptions): IndexedSlices;
export function clipByNorm(t: TensorLike, clipNorm: TensorLike, options?: ClipByNormOptions): Tensor;
export function clipByNorm(
  t: TensorLike,
  clipNorm: TensorLike,
  options: ClipByNormOptions = {},
): Tensor | IndexedSlices {
  return inOpScope(options.name, "clip_by_norm", [t, clipNorm], (scope) => {
    const values = convertToTensor(valuesOf(t), { name: "t" });
    const norm = typeof clipNorm === "number" ? Math.max(clipNorm, 0) : cast(maximum(clipNorm, 0), values.dtype);
    const sum = reduceSum(values.mul(values), { axis: options.axes, keepdims: true });
    // The root of 0 has no gradient, so it is not taken.
    const isPositive = sum.greater(0);
    const root = where(isPositive, sqrt(where(isPositive, sum, onesLike(sum))), sum);
    const scaled = values.mul(norm);
    if (!values.shape.isCompatibleWith(scaled.shape))
      throw new ArgumentError(`Shapes ${values.shape} and ${scaled.shape} are incompatible`, { t: values, clipNorm });
    return likeGiven(t, identity(scaled.div(maximum(root, norm)), { name: scope }));
  });
}

/**
 * Scales a tensor down so that its Euclidean norm, divided by the number of elements, is no greater than `clipNorm`.
 *
 * Shapes: t any, clipNorm `[]` → that of t. Dtypes: float32.
 *
 * @see TensorFlow `clip_by_average_norm`, python/ops/clip_ops.py
 * @example
 * session.runSync(clipByAverageNorm(constant([6, 8]), 1.25)).toArray(); // [1.5, 2]
 */
export function clipByAverageNorm(t: TensorLike, clipNorm: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "clip_by_average_norm", [t, clipNorm], (scope) => {
    const values = convertToTensor(t, { name: "t" });
    const count = cast(size(values), float32);
    const inverse = rsqrt(reduceSum(values.mul(values), { axis: range(rank(values)) }));
    const scaled = values.mul(clipNorm);
    const factor = minimum(inverse.mul(count), constant(1).div(clipNorm));
    return identity(scaled.mul(factor), { name: scope });
  });
}

/** Tensors, and `null` where there is none, such as a gradient of what has no influence. */
export type TensorsOrNull = readonly (TensorLike | null)[];

function checkList(tList: unknown): void {
  if (Array.isArray(tList)) return;
  throw new ArgumentTypeError(
    `\`t_list\` should be a sequence of tensors. Received ${pythonTypeName(tList)}.\n  instead  [tensor], or clipByNorm(tensor, norm)`,
    { tList },
  );
}

function converted(tensors: TensorsOrNull): (Tensor | null)[] {
  return tensors.map((t, i) => (t === null ? null : convertToTensor(valuesOf(t), { name: `t_${i}` })));
}

/**
 * The Euclidean norm of several tensors, as of one vector of all their elements.
 *
 * Shapes: any → `[]`. Dtypes: float16, bfloat16, float32, float64; all alike.
 *
 * @see TensorFlow `global_norm`, python/ops/clip_ops.py
 * @example
 * session.runSync(globalNorm([constant([3]), null, constant(4)])).item(); // 5
 */
export function globalNorm(tList: TensorsOrNull, options: NameOption = {}): Tensor {
  checkList(tList);
  return inOpScope(options.name, "global_norm", [tList], () => {
    const halves = converted(tList).flatMap((v) => (v === null ? [] : [beside(v, () => l2Loss(v))]));
    const half = reduceSum(stack(halves));
    return sqrt(half.mul(constant(2, { dtype: half.dtype })), { name: "global_norm" });
  });
}

/** Runs a body whose ops stand on the device of a tensor. */
function beside<T>(tensor: Tensor, body: () => T): T {
  return runInScope(makeColocation(tensor.op), body);
}

/** Options of `clipByGlobalNorm`. */
export interface ClipByGlobalNormOptions extends NameOption {
  /** The norm of all together, when it is known already. */
  readonly useNorm?: Tensor | null | undefined;
}

/** What `clipByGlobalNorm` gives. */
export interface ClippedByGlobalNorm<T extends TensorsOrNull = TensorsOrNull> {
  /** The scaled tensors; rows where there were rows, `null` where there was none. */
  readonly listClipped: { -readonly [K in keyof T]: LikeGiven<T[K]> };
  /** The norm before. */
  readonly globalNorm: Tensor;
}

/**
 * Scales tensors down, all by the same factor, so that the norm of all together is no greater than `clipNorm`.
 *
 * Shapes: tList any, clipNorm `[]` → those of tList. Dtypes: float16, bfloat16, float32, float64. When the norm is infinite or not a
 * number, so are the results.
 *
 * @see TensorFlow `clip_by_global_norm`, python/ops/clip_ops.py
 * @example
 * const { listClipped } = clipByGlobalNorm([constant([3]), constant([4])], 2.5);
 * session.runSync(listClipped[1]).toArray(); // [2]
 */
export function clipByGlobalNorm<const T extends TensorsOrNull>(
  tList: T,
  clipNorm: TensorLike,
  options: ClipByGlobalNormOptions = {},
): ClippedByGlobalNorm<T> {
  checkList(tList);
  const norm = options.useNorm ?? globalNorm(tList, { name: options.name });
  const listClipped = inOpScope(options.name, "clip_by_global_norm", [tList, clipNorm], (scope) => {
    const least = minimum(operators.binary("truediv", 1, norm), constant(1, { dtype: norm.dtype }).div(clipNorm));
    const finite = operators.binary("mul", clipNorm, least);
    // What is not finite minus itself is not a number.
    const scale = finite.add(norm.sub(norm));
    const clipped = converted(tList).map((v, i) =>
      v === null ? null : beside(v, () => identity(v.mul(cast(scale, v.dtype)), { name: `${scope}_${i}` })),
    );
    return clipped.map((v, i) => v && likeGiven(tList[i] ?? null, v));
  });
  return { listClipped: listClipped as unknown as ClippedByGlobalNorm<T>["listClipped"], globalNorm: norm };
}
