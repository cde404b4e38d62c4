/**
 * Writes what an index says of a tensor, fast: entries without slices, which most are. The bytes are those that the table of the message
 * gives (`bundle-records.ts`). The way back is `parse-entry.ts`.
 */
import { encodeMessage } from "../wire/protobuf.ts";
import { varintByteLength, writeVarint } from "../wire/varint.ts";
import { type BundleEntry, BundleEntryProto } from "./bundle-records.ts";

/** Tags of the fields of `BundleEntryProto`, of `TensorShapeProto` and of its `Dim`. */
const [DTYPE, SHAPE, SHARD, OFFSET, SIZE, CRC] = [0x08, 0x12, 0x18, 0x20, 0x28, 0x35] as const;
const DIM = 0x12;
const DIM_SIZE = 0x08;
/** Dimensions that are written here; each takes at most twelve bytes. */
const MOST_DIMS = 8;
const MOST_BYTES = 6 * 11 + MOST_DIMS * 12;

/** Encodes entries one after the other. What it gives is valid until the next one. */
export class EntryEncoder {
  private readonly bytes = new Uint8Array(MOST_BYTES);
  private readonly view = new DataView(this.bytes.buffer);

  encode(entry: BundleEntry): Uint8Array {
    const { dim, unknownRank } = entry.shape;
    const isUsual =
      entry.slices.length === 0 &&
      !unknownRank &&
      dim.length <= MOST_DIMS &&
      dim.every(({ size, name }) => size >= 0 && name === undefined);
    return isUsual ? this.encodeUsual(entry) : encodeMessage(BundleEntryProto, entry);
  }

  private encodeUsual({ dtype, shape: { dim }, shardId, offset, size, crc32c }: BundleEntry): Uint8Array {
    let at = this.field(0, DTYPE, dtype);
    this.bytes[at++] = SHAPE;
    let shapeBytes = 0;
    for (const one of dim) shapeBytes += 2 + dimBytes(one.size);
    at = writeVarint(this.bytes, at, shapeBytes);
    for (const one of dim) {
      this.bytes[at++] = DIM;
      this.bytes[at++] = dimBytes(one.size);
      at = this.field(at, DIM_SIZE, one.size);
    }
    at = this.field(at, SHARD, shardId);
    at = this.field(at, OFFSET, offset);
    at = this.field(at, SIZE, size);
    if (crc32c !== 0) {
      this.bytes[at++] = CRC;
      this.view.setUint32(at, crc32c, true);
      at += 4;
    }
    return this.bytes.subarray(0, at);
  }

  /** Writes a number, where it is not zero, and gives the place after it. */
  private field(at: number, tag: number, value: number): number {
    if (value === 0) return at;
    this.bytes[at] = tag;
    return writeVarint(this.bytes, at + 1, value);
  }
}

/** The bytes of a dimension, without its own tag and length. */
function dimBytes(size: number): number {
  return size === 0 ? 0 : 1 + varintByteLength(size);
}
