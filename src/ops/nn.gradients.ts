/** How activations, losses and rankings are differentiated. Mirrors python/ops/nn_grad.py. */
import { type Gradient, gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { Tensor } from "../graph/tensor.ts";
import { isMadeOfZeros, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { stack } from "./concat.ts";
import { exp, sigmoid } from "./elementary.ts";
import { gather, scatterNd } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { nnDefs as defs } from "./nn.defs.ts";
import { nnGradDefs } from "./nn-grads.defs.ts";
import { operators } from "./operators.ts";
import { range } from "./range.ts";
import { reduceProd, reduceSum } from "./reduce.ts";
import { expandDims, rank, reshape, shape, size, squeeze } from "./shape.ts";

const product = (x: Gradient, y: Tensor): Tensor => operators.binary("mul", x, y);
const difference = (x: Gradient, y: Tensor): Tensor => operators.binary("sub", x, y);

/** One number for each row, times the row. */
function timesRows(vector: Gradient, matrix: Tensor): Tensor {
  return expandDims(vector, -1).mul(matrix);
}

/** The gradient of logits, of which the loss's second output is the gradient already. A gradient of that output adds the derivative of softmax. */
function logitsGradient(logits: Tensor, outputs: readonly Tensor[], grads: readonly (Gradient | null)[]): Tensor {
  const [loss, again] = grads as readonly [Gradient, Gradient | null];
  const grad = timesRows(loss, outputs[1] as Tensor);
  if (again === null || (again instanceof Tensor && isMadeOfZeros(again))) return grad;
  const softmax = applyOp1(defs.Softmax, [logits]);
  const mixed = squeeze(matmul(expandDims(again, 1), expandDims(softmax, 2)), { axis: 1 });
  return grad.add(difference(again, mixed).mul(softmax));
}

/** The gradient of the entries that were chosen, each in the place where it was, in a tensor of zeros. */
function placed(input: Tensor, indices: Tensor, grad: Gradient): Tensor {
  const [whole, chosen] = [shape(input), shape(indices)];
  const lastOf = (dims: Tensor): Tensor => gather(cast(dims, "int64"), size(dims).sub(1));
  const rows = reshape(indices, stack([-1, lastOf(chosen)]));
  const width = lastOf(whole);
  const count = shape(rows).at([0]);
  const starts = expandDims(range(0, cast(count, "int64").mul(width), width), -1);
  const places = reshape(rows.add(cast(starts, "int32")), [-1]);
  const flat = scatterNd(expandDims(places, -1), reshape(grad, [-1]), [reduceProd(whole)]);
  return reshape(flat, whole);
}

export const nnGradients = gradientRules<typeof defs>()({
  Relu: ({ output }, grad) => applyOp1(nnGradDefs.ReluGrad, [grad, output]),
  Relu6: ({ output }, grad) => applyOp1(nnGradDefs.Relu6Grad, [grad, output]),
  LeakyRelu: ({ inputs: [x], attrs: { alpha } }, grad) => applyOp1(nnGradDefs.LeakyReluGrad, [grad, x], { alpha }),
  Elu: ({ output }, grad) => applyOp1(nnGradDefs.EluGrad, [grad, output]),
  Selu: ({ output }, grad) => applyOp1(nnGradDefs.SeluGrad, [grad, output]),
  Softplus: ({ inputs: [x] }, grad) => product(grad, sigmoid(x)),
  Softsign: ({ inputs: [x] }, grad) => applyOp1(nnGradDefs.SoftsignGrad, [grad, x]),
  Softmax: ({ output: softmax }, grad) => {
    const sums = reduceSum(product(grad, softmax), { axis: -1, keepdims: true });
    return difference(grad, sums).mul(softmax);
  },
  LogSoftmax: ({ output }, grad) => {
    const softmax = exp(output);
    return difference(grad, reduceSum(grad, { axis: -1, keepdims: true }).mul(softmax));
  },
  SoftmaxCrossEntropyWithLogits: ({ inputs: [logits], outputs, grads }, grad) => {
    const byLogits = logitsGradient(logits, outputs, grads);
    return [byLogits, timesRows(grad, applyOp1(defs.LogSoftmax, [logits]).neg())];
  },
  SparseSoftmaxCrossEntropyWithLogits: ({ inputs: [logits], outputs, grads }) => [
    logitsGradient(logits, outputs, grads),
    null,
  ],
  L2Loss: ({ inputs: [x] }, grad) => operators.binary("mul", x, grad),
  BiasAdd: ({ attrs: { data_format } }, grad) => [grad, applyOp1(nnGradDefs.BiasAddGrad, [grad], { data_format })],
  BiasAddV1: (_, grad) => {
    const axes = range(rank(grad).sub(1));
    return [grad, reduceSum(grad, { axis: axes })];
  },
  LRN: ({ inputs: [input], output, attrs: { depth_radius, bias, alpha, beta } }, grad) =>
    applyOp1(nnGradDefs.LRNGrad, [grad, input, output], { depth_radius, bias, alpha, beta }),
  InTopK: noRule,
  InTopKV2: noRule,
  TopKV2: ({ inputs: [input], outputs }, grad) => [
    placed(input, outputs[1] as Tensor, grad),
    zeros([], { dtype: "int32" }),
  ],
});
