/** Sums of products, and of rows: gradients of what several callers share. */
import { describe, expect, it } from "vitest";
import { counted, inGraph, operators, PassLab, type Program, seed } from "../../../../test/lowering/pass-lab.ts";
import { Dice } from "../../../../test/lowering/random-numbers.ts";
import { callers, randomNetwork } from "../../../../test/lowering/random-programs.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { placeholder } from "../../../ops/array.ts";
import { add } from "../../../ops/math.ts";
import { matmul } from "../../../ops/matmul.ts";
import { withProductSums } from "./sums.ts";

const lab = new PassLab(withProductSums);

describe("sums of products", () => {
  const sum = (size: number, isFetched = false): Program =>
    inGraph(() => {
      const pairs = Array.from({ length: 3 }, () => [
        placeholder("float32", [2, size]),
        placeholder("float32", [2, size]),
      ]);
      const products = pairs.map(([x, y]) => matmul(x as Tensor, y as Tensor, { transposeA: true }));
      return { feeds: pairs.flat(), wanted: [products.reduce((a, b) => add(a, b)), ...(isFetched ? products : [])] };
    });

  it("are one product of all rows", async () => {
    const { before, after } = lab.counts(sum(8));
    expect(before).toEqual({ Gemm: 3, Add: 2 });
    expect(after).toMatchObject({ Concat: 2 });
    expect(await lab.compare(sum(8), new Dice(1))).toBe(true);
  });

  it("stay where the products are wanted, or laying rows together costs more", async () => {
    for (const program of [sum(8, true), sum(1)]) {
      const { before, after } = lab.counts(program);
      expect(after).toEqual(before);
      expect(await lab.compare(program, new Dice(2))).toBe(false);
    }
  });
});

describe("callers of one network", () => {
  it("have one product for the gradient of each matrix, and one for that of the bias", async () => {
    const program = inGraph(() => callers(6));
    expect(await lab.compare(program, new Dice(1))).toBe(true);
    const counts = counted(operators(program));
    // Two layers forwards, their gradients, those of both matrices, and that of the bias of both.
    expect((counts["MatMul"] ?? 0) + (counts["Gemm"] ?? 0)).toBe(2 + 2 + 2 + 1);
  });
});

it(`random networks give the same before and after, from seed ${seed} on`, () => lab.compareMany(randomNetwork));
