/** How gradients of activations and biases are differentiated once more. Mirrors python/ops/nn_grad.py. */
import { type Gradient, gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { onesLike, zerosLike } from "./array.ts";
import { less, where } from "./compare.ts";
import { concat } from "./concat.ts";
import { exp } from "./elementary.ts";
import { nnGradDefs as defs } from "./nn-grads.defs.ts";
import { operators } from "./operators.ts";
import { reshape, shape } from "./shape.ts";
import { tile } from "./transpose.ts";

/** Where the function bends, told by what it gave, the first gradient is a factor; elsewhere the second is 0. */
function bent(y: Tensor, grad: Gradient, first: Tensor): Tensor {
  return where(less(y, 0), operators.binary("mul", grad, first), zerosLike(y));
}

/** The gradient of a bias, once for each element that the bias was added to. */
function repeated(value: Tensor, grad: Gradient, isChannelsFirst: boolean): Tensor {
  const whole = shape(value);
  const channels = shape(grad);
  const [expanded, multiples] = isChannelsFirst
    ? [
        concat([onesLike(whole.at(":1")), channels, onesLike(whole.at("2:"))], 0),
        concat([whole.at(":1"), [1], whole.at("2:")], 0),
      ]
    : [concat([onesLike(whole.at(":-1")), channels], 0), concat([whole.at(":-1"), [1]], 0)];
  return tile(reshape(grad, expanded), multiples);
}

export const nnGradGradients = gradientRules<typeof defs>()({
  ReluGrad: ({ inputs: [, x] }, grad) => [applyOp1(defs.ReluGrad, [grad, x]), zerosLike(x)],
  Relu6Grad: ({ inputs: [, x] }, grad) => [applyOp1(defs.Relu6Grad, [grad, x]), zerosLike(x)],
  LeakyReluGrad: ({ inputs: [, x], attrs: { alpha } }, grad) => [
    applyOp1(defs.LeakyReluGrad, [grad, x], { alpha }),
    zerosLike(x),
  ],
  EluGrad: ({ inputs: [dy, y] }, grad) => [applyOp1(defs.EluGrad, [grad, y]), bent(y, grad, dy)],
  SeluGrad: ({ inputs: [dy, y] }, grad) => [applyOp1(defs.SeluGrad, [grad, y]), bent(y, grad, dy)],
  SoftplusGrad: ({ inputs: [dy, x] }, grad) =>
    runInScope(makeControlDependencies([grad]), () => {
      const again = applyOp1(defs.SoftplusGrad, [grad, x]);
      const product = operators.binary("mul", grad, dy);
      return [again, product.div(exp(x.neg()).add(2).add(exp(x)))];
    }),
  SoftsignGrad: noRule,
  BiasAddGrad: ({ inputs: [value], attrs: { data_format } }, grad) => repeated(value, grad, data_format === "NCHW"),
  LRNGrad: noRule,
});
