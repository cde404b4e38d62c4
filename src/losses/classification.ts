/** Losses of classes and of answers. Mirrors python/ops/losses/losses_impl.py. */
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { onesLike, stopGradient } from "../ops/array.ts";
import { cast } from "../ops/cast.ts";
import { equal } from "../ops/compare.ts";
import { cond } from "../ops/cond.ts";
import { removeSqueezableDimensions } from "../ops/confusion-matrix.ts";
import {
  sigmoidCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogitsV2,
  sparseSoftmaxCrossEntropyWithLogits,
} from "../ops/cross-entropy.ts";
import { multiply, subtract } from "../ops/math.ts";
import { relu } from "../ops/nn.ts";
import { inOpScope } from "../ops/op-scope.ts";
import { operators } from "../ops/operators.ts";
import { rank, shape, squeeze } from "../ops/shape.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { checkAlike, checkPresent, floatPair } from "./operands.ts";
import { computeWeightedLoss, type LossOptions } from "./weighted.ts";

/** Options of losses whose labels may be made less certain. */
export interface SmoothedLossOptions extends LossOptions {
  /** How far labels are moved towards all classes alike: 0, the default, not at all. */
  readonly labelSmoothing?: number | undefined;
}

/**
 * The hinge loss of yes-or-no answers: 0 where a logit is right by 1 or more, weighted.
 *
 * Shapes: labels and logits alike → `[]`, with `Reduction.NONE` the same. Dtypes: real numbers, as float32; labels 0 or 1.
 *
 * @throws {ArgumentError} when labels or logits are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.hinge_loss`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.hingeLoss([1, 0], [2, 0])).item(); // 0.5
 */
export function hingeLoss(labels: TensorLike, logits: TensorLike, options: LossOptions = {}): Tensor {
  checkPresent({ labels, logits });
  return inOpScope(options.scope, "hinge_loss", [logits, labels, options.weights], (scope) => {
    const [said, right] = floatPair(logits, labels);
    const ones = onesLike(right);
    const signs = subtract(operators.binary("mul", 2, right), ones);
    return computeWeightedLoss(relu(subtract(ones, multiply(signs, said))), { ...options, scope });
  });
}

/**
 * The cross entropy of independent yes-or-no questions, weighted.
 *
 * Shapes: labels and logits alike → `[]`, with `Reduction.NONE` the same. Dtypes: logits floating; labels become their dtype.
 *
 * @throws {ArgumentError} when labels or logits are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.sigmoid_cross_entropy`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.sigmoidCrossEntropy([1], [200])).item(); // 0
 */
export function sigmoidCrossEntropy(
  multiClassLabels: TensorLike,
  logits: TensorLike,
  options: SmoothedLossOptions = {},
): Tensor {
  checkPresent({ multi_class_labels: multiClassLabels, logits });
  const { labelSmoothing = 0 } = options;
  const values = [logits, multiClassLabels, options.weights];
  return inOpScope(options.scope, "sigmoid_cross_entropy_loss", values, (scope) => {
    const said = convertToTensor(logits);
    const given = cast(multiClassLabels, said.dtype);
    checkAlike(said, given);
    const right = labelSmoothing > 0 ? given.mul(1 - labelSmoothing).add(0.5 * labelSmoothing) : given;
    const losses = sigmoidCrossEntropyWithLogits({ labels: right, logits: said, name: "xentropy" });
    return computeWeightedLoss(losses, { ...options, scope });
  });
}

/**
 * The cross entropy between probabilities of classes and the softmax of logits, weighted. No gradient flows into the labels.
 *
 * Shapes: labels and logits `[batch, classes]` → `[]`, with `Reduction.NONE` `[batch]`; weights a scalar or `[batch]`. Dtypes: logits floating; labels become their dtype.
 *
 * @throws {ArgumentError} when labels or logits are none, or weights do not fit. @throws {ShapeError} when the shapes differ.
 * @see TensorFlow `losses.softmax_cross_entropy`, python/ops/losses/losses_impl.py
 * @example
 * session.runSync(losses.softmaxCrossEntropy([[1, 0]], [[100, 0]])).item(); // 0
 */
export function softmaxCrossEntropy(
  onehotLabels: TensorLike,
  logits: TensorLike,
  options: SmoothedLossOptions = {},
): Tensor {
  checkPresent({ onehot_labels: onehotLabels, logits });
  const { labelSmoothing = 0 } = options;
  const values = [logits, onehotLabels, options.weights];
  return inOpScope(options.scope, "softmax_cross_entropy_loss", values, (scope) => {
    const said = convertToTensor(logits);
    const given = cast(onehotLabels, said.dtype);
    checkAlike(said, given);
    const right = labelSmoothing > 0 ? smoothed(given, labelSmoothing) : given;
    const labels = stopGradient(right, { name: "labels_stop_gradient" });
    const losses = softmaxCrossEntropyWithLogitsV2({ labels, logits: said, name: "xentropy" });
    return computeWeightedLoss(losses, { ...options, scope });
  });
}

function smoothed(labels: Tensor, smoothing: number): Tensor {
  const classes = cast(shape(labels).at("-1"), labels.dtype);
  const negatives = operators.binary("truediv", smoothing, classes);
  return labels.mul(1 - smoothing).add(negatives);
}

/**
 * The cross entropy between numbers of classes and the softmax of logits, weighted.
 *
 * Shapes: labels `[batch]` or `[batch, 1]`, logits `[batch, classes]` → `[]`, with `Reduction.NONE` `[batch]`; weights a scalar, `[batch]` or `[batch, 1]`.
 * Dtypes: logits floating; labels int32 or int64.
 *
 * @throws {ArgumentError} when labels or logits are none, and when shapes do not fit.
 * @see TensorFlow `losses.sparse_softmax_cross_entropy`, python/ops/losses/losses_impl.py
 * @example
 * const labels = constant([0], { dtype: "int32" });
 * session.runSync(losses.sparseSoftmaxCrossEntropy(labels, [[100, 0]])).item(); // 0
 */
export function sparseSoftmaxCrossEntropy(labels: TensorLike, logits: TensorLike, options: LossOptions = {}): Tensor {
  checkPresent({ labels, logits });
  const values = [logits, labels, options.weights];
  return inOpScope(options.scope, "sparse_softmax_cross_entropy_loss", values, (scope) => {
    const [right, said] = removeSqueezableDimensions(labels, logits, 1);
    const weights = squeezedWeights(convertToTensor(options.weights ?? 1), right);
    const losses = sparseSoftmaxCrossEntropyWithLogits({ labels: right, logits: said, name: "xentropy" });
    return computeWeightedLoss(losses, { ...options, weights, scope });
  });
}

/** Weights without a last dimension of 1 that the labels have not. */
function squeezedWeights(weights: Tensor, labels: Tensor): Tensor {
  const count = weights.shape.rank;
  if (labels.shape.rank !== null && count !== null)
    return count - labels.shape.rank === 1 ? squeeze(weights, { axis: [-1] }) : weights;
  const difference = rank(weights).sub(rank(labels));
  if (count === 0 || (count !== null && (weights.shape.dim(-1) ?? 1) !== 1)) return weights;
  return cond(
    equal(ndarray(1, "int32"), difference),
    () => squeeze(weights, { axis: [-1] }),
    () => weights,
  );
}
