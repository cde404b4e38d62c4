/**
 * Builders of activations, biases and other single steps of neural networks. Losses over classes: cross-entropy.ts; normalization:
 * normalization.ts; convolution and pooling: conv.ts, pool.ts. Mirrors python/ops/nn_ops.py.
 */
import { ArgumentError } from "../base/errors.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type DTypeLike, float32 } from "../tensor/dtype.ts";
import { cast } from "./cast.ts";
import { matmul } from "./matmul.ts";
import { nnDefs as defs } from "./nn.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";

/**
 * max(x, 0), element by element.
 *
 * Shapes: any → the same. Dtypes: all real numbers.
 *
 * @see TensorFlow `Relu`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.relu(constant([-1, 2]))).toArray(); // [0, 2]
 */
export function relu(features: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Relu, [features], {}, options.name);
}

/**
 * min(max(x, 0), 6), element by element.
 *
 * Shapes: any → the same. Dtypes: all real numbers.
 *
 * @see TensorFlow `relu6`, python/ops/nn_ops.py; `Relu6`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.relu6(constant([-1, 2, 9]))).toArray(); // [0, 2, 6]
 */
export function relu6(features: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Relu6, [features], {}, options.name);
}

/** Options of `leakyRelu`. */
export interface LeakyReluOptions extends NameOption {
  /** The slope below 0; default 0.2. */
  readonly alpha?: number | undefined;
}

/**
 * x where it is positive, alpha x elsewhere.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64; integers become float32.
 *
 * @see TensorFlow `leaky_relu`, python/ops/nn_ops.py; `LeakyRelu`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.leakyRelu(constant([-2, 2]), { alpha: 0.5 })).toArray(); // [-1, 2]
 */
export function leakyRelu(features: TensorLike, options: LeakyReluOptions = {}): Tensor {
  return inOpScope(options.name, "LeakyRelu", [features, options.alpha], (scope) => {
    const given = convertToTensor(features, { name: "features" });
    const x = given.dtype.isInteger ? cast(given, float32) : given;
    return applyOp1(defs.LeakyRelu, [x], { alpha: options.alpha }, scope);
  });
}

/**
 * x where it is positive, exp(x) - 1 elsewhere.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `Elu`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.elu(constant([0, 2]))).toArray(); // [0, 2]
 */
export function elu(features: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Elu, [features], {}, options.name);
}

/**
 * The scaled `elu` that keeps mean and variance through layers.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `Selu`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.selu(constant([0]))).toArray(); // [0]
 */
export function selu(features: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Selu, [features], {}, options.name);
}

/**
 * log(exp(x) + 1), element by element, without overflow.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `Softplus`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.softplus(constant([100]))).toArray(); // [100]
 */
export function softplus(features: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Softplus, [features], {}, options.name);
}

/**
 * x / (|x| + 1), element by element.
 *
 * Shapes: any → the same. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `Softsign`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.softsign(constant([-1, 3]))).toArray(); // [-0.5, 0.75]
 */
export function softsign(features: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.Softsign, [features], {}, options.name);
}

/**
 * Half of the sum of squares.
 *
 * Shapes: any → `[]`. Dtypes: float16, bfloat16, float32, float64.
 *
 * @see TensorFlow `L2Loss`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.l2Loss(constant([3, 4]))).item(); // 12.5
 */
export function l2Loss(t: TensorLike, options: NameOption = {}): Tensor {
  return applyOp1(defs.L2Loss, [t], {}, options.name);
}

/** Options of `biasAdd`. */
export interface BiasAddOptions extends NameOption {
  /** Where the channels are: last (`N…C`, the default) or second (`NC…`). */
  readonly dataFormat?: string | null | undefined;
}

/**
 * Adds one number per channel.
 *
 * Shapes: value `[n, …, c]`, bias `[c]` → `[n, …, c]`; with `NC…`, value `[n, c, …]`.
 * Dtypes: all numbers, both alike.
 *
 * @throws {ShapeError} when the bias has another length than there are channels.
 * @throws {ArgumentError} for another data format.
 * @see TensorFlow `bias_add`, python/ops/nn_ops.py; `BiasAdd`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.biasAdd(constant([[1, 2]]), constant([10, 20]))).toArray(); // [[11, 22]]
 */
export function biasAdd(value: TensorLike, bias: TensorLike, options: BiasAddOptions = {}): Tensor {
  return inOpScope(options.name, "BiasAdd", [value, bias], (scope) => {
    const dataFormat = biasFormat(options.dataFormat ?? null);
    const x = convertToTensor(value, { name: "input" });
    const b = convertToTensor(bias, { dtype: x.dtype, name: "bias" });
    return applyOp1(defs.BiasAdd, [x, b], { data_format: dataFormat }, scope);
  });
}

function biasFormat(format: string | null): string | undefined {
  if (format === null) return undefined;
  if (format.startsWith("NC")) return "NCHW";
  if (format.startsWith("N") && format.endsWith("C")) return "NHWC";
  throw new ArgumentError(
    `\`data_format\` must be of the form \`N...C\` or \`NC...\`. Received: data_format=${format}`,
    { dataFormat: format },
  );
}

/**
 * x weights + biases.
 *
 * Shapes: x `[n, a]`, weights `[a, b]`, biases `[b]` → `[n, b]`. Dtypes: as `matmul`.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `xw_plus_b`, python/ops/nn_ops.py
 * @example
 * session.runSync(nn.xwPlusB(constant([[1, 2]]), constant([[3], [4]]), constant([5]))).toArray(); // [[16]]
 */
export function xwPlusB(x: TensorLike, weights: TensorLike, biases: TensorLike, options: NameOption = {}): Tensor {
  return affine("xw_plus_b", [x, weights, biases], options, (product, bias, scope) =>
    biasAdd(product, bias, { name: scope }),
  );
}

/**
 * relu(x weights + biases).
 *
 * Shapes: x `[n, a]`, weights `[a, b]`, biases `[b]` → `[n, b]`. Dtypes: as `matmul`.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @see TensorFlow `relu_layer`, python/ops/nn_impl.py
 * @example
 * session.runSync(nn.reluLayer(constant([[1, 2]]), constant([[3], [4]]), constant([-20]))).toArray(); // [[0]]
 */
export function reluLayer(x: TensorLike, weights: TensorLike, biases: TensorLike, options: NameOption = {}): Tensor {
  return affine("relu_layer", [x, weights, biases], options, (product, bias, scope) =>
    relu(biasAdd(product, bias), { name: scope }),
  );
}

/** The tensors of a layer and their product; `finish` makes the op that has the scope's name. */
function affine(
  defaultName: string,
  inputs: readonly [TensorLike, TensorLike, TensorLike],
  options: NameOption,
  finish: (product: Tensor, bias: Tensor, scope: string) => Tensor,
): Tensor {
  return inOpScope(options.name, defaultName, inputs, (scope) => {
    const x = convertToTensor(inputs[0], { name: "x" });
    const weights = convertToTensor(inputs[1], { name: "weights" });
    const biases = convertToTensor(inputs[2], { name: "biases" });
    return finish(matmul(x, weights), biases, scope);
  });
}

/** Options of `localResponseNormalization`. */
export interface LrnOptions extends NameOption {
  /** How many channels on each side count; default 5. */
  readonly depthRadius?: number | undefined;
  /** Added before the power, keeps from dividing by 0; default 1. */
  readonly bias?: number | undefined;
  /** Default 1. */
  readonly alpha?: number | undefined;
  /** The exponent; default 0.5. */
  readonly beta?: number | undefined;
}

/**
 * Divides each element by (bias + alpha × the sum of squares of the channels around it) ^ beta.
 *
 * Shapes: `[n, h, w, c]` → the same. Dtypes: float16, bfloat16, float32.
 *
 * @throws {ShapeError} when the input has not four dimensions.
 * @see TensorFlow `LRN`, core/ops/nn_ops.cc
 * @example
 * nn.lrn(zeros([1, 2, 2, 8]), { depthRadius: 4, alpha: 0.001 / 9, beta: 0.75 }).name; // "LRN:0"
 */
export function localResponseNormalization(input: TensorLike, options: LrnOptions = {}): Tensor {
  const { depthRadius, bias, alpha, beta, name } = options;
  return applyOp1(defs.LRN, [input], { depth_radius: depthRadius, bias, alpha, beta }, name);
}

/** The short name of `localResponseNormalization`. */
export const lrn: typeof localResponseNormalization = localResponseNormalization;

/**
 * Whether each target is among the k classes with the highest predictions. Classes as high as the target's do not push it out.
 *
 * Shapes: predictions `[batch, classes]`, targets `[batch]`, k `[]` → `[batch]`.
 * Dtypes: predictions float32; targets and k int32 or int64; result bool.
 *
 * @throws {ShapeError} when the batches differ.
 * @see TensorFlow `in_top_k`, python/ops/nn_ops.py; `InTopKV2`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.inTopK(constant([[0.1, 0.9]]), constant([1], { dtype: "int32" }), 1)).toArray(); // [true]
 */
export function inTopK(predictions: TensorLike, targets: TensorLike, k: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "in_top_k", [], () =>
    applyOp1(defs.InTopKV2, [predictions, targets, k], {}, options.name),
  );
}

/** Options of `topK`. */
export interface TopKOptions extends NameOption {
  /** How many; default 1. */
  readonly k?: TensorLike | undefined;
  /** Whether the largest comes first; default true. */
  readonly sorted?: boolean | undefined;
  /** int16, int32 (default) or int64. */
  readonly indexType?: DTypeLike | undefined;
}

/** What `topK` found. */
export interface TopK {
  readonly values: Tensor;
  /** Their places in the last dimension. */
  readonly indices: Tensor;
}

/**
 * The k largest entries of each row, and where they are. Of equal ones the first counts.
 *
 * Shapes: `[…, n]` → values and indices `[…, k]`. Dtypes: all real numbers.
 *
 * @throws {ShapeError} when k is larger than n.
 * @see TensorFlow `top_k`, python/ops/nn_ops.py; `TopKV2`, core/ops/nn_ops.cc
 * @example
 * session.runSync(nn.topK(constant([1, 3, 2]), { k: 2 }).values).toArray(); // [3, 2]
 */
export function topK(input: TensorLike, options: TopKOptions = {}): TopK {
  const { k = 1, sorted, indexType, name } = options;
  const op = applyOp(defs.TopKV2, [input, k], { sorted, index_type: indexType }, name);
  return { values: op.output(0), indices: op.output(1) };
}
