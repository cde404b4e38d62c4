/** Reads an index and writes it again: what TensorFlow wrote gives the same bytes, which tests compare. */

import { BundleIndex } from "../../src/formats/checkpoint/bundle-index.ts";
import type { BundleEntry } from "../../src/formats/checkpoint/bundle-records.ts";
import { writeIndex } from "../../src/formats/checkpoint/checkpoint-writer.ts";
import { memorySink, sourceOfBytes } from "../../src/formats/source/byte-source.ts";
import { finishSync, type Stepwise } from "../../src/formats/source/stepwise.ts";

/** The index, decoded and encoded. */
export function rewriteIndex(bytes: Uint8Array): Uint8Array {
  return finishSync(rewrite(bytes));
}

function* rewrite(bytes: Uint8Array): Stepwise<Uint8Array> {
  const index = yield* BundleIndex.open(sourceOfBytes("index", bytes));
  const entries = new Map<string, BundleEntry>();
  for (let i = 0; i < index.table.blockCount; i++) {
    for (const key of (yield* index.table.block(i)).keys) {
      const entry = key === "" ? undefined : yield* index.entry(key, key);
      if (entry !== undefined) entries.set(key, entry);
    }
  }
  const sink = memorySink();
  yield* writeIndex(sink, index.header, entries);
  return sink.bytes();
}
