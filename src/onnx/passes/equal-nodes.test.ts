import { describe, expect, it } from "vitest";
import { inGraph, PassLab, seed, withGradients } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { randomNetwork } from "../../../test/lowering/random-programs.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { placeholder } from "../../ops/array.ts";
import { concat, split } from "../../ops/concat.ts";
import { exp } from "../../ops/elementary.ts";
import { add, multiply, subtract } from "../../ops/math.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { tanh } from "../../ops/trigonometry.ts";
import { withoutEqualNodes } from "./equal-nodes.ts";

const lab = new PassLab(withoutEqualNodes);

describe("nodes that compute the same", () => {
  it("are one, and so is what is done with their values", async () => {
    const program = inGraph(() => {
      const x = placeholder("float32", [3]);
      return { feeds: [x], wanted: [add(exp(tanh(x)), multiply(exp(tanh(x)), tanh(x)))] };
    });
    const { before, after } = lab.counts(program);
    expect(before).toEqual({ Tanh: 3, Exp: 2, Mul: 1, Add: 1 });
    expect(after).toEqual({ Tanh: 1, Exp: 1, Mul: 1, Add: 1 });
    expect(await lab.compare(program, new Dice(1))).toBe(true);
  });

  it("are one where they have several results", async () => {
    const program = inGraph(() => {
      const x = placeholder("float32", [2, 4]);
      const halves = (): readonly Tensor[] => split(x, 2, { axis: 1 });
      return { feeds: [x], wanted: [concat([...halves(), ...halves()], 1)] };
    });
    const { before, after } = lab.counts(program);
    expect([before["Split"], after["Split"]]).toEqual([2, 1]);
    expect(await lab.compare(program, new Dice(2))).toBe(true);
  });

  it("stay apart where they only look alike: other inputs, other attrs, or both fetched", async () => {
    const program = inGraph(() => {
      const [x, y] = [placeholder("float32", [2, 3]), placeholder("float32", [2, 3])];
      const sums = [reduceSum(x, { axis: 0 }), reduceSum(x, { axis: 0, keepdims: true })];
      const differences = [subtract(x, y), subtract(y, x)];
      return { feeds: [x, y], wanted: [...[...differences, ...sums].map((value) => exp(value)), tanh(x), tanh(x)] };
    });
    const { before, after } = lab.counts(program);
    expect(after).toEqual(before);
    expect(after).toMatchObject({ Sub: 2, ReduceSum: 2, Tanh: 2 });
    expect(await lab.compare(program, new Dice(3))).toBe(false);
  });

  it("are found in gradients, which ask again for what was computed forwards", () => {
    const program = inGraph(() => {
      const x = placeholder("float32", [3]);
      return withGradients(reduceSum(tanh(tanh(x))), [x]);
    });
    const { before, after } = lab.operators(program);
    expect(after.length).toBeLessThanOrEqual(before.length);
  });

  it(`give the same values in random networks, from seed ${seed} on`, () => lab.compareMany(randomNetwork));
});
