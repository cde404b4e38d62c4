/** Builders of random tensors. Not the seeds' rules: `random-seed.ts`. Mirrors python/ops/random_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, naturalDType, type TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import { publicCall } from "../graph/public-call.ts";
import { isTensorConvertible, Tensor } from "../graph/tensor.ts";
import { asDType, bfloat16, type DTypeLike, float16, float32, float64, int32, int64 } from "../tensor/dtype.ts";
import { NDArray, pythonLiteral } from "../tensor/ndarray.ts";
import { add, multiply } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { randomDefs } from "./random.defs.ts";
import { seedAttrs } from "./random-seed.ts";

/** Options of every random op. */
export interface RandomOptions extends NameOption {
  /** The op's own seed; without it the graph's seed counts. */
  readonly seed?: number | null | undefined;
}

/** Options of `randomNormal` and `truncatedNormal`. */
export interface NormalOptions extends RandomOptions {
  /** Default 0. */
  readonly mean?: TensorLike | undefined;
  /** Standard deviation; default 1. */
  readonly stddev?: TensorLike | undefined;
  /** Default float32. */
  readonly dtype?: DTypeLike | undefined;
}

/** Options of `randomUniform`. */
export interface UniformOptions extends RandomOptions {
  /** The least value; default 0. */
  readonly minval?: TensorLike | undefined;
  /** The bound above, itself excluded; default 1 for floating types, required for integers. */
  readonly maxval?: TensorLike | null | undefined;
  /** Default float32. */
  readonly dtype?: DTypeLike | undefined;
}

/** The shape of a random tensor as a tensor: literals become int32. */
export function shapeTensor(shape: TensorLike): Tensor {
  const hasTensors =
    shape instanceof Tensor ||
    isTensorConvertible(shape) ||
    (Array.isArray(shape) && shape.some((d) => d instanceof Tensor || isTensorConvertible(d)));
  return convertToTensor(shape, { dtype: hasTensors ? undefined : naturalDType(shape, [int32, int64]), name: "shape" });
}

/**
 * Normal random numbers.
 *
 * Shapes: the result has `shape`; mean and stddev broadcast with it.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `random_normal`, python/ops/random_ops.py; `RandomStandardNormal`, core/ops/random_ops.cc
 * @example
 * randomNormal([2, 3], { stddev: 0.1, seed: 1 }).shape; // (2, 3)
 */
export function randomNormal(shape: TensorLike, options: NormalOptions = {}): Tensor {
  return normal(randomDefs.RandomStandardNormal, "random_normal", shape, options);
}

/**
 * Normal random numbers within two standard deviations of the mean; others are drawn again.
 *
 * Shapes: the result has `shape`; mean and stddev broadcast with it.
 * Dtypes: float16, bfloat16, float32, float64.
 *
 * @throws {DTypeError} for other dtypes.
 * @see TensorFlow `truncated_normal`, python/ops/random_ops.py; `TruncatedNormal`, core/ops/random_ops.cc
 * @example
 * truncatedNormal([2, 3], { stddev: 0.1, seed: 1 }).name; // "truncated_normal:0"
 */
export function truncatedNormal(shape: TensorLike, options: NormalOptions = {}): Tensor {
  return normal(randomDefs.TruncatedNormal, "truncated_normal", shape, options);
}

function normal(def: OpDef, defaultName: string, shape: TensorLike, options: NormalOptions): Tensor {
  const { mean = 0, stddev = 1, seed, name } = options;
  const dtype = asDType(options.dtype ?? float32);
  return inOpScope(name, defaultName, [shape, mean, stddev], (scope) => {
    const dims = shapeTensor(shape);
    const meanTensor = convertToTensor(asFloat(mean), { dtype, name: "mean" });
    const stddevTensor = convertToTensor(asFloat(stddev), { dtype, name: "stddev" });
    const drawn = applyOp1(def, [dims], { dtype, ...seedAttrs(seed) });
    return add(drawn.mul(stddevTensor), meanTensor, { name: scope });
  });
}

/** Moments are Python floats in TensorFlow: integer types refuse them, also when they are whole. */
export function asFloat(value: TensorLike): TensorLike {
  return typeof value === "number" ? pythonLiteral(value, "float") : value;
}

const uniformTypes = [float16, bfloat16, float32, float64, int32, int64];

/**
 * Uniform random numbers in [minval, maxval).
 *
 * Shapes: the result has `shape`; for floating types minval and maxval broadcast with it, for integers they are scalars.
 * Dtypes: float16, bfloat16, float32, float64, int32, int64.
 *
 * @throws {ArgumentError} for other dtypes, and for integers without `maxval`.
 * @remarks Differs from TensorFlow in names only: there, the Python integers 0 and 1 as bounds make no ops, while 0.0 and 1.0 do.
 * Here an omitted bound makes none, and a given number does; `pythonLiteral(0, "int")` stands for the integer.
 * @see TensorFlow `random_uniform`, python/ops/random_ops.py; `RandomUniform`, `RandomUniformInt`, core/ops/random_ops.cc
 * @example
 * randomUniform([2], { minval: -1, maxval: 1, seed: 1 }).name; // "random_uniform:0"
 * randomUniform([2], { maxval: 10, dtype: "int32" }).op.type; // "RandomUniformInt"
 */
export function randomUniform(shape: TensorLike, options: UniformOptions = {}): Tensor {
  const dtype = asDType(options.dtype ?? float32);
  if (!uniformTypes.includes(dtype)) {
    const accepted = uniformTypes.map((type) => `tf.${type.name}`).join(", ");
    throw new ArgumentError(`Argument \`dtype\` got invalid value ${dtype}. Accepted dtypes are (${accepted}).`, {
      dtype,
    });
  }
  const { minval = 0, maxval, seed, name } = options;
  const startsAtZero = options.minval === undefined || isPythonInteger(minval, 0);
  const endsAtOne = (maxval ?? null) === null || isPythonInteger(maxval, 1);
  if ((maxval ?? null) === null && dtype.isInteger) {
    throw new ArgumentError(`Must specify maxval for integer dtype tf.${dtype.name}`, { dtype });
  }
  return inOpScope(name, "random_uniform", [shape, minval, maxval], (scope) => {
    const dims = shapeTensor(shape);
    if (startsAtZero && endsAtOne && !dtype.isInteger) {
      return applyOp1(randomDefs.RandomUniform, [dims], { dtype, ...seedAttrs(seed) });
    }
    const low = convertToTensor(minval, { dtype, name: "min" });
    const high = convertToTensor(maxval ?? 1, { dtype, name: "max" });
    if (dtype.isInteger) return applyOp1(randomDefs.RandomUniformInt, [dims, low, high], seedAttrs(seed), scope);
    const drawn = applyOp1(randomDefs.RandomUniform, [dims], { dtype, ...seedAttrs(seed) });
    if (startsAtZero) return multiply(drawn, high);
    return add(drawn.mul(high.sub(low)), low, { name: scope });
  });
}

/** Whether a bound is this number as an integer of Python, which needs no op. */
function isPythonInteger(bound: TensorLike | null | undefined, value: number): boolean {
  return bound instanceof NDArray && bound.isPythonLiteral && bound.pythonType === "int" && bound.at(0) === value;
}

/**
 * The rows of a tensor in random order.
 *
 * Shapes: value `[n, …]` → `[n, …]`. Dtypes: all.
 *
 * @see TensorFlow `random_shuffle`, python/ops/random_ops.py; `RandomShuffle`, core/ops/random_ops.cc
 * @example
 * randomShuffle(constant([1, 2, 3]), { seed: 1 }).shape; // (3,)
 */
export function randomShuffle(value: TensorLike, options: RandomOptions = {}): Tensor {
  return publicCall(() => applyOp1(randomDefs.RandomShuffle, [value], seedAttrs(options.seed), options.name));
}

/** Options of `multinomial`. */
export interface MultinomialOptions extends RandomOptions {
  /** int32 or int64; default int64. */
  readonly outputDtype?: DTypeLike | null | undefined;
}

/**
 * Draws class numbers with the probabilities that unnormalized logarithms tell.
 *
 * Shapes: logits `[batch, classes]`, numSamples a scalar → `[batch, numSamples]`.
 * Dtypes: logits any real type; result int32 or int64.
 *
 * @throws {ArgumentError} for another output dtype.
 * @see TensorFlow `multinomial`, python/ops/random_ops.py; `Multinomial`, core/ops/random_ops.cc
 * @example
 * multinomial(constant([[0, 1]]), 5).shape; // (1, 5)
 */
export function multinomial(logits: TensorLike, numSamples: TensorLike, options: MultinomialOptions = {}): Tensor {
  return drawClasses("multinomial", logits, numSamples, options.outputDtype, options);
}

/** Options of `categorical`. */
export interface CategoricalOptions extends RandomOptions {
  /** int32 or int64; default int64. */
  readonly dtype?: DTypeLike | null | undefined;
}

/**
 * As `multinomial`, under its newer name.
 *
 * Shapes: logits `[batch, classes]`, numSamples a scalar → `[batch, numSamples]`.
 *
 * @throws {ArgumentError} for another dtype than int32 and int64.
 * @see TensorFlow `categorical`, python/ops/random_ops.py
 * @example
 * random.categorical(constant([[0, 1]]), 5, { dtype: "int32" }).dtype; // int32
 */
export function categorical(logits: TensorLike, numSamples: TensorLike, options: CategoricalOptions = {}): Tensor {
  return drawClasses("categorical", logits, numSamples, options.dtype, options);
}

function drawClasses(
  defaultName: string,
  logits: TensorLike,
  numSamples: TensorLike,
  outputDtype: DTypeLike | null | undefined,
  options: RandomOptions,
): Tensor {
  return inOpScope(options.name, defaultName, [logits], () => {
    const weights = convertToTensor(logits, { name: "logits" });
    const dtype = asDType(outputDtype ?? int64);
    if (dtype !== int32 && dtype !== int64) {
      throw new ArgumentError(
        `Argument \`dtype\` got invalid value ${dtype}. Accepted dtypes are (tf.int32, tf.int64).`,
        { dtype },
      );
    }
    return applyOp1(randomDefs.Multinomial, [weights, numSamples], { ...seedAttrs(options.seed), output_dtype: dtype });
  });
}
