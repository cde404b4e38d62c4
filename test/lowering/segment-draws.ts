/** Random uses of the ops that reduce rows by segment. */
import type { OpType } from "../../src/ops/index.ts";
import { type Draw, indexArray } from "./draws.ts";

const unsorted: Draw = (dice) => {
  const dtype = dice.pick(["float32", "float64", "int32", "int64", "int8", "uint8"] as const);
  const ids = dice.pick([[4], [3], [1], [0], [2, 2]]);
  const data = dice.chance(0.1) ? dice.shape(1) : [...ids, ...dice.shape(0, 2)];
  const count = dice.between(0, 5);
  return {
    inputs: [dice.array(dtype, data), indexArray(dice, ids, count), dice.scalar(count, dice.pick(["int32", "int64"]))],
    constants: dice.chance(0.6) ? [2] : [],
    tolerance: { ulps: 8 },
  };
};

/** A way to draw a use of each. */
export const segmentDraws: Readonly<Partial<Record<OpType, Draw>>> = {
  UnsortedSegmentSum: unsorted,
  UnsortedSegmentProd: unsorted,
};
