/** Definitions of the ops that put sparse tensors together and cut them. Mirrors core/ops/sparse_ops.cc. */
import { attr, defineOp } from "../graph/op-def.ts";
import { type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import { addDimensions, mergeDimensions, mergeShapes, vectorShape, withRank } from "./shape-rules.ts";
import { numberTypes } from "./type-lists.ts";

/** Sparse tensors one after the other along a dimension: `N` times indices, values and shape. */
const SparseConcat = defineOp({
  type: "SparseConcat",
  inputs: ["indices: N * int64", "values: N * T", "shapes: N * int64"],
  outputs: ["output_indices: int64", "output_values: T", "output_shape: int64"],
  attrs: { concat_dim: attr.int(), N: attr.int(undefined, 2), T: attr.type() },
  infer: (c, { N }) => {
    let count: Dimension = 0;
    let rank: Dimension = null;
    let shape = unknownShape;
    for (let i = 0; i < N; i += 1) {
      const indices = withRank(c.input(i), 2);
      const values = withRank(c.input(N + i), 1);
      const own = withRank(c.input(2 * N + i), 1);
      count = addDimensions(count, mergeDimensions(indices.dim(0), values.dim(0)));
      rank = mergeDimensions(rank, indices.dim(1));
      shape = mergeShapes(shape, own);
    }
    return [new TensorShape([count, rank]), vectorShape(count), shape];
  },
});

const SparseSlice = defineOp({
  type: "SparseSlice",
  inputs: ["indices: int64", "values: T", "shape: int64", "start: int64", "size: int64"],
  outputs: ["output_indices: int64", "output_values: T", "output_shape: int64"],
  attrs: { T: attr.type() },
  infer: (c) => [new TensorShape([null, c.input(2).elementCount()]), vectorShape(null), c.input(2)],
  // TensorFlow does not look through it while the graph is built.
  foldable: false,
});

/** The gradients of the values that a slice was taken of. */
const SparseSliceGrad = defineOp({
  type: "SparseSliceGrad",
  inputs: ["backprop_val_grad: T", "input_indices: int64", "input_start: int64", "output_indices: int64"],
  outputs: ["val_grad: T"],
  attrs: { T: attr.type(numberTypes) },
  infer: (c) => [vectorShape(withRank(c.input(1), 2).dim(0))],
});

/** The definitions of this family. */
export const sparsePartsDefs = { SparseConcat, SparseSlice, SparseSliceGrad };
