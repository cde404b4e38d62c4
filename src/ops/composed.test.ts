import { testFamily } from "../../test/op-golden.ts";
import { norm } from "../functional/norm.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { DTypeName } from "../tensor/dtype.ts";
import type { ShapeLike } from "../tensor/shape.ts";
import { placeholder } from "./array.ts";
import { batchGather } from "./batch-gather.ts";
import { clipByAverageNorm, clipByGlobalNorm, clipByNorm, globalNorm } from "./clip.ts";
import { confusionMatrix } from "./confusion-matrix.ts";
import { crelu, lbeta, logPoissonLoss, logSigmoid, polyval, swish } from "./math-composed.ts";
import { argsort, sort } from "./sort.ts";
import { sufficientStatistics } from "./statistics.ts";
import { trace } from "./trace.ts";

function p(shape: ShapeLike = null, dtype: DTypeName = "float32"): Tensor {
  return placeholder(dtype, shape);
}

function statistics(...given: Parameters<typeof sufficientStatistics>): unknown {
  const { count, meanSs, varianceSs, shift } = sufficientStatistics(...given);
  return [count, meanSs, varianceSs, shift];
}

testFamily("composed", {
  clips: () => {
    const x = p([2, 3]);
    return [
      clipByNorm(x, 2),
      clipByNorm(x, -1, { axes: [1], name: "c" }),
      clipByNorm(p(null, "float64"), p()),
      clipByAverageNorm(x, 2),
      clipByAverageNorm(p(), p([]), { name: "a" }),
    ];
  },
  "clip-of-other-shape": () => clipByNorm(p([2]), p([3, 2])),
  "global-norms": () => {
    const [x, y] = [p([2, 3]), p()];
    const { listClipped: clipped, globalNorm: size } = clipByGlobalNorm([x, null, y], 5);
    const again = clipByGlobalNorm([x], p([]), { useNorm: size, name: "again" });
    const plain = globalNorm([x, y]);
    return [plain, globalNorm([x, null], { name: "g" }), clipped, size, again.listClipped, again.globalNorm];
  },
  "global-norm-of-halves": () => clipByGlobalNorm([p([2], "float64"), p([3], "float64")], 1.5).listClipped,
  norms: () => {
    const x = p([2, 3]);
    return [
      norm(x),
      norm(x, { axis: 1, keepdims: true, name: "n" }),
      norm(p(), { ord: 1 }),
      norm(x, { ord: 1, axis: [0, 1] }),
      norm(x, { ord: Infinity, axis: -1 }),
      norm(x, { ord: Infinity, axis: [0, 1] }),
      norm(x, { ord: "fro", axis: [-2, -1] }),
      norm(x, { ord: 3, axis: 0 }),
      norm(x, { ord: 2.5 }),
      norm(p([2, 3], "complex64")),
      norm(x, { ord: 2 }),
    ];
  },
  "norm-of-other-order": () => norm(p([2, 3]), { ord: "fro" }),
  "norm-of-negative-order": () => norm(p([2, 3]), { ord: -1 }),
  "norm-of-matrices-of-third-order": () => norm(p([2, 3]), { ord: 3, axis: [0, 1] }),
  "norm-of-equal-axes": () => norm(p([2, 3]), { axis: [1, 1] }),
  "norm-of-three-axes": () => norm(p([2, 3]), { axis: [0, 1, 2] }),
  traces: () => [trace(p([2, 3, 3])), trace(p(), { name: "t" })],
  betas: () => [lbeta(p([2, 3])), lbeta(p(), { name: "b" }), lbeta([1, 2])],
  activations: () => {
    const x = p([2, 3]);
    return [
      logSigmoid(x),
      logSigmoid(p(), { name: "l" }),
      crelu(x),
      crelu(p(), { axis: 1, name: "c" }),
      swish(x),
      swish(x, { beta: 2 }),
    ];
  },
  poisson: () => {
    const [x, y] = [p([2, 3]), p([2, 3])];
    return [logPoissonLoss(x, y), logPoissonLoss(p(), p(), { computeFullLoss: true, name: "l" })];
  },
  "poisson-of-other-shape": () => logPoissonLoss(p([2]), p([3])),
  statistics: () => {
    const x = p([2, 3, 4]);
    return [
      statistics(x, [0, 2]),
      statistics(x, [0, 1], { shift: p([]), keepdims: true, name: "s" }),
      statistics(p([null, 3]), [0, 1]),
      statistics(p([null, 3]), [-1, 0]),
    ];
  },
  polynomials: () => {
    const x = p([3]);
    return [polyval([1, 2, 3], x), polyval([], x, { name: "zero" }), polyval([p([]), 1], x, { name: "v" })];
  },
  "sorted-values": () => {
    const x = p([2, 3]);
    const direction = "DESCENDING";
    return [
      sort(x),
      sort(x, { direction, name: "s" }),
      sort(x, { axis: 0 }),
      sort(p([2, 3], "int32")),
      sort(p([2, 3], "uint8")),
      argsort(x),
      argsort(p([2, 3, 4], "int64"), { axis: -2, direction }),
      argsort(p([2, null, 4], "uint16"), { axis: 1, name: "a" }),
      sort(p(), { axis: 0 }),
      argsort(p(), { axis: -2 }),
      sort(p()),
    ];
  },
  "sort-of-other-direction": () => sort(p([2]), { direction: "UP" }),
  confusions: () => [
    confusionMatrix(p([null], "int32"), p([null], "int32")),
    confusionMatrix(p([4]), p([4], "int64"), { numClasses: 5, dtype: "float32", name: "c" }),
    confusionMatrix(p([4, 1], "int32"), p([4], "int32"), { numClasses: 3, weights: p([4]) }),
    confusionMatrix([1, 0], [1, 1], { numClasses: p([], "int32") }),
    confusionMatrix(p(null, "int32"), p([4, 1], "int32"), { numClasses: 3 }),
  ],
  batches: () => [
    batchGather(p([2, 3, 4]), p([2, 5], "int32")),
    batchGather(p(), p([2, null, 3], "int64"), { name: "b" }),
    batchGather(p([7]), p([3], "int32")),
  ],
  "batch-of-unknown-rank": () => batchGather(p([2, 3]), p(null, "int32")),
});
