/** Products that are multiplied by a number. */
import { describe, expect, it } from "vitest";
import { inGraph, PassLab, type Program, seed } from "../../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../../test/lowering/random-numbers.ts";
import { placeholder } from "../../../ops/array.ts";
import { add, multiply } from "../../../ops/math.ts";
import { matmul } from "../../../ops/matmul.ts";
import { withFactorsInProducts } from "./factors.ts";

const lab = new PassLab(withFactorsInProducts);

/** The gradient of a matrix, times something. */
function update(factor: number, isFetched: boolean): Program {
  return inGraph(() => {
    const [x, y] = [placeholder("float32", [5, 4]), placeholder("float32", [5, 3])];
    const product = matmul(x, y, { transposeA: true });
    return { feeds: [x, y], wanted: [multiply(product, factor), ...(isFetched ? [product] : [])] };
  });
}

describe("a product times a number", () => {
  it("takes it in", async () => {
    const { before, after } = lab.counts(update(-0.01, false));
    expect(before).toEqual({ Gemm: 1, Mul: 1 });
    expect(after).toEqual({ Gemm: 1 });
    expect(await lab.compare(update(-0.01, false), new Dice(7))).toBe(true);
  });

  it("does not where the product is wanted, too, or the number is none that changes nothing else", async () => {
    for (const program of [update(0.5, true), update(0, false), update(Infinity, false)])
      expect(lab.counts(program).after).toEqual({ Gemm: 1, Mul: 1 });
    for (const program of [update(0.5, true), update(0, false)])
      expect(await lab.compare(program, new Dice(8))).toBe(false);
  });

  const random = (dice: Dice): Program => {
    const [rows, inner, columns] = [dice.between(1, 4), dice.between(1, 4), dice.between(1, 4)];
    const [transposeA, transposeB] = [dice.chance(0.5), dice.chance(0.5)];
    const x = placeholder("float32", transposeA ? [inner, rows] : [rows, inner]);
    const y = placeholder("float32", transposeB ? [columns, inner] : [inner, columns]);
    const z = placeholder("float32", [rows, columns]);
    const product = matmul(x, y, { transposeA, transposeB });
    const scaled = multiply(product, dice.pick([0.5, -2, 1, 0, 3]));
    return { feeds: [x, y, z], wanted: [add(scaled, z), ...(dice.chance(0.3) ? [product] : [])] };
  };

  it(`gives the same in random products, from seed ${seed} on`, () => lab.compareMany(random));
});
