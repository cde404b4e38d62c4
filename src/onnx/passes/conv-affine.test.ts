/** Biases and normalization behind convolutions with constant filters. */
import { describe, expect, it } from "vitest";
import { inGraph, PassLab, type Program, seed } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { randomImages } from "../../../test/lowering/random-programs.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { constant, placeholder } from "../../ops/array.ts";
import { fusedBatchNorm } from "../../ops/batch-norm.ts";
import { conv2d } from "../../ops/conv.ts";
import { biasAdd, relu } from "../../ops/nn.ts";
import { withAffineConvs } from "./conv-affine.ts";

const lab = new PassLab(withAffineConvs);

/** A layer with a bias and trained normalization. */
function layer(isFrozen: boolean): Program {
  return inGraph(() => {
    const dice = new Dice(11);
    const feeds = [placeholder("float32", [2, 6, 6, 3])];
    const weights = (...shape: readonly number[]): Tensor => {
      if (isFrozen) return constant(dice.array("float32", shape, () => dice.between(1, 16) / 16));
      const weight = placeholder("float32", shape);
      feeds.push(weight);
      return weight;
    };
    const y = conv2d(feeds[0] as Tensor, weights(3, 3, 3, 8), { strides: 1, padding: "SAME" });
    const [scale, offset, mean] = [weights(8), weights(8), weights(8)];
    // A spread that is no matter of chance.
    const variance = constant(Array.from({ length: 8 }, (_, i) => 1 + i / 8));
    const z = fusedBatchNorm(biasAdd(y, weights(8)), scale, offset, { mean, variance, isTraining: false }).y;
    return { feeds, wanted: [relu(z)] };
  });
}

describe("biases and trained normalization", () => {
  it("are in the filters when those are constants", async () => {
    const { before, after } = lab.operators(layer(true));
    expect(before).toEqual(["Transpose", "Conv", "Add", "Sub", "Mul", "Add", "Relu", "Transpose"]);
    expect(after).toEqual(["Transpose", "Conv", "Relu", "Transpose"]);
    expect(await lab.compare(layer(true), new Dice(1))).toBe(true);
  });

  it("stand beside filters that are fed", async () => {
    const { before, after } = lab.operators(layer(false));
    expect(after).toEqual(before);
    expect(after).toContain("Mul");
    expect(await lab.compare(layer(false), new Dice(2))).toBe(false);
  });

  it(`give the same in random networks, from seed ${seed} on`, () =>
    lab.compareMany((dice) => randomImages(dice, { isFrozen: true })));
});
