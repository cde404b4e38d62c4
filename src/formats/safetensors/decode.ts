/**
 * Safetensors: named tensors and texts about them in one file. Bytes ⇄ values; not a file's, nor a session's: whoever has variables
 * runs a step for their values first.
 *
 * Upstream: the format's description, https://huggingface.co/docs/safetensors, and what its reference library (0.8) reads and writes:
 * eight bytes with the length of the header, the header as JSON, then the elements of each tensor, row-major and little-endian, without
 * gaps. Equal tensors give the bytes that the reference library gives.
 */
import { ArgumentError, ArgumentTypeError, FormatError } from "../base/errors.ts";
import { teach } from "../base/text.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { allocate, asDType, type DType, type DTypeName } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { namingFile } from "./naming-file.ts";
import { type Rename, renamed } from "./renaming.ts";

/** A tensor of a type that has no values here, such as `F8_E4M3`: as its bytes. */
export interface RawTensor {
  /** The type as the file calls it. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** What a file holds. */
export interface Safetensors {
  /** In the order of their elements in the file. */
  readonly tensors: ReadonlyMap<string, NDArray>;
  /** Tensors of types that have no values here. */
  readonly raw: ReadonlyMap<string, RawTensor>;
  /** Texts about the file, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Names in `tensors` that stand for a tensor of another name, with that name: both have the same value, not a copy. */
  readonly ties: Readonly<Record<string, string>>;
}

/** What else a file shall hold. */
export interface EncodeSafetensorsOptions {
  /** Texts about the file, by key. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Tensors of types that have no values here. */
  readonly raw?: Iterable<readonly [name: string, tensor: RawTensor]>;
  /** What tensors are called in the file. Default: what they are called. */
  readonly rename?: Rename | undefined;
  /**
   * What becomes of one value that has several names. `record`: it is written once, under the first, and the metadata `namesake.ties` tells
   * the others. `copy`: it is written under each. Default: `copy`, as other readers know nothing of ties.
   */
  readonly ties?: "record" | "copy" | undefined;
}

/** How files are read. */
export interface DecodeSafetensorsOptions {
  /** The longest header that is read, in bytes. Default: 100,000,000, as the reference library has it. */
  readonly maxHeaderBytes?: number;
  /** What tensors of the file are called. Default: what the file calls them. */
  readonly rename?: Rename | undefined;
  /** The name of the file that the bytes are of, for errors. */
  readonly file?: string | undefined;
}

const MAX_HEADER_BYTES = 100_000_000;
/** The bytes before the header, which hold its length. */
const PREFIX_BYTES = 8;
const METADATA = "__metadata__";
/** The metadata that tells which names stand for tensors of other names: a JSON object. */
const TIES = "namesake.ties";

/**
 * The types by the format's names, in the reference library's order: files hold the later ones first. `bits` of an element; `dtype`
 * where there are values of the type here.
 */
const rows: Readonly<Record<string, { readonly bits: number; readonly dtype?: DTypeName }>> = {
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

interface TypeRow {
  readonly name: string;
  readonly order: number;
  readonly bits: number;
  readonly dtype: DTypeName | undefined;
}

/** The row of a type; undefined for none. */
function typeNamed(name: string): TypeRow | undefined {
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  return row && { name, order: Object.keys(rows).indexOf(name), bits: row.bits, dtype: row.dtype };
}

function typeOf(dtype: DType): TypeRow | undefined {
  const name = Object.keys(rows).find((key) => rows[key]?.dtype === dtype.baseName);
  return name === undefined ? undefined : typeNamed(name);
}

/** The bytes of a tensor of so many elements; undefined when they are no whole number, or more than can be counted. */
function byteCount(shape: readonly number[], bits: number): number | undefined {
  let count = 1;
  for (const dim of shape) {
    count *= dim;
    if (count > Number.MAX_SAFE_INTEGER / 64) return undefined;
  }
  return (count * bits) % 8 === 0 ? (count * bits) / 8 : undefined;
}

// ---- writing

/** A tensor that will be written. */
interface Part {
  readonly name: string;
  /** The name's bytes, by which parts of one type are sorted. */
  readonly key: Uint8Array;
  readonly type: TypeRow;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Writes named tensors as a safetensors file. Elements are copied once, into the result.
 *
 * All dtypes but strings, complex128 and handles. The elements stand in the order of the reference library: wide types first, then by
 * name. Metadata stands in its own order.
 *
 * @throws {ArgumentTypeError} for a dtype that the format does not have, and for metadata that is no text.
 * @throws {ArgumentError} for two tensors of one name, for the name `__metadata__`, for names that are no Unicode, for a shape that is
 * not that of its elements, and for more than fits into memory.
 * @see The reference library's `safetensors.numpy.save`
 * @example
 * const w = ndarray([[1, 2], [3, 4]], "float32");
 * const bytes = encodeSafetensors([["tower/w", w]], { metadata: { step: "100" } });
 * decodeSafetensors(bytes).tensors.get("tower/w")?.toArray(); // [[1, 2], [3, 4]]
 */
export function encodeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: NDArray]>,
  options: EncodeSafetensorsOptions = {},
): Uint8Array<ArrayBuffer> {
  const all = renamed<NDArray | RawTensor>([...tensors, ...(options.raw ?? [])], options.rename);
  const ties = options.ties === "record" ? tiesOf(all) : new Map<string, string>();
  const parts = all
    .filter(([name]) => !ties.has(name))
    .map(([name, tensor]) => (tensor instanceof NDArray ? partOf(name, tensor) : rawPart(name, tensor)));
  checkNames(parts);
  parts.sort((a, b) => b.type.order - a.type.order || compareBytes(a.key, b.key));
  let end = 0;
  const entries = parts.map(({ name, type, shape, bytes }): [string, unknown] => {
    const begin = end;
    end += bytes.byteLength;
    return [name, { dtype: type.name, shape, data_offsets: [begin, end] }];
  });
  const header = headerBytes(entries, withTies(options.metadata, ties));
  const file = newFile(PREFIX_BYTES + header.byteLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  file.set(header, PREFIX_BYTES);
  let position = PREFIX_BYTES + header.byteLength;
  for (const { bytes } of parts) {
    file.set(bytes, position);
    position += bytes.byteLength;
  }
  return file;
}

/** Names of values that have a name already, with that name. */
function tiesOf(tensors: Iterable<readonly [string, NDArray | RawTensor]>): Map<string, string> {
  const firstNames = new Map<NDArray | RawTensor, string>();
  const ties = new Map<string, string>();
  for (const [name, tensor] of tensors) {
    const first = firstNames.get(tensor);
    if (first === undefined) firstNames.set(tensor, name);
    else ties.set(name, first);
  }
  return ties;
}

function withTies(
  metadata: EncodeSafetensorsOptions["metadata"],
  ties: ReadonlyMap<string, string>,
): EncodeSafetensorsOptions["metadata"] {
  if (ties.size === 0) return metadata;
  for (const name of ties.keys()) checkText(name);
  return { ...metadata, [TIES]: JSON.stringify(Object.fromEntries(ties)) };
}

function partOf(name: string, tensor: NDArray): Part {
  const type = typeOf(tensor.dtype);
  const { data } = tensor;
  if (type === undefined || Array.isArray(data)) {
    const first = `The tensor '${name}' is of type ${tensor.dtype.name}, which safetensors files do not have.`;
    const known = Object.values(rows).flatMap(({ dtype }) => dtype ?? []);
    throw new ArgumentTypeError(teach(first, [["types", known.join(", ")]]), { tensorName: name, dtype: tensor.dtype });
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return checkedPart(name, type, tensor.shape, bytes);
}

function rawPart(name: string, { dtype, shape, bytes }: RawTensor): Part {
  const type = typeNamed(dtype);
  if (type !== undefined) return checkedPart(name, type, shape, bytes);
  const first = `The tensor '${name}' is of type '${dtype}', which safetensors files do not have.`;
  throw new ArgumentTypeError(teach(first, [["types", Object.keys(rows).join(", ")]]), { tensorName: name, dtype });
}

function checkedPart(name: string, type: TypeRow, shape: readonly number[], bytes: Uint8Array): Part {
  if (!shape.every(isCount) || byteCount(shape, type.bits) !== bytes.byteLength) {
    const first = `The tensor '${name}' of type ${type.name} and shape [${shape.join(", ")}] does not have ${bytes.byteLength} bytes.`;
    throw new ArgumentError(first, { tensorName: name, shape, byteLength: bytes.byteLength });
  }
  return { name, key: encodeUtf8(name), type, shape, bytes };
}

function checkNames(parts: readonly Part[]): void {
  const seen = new Set<string>();
  for (const { name } of parts) {
    if (name === METADATA) throw new ArgumentError(`No tensor can be called '${METADATA}'.`, { tensorName: name });
    if (seen.has(name)) throw new ArgumentError(`Two tensors are called '${name}'.`, { tensorName: name });
    checkText(name);
    seen.add(name);
  }
}

/** JSON would hold half a character as an escape that no other reader takes. */
function checkText(text: string): void {
  if (/\p{Surrogate}/u.test(text))
    throw new ArgumentError(`The text ${JSON.stringify(text)} has half a character.`, { text });
}

/** The header, with spaces at its end so that the elements begin at a multiple of eight. */
function headerBytes(entries: [string, unknown][], metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const texts = Object.entries(metadata);
  for (const [key, text] of texts) {
    if (typeof text !== "string") {
      const first = `The metadata '${key}' is no text but ${typeof text}: String(…) makes one, JSON.stringify(…) of a list or record.`;
      throw new ArgumentTypeError(first, { key, value: text });
    }
    checkText(key);
    checkText(text);
  }
  // Object.fromEntries would put names that are numbers first; tensors stand in the order of their elements.
  const all = texts.length === 0 ? entries : [[METADATA, Object.fromEntries(texts)] as const, ...entries];
  const json = encodeUtf8(
    `{${all.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`,
  );
  const padded = new Uint8Array(Math.ceil(json.byteLength / PREFIX_BYTES) * PREFIX_BYTES).fill(0x20);
  padded.set(json);
  return padded;
}

function newFile(byteLength: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(byteLength);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ArgumentError(`A file of ${byteLength} bytes does not fit into memory.`, { byteLength });
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

// ---- reading

/** What the header says of a tensor, checked. Offsets count from the first element of the first tensor. */
interface Entry {
  readonly name: string;
  readonly type: TypeRow;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file. The tensors are copies: they keep nothing of `bytes`.
 *
 * Takes memory in proportion to the file, whatever its header says.
 *
 * @throws {FormatError} with the `offset` in the file, and the `tensorName` where it is about one, when the bytes are no such file: cut,
 * not JSON, an unknown type, elements that overlap, leave gaps or are not as many as the shape says.
 * @see The reference library's `safetensors.numpy.load`
 * @example
 * const bytes = encodeSafetensors([["step", ndarray(100, "int32")]], { metadata: { by: "me" } });
 * decodeSafetensors(bytes).tensors.get("step")?.item(); // 100
 * decodeSafetensors(bytes).metadata["by"]; // "me"
 */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeSafetensorsOptions = {}): Safetensors {
  const read = namingFile(options.file, () => decode(bytes, options));
  const { rename } = options;
  if (rename === undefined) return read;
  const all = renamed<NDArray | RawTensor>([...read.tensors, ...read.raw], rename);
  const isValue = (one: [string, NDArray | RawTensor]): one is [string, NDArray] => one[1] instanceof NDArray;
  const isRaw = (one: [string, NDArray | RawTensor]): one is [string, RawTensor] => !isValue(one);
  const tensors = new Map(all.filter(isValue));
  return { ...read, tensors, raw: new Map(all.filter(isRaw)), ties: Object.fromEntries(tiesOf(tensors)) };
}

function decode(bytes: Uint8Array, options: DecodeSafetensorsOptions): Safetensors {
  const dataAt = endOfHeader(bytes, options.maxHeaderBytes ?? MAX_HEADER_BYTES);
  const { entries, metadata } = readHeader(bytes.subarray(PREFIX_BYTES, dataAt));
  checkOffsets(entries, dataAt, bytes.byteLength);
  const tensors = new Map<string, NDArray>();
  const raw = new Map<string, RawTensor>();
  for (const { name, type, shape, begin, end } of entries) {
    const content = bytes.subarray(dataAt + begin, dataAt + end);
    if (type.dtype === undefined) raw.set(name, { dtype: type.name, shape, bytes: content.slice() });
    else tensors.set(name, tensorOf(name, asDType(type.dtype), shape, content, dataAt + begin));
  }
  const { [TIES]: tied, ...others } = metadata;
  if (tied === undefined) return { tensors, raw, metadata, ties: {} };
  const ties = readTies(tied, tensors, raw);
  for (const [name, other] of Object.entries(ties)) {
    const [tensor, rest] = [tensors.get(other), raw.get(other)];
    if (tensor !== undefined) tensors.set(name, tensor);
    if (rest !== undefined) raw.set(name, rest);
  }
  return { tensors, raw, metadata: others, ties };
}

/** The names that stand for other tensors; each must be of a tensor that is there, and none may have one itself. */
function readTies(
  text: string,
  tensors: ReadonlyMap<string, unknown>,
  raw: ReadonlyMap<string, unknown>,
): Record<string, string> {
  const ties: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, other] of Object.entries(parseJson(text, `the metadata '${TIES}'`))) {
    const isThere = (one: string): boolean => tensors.has(one) || raw.has(one);
    if (typeof other !== "string" || !isThere(other) || isThere(name))
      throw fail(`'${shortened(name)}' cannot stand for a tensor ${shortened(JSON.stringify(other))}.`, PREFIX_BYTES);
    ties[name] = other;
  }
  return ties;
}

function fail(reason: string, offset: number, tensorName?: string): FormatError {
  const where = [["at", `byte ${offset}`] as const, ["tensor", tensorName && `'${tensorName}'`] as const] as const;
  const fields = { offset, ...(tensorName !== undefined && { tensorName }) };
  return new FormatError(teach(`Not a safetensors file: ${reason}`, where), fields);
}

/** Where the header ends and the elements begin. */
function endOfHeader(bytes: Uint8Array, most: number): number {
  const { byteLength } = bytes;
  if (byteLength < PREFIX_BYTES)
    throw fail(`${byteLength} bytes are too few for the length of the header.`, byteLength);
  const length = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  if (length > BigInt(most)) throw fail(`its header has ${length} bytes, more than the ${most} that are read.`, 0);
  const end = PREFIX_BYTES + Number(length);
  if (end > byteLength)
    throw fail(`its header of ${length} bytes ends after the file, which has ${byteLength} bytes.`, 0);
  return end;
}

function readHeader(bytes: Uint8Array): Pick<Safetensors, "metadata"> & { readonly entries: Entry[] } {
  const header = parseHeader(bytes);
  const metadata: Record<string, string> = Object.create(null) as Record<string, string>;
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== METADATA) entries.push(readEntry(name, value));
    else {
      for (const [key, text] of Object.entries(recordOf(value, "its metadata"))) {
        if (typeof text !== "string") throw fail(`the metadata '${shortened(key)}' is no text.`, PREFIX_BYTES);
        metadata[key] = text;
      }
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return { metadata, entries };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  return parseJson(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), "its header");
}

function parseJson(text: string | (() => string), what: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(typeof text === "string" ? text : text()), what);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw fail(`${what} is no JSON: ${shortened((error as Error).message)}`, PREFIX_BYTES);
  }
}

function recordOf(value: unknown, what: string, name?: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fail(`${what} is no JSON object.`, PREFIX_BYTES, name);
}

/** A file decides how long its texts are; messages stay readable. */
function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readEntry(name: string, value: unknown): Entry {
  const shown = shortened(name);
  const { dtype, shape, data_offsets: offsets } = recordOf(value, "what the header says of the tensor", shown);
  const type = typeof dtype === "string" ? typeNamed(dtype) : undefined;
  if (type === undefined)
    throw fail(`there is no type ${shortened(JSON.stringify(dtype) ?? "at all")}.`, PREFIX_BYTES, shown);
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw fail(`its shape is ${shortened(JSON.stringify(shape) ?? "missing")}, no list of sizes.`, PREFIX_BYTES, shown);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    const text = shortened(JSON.stringify(offsets) ?? "missing");
    throw fail(`data_offsets is ${text}, not two positions.`, PREFIX_BYTES, shown);
  }
  const [begin, end] = offsets as [number, number];
  const wanted = byteCount(shape, type.bits);
  if (wanted !== end - begin) {
    const text = `${type.name} of shape [${shortened(shape.join(", "))}] does not have the ${end - begin} bytes of data_offsets.`;
    throw fail(text, PREFIX_BYTES, shown);
  }
  return { name, type, shape, begin, end };
}

/** The tensors must fill what follows the header, one after the other. */
function checkOffsets(entries: readonly Entry[], dataAt: number, fileEnd: number): void {
  let filled = 0;
  for (const { name, begin, end } of entries) {
    const shown = shortened(name);
    if (begin < filled) throw fail("its elements overlap those of another tensor.", dataAt + begin, shown);
    if (begin > filled)
      throw fail(`${begin - filled} bytes before its elements belong to no tensor.`, dataAt + filled, shown);
    if (dataAt + end > fileEnd)
      throw fail(`its elements end at byte ${dataAt + end}, and the file at byte ${fileEnd}.`, dataAt + begin, shown);
    filled = end;
  }
  const rest = fileEnd - dataAt - filled;
  if (rest > 0) throw fail(`${rest} bytes at its end belong to no tensor.`, dataAt + filled);
}

function tensorOf(name: string, dtype: DType, shape: readonly number[], content: Uint8Array, offset: number): NDArray {
  const data = allocate(
    dtype,
    shape.reduce((product, dim) => product * dim, 1),
  );
  const target = data as Exclude<typeof data, Uint8Array[]>;
  new Uint8Array(target.buffer).set(content);
  if (dtype.isBool) {
    const wrong = content.findIndex((byte) => byte > 1);
    if (wrong >= 0) throw fail(`a truth value is ${content[wrong]}, neither 0 nor 1.`, offset + wrong, shortened(name));
  }
  return new NDArray(dtype, shape, target);
}
