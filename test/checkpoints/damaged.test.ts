/**
 * Damaged checkpoints: each tensor is read as it was, or refused by an error of ours, and nothing is taken that the files do not warrant.
 * Half of the damage is covered up by right checksums, so that it reaches what is inside. `NAMESAKE_SEED` chooses others,
 * `NAMESAKE_DAMAGED` how many of each checkpoint.
 */
import { FormatError, InvalidArgumentError, NamesakeError, NotFoundError, UnimplementedError } from "namesake";
import type { CheckpointReader } from "namesake/formats";
import { describe, expect, it } from "vitest";
import { memorySink, sourceOfBytes } from "../../src/formats/source/byte-source.ts";
import { finishSync } from "../../src/formats/source/stepwise.ts";
import { crc32c, maskCrc32c } from "../../src/formats/wire/crc32c.ts";
import { TableReader } from "../../src/formats/wire/sstable-reader.ts";
import { TableWriter } from "../../src/formats/wire/sstable-writer.ts";
import { describeTensor, type GoldenCheckpoint, goldens, openGolden } from "./goldens.ts";

const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_122);
const count = Number(process.env["NAMESAKE_DAMAGED"] ?? 200);

type Draw = (below: number) => number;

/** Numbers from 0 to below. */
function drawFrom(start: number): Draw {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Ways to damage bytes: each gives new ones. */
const damages: readonly ((bytes: Uint8Array, draw: Draw) => Uint8Array)[] = [
  (bytes, draw) => bytes.slice(0, draw(bytes.length)),
  (bytes, draw) => bytes.slice(draw(bytes.length)),
  (bytes, draw) => changed(bytes, draw, (byte) => byte ^ (1 << draw(8))),
  (bytes, draw) => changed(bytes, draw, () => draw(256)),
  // Lengths without end.
  (bytes, draw) => changed(bytes, draw, () => 0xff, 1 + draw(10)),
  (bytes, draw) => spliced(bytes, draw(bytes.length), 0, bytes.slice(draw(bytes.length)).slice(0, draw(64))),
  (bytes, draw) => spliced(bytes, draw(bytes.length), draw(32), new Uint8Array(0)),
];

function damaged(bytes: Uint8Array, draw: Draw): Uint8Array {
  let made = bytes;
  for (let times = 1 + draw(3); times > 0 && made.length > 0; times -= 1) {
    made = (damages[draw(damages.length)] as (typeof damages)[number])(made, draw);
  }
  return made;
}

function changed(bytes: Uint8Array, draw: Draw, to: (byte: number) => number, times = 1): Uint8Array {
  const made = bytes.slice();
  const start = draw(made.length);
  for (let at = start; at < Math.min(start + times, made.length); at += 1) made[at] = to(made[at] as number);
  return made;
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]));
}

/** A change within the only data block of a table, with the checksum that the block has then. */
function covered(table: Uint8Array, draw: Draw): Uint8Array {
  const made = table.slice();
  const view = new DataView(made.buffer);
  // The index has one entry, whose value is the handle of the block: the first after its key.
  const length = blockLength(made);
  const block = made.subarray(0, length);
  for (let times = 1 + draw(3); times > 0; times -= 1) {
    const at = draw(length);
    block[at] = draw(3) === 0 ? 0xff : draw(256);
  }
  view.setUint32(length + 1, maskCrc32c(crc32c(made.subarray(0, length + 1))), true);
  return made;
}

/** The bytes of the first block, without its trailer: where its checksum fits. */
function blockLength(table: Uint8Array): number {
  const view = new DataView(table.buffer, table.byteOffset);
  for (let length = 8; length + 5 <= table.length; length += 1) {
    if (table[length] === 0 && view.getUint32(length + 1, true) === maskCrc32c(crc32c(table.subarray(0, length + 1)))) {
      return length;
    }
  }
  throw new Error("no block has its checksum");
}

/** The table, written anew with one value damaged. */
function rewritten(table: Uint8Array, draw: Draw): Uint8Array {
  const reader = finishSync(TableReader.open(sourceOfBytes("t", table)));
  const block = finishSync(reader.block(0));
  const sink = memorySink();
  const writer = new TableWriter(sink);
  const victim = draw(block.keys.length);
  for (const [at, key] of block.keys.entries()) {
    const value = block.valueAt(at);
    finishSync(writer.add(key, at === victim ? damaged(value, draw) : value));
  }
  finishSync(writer.finish());
  return sink.bytes();
}

/** Whether an error is one that damaged files may give. */
function isExpected(error: unknown): boolean {
  return [FormatError, NotFoundError, InvalidArgumentError, UnimplementedError].some((kind) => error instanceof kind);
}

/** What `body` gives; undefined when it is refused. */
function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof NamesakeError && isExpected(error)) return undefined;
    throw error;
  }
}

/** Reads all that can be read, in every way; gives the tensors and how many were refused. */
function readAll(reader: CheckpointReader, names: readonly string[], mostBytes: number): Map<string, unknown> {
  const read = new Map<string, unknown>();
  attempt(() => reader.listSync());
  attempt(() => reader.objectGraphSync());
  for (const name of names) {
    const tensor = attempt(() => describeTensor(reader, name));
    if (tensor === undefined) continue;
    read.set(name, tensor);
    expect((tensor.hex?.length ?? 0) / 2 + (tensor.strings?.length ?? 0)).toBeLessThanOrEqual(mostBytes);
    const region = tensor.shape.map((size) => [size >> 1, size - (size >> 1)] as const);
    attempt(() => reader.getTensorSync(name, { region }));
    attempt(() => reader.getTensorSync(name, { region, verify: false }));
  }
  attempt(() => {
    let total = 0;
    for (const [, { size }] of reader.tensorsSync()) total += size;
    return total;
  });
  return read;
}

const tableOf = ({ files }: GoldenCheckpoint): string => ("m.index" in files ? "m.index" : "m");

describe(`damaged checkpoints (seed ${seed}; NAMESAKE_SEED chooses another)`, () => {
  it.each(goldens)("$name: what is read is what was written", { timeout: 600_000 }, (golden) => {
    const draw = drawFrom(seed);
    const names = Object.keys(golden.files);
    let refused = 0;
    for (let round = 0; round < count; round += 1) {
      const name = names[draw(names.length)] as string;
      const files = { ...golden.files, [name]: damaged(golden.files[name] as Uint8Array, draw) };
      const reader = attempt(() => openGolden({ files }));
      const read = reader && readAll(reader, Object.keys(golden.tensors), 2 ** 16);
      for (const [tensor, value] of read ?? [])
        expect(value, `round ${round}, ${tensor}`).toEqual(golden.tensors[tensor]);
      if (read?.size !== Object.keys(golden.tensors).length) refused += 1;
    }
    expect(refused).toBeGreaterThan(count / 10);
  });

  it.each(goldens)("$name: damage under right checksums is read, or refused", { timeout: 600_000 }, (golden) => {
    const draw = drawFrom(seed + 1);
    const table = tableOf(golden);
    const total = Object.values(golden.files).reduce((sum, { length }) => sum + length, 0);
    for (let round = 0; round < count; round += 1) {
      const make = draw(2) === 0 ? covered : rewritten;
      const files = { ...golden.files, [table]: make(golden.files[table] as Uint8Array, draw) };
      const reader = attempt(() => openGolden({ files }));
      const found = reader && attempt(() => reader.namesSync());
      if (reader !== undefined) readAll(reader, found ?? Object.keys(golden.tensors), 8 * total + 64);
    }
  });
});
