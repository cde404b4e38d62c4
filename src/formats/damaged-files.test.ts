/**
 * Damaged files of every format: each is read, or refused by an error of ours that tells the file, and nothing is taken that the file does
 * not warrant. `NAMESAKE_SEED` chooses others, `NAMESAKE_DAMAGED` how many of each format.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FormatError } from "../base/errors.ts";
import { parseCheckpointState } from "./checkpoint-state.ts";
import { decodeGraphDef, parseGraphDef } from "./graphdef.ts";
import { decodeMetaGraphDef, decodeSavedModel, parseMetaGraphDef } from "./meta-graph.ts";
import { decodeNpy } from "./npz/npy.ts";
import { decodeNpz } from "./npz/npz.ts";
import { readEvents } from "./records/events.ts";
import { readRecordStream, readRecords } from "./records/records.ts";
import { decodeSafetensors } from "./safetensors/decode.ts";

interface Golden {
  readonly texts: readonly { readonly message: string; readonly bytes: string; readonly text: string }[];
  readonly records: { readonly files: Readonly<Record<string, string>> };
  readonly events: { readonly file: string };
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../test/goldens", name), "utf8"));
}

const golden = read("tensorflow-files.json") as Golden;
const tensors = read("safetensors.json") as { readonly cases: readonly { readonly file: string }[] };
const arrays = read("npz.json") as {
  readonly npy: readonly { readonly file: string }[];
  readonly npz: Readonly<Record<string, { readonly file: string }>>;
};

function bytesOf(base64: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(base64 ?? "", "base64"));
}

function binary(message: string): Uint8Array[] {
  return golden.texts.filter((one) => one.message === message).map(({ bytes }) => bytesOf(bytes));
}

function texts(message: string): Uint8Array[] {
  return golden.texts.filter((one) => one.message === message).map(({ text }) => new Uint8Array(Buffer.from(text)));
}

/** A format: files of it, and how they are read. */
interface Format {
  readonly files: readonly Uint8Array[];
  readonly read: (bytes: Uint8Array, file: string) => unknown;
}

async function streamed(bytes: Uint8Array, file: string, compression?: "GZIP" | "ZLIB"): Promise<void> {
  // One MiB is more than any of the files holds: what claims more is damaged.
  const records = readRecordStream(bytes, { file, compression, maxRecordBytes: 2 ** 20 });
  for await (const record of records) expect(record.length).toBeLessThanOrEqual(2 ** 20);
}

const formats: Readonly<Record<string, Format>> = {
  GraphDef: { files: binary("GraphDef"), read: (bytes, file) => decodeGraphDef(bytes, { file }) },
  "GraphDef as text": { files: texts("GraphDef"), read: (bytes, file) => parseGraphDef(bytes, { file }) },
  MetaGraphDef: { files: binary("MetaGraphDef"), read: (bytes, file) => decodeMetaGraphDef(bytes, { file }) },
  "MetaGraphDef as text": { files: texts("MetaGraphDef"), read: (bytes, file) => parseMetaGraphDef(bytes, { file }) },
  SavedModel: { files: binary("SavedModel"), read: (bytes, file) => decodeSavedModel(bytes, { file }) },
  CheckpointState: { files: texts("CheckpointState"), read: (bytes, file) => parseCheckpointState(bytes, { file }) },
  records: {
    files: [bytesOf(golden.records.files["plain"])],
    read: (bytes, file) => [...readRecords(bytes, { file })],
  },
  "a stream of records": { files: [bytesOf(golden.records.files["plain"])], read: streamed },
  "records in gzip": {
    files: [bytesOf(golden.records.files["GZIP"])],
    read: (bytes, file) => streamed(bytes, file, "GZIP"),
  },
  "records in zlib": {
    files: [bytesOf(golden.records.files["ZLIB"])],
    read: (bytes, file) => streamed(bytes, file, "ZLIB"),
  },
  events: { files: [bytesOf(golden.events.file)], read: (bytes, file) => [...readEvents(bytes, { file })] },
  npz: {
    files: Object.values(arrays.npz).map(({ file }) => bytesOf(file)),
    read: (bytes, file) => decodeNpz(bytes, { file }),
  },
  npy: { files: arrays.npy.map(({ file }) => bytesOf(file)), read: (bytes, file) => decodeNpy(bytes, { file }) },
  safetensors: {
    files: tensors.cases.map(({ file }) => bytesOf(file)),
    read: (bytes, file) => decodeSafetensors(bytes, { file }),
  },
};

const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_122);
const count = Number(process.env["NAMESAKE_DAMAGED"] ?? 300);

/** Numbers from 0 to below. */
function drawFrom(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Draw = (below: number) => number;

/** Ways to damage bytes: each gives new ones. */
const damages: readonly ((bytes: Uint8Array, draw: Draw) => Uint8Array)[] = [
  (bytes, draw) => bytes.slice(0, draw(bytes.length)),
  (bytes, draw) => bytes.slice(draw(bytes.length)),
  (bytes, draw) => changed(bytes, draw, (byte) => byte ^ (1 << draw(8))),
  (bytes, draw) => changed(bytes, draw, () => draw(256)),
  // Lengths without end.
  (bytes, draw) => changed(bytes, draw, () => 0xff, 1 + draw(10)),
  (bytes, draw) => spliced(bytes, draw(bytes.length), 0, bytes.subarray(draw(bytes.length)).slice(0, draw(64))),
  (bytes, draw) => spliced(bytes, draw(bytes.length), draw(32), new Uint8Array(0)),
  // What text is made of: quotes, brackets, escapes, signs.
  (bytes, draw) => changed(bytes, draw, () => Buffer.from("\"'\\{}[]<>:#,;-+.0x\n")[draw(19)] as number, 1 + draw(3)),
];

function changed(bytes: Uint8Array, draw: Draw, to: (byte: number) => number, times = 1): Uint8Array {
  const made = bytes.slice();
  const start = draw(made.length);
  for (let at = start; at < Math.min(start + times, made.length); at += 1) made[at] = to(made[at] as number);
  return made;
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]));
}

describe(`damaged files (seed ${seed}; NAMESAKE_SEED chooses another)`, () => {
  it.each(Object.entries(formats))("%s: each is read, or refused", { timeout: 600_000 }, async (name, format) => {
    const draw = drawFrom(seed);
    let refused = 0;
    for (let round = 0; round < count; round += 1) {
      let bytes = format.files[draw(format.files.length)] as Uint8Array;
      for (let times = 1 + draw(3); times > 0 && bytes.length > 0; times -= 1)
        bytes = (damages[draw(damages.length)] as (typeof damages)[number])(bytes, draw);
      try {
        await format.read(bytes, "damaged.file");
      } catch (error) {
        if (!(error instanceof FormatError))
          throw new Error(`${name}, round ${round}: ${String(error)}`, { cause: error });
        expect(error.message).toContain("damaged.file");
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(count / 10);
  });
});
