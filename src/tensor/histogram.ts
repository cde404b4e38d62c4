/**
 * Histograms as TensorFlow's summaries have them: counts of values in buckets that grow by a tenth each.
 *
 * Mirrors core/lib/histogram/histogram.cc (`Histogram`, `EncodeToProto`); limits are equal to the last bit.
 */
import { ArgumentError } from "../base/errors.ts";

/** How values are distributed (`HistogramProto`). */
export interface Histogram {
  /** The least value; the greatest double where there are none. */
  min: number;
  max: number;
  /** How many values there are. */
  num: number;
  sum: number;
  sumSquares: number;
  /** Where each bucket ends; a value on the limit belongs to the next one. Empty buckets that follow each other are one. */
  bucketLimit: number[];
  /** How many values are in each bucket. */
  bucket: number[];
}

const FIRST_LIMIT = 1e-12;
const LAST_LIMIT = 1e20;
const GROWTH = 1.1;

let limits: Float64Array | undefined;

/** The ends of all buckets, ascending; made when first needed. */
function bucketLimits(): Float64Array {
  if (limits !== undefined) return limits;
  const positive: number[] = [];
  for (let limit = FIRST_LIMIT; limit < LAST_LIMIT; limit *= GROWTH) positive.push(limit);
  positive.push(Number.MAX_VALUE);
  limits = Float64Array.from([...positive.map((limit) => -limit).reverse(), 0, ...positive]);
  return limits;
}

/**
 * The histogram of values.
 * @throws {ArgumentError} for not-a-number and infinities, which have no bucket.
 */
export function histogramOf(values: Iterable<number>): Histogram {
  const ends = bucketLimits();
  const counts = new Float64Array(ends.length);
  const stats = { min: Number.MAX_VALUE, max: -Number.MAX_VALUE, num: 0, sum: 0, sumSquares: 0 };
  for (const value of values) {
    if (!Number.isFinite(value)) throw notFinite(value);
    const bucket = Math.min(firstAbove(ends, value), ends.length - 1);
    counts[bucket] = (counts[bucket] as number) + 1;
    // Not Math.min: of zeros of both signs, the first one counts.
    if (value < stats.min) stats.min = value;
    if (value > stats.max) stats.max = value;
    stats.num += 1;
    stats.sum += value;
    stats.sumSquares += value * value;
  }
  return { ...stats, ...joined(ends, counts) };
}

function notFinite(value: number): ArgumentError {
  const what = Number.isNaN(value) ? "Nan" : "Infinity";
  return new ArgumentError(`${what} in summary histogram\n  a histogram has buckets for finite values only`, { value });
}

/** The place of the first limit that is greater than a value. */
function firstAbove(ends: Float64Array, value: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The buckets as they are written: a run of empty ones is one. */
function joined(ends: Float64Array, counts: Float64Array): Pick<Histogram, "bucket" | "bucketLimit"> {
  const bucketLimit: number[] = [];
  const bucket: number[] = [];
  for (let at = 0; at < ends.length; ) {
    const count = counts[at] as number;
    if (count === 0) while (counts[at + 1] === 0) at += 1;
    bucketLimit.push(ends[at] as number);
    bucket.push(count);
    at += 1;
  }
  return { bucketLimit, bucket };
}
