/** Builder of traces of matrices. Mirrors `trace`, python/ops/math_ops.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { matrixDiagPart } from "./diag.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceSum } from "./reduce.ts";

/**
 * The sum of the diagonal of matrices.
 *
 * Shapes: `[…, m, n]` → `[…]`. Dtypes: numbers.
 *
 * @throws {ShapeError} for vectors and scalars.
 * @see TensorFlow `trace`, python/ops/math_ops.py
 * @example
 * session.runSync(trace(constant([[1, 2], [3, 4]]))).item(); // 5
 */
export function trace(x: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "Trace", [x], (scope) => {
    const matrices = convertToTensor(x, { name: "x" });
    return reduceSum(matrixDiagPart(matrices), { axis: [-1], name: scope });
  });
}
