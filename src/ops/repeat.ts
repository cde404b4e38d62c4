/** Builder of the function that repeats elements. Mirrors `repeat`, python/ops/array_ops.py. */
import { ArgumentError, ArgumentTypeError, ShapeError } from "../base/errors.ts";
import { pythonText, pythonTypeName } from "../base/text.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { TensorShape } from "../tensor/shape.ts";
import { ones } from "./array.ts";
import { concat, stack } from "./concat.ts";
import { booleanMask } from "./gather.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { reduceDefs } from "./reduce.defs.ts";
import { longestOf, sequenceMask } from "./sequence-mask.ts";
import { broadcastTo, expandDims, rank, reshape, shape } from "./shape.ts";
import { tile } from "./transpose.ts";

/** Options of `repeat`. */
export interface RepeatOptions extends NameOption {
  /** The axis whose elements are repeated; default: all elements, as a list. */
  readonly axis?: number | null | undefined;
}

/**
 * Repeats elements along an axis, each as often as it is told.
 *
 * Shapes: input `[…a, n, …b]`, repeats `[]` or `[n]` → `[…a, sum, …b]`; without an axis the elements are a list. Dtypes: input any; repeats
 * whole numbers.
 *
 * @throws {ArgumentTypeError} for repeats that are no whole numbers. @throws {ArgumentError} for an axis that there is not.
 * @throws {ShapeError} when repeats are known not to be as many as the elements.
 * @see TensorFlow `repeat`, python/ops/array_ops.py
 * @example
 * session.runSync(repeat(constant([1, 2, 3]), [2, 0, 1])).toArray(); // [1, 1, 3]
 */
export function repeat(input: TensorLike, repeats: TensorLike, options: RepeatOptions = {}): Tensor {
  const { axis = null, name } = options;
  return publicCall(() =>
    axis === null ? repeatAlong(reshape(input, [-1]), repeats, 0, name) : repeatAlong(input, repeats, axis, name),
  );
}

function repeatAlong(input: TensorLike, repeats: TensorLike, given: number, name: NameOption["name"]): Tensor {
  if (!Number.isInteger(given)) {
    throw new ArgumentTypeError(
      `Argument \`axis\` must be an int. Received \`axis\` = ${pythonText(given)} of type ${pythonTypeName(given)}`,
      { axis: given },
    );
  }
  return inOpScope(name, "Repeat", [input, repeats], () => {
    const value = convertToTensor(input, { name: "data" });
    const counts = wholeNumbers(repeats);
    if ((counts.shape.rank ?? 0) > 1)
      throw new ShapeError(`Shape ${counts.shape} must have rank at most 1`, { repeats: counts.shape });
    const data = withAxes(value);
    const sizes = shape(data, { outType: counts.dtype });
    const axis = positiveAxis(given, data.shape.rank);
    return counts.shape.elementCount() === 1
      ? repeatAlike(data, sizes, reshape(counts, []), axis)
      : repeatEach(data, sizes, counts, axis);
  });
}

/** As int32, whatever integers they are. */
function wholeNumbers(repeats: TensorLike): Tensor {
  const counts = convertToTensor(repeats, { preferredDtype: int32, name: "repeats" });
  if (counts.dtype.isInteger) return applyOp1(mathDefs.Cast, [counts], { DstT: int32 });
  throw new ArgumentTypeError(
    `Argument \`tensor\` (name: repeats) must be of type integer. Received \`tensor\` = ${counts} of dtype: ${counts.dtype}`,
    { repeats },
  );
}

/** A scalar becomes a list of one element. */
function withAxes(value: Tensor): Tensor {
  if (value.shape.rank !== null) return value.shape.rank === 0 ? stack([value]) : value;
  const sizes = shape(value);
  const count = rank(value);
  return reshape(value, concat([[1], sizes], 0).at([[count.neg(), null]]));
}

function positiveAxis(axis: number, count: number | null): number {
  if (count === null) {
    if (axis >= 0) return axis;
    throw new ArgumentError(`axis=${axis} may only be negative if rank(data) is statically known.`, { axis });
  }
  if (axis >= -count && axis < count) return axis < 0 ? axis + count : axis;
  throw new ArgumentError(`axis=${axis} out of bounds: expected ${-count}<=axis<${count}`, { axis, rank: count });
}

function tileAxis(data: Tensor, axis: number, multiple: Tensor): Tensor {
  const { rank: count } = data.shape;
  if (count !== null)
    return tile(
      data,
      Array.from({ length: count }, (_, i) => (i === axis ? multiple : 1)),
    );
  const once = ones(rank(data), { dtype: int32 });
  return tile(data, concat([once.at([[null, axis]]), [multiple], once.at([[axis + 1, null]])], 0));
}

/** All elements as often: one more axis is tiled and joined with its own. */
function repeatAlike(data: Tensor, sizes: Tensor, count: Tensor, axis: number): Tensor {
  const tiled = tileAxis(expandDims(data, axis + 1), axis + 1, count);
  const before = sizes.at([[null, axis]]);
  const repeated = count.mul(sizes.at([axis]));
  return reshape(tiled, concat([before, [repeated], sizes.at([[axis + 1, null]])], 0));
}

/** All elements as often as the most repeated one; what is too much is left out then. */
function repeatEach(data: Tensor, sizes: Tensor, given: Tensor, axis: number): Tensor {
  const known = data.shape.dims?.[axis];
  if (given.shape.rank === 1 && data.shape.dims === null) {
    throw new ArgumentTypeError(
      "'NoneType' object is not subscriptable\n  here  the number of dimensions is not known: give the placeholder a shape, or repeat all elements as often",
      { axis },
    );
  }
  const length = given.shape.dims?.[0] ?? null;
  if (given.shape.rank === 1 && typeof known === "number" && length !== null && known !== length)
    throw new ShapeError(`Dimensions ${known} and ${length} are not compatible`, { axis, repeats: given.shape });
  const each = broadcastTo(given, [sizes.at([axis])]);
  const counts = each.shape.rank === axis + 1 ? each : broadcastCounts(each, sizes, axis);
  const most = longestOf(counts, "zero");
  const mask = sequenceMask(counts, { maxlen: most });
  const masked = booleanMask(tileAxis(expandDims(data, axis + 1), axis + 1, most), mask);
  const result = axis === 0 ? masked : reshape(masked, repeatedShape(sizes, each, axis));
  if (data.shape.dims !== null) {
    const size = counts.shape.dims?.[0] === 0 ? 0 : null;
    result.setShape([...data.shape.dims.slice(0, axis), size, ...data.shape.dims.slice(axis + 1)]);
  }
  return result;
}

function broadcastCounts(each: Tensor, sizes: Tensor, axis: number): Tensor {
  const own = shape(each);
  const outer = sizes.at([[null, operators.binary("sub", axis + 1, rank(each))]]);
  const counts = broadcastTo(each, concat([outer, own], 0));
  counts.setShape(new TensorShape(Array.from({ length: axis + 1 }, () => null)));
  return counts;
}

function repeatedShape(sizes: Tensor, each: Tensor, axis: number): Tensor {
  const axes = applyOp1(mathDefs.Range, [0, rank(each), 1]);
  const repeated = applyOp1(reduceDefs.Sum, [each, axes]);
  return concat([sizes.at([[null, axis]]), [repeated], sizes.at([[axis + 1, null]])], 0);
}
