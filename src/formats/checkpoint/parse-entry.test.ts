import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../base/errors.ts";
import { decodeMessage, encodeMessage } from "../wire/protobuf.ts";
import { type BundleEntry, BundleEntryProto } from "./bundle-records.ts";
import { EntryEncoder } from "./encode-entry.ts";
import { parseEntry } from "./parse-entry.ts";

const whole = fc.oneof(fc.nat(300), fc.nat(2 ** 31 - 1), fc.maxSafeNat());
const entries: fc.Arbitrary<BundleEntry> = fc.record({
  dtype: fc.nat(40),
  shape: fc.record({
    dim: fc.array(fc.record({ size: whole }), { maxLength: 5 }),
    unknownRank: fc.boolean(),
  }),
  shardId: fc.nat(2 ** 31 - 1),
  offset: whole,
  size: whole,
  crc32c: fc.nat(0xffffffff),
  slices: fc.array(fc.constant({ extent: [{ start: 1, length: 2 }] }), { maxLength: 1 }),
});

/** What the table makes of the bytes; undefined when they are no entry. */
function byTable(bytes: Uint8Array): BundleEntry | undefined {
  try {
    return decodeMessage(BundleEntryProto, bytes);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

describe("entries that are coded fast", () => {
  it("are those that the table reads, or left to it", () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const bytes = encodeMessage(BundleEntryProto, entry);
        const isUsual =
          entry.slices.length === 0 &&
          !entry.shape.unknownRank &&
          Math.max(entry.offset, entry.size, ...entry.shape.dim.map(({ size }) => size)) < 2 ** 49;
        expect(parseEntry(bytes)).toEqual(isUsual ? entry : undefined);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("are written as the table writes them", () => {
    const encoder = new EntryEncoder();
    fc.assert(
      fc.property(entries, (entry) => {
        expect(encoder.encode(entry)).toEqual(encodeMessage(BundleEntryProto, entry));
      }),
      { seed: 3, numRuns: 1000 },
    );
    const largest = Number.MAX_SAFE_INTEGER;
    const dim = Array.from({ length: 8 }, () => ({ size: largest }));
    const entry: BundleEntry = {
      dtype: 2 ** 31 - 1,
      shape: { dim, unknownRank: false },
      shardId: 2 ** 31 - 1,
      offset: largest,
      size: largest,
      crc32c: 0xffffffff,
      slices: [],
    };
    expect(encoder.encode(entry)).toEqual(encodeMessage(BundleEntryProto, entry));
    const deep = { ...entry, shape: { dim: [...dim, { size: 1 }], unknownRank: false } };
    expect(encoder.encode(deep)).toEqual(encodeMessage(BundleEntryProto, deep));
  });

  it("never differ from the table, whatever the bytes are", () => {
    const damaged = fc
      .tuple(entries, fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 4 }), fc.nat(1000))
      .map(([entry, changes, cut]) => {
        const bytes = encodeMessage(BundleEntryProto, entry).slice();
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return cut % 3 === 0 ? bytes.slice(0, cut % (bytes.length + 1)) : bytes;
      });
    const tags = fc.constantFrom(0x08, 0x12, 0x18, 0x20, 0x28, 0x35, 0x3a, 0, 1, 2, 3, 0x80);
    const made = fc.array(tags, { maxLength: 20 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(fc.oneof(damaged, made), (bytes) => {
        const fast = parseEntry(bytes);
        if (fast !== undefined) expect(fast).toEqual(byTable(bytes));
      }),
      { seed: 2, numRuns: 5000 },
    );
  });
});
