import { createReferenceEngine, Graph, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { constant, fill, identity, placeholder, placeholderWithDefault, stopGradient, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { concat, split, stack, unstack } from "./concat.ts";
import { gather } from "./gather.ts";
import { pad } from "./pad.ts";
import { range } from "./range.ts";
import { reduceProd } from "./reduce.ts";
import { shapeDefs } from "./shape.defs.ts";
import { shapeKernels } from "./shape.kernels.ts";
import {
  broadcastDynamicShape,
  broadcastTo,
  expandDims,
  rank,
  reshape,
  shape,
  shapeN,
  size,
  squeeze,
} from "./shape.ts";
import { slice } from "./slice.ts";
import { reverse, tile, transpose } from "./transpose.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function scalar(): Tensor {
  return p([], "int32");
}

describe("the ops of the shape family", () => testFamily("shape", shapeDefs, shapeKernels as never));

describe("the builders of the shape family", () =>
  testPrograms("shape", {
    shapes: () => {
      const [x, y] = [p([2]), p([2, null])];
      return [
        shape(x),
        shape(y),
        shape(x, { outType: "int64" }),
        shape(y, { outType: "int64", name: "s" }),
        shape([[1, 2]]),
        shapeN([x, y]),
        shape(p()),
      ];
    },
    sizes: () => {
      const [x, y] = [p([2, 3]), p([2, null])];
      return [
        size(x),
        size(y),
        size(p([0, null])),
        size(x, { outType: "int64" }),
        size(p(), { name: "n" }),
        rank(x),
        rank(y),
        rank(p()),
        rank([1], { name: "r" }),
      ];
    },
    reshapes: () => {
      const x = p([4, null]);
      return [
        reshape(x, [-1]),
        reshape(x, [2, -1], { name: "r" }),
        reshape(p([6]), [2, -1]),
        reshape(x, shape(x)),
        reshape([1, 2], [2, 1]),
        reshape(p([1]), []),
        reshape(p([6]), [scalar(), 3]),
        reshape(p([6]), constant([3, 2], { dtype: "int64" })),
        reshape(x, p([2], "int32")),
      ];
    },
    "reshape-that-does-not-fit": () => reshape(p([6]), [4]),
    "reshape-to-scalar": () => reshape(p([1]), 1),
    "expand-and-squeeze": () => {
      const x = p([1, 2, 1]);
      return [
        expandDims(x, 0),
        expandDims(x, -1, { name: "e" }),
        expandDims(x, scalar()),
        squeeze(x),
        squeeze(x, { axis: 0 }),
        squeeze(x, { axis: [0, 2], name: "s" }),
        squeeze(p([1, null])),
        squeeze(p()),
      ];
    },
    "expand-too-far": () => expandDims(p([2]), 3),
    "squeeze-of-two": () => squeeze(p([2, 1]), { axis: 0 }),
    broadcasts: () => [
      broadcastTo(p([2]), [3, 2]),
      broadcastTo(p([2]), [scalar(), 2], { name: "b" }),
      broadcastDynamicShape(shape(p([2, null])), [2, 1]),
    ],
    "through-other-ops": () => {
      const x = p([5, null, 3]);
      const s = shape(x);
      const int = (values: number[]) => ndarray(values, "int32");
      const [first, , third] = unstack(s) as [Tensor, Tensor, Tensor];
      const n = scalar();
      const [a, b] = shapeN([p([2, null]), p([null, 4]), p()]) as [Tensor, Tensor];
      return [
        zeros([stack([n, 3]).at("1")]),
        zeros(cast(s, "int64")),
        zeros([first, third]),
        zeros([s.at("-1"), s.at("1"), s.at("0")]),
        zeros(gather(s, [2, 0])),
        zeros(slice(s, [1], [2])),
        zeros(split(s, [1, 2])[1] as Tensor),
        zeros(a),
        zeros(b),
        zeros(reshape(s, [-1])),
        zeros(expandDims(s.at("0"), 0)),
        reshape(x, [-1, reduceProd(s.at("2:"))]),
        zeros(reverse(s, [0])),
        zeros(concat([s, s], 0)),
        zeros(concat([cast(s.at(":2"), "int32"), [n]], 0)),
        zeros(stopGradient(s)),
        zeros(s.at("2:").add(1)),
        zeros(stack([s.at("0"), n.mul(2)])),
        zeros(broadcastDynamicShape(shape(p([2, 1])), shape(p([3])))),
        zeros(range(1, 4)),
        zeros([size(p([2, null]))]),
        zeros(shape(zeros([2, n]))),
        zeros(shape(p([2, null, 4])).at(":-1")),
        zeros(shape(p([2, null, 4])).at("-2:")),
        zeros(shape(p([2, null, 4])).at("0::2")),
        zeros(fill([2], int([3]).reshape([]))),
        zeros(placeholderWithDefault(int([2, 3]), [2])),
        zeros(shape(p([2, null, 4])).at("2:0:-1")),
        zeros(shape(p([2, 4, null])).at([[constant(1, { dtype: "int32" }), null]])),
        zeros(squeeze(int([2, 3]).reshape([1, 2]))),
        zeros(pad(int([2]), [[0, 1]], { constantValues: 3 })),
        zeros([2, 2, 2]),
        zeros(shape(x).at("1:2")),
        zeros([identity(s).at("2")]),
        zeros(transpose(s)),
        zeros(tile(int([3]), [2])),
        zeros([rank(p())]),
        zeros(s.mul(2)),
      ];
    },
    "of-a-shape-reversed": () => zeros(shape(p([2, null])).at("::-1")),
    "of-a-shape-in-wrong-order": () => zeros(shape(p([2, null])).at("2:1")),
    "of-a-shape-before-its-start": () => zeros(shape(p([2, null])).at("-3:")),
    "through-values": () => {
      const x = p([5, null, 3]);
      const s = shape(x);
      return [
        reshape(x, [s.at("0"), -1]),
        reshape(x, concat([s.at(":1"), [-1], s.at("2:")], 0)),
        zeros(s.at("1:")),
        zeros(s.at("::2")),
        zeros(stack([s.at("2"), s.at("1"), 4])),
        zeros([size(p([2, 3])), rank(x)]),
        fill(shape(zeros([7, 2])), 1),
        reshape(p(), concat([shape(p([null, 2])), [6]], 0)),
        tile(x, [1, scalar(), 2]),
        broadcastTo(p([1, 3]), s.at("1:")),
        zeros(concat([[2], shape(p([3, null]))], 0)),
        zeros(s.at("-1:")),
        zeros(identity(s)),
        zeros(s.at("0:2:1")),
        zeros(s.at([[p([], "int32"), null]])),
      ];
    },
  }));

it.each([createReferenceEngine, () => createOnnxRuntimeEngine()])(
  "a reshape that leaves two sizes open fails, also after another reshape (engine %#)",
  (make) => {
    new Graph().asDefault(() => {
      const x = placeholder("float16", null);
      const y = reshape(reshape(x, ndarray([1, 2, 1], "int32")), ndarray([-1, -1], "int32"));
      const session = new Session({ engine: make() });
      expect(() => session.runSync(y, [[x, [1, 2]]])).toThrow("Only one input size may be -1, not both 0 and 1");
      session.close();
    });
  },
);
