/** What the rules of several factorizations of matrices share. Mirrors python/ops/linalg_grad.py. */
import type { Tensor } from "../graph/tensor.ts";
import { zerosLike } from "../ops/array.ts";
import { matrixSetDiag } from "../ops/diag.ts";
import { reciprocal } from "../ops/elementary.ts";
import { expandDims } from "../ops/shape.ts";
import { minus, plus, times } from "./operators.ts";

/** `1 / x`, and 0 for 0. */
export function safeReciprocal(x: Tensor): Tensor {
  const squared = times(x, x);
  return times(x, reciprocal(plus(squared, 1e-20)));
}

/** `1 / (eⱼ - eᵢ)`, with zeros on the diagonal; `values` are the e. */
export function reciprocalGaps(squares: Tensor, values: Tensor): Tensor {
  const inverse = safeReciprocal(minus(expandDims(squares, -2), expandDims(squares, -1)));
  return matrixSetDiag(inverse, zerosLike(values));
}
