/**
 * Writes checkpoints of the second version as TensorFlow does: tensors to a data file as they come, then the index. Not under which names
 * files stand until they are whole: that is the caller's.
 *
 * Mirrors tensorflow/core/util/tensor_bundle/tensor_bundle.cc, `BundleWriter`; the index is byte for byte the same.
 */
import { ArgumentError, ArgumentTypeError, InvalidArgumentError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import type { RawTensor } from "../safetensors/format.ts";
import { type ByteSink, closeFile, memorySink, shortened } from "../source/byte-source.ts";
import { finish, finishSync, type Stepwise } from "../source/stepwise.ts";
import { keyOfName, nameOfKey } from "../wire/byte-text.ts";
import { crc32c, maskCrc32c } from "../wire/crc32c.ts";
import { encodeMessage } from "../wire/protobuf.ts";
import { TableWriter } from "../wire/sstable-writer.ts";
import { BufferedOutput } from "./buffered-output.ts";
import { BUNDLE_VERSION } from "./bundle-index.ts";
import { type BundleEntry, type BundleHeader, BundleHeaderProto } from "./bundle-records.ts";
import { type ElementType, elementType, elementTypeNamed } from "./element-types.ts";
import { EntryEncoder } from "./encode-entry.ts";
import { dataFileName, indexFileName } from "./shard-files.ts";
import { sliceKey } from "./slice-key.ts";
import { boxOf, type Extent, elementCount, findOverlap, isWhole, sliceRecord, sliceText } from "./slices.ts";
import { stringHead } from "./string-elements.ts";

/** Bytes of a large tensor that are written at a time, so that their checksum is taken while they are in the processor's caches. */
const PIECE_BYTES = 2 ** 20;

/** Where a checkpoint goes. */
export interface CheckpointSinks {
  /** The data file, `P.data-00000-of-00001`. */
  readonly data: ByteSink;
  /** The index, `P.index`: written by `finish`. */
  readonly index: ByteSink;
}

/** A value that can be written: of a type that has values here, or as little-endian bytes. */
export type CheckpointValue = NDArray | RawTensor;

/** A tensor of a size that is known, whose bytes come later. */
export interface PiecewiseTensor {
  /** The name of the element type; not `string`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The little-endian bytes of the elements, in as many pieces as you like. */
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/**
 * Writes a checkpoint tensor by tensor. Takes little more memory than its index has. Methods whose names end in `Sync` are for sinks that
 * take bytes at once.
 *
 * @example
 * const parts: Uint8Array[] = [];
 * const sink = { write: (bytes: Uint8Array) => void parts.push(bytes.slice()) };
 * const writer = new CheckpointWriter({ data: sink, index: sink });
 * await writer.add("w", ndarray([1, 2, 3]));
 * await writer.finish();
 * writer.byteLength; // 12
 */
export class CheckpointWriter {
  readonly #data: BufferedOutput;
  readonly #sinks: CheckpointSinks;
  /** By key. */
  readonly #entries = new Map<string, BundleEntry>();
  #isFinished = false;
  #isBusy = false;

  constructor(sinks: CheckpointSinks) {
    this.#sinks = sinks;
    this.#data = new BufferedOutput(sinks.data);
  }

  /** The bytes of the data file so far. */
  get byteLength(): number {
    return this.#data.position;
  }

  /**
   * Writes a tensor.
   *
   * @throws {InvalidArgumentError} for a name that there is already.
   * @throws {ArgumentTypeError} for handles and other types that are not stored.
   * @throws {ArgumentError} for an empty name, and where the shape is not that of the elements.
   */
  add(name: string, value: CheckpointValue): Promise<void> {
    return finish(this.#alone(this.#addNamed(name, value)));
  }

  /** As `add`, at once. */
  addSync(name: string, value: CheckpointValue): void {
    finishSync(this.#alone(this.#addNamed(name, value)));
  }

  /**
   * Writes a slice of a tensor, as partitioned variables have them. A slice that is all of the tensor is written as a tensor.
   *
   * @param fullShape the shape of the tensor
   * @param extents where the slice starts and how much it has along each axis; `null` for all of an axis
   * @throws as `add`; {@link ArgumentError} where the slice does not lie in the tensor.
   */
  addSlice(
    name: string,
    fullShape: readonly number[],
    extents: readonly Extent[],
    value: CheckpointValue,
  ): Promise<void> {
    return finish(this.#alone(this.#addSlice(name, fullShape, extents, value)));
  }

  /** As `addSlice`, at once. */
  addSliceSync(name: string, fullShape: readonly number[], extents: readonly Extent[], value: CheckpointValue): void {
    finishSync(this.#alone(this.#addSlice(name, fullShape, extents, value)));
  }

  /**
   * Writes a tensor whose bytes come in pieces: one that is larger than the memory.
   * @throws as `add`; {@link ArgumentError} where the pieces are not as many bytes as the shape says, after which the checkpoint is useless.
   */
  async addPieces(name: string, { dtype, shape, pieces }: PiecewiseTensor): Promise<void> {
    const key = this.#named(name);
    const type = typeNamed(name, dtype);
    checkShape(name, shape);
    const size = elementCount(shape) * type.size;
    this.#begin();
    try {
      const offset = this.#data.position;
      let crc = 0;
      for await (const piece of pieces) {
        crc = crc32c(piece, crc);
        await finish(this.#data.write(piece));
      }
      if (this.#data.position - offset !== size) throw wrongSize(name, type, shape, this.#data.position - offset);
      this.#enter(key, type, shape, offset, size, maskCrc32c(crc));
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * Writes what is left of the data, then the index, and closes both.
   * @throws {ArgumentError} where slices of a tensor overlap.
   */
  finish(): Promise<void> {
    return finish(this.#alone(this.#finish()));
  }

  /** As `finish`, at once. */
  finishSync(): void {
    finishSync(this.#alone(this.#finish()));
  }

  #begin(): void {
    if (this.#isBusy) throw new ArgumentError("The last tensor is still being written.\n  to fix  await each call");
    this.#isBusy = true;
  }

  /** Does the work while nothing else is written: tensors would end up in one another. */
  *#alone(work: Stepwise<void>): Stepwise<void> {
    this.#begin();
    try {
      yield* work;
    } finally {
      this.#isBusy = false;
    }
  }

  *#addNamed(name: string, value: CheckpointValue): Stepwise<void> {
    yield* this.#add(this.#named(name), name, value);
  }

  /** The key of a name that is new. */
  #named(name: string): string {
    if (this.#isFinished) throw new ArgumentError("The checkpoint is finished: nothing can be added.", { name });
    if (name === "" || name.startsWith("\0")) {
      throw new ArgumentError(`No tensor of a checkpoint can be called ${JSON.stringify(name)}.`, { name });
    }
    const key = keyOfName(name);
    if (this.#entries.has(key)) throw new InvalidArgumentError(`Adding duplicate key: ${name}`, { tensorName: name });
    return key;
  }

  *#add(key: string, name: string, value: CheckpointValue): Stepwise<void> {
    const { shape } = value;
    checkShape(name, shape);
    const offset = this.#data.position;
    const type = value instanceof NDArray ? typeOf(name, value) : typeNamed(name, value.dtype);
    const data = value instanceof NDArray ? value.data : value.bytes;
    if (Array.isArray(data)) {
      if (data.length !== elementCount(shape)) throw wrongSize(name, type, shape, data.length);
      const { head, crc, byteLength } = stringHead(data);
      yield* this.#data.write(head);
      for (const string of data) yield* this.#data.write(string);
      this.#enter(key, type, shape, offset, byteLength, crc);
      return;
    }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const size = elementCount(shape) * type.size;
    if (bytes.length !== size) throw wrongSize(name, type, shape, bytes.length);
    if (this.#data.writeNow(bytes)) return this.#enter(key, type, shape, offset, size, maskCrc32c(crc32c(bytes)));
    let crc = 0;
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, Math.min(size, at + PIECE_BYTES));
      crc = crc32c(piece, crc);
      yield* this.#data.write(piece);
    }
    this.#enter(key, type, shape, offset, size, maskCrc32c(crc));
  }

  *#addSlice(
    name: string,
    fullShape: readonly number[],
    extents: readonly Extent[],
    value: CheckpointValue,
  ): Stepwise<void> {
    checkShape(name, fullShape);
    const box = boxOf(extents, fullShape);
    if (box === undefined || String(box.shape) !== String(value.shape)) {
      const first = `The slice ${sliceText(extents)} of a tensor of shape [${fullShape.join(", ")}] cannot have shape [${value.shape.join(", ")}].`;
      throw new ArgumentError(first, { tensorName: name, extents, shape: value.shape });
    }
    if (isWhole(extents, fullShape)) return yield* this.#add(this.#named(name), name, value);
    const key = keyOfName(name);
    const known = this.#entries.get(key);
    if (known === undefined) this.#named(name);
    const part = sliceKey(name, extents);
    if (this.#entries.has(part)) {
      throw new InvalidArgumentError(`Adding duplicate key: ${name} ${sliceText(extents)}`, { tensorName: name });
    }
    if (known !== undefined) checkSlice(name, known, fullShape, value);
    yield* this.#add(part, name, value);
    const { dtype } = this.#entries.get(part) as BundleEntry;
    const entry = known ?? { ...emptyEntry, dtype, shape: shapeRecord(fullShape), slices: [] };
    entry.slices.push(sliceRecord(extents));
    this.#entries.set(key, entry);
  }

  #enter(key: string, type: ElementType, shape: readonly number[], offset: number, size: number, crc: number): void {
    const entry = { dtype: type.number, shape: shapeRecord(shape), shardId: 0, offset, size, crc32c: crc, slices: [] };
    this.#entries.set(key, entry);
  }

  *#finish(): Stepwise<void> {
    if (this.#isFinished) return;
    this.#checkSlices();
    this.#isFinished = true;
    yield* this.#data.flush();
    yield* closeFile(this.#sinks.data);
    yield* writeIndex(this.#sinks.index, newHeader(1), this.#entries);
  }

  #checkSlices(): void {
    for (const [key, { slices, shape }] of this.#entries) {
      if (slices.length < 2) continue;
      const full = shape.dim.map(({ size }) => size);
      const extents = slices.map(({ extent }) =>
        extent.map(({ start, length }): Extent => (length === undefined ? null : [start, length])),
      );
      const overlap = findOverlap(extents.flatMap((one) => boxOf(one, full) ?? []));
      if (overlap === undefined || overlap === null) continue;
      const [a, b] = overlap.map((i) => sliceText(extents[i] as Extent[])) as [string, string];
      throw new ArgumentError(`Overlapping slices: existing slice = ${a}, new slice = ${b}`, {
        tensorName: nameOfKey(key),
      });
    }
  }
}

/** The header of a bundle of little-endian files. */
export function newHeader(numShards: number): BundleHeader {
  return { numShards, endianness: 0, version: { producer: BUNDLE_VERSION, minConsumer: 0 } };
}

/** Writes an index and closes its file. */
export function* writeIndex(
  sink: ByteSink,
  header: BundleHeader,
  entries: ReadonlyMap<string, BundleEntry>,
): Stepwise<void> {
  const table = new TableWriter(sink);
  yield* table.add("", encodeMessage(BundleHeaderProto, header));
  const encoder = new EntryEncoder();
  for (const [key, entry] of inOrder(entries)) yield* table.add(key, encoder.encode(entry));
  yield* table.finish();
  yield* closeFile(sink);
}

/** Entries in the order of their keys. Savers write in that order, and then there is nothing to sort. */
function inOrder(entries: ReadonlyMap<string, BundleEntry>): Iterable<readonly [key: string, entry: BundleEntry]> {
  let last = "";
  for (const key of entries.keys()) {
    if (key < last) return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    last = key;
  }
  return entries;
}

const emptyEntry = { shardId: 0, offset: 0, size: 0, crc32c: 0 } as const;

function shapeRecord(shape: readonly number[]): BundleEntry["shape"] {
  return { dim: shape.map((size) => ({ size })), unknownRank: false };
}

function typeOf(name: string, { dtype }: NDArray): ElementType {
  const type = elementType(dtype.number);
  if (type === null) throw notStored(name, dtype.name);
  return type;
}

function typeNamed(name: string, dtype: string): ElementType {
  const type = elementTypeNamed(dtype);
  if (type === null || type.size === 0) throw notStored(name, dtype);
  return type;
}

function notStored(name: string, dtype: string): ArgumentTypeError {
  const first = `The tensor '${shortened(name)}' is of type ${dtype}, which checkpoints do not hold like this.`;
  return new ArgumentTypeError(teach(first, [["to fix", "strings and numbers as an NDArray; other types as bytes"]]), {
    tensorName: name,
    dtype,
  });
}

function checkShape(name: string, shape: readonly number[]): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw new ArgumentError(`The tensor '${shortened(name)}' cannot have shape [${shape.join(", ")}].`, { shape });
}

function wrongSize(name: string, type: ElementType, shape: readonly number[], found: number): ArgumentError {
  const what = type.size === 0 ? "strings" : "bytes";
  const first = `The tensor '${shortened(name)}' of type ${type.name} and shape [${shape.join(", ")}] does not have ${found} ${what}.`;
  return new ArgumentError(first, { tensorName: name, shape, byteLength: found });
}

function checkSlice(name: string, known: BundleEntry, fullShape: readonly number[], value: CheckpointValue): void {
  const shape = known.shape.dim.map(({ size }) => size);
  const type = value instanceof NDArray ? typeOf(name, value) : typeNamed(name, value.dtype);
  if (known.slices.length === 0) throw new InvalidArgumentError(`Adding duplicate key: ${name}`, { tensorName: name });
  if (known.dtype === type.number && String(shape) === String(fullShape)) return;
  const wanted = `${elementType(known.dtype)?.name} [${shape.join(", ")}]`;
  const first = `The tensor '${shortened(name)}' is ${wanted}, and this slice is of ${type.name} [${fullShape.join(", ")}].`;
  throw new ArgumentError(first, { tensorName: name });
}

/** A checkpoint in memory. */
export interface EncodedCheckpoint {
  readonly index: Uint8Array<ArrayBuffer>;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * Writes named tensors as a checkpoint in memory: the bytes of `P.index` and of `P.data-00000-of-00001`.
 *
 * @throws as `CheckpointWriter.add`.
 * @see TensorFlow's `tf.raw_ops.SaveV2`
 * @example
 * const { index, data } = encodeCheckpoint([["tower/w", ndarray([[1, 2], [3, 4]])]]);
 * data.length; // 16
 */
export function encodeCheckpoint(
  tensors: Iterable<readonly [name: string, value: CheckpointValue]>,
): EncodedCheckpoint {
  const [index, data] = [memorySink(), memorySink()];
  const writer = new CheckpointWriter({ index, data });
  for (const [name, value] of tensors) writer.addSync(name, value);
  writer.finishSync();
  return { index: index.bytes(), data: data.bytes() };
}

/**
 * The files of a checkpoint in memory, by the names that they have on disk.
 * @example
 * Object.keys(checkpointFiles("m", encodeCheckpoint([]))); // ["m.index", "m.data-00000-of-00001"]
 */
export function checkpointFiles(prefix: string, { index, data }: EncodedCheckpoint): Record<string, Uint8Array> {
  return { [indexFileName(prefix)]: index, [dataFileName(prefix, 0, 1)]: data };
}
