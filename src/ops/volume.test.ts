import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { avgPool3d, conv3d, conv3dTranspose, maxPool3d } from "./volume.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

const strides = [1, 1, 1, 1, 1];
const dataFormat = "NCDHW";

testFamily("volume", {
  convolutions: () => {
    const [x, k] = [p([2, 5, 6, 7, 3]), p([2, 3, 2, 3, 4])];
    return [
      conv3d(x, k, { strides, padding: "SAME" }),
      conv3d(x, k, { strides: [1, 2, 1, 3, 1], padding: "VALID", dilations: [1, 2, 1, 1, 1], name: "c" }),
      conv3d(p([2, 3, 5, null, 7]), k, { strides, padding: "VALID", dataFormat }),
      conv3d(p(), p(), { strides, padding: "SAME" }),
    ];
  },
  "conv-of-four-strides": () => conv3d(p(), p(), { strides: [1, 1, 1, 1], padding: "SAME" }),
  transposed: () => {
    const [x, k] = [p([2, 5, 6, 7, 4]), p([2, 3, 2, 3, 4])];
    return [
      conv3dTranspose(x, k, [2, 10, 12, 14, 3], { strides: 2 }),
      conv3dTranspose(x, k, [2, 6, 8, 8, 3], { strides: [1, 1, 1], padding: "VALID", name: "t" }),
      conv3dTranspose(p(), p(), p([5], "int32"), { strides: [1, 2, 2, 2, 1], dataFormat, dilations: [2, 1, 1] }),
      conv3dTranspose(x, k, p([5], "int64"), { strides: 2 }),
    ];
  },
  "transposed-of-four-strides": () => conv3dTranspose(p(), p(), [2, 10, 12, 14, 3], { strides: [1, 1, 1, 1] }),
  pools: () => {
    const x = p([2, 5, 6, 7, 4]);
    return [
      maxPool3d(x, { ksize: 2, strides: 2, padding: "SAME" }),
      avgPool3d(x, { ksize: [2, 1, 3], strides: [1, 1, 2], padding: "VALID" }),
      maxPool3d(p(), { ksize: [1, 2, 2, 2, 1], strides: [1, 2, 2, 2, 1], padding: "VALID", name: "m" }),
      avgPool3d(p([null, 4, null, 6, 7]), {
        ksize: [1, 1, 2, 2, 2],
        strides: [1, 1, 2, 2, 2],
        padding: "SAME",
        dataFormat,
        name: "a",
      }),
    ];
  },
  "pool-of-two-sizes": () => maxPool3d(p(), { ksize: [1, 2], strides: 2, padding: "SAME" }),
  "first-pool-by-number": () => maxPool3d(p([2, 4, 5, 6, 7]), { ksize: 2, strides: 2, padding: "SAME", dataFormat }),
});

// Steps above windows, as TensorFlow pools with oneDNN.
testFamily("volume_pools", {});
