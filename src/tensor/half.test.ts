import { describe, expect, it } from "vitest";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./half.ts";

/** All bit patterns of a 16-bit format. */
const allBits = Array.from({ length: 65536 }, (_, bits) => bits);

// Made by NumPy 2.4.6 and ml_dtypes on 2026-11-21: `numpy.float64(x).astype(dtype).view("uint16")` for float16 and
// `numpy.float32(x).astype(ml_dtypes.bfloat16).view("uint16")` for bfloat16.
const goldens: ReadonlyArray<readonly [x: number, float16: number, bfloat16: number]> = [
  [0.0, 0x0000, 0x0000],
  [1.0, 0x3c00, 0x3f80],
  [0.1, 0x2e66, 0x3dcd],
  [0.3333333333333333, 0x3555, 0x3eab],
  [65504.0, 0x7bff, 0x4780],
  [65519.999, 0x7bff, 0x4780],
  [65520.0, 0x7c00, 0x4780],
  [100000.0, 0x7c00, 0x47c3],
  [6.103515625e-5, 0x0400, 0x3880],
  [5.960464477539063e-8, 0x0001, 0x3380],
  [2 ** -25, 0x0000, 0x3300],
  [2.980530261993408e-8, 0x0001, 0x3300],
  [8.940696716308594e-8, 0x0002, 0x33c0],
  [6.0975e-5, 0x03ff, 0x3880],
  [5.96e-8, 0x0001, 0x3380],
  [1e-10, 0x0000, 0x2edc],
  [1e-40, 0x0000, 0x0001],
  [1e-45, 0x0000, 0x0000],
  [3.3895313892515355e38, 0x7c00, 0x7f7f],
  [3.3961e38, 0x7c00, 0x7f7f],
  [3.4028234663852886e38, 0x7c00, 0x7f80],
  [1e39, 0x7c00, 0x7f80],
  [1e308, 0x7c00, 0x7f80],
  [Infinity, 0x7c00, 0x7f80],
  [2049.0, 0x6800, 0x4500],
  [2051.0, 0x6802, 0x4500],
  [1.00390625, 0x3c04, 0x3f80],
  [1.01171875, 0x3c0c, 0x3f82],
  [1.0039062500001, 0x3c04, 0x3f80],
];

describe("half precision", () => {
  it.each(goldens)("rounds %d as NumPy does", (x, float16, bfloat16) => {
    expect(toFloat16(x)).toBe(float16);
    expect(toBfloat16(x)).toBe(bfloat16);
    expect(toFloat16(-x)).toBe(float16 ^ 0x8000);
    expect(toBfloat16(-x)).toBe(bfloat16 ^ 0x8000);
  });

  it("rounds a double once: halfway in float32, above it in float64", () => {
    const aboveMiddle = 1 + 2 ** -11 + 2 ** -40;
    expect(fromFloat16(toFloat16(aboveMiddle))).toBe(1 + 2 ** -10);
    expect(fromFloat16(toFloat16(Math.fround(aboveMiddle)))).toBe(1);
  });

  it("keeps every number of the formats", () => {
    for (const bits of allBits) {
      const half = fromFloat16(bits);
      const brain = fromBfloat16(bits);
      if (Number.isNaN(half)) expect(toFloat16(half) & 0x7fff).toBe(0x7e00);
      else expect(toFloat16(half)).toBe(bits);
      if (Number.isNaN(brain)) expect(toBfloat16(brain) & 0x7fff).toBe(0x7fc0);
      else expect(toBfloat16(brain)).toBe(bits);
    }
  });

  it("rounds the middle between two numbers to the even one, and what is beside it to the nearer one", () => {
    for (const [to, from, last] of [
      [toFloat16, fromFloat16, 0x7bff],
      [toBfloat16, fromBfloat16, 0x7f7f],
    ] as const) {
      for (let bits = 0; bits < last; bits += 1) {
        const low = from(bits);
        const high = from(bits + 1);
        expect(to((low + high) / 2)).toBe(bits + (bits & 1));
        expect(to(low + (high - low) * 0.499)).toBe(bits);
        expect(to(low + (high - low) * 0.501)).toBe(bits + 1);
      }
    }
  });
});
