import { type Programs, testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import { placeholder } from "./array.ts";
import { avgPool, maxPool } from "./pool.ts";

const p = (shape: readonly (number | null)[] | null = null): Tensor => placeholder("float32", shape);

const programs: Programs = {
  pools: () => {
    const x = p([2, 7, 8, 3]);
    return [
      maxPool(x, { ksize: 3, strides: 2, padding: "SAME" }),
      maxPool(x, { ksize: [2, 3], strides: [1, 2], padding: "VALID", name: "m" }),
      avgPool(x, { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "SAME" }),
      maxPool(x, {
        ksize: 3,
        strides: 2,
        padding: [
          [0, 0],
          [1, 1],
          [2, 0],
          [0, 0],
        ],
      }),
      avgPool(p([2, 3, 7, 8]), { ksize: 2, strides: 2, padding: "VALID", dataFormat: "NCHW", name: "a" }),
      maxPool(p(), { ksize: 2, strides: 2, padding: "SAME" }),
    ];
  },
  "pool-of-zero": () => maxPool(p(), { ksize: 0, strides: 2, padding: "SAME" }),
  "pool-of-three": () => avgPool(p(), { ksize: [1, 2, 3], strides: 2, padding: "SAME" }),
};

testFamily("pool", programs);
