import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { constant, identity, placeholder, zeros } from "./array.ts";
import { depthwiseConv2d } from "./conv.ts";
import { separableConv2d } from "./conv-composed.ts";
import { atrousConv2d, type ConvolutionOptions, convolution, pool } from "./convolution.ts";
import { avgPool1d, conv1dTranspose, maxPool1d } from "./sequences.ts";
import type { PaddingLike } from "./window-options.ts";
import { requiredSpaceToBatchPaddings, withSpaceToBatch } from "./with-space-to-batch.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

const strides = [1, 1, 1, 1];

function required(...given: Parameters<typeof requiredSpaceToBatchPaddings>): Tensor[] {
  const { paddings, crops } = requiredSpaceToBatchPaddings(...given);
  return [paddings, crops];
}

/** A dilated convolution of images of this shape. */
function imageConvolution(shape: ShapeLike, options: Omit<ConvolutionOptions, "padding">): Tensor {
  return convolution(p(shape), p([2, 3, 3, 4]), { padding: "SAME", ...options });
}

const unchanged = (x: Tensor): Tensor => x;

testFamily("dilated", {
  required: () => [
    required([5, 4], [3, 2]),
    required([5, 4], [3, 2], {
      basePaddings: [
        [1, 0],
        [0, 2],
      ],
      name: "r",
    }),
    required(p([2], "int32"), [3, 2]),
    required([5, 4], p([2], "int32"), { basePaddings: p([2, 2], "int32") }),
    required([], zeros([0], { dtype: "int32" })),
  ],
  "required-of-unknown-blocks": () => required([5, 4], p([null], "int32")),
  "required-of-scalar": () => required([5, 4], 3),
  "required-of-other-sizes": () => required([5, 4], [3]),
  depthwise: () => {
    const [x, f] = [p([2, 8, 7, 3]), p([3, 2, 3, 2])];
    const dataFormat = "NCHW";
    const more = { strides, rate: [2, 2] };
    return [
      depthwiseConv2d(x, f, { strides, padding: "SAME", rate: [2, 3] }),
      depthwiseConv2d(x, f, { strides, padding: "VALID", rate: [1, 2], name: "d" }),
      depthwiseConv2d(p([null, null, 7, 3]), f, { ...more, padding: "SAME" }),
      depthwiseConv2d(p(), f, { ...more, padding: "VALID" }),
      depthwiseConv2d(p([2, 3, 8, 7]), f, { ...more, padding: "SAME", dataFormat }),
      depthwiseConv2d(p([null, null, null, null]), f, { ...more, padding: "SAME", dataFormat }),
      depthwiseConv2d(x, f, {
        ...more,
        padding: [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ],
      }),
      depthwiseConv2d(p([2, 3, 8, 7]), f, {
        ...more,
        padding: [
          [0, 0],
          [0, 0],
          [1, 2],
          [0, 1],
        ],
        dataFormat,
      }),
    ];
  },
  "depthwise-of-unknown-filter": () =>
    depthwiseConv2d(p([2, 8, 7, 3]), p(), { strides, padding: "SAME", rate: [2, 2] }),
  "depthwise-of-rate-zero": () =>
    depthwiseConv2d(p([2, 8, 7, 3]), p([3, 2, 3, 2]), { strides, padding: "SAME", rate: [0, 2] }),
  separable: () => {
    const [x, f, g] = [p([2, 8, 7, 3]), p([3, 2, 3, 2]), p([1, 1, 6, 5])];
    return [
      separableConv2d(x, f, g, { strides, padding: "SAME", rate: [2, 3] }),
      separableConv2d(p([2, null, null, 3]), f, g, { strides, padding: "VALID", rate: [2, 2], name: "s" }),
    ];
  },
  "any-op": () => {
    const seen: Tensor[][] = [];
    const op = (x: Tensor, count: number, padding: PaddingLike): Tensor => {
      seen.push([x, constant(count, { dtype: "int32", name: padding as string })]);
      return identity(x);
    };
    const x = p([2, 8, 7, 6, 3]);
    const results = [
      withSpaceToBatch(x, [1, 1], "SAME", op),
      withSpaceToBatch(x, [2, 3], "VALID", op),
      withSpaceToBatch(x, [2, 3], "VALID", op, { spatialDims: [2, 3] }),
      withSpaceToBatch(x, [2, 3], "SAME", op, { filterShape: [3, 4], spatialDims: [1, 3] }),
      withSpaceToBatch(p([2, null, 7, 6, 3]), [2, 3], "SAME", op, { filterShape: [3, 4], spatialDims: [1, 3] }),
      withSpaceToBatch(p([2, null, 7, 6, 3]), [3], "VALID", op, { dataFormat: "NCW" }),
    ];
    return [results, seen];
  },
  "same-without-filter": () => withSpaceToBatch(p([2, 8, 7, 3]), [2, 2], "SAME", unchanged),
  "too-many-rates": () => withSpaceToBatch(p([2, 8, 7, 3]), [2, 2, 2, 2], "VALID", unchanged),
  "other-padding": () => withSpaceToBatch(p([2, 8, 7, 3]), [2, 2], "OTHER", unchanged),
  "falling-dims": () => withSpaceToBatch(p([2, 8, 7, 3]), [2, 2], "VALID", unchanged, { spatialDims: [2, 1] }),
  convolutions: () => {
    const [x1, x2, x3] = [p([2, 9, 3]), p([2, 9, 8, 3]), p([2, 9, 8, 7, 3])];
    const [f1, f2, f3] = [p([2, 3, 4]), p([2, 3, 3, 4]), p([2, 3, 2, 3, 4])];
    const conv = convolution;
    const [same, valid] = [{ padding: "SAME" }, { padding: "VALID" }];
    const nchw = { ...same, dilationRate: [2, 2], dataFormat: "NCHW" };
    return [
      conv(x1, f1, same),
      conv(x2, f2, { ...valid, strides: [2, 1], name: "c" }),
      conv(x3, f3, { ...same, strides: 2 }),
      conv(x1, f1, { ...same, dilationRate: [2] }),
      conv(x2, f2, { ...same, dilationRate: [2, 3] }),
      conv(x2, f2, { ...valid, dilationRate: 2, name: "d" }),
      conv(x3, f3, { ...valid, dilationRate: [1, 2, 1] }),
      conv(p([2, 3, 9]), f1, { ...valid, dilationRate: [2], dataFormat: "NCW" }),
      conv(p([null, 3, null, 8]), f2, nchw),
      conv(p([null, null, null, null]), f2, nchw),
      conv(p([2, 3, 9, 8, 7]), f3, { ...valid, dataFormat: "NCDHW" }),
      conv(x2, p(), valid),
      conv(p(), f2, { ...valid, dilationRate: [2, 2] }),
      conv(x1, [[[1], [2], [3]]], valid),
      conv([[[1], [2], [3]]], [[[1]]], valid),
    ];
  },
  atrous: () => [
    atrousConv2d(p([2, 9, 8, 3]), p([2, 3, 3, 4]), 2, { padding: "SAME" }),
    atrousConv2d(p([2, null, 8, 3]), p([2, 3, 3, 4]), [1, 3], { padding: "VALID", name: "a" }),
  ],
  "convolution-of-unknown-ranks": () => convolution(p(), p(), { padding: "SAME" }),
  "convolution-of-matrices": () => convolution(p([2, 3]), p([2, 3]), { padding: "SAME" }),
  "convolution-of-other-channels": () => imageConvolution([2, 9, 8, 4], { dilationRate: 2 }),
  "convolution-with-steps": () => imageConvolution([2, 9, 8, 3], { strides: [1, 2], dilationRate: 2 }),
  "convolution-of-rate-zero": () => imageConvolution([2, 9, 8, 3], { dilationRate: [0, 1] }),
  "convolution-of-three-rates": () => imageConvolution([2, 9, 8, 3], { dilationRate: [2, 1, 2] }),
  "convolution-of-other-format": () => imageConvolution([2, 9, 8, 3], { dilationRate: 2, dataFormat: "NWC" }),
  "convolution-of-less-rank": () => imageConvolution([2, 9, 8], { dilationRate: 2 }),
  pools: () => {
    const [x1, x2, x3] = [p([2, 9, 3]), p([2, 9, 8, 3]), p([2, 9, 8, 7, 3])];
    const [same, valid] = [{ padding: "SAME" }, { padding: "VALID" }];
    return [
      pool(x1, [2], "MAX", same),
      pool(x2, [2, 3], "AVG", { ...valid, strides: [1, 2], name: "p" }),
      pool(x3, [2, 3, 2], "MAX", { ...same, strides: [2, 2, 2] }),
      pool(x3, [2, 3, 2], "AVG", same),
      pool(x1, [2], "AVG", { ...valid, dilationRate: [3] }),
      pool(x2, [2, 3], "MAX", { ...valid, dilationRate: [2, 2] }),
      pool(p([2, null, 8, 3]), [2, 3], "MAX", { ...valid, dilationRate: [2, 2] }),
      pool(p([2, 3, 9]), [2], "MAX", { ...same, dataFormat: "NCW" }),
      pool(p([2, 3, 9, 8]), [2, 2], "MAX", { ...valid, dilationRate: [2, 1], dataFormat: "NCHW" }),
    ];
  },
  "pool-of-other-rank": () => pool(p([2, 9, 8]), [2, 2], "MAX", { padding: "SAME" }),
  "pool-of-four-axes": () => pool(p(), [2, 2, 2, 2], "MAX", { padding: "SAME" }),
  "pool-of-same-and-rates": () => pool(p(), [2, 2], "MAX", { padding: "SAME", dilationRate: [2, 1] }),
  "pool-of-long-steps": () => pool(p(), [2, 2], "MAX", { padding: "SAME", strides: [3, 1] }),
  "pool-of-one-step": () => pool(p(), [2, 2], "MAX", { padding: "SAME", strides: [2] }),
  "pool-of-sums": () => pool(p(), [2, 2], "SUM", { padding: "SAME" }),
  "pool-of-other-format": () => pool(p(), [2], "MAX", { padding: "SAME", dataFormat: "NHWC" }),
  sequences: () => {
    const [x, k] = [p([2, 5, 4]), p([3, 2, 4])];
    const dataFormat = "NCW";
    return [
      conv1dTranspose(x, k, [2, 10, 2], { strides: 2 }),
      conv1dTranspose(x, k, p([3], "int32"), { strides: [1, 2, 1], padding: "VALID", name: "t" }),
      conv1dTranspose(p(), k, [2, 2, 10], { strides: 2, dataFormat, dilations: 1 }),
      conv1dTranspose(x, k, [p([], "int32"), 10, 2], { strides: 2 }),
      maxPool1d(x, { ksize: 2, strides: 2, padding: "SAME" }),
      maxPool1d(p([2, 4, null]), { ksize: [2], strides: [1, 1, 1], padding: "VALID", dataFormat, name: "m" }),
      avgPool1d(x, { ksize: [1, 3, 1], strides: 1, padding: "SAME" }),
      avgPool1d(p(), { ksize: 2, strides: 1, padding: "VALID", name: "a" }),
    ];
  },
  "sequence-of-other-format": () => conv1dTranspose(p(), p(), [1, 2, 3], { strides: 1, dataFormat: "NHWC" }),
  "sequence-of-two-sizes": () => maxPool1d(p(), { ksize: [1, 2], strides: 1, padding: "SAME" }),
});
