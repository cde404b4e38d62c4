/**
 * Base-128 varints, as protobuf, SSTable and Snappy write lengths and integers: seven bits a byte, lowest first.
 * Not the meaning of what they count.
 *
 * See protobuf.dev, "Encoding"; TensorFlow core/lib/core/coding.cc.
 */
import { FormatError } from "../../base/errors.ts";

/** Bytes, the place to read next, and the first place that must not be read. */
export interface ByteCursor {
  readonly bytes: Uint8Array;
  position: number;
  end: number;
}

/** Bits of a varint that its first seven bytes hold; exact in a double. */
const LOW_BITS_VALUE = 2 ** 49;
/** 2^15: one more than the greatest value of the other bits of a 64-bit varint, in bytes eight to ten. */
const HIGH_BITS_LIMIT = 2 ** 15;

/** Reads an unsigned 64-bit varint: a number when it is a safe integer, else a bigint. */
export function readVarint(cursor: ByteCursor): number | bigint {
  return readGroups(cursor, false);
}

/** Reads a varint as the two's complement of a signed 64-bit integer: a number when it is a safe integer, else a bigint. */
export function readSignedVarint(cursor: ByteCursor): number | bigint {
  return readGroups(cursor, true);
}

/** Reads a varint of up to 64 bits and keeps the lower 32, as a signed integer: protobuf's `int32`. */
export function readVarint32(cursor: ByteCursor): number {
  const value = readGroups(cursor, true);
  return typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, value));
}

/** Reads a varint that must be a safe integer of zero or more, such as a size or an offset in a file. */
export function readSafeVarint(cursor: ByteCursor): number {
  const start = cursor.position;
  const value = readGroups(cursor, false);
  if (typeof value === "bigint")
    throw new FormatError(`${value} is past 2^53 - 1, at byte ${start}`, { offset: start });
  return value;
}

/** Reads a varint that counts bytes which must follow it before the end of the cursor. */
export function readLength(cursor: ByteCursor): number {
  const start = cursor.position;
  const length = readGroups(cursor, false);
  const left = cursor.end - cursor.position;
  if (length > left) {
    throw new FormatError(`a length of ${length} bytes where ${left} are left, at byte ${start}`, { offset: start });
  }
  return Number(length);
}

/** Whether an integer is a varint of one byte, as tags and most lengths are. */
function isOneByte(value: number | bigint): value is number {
  return typeof value === "number" && value >= 0 && value < 0x80;
}

/** How many bytes an integer takes as a varint: ten when it is negative. Safe integers and 64-bit bigints only. */
export function varintByteLength(value: number | bigint): number {
  if (isOneByte(value)) return 1;
  const high = highWord(value);
  if (high !== 0) return Math.ceil((64 - Math.clz32(high)) / 7);
  const low = lowWord(value);
  return low < 0x80 ? 1 : Math.ceil((32 - Math.clz32(low)) / 7);
}

/** Writes an integer as a varint at `position` and returns the position after it. Negative ones as two's complement. */
export function writeVarint(bytes: Uint8Array, position: number, value: number | bigint): number {
  if (isOneByte(value)) {
    bytes[position] = value;
    return position + 1;
  }
  let low = lowWord(value);
  let high = highWord(value);
  let at = position;
  while (high !== 0) {
    bytes[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  while (low > 0x7f) {
    bytes[at++] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  bytes[at++] = low;
  return at;
}

/** The unsigned integer that stands for a signed one in protobuf's `sint32` and `sint64`: 0, -1, 1, -2 become 0, 1, 2, 3. */
export function zigZag(value: number | bigint): number | bigint {
  const wide = BigInt(value);
  return narrow(wide < 0n ? -2n * wide - 1n : 2n * wide);
}

/** The signed integer that an unsigned one of `sint32` or `sint64` stands for. */
export function unZigZag(value: number | bigint): number | bigint {
  const wide = BigInt(value);
  return narrow((wide & 1n) === 0n ? wide >> 1n : -((wide + 1n) >> 1n));
}

/** A 64-bit integer in the form in which it is decoded: a number when it is safe, else the bigint itself. */
export function narrow(value: bigint): number | bigint {
  const short = Number(value);
  return Number.isSafeInteger(short) ? short : value;
}

/** Reads the seven-bit groups of one varint: 49 bits in a double, the other 15 in an integer. */
function readGroups(cursor: ByteCursor, signed: boolean): number | bigint {
  const { bytes, end, position: start } = cursor;
  let position = start;
  let low = 0;
  for (let scale = 1; scale < LOW_BITS_VALUE; scale *= 0x80) {
    const byte = position < end ? bytes[position++] : undefined;
    if (byte === undefined) throw endless(start);
    if (byte < 0x80) {
      cursor.position = position;
      return low + byte * scale;
    }
    low += (byte & 0x7f) * scale;
  }
  let high = 0;
  for (let scale = 1; scale < HIGH_BITS_LIMIT; scale *= 0x80) {
    const byte = position < end ? bytes[position++] : undefined;
    if (byte === undefined) throw endless(start);
    high += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      cursor.position = position;
      return joinGroups(low, high, signed, start);
    }
  }
  throw new FormatError(`a varint of more than ten bytes, at byte ${start}`, { offset: start });
}

function joinGroups(low: number, high: number, signed: boolean, start: number): number | bigint {
  if (high >= HIGH_BITS_LIMIT) {
    throw new FormatError(`a varint of more than 64 bits, at byte ${start}`, { offset: start });
  }
  const top = signed && high >= HIGH_BITS_LIMIT / 2 ? high - HIGH_BITS_LIMIT : high;
  const value = top * LOW_BITS_VALUE + low;
  return Number.isSafeInteger(value) ? value : BigInt(top) * BigInt(LOW_BITS_VALUE) + BigInt(low);
}

function endless(start: number): FormatError {
  return new FormatError(`a varint that runs past the end, at byte ${start}`, { offset: start });
}

/** The lower 32 bits of the two's complement, as an unsigned integer. */
function lowWord(value: number | bigint): number {
  return typeof value === "number" ? value >>> 0 : Number(BigInt.asUintN(32, value));
}

/** The upper 32 bits of the two's complement, as an unsigned integer. */
function highWord(value: number | bigint): number {
  return typeof value === "number" ? Math.floor(value / 2 ** 32) >>> 0 : Number(BigInt.asUintN(32, value >> 32n));
}
