/** How diagonals are differentiated: those of the gradient, or the gradient with other diagonals. Mirrors python/ops/array_grad.py. */
import { type ForwardOp, type Gradient, type GradientRule, gradientRules } from "../gradients/rule.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { zeros, zerosLike } from "./array.ts";
import { equal, greater, less } from "./compare.ts";
import { concat } from "./concat.ts";
import { cond } from "./cond.ts";
import type { diagDefs } from "./diag.defs.ts";
import {
  diag,
  diagPart,
  type MatrixDiagOptions,
  matrixBandPart,
  matrixDiag,
  matrixDiagPart,
  matrixSetDiag,
} from "./diag.ts";
import { minimum } from "./math.ts";
import { reduceMin } from "./reduce.ts";
import { rank, reshape, shape } from "./shape.ts";
import { mergeShapes } from "./shape-rules.ts";
import { slice } from "./slice.ts";

type Align = { readonly align?: NonNullable<MatrixDiagOptions["align"]> };

/** The gradient of diagonals, in a matrix of zeros as large as the one that they are of. */
function inMatrix(input: Tensor, k: Tensor, grad: Gradient, align: Align): Tensor {
  const [rows = null, columns = null] = input.shape.dims?.slice(-2) ?? [];
  return rows === null || columns === null
    ? matrixSetDiag(zerosLike(input), grad, { k, ...align })
    : matrixDiag(grad, { k, numRows: rows, numCols: columns, ...align });
}

type SetDiag = (typeof diagDefs)["MatrixSetDiagV2"] | (typeof diagDefs)["MatrixSetDiagV3"];

function replacedDiagonals({ inputs: [, diagonal, k] }: ForwardOp<SetDiag>, grad: Gradient, align: Align) {
  const sizes = diagonal.shape.isFullyDefined() ? diagonal.shape : diagonalShape(grad, k);
  const nothing = zeros(sizes, { dtype: grad.dtype });
  const byInput = matrixSetDiag(grad, nothing, { k, ...align });
  return [byInput, matrixDiagPart(grad, { k, ...align }), null];
}

/** The shape of the diagonals `k` of a stack of matrices, computed when run. */
function diagonalShape(grad: Gradient, k: Tensor): Tensor {
  const whole = shape(grad);
  const batch = whole.at(":-2");
  const matrix = whole.at("-2:");
  const bounds = reshape(k, [-1]);
  const [lowest, highest] = [bounds.at("0"), bounds.at("-1")];
  const choice = (isSo: Tensor, value: () => TensorLike, other: () => TensorLike): Tensor =>
    cond(isSo, value as never, other as never) as unknown as Tensor;
  const below = choice(
    less(highest, 0),
    () => highest,
    () => ndarray(0, int32),
  );
  const right = choice(
    greater(lowest, 0),
    () => lowest.neg(),
    () => ndarray(0, int32),
  );
  const rows = matrix.at("0").add(below);
  const length = minimum(rows, matrix.at("1").add(right));
  const last = choice(
    equal(lowest, highest),
    () => convertToTensor([length]),
    () => convertToTensor([highest.sub(lowest).add(1), length]),
  );
  return concat([batch, last], 0);
}

/** The shape of the main diagonals, as far as the gradient and what was set tell it. */
function mainDiagonalShape(input: Tensor, diagonal: Tensor, grad: Gradient): TensorShape | Tensor {
  const whole = mergeShapes(input.shape, grad.shape);
  const batch = mergeShapes(head(whole, 2), head(diagonal.shape, 1));
  const matrix = whole.dims?.slice(-2) ?? [null];
  if (batch.dims !== null && batch.isFullyDefined() && !matrix.includes(null))
    return new TensorShape([...batch.dims, Math.min(...(matrix as number[]))]);
  return runInScope(makeColocation(grad.op), () => {
    const sizes = shape(grad);
    const count = rank(grad);
    const leading = slice(sizes, [0], [count.sub(2)] as never);
    const last = slice(sizes, [count.sub(2)] as never, [2]);
    return concat([leading, [reduceMin(last)] as never], 0);
  });
}

/** A shape without its last dimensions. */
function head({ dims }: TensorShape, without: number): TensorShape {
  return new TensorShape(dims && dims.slice(0, -without));
}

const setDiag: GradientRule<(typeof diagDefs)["MatrixSetDiag"]> = ({ inputs: [input, diagonal] }, grad) => {
  const nothing = mainDiagonalShape(input, diagonal, grad);
  const byInput = matrixSetDiag(grad, zeros(nothing, { dtype: grad.dtype }));
  return [byInput, matrixDiagPart(grad)];
};

export const diagGradients = gradientRules<typeof diagDefs>()({
  MatrixDiag: (_, grad) => matrixDiagPart(grad),
  MatrixDiagV2: ({ inputs: [, k] }, grad) => [matrixDiagPart(grad, { k }), null, null, null, null],
  MatrixDiagV3: ({ inputs: [, k], attrs: { align } }, grad) => [
    matrixDiagPart(grad, { k, align: align as never }),
    null,
    null,
    null,
    null,
  ],
  MatrixDiagPart: ({ inputs: [input] }, grad) => {
    const [rows = null, columns = null] = input.shape.dims?.slice(-2) ?? [];
    return rows !== null && rows === columns ? matrixDiag(grad) : matrixSetDiag(zerosLike(input), grad);
  },
  MatrixDiagPartV2: ({ inputs: [input, k] }, grad) => [inMatrix(input, k, grad, {}), null, null],
  MatrixDiagPartV3: ({ inputs: [input, k], attrs: { align } }, grad) => [
    inMatrix(input, k, grad, { align: align as never }),
    null,
    null,
  ],
  MatrixSetDiag: setDiag,
  MatrixSetDiagV2: (forward, grad) => replacedDiagonals(forward, grad, {}),
  MatrixSetDiagV3: (forward, grad) =>
    replacedDiagonals(forward as ForwardOp as ForwardOp<SetDiag>, grad, { align: forward.attrs.align as never }),
  MatrixBandPart: ({ inputs: [, below, above] }, grad) => [matrixBandPart(grad, below, above), null, null],
  Diag: (_, grad) => diagPart(grad),
  DiagPart: (_, grad) => diag(grad),
});
