/** Random steps of optimizers on whole variables: what sums squares is positive, settings are what optimizers give, and sometimes not. */
import type { OpType } from "../../src/ops/index.ts";
import { inputName, isGradient, trainingDefs } from "../../src/ops/training.defs.ts";
import type { NDArray } from "../../src/tensor/ndarray.ts";
import { type Draw, floats } from "./draws.ts";
import type { Dice } from "./random-numbers.ts";

/** Slots that may have both signs. */
const signed: ReadonlySet<string> = new Set([
  "var",
  "linear",
  "mom",
  "m",
  "mg",
  "gradient_accumulator",
  "grad",
  "delta",
]);

function number(dice: Dice, name: string): number {
  if (name === "lr_power") return dice.pick([-0.5, -0.5, -0.25, -1]);
  if (name === "global_step") return dice.between(1, 5);
  if (name === "l1" || name === "l2" || name === "l2_shrinkage") return dice.pick([0, 0, 0.25]);
  return Math.fround(0.125 + dice.fraction() / 2);
}

function update(type: keyof typeof trainingDefs): Draw {
  const names = (trainingDefs[type].inputs as readonly string[]).map(inputName);
  return (dice) => {
    const dtype = dice.pick(floats);
    const shape = dice.shape();
    const inputs = names.map((name, i): NDArray => {
      const isWhole = i < trainingDefs[type].writes || isGradient(name);
      if (!isWhole) return dice.scalar(number(dice, name), name === "global_step" ? "int64" : dtype);
      const own = dice.chance(0.03) ? dice.shape() : shape;
      // A mean of squares is no smaller than the square of the mean.
      const least = name === "ms" ? 20 : 1;
      const element = (): number =>
        Math.fround(signed.has(name) ? (dice.fraction() - 0.5) * 8 : least + dice.fraction() * 4);
      return dice.array(dtype, own, element);
    });
    const constants = names.flatMap((name, i) => (i >= trainingDefs[type].writes && !isGradient(name) ? [i] : []));
    // The kernel rounds what it stores, the model every operation, and differences cancel.
    return { inputs, constants, tolerance: { ulps: 128, absolute: 2e-5 } };
  };
}

export const trainingDraws: Readonly<Partial<Record<OpType, Draw>>> = Object.fromEntries(
  (Object.keys(trainingDefs) as (keyof typeof trainingDefs)[])
    .filter((type) => !type.includes("Sparse"))
    .map((type) => [type, update(type)]),
);
