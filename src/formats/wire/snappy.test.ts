import { describe, expect, it } from "vitest";
import { FormatError } from "../../base/errors.ts";
import { uncompressSnappy } from "./snappy.ts";

const bytes = (...parts: (number | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...Buffer.from(part, "latin1")])));
const text = (data: Uint8Array): string => Buffer.from(data).toString("latin1");

describe("Snappy", () => {
  it.each<[string, Uint8Array, string]>([
    ["nothing", bytes(0), ""],
    ["a literal", bytes(3, 2 << 2, "abc"), "abc"],
    ["a literal with a length of one byte", bytes(61, 60 << 2, 60, "x".repeat(61)), "x".repeat(61)],
    ["a literal with a length of two bytes", bytes(0xac, 0x02, 61 << 2, 0x2b, 0x01, "y".repeat(300)), "y".repeat(300)],
    ["a literal with a length of four bytes", bytes(2, 63 << 2, 1, 0, 0, 0, "ab"), "ab"],
    ["a short copy", bytes(8, 3 << 2, "abcd", 1 | (0 << 2), 4), "abcdabcd"],
    ["a copy with two bytes of distance", bytes(6, 2 << 2, "abc", 2 | (2 << 2), 3, 0), "abcabc"],
    ["a copy with four bytes of distance", bytes(6, 2 << 2, "abc", 3 | (2 << 2), 3, 0, 0, 0), "abcabc"],
    ["a copy of what it makes", bytes(10, 0 << 2, "a", 2 | (8 << 2), 1, 0), "a".repeat(10)],
    ["a repetition of two", bytes(8, 1 << 2, "ab", 2 | (5 << 2), 2, 0), "abababab"],
  ])("is read: %s", (_, data, wanted) => {
    expect(text(uncompressSnappy(data))).toBe(wanted);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["nothing at all", bytes(), /runs past the end/],
    ["a length of gigabytes", bytes(0xff, 0xff, 0xff, 0xff, 0x07, 0), /cannot hold the 2147483647/],
    ["a literal past the end", bytes(9, 8 << 2, "abc"), /9 bytes where 3 follow/],
    ["a literal longer than promised", bytes(2, 2 << 2, "abc"), /3 bytes where 2 are left/],
    ["a copy from before the start", bytes(8, 0, "a", 2 | (3 << 2), 2, 0), /from 2 bytes back, of 1/],
    ["a copy from nowhere", bytes(8, 0, "a", 2 | (3 << 2), 0, 0), /from 0 bytes back/],
    ["a copy without its distance", bytes(8, 0, "a", 2 | (3 << 2), 1), /2 bytes where 1 follow/],
    ["a length without its bytes", bytes(8, 62 << 2, 1), /3 bytes where 1 follow/],
    ["less than promised", bytes(8, 0, "a"), /1 bytes where 8 are promised/],
  ])("is refused: %s", (_, data, reason) => {
    expect(() => uncompressSnappy(data)).toThrow(FormatError);
    expect(() => uncompressSnappy(data)).toThrow(reason);
  });
});
