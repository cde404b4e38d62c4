/** How parts of sparse tensors are differentiated. Mirrors python/ops/sparse_grad.py. */
import { type Gradient, gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { sparsePartsDefs as defs } from "./sparse-parts.defs.ts";

export const sparsePartsGradients = gradientRules<typeof defs>()({
  SparseConcat: notDifferentiable,
  SparseSlice: ({ inputs: [indices, values, , start], outputs, grads }) => {
    const byValues = applyOp1(defs.SparseSliceGrad, [grads[1] as Gradient, indices, start, outputs[0] as Tensor]);
    byValues.setShape(values.shape);
    return [null, byValues, null, null, null];
  },
  SparseSliceGrad: noRule,
});
