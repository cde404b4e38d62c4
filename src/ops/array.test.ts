import { describe, expect, it } from "vitest";
import { testFamily, testPrograms } from "../../test/array-golden.ts";
import type { NamesakeError } from "../base/errors.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { Graph } from "../graph/graph.ts";
import { makeNameScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { asDType, type DTypeName } from "../tensor/dtype.ts";
import { NDArray, ndarray } from "../tensor/ndarray.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { TensorShape } from "../tensor/shape.ts";
import { arrayDefs } from "./array.defs.ts";
import { arrayKernels } from "./array.kernels.ts";
import {
  bitcast,
  checkNumerics,
  constant,
  ensureShape,
  fill,
  identity,
  identityN,
  ones,
  onesLike,
  placeholder,
  placeholderWithDefault,
  stopGradient,
  zeros,
  zerosLike,
} from "./array.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function scalar(): Tensor {
  return p([], "int32");
}

describe("the ops of the array family", () => testFamily("array", arrayDefs, arrayKernels as never));

describe("the builders of the array family", () =>
  testPrograms("array", {
    constants: () => [
      constant(1.5),
      constant([[1, 2]], { name: "c" }),
      constant([true, false]),
      constant("text"),
      constant(3, { dtype: "int64" }),
      constant([1, 2], { shape: [2, 3] }),
      constant([1, 2], { shape: [2, 1] }),
      constant([], { shape: [3] }),
      constant(2.5, { shape: [0, 2] }),
    ],
    "constant-too-long": () => constant([1, 2, 3], { shape: [2] }),
    "constant-verified": () => constant([1, 2, 3], { shape: [4], verifyShape: true }),
    "constant-of-fraction": () => constant(1.5, { dtype: "int32" }),
    "constant-of-text": () => constant("a", { dtype: "float32" }),
    "constant-of-tensor": () => constant([p([2])] as never),
    "constant-of-none": () => constant(null as never),
    placeholders: () => [
      placeholder("float32"),
      placeholder("int32", [2, null], { name: "x" }),
      placeholder("bool", []),
      placeholderWithDefault(constant([1, 2]), [null]),
      placeholderWithDefault(0.5, [], { name: "rate" }),
    ],
    identities: () => {
      const x = p([2]);
      return [
        identity(x),
        identity(1.5, { name: "one" }),
        identityN([x, constant(true)]),
        stopGradient(x),
        checkNumerics(x, "bad"),
        ensureShape(x, [null], { name: "sure" }),
        ensureShape(p(), [3]),
      ];
    },
    "identity-n-of-nothing": () => identityN([]),
    zeros: () => [
      zeros([2, 3]),
      zeros([]),
      zeros(new TensorShape([2])),
      zeros([2], { dtype: "string" }),
      zeros([2], { dtype: "bool", name: "no" }),
      zeros([40, 25]),
      zeros([333, 3]),
      zeros(3),
      zeros([0, 5000]),
    ],
    "zeros-of-tensors": () => {
      const n = scalar();
      return [
        zeros([n, 3]),
        zeros([p([], "int64"), 3]),
        zeros(n),
        zeros(p(null, "int32"), { dtype: "int64" }),
        zeros(p([2], "int64")),
        zeros([n], { name: "z" }),
      ];
    },
    "zeros-of-unknown": () => zeros([null, 3]),
    ones: () => [
      ones([2, 3]),
      ones([2], { dtype: "bool" }),
      ones([scalar()], { dtype: "int64" }),
      ones([1000], { name: "many" }),
    ],
    "ones-of-strings": () => ones([2], { dtype: "string" }),
    "zeros-like": () => {
      const x = p([2, null]);
      return [
        zerosLike(p([2])),
        zerosLike(x),
        zerosLike(x, { dtype: "int32" }),
        zerosLike(p([2]), { dtype: "int32" }),
        zerosLike([1, 2]),
        zerosLike(p([2]), { optimize: false }),
        zerosLike(x, { name: "z" }),
        zerosLike(p([2], "string")),
      ];
    },
    "ones-like": () => {
      const x = p([2, null]);
      return [
        onesLike(p([2])),
        onesLike(x),
        onesLike(x, { dtype: "int32" }),
        onesLike([1, 2], { name: "o" }),
        onesLike(p([2]), { optimize: false }),
      ];
    },
    fills: () => [
      fill([2, 3], 9),
      fill([scalar(), 3], constant(true)),
      fill(p([2], "int64"), "a", { name: "f" }),
      fill([], 1),
    ],
    "fill-below-zero": () => fill([-1], 1),
    bitcasts: () => [bitcast(p([2]), "int32"), bitcast(p([2]), "uint8", { name: "b" })],
    "in-scopes": () => [
      runInScope(makeNameScope("a"), () => [
        zeros([2]),
        zeros([2]),
        onesLike(p([2])),
        constant(1),
        runInScope(makeNameScope("zeros"), () => zeros([2000])),
      ]),
      zeros([2], { name: "a/zeros" }),
      identity(1, { name: "a/b/" }),
    ],
  }));

describe("constant", () => {
  const inGraph = <T>(body: () => T): T => runInScope(graphScope(new Graph()), body);
  const valueOf = (tensor: Tensor): NDArray => tensor.op.attrs["value"] as NDArray;

  it("owns its value: what the caller keeps may change", () => {
    const [array, given] = [new Float32Array([1, 2]), ndarray([1, 2])];
    const made = inGraph(() => [
      constant(array),
      constant(given),
      constant(given, { shape: [2, 1] }),
      identity(given).op.inputs[0] as Tensor,
    ]);
    array[0] = 9;
    (given.data as Float32Array)[0] = 9;
    expect(made.map((tensor) => valueOf(tensor).at(0))).toEqual([1, 1, 1, 1]);
  });

  it("repeats the last element, whatever it is", () => {
    const filled = inGraph(() => [
      constant("a", { shape: [2] }),
      constant(7n, { shape: [3] }),
      constant(new NDArray(asDType("complex64"), [1], new Float32Array([1, 2])), { shape: [2] }),
      constant([], { dtype: "string", shape: [1] }),
    ]);
    expect(filled.map((tensor) => valueOf(tensor).toArray())).toEqual([
      ["a", "a"],
      [7n, 7n, 7n],
      [
        [1, 2],
        [1, 2],
      ],
      [""],
    ]);
  });

  it("takes typed arrays by their kind, and others by wish", () => {
    const made = inGraph(() => [
      constant(new Int32Array([1])),
      constant(new BigInt64Array([1n])),
      constant([1.5, 2], { dtype: "float16" }),
      constant(ndarray([1.7], "float32"), { dtype: "int32" }),
    ]);
    expect(made.map((tensor) => [tensor.dtype.name, valueOf(tensor).toArray()])).toEqual([
      ["int32", [1]],
      ["int64", [1n]],
      ["float16", [1.5, 2]],
      ["int32", [1]],
    ]);
  });

  it("does not look at what is to fill nothing", () => {
    expect(valueOf(inGraph(() => constant("text", { dtype: "float32", shape: [0, 3] }))).shape).toEqual([0, 3]);
  });

  it("tells the facts of its errors", () => {
    const failure = (() => {
      try {
        inGraph(() => constant([1, 2, 3], { shape: [2] }));
      } catch (error) {
        return error as NamesakeError;
      }
      return undefined;
    })();
    expect(failure?.fields).toEqual({ shape: [2], size: 3 });
  });
});
