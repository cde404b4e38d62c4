import { describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../base/errors.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { axisView, planReduction, walkReduction } from "./reduction.ts";

/** For each element of the input in order, where it goes. */
function destinations(shape: readonly number[], axes: readonly number[]): number[] {
  const found: number[] = [];
  walkReduction(planReduction(shape, ndarray([...axes], "int32"), false), (from, to, step, count) => {
    for (let i = 0; i < count; i += 1) found[from + i] = to + i * step;
  });
  return found;
}

describe("walkReduction", () => {
  it("sends each element to the place of its kept indices", () => {
    expect(destinations([2, 3], [0])).toEqual([0, 1, 2, 0, 1, 2]);
    expect(destinations([2, 3], [1])).toEqual([0, 0, 0, 1, 1, 1]);
    expect(destinations([2, 3], [0, 1])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(destinations([2, 3], [])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(destinations([2, 2, 2], [1])).toEqual([0, 1, 0, 1, 2, 3, 2, 3]);
    expect(destinations([2, 2, 2], [0, 2])).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    expect(destinations([], [])).toEqual([0]);
  });

  it("visits nothing of an empty input", () => {
    expect(destinations([0, 3], [0])).toEqual([]);
    expect(destinations([2, 0], [0])).toEqual([]);
  });
});

describe("planReduction", () => {
  it("tells shapes and counts", () => {
    expect(planReduction([2, 3, 4], ndarray([-1, 0], "int64"), true)).toMatchObject({
      shape: [1, 3, 1],
      outputs: 3,
      inputs: 8,
    });
    expect(planReduction([2, 0], ndarray([1], "int32"), false)).toMatchObject({ shape: [2], outputs: 2, inputs: 0 });
  });

  it("refuses axes out of range and axes given twice", () => {
    expect(() => planReduction([2], ndarray([1], "int32"), false)).toThrow(
      new InvalidArgumentError("Invalid reduction dimension (1 for input with 1 dimension(s)"),
    );
    expect(() => planReduction([2, 2], ndarray([0, -2], "int32"), false)).toThrow(
      new InvalidArgumentError("Invalid reduction arguments: Axes contains duplicate dimension: 0"),
    );
  });
});

describe("axisView", () => {
  it("sees an array as three dimensions around an axis", () => {
    expect(axisView([2, 3, 4, 5], 1)).toEqual({ outer: 2, length: 3, inner: 20 });
    expect(axisView([7], 0)).toEqual({ outer: 1, length: 7, inner: 1 });
  });
});
