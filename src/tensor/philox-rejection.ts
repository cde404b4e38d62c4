/**
 * Gamma and Poisson numbers from TensorFlow's random stream: each element draws from a stretch of its own until a draw is accepted.
 * Mirrors core/kernels/random_op.cc (Marsaglia and Tsang 2000) and random_poisson_op.cc (Knuth; Hörmann 1993).
 */
import { boxMuller64, unitFloat64 } from "./box-muller.ts";
import { allocate, float64 } from "./dtype.ts";
import { type Draw, type PhiloxState, philoxWords, skipBlocks } from "./philox.ts";

/** Blocks that are reserved for each element. */
const BLOCKS_PER_ELEMENT = 256;
/** Words in a block; a block gives two doubles. */
const WORDS_PER_BLOCK = 4;

/** The stretch of the stream that belongs to one element, read as doubles: uniform ones and normal ones, each in pairs of which the second comes first. */
class Stretch {
  #at: PhiloxState;
  readonly #uniform = new Float64Array(2);
  readonly #normal = new Float64Array(2);
  #uniformLeft = 0;
  #normalLeft = 0;

  constructor(state: PhiloxState, element: number) {
    this.#at = skipBlocks(state, BLOCKS_PER_ELEMENT * element);
  }

  #block(): Uint32Array {
    const words = philoxWords(this.#at, WORDS_PER_BLOCK);
    this.#at = skipBlocks(this.#at, 1);
    return words;
  }

  uniform(): number {
    if (this.#uniformLeft === 0) {
      const [a = 0, b = 0, c = 0, d = 0] = this.#block();
      this.#uniform[0] = unitFloat64(a, b);
      this.#uniform[1] = unitFloat64(c, d);
      this.#uniformLeft = 2;
    }
    this.#uniformLeft -= 1;
    return this.#uniform[this.#uniformLeft] as number;
  }

  normal(): number {
    if (this.#normalLeft === 0) {
      const [a = 0, b = 0, c = 0, d = 0] = this.#block();
      boxMuller64(a, b, c, d, this.#normal);
      this.#normalLeft = 2;
    }
    this.#normalLeft -= 1;
    return this.#normal[this.#normalLeft] as number;
  }
}

/** `samples` numbers for each parameter; the parameters lie side by side. */
function drawEach(
  state: PhiloxState,
  samples: number,
  parameters: ArrayLike<number>,
  drawerOf: (parameter: number) => (stretch: Stretch) => number,
): Draw<Float64Array> {
  const count = parameters.length;
  const elements = allocate(float64, samples * count) as Float64Array;
  for (let k = 0; k < count; k += 1) {
    const draw = drawerOf(parameters[k] as number);
    for (let i = 0; i < samples; i += 1) elements[i * count + k] = draw(new Stretch(state, k * samples + i));
  }
  return { elements, next: skipBlocks(state, BLOCKS_PER_ELEMENT * elements.length) };
}

/** Gamma numbers of rate 1. */
export function gammaNumbers(state: PhiloxState, samples: number, alphas: ArrayLike<number>): Draw<Float64Array> {
  return drawEach(state, samples, alphas, (alpha) => {
    if (alpha === 1) return (stretch) => -Math.log1p(-stretch.uniform());
    // A parameter below 1 is drawn as one more than it is, and scaled.
    const isSmall = alpha < 1;
    const d = alpha + (isSmall ? 2 / 3 : -1 / 3);
    const c = 1 / 3 / Math.sqrt(d);
    return (stretch) => {
      const accepted = acceptedGamma(stretch, c, d);
      return isSmall ? accepted * stretch.uniform() ** (1 / alpha) : accepted;
    };
  });
}

/** TensorFlow's stretch has room for so many attempts; it draws on, and never ends where no number is accepted. */
const ATTEMPTS = 4096;

function acceptedGamma(stretch: Stretch, c: number, d: number): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const x = stretch.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = stretch.uniform();
    // The first condition covers most cases without a logarithm.
    if (u < 1 - 0.0331 * (x * x) * (x * x) || Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
  return Number.NaN;
}

/** So many deviations away from the rate no number is ever drawn. */
const HOPELESS = 40;

/** Poisson numbers; none is above `highest`. */
export function poissonNumbers(
  state: PhiloxState,
  samples: number,
  rates: ArrayLike<number>,
  highest: number,
  lgamma: (x: number) => number,
): Draw<Float64Array> {
  return drawEach(state, samples, rates, (rate) => {
    if (rate < 10) return (stretch) => knuth(stretch, Math.exp(-rate), highest);
    if (rate === Infinity) return () => Infinity;
    // TensorFlow draws for ever where no number can be accepted.
    if (Number.isNaN(rate) || rate - HOPELESS * Math.sqrt(rate) > highest) return () => Number.NaN;
    const logRate = Math.log(rate);
    return (stretch) => hormann(stretch, rate, logRate, highest, lgamma);
  });
}

/** Counts uniform numbers until their product is small enough. */
function knuth(stretch: Stretch, limit: number, highest: number): number {
  let product = 1;
  for (let x = 0; ; x += 1) {
    product *= stretch.uniform();
    if ((product <= limit && x <= highest) || x > highest) return Math.min(x, highest);
  }
}

/** Transformed rejection; the constants are those of the paper. */
function hormann(
  stretch: Stretch,
  rate: number,
  logRate: number,
  highest: number,
  lgamma: (x: number) => number,
): number {
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const u = stretch.uniform() - 0.5;
    const v = stretch.uniform();
    const shifted = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / shifted + b) * u + rate + 0.43);
    if (k > highest) continue;
    if (shifted >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return k;
    if (k < 0 || (shifted < 0.013 && v > shifted)) continue;
    const s = Math.log((v * inverseAlpha) / (a / (shifted * shifted) + b));
    if (s <= -rate + k * logRate - lgamma(k + 1)) return k;
  }
  return Number.NaN;
}
