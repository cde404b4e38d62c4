import { describe, expect, it } from "vitest";
import { boxMuller32, boxMuller64, log32, sinCos32, unitFloat32, unitFloat64 } from "./box-muller.ts";

/** Numbers all over [0, 2^23), in no order. */
const samples = Array.from({ length: 20_000 }, (_, i) => Math.imul(i, 2654435761) & 0x7fffff);
/** Half a unit in the last place of a float32 below 1, and a little more. */
const HALF_UNIT = 2 ** -25 * 1.15;

describe("Box-Muller", () => {
  it("takes the lower bits of words as fractions", () => {
    expect(unitFloat32(0xffffffff)).toBe(1 - 2 ** -23);
    expect(unitFloat32(0x80400000)).toBe(0.5);
    expect(unitFloat64(0xfff80000, 0)).toBe(0.5);
    expect(unitFloat64(0xffffffff, 0xffffffff)).toBe(1 - 2 ** -52);
  });

  it("takes logarithms to within 0.82 units in the last place", () => {
    expect(log32(1)).toBe(0);
    for (const sample of samples) {
      const u = unitFloat32(sample);
      if (u === 0) continue;
      const exact = Math.log(u);
      expect(Math.abs(log32(u) - exact)).toBeLessThanOrEqual(2 ** (Math.floor(Math.log2(-exact)) - 23) * 0.82);
    }
  });

  it("takes sines and cosines to within 0.6 units in the last place", () => {
    const pair = new Float64Array(2);
    for (const sample of samples) {
      const v = Math.fround(2 * Math.PI * unitFloat32(sample));
      sinCos32(v, pair);
      expect(Math.abs((pair[0] as number) - Math.sin(v))).toBeLessThanOrEqual(HALF_UNIT);
      expect(Math.abs((pair[1] as number) - Math.cos(v))).toBeLessThanOrEqual(HALF_UNIT);
    }
  });

  it("makes finite numbers of zero words", () => {
    const pair = new Float64Array(2);
    boxMuller32(0, 0, pair);
    expect([...pair]).toEqual([0, Math.fround(Math.sqrt(-2 * log32(Math.fround(1e-7))))]);
    boxMuller64(0, 0, 0, 0, pair);
    expect([...pair]).toEqual([0, Math.sqrt(-2 * Math.log(1e-7))]);
  });
});
