import { describe, expect, it } from "vitest";
import { ArgumentError, ArgumentTypeError } from "../base/errors.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { assertSameStructure, flatten, mapStructure, packAs } from "./structure.ts";

describe("nested structures", () => {
  it("flatten with the keys of objects in sorted order", () => {
    expect(flatten({ b: [1, [2, { z: 3, y: 4 }]], a: 5 })).toEqual([5, 1, 2, 4, 3]);
  });

  it("take values that are no array and no plain object as elements", () => {
    const value = ndarray([1, 2]);
    const typed = new Float32Array(2);
    expect(flatten([value, typed, null, undefined, "x"])).toEqual([value, typed, null, undefined, "x"]);
    expect(flatten(value)).toEqual([value]);
  });

  it("are packed as they were, with the keys in their own order", () => {
    const structure = { b: [1, [2]], a: 5, c: [] };
    const packed = packAs(structure, ["x", "y", "z"]);
    expect(packed).toEqual({ b: ["y", ["z"]], a: "x", c: [] });
    expect(Object.keys(packed as object)).toEqual(["b", "a", "c"]);
    expect(packAs(7, ["x"])).toBe("x");
  });

  it("are mapped in the order in which they flatten", () => {
    const seen: unknown[] = [];
    mapStructure({ b: 1, a: [2, 3] }, (element) => seen.push(element));
    expect(seen).toEqual([2, 3, 1]);
  });

  it("are the same when arrays and keys are, whatever the elements", () => {
    expect(() => assertSameStructure({ a: 1, b: [2] }, { b: ["x"], a: null })).not.toThrow();
  });

  it.each([
    [[1], 1],
    [1, { a: 1 }],
    [[1, 2], [1]],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: [1] }, { a: [[1]] }],
  ])("differ: %j and %j", (first, second) => {
    expect(() => assertSameStructure(first, second)).toThrow(ArgumentError);
    expect(() => assertSameStructure(second, first)).toThrow(
      /^The two structures don't have the same nested structure\.\n/,
    );
  });

  it("differ in type where one has an array and the other an object", () => {
    expect(() => assertSameStructure([[1]], [{ 0: 1 }])).toThrow(ArgumentTypeError);
  });
});
