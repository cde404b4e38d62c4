/** How ops of sparse tensors are differentiated: by the values that are there. Mirrors python/ops/sparse_grad.py. */

import { ArgumentTypeError } from "../base/errors.ts";
import { minus } from "../gradients/operators.ts";
import { reducedShape } from "../gradients/reduced-shape.ts";
import { type ForwardOp, type Gradient, gradientRules, type InputGradients, noRule } from "../gradients/rule.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { gather, gatherNd } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { range } from "./range.ts";
import { reduceSum } from "./reduce.ts";
import { expandDims, reshape, shape, squeeze } from "./shape.ts";
import { sparseDefs as defs } from "./sparse.defs.ts";
import { sparseReorder } from "./sparse.ts";
import { SparseTensor } from "./sparse-tensor.ts";
import { invertPermutation, matrixTranspose, transpose } from "./transpose.ts";

/** With C = A B: dB = Aᴴ G, and the gradient of each value of A is the product of a row of G and one of B. */
function matMulRule(
  { inputs: [indices, values, sizes, b], attrs }: ForwardOp<(typeof defs)["SparseTensorDenseMatMul"]>,
  grad: Gradient,
): InputGradients {
  const { adjoint_a: isAAdjoint, adjoint_b: isBAdjoint } = attrs;
  if (values.dtype.baseDtype !== b.dtype.baseDtype)
    throw new ArgumentTypeError(
      `SparseTensorDenseMatMul op received operands with different types: \`${values.dtype}\` and \`${b.dtype}\`.`,
      { values, b },
    );
  const product = applyOp1(defs.SparseTensorDenseMatMul, [indices, values, sizes, grad], { adjoint_a: !isAAdjoint });
  const byB = isBAdjoint ? matrixTranspose(product, { conjugate: true }) : product;
  const rows = indices.at(":, 0");
  const columns = indices.at(":, 1");
  const rowsOfGrad = gather(grad, isAAdjoint ? columns : rows);
  const rowsOfB = gather(isBAdjoint ? transpose(b) : b, isAAdjoint ? rows : columns);
  const left = expandDims(rowsOfGrad, isAAdjoint ? -1 : -2);
  const right = expandDims(rowsOfB, isAAdjoint === isBAdjoint ? -2 : -1);
  const products = matmul(left, right, { adjointA: isAAdjoint, adjointB: isAAdjoint === isBAdjoint });
  return [null, squeeze(products, { axis: [-2, -1] }), null, byB];
}

export const sparseGradients = gradientRules<typeof defs>()({
  // Values have the gradients of where they went, the default that of everything else.
  SparseToDense: ({ inputs: [indices, sizes] }, grad) => {
    const byValues = gatherNd(grad, indices);
    const whole = reduceSum(grad);
    const byDefault = minus(whole, reduceSum(byValues));
    const nothing = zerosLike(indices);
    return [nothing, zerosLike(sizes), byValues, byDefault];
  },
  SparseReorder: ({ inputs: [indices, , sizes], grads }) => {
    const places = range(shape(indices).at([0]));
    const ordered = sparseReorder(new SparseTensor(indices, places, sizes));
    return [null, gather(grads[1] as Gradient, invertPermutation(ordered.values)), null];
  },
  SparseReshape: noRule,
  SparseFillEmptyRows: ({ outputs, grads }) => {
    const map = outputs[3] as Tensor;
    const filled = applyOp(defs.SparseFillEmptyRowsGrad, [map, grads[1] as Gradient]);
    return [null, filled.output(0), null, filled.output(1)];
  },
  SparseFillEmptyRowsGrad: noRule,
  SparseTensorDenseMatMul: matMulRule,
  // Each value has the gradient of the sum that it is in.
  SparseReduceSum: ({ inputs: [indices, , sizes, axes] }, grad) => {
    const keptDims = reducedShape(sizes, axes);
    const spread = reshape(grad, keptDims);
    const scale = sizes.floordiv(cast(keptDims, "int64"));
    return [null, gatherNd(spread, indices.floordiv(scale)), null, null];
  },
});
