/** Checkpoints that are written: the same bytes as TensorFlow's where it wrote the same, and readable again in any case. */
import {
  ArgumentError,
  ArgumentTypeError,
  InvalidArgumentError,
  type NamesakeError,
  NDArray,
  NotFoundError,
  ndarray,
} from "namesake";
import {
  type ByteSink,
  type CheckpointValue,
  CheckpointWriter,
  checkpointFiles,
  type Extent,
  encodeCheckpoint,
  memoryFiles,
  mergeCheckpoints,
  mergeCheckpointsSync,
  openCheckpointSync,
} from "namesake/formats";
import { describe, expect, it } from "vitest";
import { caught } from "../failure-of.ts";
import { type GoldenCheckpoint, goldenNamed, hexOf, openGolden } from "./goldens.ts";

interface Collected extends ByteSink {
  readonly writes: number[];
  readonly bytes: () => Uint8Array;
  isClosed: boolean;
}

function collector(isLater = false): Collected {
  const parts: Uint8Array[] = [];
  const writes: number[] = [];
  return {
    writes,
    isClosed: false,
    write(bytes) {
      const copy = bytes.slice();
      writes.push(copy.length);
      parts.push(copy);
      return isLater ? Promise.resolve() : undefined;
    },
    close() {
      this.isClosed = true;
    },
    bytes: () => new Uint8Array(Buffer.concat(parts)),
  };
}

/** The same tensors and slices, written in the order of the golden's data file. */
function writtenAgain(golden: GoldenCheckpoint): Record<string, Uint8Array> {
  const reader = openGolden(golden);
  const [data, index] = [collector(), collector()];
  const writer = new CheckpointWriter({ data, index });
  const value = (name: string, region?: readonly Extent[]): CheckpointValue =>
    reader.findSync(name)?.dtype === "string"
      ? reader.getTensorSync(name)
      : reader.getBytesSync(name, region === undefined ? {} : { region });
  // SaveV2 writes in the order of its inputs, which the golden's generator has by name but for these.
  for (const name of orderOf(golden)) {
    const entry = reader.findSync(name);
    for (const extents of entry?.slices ?? []) {
      writer.addSliceSync(name, entry?.shape ?? [], extents, value(name, extents));
    }
    if (entry?.slices === undefined) writer.addSync(name, value(name));
  }
  writer.finishSync();
  expect(data.isClosed && index.isClosed).toBe(true);
  return { "m.data-00000-of-00001": data.bytes(), "m.index": index.bytes() };
}

/** Names in the order in which the golden's data file has their bytes. */
function orderOf(golden: GoldenCheckpoint): string[] {
  const data = hexOf(golden.files["m.data-00000-of-00001"] as Uint8Array);
  const reader = openGolden(golden);
  const place = (name: string): number => {
    const entry = reader.findSync(name);
    const region = entry?.slices?.[0];
    if (entry?.dtype === "string") {
      const [first = new Uint8Array(0)] = reader.getTensorSync(name).data as Uint8Array[];
      return first.length > 3 ? data.indexOf(hexOf(first)) : data.length;
    }
    return data.indexOf(hexOf(reader.getBytesSync(name, region === undefined ? {} : { region }).bytes));
  };
  return reader.namesSync().sort((a, b) => place(a) - place(b));
}

describe("a checkpoint that is written", () => {
  it.each(["slices", "names"])("is byte for byte as TensorFlow's: %s", (name) => {
    const golden = goldenNamed(name);
    const again = writtenAgain(golden);
    for (const [file, bytes] of Object.entries(golden.files))
      expect(hexOf(again[file] as Uint8Array), file).toBe(hexOf(bytes));
  });

  it("holds values of every type", () => {
    const golden = goldenNamed("every type");
    const reader = openGolden(golden);
    const names = reader.namesSync().filter((name) => !["e4m3", "qint8"].includes(name));
    const { index, data } = encodeCheckpoint(names.map((name) => [name, reader.getTensorSync(name)]));
    const again = openGolden({ files: { "m.index": index, "m.data-00000-of-00001": data } });
    expect(again.namesSync()).toEqual(names);
    for (const name of names) expect(again.getTensorSync(name).equals(reader.getTensorSync(name)), name).toBe(true);
  });

  it("may be empty", () => {
    const reader = openGolden({ files: checkpointFiles("m", encodeCheckpoint([])) });
    expect(reader.listSync()).toEqual([]);
    expect(caught(() => reader.getTensorSync("a"))).toBeInstanceOf(NotFoundError);
  });

  it("takes parts of larger arrays", () => {
    const wide = Float32Array.of(0, 1, 2, 3, 4, 5);
    const part = new NDArray(ndarray(0).dtype, [2, 2], wide.subarray(1, 5));
    const reader = openGolden({ files: checkpointFiles("m", encodeCheckpoint([["w", part]])) });
    expect(reader.getTensorSync("w").toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("is written a mebibyte at a time at most, small tensors together", () => {
    const [data, index] = [collector(), collector()];
    const writer = new CheckpointWriter({ data, index });
    const large = new Float32Array(1_000_000).fill(1.5);
    for (let i = 0; i < 500; i++) writer.addSync(`small/${i}`, ndarray([i, i + 1]));
    writer.addSync("large", ndarray(large));
    writer.finishSync();
    expect(Math.max(...data.writes)).toBeLessThanOrEqual(2 ** 20);
    expect(data.writes.length).toBe(1 + 4);
    expect(writer.byteLength).toBe(500 * 8 + 4_000_000);
    const reader = openGolden({ files: { "m.index": index.bytes(), "m.data-00000-of-00001": data.bytes() } });
    expect(reader.getTensorSync("large").equals(ndarray(large))).toBe(true);
    expect(reader.getTensorSync("small/321").toArray()).toEqual([321, 322]);
  });

  it("is the same when sinks answer later, and when bytes come in pieces", async () => {
    const values = [
      ["a", ndarray([1, 2, 3])],
      ["b", ndarray(new Float32Array(100_000).map((_, i) => i))],
      ["s", ndarray(["x", "é"])],
    ] as const;
    const wanted = encodeCheckpoint(values);
    const [data, index] = [collector(true), collector(true)];
    const writer = new CheckpointWriter({ data, index });
    for (const [name, value] of values) {
      if (name !== "b") await writer.add(name, value);
      else {
        const bytes = new Uint8Array((value.data as Float32Array).buffer);
        const pieces = [bytes.subarray(0, 7), bytes.subarray(7, 7), bytes.subarray(7)];
        await writer.addPieces(name, { dtype: "float32", shape: value.shape, pieces });
      }
    }
    await writer.finish();
    expect(hexOf(index.bytes())).toBe(hexOf(wanted.index));
    expect(hexOf(data.bytes())).toBe(hexOf(wanted.data));
  });
});

const w = ndarray([1, 2]);
const writer = (): CheckpointWriter => new CheckpointWriter({ data: collector(), index: collector() });

describe("a writer", () => {
  it.each<[string, (one: CheckpointWriter) => void, new (text: string) => NamesakeError, RegExp]>([
    ["a name twice", (one) => one.addSync("w", w), InvalidArgumentError, /^Adding duplicate key: w$/],
    ["an empty name", (one) => one.addSync("", w), ArgumentError, /can be called ""/],
    ["a name like a slice's", (one) => one.addSync("\0a", w), ArgumentError, /can be called "\\u0000a"/],
    [
      "bytes of an unknown type",
      (one) => one.addSync("x", { dtype: "float31", shape: [], bytes: new Uint8Array(4) }),
      ArgumentTypeError,
      /of type float31/,
    ],
    [
      "too few bytes",
      (one) => one.addSync("x", { dtype: "qint32", shape: [2], bytes: new Uint8Array(7) }),
      ArgumentError,
      /qint32 and shape \[2\] does not have 7 bytes/,
    ],
    ["a wrong shape", (one) => one.addSync("x", w.reshape([3])), ArgumentError, /does not have 8 bytes/],
    ["a negative shape", (one) => one.addSync("x", w.reshape([-2])), ArgumentError, /cannot have shape \[-2\]/],
    ["a slice outside", (one) => one.addSliceSync("x", [3], [[2, 2]], w), ArgumentError, /^The slice 2,2 of a tensor/],
    ["a slice of another shape", (one) => one.addSliceSync("x", [3], [[0, 1]], w), ArgumentError, /shape \[2\]/],
    ["a slice of a whole tensor", (one) => one.addSliceSync("w", [4], [[0, 2]], w), InvalidArgumentError, /duplicate/],
    ["a slice twice", (one) => one.addSliceSync("p", [4], [[0, 2]], w), InvalidArgumentError, /duplicate key: p 0,2/],
    ["a slice of another tensor", (one) => one.addSliceSync("p", [5], [[2, 2]], w), ArgumentError, /float32 \[4\]/],
    ["a tensor of which there are slices", (one) => one.addSync("p", w), InvalidArgumentError, /duplicate/],
  ])("refuses %s", (_, body, kind, text) => {
    const one = writer();
    one.addSync("w", w);
    one.addSliceSync("p", [4], [[0, 2]], w);
    const error = caught(() => body(one));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(text);
    // What was refused left nothing behind.
    one.addSliceSync("p", [4], [[2, 2]], w);
    one.finishSync();
  });

  it("refuses slices that overlap, at the end", () => {
    const one = writer();
    one.addSliceSync("p", [4], [[0, 2]], w);
    one.addSliceSync("p", [4], [[1, 2]], w);
    expect(caught(() => one.finishSync()).message).toMatch(
      /^Overlapping slices: existing slice = 0,2, new slice = 1,2/,
    );
  });

  it("refuses more after its end", () => {
    const one = writer();
    one.finishSync();
    one.finishSync();
    expect(caught(() => one.addSync("w", w)).message).toMatch(/finished/);
  });

  it("refuses two tensors at a time", async () => {
    const one = new CheckpointWriter({ data: collector(true), index: collector(true) });
    const big = ndarray(new Float32Array(100_000));
    const first = one.add("a", big);
    await expect(one.add("b", big)).rejects.toThrow(/await each call/);
    await first;
    await one.add("b", big);
  });

  it("does not finish a checkpoint of which a write failed", async () => {
    for (const isLater of [false, true]) {
      const full = new Error("the disk is full");
      const data = {
        write: () => {
          if (isLater) return Promise.reject(full);
          throw full;
        },
      };
      const index = collector();
      const one = new CheckpointWriter({ data, index });
      await expect(one.add("a", ndarray(new Float32Array(100_000)))).rejects.toThrow("the disk is full");
      await expect(one.finish()).rejects.toThrow(/A write failed before/);
      expect(index.writes).toEqual([]);
    }
  });

  it("refuses pieces that are not as many bytes as the shape says", async () => {
    const pieces = [new Uint8Array(7)];
    await expect(writer().addPieces("x", { dtype: "int32", shape: [2], pieces })).rejects.toThrow(/7 bytes/);
    await expect(writer().addPieces("x", { dtype: "string", shape: [2], pieces })).rejects.toThrow(ArgumentTypeError);
  });
});

describe("checkpoints that are merged", () => {
  const part = (values: Iterable<readonly [string, CheckpointValue]>, prefix: string): Record<string, Uint8Array> =>
    checkpointFiles(prefix, encodeCheckpoint(values));

  it("have the index that TensorFlow gives them", () => {
    const golden = goldenNamed("two data files");
    const reader = openGolden(golden);
    const parts = ["on0", "on1"].map((name, i) => part([[name, reader.getTensorSync(name)]], `temp/part-${i}`));
    const files = memoryFiles(Object.assign({}, ...parts) as Record<string, Uint8Array>);
    const { index, renames } = mergeCheckpointsSync(["temp/part-0", "temp/part-1"], "m", { files });
    expect(hexOf(index)).toBe(hexOf(golden.files["m.index"] as Uint8Array));
    expect(renames).toEqual([
      { from: "temp/part-0.data-00000-of-00001", to: "m.data-00000-of-00002" },
      { from: "temp/part-1.data-00000-of-00001", to: "m.data-00001-of-00002" },
    ]);
  });

  it("put the slices of a tensor together", async () => {
    const halves = [0, 1].map((i) => {
      const [data, index] = [collector(), collector()];
      const one = new CheckpointWriter({ data, index });
      one.addSliceSync("p", [4], [[2 * i, 2]], ndarray([10 * i, 10 * i + 1]));
      one.finishSync();
      return { [`h${i}.index`]: index.bytes(), [`h${i}.data-00000-of-00001`]: data.bytes() };
    });
    const all = Object.assign({}, ...halves) as Record<string, Uint8Array>;
    const { index, renames } = await mergeCheckpoints(["h0", "h1"], "m", { files: memoryFiles(all) });
    for (const { from, to } of renames) all[to] = all[from] as Uint8Array;
    const reader = openCheckpointSync("m", { files: memoryFiles({ ...all, "m.index": index }) });
    expect(reader.getTensorSync("p").toArray()).toEqual([0, 1, 10, 11]);
    const order = new Map(reader.tensorsSync());
    expect([...order.keys()]).toEqual(["p"]);
  });

  it.each<[string, Iterable<readonly [string, CheckpointValue]>, RegExp]>([
    ["a tensor that both have", [["w", w]], /^Duplicate tensor keyed by w encountered, when merging prefix: b$/],
  ])("refuse %s", (_, values, text) => {
    const files = memoryFiles({ ...part([["w", w]], "a"), ...part(values, "b") });
    const error = caught(() => mergeCheckpointsSync(["a", "b"], "m", { files }));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toMatch(text);
    expect(caught(() => mergeCheckpointsSync(["a", "c"], "m", { files }))).toBeInstanceOf(NotFoundError);
    expect(caught(() => mergeCheckpointsSync([], "m", { files }))).toBeInstanceOf(InvalidArgumentError);
  });
});
