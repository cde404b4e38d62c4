/** Builder of evenly spaced numbers. The op `LinSpace` itself is in math.defs.ts; today's TensorFlow does not use it. Mirrors `linspace_nd`, python/ops/math_ops.py. */
import { ArgumentTypeError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { libraryTables } from "../graph/tables.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DType, int32, int64 } from "../tensor/dtype.ts";
import { zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { compareDefs } from "./compare.defs.ts";
import { equal } from "./compare.ts";
import { concat } from "./concat.ts";
import { mathDefs } from "./math.defs.ts";
import { maximum } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { range } from "./range.ts";
import { broadcastDynamicShape, broadcastTo, expandDims, reshape, shape } from "./shape.ts";
import { slice } from "./slice.ts";

/** Options of `linspace`. */
export interface LinspaceOptions extends NameOption {
  /** The axis of the result along which the numbers run. Default 0. */
  readonly axis?: number | undefined;
}

/**
 * Evenly spaced numbers from `start` to `stop`, both included.
 *
 * Shapes: start and stop broadcast to `[…]` → `[…]` with a dimension of `num` at `axis`.
 * Dtypes: start and stop float16, bfloat16, float32, float64, and integers, which give float64; num integer.
 *
 * @throws {DTypeError} when start and stop have different dtypes.
 * @throws {ArgumentTypeError} when num is no integer.
 * @see TensorFlow `linspace`, python/ops/math_ops.py
 * @example
 * session.runSync(linspace(0, 1, 3)).toArray(); // [0, 0.5, 1]
 */
export function linspace(start: TensorLike, stop: TensorLike, num: TensorLike, options: LinspaceOptions = {}): Tensor {
  return inOpScope(options.name, "linspace", [start, stop], () => {
    const first = convertToTensor(start, { name: "start" });
    const last = convertToTensor(stop, { dtype: first.dtype.baseDtype, name: "stop" });
    const count = integerTensor(num, "num");
    // TensorFlow makes this cast and does not use it.
    cast(count, first.dtype);
    const common = broadcastDynamicShape(shape(first), shape(last));
    const [left, right] = [broadcastTo(first, common), broadcastTo(last, common)];
    const axis = options.axis ?? 0;
    return alongAxis(expandDims(left, axis), expandDims(right, axis), count, axis);
  });
}

/** The numbers between two tensors that have a dimension of 1 for them. */
function alongAxis(start: Tensor, stop: Tensor, count: Tensor, givenAxis: number): Tensor {
  const whole = shape(start);
  const rank = shape(whole).at("0");
  const axis = choose(givenAxis >= 0, givenAxis, libraryTables().operators.binary("add", rank, givenAxis));
  const between = maximum(count.sub(2), 0);
  const steps = maximum(count.sub(1), 1);
  const delta = stop.sub(start).div(cast(steps, stop.dtype));
  const [left, right] = [cast(start, delta.dtype), cast(stop, delta.dtype)];
  const end = choose(count.greaterEqual(0), steps, -1);
  const places = cast(range(1, end, { dtype: int64 }), delta.dtype);
  const isAxis = equal(axis, range(rank));
  const shaped = reshape(places, choose(isAxis, between, 1));
  const inner = left.add(delta.mul(shaped));
  const joined = concat([left, inner, right], axis);
  const begin = zerosLike(whole);
  const size = concat([whole.at([[0, axis]]), reshape(count, [1]), whole.at([[axis.add(1), null]])], 0);
  return slice(joined, begin, size);
}

function choose(condition: TensorLike, t: TensorLike, e: TensorLike): Tensor {
  return applyOp1(compareDefs.SelectV2, [condition, t, e]);
}

function integerTensor(value: TensorLike, name: string): Tensor {
  const tensor = convertToTensor(value, { preferredDtype: int32, name });
  if (tensor.dtype.isInteger) return castAlways(tensor, int32);
  throw new ArgumentTypeError(
    `Argument \`tensor\` (name: ${name}) must be of type integer. Received \`tensor\` = ${tensor} of dtype: ${tensor.dtype}`,
    { tensor },
  );
}

/** A `Cast` also where the dtype stays, as TensorFlow makes it here. */
function castAlways(tensor: Tensor, dtype: DType): Tensor {
  return applyOp1(mathDefs.Cast, [tensor], { DstT: dtype });
}
