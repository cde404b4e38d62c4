/** The definitions of every family, and of all in one table, by op type. */
import { arrayDefs } from "./array.defs.ts";
import { batchNormDefs } from "./batch-norm.defs.ts";
import { batchNormGradDefs } from "./batch-norm-grads.defs.ts";
import { bitwiseDefs } from "./bitwise.defs.ts";
import { candidateSamplingDefs } from "./candidate-sampling.defs.ts";
import { compareDefs } from "./compare.defs.ts";
import { complexDefs } from "./complex.defs.ts";
import { concatDefs } from "./concat.defs.ts";
import { controlFlowDefs } from "./control-flow.defs.ts";
import { convDefs } from "./conv.defs.ts";
import { convGradDefs } from "./conv-grads.defs.ts";
import { convTransposeDefs } from "./conv-transpose.defs.ts";
import { countingDefs } from "./counting.defs.ts";
import { dataFlowDefs } from "./data-flow.defs.ts";
import { diagDefs } from "./diag.defs.ts";
import { einsumDefs } from "./einsum.defs.ts";
import { elementaryDefs } from "./elementary.defs.ts";
import { gatherDefs } from "./gather.defs.ts";
import { imageColorDefs } from "./image-color.defs.ts";
import { imageResizeDefs } from "./image-resize.defs.ts";
import { leastSquaresDefs } from "./least-squares.defs.ts";
import { linalgDefs } from "./linalg.defs.ts";
import { loggingDefs } from "./logging.defs.ts";
import { mathDefs } from "./math.defs.ts";
import { matmulDefs } from "./matmul.defs.ts";
import { morphologyDefs } from "./morphology.defs.ts";
import { morphologyGradDefs } from "./morphology-grads.defs.ts";
import { nnDefs } from "./nn.defs.ts";
import { nnGradDefs } from "./nn-grads.defs.ts";
import { padDefs } from "./pad.defs.ts";
import { poolDefs } from "./pool.defs.ts";
import { poolArgmaxDefs } from "./pool-argmax.defs.ts";
import { poolGradDefs } from "./pool-grads.defs.ts";
import { randomDefs } from "./random.defs.ts";
import { randomGammaDefs } from "./random-gamma.defs.ts";
import { reduceDefs } from "./reduce.defs.ts";
import { segmentDefs } from "./segment.defs.ts";
import { setsDefs } from "./sets.defs.ts";
import { shapeDefs } from "./shape.defs.ts";
import { sliceDefs } from "./slice.defs.ts";
import { spaceDefs } from "./space.defs.ts";
import { spaceBatchDefs } from "./space-batch.defs.ts";
import { sparseDefs } from "./sparse.defs.ts";
import { sparsePartsDefs } from "./sparse-parts.defs.ts";
import { sparseSegmentDefs } from "./sparse-segment.defs.ts";
import { specialDefs } from "./special.defs.ts";
import { stackDefs } from "./stack.defs.ts";
import { stateDefs } from "./state.defs.ts";
import { statelessRandomDefs } from "./stateless-random.defs.ts";
import { stringDefs } from "./string.defs.ts";
import { tensorArrayDefs } from "./tensor-array.defs.ts";
import { trainingDefs } from "./training.defs.ts";
import { transposeDefs } from "./transpose.defs.ts";
import { volumeDefs } from "./volume.defs.ts";
import { volumeGradDefs } from "./volume-grads.defs.ts";

/** The definitions by family: the table from which `opDefs` is made. A family is named as its files are. */
export const opFamilies = {
  array: arrayDefs,
  "batch-norm": batchNormDefs,
  "batch-norm-grads": batchNormGradDefs,
  bitwise: bitwiseDefs,
  "candidate-sampling": candidateSamplingDefs,
  compare: compareDefs,
  complex: complexDefs,
  concat: concatDefs,
  "control-flow": controlFlowDefs,
  conv: convDefs,
  "conv-grads": convGradDefs,
  "conv-transpose": convTransposeDefs,
  counting: countingDefs,
  "data-flow": dataFlowDefs,
  diag: diagDefs,
  einsum: einsumDefs,
  elementary: elementaryDefs,
  gather: gatherDefs,
  "image-color": imageColorDefs,
  "image-resize": imageResizeDefs,
  "least-squares": leastSquaresDefs,
  linalg: linalgDefs,
  logging: loggingDefs,
  math: mathDefs,
  matmul: matmulDefs,
  morphology: morphologyDefs,
  "morphology-grads": morphologyGradDefs,
  nn: nnDefs,
  "nn-grads": nnGradDefs,
  pad: padDefs,
  pool: poolDefs,
  "pool-argmax": poolArgmaxDefs,
  "pool-grads": poolGradDefs,
  random: randomDefs,
  "random-gamma": randomGammaDefs,
  reduce: reduceDefs,
  segment: segmentDefs,
  sets: setsDefs,
  shape: shapeDefs,
  slice: sliceDefs,
  space: spaceDefs,
  "space-batch": spaceBatchDefs,
  sparse: sparseDefs,
  "sparse-parts": sparsePartsDefs,
  "sparse-segment": sparseSegmentDefs,
  special: specialDefs,
  stack: stackDefs,
  state: stateDefs,
  "stateless-random": statelessRandomDefs,
  "tensor-array": tensorArrayDefs,
  string: stringDefs,
  training: trainingDefs,
  transpose: transposeDefs,
  volume: volumeDefs,
  "volume-grads": volumeGradDefs,
};

type Families = typeof opFamilies;

/** All of a union's members at once. */
type Together<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;

/** Every op that the library defines. */
export const opDefs: { [T in keyof Together<Families[keyof Families]>]: Together<Families[keyof Families]>[T] } =
  Object.assign({}, ...Object.values(opFamilies));

/** The type of an op that the library defines. */
export type OpType = keyof typeof opDefs;
