/**
 * The index of a checkpoint (`P.index`): which tensors there are, and where. Not their elements.
 *
 * Upstream: tensorflow/core/util/tensor_bundle/tensor_bundle.cc, `BundleReader`.
 */
import { InvalidArgumentError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { type ByteSource, damaged, inPlace, placeFields, placeRows, shortened } from "../source/byte-source.ts";
import type { Stepwise } from "../source/stepwise.ts";
import { nameOfKey } from "../wire/byte-text.ts";
import { decodeMessage } from "../wire/protobuf.ts";
import { TableReader } from "../wire/sstable-reader.ts";
import { type BundleEntry, BundleEntryProto, type BundleHeader, BundleHeaderProto } from "./bundle-records.ts";
import { parseEntry } from "./parse-entry.ts";
import { isSliceKey } from "./slice-key.ts";

/** The version of bundles that is read and written (`kTensorBundleVersion`). */
export const BUNDLE_VERSION = 1;
/** More data files than this no checkpoint has. */
const MOST_SHARDS = 100_000;
const BIG_ENDIAN = 1;

/** The first line of TensorFlow's errors about an index that it cannot read. */
export function corruptFile(file: string, detail: string): string {
  return `Unable to read file (${file}). Perhaps the file is corrupt or was produced by a newer version of TensorFlow with format changes (${detail})`;
}

/** An index that is open. */
export class BundleIndex {
  readonly table: TableReader;
  readonly header: BundleHeader;

  private constructor(table: TableReader, header: BundleHeader) {
    this.table = table;
    this.header = header;
  }

  /**
   * Reads the header.
   * @throws {FormatError} with `file` when the file is no index.
   * @throws {InvalidArgumentError} when it is one of a later version.
   */
  static *open(source: ByteSource): Stepwise<BundleIndex> {
    const table = yield* TableReader.open(source);
    const { name: file } = source;
    // The header is there under the empty key, or there is no key as low as that.
    const bytes = yield* table.find("");
    if (bytes === undefined) throw damaged(corruptFile(file, "failed to seek to header entry"), { file });
    const header = inPlace(corruptFile(file, "unable to parse header"), { file }, () =>
      decodeMessage(BundleHeaderProto, bytes),
    );
    checkHeader(header, file);
    return new BundleIndex(table, header);
  }

  get isBigEndian(): boolean {
    return this.header.endianness === BIG_ENDIAN;
  }

  /** The names of all tensors, in the order of their UTF-8 bytes. */
  *names(): Stepwise<string[]> {
    const names: string[] = [];
    for (let i = 0; i < this.table.blockCount; i++) {
      const { keys } = yield* this.table.block(i);
      for (const key of keys) if (key !== "" && !isSliceKey(key)) names.push(nameOfKey(key));
    }
    return names;
  }

  /**
   * What the index says under a key; undefined where it says nothing.
   * @throws {FormatError} with `tensorName` when that cannot be read.
   */
  *entry(key: string, tensor: string): Stepwise<BundleEntry | undefined> {
    const bytes = yield* this.table.find(key);
    return bytes && this.parse(bytes, tensor);
  }

  /** What the index says of all tensors: calls `take` with each name and entry. */
  *forEach(take: (name: string, entry: BundleEntry) => void): Stepwise<void> {
    for (let i = 0; i < this.table.blockCount; i++) {
      const block = yield* this.table.block(i);
      for (const [at, key] of block.keys.entries()) {
        if (key === "" || isSliceKey(key)) continue;
        const name = nameOfKey(key);
        take(name, this.parse(block.valueAt(at), name));
      }
    }
  }

  private parse(bytes: Uint8Array, tensor: string): BundleEntry {
    const usual = parseEntry(bytes);
    if (usual !== undefined) return usual;
    const place = { file: this.table.source.name, tensor };
    const first = `Entry for key ${shortened(tensor)} not parseable.`;
    return inPlace(first, place, () => decodeMessage(BundleEntryProto, bytes));
  }
}

function checkHeader(header: BundleHeader, file: string): void {
  const { numShards, endianness, version } = header;
  const problem =
    version.minConsumer > BUNDLE_VERSION
      ? `Checkpoint min consumer version ${version.minConsumer} above current version ${BUNDLE_VERSION} for TensorFlow 2.21.0.  Please upgrade TensorFlow.`
      : version.badConsumers?.includes(BUNDLE_VERSION)
        ? `Checkpoint disallows consumer version ${BUNDLE_VERSION}.  Please upgrade TensorFlow: this version is likely buggy.`
        : undefined;
  if (problem !== undefined) throw new InvalidArgumentError(teach(problem, placeRows({ file })), placeFields({ file }));
  const why = corruptFile(file, "unable to parse header");
  if (!(numShards >= 1 && numShards <= MOST_SHARDS)) throw damaged(why, { file }, `${numShards} data files`);
  if (endianness !== 0 && endianness !== BIG_ENDIAN) throw damaged(why, { file }, `an order of bytes ${endianness}`);
}
