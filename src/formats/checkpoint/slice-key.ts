/**
 * The keys under which slices stand in a checkpoint: a name and extents as a byte text whose order is that of name, rank and extents.
 * Not what the slices hold.
 *
 * Upstream: tensorflow/core/util/saved_tensor_slice_util.cc, `EncodeTensorNameSlice`; core/lib/strings/ordered_code.cc.
 */
import { keyOfName } from "../wire/byte-text.ts";
import type { Extent } from "./slices.ts";

/** What slice keys begin with, and names do not. */
const SLICE_MARK = "\0";

/** Whether a key is that of a slice. */
export function isSliceKey(key: string): boolean {
  return key.startsWith(SLICE_MARK);
}

/** The key of a slice of the tensor of this name. */
export function sliceKey(name: string, extents: readonly Extent[]): string {
  const axes = extents.map(
    (extent) => signed(extent === null ? 0 : extent[0]) + signed(extent === null ? -1 : extent[1]),
  );
  return unsigned(0) + text(keyOfName(name)) + unsigned(extents.length) + axes.join("");
}

/** A whole number: how many bytes it has, then the bytes, the highest first. */
function unsigned(value: number): string {
  let bytes = "";
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes = String.fromCharCode(rest % 256) + bytes;
  return String.fromCharCode(bytes.length) + bytes;
}

/** Text between which and any other the order stays as it is: 00 and ff are escaped, an end follows. */
function text(bytes: string): string {
  // One pass: the pairs that escapes are made of hold both bytes.
  return `${bytes.replace(/[\0\xff]/g, (byte) => (byte === "\0" ? "\0\xff" : "\xff\0"))}\0\x01`;
}

/**
 * A whole number that may be negative: as many bytes as its header has leading ones, the two's complement, the highest byte first, with
 * the header added to the first two bytes.
 */
function signed(value: number): string {
  const wide = BigInt(value);
  const magnitude = value < 0 ? ~wide : wide;
  const length = Math.floor(bitLength(magnitude) / 7) + 1;
  const header = 0xffff ^ (0xffff >>> length);
  let bytes = "";
  for (let i = 0; i < length; i++) {
    const shift = BigInt(8 * (length - 1 - i));
    const byte = Number((wide >> shift) & 0xffn);
    const ones = i === 0 ? header >>> 8 : i === 1 ? header & 0xff : 0;
    bytes += String.fromCharCode(byte ^ ones);
  }
  return bytes;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
