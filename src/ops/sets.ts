/** Builders of the ops on sets, which stand in the last dimension of tensors. Mirrors python/ops/sets_impl.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { applyOp } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import { setsDefs as defs } from "./sets.defs.ts";
import { SparseTensor } from "./sparse-tensor.ts";

/** Options of the functions on sets. */
export interface SetOptions {
  /** Whether indices of sparse inputs are checked; of no effect on dense ones. */
  readonly validateIndices?: boolean | undefined;
}

function operate(operation: string, a: TensorLike, b: TensorLike, { validateIndices }: SetOptions): SparseTensor {
  return publicCall(() => {
    const left = convertToTensor(a, { name: "a" });
    const right = convertToTensor(b, { name: "b" });
    if (left.dtype.baseDtype !== right.dtype.baseDtype) {
      throw new ArgumentTypeError(`Types don't match, ${left.dtype} vs ${right.dtype}.\n  cast one of them`, {
        a: left,
        b: right,
      });
    }
    const attrs = { set_operation: operation, validate_indices: validateIndices };
    const { outputs } = applyOp(defs.DenseToDenseSetOperation, [left, right], attrs);
    return new SparseTensor(...(outputs as [TensorLike, TensorLike, TensorLike]));
  });
}

/**
 * What is in a row of one tensor and not in the same row of another, each once and in ascending order.
 *
 * Shapes: `[…, n]`, `[…, m]` → sparse `[…, greatest size]`. Dtypes: int8, int16, int32, int64, uint8, uint16, string.
 *
 * @throws {ArgumentTypeError} when the dtypes differ. @throws {ShapeError} when the rows differ in number.
 * @remarks TensorFlow takes sparse tensors, too.
 * @see TensorFlow `sets.set_difference`, python/ops/sets_impl.py; `DenseToDenseSetOperation`, core/ops/set_ops.cc
 * @example
 * const left = sets.setDifference(constant([[3, 1, 2]], { dtype: "int32" }), constant([[2]], { dtype: "int32" }));
 * session.runSync(left.values).toArray(); // [1, 3]
 */
export function setDifference(
  a: TensorLike,
  b: TensorLike,
  options: SetOptions & {
    /** Whether b is taken from a; default true. */
    readonly aminusb?: boolean | undefined;
  } = {},
): SparseTensor {
  return operate(options.aminusb === false ? "b-a" : "a-b", a, b, options);
}

/**
 * What is in both rows of two tensors, each once and in ascending order.
 *
 * Shapes: `[…, n]`, `[…, m]` → sparse `[…, greatest size]`. Dtypes: int8, int16, int32, int64, uint8, uint16, string.
 *
 * @throws {ArgumentTypeError} when the dtypes differ. @throws {ShapeError} when the rows differ in number.
 * @remarks TensorFlow takes sparse tensors, too.
 * @see TensorFlow `sets.set_intersection`, python/ops/sets_impl.py
 * @example
 * const both = sets.setIntersection(constant([[3, 1, 2]], { dtype: "int32" }), constant([[2, 3]], { dtype: "int32" }));
 * session.runSync(both.values).toArray(); // [2, 3]
 */
export function setIntersection(a: TensorLike, b: TensorLike, options: SetOptions = {}): SparseTensor {
  return operate("intersection", a, b, options);
}

/**
 * What is in a row of either tensor, each once and in ascending order.
 *
 * Shapes: `[…, n]`, `[…, m]` → sparse `[…, greatest size]`. Dtypes: int8, int16, int32, int64, uint8, uint16, string.
 *
 * @throws {ArgumentTypeError} when the dtypes differ. @throws {ShapeError} when the rows differ in number.
 * @remarks TensorFlow takes sparse tensors, too.
 * @see TensorFlow `sets.set_union`, python/ops/sets_impl.py
 * @example
 * const all = sets.setUnion(constant([[3, 1]], { dtype: "int32" }), constant([[2, 3]], { dtype: "int32" }));
 * session.runSync(all.values).toArray(); // [1, 2, 3]
 */
export function setUnion(a: TensorLike, b: TensorLike, options: SetOptions = {}): SparseTensor {
  return operate("union", a, b, options);
}
