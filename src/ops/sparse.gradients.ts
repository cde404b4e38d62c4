/** Gradient rules of the family `sparse`. */
import { gradientRules, noRule, pending } from "../gradients/rule.ts";
import type { sparseDefs } from "./sparse.defs.ts";

export const sparseGradients = gradientRules<typeof sparseDefs>()({
  SparseToDense: pending,
  SparseReorder: pending,
  SparseReshape: noRule,
  SparseFillEmptyRows: pending,
  SparseTensorDenseMatMul: pending,
  SparseReduceSum: pending,
});
