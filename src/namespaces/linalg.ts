/** TensorFlow's namespace `tf.linalg`, as far as it goes. */

export { type Normalized, type NormOptions, norm, normalize } from "../functional/norm.ts";
export { globalNorm } from "../ops/clip.ts";
export { cross } from "../ops/counting.ts";
export {
  diag as tensorDiag,
  diagPart as tensorDiagPart,
  eye,
  matrixBandPart as bandPart,
  matrixDiag as diag,
  matrixDiagPart as diagPart,
  matrixSetDiag as setDiag,
} from "../ops/diag.ts";
export { einsum } from "../ops/einsum.ts";
export { type MatrixSolveLsOptions, matrixSolveLs as lstsq } from "../ops/least-squares.ts";
export {
  type AdjointOptions,
  adjoint,
  cholesky,
  choleskySolve,
  type LogDeterminant,
  logdet,
  matrixDeterminant as det,
  matrixInverse as inv,
  matrixSolve as solve,
  matrixTriangularSolve as triangularSolve,
  type SelfAdjointEig,
  type Svd,
  type SvdOptions,
  selfAdjointEig as eigh,
  selfAdjointEigvals as eigvalsh,
  slogdet,
  svd,
  type TriangularSolveOptions,
} from "../ops/linalg.ts";
export { matmul, qr } from "../ops/matmul.ts";
export { l2Normalize } from "../ops/normalization.ts";
export { matvec, tensordot } from "../ops/tensordot.ts";
export { trace } from "../ops/trace.ts";
export { matrixTranspose as transpose, matrixTranspose } from "../ops/transpose.ts";
