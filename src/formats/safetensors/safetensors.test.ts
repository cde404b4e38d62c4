import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ArgumentError, ArgumentTypeError, FormatError, NamesakeError } from "../../base/errors.ts";
import { asDType } from "../../tensor/dtype.ts";
import { NDArray, ndarray } from "../../tensor/ndarray.ts";
import { decodeSafetensors } from "./decode.ts";
import { encodeSafetensors } from "./encode.ts";
import type { RawTensor } from "./format.ts";

interface GoldenTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

interface GoldenCase {
  readonly name: string;
  readonly file: string;
  readonly tensors: Readonly<Record<string, GoldenTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../test/goldens/safetensors.json"), "utf8"),
) as {
  readonly cases: readonly GoldenCase[];
};

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function bytesOf({ data }: NDArray): Uint8Array {
  const { buffer, byteOffset, byteLength } = data as Exclude<typeof data, Uint8Array[]>;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A file of a header, as it is, and elements. */
function fileOf(header: unknown, elements: readonly number[] = [], length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(text.length));
  return new Uint8Array(Buffer.concat([prefix, text, Buffer.from(elements)]));
}

function failure(body: () => unknown): NamesakeError {
  try {
    body();
  } catch (error) {
    if (error instanceof NamesakeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("files that the reference library wrote", () => {
  it.each(golden.cases)("$name: is read", ({ file, tensors, metadata }) => {
    const read = decodeSafetensors(Buffer.from(file, "base64"));
    const all = [
      ...Array.from(read.tensors, ([name, { shape, ...tensor }]) => [
        name,
        shape,
        hexOf(bytesOf({ shape, ...tensor } as NDArray)),
      ]),
      ...Array.from(read.raw, ([name, { shape, bytes }]) => [name, shape, hexOf(bytes)]),
    ];
    const wanted = Object.entries(tensors).map(([name, { shape, hex }]) => [name, shape, hex]);
    expect(new Set(all.map((row) => JSON.stringify(row)))).toEqual(new Set(wanted.map((row) => JSON.stringify(row))));
    expect({ ...read.metadata }).toEqual(metadata);
  });

  it.each(golden.cases)("$name: is written byte for byte", ({ file }) => {
    const { tensors, raw, metadata } = decodeSafetensors(Buffer.from(file, "base64"));
    const written = encodeSafetensors([...tensors].reverse(), { raw, metadata });
    expect(Buffer.from(written).toString("base64")).toBe(file);
  });

  it("have the types of their names", () => {
    const { tensors } = decodeSafetensors(Buffer.from(golden.cases[0]?.file ?? "", "base64"));
    const types = Array.from(tensors.values(), ({ dtype }) => dtype.name);
    const wanted = "uint64 int64 float64 complex64 float32 uint32 int32 bfloat16 float16 uint16 int16 int8 uint8 bool";
    expect(types.join(" ")).toBe(wanted);
  });
});

describe("what is read", () => {
  const file = encodeSafetensors([["w", ndarray([1, 2, 3])]], { metadata: { step: "7" } });

  it("is a copy", () => {
    const bytes = file.slice();
    const { tensors } = decodeSafetensors(bytes);
    bytes.fill(0xff);
    expect(tensors.get("w")?.toArray()).toEqual([1, 2, 3]);
  });

  it("may begin anywhere in a buffer", () => {
    const wide = new Uint8Array(file.length + 3);
    wide.set(file, 3);
    expect(decodeSafetensors(wide.subarray(3)).tensors.get("w")?.toArray()).toEqual([1, 2, 3]);
  });

  it("has names and keys that objects have, too", () => {
    const { tensors, metadata } = decodeSafetensors(
      encodeSafetensors([["constructor", ndarray(1)]], { metadata: { toString: "x", ["__proto__"]: "y" } }),
    );
    expect([...tensors.keys()]).toEqual(["constructor"]);
    expect(metadata["toString"]).toBe("x");
    expect(metadata["valueOf"]).toBeUndefined();
  });

  it("keeps signs of zeros and payloads of what is no number", () => {
    const bits = Uint32Array.of(0x80000000, 0x7fc12345, 0xff800000, 1);
    const tensor = new NDArray(asDType("float32"), [4], new Float32Array(bits.buffer));
    const read = decodeSafetensors(encodeSafetensors([["x", tensor]])).tensors.get("x") as NDArray;
    expect(hexOf(bytesOf(read))).toBe(hexOf(bytesOf(tensor)));
  });
});

const one = (entry: object) => ({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...entry } });

describe("what is no safetensors file", () => {
  it.each<[string, Uint8Array, RegExp, object]>([
    ["nothing", new Uint8Array(0), /0 bytes are too few/, { offset: 0 }],
    ["a cut length", new Uint8Array(7), /7 bytes are too few/, { offset: 7 }],
    ["a header of many gigabytes", fileOf("{}", [], 2n ** 60n), /1152921504606846976 bytes, more than/, { offset: 0 }],
    ["a cut header", fileOf("{}", [], 3n), /3 bytes ends after the file, which has 10 bytes/, { offset: 0 }],
    ["an empty header", fileOf(""), /no JSON/, { offset: 8 }],
    ["no JSON", fileOf("{abc}"), /no JSON/, { offset: 8 }],
    [
      "no UTF-8",
      new Uint8Array(Buffer.concat([fileOf("", [], 2n), Buffer.from([0xff, 0xfe])])),
      /no JSON/,
      { offset: 8 },
    ],
    ["brackets without end", fileOf("[".repeat(200_000)), /no JSON/, { offset: 8 }],
    ["a list", fileOf([]), /no JSON object/, { offset: 8 }],
    ["null", fileOf(null), /no JSON object/, { offset: 8 }],
    ["metadata that is no text", fileOf({ __metadata__: { a: 1 } }), /metadata 'a' is no text/, { offset: 8 }],
    ["metadata that is no record", fileOf({ __metadata__: [] }), /its metadata is no JSON object/, { offset: 8 }],
    ["a tensor that is no record", fileOf({ a: 1 }), /is no JSON object/, { offset: 8, tensorName: "a" }],
    ["an unknown type", fileOf(one({ dtype: "F33" }), [1, 2, 3, 4]), /there is no type "F33"/, { tensorName: "a" }],
    ["a type of objects", fileOf(one({ dtype: "toString" }), [1, 2, 3, 4]), /no type "toString"/, { tensorName: "a" }],
    ["no type", fileOf(one({ dtype: undefined }), [1, 2, 3, 4]), /no type at all/, { tensorName: "a" }],
    ["a negative size", fileOf(one({ shape: [-1] }), [1, 2, 3, 4]), /shape is \[-1\]/, { tensorName: "a" }],
    ["half a size", fileOf(one({ shape: [0.5] }), [1, 2, 3, 4]), /shape is \[0.5\]/, { tensorName: "a" }],
    ["no shape", fileOf(one({ shape: undefined }), [1, 2, 3, 4]), /shape is missing/, { tensorName: "a" }],
    ["one offset", fileOf(one({ data_offsets: [0] }), [1, 2, 3, 4]), /data_offsets is \[0\]/, { tensorName: "a" }],
    [
      "offsets backwards",
      fileOf(one({ data_offsets: [4, 0] }), [1, 2, 3, 4]),
      /have the -4 bytes/,
      { tensorName: "a" },
    ],
    [
      "a shape that overflows",
      fileOf(one({ shape: [2 ** 33, 2 ** 33] }), [1, 2, 3, 4]),
      /F32 of shape/,
      { tensorName: "a" },
    ],
    ["another size", fileOf(one({ shape: [3] }), [1, 2, 3, 4]), /does not have the 4 bytes/, { tensorName: "a" }],
    [
      "half a byte",
      fileOf({ a: { dtype: "F4", shape: [1], data_offsets: [0, 1] } }, [1]),
      /does not have/,
      { tensorName: "a" },
    ],
    ["offsets past the end", fileOf(one({}), [1, 2]), /end at byte 66, and the file at byte 64/, { tensorName: "a" }],
    [
      "terabytes",
      fileOf({ a: { dtype: "U8", shape: [2 ** 42], data_offsets: [0, 2 ** 42] } }, [1]),
      /end at byte/,
      { tensorName: "a" },
    ],
    [
      "elements that overlap",
      fileOf({ ...one({}), b: { dtype: "F32", shape: [1], data_offsets: [2, 6] } }, [1, 2, 3, 4, 5, 6]),
      /overlap/,
      { tensorName: "b" },
    ],
    [
      "a gap",
      fileOf(one({ data_offsets: [2, 6] }), [1, 2, 3, 4, 5, 6]),
      /2 bytes before its elements/,
      { tensorName: "a" },
    ],
    ["more at the end", fileOf(one({}), [1, 2, 3, 4, 5]), /1 bytes at its end/, {}],
    [
      "a truth value of 2",
      fileOf({ a: { dtype: "BOOL", shape: [2], data_offsets: [0, 2] } }, [1, 2]),
      /truth value is 2/,
      { tensorName: "a" },
    ],
  ])("%s", (_name, bytes, message, fields) => {
    const error = failure(() => decodeSafetensors(bytes));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(message);
    expect(error.fields).toMatchObject({ offset: expect.any(Number) as number, ...fields });
  });

  it("is told in few words, however long its own are", () => {
    const long = "x".repeat(100_000);
    for (const header of [long, { [long]: 1 }, one({ dtype: long }), { __metadata__: { [long]: 1 } }]) {
      expect(failure(() => decodeSafetensors(fileOf(header))).message.length).toBeLessThan(500);
    }
  });

  it("is told by the reader's own limit", () => {
    const file = encodeSafetensors([["w", ndarray(1)]]);
    expect(failure(() => decodeSafetensors(file, { maxHeaderBytes: 10 })).message).toContain(
      "more than the 10 that are read",
    );
  });
});

describe("what cannot be written", () => {
  const float = ndarray(1);
  const raw = (dtype: string, shape: readonly number[]): Iterable<[string, RawTensor]> => [
    ["a", { dtype, shape, bytes: new Uint8Array(1) }],
  ];
  it.each<[string, () => unknown, typeof ArgumentError | typeof ArgumentTypeError, RegExp]>([
    [
      "strings",
      () => encodeSafetensors([["a", ndarray("x")]]),
      ArgumentTypeError,
      /'a' is of type string, which.*\n.*float32/,
    ],
    ["complex128", () => encodeSafetensors([["a", ndarray(1, "complex128")]]), ArgumentTypeError, /type complex128/],
    [
      "two of one name",
      () =>
        encodeSafetensors([
          ["a", float],
          ["a", float],
        ]),
      ArgumentError,
      /Two tensors are called 'a'/,
    ],
    [
      "the name of the metadata",
      () => encodeSafetensors([["__metadata__", float]]),
      ArgumentError,
      /No tensor can be called/,
    ],
    ["half a character", () => encodeSafetensors([["\ud800", float]]), ArgumentError, /half a character/],
    [
      "half a character of metadata",
      () => encodeSafetensors([], { metadata: { a: "\udc00" } }),
      ArgumentError,
      /half a char/,
    ],
    [
      "a number as metadata",
      () => encodeSafetensors([], { metadata: { a: 1 as unknown as string } }),
      ArgumentTypeError,
      /'a' is no text/,
    ],
    ["an unknown type", () => encodeSafetensors([], { raw: raw("X", [1]) }), ArgumentTypeError, /type 'X'/],
    ["another size", () => encodeSafetensors([], { raw: raw("F8_E4M3", [2]) }), ArgumentError, /does not have 1 bytes/],
    [
      "a shape that is not the elements'",
      () => encodeSafetensors([["a", new NDArray(asDType("float32"), [3], new Float32Array(2))]]),
      ArgumentError,
      /shape \[3\] does not have 8 bytes/,
    ],
  ])("%s", (_name, body, type, message) => {
    const error = failure(body);
    expect(error).toBeInstanceOf(type);
    expect(error.message).toMatch(message);
  });
});

const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_261_121);

/** Numbers from 0 to below. */
function drawFrom(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe(`random files (seed ${seed}; NAMESAKE_SEED chooses another)`, () => {
  it("are read as they were written", () => {
    const draw = drawFrom(seed);
    const types = [
      "float32",
      "float64",
      "int8",
      "uint8",
      "int16",
      "uint16",
      "int32",
      "uint32",
      "int64",
      "uint64",
      "bool",
    ] as const;
    for (let round = 0; round < 200; round += 1) {
      const tensors = new Map<string, NDArray>();
      for (let i = draw(6); i > 0; i -= 1) {
        const shape = Array.from({ length: draw(4) }, () => draw(4));
        const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw(2));
        const dtype = asDType(types[draw(types.length)] as string);
        tensors.set(`t${draw(1000)}/${round}`, ndarray(ndarray(values), dtype, shape));
      }
      const read = decodeSafetensors(encodeSafetensors(tensors)).tensors;
      expect(read.size).toBe(tensors.size);
      for (const [name, tensor] of tensors) expect(read.get(name)?.equals(tensor)).toBe(true);
    }
  });

  it("of which bytes were changed are read, or refused with an offset within them", () => {
    const draw = drawFrom(seed + 1);
    const whole = golden.cases.map(({ file }) => Buffer.from(file, "base64"));
    let refused = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const original = whole[draw(whole.length)] as Buffer;
      const cut = draw(4) === 0 ? draw(original.length + 1) : original.length;
      const bytes = new Uint8Array(original.subarray(0, cut));
      for (let i = draw(4); i > 0 && bytes.length > 0; i -= 1) bytes[draw(bytes.length)] = draw(256);
      try {
        const { tensors, raw } = decodeSafetensors(bytes);
        let total = 0;
        for (const tensor of tensors.values()) total += bytesOf(tensor).byteLength;
        for (const tensor of raw.values()) total += tensor.bytes.byteLength;
        expect(total).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        refused += 1;
        expect(error.fields["offset"]).toBeGreaterThanOrEqual(0);
        expect(error.fields["offset"]).toBeLessThanOrEqual(bytes.length);
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

describe("names", () => {
  const w = ndarray([[1, 2]], "float32");

  it("of one value are ties, when they are recorded", () => {
    const bytes = encodeSafetensors(
      [
        ["embedding", w],
        ["b", ndarray(1)],
        ["head/w", w],
      ],
      { ties: "record", metadata: { by: "me" } },
    );
    const read = decodeSafetensors(bytes);
    expect(read.ties).toEqual({ "head/w": "embedding" });
    expect(read.tensors.get("head/w")).toBe(read.tensors.get("embedding"));
    expect({ ...read.metadata }).toEqual({ by: "me" });
    const again = encodeSafetensors(read.tensors, { ties: "record", metadata: read.metadata });
    expect(decodeSafetensors(again).ties).toEqual({ "head/w": "embedding" });
  });

  it("of one value are copies otherwise", () => {
    const read = decodeSafetensors(
      encodeSafetensors([
        ["a", w],
        ["b", w],
      ]),
    );
    expect(read.ties).toEqual({});
    expect(read.tensors.get("a")).not.toBe(read.tensors.get("b"));
  });

  it.each(['{"a":"b"}', '{"b":"gone"}', '{"b":3}', "[]", "{"])("ties %s are refused", (ties) => {
    const bytes = encodeSafetensors([["a", w]], { metadata: { "namesake.ties": ties } });
    const error = failure(() => decodeSafetensors(bytes, { file: "t.safetensors" }));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain("t.safetensors");
  });

  it("become others, both ways", () => {
    const bytes = encodeSafetensors(
      [
        ["a", w],
        ["b", w],
      ],
      { rename: { a: "net/a" }, ties: "record" },
    );
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(["net/a", "b"]);
    const read = decodeSafetensors(bytes, { rename: { "net/a": "x", b: "y" } });
    expect([[...read.tensors.keys()], read.ties]).toEqual([["x", "y"], { y: "x" }]);
    expect(failure(() => decodeSafetensors(bytes, { rename: { c: "x" } }))).toBeInstanceOf(ArgumentError);
    expect(failure(() => decodeSafetensors(bytes, { rename: () => "x" })).message).toContain(
      "Two tensors are called 'x'",
    );
  });
});
