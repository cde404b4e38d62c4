/**
 * TensorFlow's random stream: Philox 4x32-10, and the distributions that CPU kernels draw from it. Not the ops: a kernel
 * picks the distribution, a session keeps one state per random op and puts back the old one when a step fails.
 *
 * Mirrors xla/tsl/lib/random/{philox_random,random_distributions}.h, core/util/guarded_philox_random.h,
 * core/kernels/random_op_cpu.h and core/kernels/random_shuffle_op.cc. Generator: Salmon et al. 2011, "Parallel random
 * numbers: as easy as 1, 2, 3".
 */
import { boxMuller32, boxMuller64, unitFloat32, unitFloat64 } from "./box-muller.ts";
import { allocate, float32, float64, int32, int64, uint16, uint32 } from "./dtype.ts";
import { toBfloat16, toFloat16 } from "./half.ts";

/** Where a stream stands. Never written to: drawing gives a new state. */
export interface PhiloxState {
  /** The seed, low word first. */
  readonly key: readonly [number, number];
  /** 128 bits, lowest word first; one more for each block of four 32-bit words. */
  readonly counter: readonly [number, number, number, number];
}

/** What a draw gives: the elements, and the state from which the next run of the same op draws. */
export interface Draw<T> {
  readonly elements: T;
  readonly next: PhiloxState;
}

/** 32-bit words in a block, the unit of the counter. */
const WORDS_PER_BLOCK = 4;
/** Blocks that a run reserves for each element; kReservedSamplesPerOutput, random_op_cpu.h. */
const BLOCKS_PER_ELEMENT = 256;
/** Words that are made at once: few enough to stay in the processor's cache. */
const CHUNK_WORDS = 4096;

const TWO_32 = 2 ** 32;
/** Truncated normals lie inside ±2 standard deviations. */
const TRUNCATION = 2;
/** Up to this width of a 64-bit range, remainders are exact in doubles, 16 bits at a time. */
const NARROW_RANGE = 2n ** 37n;

/** The web's source of randomness, in browsers and in Node. */
declare const crypto: { getRandomValues(words: Uint32Array): Uint32Array };

function lowWord(value: number | bigint): number {
  return Number(BigInt.asUintN(32, BigInt(value)));
}

function highWord(value: number | bigint): number {
  return Number(BigInt.asUintN(32, BigInt(value) >> 32n));
}

/** The first state of a random op with these attributes. Both 0 means: a seed that nobody can foresee. */
export function philoxState(seed: number | bigint, seed2: number | bigint): PhiloxState {
  if (BigInt(seed) === 0n && BigInt(seed2) === 0n) {
    const [a = 0, b = 0, c = 0, d = 0] = crypto.getRandomValues(new Uint32Array(4));
    return { key: [a, b], counter: [0, 0, c, d] };
  }
  return { key: [lowWord(seed), highWord(seed)], counter: [0, 0, lowWord(seed2), highWord(seed2)] };
}

/** The state `blocks` blocks further on; `blocks` below 2^53. */
export function skipBlocks(state: PhiloxState, blocks: number): PhiloxState {
  const [c0, c1, c2, c3] = state.counter;
  const low = c0 + (blocks % TWO_32);
  const middle = c1 + Math.floor(blocks / TWO_32) + (low >= TWO_32 ? 1 : 0);
  const high = c2 + (middle >= TWO_32 ? 1 : 0);
  const top = c3 + (high >= TWO_32 ? 1 : 0);
  return { key: state.key, counter: [low >>> 0, middle >>> 0, high >>> 0, top >>> 0] };
}

/** Where a stream stands after a run that drew `count` elements: TensorFlow reserves far more blocks than it uses. */
function afterElements(state: PhiloxState, count: number): PhiloxState {
  return skipBlocks(state, BLOCKS_PER_ELEMENT * count);
}

/**
 * Fills `out` with the words of the stream from `state` on. The length of `out` is a multiple of four. With a stride it takes one
 * block of every so many.
 */
function fillWords(state: PhiloxState, out: Uint32Array, stride = 1): void {
  let [c0, c1, c2, c3] = state.counter;
  const [key0, key1] = state.key;
  for (let o = 0; o < out.length; o += WORDS_PER_BLOCK) {
    let x0 = c0;
    let x1 = c1;
    let x2 = c2;
    let x3 = c3;
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < 10; round += 1) {
      // The high words of x0 * 0xD2511F53 and x2 * 0xCD9E8D57, from products of 16-bit halves.
      const low0 = x0 & 0xffff;
      const high0 = x0 >>> 16;
      const p = Math.imul(low0, 0xd251);
      const q = Math.imul(high0, 0x1f53);
      const carry0 = ((p & 0xffff) + (q & 0xffff) + (Math.imul(low0, 0x1f53) >>> 16)) >>> 16;
      const upper0 = (Math.imul(high0, 0xd251) + (p >>> 16) + (q >>> 16) + carry0) | 0;
      const low2 = x2 & 0xffff;
      const high2 = x2 >>> 16;
      const r = Math.imul(low2, 0xcd9e);
      const s = Math.imul(high2, 0x8d57);
      const carry2 = ((r & 0xffff) + (s & 0xffff) + (Math.imul(low2, 0x8d57) >>> 16)) >>> 16;
      const upper2 = (Math.imul(high2, 0xcd9e) + (r >>> 16) + (s >>> 16) + carry2) | 0;
      const lower0 = Math.imul(x0, 0xd2511f53);
      x0 = upper2 ^ x1 ^ k0;
      x1 = Math.imul(x2, 0xcd9e8d57);
      x2 = upper0 ^ x3 ^ k1;
      x3 = lower0;
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    out[o] = x0;
    out[o + 1] = x1;
    out[o + 2] = x2;
    out[o + 3] = x3;
    c0 = (c0 + stride) | 0;
    if (c0 >>> 0 < stride) [c1, c2, c3] = carriedWords(c1, c2, c3);
  }
}

/** The upper words of a counter whose lowest word has come round to 0. */
function carriedWords(c1: number, c2: number, c3: number): [number, number, number] {
  const next1 = (c1 + 1) | 0;
  const next2 = next1 === 0 ? (c2 + 1) | 0 : c2;
  const next3 = next1 === 0 && next2 === 0 ? (c3 + 1) | 0 : c3;
  return [next1, next2, next3];
}

/** The first `count` 32-bit words of the stream. */
export function philoxWords(state: PhiloxState, count: number): Uint32Array {
  const words = allocate(uint32, Math.ceil(count / WORDS_PER_BLOCK) * WORDS_PER_BLOCK) as Uint32Array;
  fillWords(state, words);
  return words.subarray(0, count);
}

/**
 * Gives the words of the stream to `use` in chunks of whole blocks, enough for `count` elements of `wordsPerElement` words:
 * `use(words, first, limit)` is to make the elements from `first` to before `limit`, the first one from `words[0]`.
 */
function eachChunk(
  state: PhiloxState,
  count: number,
  wordsPerElement: number,
  use: (words: Uint32Array, first: number, limit: number) => void,
): void {
  const total = Math.ceil((count * wordsPerElement) / WORDS_PER_BLOCK) * WORDS_PER_BLOCK;
  const words = new Uint32Array(Math.min(CHUNK_WORDS, total));
  for (let start = 0; start < total; start += CHUNK_WORDS) {
    const chunk = words.subarray(0, Math.min(CHUNK_WORDS, total - start));
    fillWords(skipBlocks(state, start / WORDS_PER_BLOCK), chunk);
    const first = start / wordsPerElement;
    use(chunk, first, Math.min(count, first + chunk.length / wordsPerElement));
  }
}

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
