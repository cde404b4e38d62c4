/** The gradient rules of every family in one table, by op type. */

import { arrayGradients } from "../ops/array.gradients.ts";
import { batchNormGradients } from "../ops/batch-norm.gradients.ts";
import { batchNormGradGradients } from "../ops/batch-norm-grads.gradients.ts";
import { bitwiseGradients } from "../ops/bitwise.gradients.ts";
import { candidateSamplingGradients } from "../ops/candidate-sampling.gradients.ts";
import { compareGradients } from "../ops/compare.gradients.ts";
import { complexGradients } from "../ops/complex.gradients.ts";
import { concatGradients } from "../ops/concat.gradients.ts";
import { controlFlowGradients } from "../ops/control-flow.gradients.ts";
import { convGradients } from "../ops/conv.gradients.ts";
import { convGradGradients } from "../ops/conv-grads.gradients.ts";
import { convTransposeGradients } from "../ops/conv-transpose.gradients.ts";
import { countingGradients } from "../ops/counting.gradients.ts";
import { dataFlowGradients } from "../ops/data-flow.gradients.ts";
import { diagGradients } from "../ops/diag.gradients.ts";
import { einsumGradients } from "../ops/einsum.gradients.ts";
import { elementaryGradients } from "../ops/elementary.gradients.ts";
import { gatherGradients } from "../ops/gather.gradients.ts";
import { imageColorGradients } from "../ops/image-color.gradients.ts";
import { imageResizeGradients } from "../ops/image-resize.gradients.ts";
import type { opDefs } from "../ops/index.ts";
import { leastSquaresGradients } from "../ops/least-squares.gradients.ts";
import { linalgGradients } from "../ops/linalg.gradients.ts";
import { loggingGradients } from "../ops/logging.gradients.ts";
import { mathGradients } from "../ops/math.gradients.ts";
import { matmulGradients } from "../ops/matmul.gradients.ts";
import { morphologyGradients } from "../ops/morphology.gradients.ts";
import { morphologyGradGradients } from "../ops/morphology-grads.gradients.ts";
import { nnGradients } from "../ops/nn.gradients.ts";
import { nnGradGradients } from "../ops/nn-grads.gradients.ts";
import { padGradients } from "../ops/pad.gradients.ts";
import { poolGradients } from "../ops/pool.gradients.ts";
import { poolArgmaxGradients } from "../ops/pool-argmax.gradients.ts";
import { poolGradGradients } from "../ops/pool-grads.gradients.ts";
import { randomGradients } from "../ops/random.gradients.ts";
import { randomGammaGradients } from "../ops/random-gamma.gradients.ts";
import { reduceGradients } from "../ops/reduce.gradients.ts";
import { segmentGradients } from "../ops/segment.gradients.ts";
import { setsGradients } from "../ops/sets.gradients.ts";
import { shapeGradients } from "../ops/shape.gradients.ts";
import { sliceGradients } from "../ops/slice.gradients.ts";
import { spaceGradients } from "../ops/space.gradients.ts";
import { spaceBatchGradients } from "../ops/space-batch.gradients.ts";
import { sparseGradients } from "../ops/sparse.gradients.ts";
import { sparsePartsGradients } from "../ops/sparse-parts.gradients.ts";
import { sparseSegmentGradients } from "../ops/sparse-segment.gradients.ts";
import { specialGradients } from "../ops/special.gradients.ts";
import { stackGradients } from "../ops/stack.gradients.ts";
import { stateGradients } from "../ops/state.gradients.ts";
import { statelessRandomGradients } from "../ops/stateless-random.gradients.ts";
import { stringGradients } from "../ops/string.gradients.ts";
import { tensorArrayGradients } from "../ops/tensor-array.gradients.ts";
import { trainingGradients } from "../ops/training.gradients.ts";
import { transposeGradients } from "../ops/transpose.gradients.ts";
import { volumeGradients } from "../ops/volume.gradients.ts";
import { volumeGradGradients } from "../ops/volume-grads.gradients.ts";
import type { GradientEntry, GradientTable } from "./rule.ts";

/** Complete: an op without a rule, or without the word that it has none, does not compile. */
const rules: GradientTable<typeof opDefs> = {
  ...arrayGradients,
  ...batchNormGradients,
  ...batchNormGradGradients,
  ...bitwiseGradients,
  ...candidateSamplingGradients,
  ...compareGradients,
  ...complexGradients,
  ...concatGradients,
  ...controlFlowGradients,
  ...convGradients,
  ...convGradGradients,
  ...convTransposeGradients,
  ...countingGradients,
  ...dataFlowGradients,
  ...diagGradients,
  ...einsumGradients,
  ...elementaryGradients,
  ...gatherGradients,
  ...imageColorGradients,
  ...imageResizeGradients,
  ...leastSquaresGradients,
  ...linalgGradients,
  ...loggingGradients,
  ...mathGradients,
  ...matmulGradients,
  ...morphologyGradients,
  ...morphologyGradGradients,
  ...nnGradients,
  ...nnGradGradients,
  ...padGradients,
  ...poolGradients,
  ...poolArgmaxGradients,
  ...poolGradGradients,
  ...randomGradients,
  ...randomGammaGradients,
  ...reduceGradients,
  ...segmentGradients,
  ...setsGradients,
  ...shapeGradients,
  ...sliceGradients,
  ...spaceGradients,
  ...spaceBatchGradients,
  ...sparseGradients,
  ...sparsePartsGradients,
  ...sparseSegmentGradients,
  ...specialGradients,
  ...stackGradients,
  ...stateGradients,
  ...statelessRandomGradients,
  ...stringGradients,
  ...tensorArrayGradients,
  ...trainingGradients,
  ...transposeGradients,
  ...volumeGradients,
  ...volumeGradGradients,
};

/** What is said of an op type; `undefined` for types that no family defines. */
export function gradientRuleOf(type: string): GradientEntry | undefined {
  // Rules of single families know their ops' inputs; seen together, they only promise to be called rightly.
  return Object.hasOwn(rules, type) ? (rules as unknown as Readonly<Record<string, GradientEntry>>)[type] : undefined;
}
