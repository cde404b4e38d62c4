/**
 * Element types with TensorFlow's names and numbers. Not their arithmetic: that is in the kernels.
 *
 * Mirrors python/framework/dtypes.py and core/framework/types.proto.
 */
import { ArgumentTypeError, ResourceExhaustedError } from "../base/errors.ts";

/** The typed arrays that hold elements; strings are an array of byte strings. */
export type DataArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Uint8Array[];

type Kind = "float" | "int" | "uint" | "bool" | "complex" | "string" | "handle";

interface Row {
  readonly number: number;
  readonly kind: Kind;
  /** Bytes of one element; 0 where elements differ in length. */
  readonly size: number;
}

/** `half` to `variant`: name → number in types.proto, kind, size. */
const rows = {
  float32: { number: 1, kind: "float", size: 4 },
  float64: { number: 2, kind: "float", size: 8 },
  int32: { number: 3, kind: "int", size: 4 },
  uint8: { number: 4, kind: "uint", size: 1 },
  int16: { number: 5, kind: "int", size: 2 },
  int8: { number: 6, kind: "int", size: 1 },
  string: { number: 7, kind: "string", size: 0 },
  complex64: { number: 8, kind: "complex", size: 8 },
  int64: { number: 9, kind: "int", size: 8 },
  bool: { number: 10, kind: "bool", size: 1 },
  bfloat16: { number: 14, kind: "float", size: 2 },
  uint16: { number: 17, kind: "uint", size: 2 },
  complex128: { number: 18, kind: "complex", size: 16 },
  float16: { number: 19, kind: "float", size: 2 },
  resource: { number: 20, kind: "handle", size: 0 },
  variant: { number: 21, kind: "handle", size: 0 },
  uint32: { number: 22, kind: "uint", size: 4 },
  uint64: { number: 23, kind: "uint", size: 8 },
} as const satisfies Record<string, Row>;

/** The name of an element type, `float32` to `variant`, without `_ref`. */
export type DTypeName = keyof typeof rows;

/** What is accepted where an element type is wanted. */
export type DTypeLike = DType | DTypeName;

/** References are numbered 100 above their base type, as in types.proto. */
const REF_OFFSET = 100;

/** An element type. There is one object per type, so `===` compares; `float32_ref` is a type of its own. */
export class DType {
  /** `float32`, or `float32_ref` for a reference to a variable. */
  readonly name: string;
  /** The name without `_ref`. */
  readonly baseName: DTypeName;
  /** The number in types.proto (`DT_FLOAT` is 1, `DT_FLOAT_REF` 101). */
  readonly number: number;
  /** Bytes of one element; 0 for strings and handles. */
  readonly size: number;
  readonly isRef: boolean;
  readonly isFloating: boolean;
  /** Signed or unsigned integer. */
  readonly isInteger: boolean;
  readonly isUnsigned: boolean;
  readonly isComplex: boolean;
  readonly isBool: boolean;
  readonly isString: boolean;
  /** Stored as `bigint` elements: int64 and uint64. */
  readonly isBig: boolean;
  /** The type itself, or what a reference refers to. */
  readonly baseDtype: DType;
  /** The reference type of this type. */
  readonly asRef: DType;

  /** @internal Types are made once, by this module. */
  constructor(baseName: DTypeName, base: DType | null, row: Row = rows[baseName]) {
    this.baseName = baseName;
    this.isRef = base !== null;
    this.name = base ? `${baseName}_ref` : baseName;
    this.number = row.number + (base ? REF_OFFSET : 0);
    this.size = row.size;
    this.isFloating = row.kind === "float";
    this.isInteger = row.kind === "int" || row.kind === "uint";
    this.isUnsigned = row.kind === "uint";
    this.isComplex = row.kind === "complex";
    this.isBool = row.kind === "bool";
    this.isString = row.kind === "string";
    this.isBig = baseName === "int64" || baseName === "uint64";
    this.baseDtype = base ?? this;
    this.asRef = base ? this : new DType(baseName, this, row);
  }

  /** As Python's `str`: `<dtype: 'float32'>`. */
  toString(): string {
    return `<dtype: '${this.name}'>`;
  }

  /** Whether both have the same base type. A reference is compatible with what it refers to. */
  isCompatibleWith(other: DTypeLike): boolean {
    return this.baseDtype === asDType(other).baseDtype;
  }

  toJSON(): string {
    return this.name;
  }
}

const byName = new Map<string, DType>();
const byNumber = new Map<number, DType>();
for (const name of Object.keys(rows) as DTypeName[]) {
  const dtype = new DType(name, null);
  for (const one of [dtype, dtype.asRef]) {
    byName.set(one.name, one);
    byNumber.set(one.number, one);
  }
}
// TensorFlow accepts these spellings, too.
for (const [alias, name] of [
  ["half", "float16"],
  ["float", "float32"],
  ["double", "float64"],
] as const) {
  byName.set(alias, byName.get(name) as DType);
}

function named(name: DTypeName): DType {
  return byName.get(name) as DType;
}

export const float16: DType = named("float16");
export const bfloat16: DType = named("bfloat16");
export const float32: DType = named("float32");
export const float64: DType = named("float64");
export const int8: DType = named("int8");
export const int16: DType = named("int16");
export const int32: DType = named("int32");
export const int64: DType = named("int64");
export const uint8: DType = named("uint8");
export const uint16: DType = named("uint16");
export const uint32: DType = named("uint32");
export const uint64: DType = named("uint64");
export const bool: DType = named("bool");
export const string: DType = named("string");
export const complex64: DType = named("complex64");
export const complex128: DType = named("complex128");
export const resource: DType = named("resource");
export const variant: DType = named("variant");

/**
 * The element type of a name, number or type.
 * @throws {ArgumentTypeError} for anything else (TensorFlow: TypeError).
 */
export function asDType(value: DType | string | number): DType {
  if (value instanceof DType) return value;
  const found = typeof value === "string" ? byName.get(value) : byNumber.get(value);
  if (found) return found;
  throw new ArgumentTypeError(
    `Cannot convert the argument \`type_value\`: ${String(value)} to a TensorFlow DType.\n  known types: ${Object.keys(rows).join(", ")}`,
    { value },
  );
}

/** Types that graphs from elsewhere may mention and that have no values here (types.proto). 0 stands for what is not known. */
const valueless: Readonly<Record<number, string>> = {
  0: "unknown",
  11: "qint8",
  12: "quint8",
  13: "qint32",
  15: "qint16",
  16: "quint16",
  24: "float8_e5m2",
  25: "float8_e4m3fn",
  26: "float8_e4m3fnuz",
  27: "float8_e4m3b11fnuz",
  28: "float8_e5m2fnuz",
  29: "int4",
  30: "uint4",
  31: "int2",
  32: "uint2",
  33: "float4_e2m1fn",
};
const valuelessTypes = new Map<number, DType>();

/** The element type of a number of types.proto, also one that has no values here; `null` for numbers that mean nothing. */
export function dtypeOfNumber(number: number): DType | null {
  const isRef = number > REF_OFFSET;
  const base = isRef ? number - REF_OFFSET : number;
  const known = byNumber.get(base) ?? valuelessTypes.get(base) ?? newValueless(base);
  return known === null ? null : isRef ? known.asRef : known;
}

function newValueless(number: number): DType | null {
  const name = valueless[number];
  if (name === undefined) return null;
  // No one can ask for such a type by its name, so the list of names does not have it.
  const dtype = new DType(name as DTypeName, null, { number, kind: "handle", size: 0 });
  valuelessTypes.set(number, dtype);
  return dtype;
}

/** Whether there are values of the type here. */
export function hasValues(dtype: DType): boolean {
  return Object.hasOwn(constructors, dtype.baseName);
}

/** The type of a tensor of which nothing tells the type. */
export function unknownDType(): DType {
  return dtypeOfNumber(0) as DType;
}

/** The empty byte string. Nothing can be written into it. */
const noBytes = new Uint8Array(0);
/** The most memory that one tensor may have: more would end the process on most machines, long before it was filled. */
const MOST_BYTES = 2 ** 32;
/** What an element of an array takes, where that is not its type's own size. */
const REFERENCE_BYTES = 64;

const constructors: Record<DTypeName, (length: number) => DataArray> = {
  float16: (n) => new Uint16Array(n),
  bfloat16: (n) => new Uint16Array(n),
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n),
  int8: (n) => new Int8Array(n),
  int16: (n) => new Int16Array(n),
  int32: (n) => new Int32Array(n),
  int64: (n) => new BigInt64Array(n),
  uint8: (n) => new Uint8Array(n),
  uint16: (n) => new Uint16Array(n),
  uint32: (n) => new Uint32Array(n),
  uint64: (n) => new BigUint64Array(n),
  bool: (n) => new Uint8Array(n),
  complex64: (n) => new Float32Array(2 * n),
  complex128: (n) => new Float64Array(2 * n),
  string: (n) => Array.from({ length: n }, () => noBytes),
  resource: () => new Uint8Array(0),
  variant: () => new Uint8Array(0),
};

/**
 * Zeroed storage for `count` elements: bits for half precisions, interleaved pairs for complex, byte strings for strings.
 * @throws {ResourceExhaustedError} when there is not so much memory, or for more than 4 GiB.
 */
export function allocate(dtype: DType, count: number): DataArray {
  if (!(count * (dtype.size || REFERENCE_BYTES) <= MOST_BYTES)) throw outOfMemory(dtype, count);
  try {
    return constructors[dtype.baseName](count);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw outOfMemory(dtype, count);
  }
}

function outOfMemory(dtype: DType, count: number): ResourceExhaustedError {
  const size = Number.isInteger(count) ? BigInt(count) : count;
  return new ResourceExhaustedError(`OOM when allocating tensor with shape[${size}] and type ${dtype.name}`, { count });
}
