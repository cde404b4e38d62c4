import { type Programs, testFamily } from "../../test/op-golden.ts";
import { runInScope } from "../graph/ambient-scope.ts";
import type { TensorLike } from "../graph/constant.ts";
import { makeDeviceScope } from "../graph/scopes.ts";
import { float16, float32, int32, int64 } from "../tensor/dtype.ts";
import { getVariable } from "../variables/get-variable.ts";
import { zerosInitializer } from "../variables/initializers.ts";
import { fixedSizePartitioner } from "../variables/partitioners.ts";
import type { Partitioner } from "../variables/variable-functions.ts";
import { constant, placeholder as p } from "./array.ts";
import {
  assertEqual,
  assertGreater,
  assertGreaterEqual,
  assertLess,
  assertLessEqual,
  assertNegative,
  assertNoneEqual,
  assertNonNegative,
  assertNonPositive,
  assertPositive,
  assertRank,
  assertRankAtLeast,
} from "./checks.ts";
import {
  logSoftmax,
  sigmoidCrossEntropyWithLogits,
  softmax,
  softmaxCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogitsV2,
  sparseSoftmaxCrossEntropyWithLogits,
  weightedCrossEntropyWithLogits,
} from "./cross-entropy.ts";
import { dropout } from "./dropout.ts";
import { embeddingLookup } from "./embedding.ts";
import {
  biasAdd,
  elu,
  inTopK,
  l2Loss,
  leakyRelu,
  lrn,
  relu,
  relu6,
  reluLayer,
  selu,
  softplus,
  softsign,
  topK,
  xwPlusB,
} from "./nn.ts";
import { batchNormalization, l2Normalize, moments, zeroFraction } from "./normalization.ts";
import { setRandomSeed } from "./random-seed.ts";

function table(useResource: boolean, partitioner: Partitioner | null = null): TensorLike {
  return getVariable("t", [5, 2], { initializer: zerosInitializer(), useResource, partitioner });
}

const programs: Programs = {
  literals: () => [
    relu([[1, -2]]),
    relu6([1]),
    elu([1]),
    selu([1]),
    softplus([1]),
    softsign([1]),
    leakyRelu([1], { alpha: 0.5 }),
    l2Loss([3]),
    biasAdd([[1, 2]], [1, 2]),
  ],
  named: () => [
    relu(p(float32), { name: "r" }),
    leakyRelu(p(int32), { name: "l" }),
    biasAdd(p(float32, [2, 3, 4]), p(float32), { dataFormat: "NCW", name: "b" }),
  ],
  "bad-format": () => biasAdd(p(float32), p(float32), { dataFormat: "CHW" }),
  "relu-of-bool": () => elu(p(int32)),
  layers: () => [
    xwPlusB(p(float32, [2, 3]), p(float32, [3, 4]), p(float32, [4])),
    reluLayer(p(float32, [2, 3]), p(float32, [3, 4]), p(float32, [4]), { name: "layer" }),
  ],
  rankings: () => {
    const top = topK(p(float32, [2, 5]), { k: 2, sorted: false, name: "t" });
    return [
      inTopK(p(float32, [2, 5]), p(int32, [2]), 2),
      inTopK(p(float32), p(int64), 2, { name: "r" }),
      top.values,
      top.indices,
      topK(p(float32, [null, 5])).values,
    ];
  },
  response: () =>
    lrn(p(float32, [1, 2, 3, 8]), { depthRadius: 4, bias: 1, alpha: 0.001 / 9, beta: 0.75, name: "norm1" }),
  "softmax-last": () => [
    softmax([[1, 2]]),
    softmax(p(float32, [2, 3]), { axis: 1, name: "s" }),
    logSoftmax(p(float32)),
  ],
  "softmax-first": () => softmax(p(float32, [2, 3]), { axis: 0 }),
  "softmax-negative-axis": () => logSoftmax(p(float32, [2, null, 4]), { axis: -2, name: "ls" }),
  "softmax-of-bad-axis": () => softmax(p(float32, [2, 3]), { axis: 2 }),
  "softmax-cross-entropy": () =>
    softmaxCrossEntropyWithLogits({ labels: p(float32, [2, 3]), logits: p(float32, [2, 3]) }),
  "softmax-cross-entropy-of-unknown": () => softmaxCrossEntropyWithLogitsV2({ labels: p(float32), logits: p(float32) }),
  "softmax-cross-entropy-along-axis": () =>
    softmaxCrossEntropyWithLogitsV2({
      labels: p(float32, [2, 3, 4]),
      logits: p(float16, [2, 3, 4]),
      axis: 1,
      name: "q",
    }),
  "sparse-cross-entropy": () =>
    sparseSoftmaxCrossEntropyWithLogits({ labels: p(int32, [2]), logits: p(float32, [2, 3]) }),
  "sparse-cross-entropy-named": () =>
    sparseSoftmaxCrossEntropyWithLogits({ labels: p(int32, [2, 3]), logits: p(float32, [2, 3, 4]), name: "s" }),
  "sparse-cross-entropy-checked": () =>
    sparseSoftmaxCrossEntropyWithLogits({
      labels: p(int32, [null, 3]),
      logits: p(float32, [null, 3, null]),
      name: "s",
    }),
  "sparse-cross-entropy-of-halves": () =>
    sparseSoftmaxCrossEntropyWithLogits({ labels: p(int64, [2]), logits: p(float16, [2, 3]) }),
  "sparse-cross-entropy-of-bad-rank": () =>
    sparseSoftmaxCrossEntropyWithLogits({ labels: p(int32, [null, 3]), logits: p(float32, [null, 4]) }),
  "sparse-cross-entropy-of-bad-shape": () =>
    sparseSoftmaxCrossEntropyWithLogits({ labels: p(int32, [3]), logits: p(float32, [2, 4]) }),
  "sparse-cross-entropy-of-scalar": () =>
    sparseSoftmaxCrossEntropyWithLogits({ labels: p(int32, [3]), logits: p(float32, []) }),
  "sparse-cross-entropy-without-labels": () =>
    sparseSoftmaxCrossEntropyWithLogits({ labels: null as never, logits: p(float32, []) }),
  "sigmoid-cross-entropy": () => sigmoidCrossEntropyWithLogits({ labels: p(float32, [3]), logits: p(float32, [3]) }),
  "sigmoid-cross-entropy-of-bad-shape": () =>
    sigmoidCrossEntropyWithLogits({ labels: p(float32, [3]), logits: p(float32, [4]) }),
  "dropout-by-keep-prob": () => dropout(p(float32, [2, 3]), { keepProb: 0.7, seed: 1 }),
  "dropout-by-tensor": () => dropout(p(float32, [null, 3]), { keepProb: p(float32, []), noiseShape: [4, 1] }),
  "dropout-by-rate": () => {
    setRandomSeed(1);
    const kept = dropout(p(float32, [4, 3]), { rate: 0, name: "d" });
    return [kept, dropout(p(float32, [4, 3]), { rate: 0.25, noiseShape: [null, 1], name: "d" })];
  },
  "dropout-of-unknown": () => dropout(p(float32), { rate: 0.25 }),
  "dropout-of-partial-noise": () =>
    dropout(p(float32, [null, 3]), { rate: p(float32, []), noiseShape: [null, 1], name: "q" }),
  "dropout-of-all": () => dropout(p(float32, [null, 3]), { keepProb: 0 }),
  "dropout-by-both": () => dropout(p(float32, [null, 3]), { keepProb: 0.5, rate: 0.5 }),
  "dropout-by-neither": () => dropout(p(float32, [null, 3]), {}),
  "dropout-of-integers": () => dropout(p(int32, [3]), { rate: 0.5 }),
  "dropout-by-double": () => dropout(p(float32, [3]), { rate: p("float64", []) }),
  "dropout-by-vector": () => dropout(p(float32, [3]), { rate: p(float32, [2]) }),
  moments: () => Object.values(moments(p(float32, [2, 3]), [0])),
  "moments-of-halves": () => Object.values(moments(p(float16, [2, 3]), [0, 1], { keepdims: true, name: "m" })),
  normalized: () => [
    l2Normalize(p(float32, [2, 3]), { axis: 1 }),
    l2Normalize(p(float32, [2, 3]), { epsilon: 0.5, name: "n" }),
  ],
  "zeros-counted": () => zeroFraction(p(float32, [2, 3])),
  "batch-normalized": () => {
    const [x, v] = [p(float32, [2, 3]), p(float32, [3])];
    return [
      batchNormalization(x, v, v, v, v, 0.001),
      batchNormalization(x, v, v, null, null, 0.001, { name: "b" }),
      batchNormalization(x, v, v, null, v, 0.001),
      batchNormalization(x, v, v, v, null, 0.001),
    ];
  },
  "weighted-cross-entropy": () => {
    const x = p(float32, [3]);
    return [
      weightedCrossEntropyWithLogits({ labels: x, logits: x, posWeight: 3.5 }),
      weightedCrossEntropyWithLogits({ labels: x, logits: x, posWeight: p(float32, []), name: "w" }),
    ];
  },
  lookup: () => [
    embeddingLookup(p(float32, [4, 2]), p(int32, [3])),
    embeddingLookup([p(float32, [4, 2])], constant([1, 2], { dtype: int32 }), { name: "e" }),
  ],
  "lookup-mod": () => embeddingLookup([p(float32, [4, 2]), p(float32, [3, 2])], p(int32, [3])),
  "lookup-div": () =>
    embeddingLookup([p(float32, [4, 2]), p(float32, [3, 2])], p(int64, [3, null]), {
      partitionStrategy: "div",
      name: "e",
    }),
  "lookup-of-unknown": () =>
    embeddingLookup([p(float32, [null, 2]), p(float32, [3, null])], p(int32, [3]), { partitionStrategy: "div" }),
  "lookup-in-variables": () => embeddingLookup(table(false), p(int32, [3])),
  "lookup-in-resources": () => embeddingLookup(table(true), p(int32, [3])),
  "lookup-in-slices": () =>
    runInScope(makeDeviceScope("/cpu:1"), () =>
      embeddingLookup(table(false, fixedSizePartitioner(2)), p(int32, [3]), { partitionStrategy: "div" }),
    ),
  "lookup-in-resource-slices": () => embeddingLookup(table(true, fixedSizePartitioner(2)), p(int32, [3])),
  "lookup-of-bad-strategy": () =>
    embeddingLookup([p(float32, [4, 2]), p(float32, [3, 2])], p(int32, [3]), { partitionStrategy: "x" }),
  "lookup-of-nothing": () => embeddingLookup([], p(int32, [3])),
  checks: () => {
    const [x, y] = [p(float32, [2]), p(float32, [2])];
    return [
      assertEqual(x, y),
      assertLess(x, y, { message: "no", summarize: 5 }),
      assertEqual(x, x),
      assertPositive(x, { message: "m" }),
      assertNegative(x),
      assertNonNegative(x),
      assertNonPositive(x),
      assertNoneEqual(p(int32), constant(3, { dtype: int32 })),
      assertGreater(x, y, { data: [x] }),
      assertGreaterEqual(x, y, { name: "ge" }),
      assertLessEqual(x, y),
    ];
  },
  "checks-of-ranks": () => [
    assertRank(p(float32, [2]), 1),
    assertRankAtLeast(p(float32), 1, { message: "m" }),
    assertRank(p(float32, [2]), p(int32)),
  ],
  "check-of-wrong-rank": () => assertRank(p(float32, [2]), 2, { message: "m" }),
  "check-of-constants": () => assertEqual(constant([1, 2], { dtype: int32 }), constant([1, 3], { dtype: int32 })),
  "check-of-good-constants": () => assertEqual(constant([1, 2], { dtype: int32 }), constant([1, 2], { dtype: int32 })),
};

testFamily("nn", programs);
