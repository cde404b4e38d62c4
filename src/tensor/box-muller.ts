/**
 * Box-Muller: two normal numbers from uniform words, in the arithmetic of TensorFlow's CPU kernels. Not the stream of words:
 * that is philox.ts.
 *
 * Mirrors `BoxMullerFloat` and `BoxMullerDouble`, xla/tsl/lib/random/random_distributions{_utils,}.h. The single-precision
 * logarithm, sine and cosine evaluate the polynomials of the C library that TensorFlow calls (glibc 2.28 and later; coefficients
 * of Arm Optimized Routines, math/{logf,sincosf}_data.c), so that initial values are the same bits in every JavaScript engine.
 */

/** Two results: x = sin(v) r, y = cos(v) r. */
export type NormalPair = Float64Array;

const TWO_32 = 2 ** 32;
const INVERSE_2_23 = 2 ** -23;
const INVERSE_2_52 = 2 ** -52;
/** The least number whose logarithm is taken, so that no draw is infinite. */
const EPSILON_32 = Math.fround(1e-7);
const EPSILON_64 = 1e-7;

/** A float in [0, 1) from the lower 23 bits of a word; `Uint32ToFloat`. */
export function unitFloat32(word: number): number {
  return (word & 0x7fffff) * INVERSE_2_23;
}

/** A double in [0, 1) from the lower 20 bits of one word and all of the next; `Uint64ToDouble`. */
export function unitFloat64(upper: number, lower: number): number {
  return ((upper & 0xfffff) * TWO_32 + lower) * INVERSE_2_52;
}

/** Fills `pair` from two words; results are float32. */
export function boxMuller32(x0: number, x1: number, pair: NormalPair): void {
  const u = Math.max(unitFloat32(x0), EPSILON_32);
  const v = Math.fround(2 * Math.PI * unitFloat32(x1));
  const r = Math.fround(Math.sqrt(-2 * log32(u)));
  sinCos32(v, pair);
  pair[0] = Math.fround((pair[0] as number) * r);
  pair[1] = Math.fround((pair[1] as number) * r);
}

/** Fills `pair` from four words. */
export function boxMuller64(x0: number, x1: number, x2: number, x3: number, pair: NormalPair): void {
  const u = Math.max(unitFloat64(x0, x1), EPSILON_64);
  const v = 2 * Math.PI * unitFloat64(x2, x3);
  const r = Math.sqrt(-2 * Math.log(u));
  pair[0] = Math.sin(v) * r;
  pair[1] = Math.cos(v) * r;
}

const float32 = new Float32Array(1);
const word32 = new Int32Array(float32.buffer);

/** Where the sixteen intervals of `log32` start, as float32 bits: 0.69921875. */
const LOG_OFFSET = 0x3f330000;
/** For each interval 1/c, c near its middle. */
const inverseCentres = new Float64Array([
  1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752, 1.1479821020556429,
  1.1082251448272158, 1.0711297413057381, 1.036437278977283, 1, 0.9492859795739057, 0.8951049428609004,
  0.8476821620351103, 0.8050314851692001, 0.7664671008843108, 0.731428603316328,
]);
/** For each interval log c. */
const logCentres = new Float64Array([
  -0.33569133332882284, -0.2929040563774074, -0.2518726580937369, -0.21245868807117255, -0.17453945183745634,
  -0.1380057072319758, -0.10275976698545139, -0.06871392447020525, -0.0357891387398228, 0, 0.05204517742929496,
  0.11081431298787942, 0.1652495223695143, 0.21687389031699977, 0.2659635028121397, 0.3127556664073557,
]);
/** log(1 + r) ≈ r + L2 r² + L3 r³ + L4 r⁴. */
const L2 = -0.4999997485802103;
const L3 = 0.333456765744066;
const L4 = -0.25089342214237154;

/** The natural logarithm of a positive, normal float32, rounded to float32. */
export function log32(x: number): number {
  float32[0] = x;
  const bits = word32[0] as number;
  const offset = bits - LOG_OFFSET;
  const i = (offset >> 19) & 15;
  word32[0] = bits - (offset & 0xff800000);
  const r = (float32[0] as number) * (inverseCentres[i] as number) - 1;
  const whole = (logCentres[i] as number) + (offset >> 23) * Math.LN2;
  const square = r * r;
  return Math.fround((L3 * r + L2 + L4 * square) * square + (whole + r));
}

/** 2/π in units of 2^-24. */
const QUADRANTS = 10680707.430881744;
/** sin x ≈ x + S3 x³ + S5 x⁵ + S7 x⁷ and cos x ≈ 1 + C2 x² + C4 x⁴ + C6 x⁶ + C8 x⁸, for |x| ≤ π/4. */
const S3 = -0.16666654943701084;
const S5 = 0.008332178146138854;
const S7 = -0.00019517298981385725;
const C2 = -0.49999999725108224;
const C4 = 0.041666623324344516;
const C6 = -0.001388676379437604;
const C8 = 2.4390450703564542e-5;

/** Fills `pair` with sin x and cos x, rounded to float32; x is a float32 of magnitude below 120. */
export function sinCos32(x: number, pair: NormalPair): void {
  const quadrant = (Math.trunc(x * QUADRANTS) + 0x800000) >> 24;
  const y = x - quadrant * (Math.PI / 2);
  const y2 = y * y;
  const y3 = y2 * y;
  const y4 = y2 * y2;
  const sine = Math.fround(y + y3 * S3 + y3 * y2 * (S5 + y2 * S7));
  const cosine = Math.fround(1 + y2 * C2 + y4 * C4 + y4 * y2 * (C6 + y2 * C8));
  const isSwapped = (quadrant & 1) === 1;
  const sineSign = quadrant & 2 ? -1 : 1;
  const cosineSign = (quadrant + 1) & 2 ? -1 : 1;
  pair[0] = sineSign * (isSwapped ? cosine : sine);
  pair[1] = cosineSign * (isSwapped ? sine : cosine);
}
