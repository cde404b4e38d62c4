/** Values as ONNX tensors, equal ones kept once. Not how values pass between steps: the engine feeds those. */
import { type NodeProto, OnnxDataLocation, type TensorProto } from "../../formats/onnx.ts";
import { allocate, type DType, int64 } from "../../tensor/dtype.ts";
import { NDArray, writeElement } from "../../tensor/ndarray.ts";
import { TensorShape } from "../../tensor/shape.ts";
import type { OnnxValue } from "../rule.ts";
import { onnxDataType } from "./element-types.ts";

/** Constants up to this many bytes are compared by their contents; larger ones only by identity. */
const COMPARED_BYTES = 2 ** 16;

/** A constant under its name in the model. */
export interface NamedArray {
  readonly name: string;
  readonly value: NDArray;
}

/** A list of int64. */
export function integerArray(values: readonly number[]): NDArray {
  return new NDArray(int64, [values.length], BigInt64Array.from(values, BigInt));
}

/** A scalar of any numeric type. */
export function scalarArray(value: number, dtype: DType): NDArray {
  const data = allocate(dtype, 1);
  writeElement(dtype, data, 0, value);
  return new NDArray(dtype, [], data);
}

/** The elements as bytes: a view of the array's memory. */
export function bytesOf({ data }: NDArray): Uint8Array {
  return Array.isArray(data) ? new Uint8Array(0) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The value as an ONNX tensor; its elements are a view of the array's memory. */
export function tensorProto(name: string, value: NDArray): TensorProto {
  return { name, dims: [...value.shape], dataType: onnxDataType(value.dtype) ?? 0, rawData: bytesOf(value) };
}

/** As `tensorProto`, with the elements beside the model: in a file that has the value's name. */
export function externalTensorProto(name: string, value: NDArray): TensorProto {
  const { rawData, ...proto } = tensorProto(name, value);
  const place = { location: name, offset: "0", length: String(rawData?.byteLength ?? 0) };
  return {
    ...proto,
    dataLocation: OnnxDataLocation.EXTERNAL,
    externalData: Object.entries(place).map(([key, text]) => ({ key, value: text })),
  };
}

/** The constants of one model. */
export class ConstantPool {
  readonly #byArray = new Map<NDArray, OnnxValue>();
  readonly #byContents = new Map<string, OnnxValue[]>();
  readonly #values: OnnxValue[] = [];
  /** What rules ask for again and again, by its text. */
  readonly #asked = new Map<string, OnnxValue>();

  /** A list of int64. */
  integers(values: readonly number[]): OnnxValue {
    return this.#known(values.join(), () => integerArray(values));
  }

  /** A scalar of any numeric type. */
  scalar(value: number, dtype: DType): OnnxValue {
    const text = Object.is(value, -0) ? "-0" : value;
    return this.#known(`${dtype.name} ${text}`, () => scalarArray(value, dtype));
  }

  #known(text: string, make: () => NDArray): OnnxValue {
    let value = this.#asked.get(text);
    if (value === undefined) this.#asked.set(text, (value = this.add(make())));
    return value;
  }

  /** The model's value for an array. */
  add(array: NDArray): OnnxValue {
    const known = this.#byArray.get(array);
    if (known !== undefined) return known;
    const key = contentsKey(array);
    const alike = key === null ? [] : (this.#byContents.get(key) ?? []);
    let value = alike.find(({ constant }) => constant !== null && isEqual(wordsOf(constant), wordsOf(array)));
    if (value === undefined) {
      value = {
        name: `:constant:${this.#values.length}`,
        dtype: array.dtype,
        shape: new TensorShape(array.shape),
        constant: array,
      };
      this.#values.push(value);
      if (key !== null) this.#byContents.set(key, [...alike, value]);
    }
    this.#byArray.set(array, value);
    return value;
  }

  /** The constants that the nodes take. */
  usedBy(nodes: readonly NodeProto[]): readonly NamedArray[] {
    const used = new Set<string>();
    collectInputs(nodes, used);
    return this.#values.flatMap(({ name, constant }) =>
      constant !== null && used.has(name) ? [{ name, value: constant }] : [],
    );
  }
}

/** What nodes take, those of inner graphs included. */
export function collectInputs(nodes: readonly NodeProto[], used: Set<string>): void {
  for (const { input, attribute } of nodes) {
    for (const name of input) used.add(name);
    for (const { g } of attribute) if (g) collectInputs(g.node, used);
  }
}

/** What equal arrays have in common, and few others have; `null` for those that are not compared. */
function contentsKey(array: NDArray): string | null {
  if (Array.isArray(array.data) || array.data.byteLength > COMPARED_BYTES) return null;
  return `${array.dtype.name}:${array.shape.join(",")}:${hashOf(wordsOf(array))}`;
}

/** The elements as words of 32 bits where they are such, else as bytes. */
function wordsOf(array: NDArray): Uint32Array | Uint8Array {
  const bytes = bytesOf(array);
  const { buffer, byteOffset, length } = bytes;
  return byteOffset % 4 === 0 && length % 4 === 0 ? new Uint32Array(buffer, byteOffset, length / 4) : bytes;
}

/** Fowler, Noll and Vo's hash, 32 bits. */
function hashOf(words: Uint32Array | Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ (words[i] as number), 0x01000193);
  return hash;
}

function isEqual(a: Uint32Array | Uint8Array, b: Uint32Array | Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
