import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FormatError } from "../base/errors.ts";
import { histogramOf } from "../tensor/histogram.ts";
import { CheckpointState } from "./checkpoint-state.ts";
import { CondContextDef, ControlFlowContextDef, QueueRunnerDef, VariableDef, WhileContextDef } from "./collections.ts";
import { GraphDef, OpList } from "./graphdef.ts";
import { MetaGraphDef, SavedModel } from "./meta-graph.ts";
import { Event, HistogramProto, RunMetadata } from "./records/event-messages.ts";
import { encodeEvents, readEvents } from "./records/events.ts";
import { encodeRecords, readRecordStream, readRecords, writeRecords } from "./records/records.ts";
import type { FieldDef, MessageTable, MessageType } from "./wire/message-table.ts";
import { decodeMessage, encodeMessage, parseMessage, printMessage } from "./wire/protobuf.ts";

interface GoldenField {
  readonly number: number;
  readonly type: string;
  readonly repeated?: boolean;
  readonly map?: readonly [key: string, value: string];
  readonly message?: string;
  readonly members?: Readonly<Record<string, number>>;
  readonly oneof?: string;
}

interface Golden {
  readonly messages: Readonly<Record<string, Readonly<Record<string, GoldenField>>>>;
  readonly texts: readonly { readonly message: string; readonly bytes: string; readonly text: string }[];
  readonly parsed: readonly {
    readonly message: string;
    readonly text: string;
    readonly bytes?: string;
    readonly error?: string;
  }[];
  readonly histograms: readonly { readonly values: readonly number[]; readonly histogram: string }[];
  readonly records: { readonly records: readonly string[]; readonly files: Readonly<Record<string, string>> };
  readonly events: { readonly file: string; readonly texts: readonly string[] };
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../test/goldens/tensorflow-files.json"), "utf8"),
) as Golden;

const roots: readonly MessageTable[] = [
  GraphDef,
  OpList,
  MetaGraphDef,
  SavedModel,
  Event,
  RunMetadata,
  CheckpointState,
  VariableDef,
  ControlFlowContextDef,
  CondContextDef,
  WhileContextDef,
  QueueRunnerDef,
];

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function tableNamed(name: string): MessageType<unknown> {
  const table = roots.find((one) => one.name === `tensorflow.${name}`);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table as MessageType<unknown>;
}

function tableOf({ type, holds }: FieldDef): MessageTable | undefined {
  if (holds) return holds();
  return typeof type === "string" ? undefined : typeof type === "function" ? type() : type;
}

/** Every table that can be reached from the roots. */
function allTables(): Map<string, MessageTable> {
  const found = new Map<string, MessageTable>();
  const waiting = [...roots];
  for (let table = waiting.pop(); table !== undefined; table = waiting.pop()) {
    if (found.has(table.name)) continue;
    found.set(table.name, table);
    for (const field of Object.values(table.fields)) {
      const inner = tableOf(field);
      if (inner) waiting.push(inner);
    }
  }
  return found;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function wireType(type: FieldDef["type"]): string {
  return type === "safeInt64" ? "int64" : typeof type === "string" ? type : "message";
}

function failure(body: () => unknown): FormatError {
  try {
    body();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function checkField(name: string, field: FieldDef, wanted: GoldenField): void {
  expect(field.number, name).toBe(wanted.number);
  const isList = field.rule === "repeated" || field.rule === "optionalRepeated";
  expect(isList, name).toBe(wanted.repeated === true && wanted.map === undefined);
  expect(field.rule === "map" ? [field.keyType, wireType(field.type)] : undefined, name).toEqual(wanted.map);
  const type = field.holds ? "message" : wireType(field.type);
  if (field.rule !== "map") expect(type, name).toBe(wanted.type);
  expect(tableOf(field)?.name, name).toBe(wanted.message);
  if (field.members) expect(field.members, name).toEqual(wanted.members);
}

describe("the tables of messages", () => {
  const tables = [...allTables().values()];

  it.each(tables.map((table) => ({ name: table.name, table })))("$name is as TensorFlow compiled it", ({ table }) => {
    const upstream = golden.messages[table.name];
    expect(upstream, "known upstream").toBeDefined();
    const listed = Object.keys(table.fields).map(snake);
    expect([...listed, ...(table.unlisted ?? [])].sort()).toEqual(Object.keys(upstream ?? {}).sort());
    for (const [name, field] of Object.entries(table.fields)) {
      const wanted = upstream?.[snake(name)];
      expect(wanted, name).toBeDefined();
      if (wanted !== undefined) checkField(name, field, wanted);
      if (!table.isOneof) expect(field.group, name).toBe(wanted?.oneof);
    }
  });

  it("name every enum's members, but for the codes of errors", () => {
    const nameless = tables.flatMap((table) =>
      Object.entries(table.fields)
        .filter(([, { type, members }]) => type === "enum" && members === undefined)
        .map(([name]) => `${table.name}.${name}`),
    );
    expect(nameless).toEqual([]);
  });
});

describe("messages that TensorFlow wrote in both formats", () => {
  const cases = golden.texts.map((one, i) => ({ ...one, name: `${i} ${one.message}` }));

  it.each(cases)("$name: the text gives the bytes", ({ message, bytes, text }) => {
    const table = tableNamed(message);
    expect(parseMessage(table, text)).toEqual(decodeMessage(table, bytesOf(bytes)));
    expect(base64Of(encodeMessage(table, parseMessage(table, text)))).toBe(
      base64Of(encodeMessage(table, decodeMessage(table, bytesOf(bytes)))),
    );
  });

  it.each(cases)("$name: the bytes give the text", ({ message, bytes, text }) => {
    const table = tableNamed(message);
    expect(printMessage(table, decodeMessage(table, bytesOf(bytes)))).toBe(text);
  });
});

/** What we refuse and protobuf's parser for Python does not, and what we say in other words. */
const otherwise: Readonly<Record<string, RegExp>> = {
  'model_checkpoint_path: "\\377"': /^1:24 : Couldn't parse string: it is not UTF-8$/,
  "node { attr { key: 'T' value { type: DT_WRONG } } }": /Enum has no value named DT_WRONG\.$/,
  "collection_def { key: 'a' value { any_list { value { [type.googleapis.com/no.Such] { } } } } }":
    /^1:82 : Type no.Such not found in descriptor pool$/,
};

describe("odd texts", () => {
  it.each(golden.parsed)("$message $text", ({ message, text, bytes, error }) => {
    const table = tableNamed(message);
    if (bytes !== undefined) {
      const wanted = decodeMessage(table, bytesOf(bytes));
      expect(parseMessage(table, text)).toEqual(wanted);
    } else if (text in otherwise) {
      expect(failure(() => parseMessage(table, text)).message).toMatch(otherwise[text] ?? /^$/);
    } else {
      expect(failure(() => parseMessage(table, text, { file: "odd.pbtxt" })).message).toBe(
        `${error}\n  file  odd.pbtxt`,
      );
    }
  });
});

describe("histograms", () => {
  it.each(golden.histograms)("of $values.length values are TensorFlow's to the last bit", ({ values, histogram }) => {
    expect(base64Of(encodeMessage(HistogramProto, histogramOf(values)))).toBe(histogram);
  });

  it.each([Number.NaN, Infinity, -Infinity])("%f has no bucket", (value) => {
    expect(() => histogramOf([1, value])).toThrow(/in summary histogram/);
  });
});

describe("files of records that TensorFlow wrote", () => {
  const wanted = golden.records.records;
  const file = (name: string): Uint8Array => bytesOf(golden.records.files[name] ?? "");

  it("are read, and written byte for byte", () => {
    const read = [...readRecords(file("plain"))];
    expect(read.map(base64Of)).toEqual(wanted);
    expect(base64Of(encodeRecords(read))).toBe(golden.records.files["plain"]);
  });

  it.each(["plain", "GZIP", "ZLIB"] as const)("%s: are read from a stream in pieces of any size", async (name) => {
    const compression = name === "plain" ? undefined : name;
    for (const size of [1, 7, 1000, 100_000]) {
      const pieces = Array.from({ length: Math.ceil(file(name).length / size) }, (_, i) =>
        file(name).subarray(i * size, (i + 1) * size),
      );
      const read: string[] = [];
      for await (const record of readRecordStream(pieces, { compression })) read.push(base64Of(record));
      expect(read).toEqual(wanted);
    }
  });

  it.each(["GZIP", "ZLIB"] as const)("%s: what is written is read again", async (compression) => {
    const read: string[] = [];
    const written = writeRecords(wanted.map(bytesOf), { compression });
    for await (const record of readRecordStream(written, { compression })) read.push(base64Of(record));
    expect(read).toEqual(wanted);
  });
});

describe("a file of events that TensorFlow wrote", () => {
  const bytes = bytesOf(golden.events.file);

  it("is read", () => {
    const read = [...readEvents(bytes)];
    expect(read.map((event) => printMessage(Event, event))).toEqual(golden.events.texts);
  });

  it("is written byte for byte", () => {
    expect(base64Of(encodeEvents(readEvents(bytes)))).toBe(golden.events.file);
  });
});
