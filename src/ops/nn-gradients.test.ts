import { type Programs, testFamily } from "../../test/op-golden.ts";
import { gradients } from "../gradients/gradients.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { placeholder } from "./array.ts";
import { fusedBatchNorm } from "./batch-norm.ts";
import { conv2d, depthwiseConv2dNative } from "./conv.ts";
import { conv2dTranspose } from "./conv-transpose.ts";
import {
  logSoftmax,
  softmax,
  softmaxCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogitsV2,
  sparseSoftmaxCrossEntropyWithLogits,
} from "./cross-entropy.ts";
import { morphologyDefs } from "./morphology.defs.ts";
import { dilation2d } from "./morphology.ts";
import { nnDefs } from "./nn.defs.ts";
import { biasAdd, elu, l2Loss, leakyRelu, lrn, relu, relu6, selu, softplus, softsign, topK } from "./nn.ts";
import { avgPool, maxPool } from "./pool.ts";
import { maxPoolWithArgmax } from "./pool-argmax.ts";
import { avgPool3d, conv3d, conv3dTranspose, maxPool3d } from "./volume.ts";

const [image, images] = [
  [1, 4, 4, 2],
  [null, null, 4, 2],
] as const;

const p = (shape: readonly (number | null)[] | null = null, dtype: DTypeName = "float32"): Tensor =>
  placeholder(dtype, shape);

/** The gradients; a gradient is shown as a tensor is. */
const once = (y: Tensor, xs: Tensor | readonly Tensor[]): unknown => gradients(y, Array.isArray(xs) ? xs : [xs]);

/** The gradients, and those of the gradients that there are. */
function twice(y: Tensor, xs: Tensor | readonly Tensor[]): readonly unknown[] {
  const list = Array.isArray(xs) ? (xs as readonly Tensor[]) : [xs as Tensor];
  const first = gradients(y, list);
  const made = first.filter((grad) => grad !== null);
  return [first, gradients(made as readonly Tensor[], list)];
}

const programs: Programs = {
  activations: () => {
    const x = p([2, 3]);
    return [relu(x), relu6(x), leakyRelu(x, { alpha: 0.3 }), elu(x), selu(x)].map((y) => twice(y, x));
  },
  "smooth-activations": () => {
    const x = p([null, 3]);
    return [twice(softplus(x), x), once(softsign(x), x)];
  },
  biases: () => {
    const [x, b, first] = [p([2, 3]), p([3]), p([null, 2, 4, 4])];
    return [
      twice(biasAdd(x, b), [x, b]),
      twice(biasAdd(first, p([2]), { dataFormat: "NCHW" }), [first]),
      once(applyOp1(nnDefs.BiasAddV1, [x, b]), [x, b]),
    ];
  },
  "biases-once": () => {
    const [x, b] = [p(), p([2])];
    return once(biasAdd(x, b, { dataFormat: "NCHW" }), [x, b]);
  },
  softmaxes: () => {
    const x = p([2, 3]);
    return [once(softmax(x), x), once(logSoftmax(x), x), once(l2Loss(x), x)];
  },
  "cross-entropies": () => {
    const [x, y] = [p([2, 3]), p([2, 3])];
    return [
      once(softmaxCrossEntropyWithLogitsV2({ labels: y, logits: x }), [x, y]),
      once(sparseSoftmaxCrossEntropyWithLogits({ labels: p([null], "int32"), logits: x }), x),
    ];
  },
  "cross-entropies-twice": () => {
    const x = p([2, 3]);
    return [
      twice(softmaxCrossEntropyWithLogits({ labels: p([2, 3]), logits: x }), x),
      twice(sparseSoftmaxCrossEntropyWithLogits({ labels: p([2], "int32"), logits: x }), x),
    ];
  },
  rankings: () => {
    const x = p([2, 5]);
    return once(topK(x, { k: 2 }).values, x);
  },
  responses: () => {
    const x = p(image);
    return once(lrn(x, { depthRadius: 4, bias: 1, alpha: 0.001, beta: 0.75 }), x);
  },
  convolutions: () => {
    const [x, w] = [p(image), p([3, 3, 2, 3])];
    const y = conv2d(x, w, { strides: [1, 2, 2, 1], padding: "SAME" });
    const padding = [
      [0, 0],
      [1, 1],
      [2, 0],
      [0, 0],
    ];
    const dilated = { strides: [1, 1, 1, 1], padding, dilations: [1, 2, 1, 1] };
    return [twice(y, [x, w]), once(conv2d(p(images), w, dilated), w)];
  },
  "transposed-convolutions": () => {
    const [x, w] = [p([1, 2, 2, 3]), p([3, 3, 2, 3])];
    return twice(conv2dTranspose(x, w, [1, 4, 4, 2], { strides: 2 }), [x, w]);
  },
  "depthwise-convolutions": () => {
    const [x, w] = [p(image), p([3, 3, 2, 3])];
    return twice(depthwiseConv2dNative(x, w, { strides: [1, 1, 1, 1], padding: "VALID" }), [x, w]);
  },
  pools: () => {
    const x = p(image);
    const window = { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1] };
    return [
      twice(maxPool(x, { ...window, padding: "SAME" }), x),
      twice(avgPool(x, { ...window, padding: "VALID" }), x),
      once(maxPoolWithArgmax(x, { ...window, padding: "SAME", includeBatchInIndex: true }).output, x),
    ];
  },
  "pools-of-unknown": () => {
    const [x, ksize] = [p(images), p([4], "int32")];
    const padding = [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ];
    return [
      once(maxPool(x, { ksize: 2, strides: 2, padding }), x),
      twice(applyOp1(morphologyDefs.MaxPoolV2, [x, ksize, ksize], { padding: "SAME" }), x),
    ];
  },
  volumes: () => {
    const [x, w] = [p([1, 4, 4, 4, 2]), p([3, 3, 3, 2, 3])];
    const window = { ksize: [1, 2, 2, 2, 1], strides: [1, 2, 2, 2, 1], padding: "SAME" };
    return [
      twice(conv3d(x, w, { strides: [1, 2, 2, 2, 1], padding: "SAME" }), [x, w]),
      twice(maxPool3d(x, window), x),
      twice(avgPool3d(x, window), x),
    ];
  },
  "transposed-volumes": () => {
    const [x, w] = [p([1, 2, 2, 2, 3]), p([3, 3, 3, 2, 3])];
    return twice(conv3dTranspose(x, w, [1, 4, 4, 4, 2], { strides: [1, 2, 2, 2, 1] }), [x, w]);
  },
  dilations: () => {
    const [x, w] = [p(image), p([3, 3, 2])];
    const options = { strides: [1, 1, 1, 1], rates: [1, 2, 2, 1], padding: "SAME" };
    return once(dilation2d(x, w, options), [x, w]);
  },
  "batch-normalization": () => {
    const [x, v] = [p(image), p([2])];
    const [trained, frozen] = [{}, { mean: v, variance: v, isTraining: false }];
    return [trained, frozen].map((options) => once(fusedBatchNorm(x, v, v, options).y, [x, v]));
  },
  "batch-normalization-channels-first": () => {
    const [x, v] = [p([1, 2, 4, 4]), p([2])];
    const frozen = { mean: v, variance: v, isTraining: false, dataFormat: "NCHW" };
    return [
      once(fusedBatchNorm(x, v, v, { dataFormat: "NCHW" }).y, x),
      once(fusedBatchNorm(x, v, v, frozen).y, [x, v]),
    ];
  },
};

testFamily("nn_gradients", programs);
