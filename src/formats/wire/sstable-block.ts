/**
 * A block of a sorted table (LevelDB's format, which TensorFlow's checkpoints use): bytes ⇄ keys and values. Not where blocks stand.
 *
 *     block  = entries, positions of restarts as u32le[n], n as u32le
 *     entry  = varint shared, varint unshared, varint value length, tail of the key, value
 *
 * A key is the first `shared` characters of the key before it, then its tail. At a restart, `shared` is 0. Keys are byte texts.
 * Upstream: tensorflow/core/lib/io/{block,block_builder,format}.cc (in tsl/lib/io).
 */
import { FormatError } from "../../base/errors.ts";
import { byteText, writeByteText } from "./byte-text.ts";
import { type ByteCursor, readSafeVarint, varintByteLength, writeVarint } from "./varint.ts";

const U32_BYTES = 4;
/** Tables as they are written repeat at most the keys between two restarts. More than this only serves to fill memory. */
const MOST_KEY_GROWTH = 64;
/** What a key costs beside its characters, roughly. */
const KEY_BYTES = 64;

/** The entries of a block, in the order of their keys. */
export class TableBlock {
  readonly bytes: Uint8Array;
  readonly keys: readonly string[];
  /** About how much memory the block takes. */
  readonly cost: number;
  /** Where each value starts and ends, by turns. */
  private readonly places: readonly number[];

  /** @internal Use `parse`. */
  constructor(bytes: Uint8Array, keys: readonly string[], places: readonly number[], cost: number) {
    this.bytes = bytes;
    this.keys = keys;
    this.places = places;
    this.cost = cost;
  }

  /**
   * Reads all keys of a block.
   * @throws {FormatError} with the `offset` in the block when the bytes are no block, or its keys do not ascend.
   */
  static parse(bytes: Uint8Array): TableBlock {
    const cursor: ByteCursor = { bytes, position: 0, end: endOfEntries(bytes) };
    const keys: string[] = [];
    const places: number[] = [];
    let key = "";
    let room = MOST_KEY_GROWTH * bytes.length;
    while (cursor.position < cursor.end) {
      const start = cursor.position;
      const shared = readSafeVarint(cursor);
      const unshared = readSafeVarint(cursor);
      const length = readSafeVarint(cursor);
      if (shared > key.length) throw badEntry(`it shares ${shared} bytes with a key of ${key.length}`, start);
      const left = cursor.end - cursor.position;
      if (unshared > left || length > left - unshared) {
        throw badEntry(`a key's tail of ${unshared} bytes and a value of ${length}, where ${left} are left`, start);
      }
      const valueAt = cursor.position + unshared;
      const next = key.slice(0, shared) + byteText(bytes, cursor.position, valueAt);
      if (keys.length > 0 && next <= key) throw badEntry("keys do not ascend", start);
      room -= next.length;
      if (room < 0) throw badEntry("keys repeat far more than they say", start);
      key = next;
      keys.push(key);
      places.push(valueAt, valueAt + length);
      cursor.position = valueAt + length;
    }
    const cost = bytes.length + MOST_KEY_GROWTH * bytes.length - room + KEY_BYTES * keys.length;
    return new TableBlock(bytes, keys, places, cost);
  }

  /** The value of an entry, as a view. */
  valueAt(index: number): Uint8Array {
    return this.bytes.subarray(this.places[2 * index], this.places[2 * index + 1]);
  }

  /** The first entry whose key is not below the given one; the number of entries where there is none. */
  lowerBound(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function badEntry(why: string, offset: number): FormatError {
  return new FormatError(`bad entry in block: ${why}, at byte ${offset}`, { offset });
}

/** Where the entries end and the restarts begin. Readers here do not need the restarts themselves: they read whole blocks. */
function endOfEntries(bytes: Uint8Array): number {
  const countAt = bytes.length - U32_BYTES;
  if (countAt < 0) throw new FormatError(`bad block contents: ${bytes.length} bytes`, { offset: 0 });
  const count = new DataView(bytes.buffer, bytes.byteOffset + countAt, U32_BYTES).getUint32(0, true);
  if (count * U32_BYTES > countAt) {
    throw new FormatError(`bad block contents: ${count} restarts in ${bytes.length} bytes`, { offset: countAt });
  }
  return countAt - count * U32_BYTES;
}

/** Collects the entries of a block that will be written. */
export class TableBlockBuilder {
  private readonly restartInterval: number;
  private bytes = new Uint8Array(2 ** 12);
  private length = 0;
  private restarts: number[] = [0];
  private sinceRestart = 0;
  /** The key before the next one, in this block. */
  private previous = "";

  constructor(restartInterval: number) {
    this.restartInterval = restartInterval;
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** How many bytes the block would have now. */
  get byteLength(): number {
    return this.length + (this.restarts.length + 1) * U32_BYTES;
  }

  /** Adds an entry whose key is above the last one. */
  add(key: string, value: Uint8Array): void {
    let shared = 0;
    if (this.sinceRestart < this.restartInterval) {
      shared = sharedLength(this.previous, key);
    } else {
      this.restarts.push(this.length);
      this.sinceRestart = 0;
    }
    const unshared = key.length - shared;
    const head = varintByteLength(shared) + varintByteLength(unshared) + varintByteLength(value.length);
    this.reserve(head + unshared + value.length);
    let at = writeVarint(this.bytes, this.length, shared);
    at = writeVarint(this.bytes, at, unshared);
    at = writeVarint(this.bytes, at, value.length);
    at = writeByteText(this.bytes, at, shared === 0 ? key : key.slice(shared));
    this.bytes.set(value, at);
    this.length = at + value.length;
    this.previous = key;
    this.sinceRestart += 1;
  }

  /** The block's bytes, and an empty builder. The bytes are valid until something is added. */
  take(): Uint8Array {
    const tail = (this.restarts.length + 1) * U32_BYTES;
    this.reserve(tail);
    const view = new DataView(this.bytes.buffer);
    for (const [i, restart] of this.restarts.entries()) view.setUint32(this.length + i * U32_BYTES, restart, true);
    view.setUint32(this.length + tail - U32_BYTES, this.restarts.length, true);
    const block = this.bytes.subarray(0, this.length + tail);
    this.length = 0;
    this.restarts = [0];
    this.sinceRestart = 0;
    this.previous = "";
    return block;
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    wider.set(this.bytes.subarray(0, this.length));
    this.bytes = wider;
  }
}

/** How many characters two texts begin with in common. */
export function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** Reads a block's handle: where it starts and how many bytes it has, without its trailer. */
export function readHandle(cursor: ByteCursor): BlockHandle {
  const offset = readSafeVarint(cursor);
  return { offset, byteLength: readSafeVarint(cursor) };
}

/** Where a block is. */
export interface BlockHandle {
  readonly offset: number;
  readonly byteLength: number;
}

/** The bytes of a handle. */
export function handleBytes({ offset, byteLength }: BlockHandle): Uint8Array {
  const bytes = new Uint8Array(varintByteLength(offset) + varintByteLength(byteLength));
  writeVarint(bytes, writeVarint(bytes, 0, offset), byteLength);
  return bytes;
}
