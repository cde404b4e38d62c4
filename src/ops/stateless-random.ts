/** Builders of random tensors whose numbers are told by a seed alone: the same in every step and session. Mirrors python/ops/stateless_random_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { pythonText } from "../base/text.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { OpDef } from "../graph/op-def.ts";
import type { Tensor } from "../graph/tensor.ts";
import {
  asDType,
  bfloat16,
  type DTypeLike,
  float16,
  float32,
  float64,
  int32,
  int64,
  uint32,
  uint64,
} from "../tensor/dtype.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { add } from "./math.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { asFloat, type CategoricalOptions, type MultinomialOptions, shapeTensor } from "./random.ts";
import { statelessRandomDefs as defs } from "./stateless-random.defs.ts";

/** Options of `random.statelessUniform`. */
export interface StatelessUniformOptions extends NameOption {
  /** The least value; default 0. `null`, for integers together with `maxval`, stands for all values that the dtype has. */
  readonly minval?: TensorLike | null | undefined;
  /** The bound above, itself excluded; default 1 for floating types. */
  readonly maxval?: TensorLike | null | undefined;
  /** Default float32. */
  readonly dtype?: DTypeLike | undefined;
}

/** Options of `random.statelessNormal` and `random.statelessTruncatedNormal`. */
export interface StatelessNormalOptions extends NameOption {
  /** Default 0. */
  readonly mean?: TensorLike | undefined;
  /** Standard deviation; default 1. */
  readonly stddev?: TensorLike | undefined;
  /** Default float32. */
  readonly dtype?: DTypeLike | undefined;
}

/** The algorithm that the device chooses. */
const AUTOMATIC = 3;

/** Inputs of a draw: the shape, what the seed gives, and the algorithm. */
function drawInputs(shape: Tensor, seed: TensorLike): TensorLike[] {
  const { outputs } = applyOp(defs.StatelessRandomGetKeyCounter, [wholeSeed(seed)]);
  return [shape, ...outputs, ndarray(AUTOMATIC, int32)];
}

/** Literals are int32, as Python's integers. */
function wholeSeed(seed: TensorLike): TensorLike {
  return Array.isArray(seed) && seed.every((part) => typeof part === "number") ? ndarray(seed, int32) : seed;
}

const uniformTypes = [float16, bfloat16, float32, float64, int32, int64, uint32, uint64];

/**
 * Uniform random numbers in [minval, maxval) that the seed alone tells.
 *
 * Shapes: the result has `shape`; seed `[2]`. Dtypes: float16, bfloat16, float32, float64, int32, int64, and uint32 and uint64 without bounds; seed int32 or int64.
 *
 * @throws {ArgumentError} for other dtypes, and for integers with one bound.
 * @see TensorFlow `tf.random.stateless_uniform`, python/ops/stateless_random_ops.py
 * @example
 * const x = random.statelessUniform([2], [1, 2], { minval: 0, maxval: 10, dtype: "int32" });
 * session.runSync(x).equals(session.runSync(x)); // true
 */
export function statelessRandomUniform(
  shape: TensorLike,
  seed: TensorLike,
  options: StatelessUniformOptions = {},
): Tensor {
  const dtype = asDType(options.dtype ?? float32);
  const minval = options.minval === undefined ? 0 : options.minval;
  const maxval = options.maxval ?? null;
  if (!uniformTypes.includes(dtype)) {
    const accepted = uniformTypes.map((type) => `tf.${type.name}`).join(", ");
    throw new ArgumentError(`Argument \`dtype\` got invalid value ${dtype}. Accepted dtypes are (${accepted}).`, {
      dtype,
    });
  }
  if (dtype.isInteger && (minval === null) !== (maxval === null)) {
    throw new ArgumentError(
      `For integer \`dtype\` argument ${dtype}, argument \`minval\` and \`maxval\` must be both None or not None. Got \`minval\`=${pythonText(minval)} and \`maxval\`=${pythonText(maxval)}.`,
      { dtype, minval, maxval },
    );
  }
  if (dtype.isUnsigned && minval !== null) {
    throw new ArgumentError(
      `Argument \`dtype\` got invalid value ${dtype} when argument \`minval\` is not None. Please don't use unsigned integers in this case.`,
      { dtype, minval },
    );
  }
  return inOpScope(options.name, "stateless_random_uniform", [shape, seed, minval, maxval], (scope) => {
    const dims = shapeTensor(shape);
    if (dtype.isInteger && minval === null)
      return applyOp1(defs.StatelessRandomUniformFullIntV2, drawInputs(dims, seed), { dtype }, scope);
    const low = convertToTensor(minval ?? 0, { dtype, name: "min" });
    const high = convertToTensor(maxval ?? 1, { dtype, name: "max" });
    const inputs = drawInputs(dims, seed);
    if (dtype.isInteger) return applyOp1(defs.StatelessRandomUniformIntV2, [...inputs, low, high], { dtype }, scope);
    const drawn = applyOp1(defs.StatelessRandomUniformV2, inputs, { dtype });
    return add(drawn.mul(high.sub(low)), low, { name: scope });
  });
}

/**
 * Normal random numbers that the seed alone tells.
 *
 * Shapes: the result has `shape`; seed `[2]`. Dtypes: float16, bfloat16, float32, float64; seed int32 or int64.
 *
 * @see TensorFlow `tf.random.stateless_normal`, python/ops/stateless_random_ops.py
 * @example
 * const x = random.statelessNormal([2], [1, 2]);
 * session.runSync(x).equals(session.runSync(x)); // true
 */
export function statelessRandomNormal(
  shape: TensorLike,
  seed: TensorLike,
  options: StatelessNormalOptions = {},
): Tensor {
  return normal(defs.StatelessRandomNormalV2, "stateless_random_normal", shape, seed, options);
}

/**
 * Normal random numbers within two standard deviations of the mean that the seed alone tells.
 *
 * Shapes: the result has `shape`; seed `[2]`. Dtypes: float16, bfloat16, float32, float64; seed int32 or int64.
 *
 * @see TensorFlow `tf.random.stateless_truncated_normal`, python/ops/stateless_random_ops.py
 * @example
 * random.statelessTruncatedNormal([2, 3], [1, 2]).shape; // (2, 3)
 */
export function statelessTruncatedNormal(
  shape: TensorLike,
  seed: TensorLike,
  options: StatelessNormalOptions = {},
): Tensor {
  return normal(defs.StatelessTruncatedNormalV2, "stateless_truncated_normal", shape, seed, options);
}

function normal(
  def: OpDef,
  defaultName: string,
  shape: TensorLike,
  seed: TensorLike,
  options: StatelessNormalOptions,
): Tensor {
  const { mean = 0, stddev = 1 } = options;
  const dtype = asDType(options.dtype ?? float32);
  return inOpScope(options.name, defaultName, [shape, seed, mean, stddev], (scope) => {
    const dims = shapeTensor(shape);
    const meanTensor = convertToTensor(asFloat(mean), { dtype, name: "mean" });
    const stddevTensor = convertToTensor(asFloat(stddev), { dtype, name: "stddev" });
    const drawn = applyOp1(def, drawInputs(dims, seed), { dtype });
    return add(drawn.mul(stddevTensor), meanTensor, { name: scope });
  });
}

/**
 * Draws class numbers with the probabilities that unnormalized logarithms tell; the seed alone tells which.
 *
 * Shapes: logits `[batch, classes]`, numSamples a scalar, seed `[2]` → `[batch, numSamples]`. Dtypes: logits any real type; result int32 or int64.
 *
 * @see TensorFlow `tf.random.stateless_multinomial`, python/ops/stateless_random_ops.py; `StatelessMultinomial`
 * @example
 * random.statelessMultinomial(constant([[0, 1]]), 5, [1, 2]).shape; // (1, 5)
 */
export function statelessMultinomial(
  logits: TensorLike,
  numSamples: TensorLike,
  seed: TensorLike,
  options: Omit<MultinomialOptions, "seed"> = {},
): Tensor {
  return drawClasses("stateless_multinomial", logits, numSamples, seed, options.outputDtype, options.name);
}

/**
 * As `statelessMultinomial`, under its newer name.
 *
 * Shapes: logits `[batch, classes]`, numSamples a scalar, seed `[2]` → `[batch, numSamples]`.
 *
 * @see TensorFlow `tf.random.stateless_categorical`, python/ops/stateless_random_ops.py
 * @example
 * random.statelessCategorical(constant([[0, 1]]), 5, [1, 2], { dtype: "int32" }).dtype; // int32
 */
export function statelessCategorical(
  logits: TensorLike,
  numSamples: TensorLike,
  seed: TensorLike,
  options: Omit<CategoricalOptions, "seed"> = {},
): Tensor {
  return drawClasses("stateless_categorical", logits, numSamples, seed, options.dtype, options.name);
}

function drawClasses(
  defaultName: string,
  logits: TensorLike,
  numSamples: TensorLike,
  seed: TensorLike,
  dtype: DTypeLike | null | undefined,
  name: NameOption["name"],
): Tensor {
  return inOpScope(name, defaultName, [logits, seed], () => {
    const weights = convertToTensor(logits, { name: "logits" });
    const inputs = [weights, numSamples, wholeSeed(seed)];
    return applyOp1(defs.StatelessMultinomial, inputs, { output_dtype: asDType(dtype ?? int64) });
  });
}
