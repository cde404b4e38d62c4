/** Where the pixels of a resized image come from, along one axis. Mirrors core/util/image_resizer_state.h: single precision throughout. */

/** How places are scaled. */
export interface ResizeWay {
  readonly align_corners: boolean;
  readonly half_pixel_centers: boolean;
}

const { fround } = Math;

/** How many old pixels a new one is. */
export function scaleOf(from: number, to: number, { align_corners: align }: ResizeWay): number {
  return align && to > 1 ? fround((from - 1) / fround(to - 1)) : fround(from / fround(to));
}

/** For each new pixel, the old ones on both sides, and how far it is from the first one. */
export interface Neighbours {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly share: Float32Array;
}

/** The neighbours of each of `to` pixels among `from`. */
export function neighbours(from: number, to: number, way: ResizeWay): Neighbours {
  const scale = scaleOf(from, to, way);
  const [lower, upper, share] = [new Int32Array(to), new Int32Array(to), new Float32Array(to)];
  for (let i = 0; i < to; i += 1) {
    const at = way.half_pixel_centers ? fround(fround(fround(i + 0.5) * scale) - 0.5) : fround(i * scale);
    const floor = Math.floor(at);
    lower[i] = Math.min(Math.max(floor, 0), from - 1);
    upper[i] = Math.min(Math.max(Math.ceil(at), 0), from - 1);
    share[i] = at - floor;
  }
  return { lower, upper, share };
}

/** The old pixel that each of `to` new ones is nearest to. */
export function nearest(from: number, to: number, way: ResizeWay): Int32Array {
  const scale = scaleOf(from, to, way);
  return new Int32Array(to).map((_, i) => {
    const at = fround(fround(way.half_pixel_centers ? i + 0.5 : i) * scale);
    const place = way.align_corners ? Math.floor(at + 0.5) : Math.floor(at);
    return Math.max(Math.min(place, from - 1), 0);
  });
}
