/** Gradient rules of the family `linalg`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { linalgDefs } from "./linalg.defs.ts";

export const linalgGradients = gradientRules<typeof linalgDefs>()({
  MatrixDeterminant: pending,
  LogMatrixDeterminant: pending,
  MatrixInverse: pending,
  Cholesky: pending,
  MatrixSolve: pending,
  MatrixTriangularSolve: pending,
  SelfAdjointEigV2: pending,
  Svd: pending,
});
