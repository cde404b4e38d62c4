/**
 * A checkpoint of the second version: finds tensors in the index, and their elements in the data files. Not the questions of users: see
 * `checkpoint-reader.ts`.
 *
 * Upstream: tensorflow/core/util/tensor_bundle/tensor_bundle.cc, `BundleReader`.
 */
import { InternalError, NotFoundError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import type { DataArray } from "../../tensor/dtype.ts";
import {
  type ByteSource,
  closeFile,
  damaged,
  type FileSource,
  inPlace,
  placeFields,
  placeRows,
} from "../source/byte-source.ts";
import type { Stepwise } from "../source/stepwise.ts";
import { keyOfName } from "../wire/byte-text.ts";
import { maskCrc32c, unmaskCrc32c } from "../wire/crc32c.ts";
import type { BundleIndex } from "./bundle-index.ts";
import type { BundleEntry } from "./bundle-records.ts";
import { copyElements, PieceCopier } from "./element-copy.ts";
import { swapBytes } from "./element-types.ts";
import { ShardFiles } from "./shard-files.ts";
import { sliceKey } from "./slice-key.ts";
import { type Box, type Extent, elementCount, runsOf, sliceText, wholeBox } from "./slices.ts";
import { neededSlices } from "./stored-slices.ts";
import {
  type CheckpointStore,
  type ElementOptions,
  type ElementPlace,
  makeRoom,
  type StoredTensor,
  storedShape,
  storedSlices,
  storedType,
} from "./stored-tensor.ts";
import { decodeStrings } from "./string-elements.ts";

/** A tensor, or a slice of one, whose elements stand in one place. */
interface StoredPart extends StoredTensor {
  readonly place: ElementPlace;
}

/** A stored tensor or slice of which the bytes are known to be there. */
interface PreparedPart {
  readonly stored: StoredPart;
  /** Where it lies in the whole tensor. */
  readonly box: Box;
  /** What the region has of it. */
  readonly part: Box;
  readonly source: ByteSource;
}

/** An open checkpoint of the second version. */
export class BundleStore implements CheckpointStore {
  readonly index: BundleIndex;
  private readonly prefix: string;
  private readonly indexFile: string;
  private readonly shards: ShardFiles;

  constructor(index: BundleIndex, files: FileSource, prefix: string) {
    this.index = index;
    this.prefix = prefix;
    this.indexFile = index.table.source.name;
    this.shards = new ShardFiles(files, prefix, index.header.numShards);
  }

  names(): Stepwise<string[]> {
    return this.index.names();
  }

  /**
   * A tensor of this name; undefined where there is none.
   * @throws {FormatError} with `tensorName` when what the index says of it makes no sense.
   */
  *find(name: string): Stepwise<StoredPart | undefined> {
    const key = keyOfName(name);
    // No tensor has these keys: they are the header's and the slices'.
    if (key === "" || key.startsWith("\0")) return undefined;
    const entry = yield* this.index.entry(key, name);
    return entry && this.part(entry, name);
  }

  private part(entry: BundleEntry, name: string): StoredPart {
    const place = { file: this.indexFile, tensor: name };
    const type = storedType(entry.dtype, place);
    const shape = storedShape(entry.shape, place);
    const { shardId, offset, size, crc32c } = entry;
    const part = { name, type, shape, place: { shardId, offset, size, crc32c } };
    return entry.slices.length === 0 ? part : { ...part, slices: storedSlices(entry.slices, shape, place) };
  }

  *all(): Stepwise<StoredTensor[]> {
    const tensors: StoredTensor[] = [];
    yield* this.index.forEach((name, entry) => tensors.push(this.part(entry, name)));
    return tensors;
  }

  *inOrder(tensors: StoredTensor[]): Stepwise<StoredTensor[]> {
    const places = new Map<StoredTensor, Pick<ElementPlace, "shardId" | "offset"> | undefined>();
    for (const tensor of tensors) {
      // A tensor in slices has no place of its own: its first slice has.
      const [first] = tensor.slices ?? [];
      if (first !== undefined) places.set(tensor, yield* this.index.entry(sliceKey(tensor.name, first), tensor.name));
    }
    const placeOf = (tensor: StoredTensor): Pick<ElementPlace, "shardId" | "offset"> =>
      (tensor.slices === undefined ? tensor.place : places.get(tensor)) ?? { shardId: 0, offset: 0 };
    return tensors.sort((a, b) => {
      const [one, other] = [placeOf(a), placeOf(b)];
      return one.shardId - other.shardId || one.offset - other.offset;
    });
  }

  *read(tensor: StoredTensor, region: Box, options: ElementOptions): Stepwise<DataArray> {
    const { place, slices, type, shape } = tensor;
    // Most tensors are read whole and stand in one place.
    if (place !== undefined && slices === undefined && region.shape === shape && type.size > 0) {
      return yield* this.readWhole({ ...tensor, place }, options);
    }
    const parts = yield* this.prepare(tensor, region);
    const { data, elements } = options.room ?? makeRoom(tensor.type, elementCount(region.shape));
    for (const prepared of parts) {
      if (Array.isArray(elements)) yield* this.fillStrings(prepared, region, elements, options);
      else yield* this.fillNumbers(prepared, region, elements, options);
    }
    if (this.index.isBigEndian && !Array.isArray(elements)) swapBytes(elements, tensor.type.unit);
    return data;
  }

  private *readWhole(stored: StoredPart, options: ElementOptions): Stepwise<DataArray> {
    const { type, shape } = stored;
    const source = yield* this.check(stored);
    const { data, elements } = options.room ?? makeRoom(type, elementCount(shape));
    const bytes = elements as Uint8Array;
    yield* this.fillWhole(stored, source, bytes, options);
    if (this.index.isBigEndian) swapBytes(bytes, type.unit);
    return data;
  }

  /** Fills `bytes` with all elements of a tensor or slice. */
  private *fillWhole(
    stored: StoredPart,
    source: ByteSource,
    bytes: Uint8Array,
    options: ElementOptions,
  ): Stepwise<void> {
    const { shardId, offset } = stored.place;
    if (!options.verify) return yield* this.shards.readPlain(source, offset, bytes);
    const crc = options.isInOrder
      ? yield* this.shards.readNext(shardId, source, offset, bytes)
      : yield* this.shards.readWhole(source, offset, bytes);
    this.compare(stored, source, maskCrc32c(crc));
  }

  /** Checks that the elements of a region are there, before anything is allocated for them. */
  private *prepare(tensor: StoredTensor, region: Box): Stepwise<readonly PreparedPart[]> {
    const { place: own } = tensor;
    if (own === undefined) throw new InternalError("a tensor of another checkpoint");
    if (tensor.slices === undefined) {
      const stored = { ...tensor, place: own };
      const source = yield* this.check(stored);
      return [{ stored, box: wholeBox(tensor.shape), part: region, source }];
    }
    const place = { file: this.indexFile, tensor: tensor.name };
    const parts: PreparedPart[] = [];
    let total = 0;
    for (const { extents, box, part } of neededSlices(tensor, region, place)) {
      const stored = yield* this.slice(tensor, extents, box.shape);
      const source = yield* this.check(stored);
      total += stored.place.size;
      parts.push({ stored, box, part, source });
    }
    // Slices that share bytes could claim far more elements than the files hold.
    const held = new Set(parts.map(({ source }) => source));
    let most = 0;
    for (const { byteLength } of held) most += byteLength;
    if (total > most) throw damaged("Slices share bytes.", place, `${total} bytes of slices in files of ${most}`);
    return parts;
  }

  private *slice(tensor: StoredTensor, extents: readonly Extent[], shape: readonly number[]): Stepwise<StoredPart> {
    const { name, type } = tensor;
    const place = { file: this.indexFile, tensor: name };
    const entry = yield* this.index.entry(sliceKey(name, extents), name);
    if (entry === undefined) {
      const text = teach(`Key ${name} not found in checkpoint`, [["slice", sliceText(extents)], ...placeRows(place)]);
      throw new NotFoundError(text, placeFields(place));
    }
    const stored = this.part(entry, name);
    if (stored.slices !== undefined || stored.type !== type || String(stored.shape) !== String(shape)) {
      const found = `${stored.type.name} [${stored.shape.join(", ")}] for the slice ${sliceText(extents)} of ${type.name}`;
      throw damaged("A slice is not what its tensor says.", place, found);
    }
    return stored;
  }

  /** Checks that the bytes of a tensor or slice are as many as it needs, and in their file. */
  private *check({ name, type, shape, place: own }: StoredPart): Stepwise<ByteSource> {
    const inIndex = { file: this.indexFile, tensor: name };
    const { shardId, offset, size } = own;
    const { numShards } = this.index.header;
    if (!(shardId >= 0 && shardId < numShards)) {
      throw damaged(`There is no data file ${shardId} of ${numShards}.`, inIndex);
    }
    const count = elementCount(shape);
    if (type.size > 0 && size !== count * type.size) {
      const first = `Invalid size in bundle entry: key ${name}; stored size ${size}; expected size ${count * type.size}`;
      throw damaged(first, inIndex);
    }
    if (type.size === 0 && count > Math.max(0, size)) {
      throw damaged(`Invalid size in bundle entry: key ${name}; stored size ${size} for ${count} strings`, inIndex);
    }
    const source = yield* this.shards.shard(shardId, name);
    if (!(offset >= 0 && size >= 0 && offset <= source.byteLength && size <= source.byteLength - offset)) {
      const place = { file: source.name, offset, tensor: name };
      throw damaged("Read less bytes than requested", place, `${size} bytes in a file of ${source.byteLength}`);
    }
    return source;
  }

  private *fillNumbers(
    prepared: PreparedPart,
    region: Box,
    target: Uint8Array,
    options: ElementOptions,
  ): Stepwise<void> {
    const { stored, box, part, source } = prepared;
    const { offset, size } = stored.place;
    const elementBytes = stored.type.size;
    const first = runsOf(part, box, region).next();
    if (first.done === true) return;
    const { to, length } = first.value;
    if (length * elementBytes === size) {
      const start = to * elementBytes;
      yield* this.fillWhole(stored, source, target.subarray(start, start + size), options);
    } else if (!options.verify) {
      for (const run of runsOf(part, box, region)) {
        const start = run.to * elementBytes;
        const bytes = target.subarray(start, start + run.length * elementBytes);
        yield* this.shards.readPlain(source, offset + run.from * elementBytes, bytes);
      }
    } else {
      const copier = new PieceCopier(runsOf(part, box, region), elementBytes, target);
      const crc = yield* this.shards.readPieces(source, offset, size, (piece, at) => copier.take(piece, at));
      this.compare(stored, source, maskCrc32c(crc));
    }
  }

  private *fillStrings(
    prepared: PreparedPart,
    region: Box,
    target: Uint8Array[],
    options: ElementOptions,
  ): Stepwise<void> {
    const { stored, box, part, source } = prepared;
    const { offset, size } = stored.place;
    const bytes = new Uint8Array(size);
    yield* this.shards.readPlain(source, offset, bytes);
    const place = { file: source.name, offset, tensor: stored.name };
    const { strings, crc } = inPlace("Strings of a tensor cannot be read.", place, () =>
      decodeStrings(bytes, elementCount(box.shape), this.index.isBigEndian),
    );
    if (options.verify) this.compare(stored, source, crc);
    copyElements(runsOf(part, box, region), strings, target);
  }

  /** Compares masked checksums. */
  private compare(stored: StoredPart, source: ByteSource, actual: number): void {
    const { shardId, offset, size, crc32c } = stored.place;
    if (actual === crc32c) return;
    const [wanted, found] = [unmaskCrc32c(crc32c), unmaskCrc32c(actual)];
    const first = `TensorBundle at ${this.prefix} shard ${shardId} (${size} bytes): Checksum does not match: stored ${wanted} vs. calculated on the restored bytes ${found}`;
    throw damaged(first, { file: source.name, offset, tensor: stored.name });
  }

  *close(): Stepwise<void> {
    yield* this.shards.close();
    yield* closeFile(this.index.table.source);
  }
}
