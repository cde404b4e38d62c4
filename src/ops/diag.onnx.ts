/** Diagonals are not written in ONNX: programs of today use them once, to initialize variables. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { diagDefs } from "./diag.defs.ts";

const noOperator = unsupported("ONNX has no operator for diagonals, and initializers, which use them, run once");

/** The rules of this family. */
export const diagOnnx = onnxRules<typeof diagDefs>()({
  MatrixDiag: noOperator,
  MatrixDiagV2: noOperator,
  MatrixDiagV3: noOperator,
  MatrixDiagPart: noOperator,
  MatrixDiagPartV2: noOperator,
  MatrixDiagPartV3: noOperator,
  MatrixSetDiag: noOperator,
  MatrixSetDiagV2: noOperator,
  MatrixSetDiagV3: noOperator,
  MatrixBandPart: noOperator,
  Diag: noOperator,
  DiagPart: noOperator,
});
