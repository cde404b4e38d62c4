/** The scalar types of protobuf: how a value of each is read, checked and sent. One row for each; no messages here. */
import { ArgumentError, ArgumentTypeError, FormatError } from "../../base/errors.ts";
import { narrow, readSignedVarint, readVarint, readVarint32, unZigZag, zigZag } from "./varint.ts";
import { type WireReader, WireType } from "./wire-reader.ts";
import type { WireSink } from "./wire-sink.ts";

/** The value of each scalar type. 64-bit integers are numbers when they are safe integers, else bigints. */
export interface ScalarValues {
  int32: number;
  uint32: number;
  sint32: number;
  int64: number | bigint;
  uint64: number | bigint;
  sint64: number | bigint;
  /** An `int64` of which only safe integers make sense, such as a dimension: always a number. */
  safeInt64: number;
  fixed32: number;
  sfixed32: number;
  fixed64: number | bigint;
  sfixed64: number | bigint;
  float: number;
  double: number;
  bool: boolean;
  /** The number of the enum's member; unknown members stay as they are. */
  enum: number;
  string: string;
  bytes: Uint8Array;
}

/** The name of a scalar type. */
export type ScalarType = keyof ScalarValues;

/** How one scalar type is coded. */
export interface ScalarCodec<V> {
  readonly wire: WireType;
  /** What an absent field means. */
  readonly zero: V;
  read(reader: WireReader): V;
  /** Checks the value and sends it. */
  send(sink: WireSink, value: unknown): void;
}

const INT32 = { name: "int32", low: -(2 ** 31), high: 2 ** 31 - 1 } as const;
const UINT32 = { name: "uint32", low: 0, high: 2 ** 32 - 1 } as const;
const INT64 = { name: "int64", low: -(2n ** 63n), high: 2n ** 63n - 1n } as const;
const UINT64 = { name: "uint64", low: 0n, high: 2n ** 64n - 1n } as const;

const int32: ScalarCodec<number> = {
  wire: WireType.varint,
  zero: 0,
  read: readVarint32,
  send: (sink, value) => sink.varint(shortInteger(value, INT32)),
};

/** Every scalar type. */
export const scalarCodecs: { readonly [S in ScalarType]: ScalarCodec<ScalarValues[S]> } = {
  int32,
  enum: int32,
  uint32: {
    wire: WireType.varint,
    zero: 0,
    read: (reader) => readVarint32(reader) >>> 0,
    send: (sink, value) => sink.varint(shortInteger(value, UINT32)),
  },
  sint32: {
    wire: WireType.varint,
    zero: 0,
    read: (reader) => Number(unZigZag(readVarint32(reader) >>> 0)),
    send: (sink, value) => sink.varint(zigZag(shortInteger(value, INT32))),
  },
  int64: {
    wire: WireType.varint,
    zero: 0,
    read: readSignedVarint,
    send: (sink, value) => sink.varint(longInteger(value, INT64)),
  },
  uint64: {
    wire: WireType.varint,
    zero: 0,
    read: readVarint,
    send: (sink, value) => sink.varint(longInteger(value, UINT64)),
  },
  sint64: {
    wire: WireType.varint,
    zero: 0,
    read: (reader) => unZigZag(readVarint(reader)),
    send: (sink, value) => sink.varint(zigZag(longInteger(value, INT64))),
  },
  safeInt64: {
    wire: WireType.varint,
    zero: 0,
    read: readSafeInt64,
    send: (sink, value) => sink.varint(longInteger(value, INT64)),
  },
  fixed32: {
    wire: WireType.fixed32,
    zero: 0,
    read: (reader) => reader.fixed32(),
    send: (sink, value) => sink.fixed32(shortInteger(value, UINT32)),
  },
  sfixed32: {
    wire: WireType.fixed32,
    zero: 0,
    read: (reader) => reader.fixed32() | 0,
    send: (sink, value) => sink.fixed32(shortInteger(value, INT32)),
  },
  fixed64: {
    wire: WireType.fixed64,
    zero: 0,
    read: (reader) => narrow(reader.fixed64()),
    send: (sink, value) => sink.fixed64(BigInt(longInteger(value, UINT64))),
  },
  sfixed64: {
    wire: WireType.fixed64,
    zero: 0,
    read: (reader) => narrow(BigInt.asIntN(64, reader.fixed64())),
    send: (sink, value) => sink.fixed64(BigInt.asUintN(64, BigInt(longInteger(value, INT64)))),
  },
  float: {
    wire: WireType.fixed32,
    zero: 0,
    read: (reader) => reader.float(),
    send: (sink, value) => sink.float(numberValue(value)),
  },
  double: {
    wire: WireType.fixed64,
    zero: 0,
    read: (reader) => reader.double(),
    send: (sink, value) => sink.double(numberValue(value)),
  },
  bool: {
    wire: WireType.varint,
    zero: false,
    read: (reader) => readVarint(reader) !== 0,
    send(sink, value) {
      if (typeof value !== "boolean") throw wrongType("a boolean", value);
      sink.varint(value ? 1 : 0);
    },
  },
  string: {
    wire: WireType.length,
    zero: "",
    read: (reader) => reader.text(),
    send(sink, value) {
      if (typeof value !== "string") throw wrongType("a string", value);
      sink.text(value);
    },
  },
  bytes: {
    wire: WireType.length,
    zero: new Uint8Array(0),
    read: (reader) => reader.blob(),
    send(sink, value) {
      if (!(value instanceof Uint8Array)) throw wrongType("a Uint8Array", value);
      sink.blob(value);
    },
  },
};

/** Whether a value of a scalar type is what an absent field means. Minus zero is not: its bits differ. */
export function isZero(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return Object.is(value, 0) || value === "" || value === false || value === 0n;
}

/** The error for a value of the wrong type; the encoder adds the name of the field. */
export function wrongType(wanted: string, value: unknown): ArgumentTypeError {
  return new ArgumentTypeError(`expected ${wanted}, got ${describe(value)}`, { value });
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  return value === null ? "null" : `a value of type ${typeof value}`;
}

function readSafeInt64(reader: WireReader): number {
  const start = reader.position;
  const value = readSignedVarint(reader);
  if (typeof value === "number") return value;
  throw new FormatError(`${value} is not a safe integer, at byte ${start}`, { offset: start });
}

function numberValue(value: unknown): number {
  if (typeof value !== "number") throw wrongType("a number", value);
  return value;
}

function shortInteger(value: unknown, range: typeof INT32 | typeof UINT32): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(`an integer (${range.name})`, value);
  if (value < range.low || value > range.high) throw outOfRange(value, range.name);
  return value;
}

function longInteger(value: unknown, range: typeof INT64 | typeof UINT64): number | bigint {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) {
    throw wrongType(`a safe integer or a bigint (${range.name})`, value);
  }
  const integer = value as number | bigint;
  // Every safe integer is in the range, unless it is negative where none may be.
  if (typeof integer === "number" && (range === INT64 || integer >= 0)) return integer;
  if (integer < range.low || integer > range.high) throw outOfRange(integer, range.name);
  return integer;
}

function outOfRange(value: number | bigint, type: string): ArgumentError {
  return new ArgumentError(`Value out of range: ${value}`, { value, type });
}
