/** TensorFlow's namespace `tf.nn`: what neural networks are made of. */
export { type FusedBatchNormOptions, type FusedBatchNormResult, fusedBatchNorm } from "../ops/batch-norm.ts";
export {
  type AccidentalHits,
  type CandidateSample,
  computeAccidentalHits,
  logUniformCandidateSampler,
  type SamplerOptions,
  uniformCandidateSampler,
} from "../ops/candidate-sampling.ts";
export {
  type Conv2dOptions,
  conv2d,
  type DepthwiseConv2dOptions,
  depthwiseConv2d,
  depthwiseConv2dNative,
} from "../ops/conv.ts";
export { type Conv1dOptions, conv1d, separableConv2d } from "../ops/conv-composed.ts";
export {
  type Conv2dBackpropFilterOptions,
  conv2dBackpropFilter,
  type DepthwiseBackpropOptions,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
} from "../ops/conv-grads.ts";
export {
  type Conv2dBackpropInputOptions,
  type Conv2dTransposeOptions,
  conv2dBackpropInput,
  conv2dTranspose,
} from "../ops/conv-transpose.ts";
export { type AnyPoolOptions, atrousConv2d, type ConvolutionOptions, convolution, pool } from "../ops/convolution.ts";
export { atrousConv2dTranspose, type ConvTransposeOptions, convTranspose } from "../ops/convolution-transpose.ts";
export {
  type LossInputs,
  logSoftmax,
  type SoftmaxCrossEntropyOptions,
  type SoftmaxOptions,
  sigmoidCrossEntropyWithLogits,
  softmax,
  softmaxCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogitsV2,
  sparseSoftmaxCrossEntropyWithLogits,
  type WeightedCrossEntropyOptions,
  weightedCrossEntropyWithLogits,
} from "../ops/cross-entropy.ts";
export { type DropoutOptions, dropout } from "../ops/dropout.ts";
export { sigmoid } from "../ops/elementary.ts";
export { type EmbeddingOptions, embeddingLookup } from "../ops/embedding.ts";
export {
  type EmbeddingSparseOptions,
  embeddingLookupSparse,
  type SafeEmbeddingOptions,
  safeEmbeddingLookupSparse,
} from "../ops/embedding-sparse.ts";
export {
  type CreluOptions,
  crelu,
  type LogPoissonOptions,
  logPoissonLoss,
  swish as silu,
  swish,
} from "../ops/math-composed.ts";
export { dilation2d, erosion2d, type MorphologyOptions } from "../ops/morphology.ts";
export {
  type BiasAddOptions,
  biasAdd,
  elu,
  inTopK,
  type LeakyReluOptions,
  type LrnOptions,
  l2Loss,
  leakyRelu,
  localResponseNormalization,
  lrn,
  relu,
  relu6,
  reluLayer,
  selu,
  softplus,
  softsign,
  type TopK,
  type TopKOptions,
  topK,
  xwPlusB,
} from "../ops/nn.ts";
export {
  batchNormalization,
  type L2NormalizeOptions,
  l2Normalize,
  type Moments,
  type MomentsOptions,
  moments,
  zeroFraction,
} from "../ops/normalization.ts";
export { avgPool, maxPool, type PoolOptions } from "../ops/pool.ts";
export { type MaxPoolWithArgmax, type MaxPoolWithArgmaxOptions, maxPoolWithArgmax } from "../ops/pool-argmax.ts";
export {
  type NceLossOptions,
  nceLoss,
  type SampledSoftmaxLossOptions,
  type SampledValues,
  sampledSoftmaxLoss,
} from "../ops/sampled-losses.ts";
export {
  avgPool1d,
  type Conv1dTransposeOptions,
  conv1dTranspose,
  maxPool1d,
  type Pool1dOptions,
} from "../ops/sequences.ts";
export { type DepthOptions, depthToSpace, spaceToDepth } from "../ops/space.ts";
export { spaceToBatch } from "../ops/space-batch.ts";
export {
  normalizeMoments,
  type SufficientStatistics,
  type SufficientStatisticsOptions,
  sufficientStatistics,
  weightedMoments,
} from "../ops/statistics.ts";
export { tanh } from "../ops/trigonometry.ts";
export {
  avgPool3d,
  type Conv3dOptions,
  type Conv3dTransposeOptions,
  conv3d,
  conv3dTranspose,
  maxPool3d,
  type Pool3dOptions,
} from "../ops/volume.ts";
export {
  type Conv3dBackpropFilterOptions,
  conv3dBackpropFilter,
  conv3dBackpropFilterV2,
} from "../ops/volume-grads.ts";
export { type WithSpaceToBatchOptions, withSpaceToBatch } from "../ops/with-space-to-batch.ts";
export {
  type BidirectionalDynamicRnnOptions,
  bidirectionalDynamicRnn,
  type StaticBidirectionalRnnOptions,
  staticBidirectionalRnn,
} from "../rnn/bidirectional-rnn.ts";
export { type DynamicRnnOptions, dynamicRnn } from "../rnn/dynamic-rnn.ts";
export { type RawRnnLoopFunction, type RawRnnOptions, type RawRnnStep, rawRnn } from "../rnn/raw-rnn.ts";
export { type StaticRnnOptions, staticRnn } from "../rnn/static-rnn.ts";
export { type StateNames, type StateSaver, staticStateSavingRnn } from "../rnn/static-state-saving-rnn.ts";
export * as rnnCell from "./rnn-cell.ts";
