/**
 * Values on the host: a typed array with a shape. Not symbolic: a tensor of a graph is `graph/tensor.ts`.
 */

import { ArgumentError, ArgumentTypeError, ShapeError } from "../base/errors.ts";
import { pythonFloat, pythonText, pythonTypeName } from "../base/text.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import {
  allocate,
  asDType,
  bool,
  type DataArray,
  type DType,
  type DTypeLike,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  string,
  uint8,
  uint16,
  uint32,
  uint64,
} from "./dtype.ts";
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from "./half.ts";
import { ndarrayText } from "./ndarray-text.ts";

/** One element as plain JavaScript. Complex elements are `[re, im]`. */
export type Element = number | bigint | boolean | string | readonly [number, number];

/** Elements in nested lists, as `toArray()` gives them. */
export type NestedArray = Element | NestedArray[];

type TypedArray = Exclude<DataArray, Uint8Array[]>;

/** Plain JavaScript that can become a value: an element, nested lists of them, a typed array, an `NDArray`. */
export type Literal = number | bigint | boolean | string | NDArray | TypedArray | readonly Literal[];

/** A value on the host. `data` is in row-major order; who holds the array may write into it. */
export class NDArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: DataArray;
  readonly #pythonNumbers: Float64Array | null;

  constructor(dtype: DType, shape: readonly number[], data: DataArray, pythonNumbers: Float64Array | null = null) {
    this.#pythonNumbers = pythonNumbers;
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /** Whether the elements are Python numbers: they take any dtype they fit, and refuse others. Values proper convert freely, as in NumPy. */
  get isPythonLiteral(): boolean {
    return this.#pythonNumbers !== null;
  }
  /** @internal What Python calls the type of such a value. */
  get pythonType(): string {
    if (this.#pythonNumbers === null) return "ndarray";
    if (this.rank > 0) return "list";
    return this.dtype.isInteger ? "int" : "float";
  }
  /** @internal The elements of a Python literal with all their digits, which `data` need not have. */
  get pythonNumbers(): Float64Array | null {
    return this.#pythonNumbers;
  }

  /** The number of elements. */
  get size(): number {
    let n = 1;
    for (const d of this.shape) n *= d;
    return n;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The element at a position in row-major order. */
  at(index: number): Element {
    return readElement(this.dtype, this.data, index);
  }

  /**
   * The only element.
   * @throws {ArgumentError} when there is not exactly one.
   */
  item(): Element {
    if (this.size !== 1) {
      throw new ArgumentError(
        `can only convert an array of size 1 to a Python scalar\n  this one has shape [${this.shape.join(", ")}]; toArray() gives all elements`,
        { shape: this.shape },
      );
    }
    return this.at(0);
  }

  /** All elements in nested lists; a scalar gives the element itself. */
  toArray(): NestedArray {
    const strides: number[] = this.shape.map(() => 1);
    for (let i = this.shape.length - 1, n = 1; i >= 0; n *= this.shape[i] ?? 1, i -= 1) strides[i] = n;
    const build = (axis: number, offset: number): NestedArray => {
      if (axis === this.shape.length) return this.at(offset);
      const stride = strides[axis] ?? 1;
      return Array.from({ length: this.shape[axis] ?? 0 }, (_, i) => build(axis + 1, offset + i * stride));
    };
    return build(0, 0);
  }

  /** As NumPy prints it. */
  toString(): string {
    return ndarrayText(this);
  }

  /** The same elements under another shape, sharing `data`. */
  reshape(shape: readonly number[]): NDArray {
    return new NDArray(this.dtype, shape, this.data);
  }

  /** A copy that shares nothing. */
  copy(): NDArray {
    const data = this.dtype.isString
      ? (this.data as Uint8Array[]).map((s) => s.slice())
      : (this.data as TypedArray).slice();
    return new NDArray(this.dtype, [...this.shape], data);
  }

  /** Same dtype, shape and elements; not-a-number equals itself, `-0` equals `0`. */
  equals(other: NDArray): boolean {
    if (this.dtype !== other.dtype || this.shape.length !== other.shape.length) return false;
    if (this.shape.some((d, i) => d !== other.shape[i])) return false;
    for (let i = 0, n = this.size; i < n; i += 1) {
      const a = this.at(i);
      const b = other.at(i);
      const same =
        Array.isArray(a) && Array.isArray(b) ? a[0] === b[0] && a[1] === b[1] : a === b || (a !== a && b !== b);
      if (!same) return false;
    }
    return true;
  }
}

/** The element at `index` as plain JavaScript. */
export function readElement(dtype: DType, data: DataArray, index: number): Element {
  if (dtype.isString) return decodeUtf8((data as Uint8Array[])[index]);
  const array = data as TypedArray;
  if (dtype.isComplex) return [Number(array[2 * index]), Number(array[2 * index + 1])];
  const raw = array[index] as number | bigint;
  if (dtype.isBool) return raw !== 0;
  if (dtype.baseName === "float16") return fromFloat16(raw as number);
  if (dtype.baseName === "bfloat16") return fromBfloat16(raw as number);
  return raw;
}

/** Stores `value`, converted as NumPy's `astype` does. */
export function writeElement(dtype: DType, data: DataArray, index: number, value: Element): void {
  if (dtype.isString) {
    (data as Uint8Array[])[index] = encodeUtf8(String(value));
  } else if (dtype.isComplex) {
    const [re, im] = Array.isArray(value) ? (value as readonly [number, number]) : [Number(value), 0];
    (data as Float64Array)[2 * index] = re;
    (data as Float64Array)[2 * index + 1] = im;
  } else if (dtype.isBig) {
    (data as BigInt64Array)[index] = typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value)) || 0);
  } else {
    const n = Array.isArray(value) ? (value[0] as number) : Number(value);
    const stored = dtype.isBool
      ? Number(n !== 0)
      : dtype.baseName === "float16"
        ? toFloat16(n)
        : dtype.baseName === "bfloat16"
          ? toBfloat16(n)
          : n;
    (data as Float64Array)[index] = stored;
  }
}

/**
 * A value of a literal: number → float32, bigint → int64, boolean → bool, string → string, typed arrays by their kind;
 * nested lists must be rectangular. With `dtype`, elements are converted.
 *
 * Copies: the result shares nothing with `value`, except that an `NDArray` that already fits is returned as it is.
 *
 * @throws {ArgumentTypeError} for what cannot become a value, and for a fraction where an integer is wanted.
 * @throws {ShapeError} for ragged lists and for a `shape` of another element count.
 * @example
 * ndarray([[1, 2], [3, 4]], "int32").toString(); // "[[1 2]\n [3 4]]"
 */
export function ndarray(value: Literal, dtype?: DTypeLike, shape?: readonly number[]): NDArray {
  const wanted = dtype === undefined ? undefined : asDType(dtype).baseDtype;
  const made =
    value instanceof NDArray
      ? castLiteral(value, wanted)
      : ArrayBuffer.isView(value)
        ? fromTypedArray(value, wanted)
        : fromNested(value, wanted);
  if (shape === undefined) return made;
  const count = shape.reduce((a, b) => a * b, 1);
  if (count !== made.size) {
    throw new ShapeError(`cannot reshape array of size ${made.size} into shape (${shape.join(",")})`, {
      size: made.size,
      shape,
    });
  }
  return made.reshape([...shape]);
}

/**
 * Python's numbers: `int` is int32 unless something asks for another number type, `float` is float32 and refuses integer types.
 * @example
 * constant(pythonLiteral(3, "int")).dtype.name; // "int32"
 */
export function pythonLiteral(value: number | readonly Literal[], kind: "int" | "float"): NDArray {
  const made = ndarray(value, float64);
  const numbers = made.data as Float64Array;
  return kind === "int"
    ? new NDArray(int32, made.shape, Int32Array.from(numbers), numbers)
    : new NDArray(float32, made.shape, Float32Array.from(numbers), numbers);
}

function castLiteral(value: NDArray, wanted: DType | undefined): NDArray {
  if (wanted === undefined || wanted === value.dtype) return value;
  if (wanted.isString !== value.dtype.isString) throw conversionError(value, wanted);
  if (value.isPythonLiteral) checkPythonNumber(value, wanted);
  const data = allocate(wanted, value.size);
  const exact = value.pythonNumbers;
  for (let i = 0, n = value.size; i < n; i += 1) writeElement(wanted, data, i, exact?.[i] ?? value.at(i));
  return new NDArray(wanted, value.shape, data);
}

/** Python's numbers become other numbers only, and a float no integer. */
function checkPythonNumber(value: NDArray, wanted: DType): void {
  if (wanted.isFloating || wanted.isComplex || (wanted.isInteger && value.dtype.isInteger)) return;
  if (value.rank > 0) throw conversionError(value.toArray(), wanted);
  const [number = 0] = value.pythonNumbers ?? [];
  const text = value.pythonType === "float" ? pythonFloat(number) : number;
  throw new ArgumentTypeError(`Expected ${wanted.name}, but got ${text} of type '${value.pythonType}'.`, {
    value,
    dtype: wanted,
  });
}

const kinds: ReadonlyArray<readonly [new (n: number) => TypedArray, DType]> = [
  [Float32Array, float32],
  [Float64Array, float64],
  [Int32Array, int32],
  [BigInt64Array, int64],
  [Uint8Array, uint8],
  [Int8Array, int8],
  [Int16Array, int16],
  [Uint16Array, uint16],
  [Uint32Array, uint32],
  [BigUint64Array, uint64],
];

function fromTypedArray(value: ArrayBufferView, wanted: DType | undefined): NDArray {
  const kind = value instanceof Uint8ClampedArray ? uint8 : kinds.find(([type]) => value instanceof type)?.[1];
  if (kind === undefined) throw new ArgumentTypeError(`A ${value.constructor.name} cannot become a value.`, { value });
  const array = value as TypedArray;
  if (wanted?.isBool && kind === uint8) return new NDArray(bool, [array.length], (array as Uint8Array).slice());
  return castLiteral(new NDArray(kind, [array.length], array.slice()), wanted);
}

function fromNested(value: Literal, wanted: DType | undefined): NDArray {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const leaves: Element[] = [];
  collect(value, shape, 0, leaves, value, wanted);
  const dtype = wanted ?? naturalDType(leaves);
  const data = allocate(dtype, leaves.length);
  for (const [i, leaf] of leaves.entries()) {
    checkLeaf(leaf, dtype);
    writeElement(dtype, data, i, leaf);
  }
  return new NDArray(dtype, shape, data);
}

function collect(
  value: unknown,
  shape: readonly number[],
  axis: number,
  leaves: Element[],
  whole: unknown,
  wanted: DType | undefined,
): void {
  if (axis < shape.length) {
    if (!Array.isArray(value) || value.length !== shape[axis]) throw raggedError(whole, shape);
    for (const item of value) collect(item, shape, axis + 1, leaves, whole, wanted);
    return;
  }
  if (value instanceof NDArray && value.rank === 0) leaves.push(value.at(0));
  else if (["number", "bigint", "boolean", "string"].includes(typeof value)) leaves.push(value as Element);
  else if (Array.isArray(value)) throw raggedError(whole, shape);
  else
    throw wanted === undefined || value === whole ? conversionError(whole, undefined) : conversionError(value, wanted);
}

/** The dtype of mixed leaves: strings and booleans stand alone, any fraction or number makes float32, bigints alone int64. */
function naturalDType(leaves: readonly Element[]): DType {
  let found: DType | undefined;
  for (const leaf of leaves) {
    const one =
      typeof leaf === "string" ? string : typeof leaf === "boolean" ? bool : typeof leaf === "bigint" ? int64 : float32;
    if (found === undefined || found === one) found = one;
    else if ((found === int64 && one === float32) || (found === float32 && one === int64)) found = float32;
    else throw conversionError(leaves, undefined);
  }
  return found ?? float32;
}

function checkLeaf(leaf: Element, dtype: DType): void {
  const type = typeof leaf;
  const isNumber = type === "number" || type === "bigint";
  const fits = dtype.isString ? type === "string" : dtype.isBool ? type === "boolean" : isNumber;
  if (!fits) throw conversionError(leaf, dtype);
  if (dtype.isInteger && type === "number" && !Number.isInteger(leaf)) {
    throw new ArgumentTypeError(`Expected ${dtype.name}, but got ${pythonText(leaf)} of type 'float'.`, {
      value: leaf,
      dtype,
    });
  }
}

function raggedError(value: unknown, shape: readonly number[]): ShapeError {
  return new ShapeError(
    `Can't convert non-rectangular Python sequence to Tensor.\n  the first items give shape [${shape.join(", ")}]; some other item has another length`,
    { value },
  );
}

function conversionError(value: unknown, dtype: DType | undefined): ArgumentTypeError {
  if ((value === null || value === undefined) && dtype === undefined)
    return new ArgumentTypeError("None values not supported.", { value });
  const first =
    dtype === undefined
      ? `Failed to convert elements of ${pythonText(value)} to Tensor. Consider casting elements to a supported type. See https://www.tensorflow.org/api_docs/python/tf/dtypes for supported TF dtypes.`
      : `Expected ${dtype.name}, but got ${pythonText(value)} of type '${pythonTypeName(value)}'.`;
  return new ArgumentTypeError(first, { value, dtype });
}
