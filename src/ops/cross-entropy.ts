/** Builders of softmax and of losses over classes. Mirrors python/ops/nn_ops.py and `sigmoid_cross_entropy_with_logits`, python/ops/nn_impl.py. */
import { ArgumentError, ArgumentTypeError, InvalidArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import { makeControlDependencies, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { bfloat16, float16, float32, int32 } from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { stopGradient, zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { assertEqual } from "./checks.ts";
import { where } from "./compare.ts";
import { concat } from "./concat.ts";
import { abs, exp, log1p } from "./elementary.ts";
import { add, subtract } from "./math.ts";
import { nnDefs as defs } from "./nn.defs.ts";
import { relu } from "./nn.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { operators } from "./operators.ts";
import { range } from "./range.ts";
import { rank, reshape, shape } from "./shape.ts";
import { slice } from "./slice.ts";
import { transpose } from "./transpose.ts";

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions extends NameOption {
  /** The dimension of the classes; default -1, the last. */
  readonly axis?: number | null | undefined;
}

/**
 * Exponentials of the logits, scaled so that their sum over the classes is 1.
 *
 * Shapes: any of rank 1 or more → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {InvalidArgumentError} when the input has no such axis.
 * @see TensorFlow `softmax`, python/ops/nn_ops.py; `Softmax`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.softmax(constant([0, 0]))).toArray(); // [0.5, 0.5]
 */
export function softmax(logits: TensorLike, options: SoftmaxOptions = {}): Tensor {
  return alongAxis(defs.Softmax, logits, options);
}

/**
 * The logarithm of `softmax`, computed without overflow.
 *
 * Shapes: any of rank 1 or more → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {InvalidArgumentError} when the input has no such axis.
 * @see TensorFlow `log_softmax`, python/ops/nn_ops.py; `LogSoftmax`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.logSoftmax(constant([5]))).toArray(); // [0]
 */
export function logSoftmax(logits: TensorLike, options: SoftmaxOptions = {}): Tensor {
  return alongAxis(defs.LogSoftmax, logits, options);
}

/** The op works on the last dimension; another one is swapped with it before and after. */
function alongAxis(
  def: typeof defs.Softmax | typeof defs.LogSoftmax,
  logits: TensorLike,
  { axis: given, name }: SoftmaxOptions,
): Tensor {
  const axis = given ?? -1;
  const inputs = convertToTensor(logits);
  const count = inputs.shape.rank;
  if (axis === -1 || axis === (count ?? 0) - 1) return applyOp1(def, [inputs], {}, name);
  if (count === null)
    throw new ArgumentTypeError(
      "bad operand type for unary -: 'NoneType'\n  the rank of the input must be known for another axis than the last",
      { inputs, axis },
    );
  if (axis < -count || axis >= count) {
    throw new InvalidArgumentError(
      `\`dim\` must be in the range [${-count}, ${count}) where ${count} is the number of dimensions in the input. Received: dim=${axis}`,
      { axis },
    );
  }
  const dims = rank(inputs);
  const positive = axis < 0 ? operators.binary("add", axis, dims) : axis;
  const inputRank = rank(inputs);
  const at = typeof positive === "number" ? positive % count : positive.mod(count);
  const swapped = swapAxes(inputs, at, subtract(inputRank, 1));
  const output = swapAxes(applyOp1(def, [swapped]), at, subtract(inputRank, 1), name);
  output.setShape(inputs.shape);
  return output;
}

/** A transposition that swaps two dimensions, `first` before `last`. */
function swapAxes(input: Tensor, first: Tensor | number, last: Tensor, name?: string | null): Tensor {
  const before = range(whole(first));
  const after = typeof first === "number" ? whole(first + 1) : first.add(1);
  const order = concat([before, [last], range(after, last), [first]], 0);
  return transpose(input, { perm: order, name });
}

/** A number as the int32 that Python's integers become. */
function whole(value: Tensor | number): TensorLike {
  return typeof value === "number" ? ndarray(value, int32) : value;
}

/** What a loss over classes compares. */
export interface LossInputs extends NameOption {
  /** What is right. */
  readonly labels: TensorLike;
  /** What the network says, before softmax or sigmoid. */
  readonly logits: TensorLike;
}

/** Options of `softmaxCrossEntropyWithLogits`. */
export interface SoftmaxCrossEntropyOptions extends LossInputs {
  /** The dimension of the classes; default -1, the last. */
  readonly axis?: number | undefined;
}

/**
 * The cross entropy between probabilities and the softmax of logits. No gradient flows into the labels.
 *
 * Shapes: labels and logits `[…, classes]` → `[…]`. Dtypes: float16, bfloat16, float32, float64; labels become the dtype of the logits.
 *
 * @throws {ArgumentError} when labels or logits are missing.
 * @see TensorFlow `softmax_cross_entropy_with_logits`, python/ops/nn_ops.py
 * @example
 * const loss = nn.softmaxCrossEntropyWithLogits({ labels: constant([[1, 0]]), logits: constant([[100, 0]]) });
 * session.runSync(loss).toArray(); // [0]
 */
export function softmaxCrossEntropyWithLogits(options: SoftmaxCrossEntropyOptions): Tensor {
  const { labels, logits, axis, name } = options;
  checkLossInputs("softmax_cross_entropy_with_logits", options);
  return inOpScope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels], (scope) => {
    const fixed = stopGradient(labels, { name: "labels_stop_gradient" });
    return softmaxCrossEntropyWithLogitsV2({ labels: fixed, logits, axis, name: scope });
  });
}

/**
 * As `softmaxCrossEntropyWithLogits`, but the gradient flows into the labels, too.
 *
 * Shapes: labels and logits `[…, classes]` → `[…]`. Dtypes: float16, bfloat16, float32, float64; labels become the dtype of the logits.
 *
 * @see TensorFlow `softmax_cross_entropy_with_logits_v2`, python/ops/nn_ops.py; `SoftmaxCrossEntropyWithLogits`, core/ops/nn_ops.cc
 * @example
 * nn.softmaxCrossEntropyWithLogitsV2({ labels: zeros([2, 3]), logits: zeros([2, 3]) }).shape; // (2,)
 */
export function softmaxCrossEntropyWithLogitsV2(options: SoftmaxCrossEntropyOptions): Tensor {
  const { axis = -1, name } = options;
  return inOpScope(name, "softmax_cross_entropy_with_logits", [options.logits, options.labels], (scope) => {
    const logits = convertToTensor(options.logits, { name: "logits" });
    const given = convertToTensor(options.labels, { name: "labels" });
    const isHalf = logits.dtype === float16 || logits.dtype === bfloat16;
    const precise = isHalf ? cast(logits, float32) : logits;
    const labels = cast(given, precise.dtype);
    const inputRank = rank(precise);
    const ordered = axis === -1 ? precise : moveToEnd(precise, axis, inputRank);
    const orderedLabels = axis === -1 ? labels : moveToEnd(labels, axis, inputRank);
    const inputShape = shape(ordered);
    const rows = flattenOuter(ordered);
    const labelRows = flattenOuter(orderedLabels);
    const cost = applyOp(defs.SoftmaxCrossEntropyWithLogits, [rows, labelRows], {}, scope).output(0);
    const outputShape = slice(inputShape, [0], [subtract(inputRank, 1)]);
    const shaped = reshape(cost, outputShape);
    const dims = logits.shape.dims;
    if (dims !== null) shaped.setShape(new TensorShape(dims.toSpliced(axis, 1)));
    return isHalf ? cast(shaped, logits.dtype) : shaped;
  });
}

function moveToEnd(tensor: Tensor, axis: number, inputRank: Tensor): Tensor {
  const order = concat([range(whole(axis)), range(whole(axis + 1), inputRank), [axis]], 0);
  return transpose(tensor, { perm: order });
}

/** As a matrix: all dimensions but the last become one. */
function flattenOuter(tensor: Tensor): Tensor {
  const dims = rank(tensor);
  const size = slice(shape(tensor), [subtract(dims, 1)], [1]);
  const matrix = reshape(tensor, concat([[-1], size], 0));
  if (tensor.shape.dims !== null) {
    const outer = new TensorShape(tensor.shape.dims.slice(0, -1)).elementCount();
    if (outer !== null) matrix.setShape([outer, tensor.shape.dim(-1)]);
  }
  return matrix;
}

/**
 * The cross entropy between class numbers and the softmax of logits.
 *
 * Shapes: labels `[…]`, logits `[…, classes]` → `[…]`. Dtypes: logits float16, bfloat16, float32, float64; labels int32, int64.
 * A label outside of the classes is an error of the step.
 *
 * @throws {ArgumentError} when labels or logits are missing, or their shapes do not fit.
 * @see TensorFlow `sparse_softmax_cross_entropy_with_logits`, python/ops/nn_ops.py; `SparseSoftmaxCrossEntropyWithLogits`, core/ops/nn_ops.cc
 * @example
 * const labels = constant([0], { dtype: "int32" });
 * session.runSync(nn.sparseSoftmaxCrossEntropyWithLogits({ labels, logits: constant([[100, 0]]) })).toArray(); // [0]
 */
export function sparseSoftmaxCrossEntropyWithLogits(options: LossInputs): Tensor {
  const { name } = options;
  checkLossInputs("sparse_softmax_cross_entropy_with_logits", options);
  return inOpScope(name, "SparseSoftmaxCrossEntropyWithLogits", [options.labels, options.logits], () => {
    const labels = convertToTensor(options.labels);
    const logits = convertToTensor(options.logits);
    const precise = logits.dtype === float16 ? cast(logits, float32) : logits;
    const labelsShape = shape(labels);
    const isStatic = checkSparseShapes(labels, logits);
    const loss = logits.shape.rank === 2 ? sparseRows(precise, labels, name) : sparseOfAnyRank();
    return logits.dtype === float16 ? cast(loss, float16) : loss;

    function sparseOfAnyRank(): Tensor {
      const checks = isStatic ? [] : [assertEqual(shape(labels), shape(logits).at(":-1"))];
      return runInScope(makeControlDependencies(checks), () => {
        const classes = shape(logits).at([rank(logits).sub(1)]);
        const rows = reshape(precise, [-1, classes]);
        const flat = reshape(labels, [-1]);
        const shaped = reshape(sparseRows(rows, flat, name), labelsShape);
        shaped.setShape(labels.shape);
        return shaped;
      });
    }
  });
}

function sparseRows(logits: Tensor, labels: Tensor, name: string | null | undefined): Tensor {
  return applyOp(defs.SparseSoftmaxCrossEntropyWithLogits, [logits, labels], {}, name).output(0);
}

/** Whether the shapes are known well enough to need no check in the step. */
function checkSparseShapes(labels: Tensor, logits: Tensor): boolean {
  const outer = logits.shape.dims === null ? null : new TensorShape(logits.shape.dims.slice(0, -1));
  const isStatic = labels.shape.isFullyDefined() && (outer?.isFullyDefined() ?? false);
  if (logits.shape.rank === 0)
    throw new ArgumentError(`\`logits\` cannot be a scalar. Received logits=${logits}\``, { logits });
  if (outer !== null && labels.shape.rank !== null && labels.shape.rank !== outer.rank) {
    throw new ArgumentError(
      `\`labels.shape.rank\` must equal \`logits.shape.rank - 1\`. Received: labels.shape=${labels.shape} of rank ${labels.shape.rank} and logits.shape=${logits.shape} of rank ${logits.shape.rank}`,
      { labels, logits },
    );
  }
  if (isStatic && outer !== null && !labels.shape.equals(outer)) {
    throw new ArgumentError(
      `\`labels.shape\` must equal \`logits.shape\` except for the last dimension. Received: labels.shape=${labels.shape} and logits.shape=${logits.shape}`,
      { labels, logits },
    );
  }
  return isStatic;
}

/**
 * The cross entropy of independent yes-or-no questions: labels are probabilities, the sigmoid of a logit is the network's answer.
 *
 * Shapes: labels and logits alike → the same. Dtypes: float16, bfloat16, float32, float64, both alike.
 *
 * @throws {ArgumentError} when labels or logits are missing, or their shapes differ.
 * @see TensorFlow `sigmoid_cross_entropy_with_logits`, python/ops/nn_impl.py
 * @example
 * session.runSync(nn.sigmoidCrossEntropyWithLogits({ labels: constant([1]), logits: constant([200]) })).toArray(); // [0]
 */
export function sigmoidCrossEntropyWithLogits(options: LossInputs): Tensor {
  checkLossInputs("sigmoid_cross_entropy_with_logits", options);
  return inOpScope(options.name, "logistic_loss", [options.logits, options.labels], (scope) => {
    const [logits, labels] = sameShaped(options);
    const zeros = zerosLike(logits, { dtype: logits.dtype });
    const isPositive = logits.greaterEqual(zeros);
    const positive = where(isPositive, logits, zeros);
    const negative = where(isPositive, logits.neg(), logits);
    return add(positive.sub(logits.mul(labels)), log1p(exp(negative)), { name: scope });
  });
}

/** Options of `weightedCrossEntropyWithLogits`. */
export interface WeightedCrossEntropyOptions extends LossInputs {
  /** How much more a missed yes costs than a false one. */
  readonly posWeight: TensorLike;
}

/**
 * As `sigmoidCrossEntropyWithLogits`, with a weight on the answers that should be yes.
 *
 * Shapes: labels and logits alike → the same; posWeight broadcasts. Dtypes: float16, bfloat16, float32, float64, all alike.
 *
 * @throws {ArgumentError} when the shapes differ.
 * @see TensorFlow `weighted_cross_entropy_with_logits`, python/ops/nn_impl.py
 * @example
 * const loss = nn.weightedCrossEntropyWithLogits({ labels: constant([0]), logits: constant([-200]), posWeight: 2 });
 * session.runSync(loss).toArray(); // [0]
 */
export function weightedCrossEntropyWithLogits(options: WeightedCrossEntropyOptions): Tensor {
  const { posWeight } = options;
  return inOpScope(options.name, "logistic_loss", [options.logits, options.labels], (scope) => {
    const [logits, labels] = sameShaped(options);
    const extra = typeof posWeight === "number" ? posWeight - 1 : operators.binary("sub", posWeight, 1);
    const weight = operators.binary("add", 1, operators.binary("mul", extra, labels));
    const missed = operators.binary("sub", 1, labels).mul(logits);
    const softened = log1p(exp(abs(logits).neg())).add(relu(logits.neg()));
    return add(missed, weight.mul(softened), { name: scope });
  });
}

/** Logits and labels as tensors. @throws {ArgumentError} when their shapes differ. */
function sameShaped(options: LossInputs): readonly [logits: Tensor, labels: Tensor] {
  const logits = convertToTensor(options.logits, { name: "logits" });
  const labels = convertToTensor(options.labels, { name: "labels" });
  if (labels.shape.isCompatibleWith(logits.shape)) return [logits, labels];
  const shapes = `(${logits.shape} vs ${labels.shape})`;
  throw new ArgumentError(`\`logits\` and \`labels\` must have the same shape, received ${shapes}.`, {
    logits,
    labels,
  });
}

function checkLossInputs(name: string, { labels, logits }: LossInputs): void {
  // Programs without types may leave them out.
  const given: { readonly labels?: unknown; readonly logits?: unknown } = { labels, logits };
  if ([labels, logits].every((one: unknown) => one !== null && one !== undefined)) return;
  throw new ArgumentError(
    `Both \`labels\` and \`logits\` must be provided for ${name}Received: labels=${pythonText(labels)} and logits=${pythonText(logits)}`,
    given,
  );
}
