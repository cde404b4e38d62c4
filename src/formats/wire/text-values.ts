/**
 * Single values in protobuf's text format: how they are written and read. Not the messages around them.
 *
 * Mirrors protobuf for Python: text_format.py (`ParseInteger`, `ParseFloat`, `ParseBool`, `PrintFieldValue`) and text_encoding.py.
 */
import { ArgumentError } from "../../base/errors.ts";
import { pythonFloat } from "../../base/text.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { ScalarType } from "./scalar-types.ts";
import { narrow } from "./varint.ts";

/** Longer than any integer that fits a field. */
const MOST_DIGITS = 100;

const limits: Readonly<Partial<Record<ScalarType, readonly [low: bigint, high: bigint]>>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sint32: [-(2n ** 31n), 2n ** 31n - 1n],
  sfixed32: [-(2n ** 31n), 2n ** 31n - 1n],
  enum: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sint64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  safeInt64: [BigInt(Number.MIN_SAFE_INTEGER), BigInt(Number.MAX_SAFE_INTEGER)],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
};

const integer = /^([+-]?)(?:(0x[0-9a-f]+)|0([0-7]+)|(0|[1-9][0-9]*))$/i;
const float = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?f?$/i;
const words: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  1: true,
  True: true,
  false: false,
  f: false,
  0: false,
  False: false,
};

/** Reads a number, a truth value or an enum's number; a text that says why not otherwise. */
export function parseScalar(type: ScalarType, token: string): { readonly value: unknown } | string {
  if (type === "bool") {
    const value = Object.hasOwn(words, token) ? words[token] : undefined;
    return value === undefined ? 'Expected "true" or "false".' : { value };
  }
  return type === "float" || type === "double" ? parseFloating(type, token) : parseInteger(type, token);
}

function parseInteger(type: ScalarType, token: string): { readonly value: unknown } | string {
  const found = token.length > MOST_DIGITS ? null : integer.exec(token);
  if (found === null) return `Couldn't parse integer: ${token.slice(0, MOST_DIGITS)}`;
  const [, sign, hexadecimal, octal, decimal] = found;
  const magnitude = BigInt(hexadecimal ?? (octal === undefined ? (decimal ?? "0") : `0o${octal}`));
  const value = sign === "-" ? -magnitude : magnitude;
  const [low, high] = limits[type] ?? [0n, 0n];
  return value < low || value > high ? `Value out of range: ${value}` : { value: narrow(value) };
}

function parseFloating(type: "float" | "double", token: string): { readonly value: number } | string {
  if (/^-?0[0-9]+/.test(token)) return `Invalid octal float: ${token.slice(0, MOST_DIGITS)}`;
  const value = /^[+-]?inf(?:inity)?f?$/i.test(token)
    ? token.startsWith("-")
      ? -Infinity
      : Infinity
    : /^[+-]?nanf?$/i.test(token)
      ? Number.NaN
      : float.test(token)
        ? Number(token.replace(/f$/i, ""))
        : undefined;
  if (value === undefined) return `Couldn't parse float: ${token.slice(0, MOST_DIGITS)}`;
  return { value: type === "float" ? Math.fround(value) : value };
}

/** A float32 with as few digits, of six or more, as tell it from all others; as Python prints it. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return pythonFloat(value);
  const wanted = Math.fround(value);
  for (let digits = 6; digits < 10; digits += 1) {
    const rounded = Number(wanted.toPrecision(digits));
    if (Math.fround(rounded) === wanted) return pythonFloat(rounded);
  }
  return pythonFloat(wanted);
}

/** A scalar of a field as text. Values of a wrong type are the encoder's to refuse: here they are written as they are. */
export function scalarText(type: ScalarType, value: unknown): string {
  if (type === "float") return floatText(value as number);
  if (type === "double") return pythonFloat(value as number);
  if (type === "string") return `"${escaped(value as string)}"`;
  if (type === "bytes") return `"${escapedBytes(value as Uint8Array)}"`;
  return String(value);
}

const escapes: Readonly<Record<string, string>> = {
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  '"': '\\"',
  "'": "\\'",
  "\\": "\\\\",
};

function escaped(text: string): string {
  return text.replace(/[^ -~\u0080-\uffff]|["'\\]/g, (unit) => escapes[unit] ?? octal(unit.charCodeAt(0)));
}

function octal(code: number): string {
  return `\\${code.toString(8).padStart(3, "0")}`;
}

/** Each byte as it is written, as bytes; made when first needed. */
let byteTexts: readonly Uint8Array[] | undefined;

function escapedBytes(bytes: Uint8Array): string {
  byteTexts ??= Array.from({ length: 256 }, (_, byte) => {
    const unit = String.fromCharCode(byte);
    return encodeUtf8(escapes[unit] ?? (byte < 0x20 || byte > 0x7e ? octal(byte) : unit));
  });
  // No byte is written as more than four.
  const written = new Uint8Array(bytes.length * 4);
  let at = 0;
  for (const byte of bytes) {
    const text = byteTexts[byte] as Uint8Array;
    for (let i = 0; i < text.length; i += 1) written[at++] = text[i] as number;
  }
  return decodeUtf8(written.subarray(0, at));
}

const unescapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "'": 39,
  "?": 63,
  "\\": 92,
};

/** The bytes of a quoted text's inside; a text that says why not otherwise. */
export function unescapedBytes(inside: string): Uint8Array | string {
  const bytes = encodeUtf8(inside);
  if (!inside.includes("\\")) return bytes;
  // Nothing that is escaped is longer than its escape, so the bytes are read and written in one array.
  let to = 0;
  for (let from = 0; from < bytes.length; ) {
    const byte = bytes[from] as number;
    if (byte !== 0x5c) {
      bytes[to++] = byte;
      from += 1;
      continue;
    }
    // Nearly all escapes of tensors' bytes are these, so they have a way of their own.
    const short = threeOctalDigits(bytes, from + 1);
    if (short >= 0) {
      bytes[to++] = short;
      from += 4;
      continue;
    }
    const step = unescapeAt(bytes, from + 1);
    if (step === undefined) return `Invalid escape sequence in string literal, at its byte ${from}`;
    bytes.set(step.bytes, to);
    to += step.bytes.length;
    from = step.end;
  }
  return bytes.slice(0, to);
}

/** The byte that three octal digits tell; -1 where there are not three, or they tell more than a byte. */
function threeOctalDigits(bytes: Uint8Array, at: number): number {
  const [high, middle, low] = [digit(bytes, at), digit(bytes, at + 1), digit(bytes, at + 2)];
  return high > 3 || middle > 7 || low > 7 ? -1 : high * 64 + middle * 8 + low;
}

/** What a digit counts; more than any for other bytes. */
function digit(bytes: Uint8Array, at: number): number {
  const value = (bytes[at] ?? 0) - 0x30;
  return value < 0 ? 255 : value;
}

interface Unescaped {
  readonly bytes: readonly number[];
  /** Where the text after the escape begins. */
  readonly end: number;
}

/** Letters after which the number of a byte or of a character follows, and how many digits at most. */
const numbered: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The escape whose first letter is at `at`. */
function unescapeAt(bytes: Uint8Array, at: number): Unescaped | undefined {
  const letter = String.fromCharCode(bytes[at] ?? 0);
  if (Object.hasOwn(unescapes, letter)) return { bytes: [unescapes[letter] as number], end: at + 1 };
  if (Object.hasOwn(numbered, letter)) return numberedAt(bytes, at, letter);
  const digits = digitsAt(bytes, at, /^[0-7]{1,3}/, 3);
  const value = Number.parseInt(digits, 8);
  return digits === "" || value > 255 ? undefined : { bytes: [value], end: at + digits.length };
}

function numberedAt(bytes: Uint8Array, at: number, letter: string): Unescaped | undefined {
  const length = numbered[letter] ?? 0;
  const digits = digitsAt(bytes, at + 1, /^[0-9a-f]+/i, length);
  if (digits === "" || (letter !== "x" && digits.length < length)) return undefined;
  const value = Number.parseInt(digits, 16);
  const end = at + 1 + digits.length;
  if (letter === "x") return { bytes: [value], end };
  if (value > 0x10_ffff || (value >= 0xd800 && value <= 0xdfff)) return undefined;
  return { bytes: [...encodeUtf8(String.fromCodePoint(value))], end };
}

function digitsAt(bytes: Uint8Array, at: number, pattern: RegExp, most: number): string {
  return pattern.exec(String.fromCharCode(...bytes.subarray(at, at + most)))?.[0] ?? "";
}

/** @throws {ArgumentError} for what text cannot hold: half a character. */
export function checkText(text: string): void {
  if (/\p{Surrogate}/u.test(text))
    throw new ArgumentError(`the text ${JSON.stringify(text)} has half a character`, { text });
}
