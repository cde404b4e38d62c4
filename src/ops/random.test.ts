import { describe, expect, it } from "vitest";
import { type Programs, testFamily } from "../../test/op-golden.ts";
import { graphScope, runInScope } from "../graph/ambient-scope.ts";
import { Graph } from "../graph/graph.ts";
import { float16, float32, float64, int32, int64 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { constant, placeholder as p } from "./array.ts";
import { categorical, multinomial, randomNormal, randomShuffle, randomUniform, truncatedNormal } from "./random.ts";
import { getSeed, setRandomSeed } from "./random-seed.ts";

const programs: Programs = {
  uniform: () => [
    randomUniform([2, 3]),
    randomUniform([2, 3], { minval: pythonLiteral(0, "int"), maxval: pythonLiteral(1, "int") }),
    randomUniform([2, 3], { minval: 0, maxval: 1, seed: 2 }),
    randomUniform([2, 3], { maxval: 10, name: "u" }),
    randomUniform([], { minval: -1, maxval: 1, dtype: float64 }),
  ],
  "uniform-integers": () => [
    randomUniform([2], { maxval: 10, dtype: int32 }),
    randomUniform([2], { minval: 3, maxval: 10, dtype: int64, seed: 4, name: "n" }),
  ],
  "uniform-of-other-type": () => randomUniform([2], { dtype: "uint8" }),
  "uniform-without-maximum": () => randomUniform([2], { dtype: int32 }),
  "uniform-between-vectors": () => randomUniform([2], { minval: [1, 2], maxval: 3, dtype: int32 }),
  normal: () => [
    randomNormal([2, 3], { seed: 3 }),
    randomNormal([], { mean: 1, stddev: 2, dtype: float16 }),
    truncatedNormal(new TensorShape([2]), { stddev: 0.1, name: "t" }),
  ],
  "normal-between-tensors": () => randomNormal([2], { mean: p(float32), stddev: p(float32, [2]) }),
  "normal-of-integers": () => randomNormal([2], { dtype: int32 }),
  "shapes-given": () => [
    randomNormal([p(int32, []), 3]),
    randomNormal(p(int64, [2])),
    randomNormal(p(int32)),
    randomUniform([]),
  ],
  "shape-of-scalar": () => randomNormal(constant(3, { dtype: int32 })),
  "shape-of-fractions": () => randomNormal([2.5]),
  "shape-of-negatives": () => randomUniform([-2]),
  "shape-partly-known": () => randomNormal(new TensorShape([null, 2])),
  shuffled: () => randomShuffle([1, 2], { seed: 5, name: "s" }),
  classes: () => [
    multinomial([[1, 2]], 3),
    categorical(p(float64, [4, 5]), 3, { dtype: int32, name: "z" }),
    multinomial(p(float32), p(int32), { seed: 3 }),
  ],
  "classes-of-vector": () => multinomial([1, 2], 3),
  "classes-of-other-type": () => multinomial([[1, 2]], 3, { outputDtype: float32 }),
  seeds: () => {
    const draw = (seed?: number) => randomUniform([], { seed });
    const results = [draw(), draw(1), draw(0), draw(2147483647), draw(-1)];
    setRandomSeed(7);
    results.push(draw(), draw(1), randomShuffle([1]), draw());
    setRandomSeed(0);
    results.push(draw(0), draw());
    setRandomSeed(2147483647);
    return [...results, draw(-2147483648), draw(1.5)];
  },
};

testFamily("random_ops", programs);

describe("getSeed", () => {
  it("counts requests without a seed of their own, per graph", () => {
    const pairs = (): unknown[] => [getSeed(), getSeed(5), getSeed()];
    const inGraph = <T>(body: () => T): T => runInScope(graphScope(new Graph()), body);
    const first = inGraph(() => [getSeed(), (setRandomSeed(3), pairs())]);
    expect(first).toEqual([
      [null, null],
      [
        [3, 0],
        [3, 5],
        [3, 1],
      ],
    ]);
    expect(inGraph(() => (setRandomSeed(3), pairs()))).toEqual(first[1]);
  });

  it("refuses what is no number", () => {
    expect(() => getSeed(Number.NaN)).toThrow("Expected int for argument 'seed' not nan.");
  });
});
