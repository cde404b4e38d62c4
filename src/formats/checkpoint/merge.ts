/**
 * Makes one checkpoint of several, as writers on several devices leave them: the index of all, and what the data files are to be called.
 * Nobody's data is read or moved here.
 *
 * Mirrors `MergeBundles` of tensorflow/core/util/tensor_bundle/tensor_bundle.cc, which `MergeV2Checkpoints` runs.
 */
import { InvalidArgumentError } from "../../base/errors.ts";
import { type FileSource, memorySink, openFile } from "../source/byte-source.ts";
import type { Stepwise } from "../source/stepwise.ts";
import { nameOfKey } from "../wire/byte-text.ts";
import { BundleIndex } from "./bundle-index.ts";
import type { BundleEntry, BundleHeader } from "./bundle-records.ts";
import { writeIndex } from "./checkpoint-writer.ts";
import { dataFileName, indexFileName } from "./shard-files.ts";
import { isSliceKey } from "./slice-key.ts";

/** One checkpoint of several. */
export interface MergedCheckpoint {
  /** The bytes of its index, `P.index`. Write it after the data files have their names. */
  readonly index: Uint8Array<ArrayBuffer>;
  /** What the data files are called, and what they are to be called. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

interface MergeState {
  readonly entries: Map<string, BundleEntry>;
  /** Numbers of data files in the result, by their names now. */
  readonly shards: Map<string, number>;
  header: BundleHeader | undefined;
}

/** Merges checkpoints: the work of `mergeCheckpoints`, which says what is wanted. */
export function* mergeBundles(
  prefixes: readonly string[],
  prefix: string,
  files: FileSource,
): Stepwise<MergedCheckpoint> {
  const state: MergeState = { entries: new Map(), shards: new Map(), header: undefined };
  for (const one of prefixes) yield* mergeOne(state, one, files);
  if (state.header === undefined) throw new InvalidArgumentError("There is no checkpoint to merge.", { prefixes });
  const sink = memorySink();
  yield* writeIndex(sink, { ...state.header, numShards: state.shards.size }, state.entries);
  const renames = Array.from(state.shards, ([from, shard]) => ({
    from,
    to: dataFileName(prefix, shard, state.shards.size),
  }));
  return { index: sink.bytes(), renames };
}

function* mergeOne(state: MergeState, prefix: string, files: FileSource): Stepwise<void> {
  const source = yield* openFile(files, indexFileName(prefix));
  try {
    const index = yield* BundleIndex.open(source);
    state.header ??= index.header;
    checkHeaders(state.header, index.header, prefix);
    for (let i = 0; i < index.table.blockCount; i++) {
      const { keys } = yield* index.table.block(i);
      for (const key of keys) {
        if (key === "") continue;
        const name = isSliceKey(key) ? "a slice" : nameOfKey(key);
        const entry = yield* index.entry(key, name);
        if (entry !== undefined)
          addEntry(state, key, entry, dataFileName(prefix, entry.shardId, index.header.numShards), prefix);
      }
    }
  } finally {
    void source.close?.();
  }
}

function checkHeaders(first: BundleHeader, other: BundleHeader, prefix: string): void {
  if (first.endianness !== other.endianness) {
    throw new InvalidArgumentError("Merging bundles with conflicting endianness; inputs corrupted?", { prefix });
  }
  if (JSON.stringify(first.version) !== JSON.stringify(other.version)) {
    throw new InvalidArgumentError("Merging bundles with different format versions", { prefix });
  }
}

function addEntry(state: MergeState, key: string, entry: BundleEntry, dataFile: string, prefix: string): void {
  const known = state.entries.get(key);
  if (known === undefined) {
    // TensorFlow numbers the files so, too: as their first entries come, those that only say which slices there are included.
    const shard = state.shards.get(dataFile) ?? state.shards.size;
    state.shards.set(dataFile, shard);
    state.entries.set(key, { ...entry, shardId: shard, slices: [...entry.slices] });
    return;
  }
  const name = nameOfKey(key);
  if (known.slices.length === 0 || entry.slices.length === 0) {
    const first = `Duplicate tensor keyed by ${name} encountered, when merging prefix: ${prefix}`;
    throw new InvalidArgumentError(first, { tensorName: name, prefix });
  }
  if (known.dtype !== entry.dtype || JSON.stringify(known.shape) !== JSON.stringify(entry.shape)) {
    throw new InvalidArgumentError(`The slices of ${name} are of tensors that differ, when merging prefix: ${prefix}`, {
      tensorName: name,
      prefix,
    });
  }
  known.slices.push(...entry.slices);
}
