/** TensorFlow's namespace `tf.metrics`: how good a network is, summed up over batches. */

export { type AucOptions, auc } from "../metrics/areas.ts";
export {
  type AtKOptions,
  type AtTopKOptions,
  precisionAtK,
  precisionAtTopK,
  recallAtK,
  recallAtTopK,
  sparsePrecisionAtK,
} from "../metrics/at-k.ts";
export { averagePrecisionAtK, sparseAveragePrecisionAtK } from "../metrics/average-precision.ts";
export { meanIou, meanPerClassAccuracy } from "../metrics/classes.ts";
export {
  falseNegatives,
  falsePositives,
  precision,
  recall,
  trueNegatives,
  truePositives,
} from "../metrics/counts.ts";
export {
  accuracy,
  mean,
  meanAbsoluteError,
  meanCosineDistance,
  meanRelativeError,
  meanSquaredError,
  meanTensor,
  percentageBelow,
  rootMeanSquaredError,
} from "../metrics/means.ts";
export type { Metric, MetricOptions } from "../metrics/streaming.ts";
export {
  falseNegativesAtThresholds,
  falsePositivesAtThresholds,
  precisionAtThresholds,
  recallAtThresholds,
  type SearchOptions,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  trueNegativesAtThresholds,
  truePositivesAtThresholds,
} from "../metrics/thresholds.ts";
