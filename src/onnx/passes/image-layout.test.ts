/** Chains of layers over images, which are turned at their ends only. That whole models give what the kernels do: test/lowering/random-images.test.ts. */
import { describe, expect, it } from "vitest";
import { inGraph, PassLab, seed } from "../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../test/lowering/random-numbers.ts";
import { randomImages } from "../../../test/lowering/random-programs.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { constant, placeholder } from "../../ops/array.ts";
import { conv2d } from "../../ops/conv.ts";
import { add } from "../../ops/math.ts";
import { lrn, relu } from "../../ops/nn.ts";
import { maxPool } from "../../ops/pool.ts";
import { reshape } from "../../ops/shape.ts";
import { tanh } from "../../ops/trigonometry.ts";
import { withImagesFirst } from "./image-layout.ts";

const lab = new PassLab(withImagesFirst);

function conv(x: Tensor): Tensor {
  const dice = new Dice(9);
  const filter = dice.array("float32", [3, 3, x.shape.dim(3) as number, 8], () => dice.between(-8, 8) / 8);
  return conv2d(x, constant(filter), { strides: 1, padding: "SAME" });
}

/** What a chain of images of three channels has before and after the pass; filters are constants, so their own turns do not count. */
function chain(build: (x: Tensor) => readonly Tensor[]) {
  const program = inGraph(() => {
    const x = placeholder("float32", [2, 6, 6, 3]);
    return { feeds: [x], wanted: build(x) };
  });
  return { program, ...lab.operators(program) };
}

describe("a chain of layers over images", () => {
  it("is transposed at its ends only, sums of branches included", async () => {
    const { program, before, after } = chain((x) => {
      const first = relu(conv(x));
      const second = maxPool(conv(first), { ksize: 2, strides: 1, padding: "SAME" });
      return [add(tanh(second), first)];
    });
    expect(before.filter((type) => type === "Transpose")).toHaveLength(6);
    expect(after).toEqual(["Transpose", "Conv", "Relu", "Conv", "MaxPool", "Tanh", "Add", "Transpose"]);
    expect(await lab.compare(program, new Dice(1))).toBe(true);
  });

  it("keeps what is fetched on the way, in TensorFlow's order of axes", async () => {
    const { program, after } = chain((x) => {
      const made = conv(x);
      return [made, relu(made)];
    });
    expect(after).toEqual(["Transpose", "Conv", "Transpose", "Relu", "Transpose"]);
    await lab.compare(program, new Dice(2));
  });

  it("goes back where an op wants TensorFlow's order", async () => {
    const { program, after } = chain((x) => [reshape(relu(conv(x)), [2, -1])]);
    expect(after).toEqual(["Transpose", "Conv", "Relu", "Transpose", "Reshape"]);
    await lab.compare(program, new Dice(3));
  });

  it("normalizes responses by a convolution along the channels", async () => {
    const { program, after } = chain((x) => [conv(lrn(conv(x), { depthRadius: 2 }))]);
    expect(after.filter((type) => type === "Transpose")).toHaveLength(2);
    expect(after).not.toContain("MatMul");
    await lab.compare(program, new Dice(4));
  });

  it(`gives the same in random networks, forwards, from seed ${seed} on`, () =>
    lab.compareMany((dice) => randomImages(dice)));

  it(`gives the same in random networks, backwards, from seed ${seed} on`, () =>
    lab.compareMany((dice) => randomImages(dice, { hasGradients: true })));
});
