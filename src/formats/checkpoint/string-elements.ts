/**
 * Strings as the data files of a checkpoint hold them: bytes ⇄ a list of byte strings.
 *
 *     varint length of each, masked CRC-32C of the lengths, all bytes one after the other
 *
 * The checksum of the lengths is of each as u32 (u64 above 2^32 - 1), not of the varints. The checksum of the tensor goes on from it, over
 * the four bytes of the masked one, then over the bytes of the strings. In big-endian files all of these are big-endian but the varints.
 * Upstream: tensor_bundle.cc, `WriteStringTensor`, `ReadStringTensor`.
 */
import { FormatError } from "../../base/errors.ts";
import { crc32c, maskCrc32c, unmaskCrc32c } from "../wire/crc32c.ts";
import { type ByteCursor, readSafeVarint, varintByteLength, writeVarint } from "../wire/varint.ts";

const CRC_BYTES = 4;
const MOST_SHORT = 0xffff_ffff;
const noBytes = new Uint8Array(0);
/** Lengths whose checksum is taken at a time. */
const LENGTHS_AT_A_TIME = 2 ** 12;

/** Strings and the masked checksum of all. */
export interface StringElements {
  readonly strings: Uint8Array[];
  readonly crc: number;
}

/**
 * Reads `count` strings. They are views of `bytes`.
 * @throws {FormatError} with the `offset` when the bytes are not those of so many strings.
 */
export function decodeStrings(bytes: Uint8Array, count: number, isBigEndian: boolean): StringElements {
  // A tensor without elements may be stored as nothing at all.
  if (count === 0 && bytes.length === 0) return { strings: [], crc: maskCrc32c(0) };
  if (count > bytes.length) throw new FormatError(`${count} strings in ${bytes.length} bytes`, { offset: 0 });
  const cursor: ByteCursor = { bytes, position: 0, end: bytes.length };
  const lengths = Array.from({ length: count }, () => readSafeVarint(cursor));
  const start = cursor.position + CRC_BYTES;
  let total = 0;
  for (const length of lengths) total += length;
  if (total !== bytes.length - start) {
    const text = `strings of ${total} bytes where ${Math.max(0, bytes.length - start)} are left, at byte ${start}`;
    throw new FormatError(text, { offset: start });
  }
  const crcBytes = bytes.subarray(cursor.position, start);
  const stored = unmaskCrc32c(
    new DataView(bytes.buffer, bytes.byteOffset + cursor.position).getUint32(0, !isBigEndian),
  );
  const actual = crcOfLengths(lengths, isBigEndian);
  if (stored !== actual) {
    const text = `The length checksum does not match: expected ${stored} but actual is ${actual}`;
    throw new FormatError(text, { offset: cursor.position });
  }
  let at = start;
  const strings = lengths.map((length) => (length === 0 ? noBytes : bytes.subarray(at, (at += length))));
  return { strings, crc: maskCrc32c(crc32c(bytes.subarray(start), crc32c(crcBytes, actual))) };
}

/** The lengths and their checksum, which stand before the strings, and the masked checksum of all. */
export interface StringHead {
  readonly head: Uint8Array;
  readonly crc: number;
  readonly byteLength: number;
}

/** What stands before the strings in a little-endian file. */
export function stringHead(strings: readonly Uint8Array[]): StringHead {
  const lengths = strings.map(({ length }) => length);
  let lengthBytes = 0;
  let total = 0;
  for (const length of lengths) {
    lengthBytes += varintByteLength(length);
    total += length;
  }
  const head = new Uint8Array(lengthBytes + CRC_BYTES);
  let at = 0;
  for (const length of lengths) at = writeVarint(head, at, length);
  const crc = crcOfLengths(lengths, false);
  new DataView(head.buffer).setUint32(at, maskCrc32c(crc), true);
  let all = crc32c(head.subarray(at), crc);
  for (const string of strings) all = crc32c(string, all);
  return { head, crc: maskCrc32c(all), byteLength: head.length + total };
}

function crcOfLengths(lengths: readonly number[], isBigEndian: boolean): number {
  const view = new DataView(new ArrayBuffer(8 * LENGTHS_AT_A_TIME));
  let crc = 0;
  for (let start = 0; start < lengths.length; start += LENGTHS_AT_A_TIME) {
    let at = 0;
    for (const length of lengths.slice(start, start + LENGTHS_AT_A_TIME)) {
      if (length <= MOST_SHORT) view.setUint32(at, length, !isBigEndian);
      else view.setBigUint64(at, BigInt(length), !isBigEndian);
      at += length <= MOST_SHORT ? 4 : 8;
    }
    crc = crc32c(new Uint8Array(view.buffer, 0, at), crc);
  }
  return crc;
}
