/** Reads safetensors files, whatever their headers say. */
import { FormatError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { allocate, asDType, type DType } from "../../tensor/dtype.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import { namingFile } from "../naming-file.ts";
import { type Rename, renamed } from "../renaming.ts";
import {
  byteCount,
  isCount,
  METADATA,
  PREFIX_BYTES,
  type RawTensor,
  TIES,
  type TypeRow,
  tiesOf,
  typeNamed,
} from "./format.ts";

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
