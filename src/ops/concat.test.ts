import { describe, expectTypeOf, it } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import { convertToTensor } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { concatDefs } from "./concat.defs.ts";
import { concatKernels } from "./concat.kernels.ts";
import { concat, split, stack, unstack } from "./concat.ts";
import { reshape } from "./shape.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function scalar(): Tensor {
  return p([], "int32");
}

describe("the ops of the concat family", () => testFamily("concat", concatDefs, concatKernels as never));

describe("the builders of the concat family", () =>
  testPrograms("concat", {
    concats: () => {
      const [x, y] = [p([2, 3]), p([2, null])];
      return [
        concat([x, y], 1),
        concat([x, x], 0, { name: "c" }),
        concat([x], 0),
        concat([x], 0, { name: "one" }),
        concat([x, [[1, 2, 3]]], 0),
        concat([x, p([null, 3]), x], -2),
        concat([x, y], scalar()),
        concat([p(), x], 0),
      ];
    },
    "concat-of-two-shapes": () => concat([p([2, 3]), p([3, 4])], 0),
    "concat-of-two-types": () => concat([p([2]), p([2], "int32")], 0),
    "concat-of-scalars": () => concat([p([]), p([])], 0),
    stacks: () => {
      const x = p([2]);
      return [
        stack([x, x]),
        stack([x, [1, 2]]),
        stack([x, [1, 2]], { axis: 1 }),
        stack([1, 2]),
        stack(
          [
            [1, 2],
            [3, 4],
          ],
          { axis: -1 },
        ),
        stack([p([]), 1], { name: "s" }),
        stack([x, p([null])], { axis: 1 }),
        stack([
          [x, x],
          [x, x],
        ]),
      ];
    },
    "stack-of-two-types": () => stack([p([2]), p([2], "int32")]),
    "stack-of-two-shapes": () => stack([p([2]), p([3])]),
    "stack-too-far": () => stack([p([2]), p([2])], { axis: 3 }),
    unstacks: () => [
      unstack(p([3, 2])),
      unstack(p([3, 2]), { axis: -1, name: "u" }),
      unstack(p(), { num: 2 }),
      unstack([
        [1, 2],
        [3, 4],
      ]),
    ],
    "unstack-of-unknown": () => unstack(p([null, 2])),
    "unstack-too-far": () => unstack(p([3, 2]), { axis: 2 }),
    splits: () => {
      const x = p([4, 6]);
      return [
        split(x, 2),
        split(x, 3, { axis: 1, name: "s" }),
        split(x, [1, 3]),
        split(x, [1, -1], { axis: -1 }),
        split(x, p([2], "int32")),
        split(p(), 2),
        split(x, p([null], "int32"), { num: 2 }),
        split(x, 2, { axis: scalar() }),
      ];
    },
    "split-unevenly": () => split(p([5, 2]), 2),
    "split-by-scalar": () => split(p([5, 2]), scalar()),
    "split-by-unknown": () => split(p([5, 2]), p([null], "int32")),
    "packed-lists": () => {
      const s = p([]);
      return [
        convertToTensor([s, 1]),
        convertToTensor([
          [s, 1],
          [2, 3],
        ]),
        convertToTensor(
          [
            [1, s],
            [s, 3],
          ],
          { name: "m" },
        ),
        convertToTensor([p([2]), [1, 2]]),
        convertToTensor([p([], "int64"), 3], { dtype: "int32" }),
        reshape(p([6]), [p([], "int64"), 2]),
      ];
    },
    "packed-list-of-two-types": () => convertToTensor([p([]), p([], "int32")]),
  }));

it("literal counts and lists of sizes give tuples", () => {
  const x = p([6]);
  expectTypeOf(split(x, 3)).toEqualTypeOf<[Tensor, Tensor, Tensor]>();
  expectTypeOf(split(x, [2, 4])).toEqualTypeOf<[Tensor, Tensor]>();
  expectTypeOf(split(x, Number(3))).toEqualTypeOf<Tensor[]>();
  expectTypeOf(split(p([1000]), 1000)).toEqualTypeOf<Tensor[]>();
  expectTypeOf(split(x, [2, 4] as number[])).toEqualTypeOf<Tensor[]>();
  expectTypeOf(unstack(x, { num: 6 })).toEqualTypeOf<[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]>();
  expectTypeOf(unstack(x)).toEqualTypeOf<Tensor[]>();
});
