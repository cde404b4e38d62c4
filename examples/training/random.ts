/** Whole numbers drawn from a seed, the same on every machine: which samples a training sees, and in which order. */

/** Draws whole numbers from 0 up to `below`: `next(below)`. */
export type Draw = (below: number) => number;

/** Numbers of mulberry32, a generator of 32 bits of state. `tools/goldens/training/draw.py` draws the same. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
