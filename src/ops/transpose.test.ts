import { describe } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { transposeDefs } from "./transpose.defs.ts";
import { transposeKernels } from "./transpose.kernels.ts";
import { invertPermutation, matrixTranspose, reverse, reverseSequence, tile, transpose } from "./transpose.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

describe("the ops of the transpose family", () => testFamily("transpose", transposeDefs, transposeKernels as never));

describe("the builders of the transpose family", () =>
  testPrograms("transpose", {
    transposes: () => [
      transpose(p([3, null])),
      transpose(p([3, null, 2]), { perm: [2, 0, 1], name: "t" }),
      transpose(p()),
      transpose([[1, 2]], { perm: [1, 0] }),
      transpose(p([2, 3], "complex64"), { conjugate: true }),
      transpose(p([2, 3]), { perm: p([2], "int32") }),
      transpose(p([])),
      matrixTranspose(p([2, 3, 4])),
      matrixTranspose(p(), { name: "m" }),
      invertPermutation([1, 0]),
    ],
    "of-other-rank": () => transpose(p([2, 3]), { perm: [0] }),
    "matrix-of-vector": () => matrixTranspose(p([2])),
    reverses: () => {
      const x = p([2, 3]);
      return [
        reverse(x, [0]),
        reverse(x, [-1], { name: "r" }),
        reverseSequence(x, [1, 2], { seqAxis: 1 }),
        reverseSequence(x, [1, 2, 0], { seqAxis: 0, batchAxis: 1, name: "q" }),
      ];
    },
    "reverse-twice": () => reverse(p([2, 3]), [0, -2]),
    tiles: () => [
      tile(p([2, null]), [2, 3]),
      tile([1], [3], { name: "t" }),
      tile(p(), [2]),
      tile(p([2, 3]), p([2], "int32")),
    ],
  }));
