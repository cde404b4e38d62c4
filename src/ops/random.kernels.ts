/** Kernels of the random ops: which distribution of the op's stream they draw from. The distributions themselves: `tensor/philox.ts`. Mirrors core/kernels/random_op.cc, random_shuffle_op.cc and multinomial_op.cc. */
import { invariant } from "../base/assert.ts";
import { InvalidArgumentError } from "../base/errors.ts";
import { checkedDims, require, shapeText } from "../kernels/checks.ts";
import { countOf } from "../kernels/elementwise.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { unitFloat64 } from "../tensor/box-muller.ts";
import { allocate, type DataArray, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import {
  type Draw,
  normalBfloat16,
  normalFloat16,
  normalFloat32,
  normalFloat64,
  type PhiloxState,
  philoxWords,
  shuffledIndices,
  skipBlocks,
  truncatedNormalBfloat16,
  truncatedNormalFloat16,
  truncatedNormalFloat32,
  truncatedNormalFloat64,
  uniformBfloat16,
  uniformFloat16,
  uniformFloat32,
  uniformFloat64,
  uniformInt32,
  uniformInt64,
} from "../tensor/philox.ts";
import type { randomDefs } from "./random.defs.ts";

type FloatDistribution = Readonly<
  Record<"float16" | "bfloat16" | "float32" | "float64", (state: PhiloxState, count: number) => Draw<DataArray>>
>;

const uniform: FloatDistribution = {
  float16: uniformFloat16,
  bfloat16: uniformBfloat16,
  float32: uniformFloat32,
  float64: uniformFloat64,
};
const normal: FloatDistribution = {
  float16: normalFloat16,
  bfloat16: normalBfloat16,
  float32: normalFloat32,
  float64: normalFloat64,
};
const truncated: FloatDistribution = {
  float16: truncatedNormalFloat16,
  bfloat16: truncatedNormalBfloat16,
  float32: truncatedNormalFloat32,
  float64: truncatedNormalFloat64,
};

/** Draws from the op's stream and leaves it where the next draw starts. */
function drawFrom<T>(context: KernelContext, draw: (state: PhiloxState) => Draw<T>): T {
  const stream = context.random;
  invariant(stream, "a random op ran without a random stream");
  const { elements, next } = draw(stream.state);
  stream.state = next;
  return elements;
}

/** The shape that a tensor holds. */
function shapeOf(value: NDArray): number[] {
  require(value.rank === 1, () => `shape must be a vector of {int32,int64}, got shape ${shapeText(value.shape)}`, {
    value,
  });
  return checkedDims(value);
}

function drawFloats(table: FloatDistribution, shapeValue: NDArray, dtype: DType, context: KernelContext): NDArray {
  const shape = shapeOf(shapeValue);
  const count = countOf(shape);
  const elements = drawFrom(context, (state) => table[dtype.baseName as keyof FloatDistribution](state, count));
  return new NDArray(dtype, shape, elements);
}

function drawIntegers(shapeValue: NDArray, low: NDArray, high: NDArray, context: KernelContext): NDArray {
  for (const [name, bound] of [
    ["minval", low],
    ["maxval", high],
  ] as const) {
    if (bound.rank !== 0) throw new InvalidArgumentError(`${name} must be 0-D, got shape ${shapeText(bound.shape)}`);
  }
  const shape = shapeOf(shapeValue);
  const count = countOf(shape);
  if (count === 0) return new NDArray(low.dtype, shape, allocate(low.dtype, 0));
  const [from, to] = [low.at(0) as number | bigint, high.at(0) as number | bigint];
  if (from >= to) throw new InvalidArgumentError(`Need minval < maxval, got ${from} >= ${to}`);
  const draw = (state: PhiloxState): Draw<DataArray> =>
    low.dtype.isBig
      ? uniformInt64(state, count, from as bigint, to as bigint)
      : uniformInt32(state, count, from as number, to as number);
  return new NDArray(low.dtype, shape, drawFrom(context, draw));
}

function shuffleRows(value: NDArray, context: KernelContext): NDArray {
  const rows = value.shape[0] ?? 1;
  if (rows <= 1 || value.size <= 1) return value;
  const order = drawFrom(context, (state) => shuffledIndices(state, rows));
  const width = value.data.length / rows;
  if (value.dtype.isString) {
    const strings = value.data as Uint8Array[];
    return new NDArray(
      value.dtype,
      value.shape,
      Array.from(order).flatMap((row) => strings.slice(row * width, (row + 1) * width)),
    );
  }
  const source = value.data as Float64Array;
  const out = allocate(value.dtype, value.size) as Float64Array;
  for (let i = 0; i < rows; i += 1) {
    const start = (order[i] as number) * width;
    out.set(source.subarray(start, start + width), i * width);
  }
  return new NDArray(value.dtype, value.shape, out);
}

/** 128-bit blocks that TensorFlow reserves per element, which is two words of a double; multinomial_op.cc. */
const MULTINOMIAL_BLOCKS = 256;

function drawClasses(logits: NDArray, samples: NDArray, dtype: DType, context: KernelContext): NDArray {
  checkMultinomial(logits, samples);
  const [batch = 0, classes = 0] = logits.shape;
  const count = Number(samples.at(0));
  const out = allocate(dtype, batch * count);
  if (batch * count === 0) return new NDArray(dtype, [batch, count], out);
  const words = drawFrom(context, (state) => ({
    elements: philoxWords(state, 2 * batch * count),
    next: skipBlocks(state, MULTINOMIAL_BLOCKS * batch * Math.ceil(count / 4) * 4 * 2),
  }));
  const cumulative = new Float64Array(classes);
  const found = new Float64Array(batch * count);
  for (let row = 0; row < batch; row += 1) {
    const total = accumulateWeights(logits, row * classes, cumulative);
    for (let i = row * count; i < (row + 1) * count; i += 1) {
      found[i] = firstAbove(cumulative, unitFloat64(words[2 * i] as number, words[2 * i + 1] as number) * total);
    }
  }
  if (dtype.isBig) for (let i = 0; i < found.length; i += 1) (out as BigInt64Array)[i] = BigInt(found[i] as number);
  else (out as Int32Array).set(found);
  return new NDArray(dtype, [batch, count], out);
}

function checkMultinomial(logits: NDArray, samples: NDArray): void {
  require(logits.rank === 2, () => `logits should be a matrix, got shape ${shapeText(logits.shape)}`, { logits });
  require(samples.rank === 0, () => `num_samples should be a scalar, got shape ${shapeText(samples.shape)}`, {
    samples,
  });
  require(Number(samples.at(0)) >= 0, () => `num_samples should be non-negative, got ${samples.at(0)}`, { samples });
  require((logits.shape[1] as number) > 0, () => `num_classes should be positive, got ${logits.shape[1]}`, { logits });
}

/** Fills the running sums of the classes' weights, the largest being 1; what is not finite weighs nothing. Gives the whole sum. */
function accumulateWeights(logits: NDArray, start: number, cumulative: Float64Array): number {
  let largest = -Infinity;
  for (let j = 0; j < cumulative.length; j += 1) {
    const logit = Number(logits.at(start + j));
    if (Number.isFinite(logit)) largest = Math.max(largest, logit);
  }
  let total = 0;
  for (let j = 0; j < cumulative.length; j += 1) {
    const logit = Number(logits.at(start + j));
    if (Number.isFinite(logit)) total += Math.exp(logit - largest);
    cumulative[j] = total;
  }
  return total;
}

/** The first position whose value is above `limit`. */
function firstAbove(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The kernels of this family. */
export const randomKernels = kernelsFor<typeof randomDefs>()({
  RandomUniform: ([shape], { dtype }, context) => drawFloats(uniform, shape, dtype, context),
  RandomStandardNormal: ([shape], { dtype }, context) => drawFloats(normal, shape, dtype, context),
  TruncatedNormal: ([shape], { dtype }, context) => drawFloats(truncated, shape, dtype, context),
  RandomUniformInt: ([shape, low, high], _, context) => drawIntegers(shape, low, high, context),
  RandomShuffle: ([value], _, context) => shuffleRows(value, context),
  Multinomial: ([logits, samples], { output_dtype }, context) => drawClasses(logits, samples, output_dtype, context),
});
