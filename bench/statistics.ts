/** The middle and the spread of repeated measurements, how two sides compare, and how numbers are written. Nothing is measured here. */

/** A figure that was measured more than once. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The value in the middle; of an even number, the mean of both. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** `null` of nothing. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/**
 * How often `a` contains `b`, round by round: both sides of a round saw the same machine. Rounds that only one side has are left out.
 */
export function ratios(a: readonly number[], b: readonly number[]): number[] {
  return a.slice(0, b.length).map((value, round) => value / (b[round] as number));
}

/** Three digits that count, and every digit before the point: `0.0123`, `12.3`, `12,345`. */
export function shortNumber(value: number): string {
  return Math.abs(value) < 99.95 ? value.toPrecision(3) : Math.round(value).toLocaleString("en-US");
}
