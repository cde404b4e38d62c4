/** Rounding of doubles to the floating dtypes, for results that later steps go on from. Storing a value rounds by itself. */
import type { DType } from "./dtype.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./half.ts";

/** Gives the nearest number of a dtype. */
export type Rounder = (x: number) => number;

const rounders: Readonly<Record<string, Rounder>> = {
  float16: (x) => fromFloat16(toFloat16(x)),
  bfloat16: (x) => fromBfloat16(toBfloat16(x)),
  float32: Math.fround,
};

/** What rounds to a dtype; anything but float16, bfloat16 and float32 is left as it is. */
export function rounderOf(dtype: DType): Rounder {
  return rounders[dtype.baseName] ?? ((x) => x);
}
