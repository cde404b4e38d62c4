/** How products of matrices are differentiated. Mirrors python/ops/math_grad.py and linalg_grad.py. */

import { type Gradient, gradientRules, pending } from "../gradients/rule.ts";
import { applyOp1, type GivenAttrs } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { conj } from "./complex.ts";
import { matmulDefs } from "./matmul.defs.ts";

function product(a: Gradient, b: Gradient, attrs: GivenAttrs): Tensor {
  return applyOp1(matmulDefs.MatMul, [a, b], attrs);
}

export const matmulGradients = gradientRules<typeof matmulDefs>()({
  // With C = A B: dA = G Bᵀ and dB = Aᵀ G; transposed factors move the transposition to the other side.
  MatMul: ({ inputs: [a, b], attrs }, grad) => {
    const { transpose_a: isATransposed, transpose_b: isBTransposed } = attrs;
    const [left, right] = [conj(a), conj(b)];
    const byA = isATransposed
      ? product(right, grad, { transpose_a: isBTransposed, transpose_b: true, grad_a: true })
      : product(grad, right, { transpose_b: !isBTransposed, grad_a: true });
    const byB = isBTransposed
      ? product(grad, left, { transpose_a: true, transpose_b: isATransposed, grad_b: true })
      : product(left, grad, { transpose_a: !isATransposed, grad_b: true });
    return [byA, byB];
  },
  BatchMatMul: pending,
  BatchMatMulV2: pending,
  BatchMatMulV3: pending,
  Qr: pending,
});
