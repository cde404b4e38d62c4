import { type Programs, testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import { placeholder } from "./array.ts";
import { type MaxPoolWithArgmaxOptions, maxPoolWithArgmax } from "./pool-argmax.ts";

const p = (shape: readonly (number | null)[] | null = null): Tensor => placeholder("float32", shape);
const pooled = (x: Tensor, options: MaxPoolWithArgmaxOptions): readonly Tensor[] => {
  const { output, argmax } = maxPoolWithArgmax(x, options);
  return [output, argmax];
};

const programs: Programs = {
  places: () => [
    pooled(p([2, 7, 8, 3]), { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1], padding: "SAME" }),
    pooled(p(), {
      ksize: [1, 2, 2, 1],
      strides: [1, 2, 2, 1],
      padding: "VALID",
      outputDtype: "int32",
      includeBatchInIndex: true,
      name: "m",
    }),
  ],
  "channels-first": () =>
    pooled(p(), { ksize: [1, 1, 2, 2], strides: [1, 1, 2, 2], padding: "SAME", dataFormat: "NCHW" }),
  "three-sizes": () => pooled(p(), { ksize: [1, 2, 2], strides: [1, 2, 2, 1], padding: "SAME" }),
};

testFamily("pool_argmax", programs);
