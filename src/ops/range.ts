/** Builder of sequences of numbers. The op is defined in math.defs.ts. Mirrors `range`, python/ops/math_ops.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { isPlainObject } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { Tensor } from "../graph/tensor.ts";
import {
  asDType,
  bfloat16,
  type DType,
  type DTypeLike,
  float16,
  float32,
  float64,
  int32,
  int64,
} from "../tensor/dtype.ts";
import { cast } from "./cast.ts";
import { mathDefs as defs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/** Options of `range`. */
export interface RangeOptions extends NameOption {
  /** Default: the widest dtype of the arguments. */
  readonly dtype?: DTypeLike | null | undefined;
}

/** From narrow to wide: the widest of the arguments of `range` wins. */
const rangeTypes: readonly DType[] = [int32, int64, float16, bfloat16, float32, float64];

/**
 * A sequence of numbers from `start`, in steps of `delta`, up to but without `limit`.
 *
 * Shapes: scalars → `[n]`; n is known when the arguments are constants.
 * Dtypes: int32, int64, float16, bfloat16, float32, float64. Whole numbers are int32 here, others float32.
 *
 * @throws {ArgumentError} when `delta` is 0 or leads away from `limit`.
 * @see TensorFlow `range`, python/ops/math_ops.py; `Range`, core/ops/math_ops.cc
 * @example
 * session.runSync(range(3)).toArray(); // [0, 1, 2]
 * session.runSync(range(1, 2, 0.5)).toArray(); // [1, 1.5]
 */
export function range(limit: TensorLike, options?: RangeOptions): Tensor;
export function range(start: TensorLike, limit: TensorLike | null | undefined, options?: RangeOptions): Tensor;
export function range(
  start: TensorLike,
  limit: TensorLike | null | undefined,
  delta: TensorLike,
  options?: RangeOptions,
): Tensor;
export function range(...given: readonly unknown[]): Tensor {
  const last = given.at(-1);
  const options: RangeOptions = isPlainObject(last) ? last : {};
  const [first, second, delta = 1] = isPlainObject(last) ? given.slice(0, -1) : given;
  const [start, limit] = second === undefined || second === null ? [0, first] : [first, second];
  const dtype = options.dtype === undefined || options.dtype === null ? null : asDType(options.dtype);
  return inOpScope(options.name === undefined ? "range" : options.name, "Range", [start, limit, delta], (scope) => {
    const names = ["start", "limit", "delta"];
    const tensors = [start, limit, delta].map((value, i) => rangeArgument(value, dtype, names[i] as string));
    const target = dtype ?? widest(tensors);
    return applyOp1(
      defs.Range,
      tensors.map((tensor) => cast(tensor, target)),
      {},
      scope,
    );
  });
}

function rangeArgument(value: unknown, dtype: DType | null, name: string): Tensor {
  if (value instanceof Tensor) return value;
  const isWhole = typeof value === "number" && Number.isInteger(value);
  const natural = !isWhole ? undefined : Math.abs(value) <= 2 ** 31 - 1 ? int32 : int64;
  return convertToTensor(value, { dtype: dtype ?? natural, name });
}

function widest(tensors: readonly Tensor[]): DType {
  const ranks = tensors.map((tensor) => rangeTypes.indexOf(tensor.dtype));
  if (ranks.includes(-1)) {
    throw new ArgumentTypeError(
      `range takes ${rangeTypes.map((dtype) => dtype.name).join(", ")}; got ${tensors.map((tensor) => tensor.dtype.name).join(", ")}`,
      { tensors },
    );
  }
  return rangeTypes[Math.max(...ranks)] as DType;
}
