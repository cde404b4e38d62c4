/** Builders of the ops on sets, which stand in the last dimension of tensors. Mirrors python/ops/sets_impl.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { SparseTensorValue } from "../tensor/sparse-value.ts";
import { setsDefs as defs } from "./sets.defs.ts";
import { convertToTensorOrSparseTensor, SparseTensor, type TensorOrSparse } from "./sparse-tensor.ts";

/** Options of the functions on sets. */
export interface SetOptions {
  /** Whether indices of sparse inputs are checked to be in order and unique; of no effect on dense ones. Default true. */
  readonly validateIndices?: boolean | undefined;
}

const elementTypes: ReadonlySet<string> = new Set(["int8", "int16", "int32", "int64", "uint8", "uint16", "string"]);

/** Two tensors of sets; a sparse one comes last. */
function converted(
  a: TensorOrSparse,
  b: TensorOrSparse,
): readonly [Tensor | SparseTensor, Tensor | SparseTensor, boolean] {
  const left = convertToTensorOrSparseTensor(a, { name: "a" });
  if (!elementTypes.has(left.dtype.baseDtype.name))
    throw new ArgumentTypeError(
      `'a' has invalid dtype \`${left.dtype}\` not in supported dtypes: \`${[...elementTypes].join(", ")}\`.`,
      { a: left },
    );
  const right = convertToTensorOrSparseTensor(b, { name: "b" });
  if (left.dtype.baseDtype !== right.dtype.baseDtype) {
    throw new ArgumentTypeError(`Types don't match, ${left.dtype} vs ${right.dtype}.\n  cast one of them`, {
      a: left,
      b: right,
    });
  }
  const isFlipped = left instanceof SparseTensor && !(right instanceof SparseTensor);
  return isFlipped ? [right, left, true] : [left, right, false];
}

/** The parts of a tensor that is an input. */
function partsOf(tensor: Tensor | SparseTensor): readonly Tensor[] {
  return tensor instanceof SparseTensor ? [tensor.indices, tensor.values, tensor.denseShape] : [tensor];
}

function operate(
  operation: (isFlipped: boolean) => string,
  a: TensorOrSparse,
  b: TensorOrSparse,
  { validateIndices }: SetOptions,
): SparseTensor {
  return publicCall(() => {
    const [left, right, isFlipped] = converted(a, b);
    const attrs = { set_operation: operation(isFlipped), validate_indices: validateIndices };
    const inputs = [...partsOf(left), ...partsOf(right)];
    const { outputs } =
      left instanceof SparseTensor
        ? applyOp(defs.SparseToSparseSetOperation, inputs as never, attrs)
        : right instanceof SparseTensor
          ? applyOp(defs.DenseToSparseSetOperation, inputs as never, attrs)
          : applyOp(defs.DenseToDenseSetOperation, inputs as never, attrs);
    return new SparseTensor(...(outputs as [TensorLike, TensorLike, TensorLike]));
  });
}

/**
 * How many different elements each set has, which stand in the last dimension.
 *
 * Shapes: sparse `[…, n]` → `[…]`. Dtypes: int8, int16, int32, int64, uint8, uint16, string → int32.
 *
 * @throws {ArgumentTypeError} for a tensor that is not sparse, and for other dtypes.
 * @see TensorFlow `sets.set_size`, python/ops/sets_impl.py; `SetSize`, core/ops/set_ops.cc
 * @example
 * const both = sets.setIntersection(constant([[3, 1, 2]], { dtype: "int32" }), constant([[2, 3]], { dtype: "int32" }));
 * session.runSync(sets.setSize(both)).toArray(); // [2]
 */
export function setSize(a: SparseTensor | SparseTensorValue, options: SetOptions = {}): Tensor {
  return publicCall(() => {
    const given = convertToTensorOrSparseTensor(a, { name: "a" });
    if (!(given instanceof SparseTensor))
      throw new ArgumentTypeError(`Expected \`SparseTensor\`, got ${String(given)}.`, { a: given });
    if (!elementTypes.has(given.dtype.baseDtype.name))
      throw new ArgumentTypeError(
        `Invalid dtype \`${given.dtype}\` not in supported dtypes: \`${[...elementTypes].join(", ")}\`.`,
        { a: given },
      );
    const { indices, values, denseShape } = given;
    return applyOp1(defs.SetSize, [indices, values, denseShape], { validate_indices: options.validateIndices });
  });
}

/**
 * What is in a row of one tensor and not in the same row of another, each once and in ascending order.
 *
 * Shapes: `[…, n]`, `[…, m]` → sparse `[…, greatest size]`; either may be sparse. Dtypes: int8, int16, int32, int64, uint8, uint16, string.
 *
 * @throws {ArgumentTypeError} when the dtypes differ. @throws {ShapeError} when the rows differ in number.
 * @see TensorFlow `sets.set_difference`, python/ops/sets_impl.py; `DenseToDenseSetOperation`, core/ops/set_ops.cc
 * @example
 * const left = sets.setDifference(constant([[3, 1, 2]], { dtype: "int32" }), constant([[2]], { dtype: "int32" }));
 * session.runSync(left.values).toArray(); // [1, 3]
 */
export function setDifference(
  a: TensorOrSparse,
  b: TensorOrSparse,
  options: SetOptions & {
    /** Whether b is taken from a; default true. */
    readonly aminusb?: boolean | undefined;
  } = {},
): SparseTensor {
  return operate((isFlipped) => ((options.aminusb ?? true) === isFlipped ? "b-a" : "a-b"), a, b, options);
}

/**
 * What is in both rows of two tensors, each once and in ascending order.
 *
 * Shapes: `[…, n]`, `[…, m]` → sparse `[…, greatest size]`; either may be sparse. Dtypes: int8, int16, int32, int64, uint8, uint16, string.
 *
 * @throws {ArgumentTypeError} when the dtypes differ. @throws {ShapeError} when the rows differ in number.
 * @see TensorFlow `sets.set_intersection`, python/ops/sets_impl.py
 * @example
 * const both = sets.setIntersection(constant([[3, 1, 2]], { dtype: "int32" }), constant([[2, 3]], { dtype: "int32" }));
 * session.runSync(both.values).toArray(); // [2, 3]
 */
export function setIntersection(a: TensorOrSparse, b: TensorOrSparse, options: SetOptions = {}): SparseTensor {
  return operate(() => "intersection", a, b, options);
}

/**
 * What is in a row of either tensor, each once and in ascending order.
 *
 * Shapes: `[…, n]`, `[…, m]` → sparse `[…, greatest size]`; either may be sparse. Dtypes: int8, int16, int32, int64, uint8, uint16, string.
 *
 * @throws {ArgumentTypeError} when the dtypes differ. @throws {ShapeError} when the rows differ in number.
 * @see TensorFlow `sets.set_union`, python/ops/sets_impl.py
 * @example
 * const all = sets.setUnion(constant([[3, 1]], { dtype: "int32" }), constant([[2, 3]], { dtype: "int32" }));
 * session.runSync(all.values).toArray(); // [1, 2, 3]
 */
export function setUnion(a: TensorOrSparse, b: TensorOrSparse, options: SetOptions = {}): SparseTensor {
  return operate(() => "union", a, b, options);
}
