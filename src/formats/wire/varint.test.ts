import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../base/errors.ts";
import {
  type ByteCursor,
  narrow,
  readLength,
  readSafeVarint,
  readSignedVarint,
  readVarint,
  readVarint32,
  unZigZag,
  varintByteLength,
  writeVarint,
  zigZag,
} from "./varint.ts";

function cursorOf(bytes: readonly number[]): ByteCursor {
  return { bytes: Uint8Array.from(bytes), position: 0, end: bytes.length };
}

function written(value: number | bigint): number[] {
  const bytes = new Uint8Array(10);
  return [...bytes.subarray(0, writeVarint(bytes, 0, value))];
}

function failure(read: (cursor: ByteCursor) => unknown, bytes: readonly number[]): FormatError {
  try {
    read(cursorOf(bytes));
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const MAX_UINT64 = 2n ** 64n - 1n;

describe("writing", () => {
  test.each([
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [300, [0xac, 0x02]],
    [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
    [Number.MAX_SAFE_INTEGER, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    [-1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [-(2n ** 63n), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
    [MAX_UINT64, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])("writes %s as protobuf does", (value, bytes) => {
    expect(written(value)).toEqual(bytes);
  });

  test("the measured length is the written one", () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.bigInt(-(2n ** 63n), MAX_UINT64)), (value) => {
        expect(varintByteLength(value)).toBe(written(value).length);
      }),
    );
    for (let bits = 0n; bits < 64n; bits++) {
      for (const value of [2n ** bits - 1n, 2n ** bits, -(2n ** bits) / 2n]) {
        expect(varintByteLength(value)).toBe(written(value).length);
      }
    }
  });
});

describe("reading", () => {
  test("gives back every unsigned integer, as a number when it is safe", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, MAX_UINT64), fc.nat(20), (value, shift) => {
        const smaller = value >> BigInt(3 * shift);
        expect(readVarint(cursorOf(written(smaller)))).toBe(narrow(smaller));
      }),
    );
    expect(readVarint(cursorOf(written(2n ** 53n - 1n)))).toBe(2 ** 53 - 1);
    expect(readVarint(cursorOf(written(2n ** 53n)))).toBe(2n ** 53n);
    expect(readVarint(cursorOf(written(MAX_UINT64)))).toBe(MAX_UINT64);
  });

  test("gives back every signed integer, as a number when it is safe", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.nat(20), (value, shift) => {
        const smaller = value >> BigInt(3 * shift);
        expect(readSignedVarint(cursorOf(written(smaller)))).toBe(narrow(smaller));
      }),
    );
    for (const value of [-1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -(2n ** 53n), -(2n ** 63n)]) {
      expect(readSignedVarint(cursorOf(written(value)))).toBe(value);
    }
  });

  test("keeps the lower 32 bits of an int32", () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(readVarint32(cursorOf(written(value)))).toBe(value);
      }),
    );
    expect(readVarint32(cursorOf(written(2 ** 32 + 5)))).toBe(5);
    expect(readVarint32(cursorOf(written(2n ** 63n - 1n)))).toBe(-1);
  });

  test("accepts more bytes than needed, as protobuf does", () => {
    expect(readVarint(cursorOf([0x81, 0x80, 0x00]))).toBe(1);
    expect(readVarint(cursorOf([0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]))).toBe(1);
  });

  test("stands behind the varint afterwards", () => {
    const cursor = cursorOf([0xac, 0x02, 0x07]);
    expect([readVarint(cursor), cursor.position, readVarint(cursor), cursor.position]).toEqual([300, 2, 7, 3]);
  });

  test("does not read past the end of the cursor", () => {
    const cursor = { bytes: Uint8Array.from([0x07, 0x80, 0x01]), position: 1, end: 2 };
    expect(() => readVarint(cursor)).toThrow(FormatError);
  });

  test.each([
    ["empty bytes", []],
    ["a varint cut short", [0x80]],
    ["a long varint cut short", Array(8).fill(0x80)],
    ["a varint without end", Array(1000).fill(0x80)],
    ["eleven bytes", [...Array(10).fill(0x80), 0x00]],
    ["65 bits", [...Array(9).fill(0xff), 0x02]],
  ])("refuses %s", (_, bytes) => {
    expect(failure(readVarint, bytes).fields).toEqual({ offset: 0 });
    expect(failure(readSignedVarint, bytes).fields).toEqual({ offset: 0 });
    expect(failure(readVarint32, bytes).fields).toEqual({ offset: 0 });
  });

  test("refuses a size or offset that is not a safe integer", () => {
    expect(readSafeVarint(cursorOf(written(2 ** 53 - 1)))).toBe(2 ** 53 - 1);
    expect(failure(readSafeVarint, written(2n ** 53n)).message).toBe("9007199254740992 is past 2^53 - 1, at byte 0");
  });

  test("refuses a length of more bytes than are left", () => {
    expect(readLength(cursorOf([2, 0, 0]))).toBe(2);
    expect(failure(readLength, [3, 0, 0]).message).toBe("a length of 3 bytes where 2 are left, at byte 0");
    expect(failure(readLength, written(MAX_UINT64)).fields).toEqual({ offset: 0 });
  });
});

describe("zigzag", () => {
  test("numbers the integers by their magnitude", () => {
    expect([0, -1, 1, -2, 2].map(zigZag)).toEqual([0, 1, 2, 3, 4]);
    expect(zigZag(-(2n ** 63n))).toBe(MAX_UINT64);
  });

  test("can be undone", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
        expect(unZigZag(zigZag(value))).toBe(narrow(value));
      }),
    );
  });
});
