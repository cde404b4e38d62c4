/** Random steps of optimizers on whole variables, or on some rows of them: what sums squares is positive, settings are what optimizers give, and sometimes not. */
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
    const isOfRows = names.includes("indices");
    const shape = isOfRows ? [dice.between(1, 5), ...dice.shape(0, 2)] : dice.shape();
    const count = dice.between(0, shape[0] ?? 0);
    const inputs = names.map((name, i): NDArray => {
      if (name === "indices") {
        const outside = dice.chance(0.04) ? dice.pick([-1, shape[0] as number]) : null;
        // Each row once: the model leaves it to the kernel to change one twice.
        const rows = dice.permutation(shape[0] as number).slice(0, count);
        return dice.list(outside === null ? rows : [...rows.slice(1), outside], dice.pick(["int32", "int64"]));
      }
      const isWhole = i < trainingDefs[type].writes || isGradient(name);
      if (!isWhole) return dice.scalar(number(dice, name), name === "global_step" ? "int64" : dtype);
      const wanted = isOfRows && isGradient(name) ? [count, ...shape.slice(1)] : shape;
      const own = dice.chance(0.03) ? dice.shape() : wanted;
      // A mean of squares is no smaller than the square of the mean.
      const least = name === "ms" ? 20 : 1;
      const element = (): number =>
        Math.fround(signed.has(name) ? (dice.fraction() - 0.5) * 8 : least + dice.fraction() * 4);
      return dice.array(dtype, own, element);
    });
    const constants = names.flatMap((name, i) =>
      i >= trainingDefs[type].writes && !isGradient(name) && name !== "indices" ? [i] : [],
    );
    // The kernel rounds what it stores, the model every operation, and differences cancel.
    return { inputs, constants, tolerance: { ulps: 128, absolute: 2e-5 } };
  };
}

export const trainingDraws: Readonly<Partial<Record<OpType, Draw>>> = Object.fromEntries(
  (Object.keys(trainingDefs) as (keyof typeof trainingDefs)[]).map((type) => [type, update(type)]),
);
