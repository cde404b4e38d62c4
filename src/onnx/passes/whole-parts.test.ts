/** What is done to all parts of a value. */
import { describe, expect, it } from "vitest";
import { counted, inGraph, operators, PassLab, type Program, seed } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { callers, randomNetwork } from "../../../test/lowering/random-programs.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { placeholder } from "../../ops/array.ts";
import { concat, split } from "../../ops/concat.ts";
import { multiply } from "../../ops/math.ts";
import { tanh } from "../../ops/trigonometry.ts";
import { withWholeParts } from "./whole-parts.ts";

const lab = new PassLab(withWholeParts);

/** Halves of a matrix, something done to each, and both joined again. */
function halves(change: (half: Tensor, index: number) => Tensor, order: readonly number[] = [0, 1]): Program {
  return inGraph(() => {
    const x = placeholder("float32", [4, 6]);
    const parts = split(x, 2, { axis: 0 }).map(change);
    return {
      feeds: [x],
      wanted: [
        concat(
          order.map((i) => parts[i] as Tensor),
          0,
        ),
      ],
    };
  });
}

describe("parts of a value", () => {
  it("are computed as the whole, and joined they are the whole", async () => {
    const program = halves((half) => multiply(tanh(half), 0.5));
    const { before, after } = lab.counts(program);
    expect(before).toMatchObject({ Split: 1, Tanh: 2, Mul: 2, Concat: 1 });
    expect(after).toMatchObject({ Tanh: 1, Mul: 1 });
    expect(after).not.toHaveProperty("Concat");
    expect(await lab.compare(program, new Dice(1))).toBe(true);
  });

  it("are joined again where their order or what is done to them differs", async () => {
    for (const program of [halves((half) => tanh(half), [1, 0]), halves((half, i) => (i === 0 ? tanh(half) : half))]) {
      expect(lab.counts(program).after["Concat"]).toBe(1);
      await lab.compare(program, new Dice(2));
    }
  });

  it("are computed one by one where parts of several values meet in other places", async () => {
    const program = inGraph(() => {
      const [x, y] = [placeholder("float32", [4, 6]), placeholder("float32", [4, 6])];
      const [x0, x1] = split(x, 2, { axis: 0 });
      const [y0, y1] = split(y, 2, { axis: 0 });
      return { feeds: [x, y], wanted: [concat([multiply(x0, y1), multiply(x1, y0)], 0)] };
    });
    const { before, after } = lab.counts(program);
    expect(after).toEqual(before);
    await lab.compare(program, new Dice(4));
  });

  it("are what callers of one network have between their products", async () => {
    const program = inGraph(() => callers(6));
    expect(await lab.compare(program, new Dice(3))).toBe(true);
    expect(counted(operators(program))["Tanh"]).toBe(2);
  });

  it(`give the same in random networks, from seed ${seed} on`, () => lab.compareMany(randomNetwork));
});
