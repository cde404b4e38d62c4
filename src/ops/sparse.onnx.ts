/** ONNX Runtime has sparse tensors in few operators, and none with TensorFlow's failures. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { sparseDefs } from "./sparse.defs.ts";

/** Why ops of sparse tensors are not lowered. */
export const onHost = unsupported("sparse tensors are the host's");

/** The rules of this family. */
export const sparseOnnx = onnxRules<typeof sparseDefs>()({
  SparseToDense: onHost,
  SparseReorder: onHost,
  SparseReshape: onHost,
  SparseFillEmptyRows: onHost,
  SparseFillEmptyRowsGrad: onHost,
  SparseTensorDenseMatMul: onHost,
  SparseReduceSum: onHost,
});
