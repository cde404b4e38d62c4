/** Definitions of determinants, inverses, solutions and factors of matrices. `Qr` is in matmul.defs.ts. Mirrors core/ops/linalg_ops.cc. */
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { Dimension, TensorShape } from "../tensor/shape.ts";
import {
  broadcastShapes,
  mergeDimensions,
  mergeShapes,
  minDimension,
  subshape,
  vectorShape,
  withRankAtLeast,
} from "./shape-rules.ts";
import { complexTypes } from "./type-lists.ts";

const T = attr.type(["float64", "float32", "float16", ...complexTypes]);
const singleFirst = attr.type(["float16", "float32", "float64", ...complexTypes]);

/** The leading dimensions of stacked square matrices. */
function inferBatch(c: InferContext): TensorShape {
  const input = withRankAtLeast(c.input(0), 2);
  mergeDimensions(input.dim(-1), input.dim(-2));
  return subshape(input, 0, -2);
}

/** Stacked square matrices: the leading dimensions and the size. */
function squares(c: InferContext): { readonly batch: TensorShape; readonly size: Dimension } {
  const input = withRankAtLeast(c.input(0), 2);
  const size = mergeDimensions(input.dim(-2), input.dim(-1));
  return { batch: subshape(input, 0, -2), size };
}

function inferSquares(c: InferContext): readonly TensorShape[] {
  const { batch, size } = squares(c);
  return [batch.concatenate([size, size])];
}

const MatrixDeterminant = defineOp({
  type: "MatrixDeterminant",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { T: singleFirst },
  infer: (c) => [inferBatch(c)],
});

const LogMatrixDeterminant = defineOp({
  type: "LogMatrixDeterminant",
  inputs: ["input: T"],
  outputs: ["sign: T", "log_abs_determinant: T"],
  attrs: { T: singleFirst },
  infer: (c) => {
    const batch = inferBatch(c);
    return [batch, batch];
  },
});

const MatrixInverse = defineOp({
  type: "MatrixInverse",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { adjoint: attr.bool(false), T },
  infer: inferSquares,
});

/** The lower triangle whose product with its own adjoint is the input. */
const Cholesky = defineOp({
  type: "Cholesky",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { T },
  infer: inferSquares,
});

const MatrixSolve = defineOp({
  type: "MatrixSolve",
  inputs: ["matrix: T", "rhs: T"],
  outputs: ["output: T"],
  attrs: { adjoint: attr.bool(false), T },
  infer: (c) => {
    const { batch, size } = squares(c);
    const rhs = withRankAtLeast(c.input(1), 2);
    const common = mergeShapes(batch, subshape(rhs, 0, -2));
    return [common.concatenate([mergeDimensions(size, rhs.dim(-2)), rhs.dim(-1)])];
  },
});

/** As `MatrixSolve` for a triangle; the leading dimensions broadcast. */
const MatrixTriangularSolve = defineOp({
  type: "MatrixTriangularSolve",
  inputs: ["matrix: T", "rhs: T"],
  outputs: ["output: T"],
  attrs: {
    lower: attr.bool(true),
    adjoint: attr.bool(false),
    T: attr.type(["bfloat16", "float64", "float32", "float16", ...complexTypes]),
  },
  infer: (c) => {
    const matrix = withRankAtLeast(c.input(0), 2);
    const rhs = withRankAtLeast(c.input(1), 2);
    const batch = broadcastShapes(subshape(matrix, 0, -2), subshape(rhs, 0, -2));
    const rows = mergeDimensions(matrix.dim(-2), rhs.dim(-2));
    return [batch.concatenate([mergeDimensions(rows, matrix.dim(-1)), rhs.dim(-1)])];
  },
});

const SelfAdjointEigV2 = defineOp({
  type: "SelfAdjointEigV2",
  inputs: ["input: T"],
  outputs: ["e: T", "v: T"],
  attrs: { compute_v: attr.bool(true), T },
  infer: (c, { compute_v }) => {
    const { batch, size } = squares(c);
    return [batch.concatenate([size]), compute_v ? batch.concatenate([size, size]) : vectorShape(0)];
  },
});

const Svd = defineOp({
  type: "Svd",
  inputs: ["input: T"],
  outputs: ["s: T", "u: T", "v: T"],
  attrs: { compute_uv: attr.bool(true), full_matrices: attr.bool(false), T },
  infer: (c, { compute_uv, full_matrices }) => {
    const input = withRankAtLeast(c.input(0), 2);
    const [m, n] = [input.dim(-2), input.dim(-1)];
    const least = minDimension(m, n);
    const batch = subshape(input, 0, -2);
    const s = batch.concatenate([least]);
    if (!compute_uv) return [s, vectorShape(0), vectorShape(0)];
    return [s, batch.concatenate([m, full_matrices ? m : least]), batch.concatenate([n, full_matrices ? n : least])];
  },
});

/** The definitions of this family. */
export const linalgDefs = {
  MatrixDeterminant,
  LogMatrixDeterminant,
  MatrixInverse,
  Cholesky,
  MatrixSolve,
  MatrixTriangularSolve,
  SelfAdjointEigV2,
  Svd,
};
