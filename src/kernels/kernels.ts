/** The kernels of every family in one table, by op type. */
import { arrayKernels } from "../ops/array.kernels.ts";
import { batchNormKernels } from "../ops/batch-norm.kernels.ts";
import { batchNormGradKernels } from "../ops/batch-norm-grads.kernels.ts";
import { bitwiseKernels } from "../ops/bitwise.kernels.ts";
import { candidateSamplingKernels } from "../ops/candidate-sampling.kernels.ts";
import { compareKernels } from "../ops/compare.kernels.ts";
import { complexKernels } from "../ops/complex.kernels.ts";
import { concatKernels } from "../ops/concat.kernels.ts";
import { controlFlowKernels } from "../ops/control-flow.kernels.ts";
import { convKernels } from "../ops/conv.kernels.ts";
import { convGradKernels } from "../ops/conv-grads.kernels.ts";
import { convTransposeKernels } from "../ops/conv-transpose.kernels.ts";
import { countingKernels } from "../ops/counting.kernels.ts";
import { dataFlowKernels } from "../ops/data-flow.kernels.ts";
import { diagKernels } from "../ops/diag.kernels.ts";
import { einsumKernels } from "../ops/einsum.kernels.ts";
import { elementaryKernels } from "../ops/elementary.kernels.ts";
import { gatherKernels } from "../ops/gather.kernels.ts";
import { imageColorKernels } from "../ops/image-color.kernels.ts";
import { imageResizeKernels } from "../ops/image-resize.kernels.ts";
import type { OpType } from "../ops/index.ts";
import { leastSquaresKernels } from "../ops/least-squares.kernels.ts";
import { linalgKernels } from "../ops/linalg.kernels.ts";
import { loggingKernels } from "../ops/logging.kernels.ts";
import { mathKernels } from "../ops/math.kernels.ts";
import { matmulKernels } from "../ops/matmul.kernels.ts";
import { morphologyKernels } from "../ops/morphology.kernels.ts";
import { morphologyGradKernels } from "../ops/morphology-grads.kernels.ts";
import { nnKernels } from "../ops/nn.kernels.ts";
import { nnGradKernels } from "../ops/nn-grads.kernels.ts";
import { padKernels } from "../ops/pad.kernels.ts";
import { poolKernels } from "../ops/pool.kernels.ts";
import { poolArgmaxKernels } from "../ops/pool-argmax.kernels.ts";
import { poolGradKernels } from "../ops/pool-grads.kernels.ts";
import { randomKernels } from "../ops/random.kernels.ts";
import { randomGammaKernels } from "../ops/random-gamma.kernels.ts";
import { reduceKernels } from "../ops/reduce.kernels.ts";
import { segmentKernels } from "../ops/segment.kernels.ts";
import { setsKernels } from "../ops/sets.kernels.ts";
import { shapeKernels } from "../ops/shape.kernels.ts";
import { sliceKernels } from "../ops/slice.kernels.ts";
import { spaceKernels } from "../ops/space.kernels.ts";
import { spaceBatchKernels } from "../ops/space-batch.kernels.ts";
import { sparseKernels } from "../ops/sparse.kernels.ts";
import { sparsePartsKernels } from "../ops/sparse-parts.kernels.ts";
import { sparseSegmentKernels } from "../ops/sparse-segment.kernels.ts";
import { specialKernels } from "../ops/special.kernels.ts";
import { stackKernels } from "../ops/stack.kernels.ts";
import { stateKernels } from "../ops/state.kernels.ts";
import { statelessRandomKernels } from "../ops/stateless-random.kernels.ts";
import { stringKernels } from "../ops/string.kernels.ts";
import { tensorArrayKernels } from "../ops/tensor-array.kernels.ts";
import { trainingKernels } from "../ops/training.kernels.ts";
import { transposeKernels } from "../ops/transpose.kernels.ts";
import { volumeKernels } from "../ops/volume.kernels.ts";
import { volumeGradKernels } from "../ops/volume-grads.kernels.ts";
import type { byExecutor, Kernel } from "./rule.ts";

/** What a table holds for one op. A family's table knows its ops' inputs; seen together, kernels only promise to be called rightly. */
type Entry = Kernel | typeof byExecutor;

const tables = {
  ...arrayKernels,
  ...batchNormKernels,
  ...batchNormGradKernels,
  ...bitwiseKernels,
  ...candidateSamplingKernels,
  ...compareKernels,
  ...complexKernels,
  ...concatKernels,
  ...controlFlowKernels,
  ...convKernels,
  ...convGradKernels,
  ...convTransposeKernels,
  ...countingKernels,
  ...dataFlowKernels,
  ...diagKernels,
  ...einsumKernels,
  ...elementaryKernels,
  ...gatherKernels,
  ...imageColorKernels,
  ...imageResizeKernels,
  ...leastSquaresKernels,
  ...linalgKernels,
  ...loggingKernels,
  ...mathKernels,
  ...matmulKernels,
  ...morphologyKernels,
  ...morphologyGradKernels,
  ...nnKernels,
  ...nnGradKernels,
  ...padKernels,
  ...poolKernels,
  ...poolArgmaxKernels,
  ...poolGradKernels,
  ...randomKernels,
  ...randomGammaKernels,
  ...reduceKernels,
  ...segmentKernels,
  ...setsKernels,
  ...shapeKernels,
  ...sliceKernels,
  ...spaceKernels,
  ...spaceBatchKernels,
  ...sparseKernels,
  ...sparsePartsKernels,
  ...sparseSegmentKernels,
  ...specialKernels,
  ...stackKernels,
  ...stateKernels,
  ...statelessRandomKernels,
  ...tensorArrayKernels,
  ...trainingKernels,
  ...stringKernels,
  ...transposeKernels,
  ...volumeKernels,
  ...volumeGradKernels,
} satisfies Readonly<Record<OpType, unknown>>;

const kernels = tables as unknown as Readonly<Record<string, Entry>>;

/** The kernel of an op type; `byExecutor` for those without arithmetic, `undefined` for types that nobody here computes. */
export function kernelOf(type: string): Entry | undefined {
  return Object.hasOwn(kernels, type) ? kernels[type] : undefined;
}
