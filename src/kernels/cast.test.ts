import { describe, expect, it } from "vitest";
import { UnimplementedError } from "../base/errors.ts";
import { asDType, type DTypeName, float32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { castElements } from "./cast.ts";

const outOfRange = [3e9, -3e9, 1e20, NaN, Infinity, -Infinity];

// test/goldens/math.json holds what fits; what does not has no defined result in C++, and is defined here.
describe("castElements of floats that do not fit", () => {
  const least32 = -(2 ** 31);
  const least64 = -(2n ** 63n);
  it.each<[DTypeName, readonly (number | bigint)[]]>([
    ["int32", [least32, least32, least32, least32, least32, least32]],
    ["int64", [3000000000n, -3000000000n, least64, least64, least64, least64]],
    ["uint64", [3000000000n, 2n ** 64n - 3000000000n, 2n ** 63n, 2n ** 63n, 2n ** 63n, 2n ** 63n]],
    ["uint32", [3000000000, 2 ** 32 - 3000000000, 0, 0, 0, 0]],
    ["int16", [0, 0, 0, 0, 0, 0]],
    ["uint8", [0, 0, 0, 0, 0, 0]],
  ])("gives %s the result of an x86 processor", (target, expected) => {
    expect(castElements(ndarray(outOfRange, "float64"), asDType(target)).toArray()).toEqual(expected);
  });

  it("keeps the low bits in narrow integers", () => {
    expect(castElements(ndarray([300.7, -1.5, 65537], "float32"), asDType("uint8")).toArray()).toEqual([44, 255, 1]);
  });
});

describe("castElements", () => {
  it("rounds 64-bit integers to float32 once", () => {
    // Through a double, the first would first become 2^54 + 2^30 and then round to even, downward.
    const values = [2n ** 54n + 2n ** 30n + 1n, -(2n ** 54n) - 2n ** 30n - 1n, 2n ** 60n];
    expect(castElements(ndarray(values, "int64"), float32).toArray()).toEqual([
      2 ** 54 + 2 ** 31,
      -(2 ** 54) - 2 ** 31,
      2 ** 60,
    ]);
  });

  it("gives back the value itself when the dtype stays", () => {
    const array = ndarray([1], "float32");
    expect(castElements(array, float32)).toBe(array);
  });

  it("drops and adds imaginary parts", () => {
    const complex = castElements(ndarray([1.5, -2], "float32"), asDType("complex128"));
    expect(complex.toArray()).toEqual([
      [1.5, 0],
      [-2, 0],
    ]);
    expect(castElements(complex, asDType("int32")).toArray()).toEqual([1, -2]);
    expect(castElements(complex, asDType("complex64")).toArray()).toEqual(complex.toArray());
  });

  it("refuses strings with TensorFlow's names of both", () => {
    expect(() => castElements(ndarray(["1"]), float32)).toThrow(
      new UnimplementedError("Cast string to float is not supported"),
    );
    expect(() => castElements(ndarray([1], "float16"), asDType("string"))).toThrow(
      new UnimplementedError("Cast half to string is not supported"),
    );
  });
});
