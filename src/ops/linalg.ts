/** Builders of determinants, inverses, solutions and factors of matrices. Mirrors python/ops/linalg_ops.py and linalg/linalg_impl.py. */
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { real } from "./complex.ts";
import { matrixDiagPart } from "./diag.ts";
import { log } from "./elementary.ts";
import { linalgDefs as defs } from "./linalg.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { reduceSum } from "./reduce.ts";
import { matrixTranspose } from "./transpose.ts";

/** Options of `matrixInverse` and `matrixSolve`. */
export interface AdjointOptions extends NameOption {
  /** Whether the adjoint of the matrix is meant. Default false. */
  readonly adjoint?: boolean | undefined;
}

/** Options of `matrixTriangularSolve`. */
export interface TriangularSolveOptions extends AdjointOptions {
  /** Whether the lower triangle is read; else it is the upper one. Default true. */
  readonly lower?: boolean | undefined;
}

/** Options of `svd`. */
export interface SvdOptions extends NameOption {
  /** Whether u and v are square. Default false. */
  readonly fullMatrices?: boolean | undefined;
  /** Whether u and v are wanted. Default true. */
  readonly computeUv?: boolean | undefined;
}

/** The factors of `svd`: input = u diag(s) vᴴ. */
export interface Svd {
  /** The singular values, in falling order. */
  readonly s: Tensor;
  readonly u: Tensor;
  readonly v: Tensor;
}

/** What `selfAdjointEig` gives. */
export interface SelfAdjointEig {
  /** The eigenvalues, in rising order. */
  readonly e: Tensor;
  /** The eigenvectors, as columns. */
  readonly v: Tensor;
}

/** What `slogdet` gives. */
export interface LogDeterminant {
  readonly sign: Tensor;
  readonly logAbsDeterminant: Tensor;
}

/**
 * The determinants of square matrices.
 *
 * Shapes: input `[…, n, n]` → `[…]`.
 * Dtypes: float32, float64, complex64, complex128.
 *
 * @throws {ShapeError} when the matrices are known not to be square.
 * @see TensorFlow `MatrixDeterminant`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(matrixDeterminant(constant([[3, 0], [0, 2]]))).item(); // 6
 */
export function matrixDeterminant(input: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.MatrixDeterminant, [input], {}, options.name);
}

/**
 * The signs of the determinants of square matrices, and the logarithms of their magnitudes.
 *
 * Shapes: input `[…, n, n]` → both `[…]`.
 * Dtypes: float32, float64, complex64, complex128.
 *
 * @throws {ShapeError} when the matrices are known not to be square.
 * @see TensorFlow `slogdet`, python/ops/linalg/linalg_impl.py; `LogMatrixDeterminant`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(slogdet(constant([[-1, 0], [0, 1]])).sign).item(); // -1
 */
export function slogdet(input: TensorLike, options: NameOption = {}): LogDeterminant {
  const op = applyOp(defs.LogMatrixDeterminant, [input], {}, options.name);
  return { sign: op.output(0), logAbsDeterminant: op.output(1) };
}

/**
 * The logarithms of the determinants of positive definite matrices.
 *
 * Shapes: matrix `[…, n, n]` → `[…]`.
 * Dtypes: float32, float64, complex64, complex128; the result of complex matrices is real.
 *
 * @throws {ShapeError} when the matrices are known not to be square.
 * @see TensorFlow `logdet`, python/ops/linalg/linalg_impl.py
 * @example
 * session.runSync(logdet(constant([[1, 0], [0, 1]]))).item(); // 0
 */
export function logdet(matrix: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "logdet", [matrix], () => {
    const diagonal = matrixDiagPart(cholesky(matrix));
    return operators.binary("mul", 2, reduceSum(log(real(diagonal)), { axis: [-1] }));
  });
}

/**
 * The inverses of square matrices.
 *
 * Shapes: input `[…, n, n]` → `[…, n, n]`.
 * Dtypes: float16, float32, float64, complex64, complex128.
 *
 * @throws {ShapeError} when the matrices are known not to be square.
 * @throws {InvalidArgumentError} when it runs, for a matrix without an inverse.
 * @see TensorFlow `MatrixInverse`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(matrixInverse(constant([[2, 0], [0, 4]]))).toArray(); // [[0.5, 0], [0, 0.25]]
 */
export function matrixInverse(input: TensorLike, options: AdjointOptions = {}): Tensor {
  return applyOp1(defs.MatrixInverse, [input], { adjoint: options.adjoint }, options.name);
}

/**
 * The lower triangles L of positive definite matrices A = L Lᴴ. Only the lower triangles of A are read.
 *
 * Shapes: input `[…, n, n]` → `[…, n, n]`.
 * Dtypes: float32, float64, complex64, complex128.
 *
 * @throws {ShapeError} when the matrices are known not to be square.
 * @remarks As in TensorFlow 2, a matrix that is not positive definite gives not-a-number and no error. TensorFlow leaves the upper
 * triangle unset then; here it is 0.
 * @see TensorFlow `Cholesky`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(cholesky(constant([[4, 2], [2, 10]]))).toArray(); // [[2, 0], [1, 3]]
 */
export function cholesky(input: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Cholesky, [input], {}, options.name);
}

/**
 * Solves A X = B for A = L Lᴴ, given L.
 *
 * Shapes: chol `[…, n, n]`, rhs `[…, n, k]` → `[…, n, k]`; the leading dimensions broadcast.
 * Dtypes: float32, float64, complex64, complex128; both alike.
 *
 * @throws {ShapeError} when the shapes are known not to fit.
 * @see TensorFlow `cholesky_solve`, python/ops/linalg_ops.py
 * @example
 * session.runSync(choleskySolve(constant([[2, 0], [0, 1]]), constant([[8], [3]]))).toArray(); // [[2], [3]]
 */
export function choleskySolve(chol: TensorLike, rhs: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "cholesky_solve", [chol, rhs], () => {
    const y = applyOp1(defs.MatrixTriangularSolve, [chol, rhs], { adjoint: false, lower: true });
    return applyOp1(defs.MatrixTriangularSolve, [chol, y], { adjoint: true, lower: true });
  });
}

/**
 * Solves A X = B for square matrices A.
 *
 * Shapes: matrix `[…, n, n]`, rhs `[…, n, k]` → `[…, n, k]`; the leading dimensions are alike.
 * Dtypes: float32, float64, complex64, complex128; both alike.
 *
 * @throws {ShapeError} when the shapes are known not to fit.
 * @throws {InvalidArgumentError} when it runs, for a matrix without an inverse.
 * @see TensorFlow `MatrixSolve`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(matrixSolve(constant([[2, 0], [0, 4]]), constant([[2], [8]]))).toArray(); // [[1], [2]]
 */
export function matrixSolve(matrix: TensorLike, rhs: TensorLike, options: AdjointOptions = {}): Tensor {
  return applyOp1(defs.MatrixSolve, [matrix, rhs], { adjoint: options.adjoint }, options.name);
}

/**
 * Solves A X = B for triangles A. The other triangle is not read, and a zero on the diagonal gives infinities.
 *
 * Shapes: matrix `[…, n, n]`, rhs `[…, n, k]` → `[…, n, k]`; the leading dimensions broadcast.
 * Dtypes: float32, float64, complex64, complex128; both alike.
 *
 * @throws {ShapeError} when the shapes are known not to fit.
 * @see TensorFlow `matrix_triangular_solve`, python/ops/linalg_ops.py; `MatrixTriangularSolve`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(matrixTriangularSolve(constant([[2, 0], [1, 1]]), constant([[2], [3]]))).toArray(); // [[1], [2]]
 */
export function matrixTriangularSolve(
  matrix: TensorLike,
  rhs: TensorLike,
  options: TriangularSolveOptions = {},
): Tensor {
  const { lower, adjoint } = options;
  return inOpScope(options.name, "triangular_solve", [matrix, rhs], () =>
    applyOp1(defs.MatrixTriangularSolve, [matrix, rhs], { lower, adjoint }),
  );
}

/**
 * The eigenvalues and eigenvectors of self-adjoint matrices. Only the lower triangles are read.
 *
 * Shapes: tensor `[…, n, n]` → e `[…, n]`, v `[…, n, n]`.
 * Dtypes: float32, float64, complex64, complex128.
 *
 * @throws {ShapeError} when the matrices are known not to be square.
 * @throws {InvalidArgumentError} when it runs, for a matrix with elements that are not finite.
 * @remarks The sign of an eigenvector, or its phase, is arbitrary and differs from TensorFlow's.
 * @see TensorFlow `self_adjoint_eig`, python/ops/linalg_ops.py; `SelfAdjointEigV2`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(selfAdjointEig(constant([[3, 0], [0, 2]])).e).toArray(); // [2, 3]
 */
export function selfAdjointEig(tensor: TensorLike, options: NameOption = {}): SelfAdjointEig {
  const op = applyOp(defs.SelfAdjointEigV2, [tensor], { compute_v: true }, options.name);
  return { e: op.output(0), v: op.output(1) };
}

/**
 * The eigenvalues of self-adjoint matrices, in rising order. Only the lower triangles are read.
 *
 * Shapes: tensor `[…, n, n]` → `[…, n]`.
 * Dtypes: float32, float64, complex64, complex128.
 *
 * @throws {ShapeError} when the matrices are known not to be square.
 * @throws {InvalidArgumentError} when it runs, for a matrix with elements that are not finite.
 * @see TensorFlow `self_adjoint_eigvals`, python/ops/linalg_ops.py
 * @example
 * session.runSync(selfAdjointEigvals(constant([[3, 0], [0, 2]]))).toArray(); // [2, 3]
 */
export function selfAdjointEigvals(tensor: TensorLike, options: NameOption = {}): Tensor {
  return applyOp(defs.SelfAdjointEigV2, [tensor], { compute_v: false }, options.name).output(0);
}

/**
 * The singular values of matrices, and the vectors that belong to them: input = u diag(s) vᴴ.
 *
 * Shapes: tensor `[…, m, n]` → s `[…, k]`, u `[…, m, k]`, v `[…, n, k]`, k = min(m, n); with `fullMatrices` u `[…, m, m]`,
 * v `[…, n, n]`. With `computeUv: false` only s is given.
 * Dtypes: float32, float64, complex64, complex128; s is real.
 *
 * @throws {ShapeError} when the input has no two dimensions.
 * @remarks The sign of a singular vector, or its phase, is arbitrary and differs from TensorFlow's.
 * @see TensorFlow `svd`, python/ops/linalg_ops.py; `Svd`, core/ops/linalg_ops.cc
 * @example
 * session.runSync(svd(constant([[3, 0], [0, 2]])).s).toArray(); // [3, 2]
 */
export function svd(tensor: TensorLike, options: SvdOptions & { readonly computeUv: false }): Tensor;
export function svd(tensor: TensorLike, options?: SvdOptions & { readonly computeUv?: true | undefined }): Svd;
export function svd(tensor: TensorLike, options?: SvdOptions): Svd | Tensor;
export function svd(tensor: TensorLike, options: SvdOptions = {}): Svd | Tensor {
  const { computeUv = true, fullMatrices } = options;
  const op = applyOp(defs.Svd, [tensor], { compute_uv: computeUv, full_matrices: fullMatrices }, options.name);
  const s = real(op.output(0));
  return computeUv ? { s, u: op.output(1), v: op.output(2) } : s;
}

/**
 * Swaps rows and columns of matrices, and conjugates complex elements.
 *
 * Shapes: matrix `[…, m, n]` → `[…, n, m]`.
 * @throws {ShapeError} when the input has no two dimensions.
 * @see TensorFlow `adjoint`, python/ops/linalg/linalg_impl.py
 * @example
 * session.runSync(adjoint(constant([[1, 2]]))).toArray(); // [[1], [2]]
 */
export function adjoint(matrix: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "adjoint", [matrix], () =>
    matrixTranspose(convertToTensor(matrix, { name: "matrix" }), { conjugate: true }),
  );
}
