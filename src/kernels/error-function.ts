/** The error function and its complement, which JavaScript's `Math` lacks. Accurate to a few units in the last place of a double. */

/** 2 / √π. */
const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
/** √π. */
const SQRT_PI = Math.sqrt(Math.PI);
/** From here on erf is computed as 1 - erfc. */
const SERIES_END = 2.5;
/** From here on 1 - erf would lose more digits than the continued fraction. */
const FRACTION_START = 1;
/** erfc is 0 in doubles beyond. */
const COMPLEMENT_END = 27.3;

/** 2/√π · ∫₀ˣ exp(-t²) dt. */
export function erf(x: number): number {
  if (x !== x) return NaN;
  const magnitude = Math.abs(x);
  const value = magnitude < SERIES_END ? series(magnitude) : 1 - complement(magnitude);
  return x < 0 || Object.is(x, -0) ? -value : value;
}

/** 1 - erf(x), also where erf(x) is next to 1. */
export function erfc(x: number): number {
  return x >= FRACTION_START ? complement(x) : 1 - erf(x);
}

/** erf(x) = 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, all terms positive. */
function series(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-square) * sum;
}

/** erfc(x) = exp(-x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))). */
function complement(x: number): number {
  if (x > COMPLEMENT_END) return 0;
  let tail = x;
  // The smaller x is, the deeper the fraction must go: this many steps keep its error below a double's at every x from 1.
  for (let k = Math.ceil(20 + 180 / (x * x)); k >= 1; k -= 1) tail = x + k / 2 / tail;
  return expOfMinusSquare(x) / (SQRT_PI * tail);
}

/** exp(-x²) without the rounding error of x². */
function expOfMinusSquare(x: number): number {
  // The high part has few enough bits to be squared exactly.
  const high = Math.fround(x);
  const low = x - high;
  return Math.exp(-high * high) * Math.exp(-low * (x + high));
}
