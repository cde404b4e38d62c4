/** How determinants, inverses, solutions and factors of matrices are differentiated. Mirrors python/ops/linalg_grad.py. */
import { reciprocalGaps } from "../gradients/matrix-factors.ts";
import { after, negated, plus, times } from "../gradients/operators.ts";
import { type Gradient, type GradientRule, gradientRules } from "../gradients/rule.ts";
import { svdRule } from "../gradients/svd.ts";
import { applyOp } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { TensorShape } from "../tensor/shape.ts";
import { concat } from "./concat.ts";
import { eye, matrixBandPart, matrixDiag, matrixDiagPart, matrixSetDiag } from "./diag.ts";
import type { linalgDefs } from "./linalg.defs.ts";
import { adjoint, matrixInverse, matrixSolve, matrixTriangularSolve, selfAdjointEig } from "./linalg.ts";
import { matmul } from "./matmul.ts";
import { reduceSum } from "./reduce.ts";
import { shapeDefs } from "./shape.defs.ts";
import { reshape, shape } from "./shape.ts";

type Solve = (typeof linalgDefs)["MatrixSolve"];
type TriangularSolve = (typeof linalgDefs)["MatrixTriangularSolve"];

/** With A X = B: dB = A⁻ᴴ G and dA = -dB Xᴴ. */
function byMatrix(solution: Tensor, byRight: Tensor, isAdjoint: boolean): Tensor {
  const [left, right] = isAdjoint ? [solution, byRight] : [byRight, solution];
  return negated(matmul(left, right, { adjointB: true }));
}

const solveRule: GradientRule<Solve> = ({ inputs: [a], output, attrs }, grad) => {
  const byRight = matrixSolve(a, grad, { adjoint: !attrs.adjoint });
  return [byMatrix(output, byRight, attrs.adjoint), byRight];
};

const triangularSolveRule: GradientRule<TriangularSolve> = ({ inputs: [a, b], output, attrs }, grad) => {
  const { lower, adjoint: isAdjoint } = attrs;
  const byRight = matrixTriangularSolve(a, grad, { lower, adjoint: !isAdjoint });
  const whole = byMatrix(output, byRight, isAdjoint);
  const byLeft = lower ? matrixBandPart(whole, -1, 0) : matrixBandPart(whole, 0, -1);
  if (haveOneBatch(a, b)) return [byLeft, byRight];
  const [shapeA, shapeB] = [shape(a), shape(b)];
  const [batchA, batchB] = [shapeA.at(":-2"), shapeB.at(":-2")];
  const axes = applyOp(shapeDefs.BroadcastGradientArgs, [batchA, batchB]);
  const summedA = reshape(reduceSum(byLeft, { axis: axes.output(0) }), shapeA);
  return [summedA, reshape(reduceSum(byRight, { axis: axes.output(1) }), shapeB)];
};

function haveOneBatch(a: Tensor, b: Tensor): boolean {
  const batch = ({ shape: { dims } }: Tensor): TensorShape => new TensorShape(dims?.slice(0, -2) ?? null);
  return a.shape.isFullyDefined() && b.shape.isFullyDefined() && batch(a).equals(batch(b));
}

/** `A⁻ᴴ` times a number for each matrix. */
function timesInverse(a: Tensor, factors: (inverse: Tensor) => Tensor): Tensor {
  const inverse = matrixInverse(a, { adjoint: true });
  return times(factors(inverse), inverse);
}

/** The numbers as matrices of one element. */
function asMatrices(numbers: Gradient, like: Tensor): Tensor {
  return reshape(numbers, concat([shape(like), [1, 1]], 0));
}

/** With A = L Lᴴ: S = L⁻ᴴ Φ(Lᴴ G) L⁻¹, where Φ keeps the lower triangle and half of the diagonal; dA = (S + Sᴴ) / 2. */
function choleskyRule(lower: Tensor, grad: Gradient): Tensor {
  const rows = shape(lower).at("-1");
  const batchShape = shape(lower).at(":-2");
  const identity = eye(rows, { batchShape, dtype: lower.dtype });
  const inverse = matrixTriangularSolve(lower, identity);
  const product = matmul(lower, grad, { adjointA: true });
  const halved = matrixSetDiag(product, times(0.5, matrixDiagPart(product)));
  const middle = matrixBandPart(halved, -1, 0);
  const half = matmul(matmul(inverse, middle, { adjointA: true }), inverse);
  return times(plus(half, adjoint(half)), 0.5);
}

type Eig = (typeof linalgDefs)["SelfAdjointEigV2"];

/** With A = V E Vᴴ: dA = V (dE + F ∘ Vᴴ dV) Vᴴ, as a lower triangle, which is what the op reads. */
const eigRule: GradientRule<Eig> = ({ inputs: [a], outputs, grads, attrs }) => {
  const [byValues, byVectors] = grads as readonly [Gradient, Gradient];
  return after(grads, () => {
    const whole = attrs.compute_v
      ? eigGradient(outputs as readonly [Tensor, Tensor], byValues, byVectors)
      : valuesGradient(a, byValues);
    const lower = matrixBandPart(plus(whole, adjoint(whole)), -1, 0);
    return [matrixSetDiag(lower, times(0.5, matrixDiagPart(lower)))];
  });
};

function eigGradient([values, vectors]: readonly [Tensor, Tensor], byValues: Gradient, byVectors: Gradient): Tensor {
  const gaps = reciprocalGaps(values, values);
  const diagonal = matrixDiag(byValues);
  const inner = plus(diagonal, times(gaps, matmul(vectors, byVectors, { adjointA: true })));
  return matmul(vectors, matmul(inner, vectors, { adjointB: true }));
}

function valuesGradient(a: Tensor, byValues: Gradient): Tensor {
  const { v } = selfAdjointEig(a);
  return matmul(v, matmul(matrixDiag(byValues), v, { adjointB: true }));
}

export const linalgGradients = gradientRules<typeof linalgDefs>()({
  // d det A = det A tr(A⁻¹ dA)
  MatrixDeterminant: ({ inputs: [a], output }, grad) =>
    timesInverse(a, () => {
      const scaled = times(grad, output);
      return asMatrices(scaled, output);
    }),
  // d ln |det A| = tr(A⁻¹ dA)
  LogMatrixDeterminant: ({ inputs: [a], outputs, grads }) =>
    timesInverse(a, () => asMatrices(grads[1] as Gradient, outputs[1] as Tensor)),
  // d A⁻¹ = -A⁻¹ dA A⁻¹
  MatrixInverse: ({ output, attrs }, grad) => {
    const inner = matmul(grad, output, { adjointA: attrs.adjoint, adjointB: !attrs.adjoint });
    return negated(matmul(output, inner, { adjointA: !attrs.adjoint }));
  },
  Cholesky: ({ output }, grad) => choleskyRule(output, grad),
  MatrixSolve: solveRule,
  MatrixTriangularSolve: triangularSolveRule,
  SelfAdjointEigV2: eigRule,
  Svd: svdRule,
});
