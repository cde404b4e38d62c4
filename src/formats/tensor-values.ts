/**
 * Values in protobuf: a TensorProto as an array. The other direction is `graph/as-graph-def.ts`. Mirrors `Tensor::FromProto`,
 * core/framework/tensor.cc.
 */
import { FormatError } from "../base/errors.ts";
import type { Int64, TensorRecord } from "../base/graph-def.ts";
import { teach } from "../base/text.ts";
import { allocate, type DataArray, type DType, dtypeOfNumber, hasValues } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";

/** The most bytes that a value may take. */
const MOST_BYTES = 2 ** 31;

/** How tensors are read. */
export interface DecodeTensorOptions {
  /**
   * The most bytes that the value may take: a few bytes of a file can ask for any number, as a single element may stand for all.
   * Default: 2^31, the limit of protobuf's messages.
   */
  readonly maxBytes?: number;
  /** The name of the node or key that the tensor is the value of, for errors. */
  readonly tensorName?: string | undefined;
  /** The name of the file that the tensor is of, for errors. */
  readonly file?: string | undefined;
}

/**
 * The value of a TensorProto, such as the attr `value` of a `Const`; `null` when its type has no values here (quantized types, float8,
 * resources, variants).
 *
 * @throws {FormatError} with the `tensorName` and the `file` when the record does not describe a value, or one of more than `maxBytes`.
 * @see TensorFlow `make_ndarray`
 * @example
 * const tensorShape = { dim: [{ size: 2 }, { size: 2 }], unknownRank: false };
 * decodeTensor({ dtype: 1, tensorShape, floatVal: [7] }).toArray(); // [[7, 7], [7, 7]]
 */
export function decodeTensor(record: TensorRecord, options: DecodeTensorOptions = {}): NDArray | null {
  const { tensorName, file, maxBytes } = options;
  const unreadable: Unreadable = (why) => {
    const text = teach(`Cannot parse tensor from proto: ${why}`, [
      ["tensor", tensorName && `'${tensorName}'`],
      ["file", file],
    ]);
    return new FormatError(text, {
      ...(tensorName !== undefined && { tensorName }),
      ...(file !== undefined && { file }),
    });
  };
  return valueOfTensor(record, unreadable, maxBytes);
}

/** @internal The value of a record; what cannot be read is said by an error of the caller's. */
export function valueOfTensor(record: TensorRecord, unreadable: Unreadable, maxBytes = MOST_BYTES): NDArray | null {
  const dtype = dtypeOfNumber(record.dtype);
  if (dtype === null || dtype.isRef) throw unreadable(`${record.dtype} is no element type`);
  if (!hasValues(dtype) || dtype.baseName === "resource" || dtype.baseName === "variant") return null;
  const { dim, unknownRank } = record.tensorShape;
  const shape = dim.map(({ size }) => size);
  if (unknownRank || shape.some((size) => !Number.isSafeInteger(size) || size < 0))
    throw unreadable(`the shape [${shape.join(", ")}] is not fully defined`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (count * Math.max(dtype.size, 1) > maxBytes)
    throw unreadable(`a value of shape [${shape.join(", ")}] takes more than ${maxBytes} bytes`);
  const content = record.tensorContent ?? noBytes;
  const data =
    content.length > 0 ? ofBytes(dtype, count, content, unreadable) : ofElements(dtype, count, record, unreadable);
  return new NDArray(dtype, shape, data);
}

/** Makes the error for what cannot be read. */
type Unreadable = (why: string) => Error;

const noBytes = new Uint8Array(0);

function ofBytes(dtype: DType, count: number, bytes: Uint8Array, unreadable: Unreadable): DataArray {
  if (dtype.isString) return stringsOf(bytes, count, unreadable);
  if (bytes.length !== count * dtype.size)
    throw unreadable(`${bytes.length} bytes for ${count} elements of ${dtype.size} bytes`);
  const data = allocate(dtype, count) as Exclude<DataArray, Uint8Array[]>;
  // A copy: the file's bytes need not stand where numbers may.
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).set(bytes);
  return data;
}

/** The lengths of all strings, then the strings. */
function stringsOf(bytes: Uint8Array, count: number, unreadable: Unreadable): Uint8Array[] {
  if (count > bytes.length) throw unreadable(`${bytes.length} bytes for ${count} strings`);
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
    throw unreadable("the lengths of its strings do not fit its bytes");
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

/** @internal The elements that a record lists one by one. */
export function elementsOf(record: TensorRecord): readonly (Int64 | boolean | Uint8Array)[] | undefined {
  return record[fields[record.dtype] as ListName] as readonly (Int64 | boolean | Uint8Array)[] | undefined;
}

/** The elements one by one; the last one stands for all that are missing, and none for zeros. */
function ofElements(dtype: DType, count: number, record: TensorRecord, unreadable: Unreadable): DataArray {
  const given = elementsOf(record) ?? [];
  const width = dtype.isComplex ? 2 : 1;
  if (given.length % width !== 0) throw unreadable("a complex number without its imaginary part");
  const data = allocate(dtype, count) as unknown as (Int64 | Uint8Array)[];
  if (given.length === 0) return data as DataArray;
  const last = given.length - width;
  for (let i = 0; i < count * width; i += 1) {
    const item = given[i < given.length ? i : last + (i % width)] as Int64 | boolean | Uint8Array;
    data[i] = dtype.isBig ? BigInt(item as Int64) : typeof item === "object" ? item : Number(item);
  }
  return data as DataArray;
}
