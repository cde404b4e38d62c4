/** Checkpoints as no released TensorFlow writes them, but reads: compressed indexes, big-endian files; and types that are refused. */
import { asDType, FormatError, NDArray, ndarray, UnimplementedError } from "namesake";
import { type CheckpointReader, encodeCheckpoint } from "namesake/formats";
import { describe, expect, it } from "vitest";
import {
  type BundleEntry,
  BundleEntryProto,
  type BundleHeader,
  BundleHeaderProto,
} from "../../src/formats/checkpoint/bundle-records.ts";
import { elementType, swapBytes } from "../../src/formats/checkpoint/element-types.ts";
import { memorySink, sourceOfBytes } from "../../src/formats/source/byte-source.ts";
import { finishSync } from "../../src/formats/source/stepwise.ts";
import { crc32c, maskCrc32c } from "../../src/formats/wire/crc32c.ts";
import { decodeMessage, encodeMessage } from "../../src/formats/wire/protobuf.ts";
import { MAGIC, TableReader } from "../../src/formats/wire/sstable-reader.ts";
import { TableWriter } from "../../src/formats/wire/sstable-writer.ts";
import { caught } from "../failure-of.ts";
import { openGolden } from "./goldens.ts";

/** An index with other entries or another header. */
function edited(
  index: Uint8Array,
  edit: {
    readonly header?: (header: BundleHeader) => void;
    readonly entry?: (name: string, entry: BundleEntry) => void;
  },
): Uint8Array {
  const table = finishSync(TableReader.open(sourceOfBytes("t", index)));
  const block = finishSync(table.block(0));
  const sink = memorySink();
  const writer = new TableWriter(sink);
  for (const [at, key] of block.keys.entries()) {
    const value = block.valueAt(at);
    if (key === "") {
      const header = decodeMessage(BundleHeaderProto, value);
      edit.header?.(header);
      finishSync(writer.add(key, encodeMessage(BundleHeaderProto, header)));
    } else {
      const entry = decodeMessage(BundleEntryProto, value);
      edit.entry?.(key, entry);
      finishSync(writer.add(key, encodeMessage(BundleEntryProto, entry)));
    }
  }
  finishSync(writer.finish());
  return sink.bytes();
}

function open(index: Uint8Array, data: Uint8Array): CheckpointReader {
  return openGolden({ files: { "m.index": index, "m.data-00000-of-00001": data } });
}

const values: readonly (readonly [string, NDArray])[] = [
  ["bool", ndarray([true, false])],
  ["complex", new NDArray(asDType("complex64"), [2], Float32Array.of(1, 2, 3, 4))],
  ["double", ndarray([1.5, -2.5], "float64")],
  ["half", new NDArray(asDType("float16"), [3], Uint16Array.of(0x3c00, 0x4000, 0x7bff))],
  ["int64", ndarray([1n, -2n], "int64")],
  [
    "rows",
    ndarray([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ],
];

describe("a big-endian checkpoint", () => {
  const { index, data } = encodeCheckpoint(values);
  const swapped = data.slice();
  const big = edited(index, {
    header: (header) => {
      header.endianness = 1;
    },
    entry: (_, entry) => {
      const bytes = swapped.subarray(entry.offset, entry.offset + entry.size);
      swapBytes(bytes, elementType(entry.dtype)?.unit ?? 1);
      entry.crc32c = maskCrc32c(crc32c(bytes));
    },
  });

  it.each(values)("is read: %s", (name, value) => {
    const reader = open(big, swapped);
    expect(reader.getTensorSync(name).equals(value)).toBe(true);
    expect(new Map(reader.tensorsSync()).get(name)?.equals(value)).toBe(true);
  });

  it("is read in parts", () => {
    const region = [
      [1, 2],
      [1, 1],
    ] as const;
    for (const verify of [true, false]) {
      expect(open(big, swapped).getTensorSync("rows", { region, verify }).toArray()).toEqual([[4], [6]]);
    }
  });
});

/** A table whose first block is compressed: as literals, which is Snappy, too. */
function compressed(table: Uint8Array): Uint8Array {
  const reader = finishSync(TableReader.open(sourceOfBytes("t", table)));
  const block = finishSync(reader.block(0)).bytes;
  const literals: number[] = [];
  for (let at = 0; at < block.length; at += 60) {
    const part = block.subarray(at, at + 60);
    literals.push((part.length - 1) << 2, ...part);
  }
  const length = [(block.length & 0x7f) | 0x80, block.length >> 7];
  const stored = Uint8Array.from([...length, ...literals, 1]);
  const crc = new Uint8Array(4);
  new DataView(crc.buffer).setUint32(0, maskCrc32c(crc32c(stored)), true);
  return tableAround(new Uint8Array(Buffer.concat([stored, crc])));
}

/** A table of one block, which has its trailer already. */
function tableAround(block: Uint8Array): Uint8Array {
  const trailer = (bytes: Uint8Array): Uint8Array => {
    const made = new Uint8Array(bytes.length + 5);
    made.set(bytes);
    new DataView(made.buffer).setUint32(bytes.length + 1, maskCrc32c(crc32c(made.subarray(0, bytes.length + 1))), true);
    return made;
  };
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)]);
  const empty = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0);
  const handle = [...varint(0), ...varint(block.length - 5)];
  const index = Uint8Array.from([0, 1, handle.length, 0xff, ...handle, 0, 0, 0, 0, 1, 0, 0, 0]);
  const meta = trailer(empty);
  const footer = new Uint8Array(48);
  footer.set([...varint(block.length), 8, ...varint(block.length + meta.length), ...varint(index.length)]);
  footer.set(MAGIC, 40);
  return new Uint8Array(Buffer.concat([block, meta, trailer(index), footer]));
}

describe("an index whose blocks are compressed", () => {
  it("is read", () => {
    const { index, data } = encodeCheckpoint(values);
    const reader = open(compressed(index), data);
    expect(reader.namesSync()).toEqual(values.map(([name]) => name));
    for (const [name, value] of values) expect(reader.getTensorSync(name).equals(value), name).toBe(true);
  });
});

describe("what checkpoints cannot hold", () => {
  const { index, data } = encodeCheckpoint([
    ["a", ndarray([1])],
    ["w", ndarray([1, 2])],
  ]);
  const of = (dtype: number): CheckpointReader =>
    open(edited(index, { entry: (name, entry) => void (name === "w" && (entry.dtype = dtype)) }), data);

  it.each([
    [20, UnimplementedError, /^Tensors of type resource cannot be read from checkpoints\.\n {2}tensor {2}'w'/],
    [21, UnimplementedError, /^Tensors of type variant cannot be read from checkpoints\./],
    [0, FormatError, /^0 is no element type\./],
    [121, FormatError, /^121 is no element type\./],
    [99, FormatError, /^99 is no element type\./],
  ])("is refused by name: type %i", (dtype, kind, text) => {
    const reader = of(dtype);
    const error = caught(() => reader.getTensorSync("w"));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(text);
    expect(error).toMatchObject({ tensorName: "w", file: "m.index" });
    expect(reader.getTensorSync("a").toArray()).toEqual([1]);
    expect(reader.namesSync()).toEqual(["a", "w"]);
  });

  it("is told of a later version", () => {
    for (const [version, text] of [
      [{ producer: 2, minConsumer: 2 }, /^Checkpoint min consumer version 2 above current version 1/],
      [{ producer: 1, minConsumer: 0, badConsumers: [1] }, /^Checkpoint disallows consumer version 1/],
    ] as const) {
      const later = edited(index, { header: (header) => void Object.assign(header.version, version) });
      expect(caught(() => open(later, data)).message).toMatch(text);
    }
  });
});
