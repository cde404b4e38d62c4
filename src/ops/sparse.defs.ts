/** Definitions of the ops of sparse tensors: indices `[n, rank]`, values `[n]`, dense shape `[rank]`. Mirrors core/ops/sparse_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { scalarShape, TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeDimensions, vectorShape, withRank, withRankAtMost } from "./shape-rules.ts";
import { indexTypes, numberTypes } from "./type-lists.ts";

/** Checks the three parts of a sparse tensor; gives how many values it has, and its rank. */
function sparseInput(c: InferContext): readonly [number | null, number | null] {
  const indices = withRank(c.input(0), 2);
  const values = withRank(c.input(1), 1);
  const shape = withRank(c.input(2), 1);
  return [mergeDimensions(indices.dim(0), values.dim(0)), mergeDimensions(indices.dim(1), shape.dim(0))];
}

const SparseToDense = defineOp({
  type: "SparseToDense",
  inputs: ["sparse_indices: Tindices", "output_shape: Tindices", "sparse_values: T", "default_value: T"],
  outputs: ["dense: T"],
  attrs: { validate_indices: attr.bool(true), T: attr.type(), Tindices: attr.type(indexTypes) },
  infer: (c) => [c.constantAsShape(1)],
});

const SparseReorder = defineOp({
  type: "SparseReorder",
  inputs: ["input_indices: int64", "input_values: T", "input_shape: int64"],
  outputs: ["output_indices: int64", "output_values: T"],
  attrs: { T: attr.type() },
  infer: (c) => {
    const indices = withRank(c.input(0), 2);
    const values = withRank(c.input(1), 1);
    withRank(c.input(2), 1);
    return [indices, values];
  },
});

const SparseReshape = defineOp({
  type: "SparseReshape",
  inputs: ["input_indices: int64", "input_shape: int64", "new_shape: int64"],
  outputs: ["output_indices: int64", "output_shape: int64"],
  attrs: {},
  infer: (c) => {
    const indices = withRank(c.input(0), 2);
    withRank(c.input(1), 1);
    const shape = withRank(c.input(2), 1);
    return [new TensorShape([indices.dim(0), shape.dim(0)]), shape];
  },
});

const SparseFillEmptyRows = defineOp({
  type: "SparseFillEmptyRows",
  inputs: ["indices: int64", "values: T", "dense_shape: int64", "default_value: T"],
  outputs: ["output_indices: int64", "output_values: T", "empty_row_indicator: bool", "reverse_index_map: int64"],
  attrs: { T: attr.type() },
  infer: (c) => {
    const [count, rank] = sparseInput(c);
    withRank(c.input(3), 0);
    const rows = c.constantAsShape(2).dim(0);
    return [new TensorShape([null, rank]), vectorShape(null), vectorShape(rows), vectorShape(count)];
  },
  // TensorFlow does not look through it while the graph is built.
  foldable: false,
});

/** The gradients of the values that were kept, and the sum of those of the rows that were filled. */
const SparseFillEmptyRowsGrad = defineOp({
  type: "SparseFillEmptyRowsGrad",
  inputs: ["reverse_index_map: int64", "grad_values: T"],
  outputs: ["d_values: T", "d_default_value: T"],
  attrs: { T: attr.type() },
  infer: (c) => {
    const map = withRank(c.input(0), 1);
    withRank(c.input(1), 1);
    return [map, scalarShape];
  },
});

const SparseTensorDenseMatMul = defineOp({
  type: "SparseTensorDenseMatMul",
  inputs: ["a_indices: Tindices", "a_values: T", "a_shape: int64", "b: T"],
  outputs: ["product: T"],
  attrs: {
    T: attr.type(),
    Tindices: attr.type(indexTypes, "int64"),
    adjoint_a: attr.bool(false),
    adjoint_b: attr.bool(false),
  },
  infer: (c, { adjoint_a, adjoint_b }) => {
    withRank(c.input(0), 2);
    withRank(c.input(1), 1);
    const a = withRank(c.constantAsShape(2), 2);
    const b = withRank(c.input(3), 2);
    mergeDimensions(a.dim(adjoint_a ? 0 : 1), b.dim(adjoint_b ? 1 : 0));
    return [new TensorShape([a.dim(adjoint_a ? 1 : 0), b.dim(adjoint_b ? 0 : 1)])];
  },
});

const SparseReduceSum = defineOp({
  type: "SparseReduceSum",
  inputs: ["input_indices: int64", "input_values: T", "input_shape: int64", "reduction_axes: int32"],
  outputs: ["output: T"],
  attrs: { keep_dims: attr.bool(false), T: attr.type(numberTypes) },
  infer: (c, { keep_dims }) => {
    const shape = c.constantAsShape(2);
    const axes = c.constant(3);
    if (shape.dims === null || c.constant(2) === null || axes === null) return [unknownShape];
    withRankAtMost(c.input(3), 1);
    const rank = shape.dims.length;
    const gone = new Set(Array.from({ length: axes.size }, (_, i) => (Number(axes.at(i)) + rank) % rank));
    const dims = shape.dims.map((d, i) => (gone.has(i) ? 1 : d));
    return [new TensorShape(keep_dims ? dims : dims.filter((_, i) => !gone.has(i)))];
  },
});

/** The definitions of this family. */
export const sparseDefs = {
  SparseToDense,
  SparseReorder,
  SparseReshape,
  SparseFillEmptyRows,
  SparseFillEmptyRowsGrad,
  SparseTensorDenseMatMul,
  SparseReduceSum,
};
