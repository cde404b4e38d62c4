/** Builders that sort along an axis, by `TopKV2`. Mirrors python/ops/sort_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DType } from "../tensor/dtype.ts";
import { int32, int64 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { constant } from "./array.ts";
import { tensorScatterNdUpdate } from "./gather.ts";
import { topK } from "./nn.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { range } from "./range.ts";
import { rank as rankOf, shape } from "./shape.ts";
import { transpose } from "./transpose.ts";

/** Options of `sort` and `argsort`. */
export interface SortOptions extends NameOption {
  /** The dimension along which is sorted; default -1, the last. */
  readonly axis?: number | undefined;
  /** `ASCENDING` (default) or `DESCENDING`. */
  readonly direction?: string | undefined;
}

/** Which of the two results of `TopKV2` is wanted. */
type Wanted = "values" | "indices";

function sortedBy(values: TensorLike, options: SortOptions, wanted: Wanted): Tensor {
  const { axis = -1, direction = "ASCENDING" } = options;
  if (direction !== "ASCENDING" && direction !== "DESCENDING") {
    throw new ArgumentError(
      `Argument \`direction\` should be one of ASCENDING, DESCENDING. Received: direction=${direction}`,
      { direction },
    );
  }
  convertToTensor(axis, { dtype: int32, name: "axis" });
  const given = convertToTensor(values, { name: "values" });
  return direction === "DESCENDING" ? descending(given, axis, wanted) : ascending(given, axis, wanted);
}

function descending(values: Tensor, axis: number, wanted: Wanted): Tensor {
  const k = shape(values).at([axis]);
  const rank = rankOf(values);
  const known = values.shape.rank;
  if (axis === -1 || axis + 1 === known) return topK(values, { k })[wanted];
  const order = known === null ? computedOrder(rank, axis) : knownOrder(known, axis < 0 ? axis + known : axis);
  const turned = topK(transpose(values, { perm: order }), { k });
  return transpose(turned[wanted], { perm: order });
}

/** The order of axes in which one changes places with the last. */
function knownOrder(rank: number, axis: number): Tensor {
  const order = Array.from({ length: rank }, (_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
  return constant(ndarray(order, int64), { name: "transposition" });
}

function computedOrder(rank: Tensor, axis: number): Tensor {
  const at = axis < 0 ? operators.binary("add", axis, rank) : axis;
  const order = range(rank);
  const last = rank.sub(1);
  return tensorScatterNdUpdate(order, [[at], [last]], [rank.sub(1), at]);
}

/** The largest number of an unsigned type. */
function largest(dtype: DType): number | bigint {
  return dtype.isBig ? 2n ** 64n - 1n : 2 ** (8 * dtype.size) - 1;
}

/** The order is turned round by turning round the numbers, so that none overflows. */
function ascending(values: Tensor, axis: number, wanted: Wanted): Tensor {
  const { dtype } = values;
  const isValues = wanted === "values";
  if (dtype.baseName.startsWith("u")) {
    const offset = largest(dtype);
    const result = descending(operators.binary("sub", offset, values), axis, wanted);
    return isValues ? operators.binary("sub", offset, result) : result;
  }
  if (dtype.isInteger) {
    const result = descending(values.neg().sub(1), axis, wanted);
    return isValues ? result.neg().sub(1) : result;
  }
  const result = descending(values.neg(), axis, wanted);
  return isValues ? result.neg() : result;
}

/**
 * Sorts along an axis.
 *
 * Shapes: any of rank 1 or more → the same. Dtypes: real numbers.
 *
 * @throws {ArgumentError} for another direction. @throws {ShapeError} for an axis that there is not.
 * @see TensorFlow `sort`, python/ops/sort_ops.py
 * @example
 * session.runSync(sort(constant([3, 1, 2]))).toArray(); // [1, 2, 3]
 */
export function sort(values: TensorLike, options: SortOptions = {}): Tensor {
  return inOpScope(options.name, "sort", [values], () => sortedBy(values, options, "values"));
}

/**
 * The places of the elements in sorted order.
 *
 * Shapes: any of rank 1 or more → the same, int32. Dtypes: real numbers. Equal elements stay in order.
 *
 * @throws {ArgumentError} for another direction. @throws {ShapeError} for an axis that there is not.
 * @see TensorFlow `argsort`, python/ops/sort_ops.py
 * @example
 * session.runSync(argsort(constant([3, 1, 2]))).toArray(); // [1, 2, 0]
 */
export function argsort(values: TensorLike, options: SortOptions = {}): Tensor {
  return inOpScope(options.name, "argsort", [values], () => sortedBy(values, options, "indices"));
}
