/** Base64 for addresses: `-` and `_` in the place of `+` and `/`. Mirrors tsl/platform/base64.cc. */
import { InvalidArgumentError } from "../base/errors.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PAD = 0x3d;

/** The bytes as letters; `pads` fills the last group with `=`. */
export function encodedBase64(bytes: Uint8Array, pads: boolean): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = Math.min(bytes.length - i, 3) + 1;
    for (let k = 0; k < 4; k += 1) {
      if (k < letters) out.push(LETTERS.charCodeAt((word >> (18 - 6 * k)) & 63));
      else if (pads) out.push(PAD);
    }
  }
  return Uint8Array.from(out);
}

/** @throws {InvalidArgumentError} for what is no base64. */
export function decodedBase64(letters: Uint8Array): Uint8Array {
  let { length } = letters;
  if (length > 0 && length % 4 === 0) for (let i = 0; i < 2 && letters[length - 1] === PAD; i += 1) length -= 1;
  const out: number[] = [];
  let [word, bits] = [0, 0];
  for (let i = 0; i < length; i += 1) {
    const six = LETTERS.indexOf(String.fromCharCode(letters[i] as number));
    if (six < 0) throw new InvalidArgumentError("Invalid character found in base64.", { at: i });
    word = ((word << 6) | six) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push((word >> bits) & 0xff);
  }
  if (length % 4 === 1) throw new InvalidArgumentError("Base64 string length cannot be 1 modulo 4.", { length });
  return Uint8Array.from(out);
}
