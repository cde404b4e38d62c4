/**
 * The distributions that TensorFlow's CPU kernels draw from a random stream. Not the stream: that is `philox.ts`. Which of them an op draws is
 * its kernel's.
 *
 * Mirrors xla/tsl/lib/random/random_distributions.h, core/kernels/random_op_cpu.h and core/kernels/random_shuffle_op.cc.
 */
import { boxMuller32, boxMuller64, unitFloat32, unitFloat64 } from "./box-muller.ts";
import { allocate, float32, float64, int32, int64, uint16 } from "./dtype.ts";
import { toBfloat16, toFloat16 } from "./half.ts";
import {
  afterElements,
  BLOCKS_PER_ELEMENT,
  CHUNK_WORDS,
  type Draw,
  eachChunk,
  fillWords,
  highWord,
  lowWord,
  type PhiloxState,
  philoxWords,
  skipBlocks,
  WORDS_PER_BLOCK,
} from "./philox.ts";

const TWO_32 = 2 ** 32;
/** Truncated normals lie inside ±2 standard deviations. */
const TRUNCATION = 2;
/** Up to this width of a 64-bit range, remainders are exact in doubles, 16 bits at a time. */
const NARROW_RANGE = 2n ** 37n;

/** Uniform in [0, 1), in steps of 2^-23. */
export function uniformFloat32(state: PhiloxState, count: number): Draw<Float32Array> {
  const elements = allocate(float32, count) as Float32Array;
  eachChunk(state, count, 1, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 1, w += 1) {
      elements[i] = unitFloat32(words[w] as number);
    }
  });
  return { elements, next: afterElements(state, count) };
}

/** Uniform in [0, 1), in steps of 2^-52. */
export function uniformFloat64(state: PhiloxState, count: number): Draw<Float64Array> {
  const elements = allocate(float64, count) as Float64Array;
  eachChunk(state, count, 2, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 1, w += 2) {
      elements[i] = unitFloat64(words[w] as number, words[w + 1] as number);
    }
  });
  return { elements, next: afterElements(state, count) };
}

/** Uniform in [0, 1), in steps of 2^-10; bits of float16. */
export function uniformFloat16(state: PhiloxState, count: number): Draw<Uint16Array> {
  return uniformHalf(state, count, 10, toFloat16);
}

/** Uniform in [0, 1), in steps of 2^-7; bits of bfloat16. */
export function uniformBfloat16(state: PhiloxState, count: number): Draw<Uint16Array> {
  return uniformHalf(state, count, 7, toBfloat16);
}

function uniformHalf(
  state: PhiloxState,
  count: number,
  mantissaBits: number,
  toBits: (x: number) => number,
): Draw<Uint16Array> {
  const elements = allocate(uint16, count) as Uint16Array;
  const steps = 1 << mantissaBits;
  eachChunk(state, count, 1, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 1, w += 1) {
      elements[i] = toBits(((words[w] as number) & (steps - 1)) / steps);
    }
  });
  return { elements, next: afterElements(state, count) };
}

/** Integers from `minimum` to before `maximum`, which is greater; slightly uneven, as the remainder of one word. */
export function uniformInt32(state: PhiloxState, count: number, minimum: number, maximum: number): Draw<Int32Array> {
  const elements = allocate(int32, count) as Int32Array;
  const range = (maximum - minimum) >>> 0;
  eachChunk(state, count, 1, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 1, w += 1) elements[i] = minimum + ((words[w] as number) % range);
  });
  return { elements, next: afterElements(state, count) };
}

/** Integers from `minimum` to before `maximum`, which is greater; the remainder of two words, low word first. */
export function uniformInt64(state: PhiloxState, count: number, minimum: bigint, maximum: bigint): Draw<BigInt64Array> {
  const elements = allocate(int64, count) as BigInt64Array;
  const range = BigInt.asUintN(64, maximum - minimum);
  if (range <= NARROW_RANGE) fillNarrowInt64(state, elements, minimum, Number(range));
  else fillWideInt64(state, elements, minimum, range);
  return { elements, next: afterElements(state, count) };
}

function fillNarrowInt64(state: PhiloxState, elements: BigInt64Array, minimum: bigint, range: number): void {
  const halves = new Uint32Array(elements.buffer);
  const minimumLow = lowWord(minimum);
  const minimumHigh = highWord(minimum);
  eachChunk(state, elements.length, 2, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 1, w += 2) {
      const low = words[w] as number;
      let rest = (words[w + 1] as number) % range;
      rest = (rest * 0x10000 + (low >>> 16)) % range;
      rest = (rest * 0x10000 + (low & 0xffff)) % range;
      const sum = minimumLow + (rest >>> 0);
      halves[2 * i] = sum;
      halves[2 * i + 1] = minimumHigh + Math.floor(rest / TWO_32) + (sum >= TWO_32 ? 1 : 0);
    }
  });
}

function fillWideInt64(state: PhiloxState, elements: BigInt64Array, minimum: bigint, range: bigint): void {
  eachChunk(state, elements.length, 2, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 1, w += 2) {
      const sample = (BigInt(words[w + 1] as number) << 32n) | BigInt(words[w] as number);
      elements[i] = minimum + (sample % range);
    }
  });
}

/** The two results of a Box-Muller transform. */
const pair = new Float64Array(2);

/** A typed array whose elements are numbers; half precisions are bits. */
type FloatArray = Float32Array | Float64Array | Uint16Array;

function same(x: number): number {
  return x;
}

/** Normal numbers of mean 0 and deviation 1. */
export function normalFloat32(state: PhiloxState, count: number): Draw<Float32Array> {
  return normal32(state, allocate(float32, count) as Float32Array, same);
}

/** Normal numbers of mean 0 and deviation 1; bits of float16, rounded from float32. */
export function normalFloat16(state: PhiloxState, count: number): Draw<Uint16Array> {
  return normal32(state, allocate(uint16, count) as Uint16Array, toFloat16);
}

/** Normal numbers of mean 0 and deviation 1; bits of bfloat16, rounded from float32. */
export function normalBfloat16(state: PhiloxState, count: number): Draw<Uint16Array> {
  return normal32(state, allocate(uint16, count) as Uint16Array, toBfloat16);
}

function normal32<T extends FloatArray>(state: PhiloxState, elements: T, convert: (x: number) => number): Draw<T> {
  const out: FloatArray = elements;
  const count = out.length;
  eachChunk(state, count, 1, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 2, w += 2) {
      boxMuller32(words[w] as number, words[w + 1] as number, pair);
      out[i] = convert(pair[0] as number);
      if (i + 1 < limit) out[i + 1] = convert(pair[1] as number);
    }
  });
  return { elements, next: afterElements(state, count) };
}

/** Normal numbers of mean 0 and deviation 1. */
export function normalFloat64(state: PhiloxState, count: number): Draw<Float64Array> {
  const elements = allocate(float64, count) as Float64Array;
  eachChunk(state, count, 2, (words, first, limit) => {
    for (let i = first, w = 0; i < limit; i += 2, w += 4) {
      boxMuller64(words[w] as number, words[w + 1] as number, words[w + 2] as number, words[w + 3] as number, pair);
      elements[i] = pair[0] as number;
      if (i + 1 < limit) elements[i + 1] = pair[1] as number;
    }
  });
  return { elements, next: afterElements(state, count) };
}

/** Normal numbers of mean 0 and deviation 1 before truncation to (-2, 2). */
export function truncatedNormalFloat32(state: PhiloxState, count: number): Draw<Float32Array> {
  return truncatedNormal(state, allocate(float32, count) as Float32Array, 4, same);
}

/** As `truncatedNormalFloat32`; bits of float16, rounded from float32 after the truncation. */
export function truncatedNormalFloat16(state: PhiloxState, count: number): Draw<Uint16Array> {
  return truncatedNormal(state, allocate(uint16, count) as Uint16Array, 4, toFloat16);
}

/** As `truncatedNormalFloat32`; bits of bfloat16, rounded from float32 after the truncation. */
export function truncatedNormalBfloat16(state: PhiloxState, count: number): Draw<Uint16Array> {
  return truncatedNormal(state, allocate(uint16, count) as Uint16Array, 4, toBfloat16);
}

/** As `truncatedNormalFloat32`, in double precision. */
export function truncatedNormalFloat64(state: PhiloxState, count: number): Draw<Float64Array> {
  return truncatedNormal(state, allocate(float64, count) as Float64Array, 2, same);
}

/**
 * Elements are made in groups, four of 32 bits or two of 64. Each group has a stretch of the stream of its own and draws
 * from it until the group is full, also when fewer elements are left than a group holds.
 */
function truncatedNormal<T extends FloatArray>(
  state: PhiloxState,
  elements: T,
  groupSize: 2 | 4,
  convert: (x: number) => number,
): Draw<T> {
  const out: FloatArray = elements;
  const count = out.length;
  const keepBlock = groupSize === 2 ? keepOf64 : keepOf32;
  const blocksPerGroup = (groupSize * BLOCKS_PER_ELEMENT) / WORDS_PER_BLOCK;
  const groups = Math.ceil(count / groupSize);
  // The first blocks of many groups are made at once: they fill five groups of six.
  const words = new Uint32Array(Math.min(CHUNK_WORDS, groups * WORDS_PER_BLOCK));
  const further = new Uint32Array(WORDS_PER_BLOCK);
  for (let group = 0; group < groups; group += 1) {
    const w = (group * WORDS_PER_BLOCK) % CHUNK_WORDS;
    if (w === 0) fillWords(skipBlocks(state, group * blocksPerGroup), words, blocksPerGroup);
    const limit = Math.min(count, (group + 1) * groupSize);
    let i = keepBlock(words, w, out, group * groupSize, limit, convert);
    for (let block = 1; i < limit; block += 1) {
      fillWords(skipBlocks(state, group * blocksPerGroup + block), further);
      i = keepBlock(further, 0, out, i, limit, convert);
    }
  }
  return { elements, next: afterElements(state, count) };
}

/** Keeps what a block of words from `w` on gives in single precision; see `keepNear`. */
function keepOf32(
  words: Uint32Array,
  w: number,
  out: FloatArray,
  i: number,
  limit: number,
  convert: (x: number) => number,
): number {
  boxMuller32(words[w] as number, words[w + 1] as number, pair);
  const at = keepNear(out, i, limit, convert);
  boxMuller32(words[w + 2] as number, words[w + 3] as number, pair);
  return keepNear(out, at, limit, convert);
}

/** As `keepOf32`, in double precision. */
function keepOf64(
  words: Uint32Array,
  w: number,
  out: FloatArray,
  i: number,
  limit: number,
  convert: (x: number) => number,
): number {
  boxMuller64(words[w] as number, words[w + 1] as number, words[w + 2] as number, words[w + 3] as number, pair);
  return keepNear(out, i, limit, convert);
}

/** Stores what lies inside the truncation from `pair`, from position `i` to before `limit`; gives the next position. */
function keepNear(out: FloatArray, i: number, limit: number, convert: (x: number) => number): number {
  const x = pair[0] as number;
  const y = pair[1] as number;
  let at = i;
  if (at < limit && Math.abs(x) < TRUNCATION) {
    out[at] = convert(x);
    at += 1;
  }
  if (at < limit && Math.abs(y) < TRUNCATION) {
    out[at] = convert(y);
    at += 1;
  }
  return at;
}

/**
 * RandomShuffle's order of `length` rows: row `i` of the result is row `elements[i]` of the input. The op draws nothing, not
 * even this, for an input with fewer than two rows or fewer than two elements.
 */
export function shuffledIndices(state: PhiloxState, length: number): Draw<Int32Array> {
  const elements = (allocate(int32, length) as Int32Array).map((_, i) => i);
  const samples = Math.max(length - 1, 0);
  const words = philoxWords(state, samples);
  for (let i = 0; i < samples; i += 1) {
    const j = i + ((words[i] as number) % (length - i));
    const kept = elements[i] as number;
    elements[i] = elements[j] as number;
    elements[j] = kept;
  }
  return { elements, next: skipBlocks(state, Math.ceil(samples / WORDS_PER_BLOCK)) };
}
