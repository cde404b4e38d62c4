/** How products of matrices are differentiated. Mirrors python/ops/math_grad.py and linalg_grad.py. */

import { qrRule } from "../gradients/qr.ts";
import { type Gradient, type GradientRule, gradientRules } from "../gradients/rule.ts";
import { applyOp, applyOp1, type GivenAttrs } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { TensorShape } from "../tensor/shape.ts";
import { conj } from "./complex.ts";
import { matmulDefs as defs } from "./matmul.defs.ts";
import { markedMatmul, type ProductMarks } from "./matmul.ts";
import { reduceSum } from "./reduce.ts";
import { shapeDefs } from "./shape.defs.ts";
import { reshape, shape } from "./shape.ts";

function product(a: Gradient, b: Gradient, attrs: GivenAttrs): Tensor {
  return applyOp1(defs.MatMul, [a, b], attrs);
}

/** One of the two products of a rule: which tensors it multiplies, and which of them adjoint. */
interface Factors {
  readonly left: "x" | "y" | "grad";
  readonly right: "x" | "y" | "grad";
  readonly adjointA: boolean;
  readonly adjointB: boolean;
}

/** With Z = X Y: dX = G Yᴴ and dY = Xᴴ G; an adjoint operand's gradient is adjoint, too. */
function factors(isXAdjoint: boolean, isYAdjoint: boolean): readonly [Factors, Factors] {
  const byX: Factors = isXAdjoint
    ? { left: "y", right: "grad", adjointA: isYAdjoint, adjointB: true }
    : { left: "grad", right: "y", adjointA: false, adjointB: !isYAdjoint };
  const byY: Factors = isYAdjoint
    ? { left: "grad", right: "x", adjointA: true, adjointB: isXAdjoint }
    : { left: "x", right: "grad", adjointA: !isXAdjoint, adjointB: false };
  return [byX, byY];
}

function stackProduct(
  { left, right, adjointA, adjointB }: Factors,
  tensors: Readonly<Record<"x" | "y" | "grad", Gradient>>,
  marks: ProductMarks,
): Tensor {
  return markedMatmul(tensors[left], tensors[right], { adjointA, adjointB }, marks);
}

/** As for single matrices; then what was broadcast is summed. */
const stacks: GradientRule<(typeof defs)["BatchMatMulV2"] | (typeof defs)["BatchMatMulV3"]> = (
  { inputs: [x, y], attrs },
  grad,
) => {
  const [factorsX, factorsY] = factors(attrs.adj_x, attrs.adj_y);
  const byX = stackProduct(factorsX, { x, y, grad }, { isGradA: true });
  const byY = stackProduct(factorsY, { x, y, grad }, { isGradB: true });
  if (!mayBroadcast(x.shape, y.shape)) return [byX, byY];
  const [shapeX, shapeY] = [shape(x), shape(y)];
  const [batchX, batchY] = [shapeX.at(":-2"), shapeY.at(":-2")];
  const axes = applyOp(shapeDefs.BroadcastGradientArgs, [batchX, batchY]);
  return [
    reshape(reduceSum(byX, { axis: axes.output(0) }), shapeX),
    reshape(reduceSum(byY, { axis: axes.output(1) }), shapeY),
  ];
};

/** Whether the axes before the matrices may differ. */
function mayBroadcast(x: TensorShape, y: TensorShape): boolean {
  if (x.rank !== null && y.rank !== null && x.rank <= 2 && y.rank <= 2) return false;
  const batches = [x, y].map(({ dims }) => dims && new TensorShape(dims.slice(0, -2)));
  const [batchX, batchY] = batches;
  return !(batchX?.isFullyDefined() && batchY?.isFullyDefined() && batchX.equals(batchY));
}

export const matmulGradients = gradientRules<typeof defs>()({
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
  BatchMatMul: ({ inputs: [x, y], attrs }, grad) => {
    const [byX, byY] = factors(attrs.adj_x, attrs.adj_y);
    return [stackProduct(byX, { x, y, grad }, {}), stackProduct(byY, { x, y, grad }, {})];
  },
  BatchMatMulV2: stacks,
  BatchMatMulV3: stacks,
  Qr: qrRule,
});
