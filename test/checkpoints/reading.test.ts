/** Checkpoints that TensorFlow wrote are read as it reads them, and their indexes are written byte for byte. */
import { FormatError, NDArray, NotFoundError, ndarray, UnimplementedError, UnsupportedFeatureError } from "namesake";
import {
  type ByteSource,
  type CheckpointReader,
  memoryFiles,
  objectGraphKeys,
  openCheckpoint,
  openCheckpointSync,
} from "namesake/formats";
import { describe, expect, it } from "vitest";
import { rewriteIndex } from "../../tools/formats-corpus/rewrite-index.ts";
import { caught } from "../failure-of.ts";
import { bundles, describeTensor, goldenNamed, goldens, hexOf, openGolden } from "./goldens.ts";

describe("a checkpoint of TensorFlow", () => {
  it.each(goldens)("is read: $name", (one) => {
    const reader = openGolden(one);
    const names = reader.namesSync();
    expect(names).toEqual(Object.keys(one.tensors).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const name of names) expect(describeTensor(reader, name), name).toEqual(one.tensors[name]);
    expect(reader.listSync().map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual(
      names.map((name) => [name, one.tensors[name]?.dtype, one.tensors[name]?.shape]),
    );
  });

  it.each(bundles)("has an index that is written byte for byte: $name", ({ files }) => {
    const index = files["m.index"] as Uint8Array;
    expect(hexOf(rewriteIndex(index))).toBe(hexOf(index));
  });

  it.each(goldens)("is read in all its parts, checked or not: $name", (one) => {
    const reader = openGolden(one);
    for (const [name, { dtype, shape, hex = "" }] of Object.entries(one.tensors)) {
      if (dtype === "string" || shape.length === 0) continue;
      const rows = shape[0] as number;
      const rowHex = hex.length / Math.max(1, rows);
      for (let start = 0; start < rows; start += Math.max(1, rows >> 3)) {
        const length = Math.min(3, rows - start);
        const region = shape.map((_, axis) => (axis === 0 ? ([start, length] as const) : null));
        const wanted = hex.slice(start * rowHex, (start + length) * rowHex);
        expect(hexOf(reader.getBytesSync(name, { region }).bytes), name).toBe(wanted);
        expect(hexOf(reader.getBytesSync(name, { region, verify: false }).bytes), name).toBe(wanted);
      }
    }
  });
});

describe("slices", () => {
  const reader = openGolden(goldenNamed("slices"));
  const whole = reader.getTensorSync("grid").toArray() as number[][];

  it("are told of, and a slice of everything is none", () => {
    expect(reader.findSync("grid")?.slices).toEqual([
      [
        [0, 2],
        [0, 4],
      ],
      [
        [0, 2],
        [4, 2],
      ],
      [
        [2, 3],
        [0, 4],
      ],
      [
        [2, 3],
        [4, 2],
      ],
    ]);
    expect(reader.findSync("rows")?.slices?.[1]).toEqual([[63, 1], null]);
    expect(reader.findSync("whole")?.slices).toBeUndefined();
  });

  it("give any box of the tensor", () => {
    for (let top = 0; top < 5; top++) {
      for (let left = 0; left < 6; left++) {
        for (const [height, width] of [
          [1, 1],
          [2, 3],
          [5 - top, 6 - left],
          [0, 2],
        ] as const) {
          if (top + height > 5 || left + width > 6) continue;
          const region = [
            [top, height],
            [left, width],
          ] as const;
          const wanted = whole.slice(top, top + height).map((row) => row.slice(left, left + width));
          expect(reader.getTensorSync("grid", { region }).toArray()).toEqual(wanted);
        }
      }
    }
  });

  it("need not be read where they are not asked for", () => {
    const { files } = goldenNamed("slices");
    const data = (files["m.data-00000-of-00001"] as Uint8Array).slice();
    // The last element of the last slice of the grid is damaged.
    const hex = hexOf(data);
    const bottom = new Uint8Array(new Float32Array([whole[4]?.[5] as number]).buffer);
    const at = hex.indexOf(hexOf(bottom)) / 2;
    (data[at] as number) ^= 1;
    const damaged = openGolden({ files: { ...files, "m.data-00000-of-00001": data } });
    expect(damaged.getTensorSync("grid", { region: [[0, 2], null] }).toArray()).toEqual(whole.slice(0, 2));
    expect(() => damaged.getTensorSync("grid", { region: [[4, 1], null] })).toThrow(FormatError);
    expect(
      damaged
        .getTensorSync("grid", {
          region: [
            [4, 1],
            [4, 1],
          ],
          verify: false,
        })
        .toArray(),
    ).toEqual([[whole[4]?.[4]]]);
  });
});

/** Files of which is counted what is read. */
function countedFiles(files: Readonly<Record<string, Uint8Array>>): { open(name: string): ByteSource; read: number } {
  const inner = memoryFiles(files);
  const counted = {
    read: 0,
    open(name: string): ByteSource {
      const source = inner.open(name) as ByteSource;
      return {
        ...source,
        read: (offset, into) => {
          if (name !== "m.index") counted.read += into.length;
          return source.read(offset, into);
        },
      };
    },
  };
  return counted;
}

describe("a reader", () => {
  const { files, tensors } = goldenNamed("every type");
  const reader = openGolden({ files });

  it("touches no more bytes than the tensor has", () => {
    const counted = countedFiles(files);
    const one = openCheckpointSync("m", { files: counted });
    one.listSync();
    expect(counted.read).toBe(0);
    one.getTensorSync("float");
    expect(counted.read).toBe(16);
    one.getTensorSync("float", { region: [[1, 1], null], verify: false });
    expect(counted.read).toBe(24);
  });

  it("gives all tensors in the order of the files", () => {
    const some = Object.keys(tensors).filter((name) => !["e4m3", "qint8"].includes(name));
    const read = new Map(reader.tensorsSync(some));
    expect([...read.keys()].sort()).toEqual(some.sort());
    for (const [name, value] of read) expect(value.equals(reader.getTensorSync(name)), name).toBe(true);
  });

  it("reads into values that are there", () => {
    const kept = ndarray([
      [0, 0],
      [0, 0],
    ]);
    const value = reader.getTensorSync("float", { into: kept });
    expect(value).toBe(kept);
    expect(value.equals(reader.getTensorSync("float"))).toBe(true);
    const part = new NDArray(kept.dtype, [1, 2], (kept.data as Float32Array).fill(0).subarray(2));
    reader.getTensorSync("float", { region: [[1, 1], null], into: part });
    expect((kept.toArray() as number[][])[0]).toEqual([0, 0]);
    expect(part.equals(reader.getTensorSync("float", { region: [[1, 1], null] }))).toBe(true);
    const all = new Map(
      reader.tensorsSync(["float", "double", "string"], { into: ({ name }) => (name === "float" ? kept : undefined) }),
    );
    expect(all.get("float")).toBe(kept);
    expect(kept.equals(reader.getTensorSync("float"))).toBe(true);
    const error = caught(() => reader.getTensorSync("double", { into: kept }));
    expect(error.message).toMatch(/^The tensor 'double' is float64 \[2, 1\], and what is to hold it float32 \[2, 2\]/);
  });

  it("answers later, too, where files do", async () => {
    const later = memoryFiles(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes.slice()])] as const)),
    );
    expect(() => openCheckpointSync("m", { files: later })).toThrow(UnsupportedFeatureError);
    const one = await openCheckpoint("m", { files: later });
    expect(await one.names()).toEqual(reader.namesSync());
    expect(await one.list()).toEqual(reader.listSync());
    expect(await one.find("double")).toEqual(reader.findSync("double"));
    expect(await one.hasTensor("double")).toBe(true);
    expect(await one.hasTensor("triple")).toBe(false);
    expect((await one.getTensor("double")).toArray()).toEqual(reader.getTensorSync("double").toArray());
    expect(await one.getBytes("qint8")).toEqual(reader.getBytesSync("qint8"));
    const all = new Map<string, unknown>();
    for await (const [name, value] of one.tensors(["double", "string"])) all.set(name, value.toArray());
    expect(all.get("string")).toEqual(reader.getTensorSync("string").toArray());
    await one.close();
  });

  it("may be asked for many at once", async () => {
    const later = memoryFiles(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes.slice()])] as const)),
    );
    const one = await openCheckpoint("m", { files: later });
    const names = ["float", "double", "half", "int/int64", "string"];
    const values = await Promise.all(names.map((name) => one.getTensor(name)));
    for (const [i, name] of names.entries()) expect(values[i]?.equals(reader.getTensorSync(name)), name).toBe(true);
  });

  const failures: [string, (one: CheckpointReader) => unknown, object, RegExp][] = [
    ["an unknown name", (one) => one.getTensorSync("nope"), NotFoundError, /^Key nope not found in checkpoint\n/],
    ["the key of the header", (one) => one.getTensorSync(""), NotFoundError, /^Key {2}not found in checkpoint/],
    ["a type without values", (one) => one.getTensorSync("qint8"), UnimplementedError, /getBytes\("qint8"\)/],
    ["bytes of strings", (one) => one.getBytesSync("string"), UnimplementedError, /getTensor\("string"\)/],
    ["a region past the end", (one) => one.getTensorSync("half", { region: [[2, 2]] }), Error, /region 2,2 .* \[3\]/],
    ["a region of another rank", (one) => one.getTensorSync("half", { region: [] }), Error, /does not lie/],
    ["a region of halves", (one) => one.getTensorSync("half", { region: [[0.5, 1]] }), Error, /does not lie/],
  ];
  it.each(failures)("refuses %s", (_, body, kind, text) => {
    const error = caught(() => body(reader));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(text);
  });
});

describe("what is no checkpoint", () => {
  it("is told by the names that were looked for", () => {
    const error = caught(() => openCheckpointSync("a/m", { files: memoryFiles({}) }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect((error as Error).message).toMatch(
      /^Unsuccessful TensorSliceReader constructor: Failed to find any matching files for a\/m\n/,
    );
  });

  it("may be an index whose path was given whole", () => {
    const { files } = goldenNamed("names");
    const error = caught(() => openCheckpointSync("m.index", { files: memoryFiles(files) }));
    expect(error).toBeInstanceOf(FormatError);
    expect((error as Error).message).toMatch(/give the path without what follows 'm'/);
  });

  it("may be of a later version", () => {
    const { files } = goldenNamed("names");
    const index = files["m.index"] as Uint8Array;
    expect(caught(() => openGolden({ files: { "m.index": index.subarray(1) } }))).toBeInstanceOf(FormatError);
  });
});

describe("the objects of a checkpoint of TensorFlow 2", () => {
  const reader = openGolden(goldenNamed("objects"));

  it("are read, with the names that variables had", () => {
    const graph = reader.objectGraphSync();
    expect(graph?.nodes[0]?.children.map(({ localName }) => localName)).toEqual(["model", "step"]);
    expect(Object.fromEntries(graph === undefined ? [] : objectGraphKeys(graph))).toEqual({
      kernel: "model/w/.ATTRIBUTES/VARIABLE_VALUE",
      step: "step/.ATTRIBUTES/VARIABLE_VALUE",
    });
  });

  it("are absent elsewhere", async () => {
    expect(await openGolden(goldenNamed("names")).objectGraph()).toBeUndefined();
  });
});

describe("the first version", () => {
  it("is told by its reader", () => {
    expect(openGolden(goldenNamed("the first version")).version).toBe("V1");
    expect(openGolden(goldenNamed("names")).version).toBe("V2");
  });

  it("tells of slices", () => {
    expect(openGolden(goldenNamed("the first version")).findSync("p/w")?.slices).toEqual([
      [
        [0, 3],
        [0, 2],
      ],
      [
        [3, 2],
        [0, 2],
      ],
    ]);
  });
});
