/** The MD5 digest of a text (RFC 1321). TensorFlow derives seeds of random ops from it; it protects nothing. */
import { encodeUtf8 } from "./utf8.ts";

/** The bits by which each step rotates: four steps of a round take turns. */
const rotations = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** The constants of the 64 steps: the whole part of |sin(i + 1)| · 2³². */
const sines = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

/** What each round mixes of the three words, and which word of the block a step takes. */
const rounds = [
  { mix: (b: number, c: number, d: number) => (b & c) | (~b & d), word: (i: number) => i },
  { mix: (b: number, c: number, d: number) => (d & b) | (~d & c), word: (i: number) => (5 * i + 1) % 16 },
  { mix: (b: number, c: number, d: number) => b ^ c ^ d, word: (i: number) => (3 * i + 5) % 16 },
  { mix: (b: number, c: number, d: number) => c ^ (b | ~d), word: (i: number) => (7 * i) % 16 },
] as const;

/** The digest as 32 hexadecimal digits. */
export function md5(text: string): string {
  const blocks = padded(encodeUtf8(text));
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let start = 0; start < blocks.length; start += 16) addBlock(state, blocks.subarray(start, start + 16));
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of state.entries()) view.setUint32(4 * i, word, true);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The message in words, filled up to whole blocks: a bit, zeros, and the length in bits. */
function padded(message: Uint8Array): Uint32Array {
  const size = 64 * (Math.floor((message.length + 8) / 64) + 1);
  const bytes = new Uint8Array(size);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(size - 8, 8n * BigInt(message.length), true);
  return Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 * i, true));
}

function addBlock(state: Uint32Array, block: Uint32Array): void {
  let [a, b, c, d] = state as unknown as readonly [number, number, number, number];
  for (let i = 0; i < 64; i += 1) {
    const round = rounds[i >> 4] as (typeof rounds)[number];
    const bits = rotations[i >> 4]?.[i % 4] as number;
    const sum = (a + round.mix(b, c, d) + (sines[i] as number) + (block[round.word(i)] as number)) | 0;
    const rotated = (sum << bits) | (sum >>> (32 - bits));
    [a, d, c, b] = [d, c, b, (b + rotated) | 0];
  }
  for (const [i, word] of [a, b, c, d].entries()) state[i] = (state[i] as number) + word;
}
