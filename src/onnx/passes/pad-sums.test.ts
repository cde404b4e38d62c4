/** Sums of blocks between zeros: the gradients of a value that is taken apart. */
import { describe, expect, it } from "vitest";
import { inGraph, PassLab, type Program, seed, withGradients } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { placeholder } from "../../ops/array.ts";
import { square } from "../../ops/elementary.ts";
import { add, multiply } from "../../ops/math.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { withJoinedBlocks } from "./pad-sums.ts";

const lab = new PassLab(withJoinedBlocks);

/** Uses some places of the second of three axes, each by itself. */
function apart(places: readonly number[], count = 4): Program {
  const x = placeholder("float32", [2, count, 8]);
  const scale = placeholder("float32", [2, 8]);
  const losses = places.map((i) => reduceSum(square(multiply(x.at(`:, ${i}, :`), scale))));
  return withGradients(
    losses.reduce((sum, loss) => add(sum, loss)),
    [x, scale],
  );
}

describe("a value that is taken apart", () => {
  it("has the gradients of its blocks joined", async () => {
    const program = inGraph(() => apart([0, 1, 2, 3]));
    const { before, after } = lab.counts(program);
    expect([before["Concat"], after["Concat"]]).toEqual([undefined, 1]);
    // The blocks between zeros have no use any more.
    expect((after["Add"] ?? 0) - (before["Add"] ?? 0)).toBe(-1);
    expect(await lab.compare(program, new Dice(3))).toBe(true);
  });

  it("has them joined in the order of their places", async () => {
    const program = inGraph(() => apart([2, 0, 3, 1]));
    expect(lab.counts(program).after["Concat"]).toBe(1);
    expect(await lab.compare(program, new Dice(4))).toBe(true);
  });

  it("has them summed where blocks are missing, or there twice", async () => {
    for (const places of [
      [0, 1, 3],
      [0, 1, 2, 3, 3],
      [1, 1],
    ]) {
      const program = inGraph(() => apart(places));
      const { before, after } = lab.counts(program);
      expect(after).toEqual(before);
      expect(after["Pad"]).toBeGreaterThan(0);
      expect(await lab.compare(program, new Dice(4))).toBe(false);
    }
  });

  it(`has the same gradients whichever places are used, from seed ${seed} on`, () =>
    lab.compareMany((dice) => {
      const count = dice.between(2, 5);
      const all = dice.permutation(count);
      return apart(dice.chance(0.6) ? all : [...all.slice(dice.between(0, 1)), dice.between(0, count - 1)], count);
    }));
});
