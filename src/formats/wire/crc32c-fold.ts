/**
 * A small WebAssembly program that shortens bytes without changing their CRC-32C, as fast as memory is read.
 *
 * Why it works. Bytes are a polynomial over GF(2), and their CRC is its remainder by the CRC's polynomial P. Every multiple of P may be
 * added without changing the remainder. Q = x^209 + x^144 + x^54 + x^39 + x^14 + 1 is a multiple of P, found by search: none of so few
 * terms has a lower degree. Over GF(2), Q(x)^128 = Q(x^128), so that one is a multiple, too: its terms are 128 bits apart. Adding it shifted,
 * word by word of 16 bytes, clears a word and adds it to five words that come after it. At the end only the last 209 words are left.
 *
 * The memory holds 209 words of zeros, then the words to shorten. As words before the first are zero, each word is done at once:
 * it gets what the five words before it that reach it have become.
 */

/** The exponents of Q but the highest: where the five words that reach a word stand, from 209 words before it. */
const EXPONENTS = [144, 54, 39, 14, 0] as const;
const WORD_BYTES = 16;
/** Where the bytes to shorten begin in the memory, and how many bytes are left of them. */
export const FOLD_REST_BYTES: number = 209 * WORD_BYTES;
/** How many bytes are shortened at a time: more than a core's nearest caches hold is slower. A multiple of 16. */
export const FOLD_WINDOW_BYTES: number = 2 ** 18;
const PAGE_BYTES = 2 ** 16;
/** Words for each turn of the loop. Less than the distance of any word from one that it reaches. */
const UNROLLED = 4;

/** What is used of the platform's WebAssembly. Declared here: the portable sources see no platform's types. */
interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** The program, loaded. */
export interface Fold {
  /** The memory: `FOLD_REST_BYTES` zeros, then room for `FOLD_WINDOW_BYTES`. */
  readonly bytes: Uint8Array;
  /** Shortens the first `limit` + `FOLD_REST_BYTES` bytes of the room to those that begin `limit` bytes after its start; `limit` in whole words. */
  readonly fold: (limit: number) => void;
}

/** Loads the program; `null` where the platform has no WebAssembly, none with vectors, or does not allow it. */
export function loadFold(): Fold | null {
  const api = (globalThis as { readonly WebAssembly?: WasmApi }).WebAssembly;
  if (api === undefined) return null;
  try {
    const { memory, fold } = new api.Instance(new api.Module(foldModule())).exports;
    return {
      bytes: new Uint8Array((memory as { readonly buffer: ArrayBuffer }).buffer),
      fold: fold as Fold["fold"],
    };
  } catch {
    // A policy of the page forbids it, or the engine is too old. What is left is slower, and right.
    return null;
  }
}

/** An unsigned integer in LEB128, as WebAssembly writes sizes and numbers. */
function uleb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(value >>> 7)];
}

/** A signed one, of zero or more. */
function sleb(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...sleb(value >>> 7)];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...uleb(content.length), ...content];
}

function named(name: string, kind: number): number[] {
  return [name.length, ...Array.from(name, (letter) => letter.charCodeAt(0)), kind, 0];
}

/** Local 0 is the parameter `limit`, local 1 the place, 209 words before the word in work, local 2 the place to stop at. */
const LIMIT = 0;
const PLACE = 1;
const END = 2;
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32Const = (value: number): number[] => [0x41, ...sleb(value)];
const I32_ADD = 0x6a;
const vector = (opcode: number): number[] => [0xfd, ...uleb(opcode)];
const load = (offset: number): number[] => [...get(PLACE), ...vector(0x00), 0, ...uleb(offset)];
const store = (offset: number): number[] => [...vector(0x0b), 0, ...uleb(offset)];
const XOR = vector(0x51);

/** Adds to the word `at` words after the place those at the given exponents. */
function addWords(at: number, exponents: readonly number[]): number[] {
  const target = FOLD_REST_BYTES + at * WORD_BYTES;
  const sources = exponents.flatMap((exponent) => [...load((exponent + at) * WORD_BYTES), ...XOR]);
  return [...get(PLACE), ...load(target), ...sources, ...store(target)];
}

/** Repeats `body` for `words` words at a time from the place on, while a whole turn ends before END. */
function loop(words: number, body: readonly number[]): number[] {
  const step = [...i32Const(words * WORD_BYTES), I32_ADD];
  // block, loop: leave when place + step > end; body; place += step; again.
  const leave = [...get(PLACE), ...step, ...get(END), 0x4b, 0x0d, 1];
  return [0x02, 0x40, 0x03, 0x40, ...leave, ...body, ...get(PLACE), ...step, ...set(PLACE), 0x0c, 0, 0x0b, 0x0b];
}

/** What the words after the limit get of those before it, by one exponent. */
function finishWords(exponent: number): number[] {
  const reach = FOLD_REST_BYTES - exponent * WORD_BYTES;
  const start = [...get(LIMIT), ...set(PLACE)];
  return [...start, ...get(LIMIT), ...i32Const(reach), I32_ADD, ...set(END), ...loop(1, addWords(0, [exponent]))];
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0] as const;

/** The program's bytes: one function, `fold`, and one memory. */
function foldModule(): Uint8Array {
  const unrolled = Array.from({ length: UNROLLED }, (_, at) => addWords(at, EXPONENTS)).flat();
  const body = [
    // Two locals of type i32.
    1,
    2,
    0x7f,
    ...get(LIMIT),
    ...set(END),
    ...loop(UNROLLED, unrolled),
    ...loop(1, addWords(0, EXPONENTS)),
    ...EXPONENTS.flatMap(finishWords),
    0x0b,
  ];
  const pages = Math.ceil((FOLD_REST_BYTES + FOLD_WINDOW_BYTES) / PAGE_BYTES);
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    // One type: a function of an i32, without a result.
    ...section(1, [1, 0x60, 1, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...uleb(pages)]),
    ...section(7, [2, ...named("memory", 2), ...named("fold", 0)]),
    ...section(10, [1, ...uleb(body.length), ...body]),
  ]);
}
