/**
 * TensorFlow's random stream: Philox 4x32-10. Not what is drawn from it: that is `philox-distributions.ts`. A session keeps one state per
 * random op and puts back the old one when a step fails.
 *
 * Mirrors xla/tsl/lib/random/philox_random.h and core/util/guarded_philox_random.h. Generator: Salmon et al. 2011, "Parallel random numbers:
 * as easy as 1, 2, 3".
 */
import { allocate, uint32 } from "./dtype.ts";

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
export const WORDS_PER_BLOCK = 4;
/** Blocks that a run reserves for each element; kReservedSamplesPerOutput, random_op_cpu.h. */
export const BLOCKS_PER_ELEMENT = 256;
/** How many words are made at once: few enough to stay in the processor's cache. */
export const CHUNK_WORDS = 4096;

const TWO_32 = 2 ** 32;

/** The web's source of randomness, in browsers and in Node. */
declare const crypto: { getRandomValues(words: Uint32Array): Uint32Array };

/** The lower 32 bits of an integer of at most 64. */
export function lowWord(value: number | bigint): number {
  return Number(BigInt.asUintN(32, BigInt(value)));
}

/** The upper 32 bits of it. */
export function highWord(value: number | bigint): number {
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
export function afterElements(state: PhiloxState, count: number): PhiloxState {
  return skipBlocks(state, BLOCKS_PER_ELEMENT * count);
}

/**
 * Fills `out` with the words of the stream from `state` on. The length of `out` is a multiple of four. With a stride it takes one
 * block of every so many.
 */
export function fillWords(state: PhiloxState, out: Uint32Array, stride = 1): void {
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
export function eachChunk(
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
