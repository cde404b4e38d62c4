/** Modified Bessel functions of the first kind, times exp(-|x|). In doubles. */

const EPSILON = 2 ** -53;
/** From here on the asymptotic series is exact to a double; before, the power series is short. */
const ASYMPTOTIC_START = 30;

/** exp(-|x|) I₀(x). */
export function besselI0e(x: number): number {
  return scaled(Math.abs(x), 0);
}

/** exp(-|x|) I₁(x). */
export function besselI1e(x: number): number {
  const value = scaled(Math.abs(x), 1);
  return x < 0 || Object.is(x, -0) ? -value : value;
}

function scaled(x: number, order: 0 | 1): number {
  if (x >= ASYMPTOTIC_START) return asymptotic(x, order);
  let term = order === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; term > sum * EPSILON; k += 1) {
    term *= (x * x) / (4 * k * (k + order));
    sum += term;
  }
  return Math.exp(-x) * sum;
}

function asymptotic(x: number, order: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; Math.abs(term) > EPSILON; k += 1) {
    term *= ((2 * k - 1) ** 2 - 4 * order * order) / (8 * k * x);
    sum += term;
  }
  return sum / Math.sqrt(2 * Math.PI * x);
}
