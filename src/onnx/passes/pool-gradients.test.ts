/** Gradients of pools, and what follows them. */
import { describe, expect, it } from "vitest";
import { inGraph, PassLab, type Program, seed, withGradients } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { placeholder } from "../../ops/array.ts";
import { conv2d } from "../../ops/conv.ts";
import { square } from "../../ops/elementary.ts";
import { biasAdd, relu } from "../../ops/nn.ts";
import { maxPool } from "../../ops/pool.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { withEarlyMasks } from "./pool-gradients.ts";

const lab = new PassLab(withEarlyMasks);

interface Layer {
  readonly size?: number;
  readonly strides?: number;
  readonly padding?: string;
  readonly edge?: number;
  /** Whether a pool follows a rectifier, as the pass wants it, or stands before. */
  readonly isRectifiedFirst?: boolean;
}

/** A convolution with a bias, a rectifier and a pool, and all gradients. */
function layer({ size = 2, strides = 2, padding = "SAME", edge = 6, isRectifiedFirst = true }: Layer = {}): Program {
  const [x, filter] = [placeholder("float32", [2, edge, edge, 3]), placeholder("float32", [3, 3, 3, 4])];
  const bias = placeholder("float32", [4]);
  const y = biasAdd(conv2d(x, filter, { strides: 1, padding: "SAME" }), bias);
  const pooled = maxPool(isRectifiedFirst ? relu(y) : y, { ksize: size, strides, padding });
  return withGradients(reduceSum(square(isRectifiedFirst ? pooled : relu(pooled))), [x, filter, bias]);
}

const matter: ReadonlySet<string> = new Set(["Greater", "MaxPoolGrad", "ChannelSum"]);

/** The operators behind the pool that matter here, in their order. */
function order(types: readonly string[]): string[] {
  return types.slice(types.indexOf("MaxPool") + 1).filter((type) => matter.has(type));
}

describe("the gradient of a pool behind a rectifier", () => {
  it("is masked before it, where the images are smaller", async () => {
    const program = inGraph(() => layer());
    const { before, after } = lab.operators(program);
    expect(order(before)).toEqual(["MaxPoolGrad", "Greater", "ChannelSum"]);
    // The first comparison, with the images, has no use any more.
    expect(order(after)).toEqual(["Greater", "Greater", "MaxPoolGrad", "ChannelSum"]);
    expect(await lab.compare(program, new Dice(1))).toBe(true);
  });

  it("is masked by what its own pool gave, where another one takes the same images", async () => {
    const program = inGraph(() => {
      const [x, filter] = [placeholder("float32", [2, 6, 6, 3]), placeholder("float32", [3, 3, 3, 4])];
      const images = relu(conv2d(x, filter, { strides: 1, padding: "SAME" }));
      const [other, pooled] = [1, 3].map((strides) => maxPool(images, { ksize: 2, strides, padding: "VALID" }));
      return withGradients(reduceSum(square(pooled as Tensor)), [x, filter], [other as Tensor]);
    });
    expect(await lab.compare(program, new Dice(3))).toBe(true);
  });

  it("stays where the rectifier comes behind the pool", async () => {
    const program = inGraph(() => layer({ isRectifiedFirst: false }));
    await lab.compare(program, new Dice(2));
    expect(lab.counts(program).after["Greater"]).toBe(lab.counts(program).before["Greater"]);
  });

  it(`is the same for all windows, from seed ${seed} on`, () =>
    lab.compareMany((dice) =>
      layer({
        size: dice.between(1, 4),
        strides: dice.between(1, 3),
        padding: dice.pick(["SAME", "VALID"]),
        edge: dice.between(4, 8),
        isRectifiedFirst: dice.chance(0.8),
      }),
    ));
});
