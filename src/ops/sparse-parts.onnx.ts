/** Parts of sparse tensors in ONNX: there are none. */
import { onnxRules } from "../onnx/rule.ts";
import { onHost } from "./sparse.onnx.ts";
import type { sparsePartsDefs } from "./sparse-parts.defs.ts";

/** The rules of this family. */
export const sparsePartsOnnx = onnxRules<typeof sparsePartsDefs>()({
  SparseConcat: onHost,
  SparseSlice: onHost,
  SparseSliceGrad: onHost,
});
