/**
 * NumPy's `.npy` files: one array as bytes ⇄ a value.
 *
 * Upstream: numpy/lib/_format_impl.py (NumPy 2): a magic text, the version, the length of the header, the header as a dict of Python
 * padded to a multiple of 64 bytes, then the elements. What is written equals what `numpy.save` writes.
 */
import { ArgumentError, ArgumentTypeError, FormatError } from "../../base/errors.ts";
import { pythonTuple, teach } from "../../base/text.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { allocate, asDType, type DataArray, type DType, type DTypeName, string } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";

/** How `.npy` files are read. */
export interface DecodeNpyOptions {
  /** The name of the tensor, for errors. */
  readonly tensorName?: string | undefined;
  /** The name of the file that the bytes are of, for errors. */
  readonly file?: string | undefined;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;
/** The header ends, and the elements begin, at a multiple of this. */
const ALIGNMENT = 64;
/** A header of more bytes needs version 2. */
const MOST_OF_VERSION_1 = 0xffff;
/** As NumPy has it (`max_header_size`). */
const MOST_HEADER = 10_000;

/** NumPy's codes of kind and size. `V2` is what NumPy writes for the bfloat16 of ml_dtypes. */
const codes: Readonly<Record<string, DTypeName>> = {
  b1: "bool",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
  c8: "complex64",
  c16: "complex128",
  V2: "bfloat16",
};

type Numbers = Exclude<DataArray, Uint8Array[]>;

// ---- writing

/**
 * A value as a `.npy` file. All dtypes but handles; bfloat16 as NumPy has it, as two bytes without a type (`<V2`).
 *
 * @throws {ArgumentTypeError} for handles.
 * @throws {ArgumentError} for strings that end in a zero byte: NumPy pads with these, and drops them.
 * @see NumPy `numpy.save`
 * @example
 * decodeNpy(encodeNpy(ndarray([[1, 2], [3, 4]], "int32"))).toArray(); // [[1, 2], [3, 4]]
 */
export function encodeNpy(value: NDArray): Uint8Array<ArrayBuffer> {
  const { descr, bytes } = value.dtype.isString ? stringsOf(value) : numbersOf(value);
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${pythonTuple(value.shape.map(String))}, }`;
  const prefix = text.length + ALIGNMENT > MOST_OF_VERSION_1 ? 12 : 10;
  const dataAt = Math.ceil((prefix + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(dataAt + bytes.length);
  const view = new DataView(file.buffer);
  file.set([...MAGIC, prefix === 10 ? 1 : 2, 0]);
  if (prefix === 10) view.setUint16(8, dataAt - prefix, true);
  else view.setUint32(8, dataAt - prefix, true);
  file.fill(0x20, prefix, dataAt - 1);
  file.set(encodeUtf8(text), prefix);
  file[dataAt - 1] = 0x0a;
  file.set(bytes, dataAt);
  return file;
}

interface Encoded {
  readonly descr: string;
  readonly bytes: Uint8Array;
}

function numbersOf({ dtype, data }: NDArray): Encoded {
  const [code] = Object.entries(codes).find(([, name]) => name === dtype.baseName) ?? [];
  if (code === undefined || Array.isArray(data)) {
    const first = `A value of type ${dtype.name} cannot be written as a .npy file.`;
    throw new ArgumentTypeError(teach(first, [["types", `${Object.values(codes).join(", ")}, string`]]), { dtype });
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { descr: `${dtype.size === 1 ? "|" : "<"}${code}`, bytes };
}

/** Strings all have the length of the longest; of none and of empty ones it is 1, as in NumPy. */
function stringsOf({ data }: NDArray): Encoded {
  const texts = data as Uint8Array[];
  const size = texts.reduce((most, { length }) => Math.max(most, length), 1);
  const bytes = new Uint8Array(size * texts.length);
  for (const [i, text] of texts.entries()) {
    if (text.at(-1) === 0)
      throw new ArgumentError(`String ${i} ends in a zero byte, which .npy files cannot hold.`, { index: i });
    bytes.set(text, i * size);
  }
  return { descr: `|S${size}`, bytes };
}

// ---- reading

/**
 * The value of a `.npy` file; it keeps nothing of `bytes`. Bytes and texts (`S`, `U`) become strings; arrays in Fortran's order and of the
 * other byte order are turned around.
 *
 * @throws {FormatError} with the `offset` when the bytes are no such file, or of a type that has no values here: pickled objects, times,
 * records with named fields.
 * @see NumPy `numpy.load`
 * @example
 * decodeNpy(encodeNpy(ndarray(["a", "bc"]))).toArray(); // ["a", "bc"]
 */
export function decodeNpy(bytes: Uint8Array, options: DecodeNpyOptions = {}): NDArray {
  const fail: Fail = (reason, offset) => {
    const { tensorName, file } = options;
    const text = teach(`Not a .npy file: ${reason}`, [
      ["at", `byte ${offset}`],
      ["tensor", tensorName && `'${tensorName}'`],
      ["file", file],
    ]);
    const fields = { offset, ...(tensorName !== undefined && { tensorName }), ...(file !== undefined && { file }) };
    return new FormatError(text, fields);
  };
  const { text, dataAt } = headerOf(bytes, fail);
  const { descr, isFortran, shape } = readHeader(text, fail);
  const count = shape.reduce((product, size) => product * size, 1);
  const content = bytes.subarray(dataAt);
  const type = elementType(descr, fail);
  if (!Number.isSafeInteger(count * type.size) || count * type.size !== content.length)
    throw fail(
      `${content.length} bytes for a shape of (${shape.join(", ")}) and elements of ${type.size} bytes.`,
      dataAt,
    );
  const data = type.dtype.isString
    ? readStrings(content, count, type, fail)
    : readNumbers(content, count, type, (at, value) =>
        fail(`a truth value is ${value}, neither 0 nor 1.`, dataAt + at),
      );
  return new NDArray(type.dtype, shape, isFortran ? rowMajor(data, shape, type.dtype) : data);
}

/** Makes an error. */
type Fail = (reason: string, offset: number) => FormatError;

function headerOf(bytes: Uint8Array, fail: Fail): { readonly text: string; readonly dataAt: number } {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) throw fail("it does not begin as one.", 0);
  const [version = 0] = bytes.subarray(6);
  if (version < 1 || version > 3) throw fail(`version ${version} is not known.`, 6);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerAt = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MOST_HEADER)
    throw fail(`its header has ${length} bytes, more than the ${MOST_HEADER} that are read.`, 8);
  if (headerAt + length > bytes.length) throw fail(`its header of ${length} bytes ends after the file.`, 8);
  // Names of fields, which are the only texts beyond ASCII, are not read.
  const text = String.fromCharCode(...bytes.subarray(headerAt, headerAt + length));
  return { text, dataAt: headerAt + length };
}

interface Header {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

/** The header is a dict of Python with three keys, in any order. */
function readHeader(text: string, fail: Fail): Header {
  let rest = text;
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest);
    rest = rest.slice(found?.[0].length ?? 0);
    return found?.[1];
  };
  const items = new Map<string, string>();
  if (take(/^\s*(\{)/) !== undefined) {
    for (let key = take(/^\s*'(\w+)'\s*:\s*/); key !== undefined; key = take(/^\s*,\s*'(\w+)'\s*:\s*/)) {
      if (rest.startsWith("[")) throw fail("its elements are records with named fields.", 10);
      items.set(key, take(/^('[^']*'|True|False|\([^()]*\))/) ?? "");
    }
  }
  const [descr = "", order, sizes = ""] = ["descr", "fortran_order", "shape"].map((key) => items.get(key));
  const isWhole = /^\s*,?\s*\}\s*$/.test(rest) && items.size === 3;
  if (!isWhole || !descr.startsWith("'") || (order !== "True" && order !== "False") || !/^\([\d\s,L]*\)$/.test(sizes))
    throw fail("its header is not a dict of 'descr', 'fortran_order' and 'shape'.", 10);
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  if (!shape.every(Number.isSafeInteger)) throw fail("its shape is too large.", 10);
  return { descr: descr.slice(1, -1), isFortran: order === "True", shape };
}

interface ElementType {
  readonly dtype: DType;
  /** Bytes of an element. */
  readonly size: number;
  /** Bytes of a number that are turned around in the other byte order. */
  readonly isBigEndian: boolean;
  /** The kind of texts. */
  readonly kind: string;
}

function elementType(descr: string, fail: Fail): ElementType {
  const [, order = "", kind = "", digits = ""] = /^([<>|=])([a-zA-Z])(\d{1,9})$/.exec(descr) ?? [];
  const isBigEndian = order === ">";
  const count = Number(digits);
  // Elements without bytes would make any number of them out of nothing.
  if ((kind === "S" || kind === "U") && count > 0)
    return { dtype: string, size: kind === "S" ? count : 4 * count, isBigEndian, kind };
  const code = `${kind}${count}`;
  const name = Object.hasOwn(codes, code) ? codes[code] : undefined;
  if (name === undefined) {
    const why =
      kind === "O" || descr.endsWith("O")
        ? "pickled objects"
        : `of the type '${descr.slice(0, 20)}', which has no values here`;
    throw fail(`its elements are ${why}.`, 10);
  }
  const dtype = asDType(name);
  return { dtype, size: dtype.size, isBigEndian, kind };
}

function readNumbers(
  content: Uint8Array,
  count: number,
  { dtype, isBigEndian }: ElementType,
  wrongTruth: (at: number, value: number) => FormatError,
): Numbers {
  const data = allocate(dtype, count) as Numbers;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  bytes.set(content);
  // Complex numbers are two numbers, each turned around by itself.
  const width = data.BYTES_PER_ELEMENT;
  if (isBigEndian && width > 1)
    for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  const wrong = dtype.isBool ? bytes.findIndex((byte) => byte > 1) : -1;
  if (wrong >= 0) throw wrongTruth(wrong, bytes[wrong] as number);
  return data;
}

function readStrings(
  content: Uint8Array,
  count: number,
  { size, kind, isBigEndian }: ElementType,
  fail: Fail,
): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const element = content.subarray(i * size, (i + 1) * size);
    if (kind === "U") return encodeUtf8(textOf(element, isBigEndian, fail));
    let end = element.length;
    while (end > 0 && element[end - 1] === 0) end -= 1;
    return element.slice(0, end);
  });
}

/** A text of characters of four bytes each. */
function textOf(element: Uint8Array, isBigEndian: boolean, fail: Fail): string {
  const view = new DataView(element.buffer, element.byteOffset, element.byteLength);
  let text = "";
  for (let at = 0; at < element.length; at += 4) {
    const point = view.getUint32(at, !isBigEndian);
    if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) throw fail(`${point} is no character.`, at);
    text += String.fromCodePoint(point);
  }
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}

/** Elements in Fortran's order, where the first index runs fastest, in ours, where the last one does. */
function rowMajor(data: DataArray, shape: readonly number[], dtype: DType): DataArray {
  const width = dtype.isComplex ? 2 : 1;
  const turned = data.slice() as unknown as unknown[];
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  for (let to = 0; to < data.length / width; to += 1) {
    const from = index.reduce((sum, place, axis) => sum + place * (strides[axis] as number), 0);
    for (let part = 0; part < width; part += 1) turned[to * width + part] = data[from * width + part];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return turned as unknown as DataArray;
}
