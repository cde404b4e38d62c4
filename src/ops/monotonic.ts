/** Builders that ask whether elements ascend. Mirrors `is_non_decreasing` and `is_strictly_increasing`, python/ops/check_ops.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { bool } from "../tensor/dtype.ts";
import { greater, greaterEqual, less } from "./compare.ts";
import { cond } from "./cond.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { reduceAll } from "./reduce.ts";
import { reshape, shape, size } from "./shape.ts";
import { stridedSlice } from "./slice.ts";

/** Compares each element with the one before it. */
function neighbours(x: TensorLike, compare: typeof greater): Tensor {
  const flat = reshape(x, [-1]);
  if (!isNumeric(flat)) throw new ArgumentTypeError(`Expected x to be numeric, instead found: ${flat}`, { x });
  const isShort = less(size(flat), 2);
  const steps = shape(flat).sub(1);
  return cond(
    isShort,
    () => convertToTensor([], { dtype: bool }),
    () => compare(stridedSlice(flat, [1], operators.binary("add", [1], steps)), stridedSlice(flat, [0], steps)),
  ) as Tensor;
}

function isNumeric({ dtype }: Tensor): boolean {
  return dtype.isInteger || dtype.isFloating || dtype.isComplex;
}

function ascends(x: TensorLike, name: NameOption["name"], scope: string, compare: typeof greater): Tensor {
  return inOpScope(name, scope, [x], () => reduceAll(neighbours(x, compare)));
}

/**
 * Whether no element is less than the one before it, in row-major order. So it is with fewer than two elements.
 *
 * Shapes: any → `[]`. Dtypes: x real numbers; result bool.
 *
 * @throws {ArgumentTypeError} when the elements are no numbers.
 * @see TensorFlow `is_non_decreasing`, python/ops/check_ops.py
 * @example
 * session.runSync(isNonDecreasing(constant([1, 1, 3]))).item(); // true
 */
export function isNonDecreasing(x: TensorLike, options: NameOption = {}): Tensor {
  return ascends(x, options.name, "is_non_decreasing", greaterEqual);
}

/**
 * Whether every element is greater than the one before it, in row-major order. So it is with fewer than two elements.
 *
 * Shapes: any → `[]`. Dtypes: x real numbers; result bool.
 *
 * @throws {ArgumentTypeError} when the elements are no numbers.
 * @see TensorFlow `is_strictly_increasing`, python/ops/check_ops.py
 * @example
 * session.runSync(isStrictlyIncreasing(constant([1, 1, 3]))).item(); // false
 */
export function isStrictlyIncreasing(x: TensorLike, options: NameOption = {}): Tensor {
  return ascends(x, options.name, "is_strictly_increasing", greater);
}
