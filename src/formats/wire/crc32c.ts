/**
 * CRC-32C, the checksum of TensorFlow's tables, tensors and records, and the mask under which it is stored. Not which bytes it is of.
 *
 * Polynomial 0x1EDC6F41 (Castagnoli), bits reflected; RFC 3720, B.4. Many bytes are shortened first, see `crc32c-fold.ts`; few go
 * through tables of eight bytes at a time.
 */
import { FOLD_REST_BYTES, FOLD_WINDOW_BYTES, type Fold, loadFold } from "./crc32c-fold.ts";

/** The polynomial with its bits reflected, without the highest term. */
const POLYNOMIAL = 0x82f63b78;
const TABLES = 8;
/** From here on shortening pays (measured, Node 20). */
const MANY_BYTES = 2 ** 14;
const MASK_DELTA = 0xa282ead8;

let tables: Int32Array | undefined;
let fold: Fold | null | undefined;

/** Eight tables of 256: what a byte adds that is followed by so many others. */
function makeTables(): Int32Array {
  const made = new Int32Array(TABLES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    made[byte] = crc;
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] as number;
    made[at] = (before >>> 8) ^ (made[before & 0xff] as number);
  }
  return made;
}

/** Takes the register of the CRC, without complements, over bytes. */
function advance(register: number, bytes: Uint8Array, start: number, end: number): number {
  const table = (tables ??= makeTables());
  let crc = register;
  let at = start;
  for (const whole = end - 7; at < whole; at += 8) {
    const low =
      crc ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24));
    crc =
      (table[1792 + (low & 0xff)] as number) ^
      (table[1536 + ((low >>> 8) & 0xff)] as number) ^
      (table[1280 + ((low >>> 16) & 0xff)] as number) ^
      (table[1024 + (low >>> 24)] as number) ^
      (table[768 + (bytes[at + 4] as number)] as number) ^
      (table[512 + (bytes[at + 5] as number)] as number) ^
      (table[256 + (bytes[at + 6] as number)] as number) ^
      (table[bytes[at + 7] as number] as number);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] as number)) & 0xff] as number);
  return crc;
}

/** The same for many bytes: all but the last of each window are folded into the last. */
function advanceFolded({ bytes: memory, fold: run }: Fold, register: number, bytes: Uint8Array): number {
  let crc = register;
  let at = 0;
  while (bytes.length - at >= MANY_BYTES) {
    const length = Math.min(bytes.length - at, FOLD_WINDOW_BYTES) & ~15;
    memory.set(bytes.subarray(at, at + length), FOLD_REST_BYTES);
    // The register is added to the first four bytes; that is what a register that is not zero means.
    for (let i = 0; i < 4; i++) (memory[FOLD_REST_BYTES + i] as number) ^= (crc >>> (8 * i)) & 0xff;
    run(length - FOLD_REST_BYTES);
    crc = advance(0, memory, length, length + FOLD_REST_BYTES);
    at += length;
  }
  return advance(crc, bytes, at, bytes.length);
}

/**
 * The CRC-32C of bytes, as an unsigned integer.
 *
 * @param previous the CRC of what comes before them, to go on from there
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const register = ~previous;
  if (bytes.length >= MANY_BYTES) {
    if (fold === undefined) fold = loadFold();
    if (fold !== null) return ~advanceFolded(fold, register, bytes) >>> 0;
  }
  return ~advance(register, bytes, 0, bytes.length) >>> 0;
}

/** The CRC of bytes by tables alone, as where WebAssembly is missing. */
export function crc32cByTables(bytes: Uint8Array, previous = 0): number {
  return ~advance(~previous, bytes, 0, bytes.length) >>> 0;
}

/** A CRC as it is stored beside what it is of: the CRC of bytes that hold their own CRC would mean little. */
export function maskCrc32c(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

/** The CRC that a stored one stands for. */
export function unmaskCrc32c(masked: number): number {
  const rotated = (masked - MASK_DELTA) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
