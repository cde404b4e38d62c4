import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ArgumentError, ArgumentTypeError, FormatError } from "../../base/errors.ts";
import type { MessageTable } from "./message-table.ts";
import {
  decodeMessage,
  encodeMessage,
  implicit,
  type MessageOf,
  type MessageType,
  map,
  message,
  oneof,
  optional,
  optionalRepeated,
  repeated,
  unknownFields,
} from "./protobuf.ts";

const Inner = message("test.Inner", { number: optional(1, "int32"), text: implicit(2, "string") });

interface Tree {
  label: string;
  branch: Tree[];
}
const Tree: MessageType<Tree> = message("test.Tree", { label: implicit(1, "string"), branch: repeated(2, () => Tree) });

const Choice = oneof("test.Choice", {
  number: optional(1, "int64"),
  text: optional(2, "string"),
  inner: optional(3, Inner),
});

const Everything = message("test.Everything", {
  int32: implicit(1, "int32"),
  uint32: implicit(2, "uint32"),
  sint32: implicit(3, "sint32"),
  int64: implicit(4, "int64"),
  uint64: implicit(5, "uint64"),
  sint64: implicit(6, "sint64"),
  fixed32: implicit(7, "fixed32"),
  sfixed32: implicit(8, "sfixed32"),
  fixed64: implicit(9, "fixed64"),
  sfixed64: implicit(10, "sfixed64"),
  float: implicit(11, "float"),
  double: implicit(12, "double"),
  bool: implicit(13, "bool"),
  enum: implicit(14, "enum"),
  string: implicit(15, "string"),
  bytes: implicit(16, "bytes"),
  size: implicit(17, "safeInt64"),
  inner: optional(18, Inner),
  packed: repeated(19, "int64"),
  apart: repeated(20, "sint32", { packed: false }),
  doubles: optionalRepeated(21, "double"),
  texts: optionalRepeated(22, "string"),
  inners: repeated(23, Inner),
  choices: map(24, "string", Choice),
  counts: map(25, "int32", "uint64"),
  left: optional(26, "bool", { group: "side" }),
  right: optional(2000, "bytes", { group: "side" }),
});
type Everything = MessageOf<typeof Everything>;

const safeOrWide = (low: bigint, high: bigint): fc.Arbitrary<number | bigint> =>
  fc
    .bigInt(low, high)
    .chain((wide) => fc.nat(20).map((shift) => wide >> BigInt(3 * shift)))
    .map((wide) => (Number.isSafeInteger(Number(wide)) ? Number(wide) : wide));
const int64 = safeOrWide(-(2n ** 63n), 2n ** 63n - 1n);
const uint64 = safeOrWide(0n, 2n ** 64n - 1n);
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const text = fc.string({ unit: fc.oneof(fc.constantFrom("a", "é", "\uffff", "😀", "\0", "\ufeff"), fc.string()) });
const bytes = fc.uint8Array().map((array) => new Uint8Array(array));
const inner = fc.record({ number: fc.integer(), text }, { requiredKeys: ["text"] });
const choice = fc.oneof(fc.record({ number: int64 }), fc.record({ text }), fc.record({ inner }));
const filled = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1 });

const requiredKeys: readonly (keyof Everything)[] = Object.entries(Everything.fields)
  .filter(([, { rule }]) => rule !== "optional" && rule !== "optionalRepeated")
  .map(([name]) => name as keyof Everything);

const everything: fc.Arbitrary<Everything> = fc
  .tuple(
    fc.record(
      {
        int32: fc.integer(),
        uint32,
        sint32: fc.integer(),
        int64,
        uint64,
        sint64: int64,
        fixed32: uint32,
        sfixed32: fc.integer(),
        fixed64: uint64,
        sfixed64: int64,
        float: fc.float(),
        double: fc.double(),
        bool: fc.boolean(),
        enum: fc.integer(),
        string: text,
        bytes,
        size: fc.maxSafeInteger(),
        inner,
        packed: fc.array(int64),
        apart: fc.array(fc.integer()),
        doubles: filled(fc.double()),
        texts: filled(text),
        inners: fc.array(inner),
        choices: fc.dictionary(fc.oneof(text, fc.constantFrom("__proto__", "constructor")), choice),
        counts: fc.dictionary(fc.integer().map(String), uint64),
      },
      {
        requiredKeys: requiredKeys as "int32"[],
      },
    ),
    fc.oneof(fc.constant({}), fc.record({ left: fc.boolean() }), fc.record({ right: bytes })),
  )
  .map(([fields, side]) => ({ ...fields, ...side }) as Everything);

/** Bytes of a field: its tag, then what follows. */
function field(number: number, wire: number, ...rest: readonly number[]): number[] {
  const tag = number * 8 + wire;
  return tag < 128 ? [tag, ...rest] : [(tag & 127) | 128, tag >> 7, ...rest];
}

function decode<T>(type: MessageType<T>, values: readonly number[]): T {
  return decodeMessage(type, Uint8Array.from(values));
}

function failure(run: () => unknown): FormatError | ArgumentError | ArgumentTypeError {
  try {
    run();
  } catch (error) {
    if (error instanceof FormatError || error instanceof ArgumentError || error instanceof ArgumentTypeError)
      return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("types", () => {
  test("follow from the tables", () => {
    expectTypeOf<MessageOf<typeof Inner>>().toEqualTypeOf<{ number?: number; text: string }>();
    expectTypeOf<MessageOf<typeof Choice>>().toEqualTypeOf<
      { number: number | bigint } | { text: string } | { inner: { number?: number; text: string } }
    >();
    expectTypeOf<Everything["counts"]>().toEqualTypeOf<Record<string, number | bigint>>();
    expectTypeOf<Everything["size"]>().toEqualTypeOf<number>();
  });

  test("are compared with a declared type in both directions", () => {
    interface Wanted {
      number?: number;
      text: string;
    }
    const same: MessageType<Wanted> = Inner;
    // @ts-expect-error the table lacks a field
    const fewer: MessageType<Wanted> = message("test.Fewer", { text: implicit(2, "string") });
    // @ts-expect-error the table has a field too many
    const more: MessageType<{ text: string }> = Inner;
    // @ts-expect-error the table has a field of another type
    const other: MessageType<{ text: string }> = message("test.Other", { text: implicit(2, "bytes") });
    expect([same, fewer, more, other]).toHaveLength(4);
  });
});

describe("round trips", () => {
  test("of every kind of field", () => {
    fc.assert(
      fc.property(everything, (record) => {
        expect(decodeMessage(Everything, encodeMessage(Everything, record))).toEqual(record);
      }),
    );
  });

  test("of messages that contain themselves", () => {
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.record({
        label: text,
        branch: fc.oneof({ maxDepth: 5 }, fc.constant<Tree[]>([]), fc.array(tie("tree"), { maxLength: 3 })),
      }),
    }));
    fc.assert(
      fc.property(tree, (record) => {
        expect(decodeMessage(Tree, encodeMessage(Tree, record))).toEqual(record);
      }),
    );
  });

  test("of fields that the table does not list, when they are kept", () => {
    const known = message("test.Known", { int32: implicit(1, "int32") });
    fc.assert(
      fc.property(everything, (record) => {
        const original = encodeMessage(Everything, record);
        const kept = decodeMessage(known, original, { unknownFields: "keep" });
        expect(encodeMessage(known, kept)).toEqual(original);
        const skipped = decodeMessage(known, original);
        expect(skipped).toEqual({ int32: record.int32 });
        expect(unknownFields in skipped).toBe(false);
      }),
    );
  });
});

describe("writing", () => {
  test("gives the bytes of protobuf's documentation", () => {
    expect([...encodeMessage(Inner, { number: 150, text: "testing" })]).toEqual([
      0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
    const packed = message("test.Packed", { f: repeated(6, "int32") });
    expect([...encodeMessage(packed, { f: [3, 270, 86942] })]).toEqual([0x32, 6, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05]);
  });

  test("leaves out an implicit zero and keeps an optional one", () => {
    expect([...encodeMessage(Inner, { number: 0, text: "" })]).toEqual([0x08, 0x00]);
  });

  test("writes minus zero, whose bits are not zero", () => {
    const type = message("test.Float", { value: implicit(1, "float") });
    const bytesOf = encodeMessage(type, { value: -0 });
    expect([...bytesOf]).toEqual([0x0d, 0, 0, 0, 0x80]);
    expect(decodeMessage(type, bytesOf)).toEqual({ value: -0 });
  });

  test("writes an implicit message even when it is empty", () => {
    const type = message("test.Outer", { inner: implicit(1, Inner) });
    expect([...encodeMessage(type, { inner: { text: "" } })]).toEqual([0x0a, 0]);
    expect(decode(type, [])).toEqual({ inner: { text: "" } });
  });

  test("orders fields by number and maps by the UTF-8 bytes of their keys, whatever the order of the record", () => {
    const type = message("test.Map", { last: implicit(2, "bool"), first: map(1, "string", "bool") });
    const forth = encodeMessage(type, { last: true, first: { "😀": true, "\uffff": true, b: true, a: true } });
    const back = encodeMessage(type, { first: { a: true, b: true, "\uffff": true, "😀": true }, last: true });
    expect(forth).toEqual(back);
    expect(Object.keys(decodeMessage(type, forth).first)).toEqual(["a", "b", "\uffff", "😀"]);
    const counts = message("test.Counts", { counts: map(1, "int32", "bool") });
    const third = encodeMessage(counts, { counts: { "10": true, "-1": true, "9": true } });
    expect(third.at(-3)).toBe(10);
  });

  test("takes a key whose value is undefined as absent", () => {
    const record = { number: undefined, text: "a" } as unknown as MessageOf<typeof Inner>;
    expect([...encodeMessage(Inner, record)]).toEqual([0x12, 1, 97]);
  });

  test.each<[string, Partial<Record<keyof Everything, unknown>>, string, string]>([
    ["a fraction", { int32: 0.5 }, "expected an integer (int32), got 0.5", "test.Everything.int32"],
    ["an int32 out of range", { int32: 2 ** 31 }, "Value out of range: 2147483648", "test.Everything.int32"],
    ["a negative uint32", { uint32: -1 }, "Value out of range: -1", "test.Everything.uint32"],
    [
      "an unsafe integer",
      { int64: 2 ** 53 },
      "expected a safe integer or a bigint (int64), got 9007199254740992",
      "test.Everything.int64",
    ],
    ["65 bits", { uint64: 2n ** 64n }, "Value out of range: 18446744073709551616", "test.Everything.uint64"],
    ["a number as text", { string: 3 }, "expected a string, got 3", "test.Everything.string"],
    ["text as bytes", { bytes: "a" }, 'expected a Uint8Array, got "a"', "test.Everything.bytes"],
    ["a number as boolean", { bool: 1 }, "expected a boolean, got 1", "test.Everything.bool"],
    ["text as number", { float: "1" }, 'expected a number, got "1"', "test.Everything.float"],
    [
      "half a surrogate pair",
      { string: "a\ud800" },
      "text with half a surrogate pair, at index 1",
      "test.Everything.string",
    ],
    ["one value for a list", { packed: 3 }, "expected an array, got 3", "test.Everything.packed"],
    ["null for a message", { inner: null }, "expected a record of test.Inner, got null", "test.Everything.inner"],
    ["a list for a map", { counts: [1] }, "expected an object, got an array of length 1", "test.Everything.counts"],
    ["a wrong value in a list", { inners: [{ text: "" }, { text: 4 }] }, "expected a string, got 4", "test.Inner.text"],
    ["a wrong value in a map", { choices: { a: { text: 4 } } }, "expected a string, got 4", "test.Choice.text"],
    ["an empty oneof", { choices: { a: {} } }, "a oneof of which no member is set", "test.Choice"],
    [
      "two members of a oneof",
      { left: true, right: new Uint8Array(1) },
      "two members of a oneof are set: left and right",
      "test.Everything.left",
    ],
  ])("refuses %s and names the field", (_, record, first, path) => {
    const error = failure(() => encodeMessage(Everything, record as unknown as Everything));
    expect(error).toBeInstanceOf(first.startsWith("expected") ? ArgumentTypeError : ArgumentError);
    expect(error.message).toBe(`${first}\n  in  ${path}`);
    expect(error.fields["path"]).toBe(path);
  });

  test("refuses a record that contains itself", () => {
    const loop: Tree = { label: "", branch: [] };
    loop.branch.push(loop);
    expect(failure(() => encodeMessage(Tree, loop)).message).toContain("nested deeper than 100");
  });

  test("refuses a message of 2 GiB before making it", () => {
    const type = message("test.Large", { parts: repeated(1, "bytes") });
    const part = new Uint8Array(2 ** 20);
    const error = failure(() => encodeMessage(type, { parts: Array<Uint8Array>(2048).fill(part) }));
    expect(error.message).toBe("Message test.Large exceeds maximum protobuf size of 2GB: 2147491840");
  });
});

describe("reading", () => {
  test("gives views of the input, also of a Buffer, and plain ones", () => {
    const type = message("test.Bytes", { value: implicit(1, "bytes") });
    const input = Buffer.from([0, 0x0a, 2, 7, 8]).subarray(1);
    const { value } = decodeMessage(type, input);
    expect(value).toEqual(Uint8Array.of(7, 8));
    expect(value.constructor).toBe(Uint8Array);
    input[2] = 9;
    expect(value[0]).toBe(9);
  });

  test("takes the last of several values and joins the parts of a message", () => {
    const outer = message("test.Outer", { number: implicit(1, "int32"), inner: optional(2, Inner) });
    expect(decode(outer, [0x08, 1, 0x12, 2, 0x08, 5, 0x12, 3, 0x12, 1, 97, 0x08, 2])).toEqual({
      number: 2,
      inner: { number: 5, text: "a" },
    });
  });

  test("takes the last member of a oneof", () => {
    expect(decode(Choice, [0x08, 1, 0x12, 1, 97])).toEqual({ text: "a" });
    const sides = decode(Everything, [...field(26, 0, 1), 0x82, 0x7d, 1, 7]);
    expect([sides.left, sides.right]).toEqual([undefined, Uint8Array.of(7)]);
  });

  test("reads numbers packed and one by one, also mixed", () => {
    const type = message("test.Lists", {
      packed: repeated(1, "int32"),
      apart: repeated(2, "float", { packed: false }),
    });
    const mixed = [0x08, 1, 0x0a, 2, 2, 3, 0x08, 4, 0x12, 4, 0, 0, 128, 63, 0x15, 0, 0, 0, 64];
    expect(decode(type, mixed)).toEqual({ packed: [1, 2, 3, 4], apart: [1, 2] });
  });

  test("takes the last of two entries with one key, and zero for what an entry lacks", () => {
    const type = message("test.Map", { entries: map(1, "string", "int32"), inners: map(2, "string", Inner) });
    const decoded = decode(type, [0x0a, 5, 0x0a, 1, 97, 0x10, 1, 0x0a, 5, 0x0a, 1, 97, 0x10, 2, 0x0a, 0, 0x12, 0]);
    expect(decoded).toEqual({ entries: { a: 2, "": 0 }, inners: { "": { text: "" } } });
  });

  test("drops an entry of a map whose value is an unset oneof", () => {
    const type = message("test.Map", { choices: map(1, "string", Choice) });
    expect(decode(type, [0x0a, 5, 0x0a, 1, 97, 0x12, 0, 0x0a, 3, 0x0a, 1, 98])).toEqual({ choices: {} });
  });

  test("does not let a key of a map reach a prototype", () => {
    const type = message("test.Map", { entries: map(1, "string", Inner) });
    const record = decodeMessage(type, encodeMessage(type, { entries: JSON.parse('{"__proto__":{"text":"x"}}') }));
    expect(Object.keys(record.entries)).toEqual(["__proto__"]);
    expect(record.entries["toString"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["text"]).toBeUndefined();
  });

  test("passes over unknown fields of every wire type", () => {
    const group = [...field(9, 3), ...field(1, 0, 5), ...field(8, 3), ...field(8, 4), ...field(9, 4)];
    const unknown = [
      ...field(9, 0, 0x80, 1),
      ...field(9, 1, ...Array(8).fill(0xff)),
      ...field(9, 2, 2, 0xff, 0xff),
      ...field(9, 5, ...Array(4).fill(0xff)),
      ...group,
    ];
    expect(decode(Inner, [...unknown, 0x08, 3, ...unknown])).toEqual({ number: 3, text: "" });
  });
});

describe("hostile bytes", () => {
  const deep = (levels: number): number[] => {
    let bytesOf: number[] = [];
    for (let level = 0; level < levels; level++) {
      const { length } = bytesOf;
      bytesOf = [0x12, ...(length < 128 ? [length] : [(length & 127) | 128, length >> 7]), ...bytesOf];
    }
    return bytesOf;
  };

  test.each<[string, MessageTable, number[], string, number, string]>([
    ["a tag without end", Inner, [0xff, 0xff], "a varint that runs past the end, at byte 0", 0, "test.Inner"],
    [
      "a varint without end",
      Inner,
      [0x08, ...Array(99).fill(0x80)],
      "a varint of more than ten bytes, at byte 1",
      1,
      "test.Inner.number",
    ],
    ["field number zero", Inner, [0x00], "0 is not the tag of a field, at byte 0", 0, "test.Inner"],
    [
      "a tag of 33 bits",
      Inner,
      [0x88, 0x80, 0x80, 0x80, 0x10, 0],
      "4294967304 is not the tag of a field, at byte 0",
      0,
      "test.Inner",
    ],
    [
      "a length past the end",
      Inner,
      [0x12, 5, 97],
      "a length of 5 bytes where 1 are left, at byte 1",
      1,
      "test.Inner.text",
    ],
    [
      "a length of 2^63",
      Inner,
      [0x12, ...Array(9).fill(0x80), 1],
      "a length of 9223372036854775808 bytes where 0 are left, at byte 1",
      1,
      "test.Inner.text",
    ],
    ["a wrong wire type", Inner, [0x0d, 0, 0, 0, 0], "wire type 5 where 0 belongs, at byte 0", 0, "test.Inner.number"],
    [
      "a list where one number belongs",
      Inner,
      [0x0a, 0],
      "wire type 2 where 0 belongs, at byte 0",
      0,
      "test.Inner.number",
    ],
    [
      "a number where a message belongs",
      Tree,
      [0x10, 0],
      "wire type 0 where 2 belongs, at byte 0",
      0,
      "test.Tree.branch",
    ],
    ["text that is not UTF-8", Inner, [0x12, 1, 0xff], "text that is not UTF-8, at byte 1", 1, "test.Inner.text"],
    [
      "half a surrogate pair",
      Inner,
      [0x12, 3, 0xed, 0xa0, 0x80],
      "text that is not UTF-8, at byte 1",
      1,
      "test.Inner.text",
    ],
    [
      "a group that does not end",
      Inner,
      [0x4b, 0x08, 0],
      "a varint that runs past the end, at byte 3",
      3,
      "test.Inner",
    ],
    [
      "a group that ends another",
      Inner,
      [0x4b, 0x54],
      "a field of wire type 4 that cannot be read, at byte 0",
      0,
      "test.Inner",
    ],
    ["the end of no group", Inner, [0x4c], "a field of wire type 4 that cannot be read, at byte 0", 0, "test.Inner"],
    [
      "groups without end",
      Inner,
      Array(500).fill(0x4b),
      "a field of wire type 3 that cannot be read, at byte 0",
      0,
      "test.Inner",
    ],
    ["wire type 6", Inner, [0x4e], "a field of wire type 6 that cannot be read, at byte 0", 0, "test.Inner"],
    ["messages in messages", Tree, deep(101), "messages nested deeper than 100, at byte 238", 238, "test.Tree.branch"],
    [
      "an inner message longer than its outer",
      Tree,
      [0x12, 2, 0x12, 5, 0, 0, 0],
      "a length of 5 bytes where 0 are left, at byte 3",
      3,
      "test.Tree.branch",
    ],
    ["an unset oneof", Choice, [], "a oneof of which no member is set, at byte 0", 0, "test.Choice"],
    [
      "a float cut short",
      message("test.Float", { value: implicit(1, "float") }),
      [0x0d, 0, 0],
      "4 bytes where 2 are left, at byte 1",
      1,
      "test.Float.value",
    ],
    [
      "packed floats cut short",
      message("test.Floats", { value: repeated(1, "float") }),
      [0x0a, 3, 0, 0, 0],
      "4 bytes where 3 are left, at byte 2",
      2,
      "test.Floats.value",
    ],
    [
      "an unsafe size",
      message("test.Size", { value: implicit(1, "safeInt64") }),
      [0x08, ...Array(8).fill(0xff), 0],
      "72057594037927935 is not a safe integer, at byte 1",
      1,
      "test.Size.value",
    ],
  ])("%s", (_, type, values, found, offset, path) => {
    const error = failure(() => decode(type, values));
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(`Error parsing message with type '${type.name}'\n  found  ${found}\n  in     ${path}`);
    expect(error.fields).toEqual({ offset, path });
  });

  test("a hundred levels are not too deep", () => {
    expect(decode(Tree, deep(100)).branch).toHaveLength(1);
  });

  test("more parts than allowed are refused, before memory runs out", () => {
    const type = message("test.Parts", { parts: repeated(1, Inner), texts: repeated(2, "string") });
    for (const tag of [0x0a, 0x12, 0x1a]) {
      const many = Array(50).fill([tag, 0]).flat();
      const options = { unknownFields: "keep" } as const;
      expect(() => decodeMessage(type, Uint8Array.from(many), { ...options, maxObjects: 50 })).not.toThrow();
      expect(() => decodeMessage(type, Uint8Array.from(many), { ...options, maxObjects: 49 })).toThrow(
        /more parts than `maxObjects` allows, at byte/,
      );
    }
  });

  test("any bytes at all are decoded or refused with an offset inside of them", () => {
    const check = (input: Uint8Array): void => {
      try {
        decodeMessage(Everything, input, { unknownFields: "keep" });
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error.fields["offset"]).toBeGreaterThanOrEqual(0);
        expect(error.fields["offset"]).toBeLessThanOrEqual(input.length);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), check), { numRuns: 500 });
    fc.assert(
      fc.property(
        everything,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
        fc.nat(),
        (record, changes, cut) => {
          const input = encodeMessage(Everything, record);
          for (const [at, value] of changes) input[at % input.length] = value;
          check(cut % 3 === 0 ? input.subarray(0, cut % (input.length + 1)) : input);
        },
      ),
      { numRuns: 500 },
    );
  });
});
