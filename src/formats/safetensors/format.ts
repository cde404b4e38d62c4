/**
 * Safetensors: named tensors and texts about them in one file. What files consist of; `encode.ts` writes and `decode.ts` reads them. Not a
 * session's: whoever has variables runs a step for their values first.
 *
 * Upstream: the format's description, https://huggingface.co/docs/safetensors, and what its reference library (0.8) reads and writes:
 * eight bytes with the length of the header, the header as JSON, then the elements of each tensor, row-major and little-endian, without
 * gaps. Equal tensors give the bytes that the reference library gives.
 */
import type { DType, DTypeName } from "../../tensor/dtype.ts";
import type { NDArray } from "../../tensor/ndarray.ts";

/** A tensor of a type that has no values here, such as `F8_E4M3`: as its bytes. */
export interface RawTensor {
  /** The type as the file calls it. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The bytes before the header, which hold its length. */
export const PREFIX_BYTES = 8;
/** The key of the texts about the file. */
export const METADATA = "__metadata__";
/** The metadata that tells which names stand for tensors of other names: a JSON object. */
export const TIES = "namesake.ties";

/**
 * The types by the format's names, in the reference library's order: files hold the later ones first. `bits` of an element; `dtype`
 * where there are values of the type here.
 */
export const rows: Readonly<Record<string, { readonly bits: number; readonly dtype?: DTypeName }>> = {
  BOOL: { bits: 8, dtype: "bool" },
  F4: { bits: 4 },
  F6_E2M3: { bits: 6 },
  F6_E3M2: { bits: 6 },
  U8: { bits: 8, dtype: "uint8" },
  I8: { bits: 8, dtype: "int8" },
  F8_E5M2: { bits: 8 },
  F8_E4M3: { bits: 8 },
  F8_E8M0: { bits: 8 },
  F8_E4M3FNUZ: { bits: 8 },
  F8_E5M2FNUZ: { bits: 8 },
  I16: { bits: 16, dtype: "int16" },
  U16: { bits: 16, dtype: "uint16" },
  F16: { bits: 16, dtype: "float16" },
  BF16: { bits: 16, dtype: "bfloat16" },
  I32: { bits: 32, dtype: "int32" },
  U32: { bits: 32, dtype: "uint32" },
  F32: { bits: 32, dtype: "float32" },
  C64: { bits: 64, dtype: "complex64" },
  F64: { bits: 64, dtype: "float64" },
  I64: { bits: 64, dtype: "int64" },
  U64: { bits: 64, dtype: "uint64" },
};

/** A type of the format. */
export interface TypeRow {
  readonly name: string;
  readonly order: number;
  readonly bits: number;
  readonly dtype: DTypeName | undefined;
}

/** The row of a type; undefined for none. */
export function typeNamed(name: string): TypeRow | undefined {
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  return row && { name, order: Object.keys(rows).indexOf(name), bits: row.bits, dtype: row.dtype };
}

/** The row of a type of values; undefined for none. */
export function typeOf(dtype: DType): TypeRow | undefined {
  const name = Object.keys(rows).find((key) => rows[key]?.dtype === dtype.baseName);
  return name === undefined ? undefined : typeNamed(name);
}

/** The bytes of a tensor of so many elements; undefined when they are no whole number, or more than can be counted. */
export function byteCount(shape: readonly number[], bits: number): number | undefined {
  let count = 1;
  for (const dim of shape) {
    count *= dim;
    if (count > Number.MAX_SAFE_INTEGER / 64) return undefined;
  }
  return (count * bits) % 8 === 0 ? (count * bits) / 8 : undefined;
}

/** Whether it can be a size or a place. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Names of values that have a name already, with that name. */
export function tiesOf(tensors: Iterable<readonly [string, NDArray | RawTensor]>): Map<string, string> {
  const firstNames = new Map<NDArray | RawTensor, string>();
  const ties = new Map<string, string>();
  for (const [name, tensor] of tensors) {
    const first = firstNames.get(tensor);
    if (first === undefined) firstNames.set(tensor, name);
    else ties.set(name, first);
  }
  return ties;
}
