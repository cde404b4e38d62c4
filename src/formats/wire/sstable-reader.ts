/**
 * Reads a sorted table (LevelDB's format, which TensorFlow's checkpoints use) block by block, as its keys are asked for.
 *
 *     table   = data blocks, metaindex block, index block, footer; a trailer after each block
 *     trailer = type u8 (0 plain, 1 Snappy), masked CRC-32C of the stored bytes and the type, u32le
 *     footer  = handle of the metaindex, handle of the index, zeros up to 40 bytes, magic number
 *
 * An entry of the index is the handle of a block, under a key that is not below the block's last and below the next block's first.
 * Upstream: tensorflow/core/lib/io/{table,format}.cc (in tsl/lib/io).
 */
import type { FormatError } from "../../base/errors.ts";
import { type ByteSource, damaged, inPlace } from "../source/byte-source.ts";
import { type Stepwise, settled } from "../source/stepwise.ts";
import { crc32c, maskCrc32c } from "./crc32c.ts";
import { uncompressSnappy } from "./snappy.ts";
import { type BlockHandle, readHandle, TableBlock } from "./sstable-block.ts";

export const FOOTER_BYTES = 48;
export const HANDLES_BYTES = 40;
export const TRAILER_BYTES = 5;
/** The last eight bytes of a table. */
export const MAGIC: readonly number[] = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
/** Blocks are kept for the next questions up to about this much memory. */
const MOST_CACHED_BYTES = 2 ** 24;

/** A block of the table that its index tells of. */
interface BlockEntry extends BlockHandle {
  /** No key of the block is above this one. */
  readonly limit: string;
}

/** A table that is open. */
export class TableReader {
  readonly source: ByteSource;
  private readonly entries: readonly BlockEntry[];
  private readonly cache = new Map<number, TableBlock>();
  private cachedBytes = 0;

  private constructor(source: ByteSource, entries: readonly BlockEntry[]) {
    this.source = source;
    this.entries = entries;
  }

  /**
   * Reads the footer and the index of the blocks.
   * @throws {FormatError} with `file` and `offset` when the file is no table.
   */
  static *open(source: ByteSource): Stepwise<TableReader> {
    const { byteLength, name: file } = source;
    const footerAt = byteLength - FOOTER_BYTES;
    if (footerAt < 0) throw damaged("file is too short to be an sstable", { file }, `${byteLength} bytes`);
    const footer = new Uint8Array(FOOTER_BYTES);
    yield* settled(source.read(footerAt, footer));
    if (MAGIC.some((byte, i) => footer[HANDLES_BYTES + i] !== byte)) {
      throw damaged("not an sstable (bad magic number)", { file, offset: footerAt + HANDLES_BYTES });
    }
    const handle = inPlace("bad block handle", { file, offset: footerAt }, () => {
      const cursor = { bytes: footer, position: 0, end: HANDLES_BYTES };
      readHandle(cursor);
      return readHandle(cursor);
    });
    const index = yield* readBlock(source, handle, footerAt);
    return new TableReader(source, blockEntries(index, source, handle));
  }

  /** The number of data blocks. */
  get blockCount(): number {
    return this.entries.length;
  }

  /** A data block, read now or kept from before. */
  *block(index: number): Stepwise<TableBlock> {
    const kept = this.cache.get(index);
    if (kept !== undefined) {
      this.cache.delete(index);
      this.cache.set(index, kept);
      return kept;
    }
    const entry = this.entries[index] as BlockEntry;
    const block = yield* readBlock(this.source, entry, this.source.byteLength);
    const [first, last] = [block.keys[0], block.keys.at(-1)];
    const above = index === 0 ? undefined : (this.entries[index - 1] as BlockEntry).limit;
    if (first !== undefined && last !== undefined && (last > entry.limit || (above !== undefined && first <= above))) {
      throw this.broken("keys do not ascend from block to block", entry.offset);
    }
    this.keep(index, block);
    return block;
  }

  /** The value of a key, as a view of its block; undefined where there is no such key. */
  *find(key: string): Stepwise<Uint8Array | undefined> {
    const index = this.blockOf(key);
    if (index === this.entries.length) return undefined;
    const block = yield* this.block(index);
    const at = block.lowerBound(key);
    return block.keys[at] === key ? block.valueAt(at) : undefined;
  }

  /** The only block that may have the key. */
  private blockOf(key: string): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.entries[middle] as BlockEntry).limit < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private keep(index: number, block: TableBlock): void {
    if (!this.cache.has(index)) this.cachedBytes += block.cost;
    this.cache.set(index, block);
    for (const [oldest, { cost }] of this.cache) {
      if (this.cachedBytes <= MOST_CACHED_BYTES || oldest === index) return;
      this.cache.delete(oldest);
      this.cachedBytes -= cost;
    }
  }

  private broken(why: string, offset: number): FormatError {
    return damaged(why, { file: this.source.name, offset });
  }
}

/** The blocks of which the index block tells, which must stand in the file one after the other. */
function blockEntries(index: TableBlock, source: ByteSource, handle: BlockHandle): BlockEntry[] {
  const place = { file: source.name, offset: handle.offset };
  let end = 0;
  return index.keys.map((limit, i) => {
    const bytes = index.valueAt(i);
    const entry = inPlace("bad block handle", place, () => readHandle({ bytes, position: 0, end: bytes.length }));
    if (entry.offset < end) throw damaged("bad block handle", place, "blocks overlap");
    end = entry.offset + entry.byteLength + TRAILER_BYTES;
    return { limit, ...entry };
  });
}

/** Reads, checks and decompresses a block that must end before `end`. */
function* readBlock(source: ByteSource, { offset, byteLength }: BlockHandle, end: number): Stepwise<TableBlock> {
  const place = { file: source.name, offset };
  // Written so that no sum is past what a number counts exactly.
  if (offset > end - TRAILER_BYTES || byteLength > end - TRAILER_BYTES - offset) {
    throw damaged("truncated block read", place, `a block of ${byteLength} bytes in a file of ${source.byteLength}`);
  }
  const stored = new Uint8Array(byteLength + TRAILER_BYTES);
  yield* settled(source.read(offset, stored));
  const checked = byteLength + 1;
  const wanted = new DataView(stored.buffer).getUint32(checked, true);
  const actual = maskCrc32c(crc32c(stored.subarray(0, checked)));
  if (wanted !== actual) throw damaged("block checksum mismatch", place, `${actual} where ${wanted} is stored`);
  const content = stored.subarray(0, byteLength);
  const type = stored[byteLength];
  if (type === 0) return inPlace("bad block contents", place, () => TableBlock.parse(content));
  if (type !== 1) throw damaged("bad block type", place, `type ${type}`);
  const plain = inPlace("corrupted compressed block contents", place, () => uncompressSnappy(content));
  return inPlace("bad block contents", place, () => TableBlock.parse(plain));
}
