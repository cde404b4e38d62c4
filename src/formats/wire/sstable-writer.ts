/**
 * Writes a sorted table byte for byte as TensorFlow does: blocks of 256 KiB, a restart every 16 keys, no compression, the shortest keys
 * in the index. The format is described in `sstable-reader.ts`.
 *
 * Upstream: tensorflow/core/lib/io/table_builder.cc (in tsl/lib/io), with the options of tensorflow/core/util/tensor_bundle.
 */
import { InternalError } from "../../base/errors.ts";
import type { ByteSink } from "../source/byte-source.ts";
import { type Stepwise, settled } from "../source/stepwise.ts";
import { crc32c, maskCrc32c } from "./crc32c.ts";
import { type BlockHandle, handleBytes, sharedLength, TableBlockBuilder } from "./sstable-block.ts";
import { FOOTER_BYTES, HANDLES_BYTES, MAGIC, TRAILER_BYTES } from "./sstable-reader.ts";

const BLOCK_BYTES = 262_144;
const RESTART_INTERVAL = 16;

/** Writes entries in the order of their keys. */
export class TableWriter {
  private readonly sink: ByteSink;
  private readonly block = new TableBlockBuilder(RESTART_INTERVAL);
  private readonly index = new TableBlockBuilder(1);
  /** The last block that was written, which the index does not tell of yet: its key there depends on the next block. */
  private pending: { readonly lastKey: string; readonly handle: BlockHandle } | undefined;
  private lastKey: string | undefined;
  private position = 0;

  constructor(sink: ByteSink) {
    this.sink = sink;
  }

  /** Adds an entry, whose key must be above the last one. */
  *add(key: string, value: Uint8Array): Stepwise<void> {
    if (this.lastKey !== undefined && key <= this.lastKey) throw new InternalError("keys of a table do not ascend");
    this.lastKey = key;
    if (this.pending !== undefined) this.tell(separator(this.pending.lastKey, key));
    this.block.add(key, value);
    if (this.block.byteLength >= BLOCK_BYTES) yield* this.flush();
  }

  /** Writes what is left. */
  *finish(): Stepwise<void> {
    if (!this.block.isEmpty) yield* this.flush();
    const metaindex = yield* this.write(new TableBlockBuilder(RESTART_INTERVAL).take());
    if (this.pending !== undefined) this.tell(successor(this.pending.lastKey));
    const index = yield* this.write(this.index.take());
    const footer = new Uint8Array(FOOTER_BYTES);
    const first = handleBytes(metaindex);
    footer.set(first);
    footer.set(handleBytes(index), first.length);
    footer.set(MAGIC, HANDLES_BYTES);
    yield* settled(this.sink.write(footer));
  }

  private *flush(): Stepwise<void> {
    const { lastKey = "" } = this;
    this.pending = { lastKey, handle: yield* this.write(this.block.take()) };
  }

  private tell(key: string): void {
    if (this.pending !== undefined) this.index.add(key, handleBytes(this.pending.handle));
    this.pending = undefined;
  }

  private *write(block: Uint8Array): Stepwise<BlockHandle> {
    const handle = { offset: this.position, byteLength: block.length };
    // The type of the block, 0, is a byte of the trailer.
    const trailer = new Uint8Array(TRAILER_BYTES);
    const crc = crc32c(trailer.subarray(0, 1), crc32c(block));
    new DataView(trailer.buffer).setUint32(1, maskCrc32c(crc), true);
    yield* settled(this.sink.write(block));
    yield* settled(this.sink.write(trailer));
    this.position += block.length + TRAILER_BYTES;
    return handle;
  }
}

/** A short text from `low` on and below `high`: what both begin with and one character more, where that is enough. */
export function separator(low: string, high: string): string {
  const at = sharedLength(low, high);
  // Where one begins with the other, nothing shorter lies between.
  if (at === low.length || at === high.length) return low;
  const next = low.charCodeAt(at) + 1;
  return next <= 0xff && next < high.charCodeAt(at) ? low.slice(0, at) + String.fromCharCode(next) : low;
}

/** A short text that is not below the given one. */
export function successor(text: string): string {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0xff) return text.slice(0, at) + String.fromCharCode(code + 1);
  }
  return text;
}
