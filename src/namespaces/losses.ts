/** TensorFlow's namespace `tf.losses`: what training makes small. */
export {
  hingeLoss,
  type SmoothedLossOptions,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
} from "../losses/classification.ts";
export {
  addLoss,
  type GetLossesOptions,
  getLosses,
  getRegularizationLoss,
  getRegularizationLosses,
  getTotalLoss,
  type RegularizationLossOptions,
  type TotalLossOptions,
} from "../losses/collected.ts";
export {
  absoluteDifference,
  type CosineDistanceOptions,
  cosineDistance,
  type HuberLossOptions,
  huberLoss,
  type LogLossOptions,
  logLoss,
  meanPairwiseSquaredError,
  meanSquaredError,
} from "../losses/regression.ts";
export {
  computeWeightedLoss,
  type LossOptions,
  Reduction,
  type ReductionKey,
  type UnreducedLossOptions,
} from "../losses/weighted.ts";
