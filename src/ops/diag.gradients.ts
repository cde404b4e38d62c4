/** Gradient rules of the family `diag`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { diagDefs } from "./diag.defs.ts";

export const diagGradients = gradientRules<typeof diagDefs>()({
  MatrixDiag: pending,
  MatrixDiagV2: pending,
  MatrixDiagV3: pending,
  MatrixDiagPart: pending,
  MatrixDiagPartV2: pending,
  MatrixDiagPartV3: pending,
  MatrixSetDiag: pending,
  MatrixSetDiagV2: pending,
  MatrixSetDiagV3: pending,
  MatrixBandPart: pending,
  Diag: pending,
  DiagPart: pending,
});
