/**
 * What an index says of a tensor, read fast: the way every writer has it, each field at most once, in their order, and none that is not
 * known. Whatever else there is goes through the table of the message (`bundle-records.ts`), which also says what is wrong with it.
 */
import type { ByteCursor } from "../wire/varint.ts";
import type { BundleEntry } from "./bundle-records.ts";

/** Tags of the fields of `BundleEntryProto`: number × 8 + wire type. */
const Tag = { dtype: 0x08, shape: 0x12, shardId: 0x18, offset: 0x20, size: 0x28, crc32c: 0x35 } as const;
/** Tags in `TensorShapeProto` and its `Dim`. */
const DIM = 0x12;
const DIM_SIZE = 0x08;

/** The entry; undefined where it takes the table to tell. */
export function parseEntry(bytes: Uint8Array): BundleEntry | undefined {
  const cursor: ByteCursor = { bytes, position: 0, end: bytes.length };
  const dim: { size: number }[] = [];
  const entry = { dtype: 0, shape: { dim, unknownRank: false }, shardId: 0, offset: 0, size: 0, crc32c: 0, slices: [] };
  let last = 0;
  while (cursor.position < cursor.end) {
    const tag = bytes[cursor.position++] as number;
    if (tag <= last) return undefined;
    last = tag;
    if (tag === Tag.shape) {
      if (!parseDims(cursor, dim)) return undefined;
      continue;
    }
    const value = tag === Tag.crc32c ? shortFixed32(cursor) : shortVarint(cursor);
    if (value < 0) return undefined;
    if (tag === Tag.dtype) entry.dtype = value;
    else if (tag === Tag.shardId) entry.shardId = value;
    else if (tag === Tag.offset) entry.offset = value;
    else if (tag === Tag.size) entry.size = value;
    else if (tag === Tag.crc32c) entry.crc32c = value;
    else return undefined;
  }
  return entry.dtype < 2 ** 31 && entry.shardId < 2 ** 31 ? entry : undefined;
}

/** Reads the dimensions of a shape; false where there is anything else in it. */
function parseDims(cursor: ByteCursor, dims: { size: number }[]): boolean {
  const { bytes } = cursor;
  const end = endOfPart(cursor);
  if (end < 0) return false;
  while (cursor.position < end) {
    if (bytes[cursor.position++] !== DIM) return false;
    const dimEnd = endOfPart(cursor);
    if (dimEnd < 0 || dimEnd > end) return false;
    let size = 0;
    if (cursor.position < dimEnd) {
      if (bytes[cursor.position++] !== DIM_SIZE) return false;
      size = shortVarint(cursor);
    }
    if (size < 0 || cursor.position !== dimEnd) return false;
    dims.push({ size });
  }
  return cursor.position === end;
}

/** Where the part ends whose length comes next; negative where that is past the end. */
function endOfPart(cursor: ByteCursor): number {
  const length = shortVarint(cursor);
  const end = cursor.position + length;
  return length < 0 || end > cursor.end ? -1 : end;
}

/** An unsigned varint of up to seven bytes; negative where there is none. */
function shortVarint(cursor: ByteCursor): number {
  const { bytes, end } = cursor;
  let value = 0;
  for (let scale = 1; scale < 2 ** 49 && cursor.position < end; scale *= 0x80) {
    const byte = bytes[cursor.position++] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
  return -1;
}

function shortFixed32(cursor: ByteCursor): number {
  const { bytes, position: at } = cursor;
  if (cursor.end - at < 4) return -1;
  cursor.position = at + 4;
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}
