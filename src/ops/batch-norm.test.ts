import { type Programs, testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import { placeholder } from "./array.ts";
import { type FusedBatchNormResult, fusedBatchNorm } from "./batch-norm.ts";
import { batchNormalization, type Moments, moments } from "./normalization.ts";
import { normalizeMoments, weightedMoments } from "./statistics.ts";

const p = (shape: readonly (number | null)[] | null = null, dtype: DTypeName = "float32"): Tensor =>
  placeholder(dtype, shape);
const listed = ({ y, runningMean, runningVariance }: FusedBatchNormResult): readonly Tensor[] => [
  y,
  runningMean,
  runningVariance,
];
const pair = ({ mean, variance }: Moments): readonly Tensor[] => [mean, variance];

const programs: Programs = {
  fused: () => {
    const x = p([2, 3, 4, 5]);
    const first = fusedBatchNorm(x, p([5]), p([5]));
    const [scale, offset, mean, variance] = [p([5]), p(), p(), p()];
    const second = fusedBatchNorm(x, scale, offset, { mean, variance, epsilon: 0.5, isTraining: false, name: "b" });
    return [listed(first), listed(second)];
  },
  "fused-channels-first": () => {
    const [x, scale, offset, mean, variance] = [p([2, 5, 3, 4]), p([5]), p([5]), p([5]), p([5])];
    return listed(fusedBatchNorm(x, scale, offset, { mean, variance, dataFormat: "NCHW", exponentialAvgFactor: 0.25 }));
  },
  "fused-of-literals": () => listed(fusedBatchNorm([[[[1], [3]]]], [1], [0])),
  "fused-of-half-literals": () =>
    listed(fusedBatchNorm(p([1, 1, 2, 1], "float16"), [1], [0], { mean: [2], variance: [1], isTraining: false })),
  "fused-volumes": () => listed(fusedBatchNorm(p(), p(), p(), { dataFormat: "NDHWC" })),
  "fused-without-mean": () => listed(fusedBatchNorm(p(), p(), p(), { isTraining: false })),
  "fused-mixed-without-mean": () => listed(fusedBatchNorm(p(), p(), p(), { exponentialAvgFactor: 0.5 })),
  composed: () => {
    const x = p([2, 3, 4, 5]);
    const { mean, variance } = moments(x, [0, 1, 2]);
    return batchNormalization(x, mean, variance, p([5]), p([5]), 0.001);
  },
  weighted: () => {
    const x = p([2, 3]);
    const first = weightedMoments(x, [0], p([2, 1]));
    return [pair(first), pair(weightedMoments(x, [0, 1], p([2, 3], "int32"), { keepdims: true, name: "w" }))];
  },
  "weighted-half": () => pair(weightedMoments(p([2, 3], "float16"), [1], [1, 2, 3])),
  normalized: () => {
    const first = normalizeMoments(p([]), p([3]), p([3]), null);
    return [pair(first), pair(normalizeMoments(4, p([3]), p([3]), p([3]), { name: "n" }))];
  },
};

testFamily("batch_norm", programs);
