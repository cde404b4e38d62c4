/** Least squares in ONNX: there is no operator. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { leastSquaresDefs } from "./least-squares.defs.ts";

/** The rules of this family. */
export const leastSquaresOnnx = onnxRules<typeof leastSquaresDefs>()({
  MatrixSolveLs: unsupported("ONNX has no operator that solves or factors matrices"),
});
