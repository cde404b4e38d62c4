/** What random uses of ops are made of. */
import type { GivenAttrs } from "../../src/graph/apply-op.ts";
import type { DTypeName } from "../../src/tensor/dtype.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import type { Tolerance } from "./nearness.ts";
import type { Dice } from "./random-numbers.ts";

export type Inputs = readonly (NDArray | readonly NDArray[])[];
/** Inputs, attrs, and which inputs are given as constants most of the time. */
export interface Draft {
  readonly inputs: Inputs;
  readonly attrs?: GivenAttrs;
  readonly constants?: readonly number[];
  readonly tolerance?: Tolerance;
}
export type Draw = (dice: Dice) => Draft;

export const floats: readonly DTypeName[] = ["float32", "float32", "float64"];
export const numbers: readonly DTypeName[] = [
  "float32",
  "float32",
  "float64",
  "int32",
  "int64",
  "int8",
  "int16",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
];
export const anything: readonly DTypeName[] = [...numbers, "bool", "float16"];

export const unary =
  (types: readonly DTypeName[], tolerance?: Tolerance): Draw =>
  (dice) => ({ inputs: [dice.array(dice.pick(types), dice.shape())], ...(tolerance && { tolerance }) });
export const binary =
  (types: readonly DTypeName[], tolerance?: Tolerance): Draw =>
  (dice) => {
    const dtype = dice.pick(types);
    const shape = dice.shape();
    const other = dice.chance(0.1) ? dice.shape() : dice.broadcastable(shape);
    const pair = [dice.array(dtype, shape), dice.array(dtype, other)];
    return { inputs: dice.chance(0.5) ? pair : pair.toReversed(), ...(tolerance && { tolerance }) };
  };
export const likePair =
  (types: readonly DTypeName[], tolerance?: Tolerance): Draw =>
  (dice) => {
    const dtype = dice.pick(types);
    const shape = dice.shape();
    return {
      inputs: [dice.array(dtype, shape), dice.array(dtype, dice.chance(0.1) ? dice.shape() : shape)],
      ...(tolerance && { tolerance }),
    };
  };

export const axisOf = (dice: Dice, rank: number): number =>
  dice.between(-rank - (dice.chance(0.05) ? 1 : 0), Math.max(rank - 1, 0) + (dice.chance(0.05) ? 1 : 0));

/** Indices into `length` rows, sometimes wrong ones. */
export const indexArray = (
  dice: Dice,
  shape: readonly number[],
  length: number,
  types: readonly DTypeName[] = ["int32", "int64"],
): NDArray => {
  const isHostile = dice.chance(0.15);
  return dice.array(dice.pick(types), shape, () =>
    isHostile && dice.chance(0.4)
      ? dice.pick([-1, -length, length, length + 5])
      : dice.between(0, Math.max(length - 1, 0)),
  );
};

export const gaussian = (dice: Dice) => (): number => Math.fround(dice.fraction() + dice.fraction() - 1);
