import { expect, it } from "vitest";
import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { specialKernels } from "./special.kernels.ts";
import {
  besselI0e,
  besselI1e,
  betainc,
  digamma,
  erfinv,
  igamma,
  igammac,
  lgamma,
  ndtri,
  nextafter,
  polygamma,
  zeta,
} from "./special.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

testFamily("special", {
  builders: () => {
    const [x, y, z] = [p([2, null]), p([2, 1]), p([2, 1])];
    return [
      ...[lgamma, digamma, erfinv, ndtri, besselI0e, besselI1e].map((f) => f(x)),
      ...[igamma, igammac, zeta, polygamma].map((f) => f(x, y)),
      betainc(x, y, z),
      erfinv([0.5], { name: "e" }),
      lgamma([1.5], { name: "l" }),
      igamma(x, 2.5),
      zeta(2.5, x, { name: "z" }),
    ];
  },
  "numbers-beside": () => [
    nextafter(p([2, 1]), 1.5),
    nextafter(p([2], "float64"), p([3, 2], "float64"), { name: "n" }),
  ],
  "number-beside-an-integer": () => nextafter(p([2], "int32"), p([2], "int32")),
  "of-integers": () => lgamma(p([2], "int32")),
  "zeta-of-halves": () => zeta(p([2], "float16"), p([2], "float16")),
});

/** Bits, as the comparison with TensorFlow has a tolerance in which all of them lie. */
it.each(["float32", "float64"] as const)("no number of %s lies between a number and the one beside it", (dtype) => {
  const give = specialKernels.NextAfter as (inputs: readonly NDArray[], attrs: object, context: object) => NDArray;
  const after = (x: number, y: number): number =>
    give([ndarray([x], dtype), ndarray([y], dtype)], {}, {}).at(0) as number;
  const least = dtype === "float32" ? 2 ** -149 : Number.MIN_VALUE;
  const gap = dtype === "float32" ? 2 ** -23 : Number.EPSILON;
  expect(after(0, 1)).toBe(least);
  expect(after(0, -1)).toBe(-least);
  expect(Object.is(after(-least, 1), -0)).toBe(true);
  expect(after(1, 2)).toBe(1 + gap);
  expect(after(1, 0)).toBe(1 - gap / 2);
  expect(after(-1, -2)).toBe(-1 - gap);
  expect(after(Infinity, 0)).toBe(dtype === "float32" ? 2 ** 128 - 2 ** 104 : Number.MAX_VALUE);
});
