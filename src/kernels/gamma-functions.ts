/** The gamma function's logarithm and what is made of it, which JavaScript's `Math` lacks. In doubles; mirrors Eigen's SpecialFunctions. */

const EPSILON = 2 ** -53;
/** From here on the asymptotic series are exact to a double. */
const ASYMPTOTIC_START = 10;
/** 1/2 · log(2π). */
const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);
/** B₂ₖ / (2k (2k-1)), of Stirling's series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** B₂ₖ / 2k, of digamma's series. */
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
/** (2k)! / B₂ₖ, of the sum formula of Euler and Maclaurin. */
const EULER_MACLAURIN = [
  12, -720, 30240, -1209600, 47900160, -1892437580.3183792, 7.47242496e10, -2950130727918.164, 116467828143500.67,
  -4597978722407473.0, 1.8152105401943546e17, -7.166165256175667e18,
];
/** More terms than any argument was seen to need. */
const MAX_TERMS = 100_000;

/** c₀ + c₁ y + c₂ y² + … */
function polynomial(coefficients: readonly number[], y: number): number {
  return coefficients.reduceRight((sum, c) => sum * y + c, 0);
}

/** log |Γ(x)|; infinite at 0 and at negative integers. */
export function lgamma(x: number): number {
  if (x !== x) return NaN;
  if (!Number.isFinite(x)) return Infinity;
  if (x === 1 || x === 2) return 0;
  if (x <= 0) {
    const fraction = x - Math.floor(x);
    return fraction === 0 ? Infinity : Math.log(Math.PI / Math.sin(Math.PI * fraction)) - lgamma(1 - x);
  }
  let product = 1;
  let y = x;
  for (; y < ASYMPTOTIC_START; y += 1) product *= y;
  return (y - 0.5) * Math.log(y) - y + HALF_LOG_TAU + polynomial(STIRLING, 1 / (y * y)) / y - Math.log(product);
}

/** The derivative of `lgamma`; not-a-number at 0 and at negative integers. */
export function digamma(x: number): number {
  if (x <= 0) {
    const fraction = x - Math.floor(x);
    // Of minus infinity, too, the difference is not positive.
    return fraction > 0 ? digamma(1 - x) - Math.PI / Math.tan(Math.PI * fraction) : NaN;
  }
  let sum = 0;
  let y = x;
  for (; y < ASYMPTOTIC_START; y += 1) sum += 1 / y;
  const inverse = 1 / (y * y);
  return Math.log(y) - 0.5 / y - inverse * polynomial(DIGAMMA, inverse) - sum;
}

/** The lower incomplete gamma function, divided by Γ(a). */
export function igamma(a: number, x: number): number {
  if (x === 0) return 0;
  if (!(x >= 0 && a > 0)) return NaN;
  if (a === Infinity) return 0;
  return x > 1 && x > a ? 1 - upperFraction(a, x) : lowerSeries(a, x);
}

/** 1 - `igamma`, also where that is next to 1. */
export function igammac(a: number, x: number): number {
  if (!(x >= 0 && a > 0)) return NaN;
  if (a === Infinity) return x === Infinity ? 0 : 1;
  return x < 1 || x < a ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/** xᵃ e⁻ˣ / Γ(a). */
function gammaWeight(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - lgamma(a));
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * EPSILON && n < MAX_TERMS; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return x === 0 ? 0 : (gammaWeight(a, x) * sum) / a;
}

function upperFraction(a: number, x: number): number {
  if (x === Infinity) return 0;
  const fraction = continuedFraction(x + 1 - a, (k) => [-k * (k - a), x + 2 * k + 1 - a]);
  return gammaWeight(a, x) / fraction;
}

/** b₀ + a₁ / (b₁ + a₂ / (b₂ + …)), by the method of Lentz. */
function continuedFraction(start: number, step: (k: number) => readonly [number, number]): number {
  const tiny = 1e-300;
  let value = start || tiny;
  let c = value;
  let d = 0;
  for (let k = 1; k < MAX_TERMS; k += 1) {
    const [numerator, denominator] = step(k);
    d = 1 / (denominator + numerator * d || tiny);
    c = denominator + numerator / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) <= 2 * EPSILON) break;
  }
  return value;
}

/** From here down zeta is not summed term by term: there are as many terms below 0 as q is large. */
const LEAST_SUMMED = -1000;

/** Hurwitz's zeta function, Σ (q + n)⁻ˣ. */
export function zeta(x: number, q: number): number {
  if (x === 1) return Infinity;
  if (!(x >= 1) || q !== q) return NaN;
  if (q <= 0) {
    if (Math.floor(q) === q) return Number.isInteger(x) && x % 2 === 0 ? Infinity : NaN;
    if (!Number.isInteger(x)) return NaN;
  }
  if (q === Infinity) return 0;
  if (x === Infinity) return q === 1 ? 1 : q ** -x;
  if (q < LEAST_SUMMED) return zetaFarBelow(x, q);
  let sum = q ** -x;
  let power = 0;
  let w = q;
  for (let i = 0; i < 9 || w <= 9; i += 1) {
    w += 1;
    power = w ** -x;
    sum += power;
    if (Math.abs(power / sum) < EPSILON) return sum;
  }
  sum += (power * w) / (x - 1) - 0.5 * power;
  return sum + zetaRest(x, w, power, sum);
}

/** The sum for whole x and a q far below 0: the terms above 0, and those below, which are the difference of two sums above 0. */
function zetaFarBelow(x: number, q: number): number {
  const fraction = q - Math.floor(q);
  const below = zeta(x, 1 - fraction) - zeta(x, 1 - q);
  return zeta(x, fraction) + (x % 2 === 0 ? below : -below);
}

function zetaRest(x: number, w: number, power: number, sum: number): number {
  let rest = 0;
  let factor = 1;
  let tail = power;
  for (const [i, coefficient] of EULER_MACLAURIN.entries()) {
    factor *= x + 2 * i;
    tail /= w;
    const term = (factor * tail) / coefficient;
    rest += term;
    if (Math.abs(term / sum) < EPSILON) break;
    factor *= x + 2 * i + 1;
    tail /= w;
  }
  return rest;
}

/** The derivative of order n of `digamma`. */
export function polygamma(n: number, x: number): number {
  if (!(n >= 0) || Math.floor(n) !== n) return NaN;
  if (n === 0) return digamma(x);
  return (n % 2 === 0 ? -1 : 1) * Math.exp(lgamma(n + 1)) * zeta(n + 1, x);
}

/** The regularized incomplete beta function. */
export function betainc(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1) || a === Infinity || b === Infinity) return NaN;
  if (x === 0 || x === 1) return x;
  return x < (a + 1) / (a + b + 2) ? betaFraction(a, b, x) : 1 - betaFraction(b, a, 1 - x);
}

function betaFraction(a: number, b: number, x: number): number {
  const weight = Math.exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  const fraction = continuedFraction(1, (k) => {
    const m = Math.floor(k / 2);
    const numerator =
      k % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    return [numerator, 1];
  });
  return weight / (a * fraction);
}
