/** How the factors of `qr` are differentiated. Mirrors `_QrGrad`, python/ops/linalg_grad.py. */
import { UnsupportedFeatureError } from "../base/errors.ts";
import type { Tensor } from "../graph/tensor.ts";
import { zerosLike } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { real } from "../ops/complex.ts";
import { concat } from "../ops/concat.ts";
import { matrixBandPart, matrixDiagPart, matrixSetDiag } from "../ops/diag.ts";
import { adjoint, matrixTriangularSolve } from "../ops/linalg.ts";
import type { matmulDefs } from "../ops/matmul.defs.ts";
import { matmul } from "../ops/matmul.ts";
import { dense, minus, plus } from "./operators.ts";
import type { Gradient, GradientRule } from "./rule.ts";

export const qrRule: GradientRule<(typeof matmulDefs)["Qr"]> = ({ inputs: [a], outputs, grads }) => {
  const [q, r] = outputs as readonly [Tensor, Tensor];
  const [gradQ, gradR] = [dense(grads[0] as Gradient), dense(grads[1] as Gradient)];
  const [rows, columns] = checkedSizes(q, r);
  if (rows >= columns) return deep(q, r, gradQ, gradR);
  // A wide matrix is [X Y] with X = Q U and Y = Q V: Q and U are those of X, and Q moves V, too.
  const y = a.at(`..., :, ${rows}:`);
  const u = r.at(`..., :, :${rows}`);
  const gradV = gradR.at(`..., :, ${rows}:`);
  const gradU = gradR.at(`..., :, :${rows}`);
  const byY = matmul(q, gradV);
  const byQ = plus(gradQ, matmul(y, gradV, { adjointB: true }));
  return concat([deep(q, u, byQ, gradU), byY], -1);
};

/** The rows of Q and the columns of R. */
function checkedSizes(q: Tensor, r: Tensor): readonly [number, number] {
  const [height = null, width = null] = r.shape.dims?.slice(-2) ?? [];
  if (height === null || width === null)
    throw new UnsupportedFeatureError(`QrGrad not implemented with dynamic shapes. Received r.shape: ${r.shape}`, {
      r,
    });
  const [rows = null, columns = null] = q.shape.dims?.slice(-2) ?? [];
  if (height > width && rows === columns)
    throw new UnsupportedFeatureError(
      `QrGrad not implemented when nrows > ncols and full_matrices is true. Received r.shape=${r.shape} with nrows=${height}and ncols=${width}.`,
      { q, r },
    );
  return [rows as number, width];
}

/** `x R⁻ᴴ`, of an upper triangle. */
function solved(x: Tensor, r: Tensor): Tensor {
  return adjoint(matrixTriangularSolve(r, adjoint(x), { lower: false, adjoint: false }));
}

/** Of matrices that are at least as high as wide. */
function deep(q: Tensor, r: Tensor, gradQ: Tensor, gradR: Tensor): Tensor {
  const alongQ = matmul(q, gradQ, { adjointA: true });
  const turnQ = minus(alongQ, adjoint(alongQ));
  const alongR = matmul(r, gradR, { adjointB: true });
  const turnR = minus(alongR, adjoint(alongR));
  const lower = matrixBandPart(plus(turnQ, turnR), -1, 0);
  const inside = matmul(q, plus(gradR, solved(lower, r)));
  const outside = solved(minus(gradQ, matmul(q, alongQ)), r);
  const whole = plus(inside, outside);
  return q.dtype.isComplex ? plus(whole, phases(q, r, alongQ, alongR)) : whole;
}

/** What keeps the diagonal of R real. */
function phases(q: Tensor, r: Tensor, alongQ: Tensor, alongR: Tensor): Tensor {
  const difference = minus(alongR, adjoint(alongQ));
  const diagonal = matrixSetDiag(zerosLike(difference), matrixDiagPart(difference));
  const correction = minus(diagonal, cast(real(diagonal), q.dtype));
  return solved(matmul(q, adjoint(correction)), r);
}
