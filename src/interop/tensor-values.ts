/** Values of GraphDefs: a TensorProto as an array. The other direction is `graph/as-graph-def.ts`. Mirrors `Tensor::FromProto`, core/framework/tensor.cc. */
import { ArgumentError } from "../base/errors.ts";
import type { Int64, TensorRecord } from "../base/graph-def.ts";
import { keepWriting } from "../graph/as-graph-def.ts";
import { allocate, type DataArray, type DType, dtypeOfNumber, hasValues } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";

/** The most bytes that a value may take. A few bytes of a file can ask for any number, as a single element may stand for all. */
const MOST_BYTES = 2 ** 31;

/**
 * The value of a record; `null` when its type has no values here.
 * @throws {ArgumentError} when the record does not describe a value.
 */
export function ndarrayOf(record: TensorRecord): NDArray | null {
  const dtype = dtypeOfNumber(record.dtype);
  if (dtype === null || dtype.isRef) throw unreadable(`${record.dtype} is no element type`, record);
  if (!hasValues(dtype) || dtype.baseName === "resource" || dtype.baseName === "variant") return null;
  const { dim, unknownRank } = record.tensorShape;
  const shape = dim.map(({ size }) => size);
  if (unknownRank || shape.some((size) => !Number.isSafeInteger(size) || size < 0))
    throw unreadable(`the shape [${shape.join(", ")}] is not fully defined`, record);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count * Math.max(dtype.size, 1) > MOST_BYTES)
    throw unreadable(`a value of shape [${shape.join(", ")}] takes more than ${MOST_BYTES} bytes`, record);
  const content = record.tensorContent ?? noBytes;
  const data = content.length > 0 ? ofBytes(dtype, count, content, record) : ofElements(dtype, count, record);
  const value = new NDArray(dtype, shape, data);
  if (!isUsual(record, count)) keepWriting(value, record);
  return value;
}

const noBytes = new Uint8Array(0);

function unreadable(why: string, record: TensorRecord): ArgumentError {
  return new ArgumentError(`Cannot parse tensor from proto: ${why}`, { record });
}

/** Whether the value will be written as the record has it. */
function isUsual(record: TensorRecord, count: number): boolean {
  const hasContent = record.tensorContent !== undefined && record.tensorContent.length > 0;
  if (record.dtype === 7) return !hasContent && record.stringVal?.length === count;
  if (count > 1) return hasContent && record.versionNumber === undefined;
  return !hasContent && (listOf(record)?.length ?? 0) === count * (isComplexNumber(record.dtype) ? 2 : 1);
}

function isComplexNumber(number: number): boolean {
  return number === 8 || number === 18;
}

function ofBytes(dtype: DType, count: number, bytes: Uint8Array, record: TensorRecord): DataArray {
  if (dtype.isString) return stringsOf(bytes, count, record);
  if (bytes.length !== count * dtype.size)
    throw unreadable(`${bytes.length} bytes for ${count} elements of ${dtype.size} bytes`, record);
  const data = allocate(dtype, count) as Exclude<DataArray, Uint8Array[]>;
  // A copy: the file's bytes need not stand where numbers may.
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes);
  return data;
}

/** The lengths of all strings, then the strings. */
function stringsOf(bytes: Uint8Array, count: number, record: TensorRecord): Uint8Array[] {
  if (count > bytes.length) throw unreadable(`${bytes.length} bytes for ${count} strings`, record);
  let at = 0;
  const lengths = Array.from({ length: count }, () => {
    let [length, factor] = [0, 1];
    for (; (bytes[at] ?? 0) >= 128; at += 1) {
      length += ((bytes[at] as number) - 128) * factor;
      factor *= 128;
    }
    length += (bytes[at] ?? 0) * factor;
    at += 1;
    return length;
  });
  if (lengths.reduce((sum, length) => sum + length, at) !== bytes.length)
    throw unreadable("the lengths of its strings do not fit its bytes", record);
  return lengths.map((length) => {
    at += length;
    return bytes.slice(at - length, at);
  });
}

type ListName = Exclude<keyof TensorRecord, "dtype" | "tensorShape" | "versionNumber" | "tensorContent">;

/** The field in which elements of each type stand. */
const fields: Readonly<Record<number, ListName>> = {
  1: "floatVal",
  2: "doubleVal",
  3: "intVal",
  4: "intVal",
  5: "intVal",
  6: "intVal",
  7: "stringVal",
  8: "scomplexVal",
  9: "int64Val",
  10: "boolVal",
  14: "halfVal",
  17: "intVal",
  18: "dcomplexVal",
  19: "halfVal",
  22: "uint32Val",
  23: "uint64Val",
};

function listOf(record: TensorRecord): readonly (Int64 | boolean | Uint8Array)[] | undefined {
  return record[fields[record.dtype] as ListName] as readonly (Int64 | boolean | Uint8Array)[] | undefined;
}

/** The elements one by one; the last one stands for all that are missing, and none for zeros. */
function ofElements(dtype: DType, count: number, record: TensorRecord): DataArray {
  const given = listOf(record) ?? [];
  const width = dtype.isComplex ? 2 : 1;
  if (given.length % width !== 0) throw unreadable("a complex number without its imaginary part", record);
  const data = allocate(dtype, count) as unknown as (Int64 | Uint8Array)[];
  if (given.length === 0) return data as DataArray;
  const last = given.length - width;
  for (let i = 0; i < count * width; i += 1) {
    const item = given[i < given.length ? i : last + (i % width)] as Int64 | boolean | Uint8Array;
    data[i] = dtype.isBig ? BigInt(item as Int64) : typeof item === "object" ? item : Number(item);
  }
  return data as DataArray;
}
