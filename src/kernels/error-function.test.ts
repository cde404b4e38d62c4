import { describe, expect, it } from "vitest";
import { erf, erfc } from "./error-function.ts";

// Values of erf and erfc: NIST Digital Library of Mathematical Functions, table 7.23, and its asymptotic expansion 7.12.1.
const known: readonly (readonly [x: number, erf: number, erfc: number])[] = [
  [0.1, 0.1124629160182849, 0.8875370839817152],
  [0.5, 0.5204998778130465, 0.4795001221869535],
  [1, 0.8427007929497149, 0.15729920705028513],
  [1.5, 0.9661051464753108, 0.033894853524689274],
  [2, 0.9953222650189527, 0.004677734981047266],
  [2.5, 0.9995930479825551, 0.00040695201744495886],
  [3, 0.9999779095030014, 0.0000220904969985854],
  [5, 0.9999999999984626, 1.5374597944280347e-12],
  [10, 1, 2.088487583762545e-45],
];

describe("erf and erfc", () => {
  it.each(known)("are exact to a few units in the last place at %f", (x, value, complement) => {
    expect(Math.abs(erf(x) - value)).toBeLessThanOrEqual(4 * Number.EPSILON * value);
    expect(Math.abs(erfc(x) - complement)).toBeLessThanOrEqual(10 * Number.EPSILON * complement);
    expect(erf(-x)).toBe(-erf(x));
    expect(Math.abs(erfc(-x) - (1 + value))).toBeLessThanOrEqual(4 * Number.EPSILON);
  });

  it("keep zeros, infinities and what is not a number", () => {
    expect([erf(0), erf(-0), erf(Infinity), erf(-Infinity), erf(NaN)]).toEqual([0, -0, 1, -1, NaN]);
    expect([erfc(0), erfc(Infinity), erfc(-Infinity), erfc(NaN), erfc(30)]).toEqual([1, 0, 2, NaN, 0]);
  });
});
