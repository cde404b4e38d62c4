/** How the incomplete gamma function, and a gamma number, change with the shape parameter. In doubles; mirrors what Eigen's SpecialFunctions give. */
import { digamma, lgamma } from "./gamma-functions.ts";

const EPSILON = 2 ** -53;
/** More terms than any argument was seen to need. */
const MAX_TERMS = 100_000;
const TINY = 1e-300;

/** What an incomplete gamma function changes by, in units of its weight xᵃ e⁻ˣ / Γ(a). */
function relativeDerivative(a: number, x: number): number {
  return x > 1 && x > a ? ofFraction(a, x) : ofSeries(a, x);
}

/** Whether the functions are defined; their value where it is trivial, else `null`. */
function trivial(a: number, x: number): number | null {
  if (x === 0) return 0;
  return x > 0 && a > 0 && Number.isFinite(x) && Number.isFinite(a) ? null : NaN;
}

/** ∂P(a, x) / ∂a. */
export function igammaGradA(a: number, x: number): number {
  const known = trivial(a, x);
  if (known !== null) return x === Infinity && a > 0 && a !== Infinity ? 0 : known;
  return Math.exp(a * Math.log(x) - x - lgamma(a)) * relativeDerivative(a, x);
}

/** How a gamma number changes with its parameter while its quantile stays: -∂P/∂a / ∂P/∂x. */
export function gammaSampleGrad(alpha: number, sample: number): number {
  return trivial(alpha, sample) ?? -sample * relativeDerivative(alpha, sample);
}

// P = w S / a with S = Σ xⁿ / ((a + 1) … (a + n)):  ∂P/∂a = w/a (S (ln x - ψ(a + 1)) + S′)
function ofSeries(a: number, x: number): number {
  let [term, slope] = [1, 0];
  let [sum, slopes] = [1, 0];
  for (let n = 1; n < MAX_TERMS; n += 1) {
    const ratio = x / (a + n);
    slope = slope * ratio - (term * ratio) / (a + n);
    term *= ratio;
    sum += term;
    slopes += slope;
    if (term <= sum * EPSILON && Math.abs(slope) <= Math.abs(slopes) * EPSILON) break;
  }
  return (sum * (Math.log(x) - digamma(a + 1)) + slopes) / a;
}

// Q = w / F:  ∂P/∂a = -w/F (ln x - ψ(a) - F′/F), with the continued fraction F by the method of Lentz
function ofFraction(a: number, x: number): number {
  let value = x + 1 - a;
  let [c, slopeC] = [value, -1];
  let [d, slopeD] = [0, 0];
  let relativeSlope = slopeC / c;
  for (let k = 1; k < MAX_TERMS; k += 1) {
    // k is also by how much the numerator grows with a; the denominator falls by 1.
    const numerator = -k * (k - a);
    const denominator = x + 2 * k + 1 - a;
    const nextD = 1 / (denominator + numerator * d || TINY);
    slopeD = -nextD * nextD * (k * d + numerator * slopeD - 1);
    slopeC = (k - (numerator * slopeC) / c) / c - 1;
    c = denominator + numerator / c || TINY;
    d = nextD;
    const change = slopeC / c + slopeD / d;
    value *= c * d;
    relativeSlope += change;
    if (Math.abs(c * d - 1) <= 2 * EPSILON && Math.abs(change) <= 2 * EPSILON * Math.abs(relativeSlope)) break;
  }
  return -(Math.log(x) - digamma(a) - relativeSlope) / value;
}
