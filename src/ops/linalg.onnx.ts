/** How determinants are written in ONNX, which knows nothing else of the family. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { linalgDefs } from "./linalg.defs.ts";

const noOperator = unsupported("ONNX has no operator that solves or factors matrices");

/** The rules of this family. */
export const linalgOnnx = onnxRules<typeof linalgDefs>()({
  MatrixDeterminant: (onnx, [input]) => {
    const [rows, columns] = [input.shape.dim(-2), input.shape.dim(-1)];
    return rows !== null && rows > 0 && rows === columns && input.shape.elementCount() !== 0
      ? onnx.node("Det", [input])
      : unsupported("it is not known that there are square matrices with elements");
  },
  LogMatrixDeterminant: noOperator,
  MatrixInverse: noOperator,
  Cholesky: noOperator,
  MatrixSolve: noOperator,
  MatrixTriangularSolve: noOperator,
  SelfAdjointEigV2: noOperator,
  Svd: noOperator,
});
