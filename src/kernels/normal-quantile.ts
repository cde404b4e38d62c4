/** The inverses of the normal distribution and of the error function. In doubles. */
import type { Rounder } from "../tensor/rounding.ts";
import { erfc } from "./error-function.ts";

/** P. J. Acklam's rational approximations, with nine digits: a start for `refined`. */
const CENTRE = [
  2.506628277459239, -30.66479806614716, 138.357751867269, -275.9285104469687, 220.9460984245205, -39.69683028665376,
];
const CENTRE_BELOW = [
  1, -13.28068155288572, 66.80131188771972, -155.6989798598866, 161.5858368580409, -54.47609879822406,
];
const TAIL = [
  2.938163982698783, 4.374664141464968, -2.549732539343734, -2.400758277161838, -0.3223964580411365,
  -0.007784894002430293,
];
const TAIL_BELOW = [1, 3.754408661907416, 2.445134137142996, 0.3224671290700398, 0.007784695709041462];
/** Where the tail starts. */
const TAIL_END = 0.02425;

function polynomial(coefficients: readonly number[], y: number): number {
  return coefficients.reduceRight((sum, c) => sum * y + c, 0);
}

/** The number below which a normally distributed one is with probability p. */
export function ndtri(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0.5) return 0;
  return p > 0.5 ? -lowerQuantile(1 - p) : lowerQuantile(p);
}

/** The quantile of p below 1/2. */
function lowerQuantile(p: number): number {
  if (p === 0) return -Infinity;
  if (p < TAIL_END) {
    const q = Math.sqrt(-2 * Math.log(p));
    return refined(polynomial(TAIL, q) / polynomial(TAIL_BELOW, q), p);
  }
  const q = p - 0.5;
  return refined((q * polynomial(CENTRE, q * q)) / polynomial(CENTRE_BELOW, q * q), p);
}

/** Two of Halley's steps towards the quantile of p. */
function refined(start: number, p: number): number {
  let x = start;
  for (let step = 0; step < 2; step += 1) {
    const error = (0.5 * erfc(-x * Math.SQRT1_2)) / p - 1;
    const u = error * Math.exp(Math.log(p) + (x * x) / 2) * Math.sqrt(2 * Math.PI);
    x -= u / (1 + (x * u) / 2);
  }
  return x;
}

/** The number whose error function is x. As TensorFlow's, it is the quantile of (x + 1) / 2 as `round` leaves that: near 0 it loses digits. */
export function erfinv(x: number, round: Rounder): number {
  return ndtri(round(x + 1) / 2) * Math.SQRT1_2;
}
