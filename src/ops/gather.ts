/** Builders of the ops that pick elements by index or put them there, and of those that find unique ones. Mirrors python/ops/array_ops.py. */
import { ArgumentError, ArgumentTypeError, ShapeError } from "../base/errors.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike, tensorDType } from "../graph/constant.ts";
import { constantValue } from "../graph/infer.ts";
import { publicCall } from "../graph/public-call.ts";
import { Tensor } from "../graph/tensor.ts";
import { asDType, bool, type DType, type DTypeLike, float32, int32 } from "../tensor/dtype.ts";
import { shapeOfRank, TensorShape } from "../tensor/shape.ts";
import { arrayDefs } from "./array.defs.ts";
import { concat } from "./concat.ts";
import { gatherDefs } from "./gather.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceDefs } from "./reduce.defs.ts";
import { reshape, shape, squeeze } from "./shape.ts";
import { indexTensor } from "./slice.ts";

/** Something whose rows can be read without the rest: a resource variable. */
interface RowReadable {
  sparseRead?(indices: TensorLike, options: NameOption): Tensor;
}

/** Options of `gather`. */
export interface GatherOptions extends NameOption {
  /** The axis of `params` that is picked from. Default: `batchDims`. */
  readonly axis?: TensorLike | null | undefined;
  /** How many leading axes params and indices share. */
  readonly batchDims?: number;
}

/**
 * Picks slices by index.
 *
 * Shapes: params `[a, n, b]`, indices `[i, j]`, axis 1 → `[a, i, j, b]`.
 * Dtypes: params any, indices int16, int32 or int64.
 * @throws {InvalidArgumentError} at the run, for an index out of range.
 * @see TensorFlow `gather`, python/ops/array_ops.py; `GatherV2`, core/ops/array_ops.cc
 * @example
 * session.runSync(gather(constant([10, 20, 30]), [2, 0])).toArray(); // [30, 10]
 */
export function gather(params: TensorLike, indices: TensorLike, options: GatherOptions = {}): Tensor {
  const { batchDims = 0 } = options;
  const axis = options.axis ?? batchDims;
  return publicCall(() => {
    const known = axis instanceof Tensor ? constantValue(axis)?.item() : axis;
    const whole = known === 0 || known === 0n;
    const readable = params as RowReadable;
    if (whole && !(params instanceof Tensor) && readable.sparseRead)
      return readable.sparseRead(indices, { name: options.name });
    return applyOp1(gatherDefs.GatherV2, [params, indices, axis], { batch_dims: whole ? 0 : batchDims }, options.name);
  });
}

/**
 * Picks slices or elements by index vectors.
 *
 * Shapes: params `[a, b, c]`, indices `[…, 2]` → `[…, c]`.
 * @throws {ShapeError} when the index vectors are longer than the rank. @throws {InvalidArgumentError} at the run, for an index out of range.
 * @remarks Differs from TensorFlow: of a resource variable the whole value is read, by `ReadVariableOp`.
 * @see TensorFlow `gather_nd`, python/ops/array_ops.py; `GatherNd`, core/ops/array_ops.cc
 * @example
 * session.runSync(gatherNd(constant([[1, 2], [3, 4]]), [[0, 1], [1, 0]])).toArray(); // [2, 3]
 */
export function gatherNd(params: TensorLike, indices: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(gatherDefs.GatherNd, [params, indices], {}, options.name);
}

/**
 * Adds updates to a tensor of zeros at index vectors; updates of one place are summed.
 *
 * Shapes: indices `[…, n]`, updates `[…, …shape[n:]]` → `shape`.
 * @throws {ShapeError} when the shapes do not fit. @throws {InvalidArgumentError} at the run, for an index out of range.
 * @see TensorFlow `scatter_nd`; `ScatterNd`, core/ops/array_ops.cc
 * @example
 * session.runSync(scatterNd([[1], [3]], [5, 6], [4])).toArray(); // [0, 5, 0, 6]
 */
export function scatterNd(
  indices: TensorLike,
  updates: TensorLike,
  shape: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(gatherDefs.ScatterNd, [indices, updates, shape], {}, options.name);
}

/**
 * A copy of a tensor with other slices at index vectors.
 *
 * Shapes: tensor `[a, b]`, indices `[…, 1]`, updates `[…, b]` → `[a, b]`.
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `tensor_scatter_nd_update`, python/ops/array_ops.py; `TensorScatterUpdate`, core/ops/array_ops.cc
 * @example
 * session.runSync(tensorScatterNdUpdate(constant([1, 2, 3]), [[1]], [9])).toArray(); // [1, 9, 3]
 */
export function tensorScatterNdUpdate(
  tensor: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(gatherDefs.TensorScatterUpdate, [tensor, indices, updates], {}, options.name);
}

/**
 * A copy of a tensor with updates added at index vectors.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `tensor_scatter_nd_add`; `TensorScatterAdd`, core/ops/array_ops.cc
 * @example
 * session.runSync(tensorScatterNdAdd(constant([1, 2, 3]), [[1]], [9])).toArray(); // [1, 11, 3]
 */
export function tensorScatterNdAdd(
  tensor: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(gatherDefs.TensorScatterAdd, [tensor, indices, updates], {}, options.name);
}

/**
 * A copy of a tensor with updates subtracted at index vectors.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `tensor_scatter_nd_sub`; `TensorScatterSub`, core/ops/array_ops.cc
 * @example
 * session.runSync(tensorScatterNdSub(constant([1, 2, 3]), [[1]], [9])).toArray(); // [1, -7, 3]
 */
export function tensorScatterNdSub(
  tensor: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(gatherDefs.TensorScatterSub, [tensor, indices, updates], {}, options.name);
}

/**
 * A copy of a tensor with elements replaced by greater updates at index vectors.
 *
 * Shapes: tensor `[n, …]`, indices `[…i, d]`, updates `[…i, …]` → as tensor. Dtypes: real numbers; indices int32, int64.
 *
 * @throws {ShapeError} when the shapes do not fit. @throws {InvalidArgumentError} in a step, for an index that there is not.
 * @see TensorFlow `tensor_scatter_nd_max`; `TensorScatterMax`, core/ops/array_ops.cc
 * @example
 * session.runSync(tensorScatterNdMax(constant([1, 2, 3]), [[1]], [9])).toArray(); // [1, 9, 3]
 */
export function tensorScatterNdMax(
  tensor: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(gatherDefs.TensorScatterMax, [tensor, indices, updates], {}, options.name);
}

/**
 * A copy of a tensor with elements replaced by smaller updates at index vectors.
 *
 * Shapes: tensor `[n, …]`, indices `[…i, d]`, updates `[…i, …]` → as tensor. Dtypes: real numbers; indices int32, int64.
 *
 * @throws {ShapeError} when the shapes do not fit. @throws {InvalidArgumentError} in a step, for an index that there is not.
 * @see TensorFlow `tensor_scatter_nd_min`; `TensorScatterMin`, core/ops/array_ops.cc
 * @example
 * session.runSync(tensorScatterNdMin(constant([1, 2, 3]), [[1]], [0])).toArray(); // [1, 0, 3]
 */
export function tensorScatterNdMin(
  tensor: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: NameOption = {},
): Tensor {
  return applyOp1(gatherDefs.TensorScatterMin, [tensor, indices, updates], {}, options.name);
}

/** Options of `oneHot`. */
export interface OneHotOptions extends NameOption {
  /** Default: 1. */
  readonly onValue?: TensorLike | null | undefined;
  /** Default: 0. */
  readonly offValue?: TensorLike | null | undefined;
  /** Where the new axis goes. Default: last. */
  readonly axis?: number | null | undefined;
  /** Default: that of the values, else float32. */
  readonly dtype?: DTypeLike | null | undefined;
}

/**
 * Rows that are "on" at their index and "off" elsewhere; wholly "off" for an index out of range.
 *
 * Shapes: indices `[a, b]` → `[a, b, depth]`.
 * Dtypes: indices uint8, int8, int32, int64.
 * @throws {DTypeError} when the values and `dtype` differ.
 * @see TensorFlow `one_hot`, python/ops/array_ops.py; `OneHot`, core/ops/array_ops.cc
 * @example
 * session.runSync(oneHot([1, 0], 2)).toArray(); // [[0, 1], [1, 0]]
 */
export function oneHot(indices: TensorLike, depth: TensorLike, options: OneHotOptions = {}): Tensor {
  const { onValue = null, offValue = null } = options;
  return inOpScope(options.name, "one_hot", [indices, depth, onValue, offValue], (scope) => {
    const values = oneHotValues(onValue, offValue, options.dtype ?? null);
    return applyOp1(gatherDefs.OneHot, [indices, depth, ...values], { axis: options.axis ?? undefined }, scope);
  });
}

function oneHotValues(
  onValue: TensorLike | null,
  offValue: TensorLike | null,
  given: DTypeLike | null,
): readonly [Tensor, Tensor] {
  const wanted = given === null ? null : asDType(given).baseDtype;
  const hint = wanted ?? tensorDType([onValue, offValue]);
  const on = onValue === null ? null : convertToTensor(onValue, { preferredDtype: hint });
  const off = offValue === null ? null : convertToTensor(offValue, { preferredDtype: hint });
  checkValueDType("on_value", on, wanted);
  checkValueDType("off_value", off, wanted);
  const dtype = wanted ?? (on ?? off)?.dtype.baseDtype ?? float32;
  const values = [
    on ?? convertToTensor(1, { dtype, name: "on_value" }),
    off ?? convertToTensor(0, { dtype, name: "off_value" }),
  ] as const;
  const [onType, offType] = [values[0].dtype.baseDtype, values[1].dtype.baseDtype];
  if (onType === offType) return values;
  throw new ArgumentTypeError(`dtype ${onType} of on_value does not match dtype ${offType} of off_value`, {
    onType,
    offType,
  });
}

function checkValueDType(what: string, value: Tensor | null, wanted: DType | null): void {
  if (value === null || wanted === null || value.dtype.baseDtype === wanted) return;
  throw new ArgumentTypeError(`dtype ${value.dtype.baseDtype} of ${what} does not match dtype parameter ${wanted}`, {
    value,
    wanted,
  });
}

/** Options of `booleanMask`. */
export interface BooleanMaskOptions extends NameOption {
  /** The axis of the tensor that the mask begins at. Default: 0. */
  readonly axis?: number | null | undefined;
}

/**
 * Keeps the slices of a tensor whose mask is true.
 *
 * Shapes: tensor `[a, b, c]`, mask `[a, b]` → `[count, c]`.
 * @throws {ShapeError} when the mask does not fit. @throws {ArgumentError} for a scalar mask or one of unknown rank.
 * @see TensorFlow `boolean_mask`, python/ops/array_ops.py
 * @example
 * session.runSync(booleanMask(constant([1, 2, 3]), [true, false, true])).toArray(); // [1, 3]
 */
export function booleanMask(tensor: TensorLike, mask: TensorLike, options: BooleanMaskOptions = {}): Tensor {
  const name = options.name ?? "boolean_mask";
  return inOpScope(name, name, [tensor, mask], () => {
    const x = convertToTensor(tensor, { name: "tensor" });
    const keep = convertToTensor(mask, { name: "mask" });
    const axis = options.axis ?? 0;
    const end = axis + maskRank(keep);
    const masked = x.shape.dims === null ? shapeOfRank(end - axis) : new TensorShape(x.shape.dims.slice(axis, end));
    if (!masked.isCompatibleWith(keep.shape))
      throw new ShapeError(`Shapes ${masked} and ${keep.shape} are incompatible`, {
        tensor: x.shape,
        mask: keep.shape,
        axis,
      });
    const count = applyOp1(reduceDefs.Prod, [indexTensor(shape(x), [[axis, end]]), [0]]);
    const flat = reshape(
      x,
      concat([indexTensor(shape(x), [[null, axis]]), [count], indexTensor(shape(x), [[end, null]])], 0),
    );
    if (x.shape.dims !== null)
      flat.setShape([...x.shape.dims.slice(0, axis), masked.elementCount(), ...x.shape.dims.slice(end)]);
    const indices = squeeze(whereTrue(reshape(keep, [-1])), { axis: [1] });
    return gather(flat, indices, { axis });
  });
}

function maskRank(mask: Tensor): number {
  const { rank } = mask.shape;
  if (rank === 0) throw new ArgumentError("mask cannot be scalar.", { mask });
  if (rank !== null) return rank;
  throw new ArgumentError(
    "Number of mask dimensions must be specified, even if some dimensions are None.  E.g. shape=[None] is ok, but shape=None is not.",
    { mask },
  );
}

/** `where` with the condition alone. */
function whereTrue(condition: Tensor): Tensor {
  return inOpScope(null, "Where", [condition], (scope) =>
    applyOp1(arrayDefs.Where, [convertToTensor(condition, { preferredDtype: bool, name: "condition" })], {}, scope),
  );
}

/** What `unique` gives back. */
export interface UniqueResult {
  /** The elements, each once, in the order of their first appearance. */
  readonly y: Tensor;
  /** For each element of the input, where it is in `y`. */
  readonly idx: Tensor;
}

/** Options of `unique` and `uniqueWithCounts`. */
export interface UniqueOptions extends NameOption {
  /** The dtype of indices and counts: int32 (default) or int64. */
  readonly outIdx?: DTypeLike | undefined;
}

/**
 * The elements of a vector, each once.
 *
 * Shapes: `[n]` → y `[m]`, idx `[n]`.
 * @throws {ShapeError} when the input is no vector.
 * @see TensorFlow `unique`, python/ops/array_ops.py; `Unique`, core/ops/array_ops.cc
 * @example
 * const { y, idx } = unique(constant([3, 1, 3]));
 * session.runSync(idx).toArray(); // [0, 1, 0]
 */
export function unique(x: TensorLike, options: UniqueOptions = {}): UniqueResult {
  const op = applyOp(gatherDefs.Unique, [x], { out_idx: asDType(options.outIdx ?? int32) }, options.name);
  return { y: op.output(0), idx: op.output(1) };
}

/**
 * The elements of a vector, each once, and how often each appears.
 *
 * Shapes: `[n]` → y `[m]`, idx `[n]`, count `[m]`.
 * @see TensorFlow `unique_with_counts`, python/ops/array_ops.py; `UniqueWithCounts`, core/ops/array_ops.cc
 * @example
 * const { count } = uniqueWithCounts(constant([3, 1, 3]));
 * session.runSync(count).toArray(); // [2, 1]
 */
export function uniqueWithCounts(
  x: TensorLike,
  options: UniqueOptions = {},
): UniqueResult & { readonly count: Tensor } {
  const op = applyOp(gatherDefs.UniqueWithCounts, [x], { out_idx: asDType(options.outIdx ?? int32) }, options.name);
  return { y: op.output(0), idx: op.output(1), count: op.output(2) };
}

/**
 * What of one vector is not in another, and where it stands.
 *
 * Shapes: `[n]`, `[m]` → out `[k]`, idx `[k]`.
 * @see TensorFlow `setdiff1d`, python/ops/array_ops.py; `ListDiff`, core/ops/array_ops.cc
 * @example
 * const { out } = setdiff1d(constant([1, 2, 3]), constant([2]));
 * session.runSync(out).toArray(); // [1, 3]
 */
export function setdiff1d(
  x: TensorLike,
  y: TensorLike,
  options: NameOption & { readonly indexDtype?: DTypeLike } = {},
): { readonly out: Tensor; readonly idx: Tensor } {
  const op = applyOp(gatherDefs.ListDiff, [x, y], { out_idx: asDType(options.indexDtype ?? int32) }, options.name);
  return { out: op.output(0), idx: op.output(1) };
}
