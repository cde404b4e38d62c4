/** Builders that put sparse tensors together and cut them. Mirrors python/ops/sparse_ops.py. */
import { applyOp } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { publicCall } from "../graph/public-call.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import { concat } from "./concat.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceMax } from "./reduce.ts";
import { reshape } from "./shape.ts";
import { checkSparse } from "./sparse.ts";
import { sparsePartsDefs as defs } from "./sparse-parts.defs.ts";
import { SparseTensor } from "./sparse-tensor.ts";

/** Options of `sparse.concat`. */
export interface SparseConcatOptions extends NameOption {
  /** Whether the other dimensions may differ; the result has the greatest. Default false. */
  readonly expandNonconcatDims?: boolean | undefined;
}

/**
 * Sparse tensors one after the other along a dimension.
 *
 * Shapes: all alike but for that dimension → their sum there. A single one is given back.
 *
 * @throws {InvalidArgumentError} at the run, for shapes that do not fit, and an axis out of range.
 * @see TensorFlow `tf.sparse.concat`, python/ops/sparse_ops.py; `SparseConcat`
 * @example
 * const x = new SparseTensor([[0, 1]], [5], [1, 2]);
 * session.runSync(sparse.toDense(sparse.concat(1, [x, x]))).toArray(); // [[0, 5, 0, 5]]
 */
export function sparseConcat(
  axis: number,
  spInputs: readonly SparseTensor[],
  options: SparseConcatOptions = {},
): SparseTensor {
  for (const input of spInputs) checkSparse(input);
  const [only, ...others] = spInputs as readonly [SparseTensor, ...SparseTensor[]];
  if (others.length === 0) return only;
  return publicCall(() => {
    const isExpanded = options.expandNonconcatDims ?? false;
    const own = spInputs.map(({ denseShape }) => denseShape);
    const inputs = [
      spInputs.map(({ indices }) => indices),
      spInputs.map(({ values }) => values),
      isExpanded ? expandedShapes(own, axis) : own,
    ] as const;
    const { outputs } = applyOp(defs.SparseConcat, inputs, { concat_dim: axis }, options.name);
    const [indices, values, whole] = outputs as readonly [Tensor, Tensor, Tensor];
    const shape = concatenatedShape(
      spInputs.map((input) => input.shape),
      axis,
      isExpanded,
    );
    if (shape.isFullyDefined())
      return new SparseTensor(indices, values, convertToTensor(ndarray(shape.asNumbers(), "int64")));
    const result = new SparseTensor(indices, values, whole);
    result.setShape(shape);
    return result;
  });
}

/** The shapes with the greatest of all sizes but along the axis. */
function expandedShapes(shapes: readonly Tensor[], axis: number): Tensor[] {
  const rows = concat(
    shapes.map((shape) => reshape(shape, [1, -1])),
    0,
  );
  const greatest = reduceMax(rows, { axis: 0 });
  return shapes.map((shape) => {
    const before = greatest.at(`:${axis}`);
    const kept = axis === -1 ? shape.at("-1:") : shape.at(`${axis}:${axis + 1}`);
    const behind = axis === -1 ? ndarray([], "int64") : greatest.at(`${axis + 1}:`);
    return concat([before, kept, behind], 0);
  });
}

/** What is known of the shape of sparse tensors one after the other. */
function concatenatedShape(shapes: readonly TensorShape[], axis: number, isExpanded: boolean): TensorShape {
  const [first] = shapes as readonly [TensorShape];
  const known = shapes.flatMap(({ dims }) => (dims === null ? [] : [dims]));
  if (known.length < shapes.length || first.dims === null) return unknownShape;
  const rank = first.dims.length;
  const at = axis < 0 ? axis + rank : axis;
  const reduced = (i: number, rule: (a: number, b: number) => number): Dimension =>
    known.map((dims) => dims[i] ?? null).reduce((a, b) => (a === null || b === null ? null : rule(a, b)));
  return new TensorShape(
    first.dims.map((d, i) => {
      if (i === at) return reduced(i, (a, b) => a + b);
      return isExpanded ? reduced(i, Math.max) : d;
    }),
  );
}

/**
 * A part of a sparse tensor, cut off where it is larger.
 *
 * Shapes: start `[rank]`, size `[rank]` → size, or less where the whole ends.
 *
 * @throws {InvalidArgumentError} at the run, for a start or size of another length.
 * @see TensorFlow `tf.sparse.slice`, python/ops/sparse_ops.py; `SparseSlice`
 * @example
 * const x = new SparseTensor([[0, 1], [1, 2]], [5, 6], [2, 3]);
 * session.runSync(sparse.slice(x, [1, 1], [1, 9])).indices.toArray(); // [[0n, 1n]]
 */
export function sparseSlice(
  spInput: SparseTensor,
  start: TensorLike,
  size: TensorLike,
  options: NameOption = {},
): SparseTensor {
  checkSparse(spInput);
  return publicCall(() => {
    const from = convertToTensor(start, { dtype: "int64" });
    const sizes = convertToTensor(size, { dtype: "int64" });
    return inOpScope(options.name, "SparseSlice", [spInput.indices], (scope) => {
      const { indices, values, denseShape } = spInput;
      const { outputs } = applyOp(defs.SparseSlice, [indices, values, denseShape, from, sizes], {}, scope);
      return new SparseTensor(...(outputs as [TensorLike, TensorLike, TensorLike]));
    });
  });
}
