import { describe, expect, it } from "vitest";
import { float32 } from "../tensor/dtype.ts";
import { asShape } from "../tensor/shape.ts";
import type { OnnxValue } from "./rule.ts";
import { haveSameShape, isKnownNonEmpty, normalAxes, surelyBroadcast } from "./static-knowledge.ts";

const value = (shape: readonly (number | null)[] | null): OnnxValue => ({
  name: "",
  dtype: float32,
  shape: asShape(shape),
  constant: null,
});

describe("what is known before a step", () => {
  it("is not that two shapes are the same while a dimension is open", () => {
    expect(haveSameShape(value([2, 3]), value([2, 3]))).toBe(true);
    expect(haveSameShape(value([null]), value([null]))).toBe(false);
    expect(haveSameShape(value(null), value(null))).toBe(false);
  });

  it("is that a value has elements only when each dimension says so", () => {
    expect([value([]), value([2, 3])].map(isKnownNonEmpty)).toEqual([true, true]);
    expect([value([2, 0]), value([2, null]), value(null)].map(isKnownNonEmpty)).toEqual([false, false, false]);
  });

  it("counts axes from the front, once each, in order", () => {
    expect(normalAxes([-1, 0], 3)).toEqual([0, 2]);
    expect(normalAxes([2, -1], 3)).toEqual([2]);
    expect(normalAxes([3], 3)).toBeNull();
    expect(normalAxes([0], null)).toBeNull();
  });

  it("is that shapes broadcast only when no fed value can stop it", () => {
    expect(surelyBroadcast(value([2, 3]), value([3]))).toBe(true);
    expect(surelyBroadcast(value([null, 1]), value([1, 5]))).toBe(true);
    expect(surelyBroadcast(value([null]), value([3]))).toBe(false);
    expect(surelyBroadcast(value([2]), value([3]))).toBe(false);
    expect(surelyBroadcast(value(null), value([]))).toBe(false);
  });
});
