/** Kernels of the random ops: which distribution of the op's stream they draw from. The distributions themselves: `tensor/philox-distributions.ts`. Mirrors core/kernels/random_op.cc, random_shuffle_op.cc and multinomial_op.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import { shapeText } from "../kernels/checks.ts";
import { drawClasses } from "../kernels/draw-classes.ts";
import { drawFrom, type FloatDistribution, normal, shapeOf, truncated, uniform } from "../kernels/draws.ts";
import { countOf } from "../kernels/elementwise.ts";
import { type KernelContext, kernelsFor } from "../kernels/rule.ts";
import { allocate, type DataArray, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { type Draw, type PhiloxState, philoxWords, skipBlocks } from "../tensor/philox.ts";
import { shuffledIndices, uniformInt32, uniformInt64 } from "../tensor/philox-distributions.ts";
import type { randomDefs } from "./random.defs.ts";

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

function drawFromClasses(logits: NDArray, samples: NDArray, dtype: DType, context: KernelContext): NDArray {
  return drawClasses(logits, samples, dtype, (words, batch, count) =>
    drawFrom(context, (state) => ({
      elements: philoxWords(state, words),
      next: skipBlocks(state, MULTINOMIAL_BLOCKS * batch * Math.ceil(count / 4) * 4 * 2),
    })),
  );
}

/** The kernels of this family. */
export const randomKernels = kernelsFor<typeof randomDefs>()({
  RandomUniform: ([shape], { dtype }, context) => drawFloats(uniform, shape, dtype, context),
  RandomStandardNormal: ([shape], { dtype }, context) => drawFloats(normal, shape, dtype, context),
  TruncatedNormal: ([shape], { dtype }, context) => drawFloats(truncated, shape, dtype, context),
  RandomUniformInt: ([shape, low, high], _, context) => drawIntegers(shape, low, high, context),
  RandomShuffle: ([value], _, context) => shuffleRows(value, context),
  Multinomial: ([logits, samples], { output_dtype }, context) =>
    drawFromClasses(logits, samples, output_dtype, context),
});
