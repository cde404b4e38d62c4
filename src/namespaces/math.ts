/** TensorFlow's namespace `tf.math`, as far as it goes. */
export {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
} from "../ops/compare.ts";
export { angle, conj, imag, real } from "../ops/complex.ts";
export { confusionMatrix } from "../ops/confusion-matrix.ts";
export { bincount, cumulativeLogsumexp } from "../ops/counting.ts";
export { logSoftmax, softmax } from "../ops/cross-entropy.ts";
export {
  divide,
  divNoNan as divideNoNan,
  floordiv,
  floormod,
  mod,
  reciprocalNoNan,
  truediv,
  xdivy,
} from "../ops/division.ts";
export {
  abs,
  ceil,
  erf,
  erfc,
  exp,
  expm1,
  floor,
  isFinite,
  isInf,
  isNan,
  log,
  log1p,
  negative,
  reciprocal,
  rint,
  round,
  rsqrt,
  sigmoid,
  sign,
  sqrt,
  square,
} from "../ops/elementary.ts";
export {
  accumulateN,
  add,
  addN,
  atan2,
  maximum,
  minimum,
  multiply,
  multiplyNoNan,
  pow,
  scalarMul,
  squaredDifference,
  subtract,
  xlog1py,
  xlogy,
} from "../ops/math.ts";
export { lbeta, logSigmoid, polyval } from "../ops/math-composed.ts";
export { isNonDecreasing, isStrictlyIncreasing } from "../ops/monotonic.ts";
export { inTopK, softplus, softsign, topK } from "../ops/nn.ts";
export { l2Normalize, zeroFraction } from "../ops/normalization.ts";
export {
  argmax,
  argmin,
  countNonzero,
  cumprod,
  cumsum,
  reduceAll,
  reduceAny,
  reduceEuclideanNorm,
  reduceLogSumExp as reduceLogsumexp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceStd,
  reduceSum,
  reduceVariance,
} from "../ops/reduce.ts";
export {
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  segmentSum,
  unsortedSegmentMax,
  unsortedSegmentMean,
  unsortedSegmentMin,
  unsortedSegmentProd,
  unsortedSegmentSqrtN,
  unsortedSegmentSum,
} from "../ops/segment.ts";
export {
  besselI0e,
  besselI1e,
  betainc,
  digamma,
  erfinv,
  igamma,
  igammac,
  lgamma,
  ndtri,
  nextafter,
  polygamma,
  zeta,
} from "../ops/special.ts";
export { invertPermutation } from "../ops/transpose.ts";
export { acos, acosh, asin, asinh, atan, atanh, cos, cosh, sin, sinh, tan, tanh } from "../ops/trigonometry.ts";
