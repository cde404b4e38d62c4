/** The lowering rules of every family in one table, by op type. */
import { arrayOnnx } from "../ops/array.onnx.ts";
import { batchNormOnnx } from "../ops/batch-norm.onnx.ts";
import { batchNormGradOnnx } from "../ops/batch-norm-grads.onnx.ts";
import { bitwiseOnnx } from "../ops/bitwise.onnx.ts";
import { candidateSamplingOnnx } from "../ops/candidate-sampling.onnx.ts";
import { compareOnnx } from "../ops/compare.onnx.ts";
import { complexOnnx } from "../ops/complex.onnx.ts";
import { concatOnnx } from "../ops/concat.onnx.ts";
import { controlFlowOnnx } from "../ops/control-flow.onnx.ts";
import { convOnnx } from "../ops/conv.onnx.ts";
import { convGradOnnx } from "../ops/conv-grads.onnx.ts";
import { convTransposeOnnx } from "../ops/conv-transpose.onnx.ts";
import { countingOnnx } from "../ops/counting.onnx.ts";
import { dataFlowOnnx } from "../ops/data-flow.onnx.ts";
import { diagOnnx } from "../ops/diag.onnx.ts";
import { einsumOnnx } from "../ops/einsum.onnx.ts";
import { elementaryOnnx } from "../ops/elementary.onnx.ts";
import { gatherOnnx } from "../ops/gather.onnx.ts";
import { imageColorOnnx } from "../ops/image-color.onnx.ts";
import { imageResizeOnnx } from "../ops/image-resize.onnx.ts";
import type { opDefs } from "../ops/index.ts";
import { leastSquaresOnnx } from "../ops/least-squares.onnx.ts";
import { linalgOnnx } from "../ops/linalg.onnx.ts";
import { loggingOnnx } from "../ops/logging.onnx.ts";
import { mathOnnx } from "../ops/math.onnx.ts";
import { matmulOnnx } from "../ops/matmul.onnx.ts";
import { morphologyOnnx } from "../ops/morphology.onnx.ts";
import { morphologyGradOnnx } from "../ops/morphology-grads.onnx.ts";
import { nnOnnx } from "../ops/nn.onnx.ts";
import { nnGradOnnx } from "../ops/nn-grads.onnx.ts";
import { padOnnx } from "../ops/pad.onnx.ts";
import { poolOnnx } from "../ops/pool.onnx.ts";
import { poolArgmaxOnnx } from "../ops/pool-argmax.onnx.ts";
import { poolGradOnnx } from "../ops/pool-grads.onnx.ts";
import { randomOnnx } from "../ops/random.onnx.ts";
import { randomGammaOnnx } from "../ops/random-gamma.onnx.ts";
import { reduceOnnx } from "../ops/reduce.onnx.ts";
import { segmentOnnx } from "../ops/segment.onnx.ts";
import { setsOnnx } from "../ops/sets.onnx.ts";
import { shapeOnnx } from "../ops/shape.onnx.ts";
import { sliceOnnx } from "../ops/slice.onnx.ts";
import { spaceOnnx } from "../ops/space.onnx.ts";
import { spaceBatchOnnx } from "../ops/space-batch.onnx.ts";
import { sparseOnnx } from "../ops/sparse.onnx.ts";
import { sparsePartsOnnx } from "../ops/sparse-parts.onnx.ts";
import { sparseSegmentOnnx } from "../ops/sparse-segment.onnx.ts";
import { specialOnnx } from "../ops/special.onnx.ts";
import { stackOnnx } from "../ops/stack.onnx.ts";
import { stateOnnx } from "../ops/state.onnx.ts";
import { statelessRandomOnnx } from "../ops/stateless-random.onnx.ts";
import { stringOnnx } from "../ops/string.onnx.ts";
import { tensorArrayOnnx } from "../ops/tensor-array.onnx.ts";
import { trainingOnnx } from "../ops/training.onnx.ts";
import { transposeOnnx } from "../ops/transpose.onnx.ts";
import { volumeOnnx } from "../ops/volume.onnx.ts";
import { volumeGradOnnx } from "../ops/volume-grads.onnx.ts";
import type { OnnxRule, OnnxTable, Unsupported } from "./rule.ts";

/** Complete: an op without a rule, or without the reason why it has none, does not compile. */
const rules: OnnxTable<typeof opDefs> = {
  ...arrayOnnx,
  ...batchNormOnnx,
  ...batchNormGradOnnx,
  ...bitwiseOnnx,
  ...candidateSamplingOnnx,
  ...compareOnnx,
  ...complexOnnx,
  ...concatOnnx,
  ...controlFlowOnnx,
  ...convOnnx,
  ...convGradOnnx,
  ...convTransposeOnnx,
  ...countingOnnx,
  ...dataFlowOnnx,
  ...diagOnnx,
  ...einsumOnnx,
  ...elementaryOnnx,
  ...gatherOnnx,
  ...imageColorOnnx,
  ...imageResizeOnnx,
  ...leastSquaresOnnx,
  ...linalgOnnx,
  ...loggingOnnx,
  ...mathOnnx,
  ...matmulOnnx,
  ...morphologyOnnx,
  ...morphologyGradOnnx,
  ...nnOnnx,
  ...nnGradOnnx,
  ...padOnnx,
  ...poolOnnx,
  ...poolArgmaxOnnx,
  ...poolGradOnnx,
  ...randomOnnx,
  ...randomGammaOnnx,
  ...reduceOnnx,
  ...segmentOnnx,
  ...setsOnnx,
  ...shapeOnnx,
  ...sliceOnnx,
  ...spaceOnnx,
  ...spaceBatchOnnx,
  ...sparseOnnx,
  ...sparsePartsOnnx,
  ...sparseSegmentOnnx,
  ...specialOnnx,
  ...stackOnnx,
  ...stateOnnx,
  ...statelessRandomOnnx,
  ...tensorArrayOnnx,
  ...trainingOnnx,
  ...stringOnnx,
  ...transposeOnnx,
  ...volumeOnnx,
  ...volumeGradOnnx,
};

/** The rule of an op type, or why it has none; `undefined` for types that no family defines. */
export function onnxRuleOf(type: string): OnnxRule | Unsupported | undefined {
  // Rules of single families know their ops' inputs; seen together, they only promise to be called rightly.
  return Object.hasOwn(rules, type)
    ? (rules as unknown as Readonly<Record<string, OnnxRule | Unsupported>>)[type]
    : undefined;
}
