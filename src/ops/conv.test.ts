import { type Programs, testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import { float32 } from "../tensor/dtype.ts";
import { ones, placeholder } from "./array.ts";
import { conv2d, depthwiseConv2d, depthwiseConv2dNative } from "./conv.ts";
import { biasAdd, lrn, relu } from "./nn.ts";
import { maxPool } from "./pool.ts";
import { reshape } from "./shape.ts";

const p = (shape: readonly (number | null)[] | null = null): Tensor => placeholder(float32, shape);

const programs: Programs = {
  strides: () => {
    const [x, w] = [p([2, 7, 8, 3]), p([3, 2, 3, 4])];
    return [
      conv2d(x, w, { strides: 2, padding: "SAME" }),
      conv2d(x, w, { strides: [2, 1], padding: "VALID", dilations: [1, 2], name: "c" }),
      conv2d(x, w, { strides: [1, 2, 1, 1], padding: "SAME" }),
    ];
  },
  "channels-first": () =>
    conv2d(p([2, 3, 7, 8]), p([3, 2, 3, 4]), { strides: [2, 1], padding: "SAME", dataFormat: "NCHW" }),
  explicit: () =>
    conv2d(p([2, 7, 8, 3]), p([3, 2, 3, 4]), {
      strides: 1,
      padding: [
        [0, 0],
        [1, 2],
        [3, 0],
        [0, 0],
      ],
    }),
  unknown: () => [
    conv2d(p(), p(), { padding: "SAME" }),
    conv2d(p([null, null, 8, 3]), p([3, 2, null, 4]), { padding: "VALID" }),
  ],
  "bad-strides": () => conv2d(p(), p(), { strides: [1, 2, 3], padding: "SAME" }),
  "bad-padding": () => conv2d(p(), p(), { padding: "FULL" }),
  "padding-called-explicit": () => conv2d(p(), p(), { padding: "EXPLICIT" }),
  "padding-of-three": () =>
    conv2d(p(), p(), {
      padding: [
        [0, 0],
        [1, 2],
        [3, 0],
      ],
    }),
  "padding-of-odd-lists": () => conv2d(p(), p(), { padding: [[0, 0], [1], [3, 0], [0, 0]] }),
  literals: () => conv2d(ones([1, 2, 2, 1]), [[[[1]]]], { padding: "VALID" }),
  depthwise: () => {
    const [x, w] = [p([2, 7, 8, 3]), p([3, 2, 3, 4])];
    return [
      depthwiseConv2d(x, w, { strides: [1, 2, 2, 1], padding: "SAME" }),
      depthwiseConv2d(x, w, { strides: [1, 1, 1, 1], padding: "VALID", name: "d" }),
      depthwiseConv2dNative(x, w, { strides: [1, 1, 1, 1], padding: "VALID" }),
    ];
  },
  cifar10: () => {
    const x = p([2, 12, 12, 3]);
    const sums = conv2d(x, p([5, 5, 3, 8]), { strides: [1, 1, 1, 1], padding: "SAME" });
    const conv1 = relu(biasAdd(sums, p([8])), { name: "conv1" });
    const pool1 = maxPool(conv1, { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1], padding: "SAME", name: "pool1" });
    const norm1 = lrn(pool1, { depthRadius: 4, bias: 1, alpha: 0.001 / 9, beta: 0.75, name: "norm1" });
    return reshape(norm1, [2, -1]);
  },
};

testFamily("conv", programs);
