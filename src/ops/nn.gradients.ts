/** Gradient rules of the family `nn`. */
import { gradientRules, noRule, pending } from "../gradients/rule.ts";
import type { nnDefs } from "./nn.defs.ts";

export const nnGradients = gradientRules<typeof nnDefs>()({
  Relu: pending,
  Relu6: pending,
  LeakyRelu: pending,
  Elu: pending,
  Selu: pending,
  Softplus: pending,
  Softsign: pending,
  Softmax: pending,
  LogSoftmax: pending,
  SoftmaxCrossEntropyWithLogits: pending,
  SparseSoftmaxCrossEntropyWithLogits: pending,
  L2Loss: pending,
  BiasAdd: pending,
  BiasAddV1: pending,
  LRN: pending,
  InTopK: noRule,
  InTopKV2: noRule,
  TopKV2: pending,
});
