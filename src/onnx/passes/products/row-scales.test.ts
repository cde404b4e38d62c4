/** Large matrices whose rows are scaled. */
import { describe, expect, it } from "vitest";
import { inGraph, PassLab, type Program, seed, withGradients } from "../../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../../test/lowering/random-numbers.ts";
import { gradients } from "../../../gradients/gradients.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { constant, placeholder } from "../../../ops/array.ts";
import { sparseSoftmaxCrossEntropyWithLogits } from "../../../ops/cross-entropy.ts";
import { add, multiply } from "../../../ops/math.ts";
import { matmul } from "../../../ops/matmul.ts";
import { reduceSum } from "../../../ops/reduce.ts";
import { withSmallScales } from "./row-scales.ts";

const lab = new PassLab(withSmallScales);

describe("a large matrix of which each row is scaled", () => {
  /** The gradient of a loss over many classes, with a weight for each example. */
  const weighted = (isFetched: boolean): Program =>
    inGraph(() => {
      const [x, w, b] = [
        placeholder("float32", [64, 8]),
        placeholder("float32", [8, 4096]),
        placeholder("float32", [4096]),
      ];
      const weights = placeholder("float32", [64]);
      const logits = add(matmul(x, w), b);
      const labels = constant(
        Array.from({ length: 64 }, (_, i) => (i * 67) % 4096),
        { dtype: "int32" },
      );
      const losses = sparseSoftmaxCrossEntropyWithLogits({ labels, logits });
      const loss = reduceSum(multiply(losses, weights));
      const [inner] = gradients(loss, [logits]) as [Tensor];
      return withGradients(loss, [x, w, b, weights], isFetched ? [inner] : []);
    });

  it("is not written again for the products that take it", async () => {
    const program = weighted(false);
    const { before, after } = lab.counts(program);
    // The sum of its rows is a product with the scales.
    expect((before["ReduceSum"] ?? 0) - (after["ReduceSum"] ?? 0)).toBe(1);
    expect(await lab.compare(program, new Dice(5))).toBe(true);
  });

  it("is where it is wanted itself", async () => {
    const program = weighted(true);
    const { before, after } = lab.counts(program);
    expect(after["ReduceSum"]).toBe(before["ReduceSum"]);
    await lab.compare(program, new Dice(6));
  });

  /** Products of a scaled matrix, from both sides, and the sum of its rows. */
  const random = (dice: Dice): Program => {
    const [rows, columns] = [dice.pick([64, 80]), 4096];
    const [matrix, scale] = [placeholder("float32", [rows, columns]), placeholder("float32", [rows, 1])];
    const scaled = multiply(matrix, scale);
    const [left, right] = [placeholder("float32", [rows, 3]), placeholder("float32", [columns, 2])];
    const other = placeholder("float32", [2, columns]);
    const uses: readonly (() => Tensor)[] = [
      () => matmul(left, scaled, { transposeA: true }),
      () => matmul(scaled, right),
      () => matmul(scaled, other, { transposeB: true }),
      () => reduceSum(scaled, { axis: 0 }),
      () => matmul(scaled, left, { transposeA: true }),
    ];
    const wanted = Array.from({ length: dice.between(1, 3) }, () => dice.pick(uses)());
    return { feeds: [matrix, scale, left, right, other], wanted };
  };

  it(`gives the same in random products, from seed ${seed} on`, () => lab.compareMany(random));
});
