/** Products with one matrix: what the pass makes of them. What is left to do between them is whole-parts.test.ts. */
import { describe, expect, it } from "vitest";
import { counted, inGraph, operators, PassLab, seed } from "../../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../../test/lowering/random-numbers.ts";
import { callers, randomNetwork, recurrent } from "../../../../test/lowering/random-programs.ts";
import { placeholder } from "../../../ops/array.ts";
import { matmul } from "../../../ops/matmul.ts";
import { tanh } from "../../../ops/trigonometry.ts";
import { withProductBatches } from "./batches.ts";

const lab = new PassLab(withProductBatches);

function products(counts: Readonly<Record<string, number>>): number {
  return (counts["MatMul"] ?? 0) + (counts["Gemm"] ?? 0);
}

describe("callers of one network", () => {
  it("have one product for each layer, forwards and backwards", async () => {
    const program = inGraph(() => callers(6));
    const { before, after } = lab.counts(program);
    // The gradients of the matrices are no products with one matrix: sums.test.ts.
    expect(products(before) - products(after)).toBe((2 + 2) * (6 - 1));
    expect(await lab.compare(program, new Dice(1))).toBe(true);
  });

  it("stay apart where a matrix is small beside what is fed", async () => {
    const program = inGraph(() => {
      const xs = Array.from({ length: 3 }, () => placeholder("float32", [64, 8]));
      const w = placeholder("float32", [8, 8]);
      return { feeds: [...xs, w], wanted: xs.map((x) => tanh(matmul(x, w))) };
    });
    expect(lab.counts(program).after).toEqual({ MatMul: 3, Tanh: 3 });
    expect(await lab.compare(program, new Dice(2))).toBe(false);
  });
});

describe("steps of a recurrent network", () => {
  it("take what does not wait all at once", async () => {
    const program = inGraph(() => recurrent(8, 16, 2));
    expect(await lab.compare(program, new Dice(2))).toBe(true);
    // With all passes: one product of each step waits, forwards and backwards; all others are together, and each gradient is one.
    expect(products(counted(operators(program)))).toBe(8 + 1 + 8 + 1 + 1 + 1);
  });
});

it(`random networks give the same before and after, from seed ${seed} on`, () => lab.compareMany(randomNetwork));
