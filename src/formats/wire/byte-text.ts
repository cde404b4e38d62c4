/**
 * Byte texts: bytes as a string with one character, U+0000 to U+00FF, for each. JavaScript compares, hashes and cuts them as it does
 * any string, and their order is the order of the bytes. Keys of tables are such texts; names are UTF-8 inside them.
 */
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";

/** More arguments than this overflow the stack of some engines. */
const MOST_ARGUMENTS = 4096;
/** Below this a loop is faster than a call with many arguments. */
const FEW = 32;

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

/** The byte text of some bytes. */
export function byteText(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  let text = "";
  if (end - start <= FEW) {
    for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
    return text;
  }
  for (let at = start; at < end; at += MOST_ARGUMENTS) {
    text += String.fromCharCode.apply(
      null,
      bytes.subarray(at, Math.min(end, at + MOST_ARGUMENTS)) as unknown as number[],
    );
  }
  return text;
}

/** Writes a byte text and returns the position after it. */
export function writeByteText(bytes: Uint8Array, position: number, text: string): number {
  for (let at = 0; at < text.length; at++) bytes[position + at] = text.charCodeAt(at);
  return position + text.length;
}

/** The bytes of a byte text. */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  writeByteText(bytes, 0, text);
  return bytes;
}

/** The byte text of a name's UTF-8. */
export function keyOfName(name: string): string {
  return isAscii(name) ? name : byteText(encodeUtf8(name));
}

/** The name whose UTF-8 a byte text holds. What is no UTF-8 shows as replacement characters. */
export function nameOfKey(key: string): string {
  return isAscii(key) ? key : decodeUtf8(bytesOfText(key));
}
