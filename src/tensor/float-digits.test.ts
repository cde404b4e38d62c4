import { describe, expect, it } from "vitest";
import { decimalDigits, float16Format, float32Format, float64Format } from "./float-digits.ts";

describe("decimalDigits", () => {
  it("gives as few digits as tell a number from its neighbours", () => {
    expect(decimalDigits(Math.fround(0.1), float32Format, { from: "first" })).toEqual({ digits: "1", exponent: -1 });
    expect(decimalDigits(Math.fround(0.1), float64Format, { from: "first" }).digits).toBe("10000000149011612");
    expect(decimalDigits(65504, float16Format, { from: "first" })).toEqual({ digits: "655", exponent: 4 });
    expect(decimalDigits(2 ** -24, float16Format, { from: "first" })).toEqual({ digits: "6", exponent: -8 });
    expect(decimalDigits(5e-324, float64Format, { from: "first" })).toEqual({ digits: "5", exponent: -324 });
    expect(decimalDigits(Number.MAX_VALUE, float64Format, { from: "first" })).toEqual({
      digits: "17976931348623157",
      exponent: 308,
    });
  });

  it("knows that a power of two is nearer to its lower neighbour", () => {
    expect(decimalDigits(2 ** -44, float64Format, { from: "first" }).digits).toBe("5684341886080802");
  });

  it("rounds at the last place that is wanted, from the middle to even digits", () => {
    expect(decimalDigits(2 ** -9, float64Format, { from: "point", max: 8 }).digits).toBe("195312");
    expect(decimalDigits(3 * 2 ** -9, float64Format, { from: "point", max: 8 }).digits).toBe("585938");
    expect(decimalDigits(0.999999999, float64Format, { from: "point", max: 8 })).toEqual({ digits: "1", exponent: 0 });
    expect(decimalDigits(123456, float64Format, { from: "first", max: 3 })).toEqual({ digits: "123", exponent: 5 });
  });

  it("goes on with exact digits where more are wanted", () => {
    expect(decimalDigits(Math.fround(5.3e-5), float32Format, { from: "first", min: 12 }).digits).toBe("529999997525");
  });

  it("agrees with JavaScript's shortest and fixed digits of doubles", () => {
    const words = new Uint32Array(2);
    const float = new Float64Array(words.buffer);
    for (let i = 1; i < 3000; i += 1) {
      words[0] = Math.imul(i, 2654435761);
      words[1] = Math.imul(i, 40503 * 65537) & 0x7fefffff;
      const x = float[0] as number;
      const [mantissa = "", exponent] = x.toExponential().split("e");
      const expected = { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
      expect(decimalDigits(x, float64Format, { from: "first" })).toEqual(expected);
      const fixed = x.toExponential(20).replace(".", "").split("e")[0];
      expect(decimalDigits(x, float64Format, { from: "first", min: 21, max: 21 }).digits.padEnd(21, "0")).toBe(fixed);
    }
  });
});
