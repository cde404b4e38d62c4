/** How pixels of a resized image are summed of old ones, along one axis. Mirrors core/kernels/image/resize_{bicubic,area}_op.cc: single precision throughout. */
import { type ResizeWay, scaleOf } from "./resampling.ts";

const { fround } = Math;

/** One old pixel, and how much it counts. */
export interface Tap {
  readonly index: number;
  readonly weight: number;
}

/** The old pixels of each new one. */
export type Filter = readonly (readonly Tap[])[];

/** How fine the places between two pixels are told apart. */
const STEPS = 1024;

/** How much pixels count that are up to one away, and those that are one to two away. */
function cubicWeights(a: number, step: number): readonly [number, number] {
  const x = fround(step / STEPS);
  const near = fround(((a + 2) * x - (a + 3)) * x * x + 1);
  const y = fround(x + 1);
  return [near, fround(((a * y - 5 * a) * y + 8 * a) * y - 4 * a)];
}

/** To the nearest whole number, halves to the even one. */
function roundedToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

function bound(index: number, length: number): number {
  return Math.min(length - 1, Math.max(0, index));
}

/** Cubic curves through four pixels. Seen as squares, pixels beyond the edge do not count; otherwise the edge counts for them. */
export function bicubic(from: number, to: number, way: ResizeWay): Filter {
  const scale = scaleOf(from, to, way);
  const a = way.half_pixel_centers ? -0.5 : -0.75;
  return Array.from({ length: to }, (_, i) => {
    const at = way.half_pixel_centers ? fround(fround(fround(i + 0.5) * scale) - 0.5) : fround(i * scale);
    const place = Math.floor(at);
    const step = roundedToEven(fround(fround(at - place) * STEPS));
    const [before, after] = [cubicWeights(a, step), cubicWeights(a, STEPS - step)];
    const weights = [before[1], before[0], after[0], after[1]];
    const taps = weights.map((weight, k) => ({ index: bound(place - 1 + k, from), weight }));
    return way.half_pixel_centers ? withinEdges(taps, place - 1) : taps;
  });
}

/** Without what lies beyond the edges; the rest is scaled so that it sums to 1. */
function withinEdges(taps: readonly Tap[], first: number): readonly Tap[] {
  const inside = taps.map(({ index, weight }, k) => ({ index, weight: index === first + k ? weight : 0 }));
  const sum = inside.reduce((total, { weight }) => fround(total + weight), 0);
  if (Math.abs(sum) < 1000 * 2 ** -126) return inside;
  const factor = fround(1 / sum);
  return inside.map(({ index, weight }) => ({ index, weight: fround(weight * factor) }));
}

/** All pixels that a new one covers, by how much of them it does. The sums still have to be multiplied by `areaScale`. */
export function area(from: number, to: number, alignCorners: boolean): Filter {
  const scale = scaleOf(from, to, { align_corners: alignCorners, half_pixel_centers: false });
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [fround(i * scale), fround((i + 1) * scale)];
    const first = Math.floor(start);
    return Array.from({ length: Math.max(Math.ceil(end) - first, 1) }, (_unused, k) => {
      const place = first + k;
      const stop = place + 1 > end ? end : place + 1;
      const whole = place < start && place + 1 > end;
      return { index: bound(place, from), weight: fround(whole ? scale : stop - Math.max(place, start)) };
    });
  });
}

/** What sums over areas are multiplied by: one over the area of a new pixel. */
export function areaScale(
  rows: readonly [number, number],
  columns: readonly [number, number],
  alignCorners: boolean,
): number {
  const way = { align_corners: alignCorners, half_pixel_centers: false };
  return fround(1 / fround(scaleOf(...rows, way) * scaleOf(...columns, way)));
}
