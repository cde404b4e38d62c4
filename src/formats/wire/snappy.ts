/**
 * Snappy, as blocks of tables are compressed with: the raw format without frames. Only decompression: TensorFlow's writers do not use it.
 *
 * Upstream: format_description.txt of google/snappy.
 */
import { FormatError } from "../../base/errors.ts";
import { type ByteCursor, readSafeVarint } from "./varint.ts";

/** No element makes more of its bytes: two bytes copy at most 64. A longer promise is a lie. */
const MOST_GROWTH = 64;

/**
 * Decompresses.
 * @throws {FormatError} with the `offset` when the bytes are not what Snappy writes, or promise more than their number can hold.
 */
export function uncompressSnappy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const cursor: ByteCursor = { bytes, position: 0, end: bytes.length };
  const length = readSafeVarint(cursor);
  if (length > MOST_GROWTH * (bytes.length + 1)) {
    throw new FormatError(`${bytes.length} bytes cannot hold the ${length} that they promise`, { offset: 0 });
  }
  const out = new Uint8Array(length);
  let made = 0;
  while (cursor.position < bytes.length) {
    const at = cursor.position;
    const tag = bytes[cursor.position++] as number;
    const kind = tag & 3;
    const count = kind === 0 ? literalLength(cursor, tag) : kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
    if (count > length - made) throw broken(`${count} bytes where ${length - made} are left`, at);
    if (kind === 0) {
      const start = take(cursor, count, at);
      out.set(bytes.subarray(start, start + count), made);
    } else {
      const distance = kind === 1 ? ((tag >> 5) << 8) | little(cursor, 1, at) : little(cursor, kind === 2 ? 2 : 4, at);
      if (distance === 0 || distance > made) throw broken(`a copy from ${distance} bytes back, of ${made}`, at);
      copyWithin(out, made, distance, count);
    }
    made += count;
  }
  if (made !== length) throw broken(`${made} bytes where ${length} are promised`, bytes.length);
  return out;
}

/** Copies may reach into what they make: then the bytes between repeat. */
function copyWithin(out: Uint8Array, made: number, distance: number, count: number): void {
  if (distance >= count) out.copyWithin(made, made - distance, made - distance + count);
  else for (let i = 0; i < count; i++) out[made + i] = out[made + i - distance] as number;
}

function literalLength(cursor: ByteCursor, tag: number): number {
  const short = tag >> 2;
  return short < 60 ? short + 1 : little(cursor, short - 59, cursor.position - 1) + 1;
}

/** The next bytes as a little-endian integer. */
function little(cursor: ByteCursor, count: number, at: number): number {
  const start = take(cursor, count, at);
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (cursor.bytes[start + i] as number);
  return value;
}

/** Moves past bytes and returns where they start. */
function take(cursor: ByteCursor, count: number, at: number): number {
  const start = cursor.position;
  if (count > cursor.end - start) throw broken(`${count} bytes where ${cursor.end - start} follow`, at);
  cursor.position = start + count;
  return start;
}

function broken(why: string, offset: number): FormatError {
  return new FormatError(`${why}, at byte ${offset}`, { offset });
}
