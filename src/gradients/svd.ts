/** How singular values and vectors are differentiated. Mirrors `_SvdGrad`, python/ops/linalg_grad.py. */
import { UnsupportedFeatureError } from "../base/errors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "../ops/cast.ts";
import { eye, matrixDiag } from "../ops/diag.ts";
import { square } from "../ops/elementary.ts";
import type { linalgDefs } from "../ops/linalg.defs.ts";
import { adjoint, svd } from "../ops/linalg.ts";
import { matmul } from "../ops/matmul.ts";
import { shape } from "../ops/shape.ts";
import { mergeDimensions, mergeShapes } from "../ops/shape-rules.ts";
import { matrixTranspose } from "../ops/transpose.ts";
import { type Dimension, TensorShape } from "../tensor/shape.ts";
import { reciprocalGaps, safeReciprocal } from "./matrix-factors.ts";
import { after, castGradient, dense, minus, plus, times } from "./operators.ts";
import type { ForwardOp, Gradient, GradientRule } from "./rule.ts";

type Svd = (typeof linalgDefs)["Svd"];

/** The factors, with U and V changed places where A is higher than wide: then it is the adjoint that is factored. */
interface Factors {
  readonly m: number;
  readonly n: number;
  readonly s: Tensor;
  readonly u: Tensor;
  readonly v: Tensor;
  readonly gradS: Tensor;
  readonly gradU: Tensor;
  readonly gradV: Tensor;
  readonly isFull: boolean;
  readonly isComplex: boolean;
}

/** With A = U S Vᴴ. Where vectors are asked for, what they may turn within is not determined: TensorFlow's choice. */
export const svdRule: GradientRule<Svd> = (forward) => {
  const {
    inputs: [a],
    outputs,
    grads,
    attrs,
  } = forward;
  const gradS = castGradient(grads[0] as Gradient, a.dtype.baseDtype);
  const diagonal = matrixDiag(gradS);
  if (!attrs.compute_uv) {
    const { u, v } = svd(a, { computeUv: true });
    return withShape(matmul(u, matmul(diagonal, v, { adjointB: true })), a.shape);
  }
  const [gradU, gradV] = [dense(grads[1] as Gradient), dense(grads[2] as Gradient)];
  const sizes = sizesOf(forward, gradU, gradV);
  const [rows, columns] = (sizes.dims ?? []).slice(-2);
  if (typeof rows !== "number" || typeof columns !== "number")
    throw new UnsupportedFeatureError(
      "SVD gradient has not been implemented for input with unknown inner matrix shape.",
      {
        a,
      },
    );
  const isHigh = rows > columns;
  const s = cast(outputs[0] as Tensor, a.dtype.baseDtype);
  const [u, v] = [outputs[isHigh ? 2 : 1] as Tensor, outputs[isHigh ? 1 : 2] as Tensor];
  const factors: Factors = {
    m: Math.min(rows, columns),
    n: Math.max(rows, columns),
    s,
    u,
    v,
    gradS: diagonal,
    gradU: isHigh ? gradV : gradU,
    gradV: isHigh ? gradU : gradV,
    isFull: attrs.full_matrices,
    isComplex: a.dtype.isComplex,
  };
  return after([gradS as Gradient, factors.gradU, factors.gradV], () => {
    if (factors.isFull && factors.n - factors.m > 1) throw tooFull(a, sizes, factors);
    const built = gradientOf(factors);
    return withShape(isHigh ? matrixTranspose(built, { conjugate: true }) : built, sizes);
  });
};

function withShape(tensor: Tensor, shape: TensorShape): Tensor {
  tensor.setShape(shape);
  return tensor;
}

/** What the shapes of A and of the gradients tell of that of A. */
function sizesOf({ inputs: [a] }: ForwardOp<Svd>, gradU: Tensor, gradV: Tensor): TensorShape {
  const last = ({ shape: { dims } }: Tensor): Dimension => dims?.at(-2) ?? null;
  const batch = ({ shape: { dims } }: Tensor): TensorShape => new TensorShape(dims?.slice(0, -2) ?? null);
  const m = mergeDimensions(a.shape.dims?.at(-2) ?? null, last(gradU));
  const n = mergeDimensions(a.shape.dims?.at(-1) ?? null, last(gradV));
  return mergeShapes(mergeShapes(batch(a), batch(gradU)), batch(gradV)).concatenate(new TensorShape([m, n]));
}

function tooFull(a: Tensor, sizes: TensorShape, { m, n }: Factors): UnsupportedFeatureError {
  return new UnsupportedFeatureError(
    `svd gradient is not implemented for abs(m - n) > 1 when full_matrices is True. Received: m=${m} and n=${n} from op input=${a} with shape=${sizes}.`,
    { a, m, n },
  );
}

function gradientOf(factors: Factors): Tensor {
  const { m, n, s, u, v, gradS, gradU, gradV, isComplex } = factors;
  const values = matrixDiag(s);
  const squares = square(s);
  const valuesShape = shape(s);
  const gaps = reciprocalGaps(squares, s);
  const inverse = matrixDiag(safeReciprocal(s));
  const v1 = v.at(`..., :, :${m}`);
  const gradV1 = gradV.at(`..., :, :${m}`);
  const uGradU = matmul(u, gradU, { adjointA: true });
  const vGradV = matmul(v1, gradV1, { adjointA: true });
  const turnU = times(gaps, uGradU);
  const turnV = times(gaps, vGradV);
  const sum = plus(gradS, matmul(plus(turnU, adjoint(turnU)), values));
  const inner = plus(sum, matmul(values, plus(turnV, adjoint(turnV))));
  const first = matmul(u, matmul(inner, v1, { adjointB: true }));
  const whole = m === n ? first : plus(first, outsideOf(factors, v1, gradV1, inverse));
  return isComplex ? plus(whole, phases(u, v1, vGradV, inverse, valuesShape, s)) : whole;
}

/** The part of V's gradient that leaves the space of the singular vectors. */
function outsideOf({ m, n, u, v, gradV, isFull }: Factors, v1: Tensor, gradV1: Tensor, inverse: Tensor): Tensor {
  const turned = matrixTranspose(gradV1, { conjugate: true });
  const inside = matmul(turned, v1);
  const outside = minus(turned, matmul(inside, v1, { adjointB: true }));
  const rest = isFull ? withoutRest(outside, v, gradV, v1, m, n) : outside;
  return matmul(matmul(u, inverse), rest);
}

function withoutRest(outside: Tensor, v: Tensor, gradV: Tensor, v1: Tensor, m: number, n: number): Tensor {
  const v2 = v.at(`..., :, ${m}:${n}`);
  const gradV2 = gradV.at(`..., :, ${m}:${n}`);
  const product = matmul(v1, gradV2, { adjointA: true });
  return minus(outside, matmul(product, v2, { adjointB: true }));
}

/** Complex vectors have phases, which TensorFlow takes as fixed. */
function phases(u: Tensor, v1: Tensor, vGradV: Tensor, inverse: Tensor, sizes: Tensor, s: Tensor): Tensor {
  const count = sizes.at("-1");
  const identity = eye(count, { batchShape: sizes.at(":-1"), dtype: s.dtype });
  const diagonal = times(identity, vGradV);
  const inner = matmul(inverse, minus(adjoint(diagonal), diagonal));
  return times(0.5, matmul(u, matmul(inner, v1, { adjointB: true })));
}
