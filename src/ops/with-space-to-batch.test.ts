import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { constant, identity, placeholder, zeros } from "./array.ts";
import { depthwiseConv2d } from "./conv.ts";
import { separableConv2d } from "./conv-composed.ts";
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
});
