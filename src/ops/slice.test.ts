import { describe, expect, it } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { Graph } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { constant, placeholder } from "./array.ts";
import { sliceDefs } from "./slice.defs.ts";
import { sliceKernels } from "./slice.kernels.ts";
import { indexTensor, slice, stridedSlice } from "./slice.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function scalar(): Tensor {
  return p([], "int32");
}

describe("the ops of the slice family", () => testFamily("slice", sliceDefs, sliceKernels as never));

describe("the builders of the slice family", () =>
  testPrograms("slice", {
    slices: () => {
      const x = p([4, 5]);
      return [
        slice(x, [1, 0], [2, -1]),
        slice(x, [scalar(), 0], [2, 3], { name: "s" }),
        slice(x, [0, 1], [scalar(), -1]),
        slice(p(), [1], [1]),
        slice(x, constant([0, 0], { dtype: "int64" }), [1, 1]),
      ];
    },
    "slice-of-other-rank": () => slice(p([4, 5]), [1], [2]),
    "strided-slices": () => {
      const x = p([4, 5]);
      return [
        stridedSlice(x, [0, 1], [2, 4]),
        stridedSlice(x, [3], [0], { strides: [-2], name: "s" }),
        stridedSlice(x, [0, 1], [0, 0], { strides: [1, 1], beginMask: 1, endMask: 3, shrinkAxisMask: 0 }),
        stridedSlice(x, p([1], "int32"), [2], { strides: [1] }),
      ];
    },
    indices: () => {
      const x = p([4, 5, 6]);
      return [
        "0",
        "-1, 1:3",
        "..., 0",
        ":, newaxis, ::2",
        "0, ..., newaxis, ::-1",
        "1:, :-1, 2",
        "",
        ":, :, :",
        [3, 4n, 5],
        [null],
      ].map((spec) => indexTensor(x, spec));
    },
    "indices-with-tensors": () => {
      const [x, i, j] = [p([4, 5]), scalar(), p([], "int64")];
      return [[i], [[i, null]], [[null, i], 0], [j], [[j, null], 1], [[1, i, 2]], [i, i], [":", [i, i]]].map((spec) =>
        indexTensor(x, spec),
      );
    },
    "index-by-two-types": () => indexTensor(p([4, 5]), [scalar(), p([], "int64")]),
    "index-out-of-bounds": () => indexTensor(p([4]), "4"),
    "index-too-many": () => indexTensor(p([4]), "0, 0"),
    "index-by-fraction": () => indexTensor(p([4]), [1.5]),
    "index-by-text": () => indexTensor(p([4]), "x"),
    "index-by-float-tensor": () => indexTensor(p([4]), [p([])]),
    "index-by-vector": () => indexTensor(p([4]), [p([2], "int32")]),
  }));

describe("an index as text", () => {
  const indexed = (spec: string | readonly unknown[]): string =>
    runInScope(graphScope(new Graph()), () => String(indexTensor(p([4, 5, 6]), spec).shape));

  it("means what the list of its entries means", () => {
    const pairs: [string, unknown[]][] = [
      ["0", [0]],
      ["1:3, :, ::2", [[1, 3], [null], [null, null, 2]]],
      ["..., newaxis", ["...", "newaxis"]],
      [" -1 , None ,2: ", [-1, null, [2, null]]],
      ["+1:", [[1]]],
      ["0, 1,", [0, 1]],
    ];
    for (const [text, list] of pairs) expect(indexed(text)).toEqual(indexed(list));
  });

  it.each(["a", "1:2:3:4", "0,,1", "1.5", "0 1"])("refuses %j and shows the forms there are", (text) => {
    expect(() => indexed(text)).toThrow(/^Only integers, slices.*\n {2}as text {2}x\.at/s);
  });
});
