/** Operators that ONNX does not have, in those that it has. That these are right is seen beside the kernels: no runtime knows the others. */
import { describe, expect, it } from "vitest";
import { inGraph, PassLab, type Program, seed, withGradients } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { randomImages } from "../../../test/lowering/random-programs.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { placeholder } from "../../ops/array.ts";
import { conv2d } from "../../ops/conv.ts";
import { square } from "../../ops/elementary.ts";
import { biasAdd } from "../../ops/nn.ts";
import { avgPool, maxPool } from "../../ops/pool.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { isDeferred } from "../deferred.ts";
import { withoutDeferred } from "./deferred-nodes.ts";

const lab = new PassLab(withoutDeferred);

function gradientsOf(build: (x: Tensor) => readonly [value: Tensor, ...weights: Tensor[]]): Program {
  return inGraph(() => {
    const x = placeholder("float32", [2, 6, 5, 4]);
    const [value, ...weights] = build(x);
    return withGradients(reduceSum(square(value)), [x, ...weights]);
  });
}

const window = { ksize: 3, strides: 2, padding: "SAME" };
const cases: Readonly<Record<string, Program>> = {
  MaxPoolGrad: gradientsOf((x) => [maxPool(x, window)]),
  AveragePoolGrad: gradientsOf((x) => [avgPool(x, window)]),
  ConvFilterGrad: gradientsOf((x) => {
    const filter = placeholder("float32", [3, 3, 4, 2]);
    return [conv2d(x, filter, { strides: 2, padding: "SAME" }), filter];
  }),
  ChannelSum: gradientsOf((x) => {
    const [filter, bias] = [placeholder("float32", [1, 2, 4, 3]), placeholder("float32", [3])];
    return [biasAdd(conv2d(x, filter, { strides: 1, padding: "VALID" }), bias), filter, bias];
  }),
};

describe("deferred operators", () => {
  it.each(Object.entries(cases))("are written: %s", async (type, program) => {
    const { before, after } = lab.operators(program);
    expect(before).toContain(type);
    expect(after.filter(isDeferred)).toEqual([]);
    expect(await lab.compare(program, new Dice(1))).toBe(true);
  });

  it(`give what the kernels give in random networks, from seed ${seed} on`, () =>
    lab.compareMany((dice) => randomImages(dice, { hasGradients: true })));
});
