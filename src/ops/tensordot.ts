/** Builders of products of tensors along chosen axes, made from `matmul`. Mirrors `tensordot` and `matvec`, python/ops/math_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { libraryTables } from "../graph/tables.ts";
import { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { type Literal, ndarray } from "../tensor/ndarray.ts";
import type { Dimension } from "../tensor/shape.ts";
import { where } from "./compare.ts";
import { concat, stack } from "./concat.ts";
import { gather, setdiff1d } from "./gather.ts";
import { type MatMulOptions, matmul } from "./matmul.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { range } from "./range.ts";
import { reduceProd } from "./reduce.ts";
import { expandDims, rank, reshape, shape, squeeze } from "./shape.ts";
import { transpose } from "./transpose.ts";

/** Which axes are summed over: the last of a and as many first ones of b, or those of both by number, or a tensor of these. */
export type TensordotAxes = number | readonly [number | readonly number[], number | readonly number[]] | Tensor;

/** Axes by number when they are known while the graph is built. */
type Axes = readonly number[] | Tensor;

/** A tensor as a matrix, and the dimensions that the product keeps of it. */
interface Flattened {
  readonly matrix: Tensor;
  readonly free: readonly number[] | Tensor;
  /** What is known of them. */
  readonly known: readonly Dimension[] | null;
}

/**
 * Multiplies two tensors and sums over chosen axes of both.
 *
 * Shapes: a `[…]`, b `[…]` → the axes of a that are left, then those of b. With `axes` n, the last n axes of a are matched with the first n of b.
 * Dtypes: those of `matmul`, both alike.
 *
 * @throws {ArgumentError} for a negative number of axes, more axes than a has, and lists that do not match.
 * @throws {ShapeError} when the matched dimensions are known and differ.
 * @see TensorFlow `tensordot`, python/ops/math_ops.py
 * @example
 * session.runSync(tensordot(constant([[1, 2], [3, 4]]), constant([1, 10]), 1)).toArray(); // [21, 43]
 */
export function tensordot(a: TensorLike, b: TensorLike, axes: TensordotAxes, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Tensordot", [a, b, axes], (scope) => {
    const left = convertToTensor(a, { name: "a" });
    const right = convertToTensor(b, { name: "b" });
    const [leftAxes, rightAxes] = matchedAxes(left, axes);
    const [x, y] = [flatten(left, leftAxes, false), flatten(right, rightAxes, true)];
    const product = matmul(x.matrix, y.matrix);
    if (!(x.free instanceof Tensor) && !(y.free instanceof Tensor)) {
      const kept = [...x.free, ...y.free];
      return product.shape.isFullyDefined() && product.shape.equals(kept)
        ? product
        : reshape(product, kept, { name: scope });
    }
    const dims = [asIndices(x.free), asIndices(y.free)];
    const result = reshape(product, concat(dims, 0), { name: scope });
    if (x.known !== null && y.known !== null) result.setShape([...x.known, ...y.known]);
    return result;
  });
}

function matchedAxes(a: Tensor, axes: TensordotAxes): readonly [Axes, Axes] {
  if (typeof axes === "number") return countedAxes(a, axes);
  if (!Array.isArray(axes)) {
    const both = convertToTensor(axes, { dtype: int32, name: "axes" });
    return [both.at("0"), both.at("1")];
  }
  const given = axes as readonly (number | readonly number[])[];
  if (given.length !== 2)
    throw new ArgumentError(`\`axes\` must be an integer or have length 2. Received ${pythonText(axes)}.`, { axes });
  const [left, right] = given.map((one) => (typeof one === "number" ? [one] : one)) as [
    readonly number[],
    readonly number[],
  ];
  if (left.length !== right.length) {
    throw new ArgumentError(
      `Different number of contraction axes \`a\` and \`b\`, ${left.length} != ${right.length}.`,
      { axes },
    );
  }
  return [left, right];
}

function countedAxes(a: Tensor, count: number): readonly [Axes, Axes] {
  if (count < 0) throw new ArgumentError(`\`axes\` must be at least 0. Received: ${count}.`, { axes: count });
  const known = a.shape.rank;
  if (known === null) {
    const total = rank(a);
    return [range(total.sub(count), total, { dtype: int32 }), range(count, { dtype: int32 })];
  }
  if (count > known) {
    throw new ArgumentError(
      `\`axes\` must not be larger than the number of dimensions of tensor ${a}.  Received ${count}, vs tensor dimensions ${known}.`,
      { axes: count, rank: known },
    );
  }
  const counted = Array.from({ length: count }, (_, i) => i);
  return [counted.map((i) => known - count + i), counted];
}

/** Moves the summed axes to the end (`isRight`: to the beginning) and joins both groups. */
function flatten(a: Tensor, axes: Axes, isRight: boolean): Flattened {
  if (axes instanceof Tensor || a.shape.rank === null) return flattenUnknown(a, axes, isRight);
  const dims = a.shape.asList();
  const summed = axes.map((axis) => (axis >= 0 ? axis : axis + dims.length));
  const free = dims.flatMap((_, i) => (summed.includes(i) ? [] : [i]));
  if (!a.shape.isFullyDefined()) {
    const known = free.map((i) => dims[i] as Dimension);
    const [axisIndices, freeIndices] = [
      convertToTensor(whole(summed), { name: "axes" }),
      convertToTensor(whole(free), { name: "free" }),
    ];
    return flattenBy(a, shape(a), axisIndices, freeIndices, isRight, known);
  }
  const sizes = dims as readonly number[];
  const productOf = (places: readonly number[]): number => places.reduce((n, i) => n * (sizes[i] as number), 1);
  const perm = isRight ? [...summed, ...free] : [...free, ...summed];
  const size = isRight ? [productOf(summed), productOf(free)] : [productOf(free), productOf(summed)];
  const turned = perm.every((axis, i) => axis === i) ? a : transpose(a, { perm: whole(perm) });
  const matrix = turned.shape.equals(size) ? turned : reshape(turned, size);
  const kept = free.map((i) => sizes[i] as number);
  return { matrix, free: kept, known: kept };
}

function flattenUnknown(a: Tensor, axes: Axes, isRight: boolean): Flattened {
  const sizes = shape(a);
  const total = rank(a);
  const given = axes instanceof Tensor ? axes : convertToTensor(whole(axes), { name: "axes" });
  const summed = where(given.greaterEqual(0), given, libraryTables().operators.binary("add", given, total));
  const { out: free } = setdiff1d(range(total), summed);
  return flattenBy(a, sizes, summed, free, isRight, null);
}

function flattenBy(
  a: Tensor,
  sizes: Tensor,
  summed: Tensor,
  free: Tensor,
  isRight: boolean,
  known: readonly Dimension[] | null,
): Flattened {
  const freeDims = gather(sizes, free);
  const summedDims = gather(sizes, summed);
  const freeCount = reduceProd(freeDims);
  const summedCount = reduceProd(summedDims);
  const perm = concat(isRight ? [summed, free] : [free, summed], 0);
  const size = stack(isRight ? [summedCount, freeCount] : [freeCount, summedCount]);
  return { matrix: reshape(transpose(a, { perm }), size), free: freeDims, known };
}

function asIndices(dims: readonly number[] | Tensor): Tensor {
  return dims instanceof Tensor ? dims : convertToTensor(whole(dims));
}

/** Numbers that index or measure are int32, also when there are none. */
function whole(values: readonly number[]): Literal {
  return ndarray([...values], "int32");
}

/**
 * Multiplies a matrix, or a stack of them, by a vector.
 *
 * Shapes: a `[…, m, n]`, b `[…, n]` → `[…, m]`; with `transposeA`, a is `[…, n, m]`.
 * Dtypes: those of `matmul`, both alike.
 *
 * @throws {ShapeError} when the dimensions are known and differ.
 * @see TensorFlow `matvec`, python/ops/math_ops.py
 * @example
 * session.runSync(matvec(constant([[1, 2], [3, 4]]), constant([1, 10]))).toArray(); // [21, 43]
 */
export function matvec(
  a: TensorLike,
  b: TensorLike,
  options: Pick<MatMulOptions, "transposeA" | "adjointA" | "name"> = {},
): Tensor {
  const { name, ...flips } = options;
  return inOpScope(name, "MatVec", [a, b], () => squeeze(matmul(a, expandDims(b, -1), flips), { axis: [-1] }));
}
