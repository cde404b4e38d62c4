/** How least squares are differentiated: by the normal equations. Mirrors python/ops/linalg_grad.py. */
import { ArgumentError } from "../base/errors.ts";
import { minus, negated, plus } from "../gradients/operators.ts";
import { type ForwardOp, type Gradient, gradientRules } from "../gradients/rule.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "./cast.ts";
import type { leastSquaresDefs } from "./least-squares.defs.ts";
import { byShape, gramianFactor } from "./least-squares.ts";
import { choleskySolve } from "./linalg.ts";
import { matmul } from "./matmul.ts";
import { matrixTranspose } from "./transpose.ts";

type Solve = ForwardOp<(typeof leastSquaresDefs)["MatrixSolveLs"]>;

/** X = (Aᴴ A + λ I)⁻¹ Aᴴ B. */
function tallRule({ inputs: [a, b, l2], output: x }: Solve, grad: Gradient): readonly [Tensor, Tensor] {
  const factor = gramianFactor(a, cast(l2, a.dtype.baseDtype), true);
  const z = choleskySolve(factor, grad);
  const product = matmul(x, z, { adjointB: true });
  const symmetric = plus(product, matrixTranspose(product));
  const byMatrix = plus(negated(matmul(a, symmetric)), matmul(b, z, { adjointB: true }));
  return [byMatrix, matmul(a, z)];
}

/** X = Aᴴ (A Aᴴ + λ I)⁻¹ B. */
function wideRule({ inputs: [a, b, l2] }: Solve, grad: Gradient): readonly [Tensor, Tensor] {
  const factor = gramianFactor(a, cast(l2, a.dtype.baseDtype), false);
  const byRight = choleskySolve(factor, matmul(a, grad));
  const inner = choleskySolve(factor, b);
  const first = negated(matmul(byRight, matmul(inner, a, { adjointA: true })));
  const rest = minus(grad, matmul(a, byRight, { adjointA: true }));
  return [plus(first, matmul(inner, rest, { adjointB: true })), byRight];
}

export const leastSquaresGradients = gradientRules<typeof leastSquaresDefs>()({
  MatrixSolveLs: (forward, grad) => {
    if (!forward.attrs.fast) throw new ArgumentError("Gradient not defined for fast=False", { op: forward.op });
    const [byMatrix, byRight] = byShape(
      forward.inputs[0],
      () => tallRule(forward, grad),
      () => wideRule(forward, grad),
    );
    return [byMatrix as Tensor, byRight as Tensor, null];
  },
});
