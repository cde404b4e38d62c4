/** TensorFlow's namespace `tf.sparse`, as far as it goes. */

export {
  sparseSegmentMean as segmentMean,
  sparseSegmentSqrtN as segmentSqrtN,
  sparseSegmentSum as segmentSum,
} from "../ops/segment.ts";
export {
  type SparseMatmulOptions,
  type SparsePlaceholderOptions,
  type SparseReduceOptions,
  sparseFillEmptyRows as fillEmptyRows,
  sparsePlaceholder as placeholder,
  sparseReduceSum as reduceSum,
  sparseReorder as reorder,
  sparseReshape as reshape,
  sparseRetain as retain,
  sparseTensorDenseMatmul as sparseDenseMatmul,
  sparseTensorToDense as toDense,
  type ToDenseOptions,
} from "../ops/sparse.ts";
export { type SparseConcatOptions, sparseConcat as concat, sparseSlice as slice } from "../ops/sparse-parts.ts";
export { SparseTensor } from "../ops/sparse-tensor.ts";
