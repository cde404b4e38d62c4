/** Kernels of the random ops whose numbers are told by a seed input alone. Mirrors core/kernels/stateless_random_ops.cc and stateless_random_ops_v2.cc. */
import { InvalidArgumentError, UnimplementedError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { drawClasses } from "../kernels/draw-classes.ts";
import { type FloatDistribution, normal, shapeOf, truncated, uniform } from "../kernels/draws.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { countOf } from "../kernels/strided-copy.ts";
import { allocate, type DataArray, type DType, int32, uint64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { type PhiloxState, philoxWords } from "../tensor/philox.ts";
import { uniformInt32, uniformInt64 } from "../tensor/philox-distributions.ts";
import type { statelessRandomDefs } from "./stateless-random.defs.ts";

/** The key with which seeds are scrambled. */
const SCRAMBLING_KEY = [0x3ec8f720, 0x02461e29] as const;
const WORD = 0xffffffffn;

function wordsOf(value: number | bigint): [number, number] {
  const bits = BigInt.asUintN(64, BigInt(value));
  return [Number(bits & WORD), Number(bits >> 32n)];
}

/** The stream of a seed: the seed scrambled by one block of a fixed stream. */
function streamOf(seed: NDArray): PhiloxState {
  require(seed.rank === 1 && seed.size === 2, () => `seed must have shape [2], not ${shapeText(seed.shape)}`, { seed });
  const counter = [...wordsOf(seed.at(0) as bigint), ...wordsOf(seed.at(1) as bigint)];
  const [a = 0, b = 0, c = 0, d = 0] = philoxWords(
    { key: SCRAMBLING_KEY, counter: counter as [number, number, number, number] },
    4,
  );
  return { key: [a, b], counter: [0, 0, c, d] };
}

/** The stream of a key and a counter, for the algorithm that TensorFlow chooses on CPUs. */
function streamAt(key: NDArray, counter: NDArray, alg: NDArray): PhiloxState {
  require(alg.rank === 0, () => `input 3 (0-based) must have shape [], not ${shapeText(alg.shape)}`, { alg });
  const algorithm = Number(alg.at(0));
  // 1 is Philox, 3 the choice of the device.
  if (algorithm === 2)
    throw new UnimplementedError("ThreeFry is not here\n  the algorithms are 1 (Philox) and 3 (automatic)");
  if (algorithm !== 1 && algorithm !== 3)
    throw new InvalidArgumentError(`Unsupported algorithm id: ${algorithm}`, { alg });
  require(key.rank === 1 && key.size === 1, () =>
    `key must have shape [1], not ${shapeText(key.shape)}. (Note that batched keys are not supported yet.)`, { key });
  require(counter.rank === 1 && counter.size >= 2, () =>
    `counter must be a vector with length at least 2; got shape: ${shapeText(counter.shape)}. (Note that batched counters are not supported yet.)`, {
    counter,
  });
  return {
    key: wordsOf(key.at(0) as bigint),
    counter: [...wordsOf(counter.at(0) as bigint), ...wordsOf(counter.at(1) as bigint)],
  };
}

function floats(table: FloatDistribution, shapeValue: NDArray, dtype: DType, state: PhiloxState): NDArray {
  const shape = shapeOf(shapeValue);
  return new NDArray(dtype, shape, table[dtype.baseName as keyof FloatDistribution](state, countOf(shape)).elements);
}

/** Whole numbers of all values that the dtype has. */
function fullIntegers(shapeValue: NDArray, dtype: DType, state: PhiloxState): NDArray {
  const shape = shapeOf(shapeValue);
  const count = countOf(shape);
  const words = philoxWords(state, dtype.isBig ? 2 * count : count).slice();
  const data = allocate(dtype, 0).constructor as new (buffer: ArrayBufferLike) => DataArray;
  return new NDArray(dtype, shape, new data(words.buffer));
}

function integers(shapeValue: NDArray, low: NDArray, high: NDArray, state: PhiloxState): NDArray {
  for (const [name, bound] of [
    ["minval", low],
    ["maxval", high],
  ] as const) {
    require(bound.rank === 0, () => `${name} must be 0-D, got shape ${shapeText(bound.shape)}`, { [name]: bound });
  }
  const shape = shapeOf(shapeValue);
  const { dtype } = low;
  const [from, to] = [low.at(0) as number | bigint, high.at(0) as number | bigint];
  require(from < to, () => `Need minval < maxval, got ${from} >= ${to}`, { minval: from, maxval: to });
  const count = countOf(shape);
  // Unsigned numbers are the same bits.
  const { elements } = dtype.isBig
    ? uniformInt64(state, count, from as bigint, to as bigint)
    : uniformInt32(state, count, from as number, to as number);
  const data = allocate(dtype, 0).constructor as new (buffer: ArrayBufferLike) => DataArray;
  return new NDArray(dtype, shape, new data(elements.buffer));
}

function bigWords(words: readonly number[]): NDArray {
  const data = new BigUint64Array(new Uint32Array(words).buffer);
  return new NDArray(uint64, [data.length], data);
}

/** The kernels of this family. */
export const statelessRandomKernels = kernelsFor<typeof statelessRandomDefs>()({
  StatelessRandomUniform: ([shape, seed], { dtype }) => floats(uniform, shape, dtype, streamOf(seed)),
  StatelessRandomNormal: ([shape, seed], { dtype }) => floats(normal, shape, dtype, streamOf(seed)),
  StatelessTruncatedNormal: ([shape, seed], { dtype }) => floats(truncated, shape, dtype, streamOf(seed)),
  StatelessRandomUniformInt: ([shape, seed, low, high]) => integers(shape, low, high, streamOf(seed)),
  StatelessRandomUniformFullInt: ([shape, seed], { dtype }) => fullIntegers(shape, dtype, streamOf(seed)),
  StatelessMultinomial: ([logits, samples, seed], { output_dtype }) =>
    drawClasses(logits, samples, output_dtype, (count) => philoxWords(streamOf(seed), count)),
  StatelessRandomUniformV2: ([shape, key, counter, alg], { dtype }) =>
    floats(uniform, shape, dtype, streamAt(key, counter, alg)),
  StatelessRandomNormalV2: ([shape, key, counter, alg], { dtype }) =>
    floats(normal, shape, dtype, streamAt(key, counter, alg)),
  StatelessTruncatedNormalV2: ([shape, key, counter, alg], { dtype }) =>
    floats(truncated, shape, dtype, streamAt(key, counter, alg)),
  StatelessRandomUniformIntV2: ([shape, key, counter, alg, low, high]) =>
    integers(shape, low, high, streamAt(key, counter, alg)),
  StatelessRandomUniformFullIntV2: ([shape, key, counter, alg], { dtype }) =>
    fullIntegers(shape, dtype, streamAt(key, counter, alg)),
  StatelessRandomGetKeyCounter: ([seed]) => {
    const { key, counter } = streamOf(seed);
    return [bigWords(key), bigWords(counter)];
  },
  StatelessRandomGetAlg: () => new NDArray(int32, [], Int32Array.of(1)),
});
