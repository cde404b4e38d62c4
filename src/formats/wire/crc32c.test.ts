import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { crc32c, crc32cByTables, maskCrc32c, unmaskCrc32c } from "./crc32c.ts";
import { FOLD_WINDOW_BYTES, loadFold } from "./crc32c-fold.ts";

/** The definition, bit by bit. */
function crcByBits(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Bytes that repeat nowhere, the same each time. */
function noise(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state >> 16;
  });
}

describe("CRC-32C", () => {
  it.each<[string, Uint8Array, number]>([
    ["nothing", new Uint8Array(0), 0],
    ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 times ff", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["31 to 0", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ])("of %s is that of RFC 3720", (_, bytes, crc) => {
    expect(crc32c(bytes)).toBe(crc);
  });

  it("is what its definition says, of few bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => crc32c(bytes) === crcByBits(bytes)),
      { seed: 1 },
    );
  });

  const sizes = [16383, 16384, 16385, 16399, FOLD_WINDOW_BYTES - 1, FOLD_WINDOW_BYTES, FOLD_WINDOW_BYTES + 17, 700_001];
  it.each(sizes)("of %i bytes is the same by folding and by tables", (length) => {
    const bytes = noise(length + 3);
    for (const start of [0, 1, 3]) {
      const some = bytes.subarray(start, start + length);
      expect(crc32c(some)).toBe(crc32cByTables(some));
      expect(crc32c(some, 0x12345678)).toBe(crc32cByTables(some, 0x12345678));
    }
  });

  it("goes on where another ended", () => {
    const bytes = noise(100_000);
    for (const cut of [0, 1, 7, 20_000, 99_999, 100_000]) {
      expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(crc32c(bytes));
    }
  });

  it("notices each bit of many bytes", () => {
    const bytes = noise(20_000);
    const crc = crc32c(bytes);
    for (let at = 0; at < bytes.length; at += 97) {
      (bytes[at] as number) ^= 1 << (at % 8);
      expect(crc32c(bytes)).not.toBe(crc);
      (bytes[at] as number) ^= 1 << (at % 8);
    }
    expect(crc32c(bytes)).toBe(crc);
  });

  it("is folded by a program that this platform runs", () => {
    expect(loadFold()).not.toBeNull();
  });

  it("needs no WebAssembly", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(loadFold()).toBeNull();
    vi.stubGlobal("WebAssembly", {
      Module: class {
        constructor() {
          throw new Error("forbidden");
        }
      },
    });
    expect(loadFold()).toBeNull();
    vi.unstubAllGlobals();
  });

  it("is masked, and unmasked again", () => {
    // What TensorFlow stores of a tensor without elements.
    expect(maskCrc32c(0)).toBe(0xa282ead8);
    fc.assert(
      fc.property(fc.nat(0xffffffff), (crc) => unmaskCrc32c(maskCrc32c(crc)) === crc),
      { seed: 2 },
    );
  });
});
