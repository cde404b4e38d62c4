import { createReferenceEngine, float32, Graph, int32, NDArray, ndarray, Session, zeros } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import { failureOf } from "../../test/failure-of.ts";
import { convertToTensor } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { getVariable } from "../variables/get-variable.ts";
import { zerosInitializer } from "../variables/initializers.ts";
import { constant, identity, onesLike, placeholder, zerosLike } from "./array.ts";
import { concat, split, stack, unstack } from "./concat.ts";
import { gatherDefs } from "./gather.defs.ts";
import { gatherKernels } from "./gather.kernels.ts";
import {
  booleanMask,
  gather,
  gatherNd,
  oneHot,
  scatterNd,
  setdiff1d,
  tensorScatterNdAdd,
  tensorScatterNdMax,
  tensorScatterNdMin,
  tensorScatterNdSub,
  tensorScatterNdUpdate,
  unique,
  uniqueWithCounts,
} from "./gather.ts";
import { multiply } from "./math.ts";
import { reshape, shape } from "./shape.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function scalar(): Tensor {
  return p([], "int32");
}

describe("the ops of the gather family", () => testFamily("gather", gatherDefs, gatherKernels as never));

describe("the builders of the gather family", () =>
  testPrograms("gather", {
    gathers: () => {
      const x = p([4, 5]);
      return [
        gather(x, [1, 2]),
        gather(x, 0, { axis: 1 }),
        gather(x, [[0, 1]], { axis: -1, name: "g" }),
        gather(x, [[0], [1], [2], [0]], { batchDims: 1 }),
        gather(x, p([null], "int64")),
        gather(p(), [1]),
        gather(x, [1], { axis: scalar() }),
        gatherNd(x, [[0, 1]]),
        gatherNd(x, [[0], [1]], { name: "n" }),
        gather([1, 2], [0]),
      ];
    },
    "of-scalar": () => gather(p([]), [0]),
    scatters: () => {
      const x = p([4]);
      return [
        scatterNd([[0], [1]], [1, 2], [4]),
        scatterNd(p([null, 1], "int64"), p([null, 3]), constant([5, 3], { dtype: "int64" }), { name: "s" }),
        tensorScatterNdUpdate(x, [[1]], [2]),
        tensorScatterNdAdd(x, [[1]], [2]),
        tensorScatterNdSub(x, [[1]], [2], { name: "d" }),
        tensorScatterNdMax(x, [[1]], [2]),
        tensorScatterNdMin(x, [[1]], [2], { name: "m" }),
      ];
    },
    "one-hots": () => [
      oneHot([0, 1], 3),
      oneHot(p([null], "int64"), scalar(), { axis: 0, name: "o" }),
      oneHot([0, 1], 3, { onValue: 5, offValue: p([]) }),
      oneHot(p([2], "uint8"), 3, { dtype: "int32" }),
      oneHot([0], 2, { onValue: true, offValue: false }),
      oneHot([0], 2, { onValue: p([], "int64") }),
      oneHot([[0]], 2, { offValue: 1.5, dtype: "float64", axis: 1 }),
    ],
    "one-hot-of-two-types": () => oneHot([0], 2, { onValue: p([]), offValue: p([], "int32") }),
    "one-hot-of-other-type": () => oneHot([0], 2, { onValue: p([]), dtype: "int32" }),
    "boolean-masks": () => [
      booleanMask(p([3, null]), p([3], "bool")),
      booleanMask([1, 2, 3], [true, false, true]),
      booleanMask(p([2, 3, 4]), p([null, null], "bool"), { axis: 1, name: "m" }),
      booleanMask(p(), p([null], "bool")),
      booleanMask(p([2, 3]), p([2, 3], "bool")),
    ],
    "boolean-mask-of-other-shape": () => booleanMask(p([3]), p([2], "bool")),
    "boolean-mask-by-scalar": () => booleanMask(p([3]), p([], "bool")),
    "boolean-mask-by-unknown": () => booleanMask(p([3]), p(null, "bool")),
    uniques: () =>
      [
        unique(p([4])),
        unique(p([null]), { outIdx: "int64", name: "u" }),
        uniqueWithCounts(p([4])),
        setdiff1d(p([4]), p([2])),
      ].map((parts) => Object.values(parts)),
    variables: () => {
      const v = getVariable("v", [2], { initializer: zerosInitializer(), useResource: false });
      const r = getVariable("r", [2], { initializer: zerosInitializer(), useResource: true });
      return [
        zerosLike(v),
        zerosLike(r),
        onesLike(v),
        onesLike(r),
        stack([v, r]),
        stack([r, multiply(1, v)], { axis: 1 }),
        concat([v, r], 0),
        gather(r, [0]),
        gather(v, [0], { name: "g" }),
        gather(r, [0], { axis: -1 }),
        gatherNd(v, [[0]]),
        identity(r),
        identity(v),
        r.at("0"),
        v.at("1:"),
        reshape(r, [2, 1]),
        shape(r),
        booleanMask(v, [true, false]),
        zerosLike(r, { dtype: "int32" }),
        convertToTensor([r, v], { name: "m" }),
        unstack(r),
        split(v, 2),
      ];
    },
  }));

/** The texts are what TensorFlow says to the same calls. */
it.each([
  [[3, 1, 0], [[0, 0]], "Requested more than 0 entries, but params is empty.  Params shape: [3,1,0]"],
  [[0], [[0]], "Requested more than 0 entries, but params is empty.  Params shape: [0]"],
])("gatherNd picks nothing from %j", (size, indices, text) => {
  const graph = new Graph();
  const picked = graph.asDefault(() => gatherNd(zeros(size), indices));
  const session = new Session({ graph, engine: createReferenceEngine() });
  expect(failureOf(() => session.runSync(picked))).toEqual(["InvalidArgumentError", text]);
});

/** The sizes are those that TensorFlow gives to the same calls. */
it.each([
  [[1, 2, 0, 1], 0, [1, 2, 0, 1]],
  [[0, 3], 1, [0, 1]],
  [[2, 3, 0], 1, [2, 1, 0]],
])("gather takes any index of rows without elements: %j along %i", (size, axis, expected) => {
  const graph = new Graph();
  const rows = graph.asDefault(() => gather(placeholder("float32"), placeholder("int32"), { axis }));
  for (const engine of [createReferenceEngine(), createOnnxRuntimeEngine()]) {
    using session = new Session({ graph, engine });
    const [params, indices] = [new NDArray(float32, size, new Float32Array(0)), ndarray([6], int32)];
    const feeds = { "Placeholder:0": params, "Placeholder_1:0": indices };
    expect((session.runSync(rows, feeds) as NDArray).shape).toEqual(expected);
  }
});
