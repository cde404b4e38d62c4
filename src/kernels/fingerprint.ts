/**
 * Hashes of byte strings that stay the same everywhere: FarmHash's 64-bit fingerprint, and TensorFlow's older hash. Not for security.
 * FarmHash is by G. Pike (farmhashna::Hash64); the older one mirrors `Hash64`, tsl/platform/hash.cc (MurmurHash64A of A. Appleby).
 */

const WORD = (1n << 64n) - 1n;
const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;

function wrapped(x: bigint): bigint {
  return x & WORD;
}

function rotated(x: bigint, by: bigint): bigint {
  return wrapped((x >> by) | (x << (64n - by)));
}

function mixed(x: bigint): bigint {
  return x ^ (x >> 47n);
}

/** Reads little-endian words. */
class Words {
  readonly #view: DataView;
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  at(place: number): bigint {
    return this.#view.getBigUint64(place, true);
  }
  half(place: number): bigint {
    return BigInt(this.#view.getUint32(place, true));
  }
}

function joined(u: bigint, v: bigint, factor: bigint): bigint {
  const a = mixed(wrapped((u ^ v) * factor));
  const b = mixed(wrapped((v ^ a) * factor));
  return wrapped(b * factor);
}

function upTo16(bytes: Uint8Array, words: Words): bigint {
  const length = bytes.length;
  const factor = wrapped(K2 + BigInt(length) * 2n);
  if (length >= 8) {
    const a = wrapped(words.at(0) + K2);
    const b = words.at(length - 8);
    const c = wrapped(rotated(b, 37n) * factor + a);
    const d = wrapped((rotated(a, 25n) + b) * factor);
    return joined(c, d, factor);
  }
  if (length >= 4) return joined(wrapped(BigInt(length) + (words.half(0) << 3n)), words.half(length - 4), factor);
  if (length === 0) return K2;
  const [a, b, c] = [bytes[0], bytes[length >> 1], bytes[length - 1]] as [number, number, number];
  const y = BigInt(a + (b << 8));
  const z = BigInt(length + (c << 2));
  return wrapped(mixed(wrapped(y * K2) ^ wrapped(z * K0)) * K2);
}

function upTo32(length: number, words: Words): bigint {
  const factor = wrapped(K2 + BigInt(length) * 2n);
  const a = wrapped(words.at(0) * K1);
  const b = words.at(8);
  const c = wrapped(words.at(length - 8) * factor);
  const d = wrapped(words.at(length - 16) * K2);
  return joined(
    wrapped(rotated(wrapped(a + b), 43n) + rotated(c, 30n) + d),
    wrapped(a + rotated(wrapped(b + K2), 18n) + c),
    factor,
  );
}

function upTo64(length: number, words: Words): bigint {
  const factor = wrapped(K2 + BigInt(length) * 2n);
  const a = wrapped(words.at(0) * K2);
  const b = words.at(8);
  const c = wrapped(words.at(length - 8) * factor);
  const d = wrapped(words.at(length - 16) * K2);
  const y = wrapped(rotated(wrapped(a + b), 43n) + rotated(c, 30n) + d);
  const z = joined(y, wrapped(a + rotated(wrapped(b + K2), 18n) + c), factor);
  const e = wrapped(words.at(16) * factor);
  const f = words.at(24);
  const g = wrapped((y + words.at(length - 32)) * factor);
  const h = wrapped((z + words.at(length - 24)) * factor);
  return joined(
    wrapped(rotated(wrapped(e + f), 43n) + rotated(g, 30n) + h),
    wrapped(e + rotated(wrapped(f + a), 18n) + g),
    factor,
  );
}

type Pair = readonly [bigint, bigint];

/** Four words hashed with two seeds. */
function weak(words: Words, at: number, seedA: bigint, seedB: bigint): Pair {
  const [w, x, y, z] = [words.at(at), words.at(at + 8), words.at(at + 16), words.at(at + 24)];
  let a = wrapped(seedA + w);
  let b = rotated(wrapped(seedB + a + z), 21n);
  const c = a;
  a = wrapped(a + x + y);
  b = wrapped(b + rotated(a, 44n));
  return [wrapped(a + z), wrapped(b + c)];
}

/** FarmHash's fingerprint of bytes, an unsigned 64-bit number. */
export function fingerprint64(bytes: Uint8Array): bigint {
  const { length } = bytes;
  const words = new Words(bytes);
  if (length <= 16) return upTo16(bytes, words);
  if (length <= 32) return upTo32(length, words);
  if (length <= 64) return upTo64(length, words);
  return long(length, words);
}

function long(length: number, words: Words): bigint {
  const seed = 81n;
  let x = wrapped(seed * K2 + words.at(0));
  let y = wrapped(seed * K1 + 113n);
  let z = wrapped(mixed(wrapped(y * K2 + 113n)) * K2);
  let v: Pair = [0n, 0n];
  let w: Pair = [0n, 0n];
  const end = Math.floor((length - 1) / 64) * 64;
  for (let at = 0; at < end; at += 64) {
    x = wrapped(rotated(wrapped(x + y + v[0] + words.at(at + 8)), 37n) * K1);
    y = wrapped(rotated(wrapped(y + v[1] + words.at(at + 48)), 42n) * K1);
    x ^= w[1];
    y = wrapped(y + v[0] + words.at(at + 40));
    z = wrapped(rotated(wrapped(z + w[0]), 33n) * K1);
    v = weak(words, at, wrapped(v[1] * K1), wrapped(x + w[0]));
    w = weak(words, at + 32, wrapped(z + w[1]), wrapped(y + words.at(at + 16)));
    [z, x] = [x, z];
  }
  const rest = (length - 1) & 63;
  const at = end + rest - 63;
  const factor = wrapped(K1 + ((z & 0xffn) << 1n));
  w = [wrapped(w[0] + BigInt(rest)), w[1]];
  v = [wrapped(v[0] + w[0]), v[1]];
  w = [wrapped(w[0] + v[0]), w[1]];
  x = wrapped(rotated(wrapped(x + y + v[0] + words.at(at + 8)), 37n) * factor);
  y = wrapped(rotated(wrapped(y + v[1] + words.at(at + 48)), 42n) * factor);
  x ^= wrapped(w[1] * 9n);
  y = wrapped(y + v[0] * 9n + words.at(at + 40));
  z = wrapped(rotated(wrapped(z + w[0]), 33n) * factor);
  v = weak(words, at, wrapped(v[1] * factor), wrapped(x + w[0]));
  w = weak(words, at + 32, wrapped(z + w[1]), wrapped(y + words.at(at + 16)));
  [z, x] = [x, z];
  return joined(
    wrapped(joined(v[0], w[0], factor) + mixed(y) * K0 + z),
    wrapped(joined(v[1], w[1], factor) + x),
    factor,
  );
}

/** The seed of TensorFlow's older hash. */
const OLD_SEED = 0xdecafcaffen;
const OLD_FACTOR = 0xc6a4a7935bd1e995n;

/** TensorFlow's older hash of bytes, an unsigned 64-bit number. */
export function oldHash64(bytes: Uint8Array): bigint {
  const words = new Words(bytes);
  let hash = OLD_SEED ^ wrapped(BigInt(bytes.length) * OLD_FACTOR);
  const whole = bytes.length & ~7;
  for (let at = 0; at < whole; at += 8) {
    const k = mixed(wrapped(words.at(at) * OLD_FACTOR));
    hash = wrapped((hash ^ wrapped(k * OLD_FACTOR)) * OLD_FACTOR);
  }
  if (whole < bytes.length) {
    for (let i = whole; i < bytes.length; i += 1) hash ^= BigInt(bytes[i] as number) << BigInt(8 * (i - whole));
    hash = wrapped(hash * OLD_FACTOR);
  }
  return mixed(wrapped(mixed(hash) * OLD_FACTOR));
}
