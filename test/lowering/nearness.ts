/** When two elements count as equal: bit for bit, except for what rounding explains. */
import type { DType } from "../../src/tensor/dtype.ts";
import type { Element } from "../../src/tensor/ndarray.ts";

/** How far numbers may be apart. */
export interface Tolerance {
  /** In units of the last place of the expected number. Default: 4, as elementary functions of two libraries differ. */
  readonly ulps?: number;
  /** Or absolutely: where sums cancel. Default: 0. */
  readonly absolute?: number;
}

const mantissaBits: Readonly<Record<string, number>> = { float16: 10, bfloat16: 7, float32: 23, float64: 52 };
const leastExponents: Readonly<Record<string, number>> = {
  float16: -14,
  bfloat16: -126,
  float32: -126,
  float64: -1022,
};

/** Whether `actual` is `expected`, up to rounding. Not-a-number is itself, and zeros of both signs are one. */
export function isNear(
  actual: Element,
  expected: Element,
  dtype: DType,
  { ulps = 4, absolute = 0 }: Tolerance = {},
): boolean {
  if (typeof actual !== "number" || typeof expected !== "number") return actual === expected;
  if (actual === expected || (actual !== actual && expected !== expected)) return true;
  const bits = mantissaBits[dtype.baseName];
  if (bits === undefined || !Number.isFinite(expected) || !Number.isFinite(actual)) return false;
  const exponent = Math.max(
    Math.floor(Math.log2(Math.abs(expected) || 1e-300)),
    leastExponents[dtype.baseName] as number,
  );
  return Math.abs(actual - expected) <= Math.max(ulps * 2 ** (exponent - bits), absolute);
}
