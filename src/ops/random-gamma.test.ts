import { testFamily } from "../../test/op-golden.ts";
import { constant, placeholder, zeros } from "./array.ts";
import { randomCrop } from "./random-crop.ts";
import { randomGamma, randomPoisson } from "./random-gamma.ts";
import {
  statelessCategorical,
  statelessMultinomial,
  statelessRandomNormal,
  statelessRandomUniform,
  statelessTruncatedNormal,
} from "./stateless-random.ts";

const seed = [1, 2];
const bigSeed = () => constant([1, 2], { dtype: "int64" });

testFamily("random_more", {
  "stateless-uniform": () => [
    statelessRandomUniform([2, 3], seed),
    statelessRandomUniform([2, 3], seed, { minval: 1, maxval: 5, dtype: "int32", name: "u" }),
    statelessRandomUniform([2], bigSeed(), { minval: null, maxval: null, dtype: "int64" }),
    statelessRandomUniform([2], seed, { minval: null, dtype: "uint32", name: "f" }),
    statelessRandomUniform([], seed, { minval: -1, maxval: 1, dtype: "float64" }),
  ],
  "stateless-normal": () => [
    statelessRandomNormal([2, 3], seed, { mean: 1, stddev: 2 }),
    statelessTruncatedNormal([2, 3], bigSeed(), { name: "t" }),
  ],
  "stateless-classes": () => [
    statelessMultinomial(zeros([2, 3]), 4, seed, { outputDtype: "int32" }),
    statelessCategorical(zeros([2, 3]), 4, seed, { name: "c" }),
  ],
  "stateless-one-bound": () => statelessRandomUniform([2, 3], seed, { dtype: "int32" }),
  "stateless-other-dtype": () => statelessRandomUniform([2, 3], seed, { dtype: "int16" }),
  "stateless-unsigned-bounds": () => statelessRandomUniform([2, 3], seed, { minval: 1, maxval: 2, dtype: "uint32" }),
  gamma: () => [
    randomGamma([3], [1, 2], { beta: 2, seed: 1 }),
    randomGamma(constant([3], { dtype: "int32" }), 2, { dtype: "float64", name: "g" }),
    randomGamma([2], [[1], [2]], { beta: [1, 2, 3], dtype: "float16", seed: 4 }),
  ],
  poisson: () => [randomPoisson([1, 2], [3], { seed: 1 }), randomPoisson(2, [], { dtype: "int32", name: "p" })],
  crop: () => [
    randomCrop(zeros([4, 5]), [2, 3], { seed: 1 }),
    randomCrop(placeholder("float32"), placeholder("int32", [2]), { seed: 1, name: "c" }),
  ],
});
