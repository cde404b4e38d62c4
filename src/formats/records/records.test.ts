/** Records and events at their edges; files that TensorFlow wrote are in `tensorflow-files.test.ts`. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { ArgumentError, ArgumentTypeError, FormatError } from "../../base/errors.ts";
import { decodeTensor } from "../tensor-values.ts";
import {
  encodeEvents,
  eventFileName,
  firstEvent,
  histogramValue,
  imageValue,
  readEventStream,
  readEvents,
  scalarValue,
  textValue,
} from "./events.ts";
import { encodeRecord, encodeRecords, readRecordStream, readRecords, writeRecords } from "./records.ts";

const data = [new Uint8Array([1, 2, 3]), new Uint8Array(), new Uint8Array(100).fill(7)];
const file = encodeRecords(data);

async function failure(body: () => unknown): Promise<FormatError> {
  try {
    await body();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe("a file that is cut", () => {
  it("gives all whole records, wherever it is cut, and says where to go on", async () => {
    for (let end = 0; end < file.length; end += 1) {
      const read: number[] = [];
      const error = await failure(() => {
        for (const record of readRecords(file.subarray(0, end))) read.push(record.length);
        if ([0, 19, 35].includes(end)) throw new FormatError("at the end of a record", { isCut: true, offset: end });
      });
      expect(error.fields["isCut"]).toBe(true);
      const start = Number(error.fields["offset"]);
      const rest = Array.from(readRecords(file, { start }), ({ length }) => length);
      expect([...read, ...rest]).toEqual([3, 0, 100]);
    }
  });

  it("says the same as a stream", async () => {
    const cut = file.subarray(0, 60);
    const one = await failure(() => [...readRecords(cut, { file: "a" })]);
    const other = await failure(() => all(readRecordStream([cut.subarray(0, 30), cut.subarray(30)], { file: "a" })));
    expect(other.message).toBe(one.message);
    expect(one.message).toBe(
      "truncated record at 35\n  found   25 of the 116 bytes of the record\n  before  2 whole records\n  file    a",
    );
    expect(other.fields).toMatchObject({ offset: 35, count: 2, isCut: true, file: "a" });
  });

  it("goes on as a stream, from where it was cut", async () => {
    const rest = await all(readRecordStream([file.subarray(0, 10), file.subarray(10)], { start: 19 }));
    expect(rest.map(({ length }) => length)).toEqual([0, 100]);
    expect(await all(readRecordStream([file], { start: 10_000 }))).toEqual([]);
  });
});

describe("a file that is damaged", () => {
  it.each([
    ["a length", 0, "length"],
    ["a checksum of a length", 8, "length"],
    ["data", 12, "data"],
    ["a checksum of data", 15, "data"],
  ])("in %s is refused", async (_what, at, of) => {
    const bytes = file.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const error = await failure(() => [...readRecords(bytes)]);
    expect(error.message).toMatch(
      new RegExp(`^corrupted record at 0\n {2}found {3}the checksum of the ${of} is \\d+, stored is \\d+`),
    );
    expect(error.fields["isCut"]).toBe(false);
  });

  it("gives the records before", async () => {
    const bytes = file.slice();
    bytes[40] = 9;
    const reader = readRecords(bytes);
    expect([reader.next().value?.length, reader.next().value?.length]).toEqual([3, 0]);
    expect((await failure(() => reader.next())).fields).toMatchObject({ offset: 35, count: 2 });
  });

  it("has no longer records than are read", async () => {
    expect((await failure(() => [...readRecords(file, { maxRecordBytes: 99 })])).message).toContain(
      "more than the 99 that are read",
    );
    expect([...readRecords(file, { maxRecordBytes: 100 })]).toHaveLength(3);
  });

  it("is not compressed as it is said to be, or the other way round", async () => {
    expect((await failure(() => all(readRecordStream(file, { compression: "GZIP", file: "a.gz" })))).message).toMatch(
      /^Not compressed with GZIP, or damaged: .*\n {2}file {2}a\.gz$/,
    );
    const gzip = Buffer.concat(await all(writeRecords(data, { compression: "GZIP" })));
    expect((await failure(() => all(readRecordStream(gzip)))).message).toMatch(/^(?:corrupted|truncated) record at 0/);
    expect(
      (await failure(() => all(readRecordStream(gzip.subarray(0, -4), { compression: "GZIP" })))).message,
    ).toContain("GZIP");
  });
});

describe("streams", () => {
  it("are Node's, too, and are closed when nobody reads on", async () => {
    const stream = Readable.from([file]);
    for await (const record of readRecordStream(stream)) {
      expect(record.length).toBe(3);
      break;
    }
    expect(stream.destroyed).toBe(true);
    const compressed = Readable.from(writeRecords(data, { compression: "ZLIB" }));
    for await (const record of readRecordStream(compressed, { compression: "ZLIB" })) {
      expect(record.length).toBe(3);
      break;
    }
  });

  it.each(["GZIP", undefined] as const)("that fail tell their own error (compression: %s)", async (compression) => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield* writeRecords(data.slice(0, 1), { compression });
      throw new RangeError("the disk is gone");
    }
    await expect(all(readRecordStream(failing(), { compression }))).rejects.toThrow("the disk is gone");
  });

  it("may write on in the memory that they gave", async () => {
    const buffer = new Uint8Array(16);
    function* reusing(): Generator<Uint8Array> {
      for (let at = 0; at < file.length; at += 16) {
        const piece = file.subarray(at, at + 16);
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
      }
    }
    expect((await all(readRecordStream(reusing()))).map((record) => [...record])).toEqual(
      data.map((record) => [...record]),
    );
  });

  it("of many records are written one at a time", async () => {
    async function* many(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 1000; i += 1) yield new Uint8Array(100);
    }
    expect(
      await all(readRecordStream(writeRecords(many(), { compression: "GZIP" }), { compression: "GZIP" })),
    ).toHaveLength(1000);
  });
});

describe("events", () => {
  it("that are none are refused with their number", async () => {
    const bytes = encodeRecords([new Uint8Array(), new Uint8Array([0xff])]);
    const error = await failure(() => [...readEvents(bytes, { file: "events" })]);
    expect(error.message).toContain("Error parsing message with type 'tensorflow.Event'");
    expect(error.message).toContain("event  number 2 of the file");
    expect(error.message).toContain("file  events");
    expect((await failure(() => all(readEventStream(bytes, { file: "events" })))).message).toBe(error.message);
  });

  it("that do not fit are refused before anything is written", () => {
    expect(() => encodeEvents([{ ...firstEvent(1), step: 0.5 }])).toThrow(ArgumentTypeError);
    expect(() => encodeEvents([{ ...firstEvent(1), graphDef: new Uint8Array() }])).toThrow(ArgumentError);
  });

  it("come from streams, too", async () => {
    const value = [scalarValue("loss", 0)];
    const bytes = encodeEvents([firstEvent(1.5), { wallTime: 2, step: 2n ** 60n, summary: { value } }]);
    const read = await all(readEventStream([bytes.subarray(0, 20), bytes.subarray(20)]));
    expect(read).toEqual([...readEvents(bytes)]);
    // A zero is written: it is what the value is.
    expect(read[1]?.summary?.value).toEqual(value);
    expect(read[1]?.step).toBe(2n ** 60n);
  });

  it("have titles where they are given", () => {
    const titled = scalarValue("loss", 1, { displayName: "Loss", description: "*falls*" });
    expect(titled.metadata).toMatchObject({
      displayName: "Loss",
      summaryDescription: "*falls*",
      pluginData: { pluginName: "scalars" },
    });
    expect(histogramValue("w", [1]).metadata).toBeUndefined();
    const size = { height: 1, width: 1, colorspace: 1, encodedImageString: new Uint8Array([1]) };
    expect(imageValue("i", size, { displayName: "I" }).metadata?.pluginData?.pluginName).toBe("images");
  });

  it("have texts of any shape", () => {
    expect(decodeTensor(textValue("t", "é").tensor)?.toArray()).toBe("é");
    expect(decodeTensor(textValue("t", ["a", "b"]).tensor)?.toArray()).toEqual(["a", "b"]);
    expect(decodeTensor(textValue("t", []).tensor)?.shape).toEqual([0]);
  });

  it("stand in files with names of their own", () => {
    expect(eventFileName({ wallTime: 5.9, host: "h" })).toBe("events.out.tfevents.0000000005.h");
    expect(() => eventFileName({ wallTime: 5, host: "../h" })).toThrow(ArgumentError);
  });

  it("can be appended one by one", () => {
    const appended = Buffer.concat([encodeRecord(new Uint8Array([1])), encodeRecord(new Uint8Array([2]))]);
    expect(Array.from(readRecords(appended), (record) => record[0])).toEqual([1, 2]);
  });
});
