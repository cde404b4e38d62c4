/** Writes safetensors files: what the reference library would write for equal tensors. */
import { ArgumentError, ArgumentTypeError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { NDArray } from "../../tensor/ndarray.ts";
import { type Rename, renamed } from "../renaming.ts";
import {
  byteCount,
  isCount,
  METADATA,
  PREFIX_BYTES,
  type RawTensor,
  rows,
  TIES,
  type TypeRow,
  tiesOf,
  typeNamed,
  typeOf,
} from "./format.ts";

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
