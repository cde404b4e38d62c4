/**
 * Zip files, as far as `.npz` files are: members stored or deflated. Bytes ⇄ members; docs/decisions/0014-zip-files.md says why this is
 * not a library's.
 *
 * Upstream: PKWARE, APPNOTE.TXT 6.3.10; the larger numbers of Zip64 are read, as NumPy writes some of them for every member.
 */
import { ArgumentError, FormatError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { compressed, decompressed } from "../records/compression.ts";
import { crc32 } from "./crc32.ts";

/** A file in a zip file. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL = { signature: 0x04034b50, byteLength: 30 } as const;
const CENTRAL = { signature: 0x02014b50, byteLength: 46 } as const;
const END = { signature: 0x06054b50, byteLength: 22 } as const;
const END64 = { signature: 0x06064b50, byteLength: 56 } as const;
const LOCATOR64 = { signature: 0x07064b50, byteLength: 20 } as const;
const STORED = 0;
const DEFLATED = 8;
/** Flags of a member. */
const ENCRYPTED = 1;
const UTF8_NAME = 0x800;
/** Says that a number stands among those of Zip64. */
const ELSEWHERE_16 = 0xffff;
const ELSEWHERE_32 = 0xffff_ffff;
const ZIP64_EXTRA = 1;
/** A comment of this many bytes may follow the end. */
const MOST_COMMENT = 0xffff;
/** What deflate makes of a byte at most; claims beyond it are false. */
const MOST_GROWTH = 1032;
/** The first day that zip files know: members have no times of their own, so equal members give equal files. */
const FIRST_DAY = 0x21;

// ---- reading

/** What the directory says of a member, checked. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  /** Bytes in the file. */
  readonly stored: number;
  /** Bytes of the member. */
  readonly size: number;
  /** Where its own head begins. */
  readonly offset: number;
  /** Where the directory tells of it. */
  readonly place: number;
}

/**
 * The members of a zip file, one when it is asked for. Members that are stored are views of `bytes`.
 * @throws {FormatError} with the `offset` when the bytes are no zip file, or a member is damaged.
 */
export async function* readZip(bytes: Uint8Array): AsyncGenerator<ZipMember, void, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(bytes, view);
  for (const { entry, dataAt } of placedEntries(view, entries)) {
    const content = await contentOf(entry, bytes.subarray(dataAt, dataAt + entry.stored));
    if (crc32(content) !== entry.crc) throw fail(`the checksum of '${shortened(entry.name)}' does not fit it.`, dataAt);
    yield { name: entry.name, bytes: content };
  }
}

function fail(reason: string, offset: number): FormatError {
  return new FormatError(teach(`Not a zip file: ${reason}`, [["at", `byte ${offset}`]]), { offset });
}

function shortened(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 100)}…`;
}

function readDirectory(bytes: Uint8Array, view: DataView): Entry[] {
  const { count, size, offset, end } = findDirectory(view);
  if (offset + size > end) throw fail("its directory lies outside of it.", end);
  if (count * CENTRAL.byteLength > size) throw fail(`its directory has no room for ${count} members.`, offset);
  const entries: Entry[] = [];
  let at = offset;
  for (let i = 0; i < count; i += 1) {
    const room = offset + size - at;
    if (room < CENTRAL.byteLength || view.getUint32(at, true) !== CENTRAL.signature)
      throw fail("its directory does not name a member where it should.", at);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    const length = CENTRAL.byteLength + nameLength + extraLength + commentLength;
    if (length > room) throw fail("what its directory says of a member is cut.", at);
    entries.push(readEntry(bytes, view, at, nameLength, extraLength));
    at += length;
  }
  return entries;
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  /** Where the record begins that tells of the directory. */
  readonly end: number;
}

/** The record at the end of the file tells of the directory; a comment may follow it. */
function findDirectory(view: DataView): Directory {
  const last = view.byteLength - END.byteLength;
  for (let at = last; at >= Math.max(0, last - MOST_COMMENT); at -= 1) {
    if (view.getUint32(at, true) !== END.signature) continue;
    if (at + END.byteLength + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const count = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    const isElsewhere = count === ELSEWHERE_16 || size === ELSEWHERE_32 || offset === ELSEWHERE_32;
    return (isElsewhere && findDirectory64(view, at)) || { count, size, offset, end: at };
  }
  throw fail("it has no directory at its end.", view.byteLength);
}

function findDirectory64(view: DataView, end: number): Directory | undefined {
  const locator = end - LOCATOR64.byteLength;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR64.signature) return undefined;
  const at = safeAt(view, locator + 8);
  if (at + END64.byteLength > locator || view.getUint32(at, true) !== END64.signature)
    throw fail("its Zip64 directory is not where it should be.", locator);
  return { count: safeAt(view, at + 32), size: safeAt(view, at + 40), offset: safeAt(view, at + 48), end: at };
}

/** A 64-bit number that must be safe. */
function safeAt(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw fail(`${value} is no place in a file.`, at);
  return Number(value);
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, nameLength: number, extraLength: number): Entry {
  const flags = view.getUint16(at + 8, true);
  const nameAt = at + CENTRAL.byteLength;
  const name = textOf(bytes.subarray(nameAt, nameAt + nameLength), at);
  if (flags & ENCRYPTED) throw fail(`'${shortened(name)}' is encrypted.`, at);
  const numbers = [24, 20, 42].map((place) => view.getUint32(at + place, true)) as [number, number, number];
  const [size, stored, offset] = withZip64(view, numbers, nameAt + nameLength, extraLength);
  const [method, crc] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
  return { name, method, crc, stored, size, offset, place: at };
}

function textOf(bytes: Uint8Array, offset: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw fail("the name of a member is not UTF-8.", offset);
  }
}

/** Size, stored size and offset; those that are elsewhere follow each other in the extra field of Zip64. */
function withZip64(
  view: DataView,
  numbers: readonly [number, number, number],
  extraAt: number,
  extraLength: number,
): [number, number, number] {
  const end = extraAt + extraLength;
  for (let at = extraAt; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== ZIP64_EXTRA) continue;
    let next = at + 4;
    return numbers.map((number) => {
      if (number !== ELSEWHERE_32 || next + 8 > end) return number;
      next += 8;
      return safeAt(view, next - 8);
    }) as [number, number, number];
  }
  return [...numbers];
}

/** Where the bytes of each member begin. No two members may share bytes: few of them could stand for very many. */
function placedEntries(view: DataView, entries: readonly Entry[]): { entry: Entry; dataAt: number }[] {
  const placed = entries.map((entry) => {
    const { offset, stored, size, method, name, place } = entry;
    if (offset + LOCAL.byteLength > view.byteLength || view.getUint32(offset, true) !== LOCAL.signature)
      throw fail(`'${shortened(name)}' is not where its directory says.`, place);
    const lengths = view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    const dataAt = offset + LOCAL.byteLength + lengths;
    if (dataAt + stored > view.byteLength) throw fail(`'${shortened(name)}' ends after the file.`, place);
    const isPossible = method === STORED ? size === stored : size <= stored * MOST_GROWTH;
    if (!isPossible) throw fail(`'${shortened(name)}' cannot have ${size} bytes of the ${stored} in the file.`, place);
    return { entry, dataAt };
  });
  let end = 0;
  for (const { entry, dataAt } of placed.toSorted((a, b) => a.entry.offset - b.entry.offset)) {
    if (entry.offset < end) throw fail(`'${shortened(entry.name)}' shares bytes with another member.`, entry.place);
    end = dataAt + entry.stored;
  }
  return placed;
}

async function contentOf({ name, method, size, place }: Entry, stored: Uint8Array): Promise<Uint8Array> {
  if (method === STORED) return stored;
  if (method !== DEFLATED) throw fail(`'${shortened(name)}' is compressed by method ${method}, not by deflate.`, place);
  const content = new Uint8Array(size);
  let at = 0;
  for await (const piece of decompressed(stored, "DEFLATE")) {
    if (at + piece.length > size) throw fail(`'${shortened(name)}' has more than its ${size} bytes.`, place);
    content.set(piece, at);
    at += piece.length;
  }
  if (at < size) throw fail(`'${shortened(name)}' has ${at} of its ${size} bytes.`, place);
  return content;
}

// ---- writing

/** How members are written. */
export interface WriteZipOptions {
  /** Whether members are deflated. */
  readonly isCompressed: boolean;
}

interface Written {
  readonly name: Uint8Array;
  readonly stored: Uint8Array;
  readonly size: number;
  readonly crc: number;
}

/**
 * A zip file. Equal members give equal bytes, as far as the platform deflates alike.
 * @throws {ArgumentError} for more than Zip without Zip64 holds: 65,534 members, 4 GiB.
 */
export async function writeZip(
  members: readonly ZipMember[],
  { isCompressed }: WriteZipOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const all = await Promise.all(members.map((member) => writtenMember(member, isCompressed)));
  const heads = all.map(({ name }) => LOCAL.byteLength + CENTRAL.byteLength + 2 * name.length);
  const byteLength = all.reduce<number>((sum, { stored }, i) => sum + stored.length + (heads[i] ?? 0), END.byteLength);
  if (byteLength >= ELSEWHERE_32 || all.length >= ELSEWHERE_16) {
    const first = `A zip file of ${all.length} members and ${byteLength} bytes is larger than such files can be.`;
    throw new ArgumentError(`${first}\n  encodeSafetensors and checkpoints have no such limits`, { byteLength });
  }
  return assembled(all, isCompressed ? DEFLATED : STORED, new Uint8Array(byteLength));
}

async function writtenMember({ name, bytes }: ZipMember, isCompressed: boolean): Promise<Written> {
  const stored = isCompressed ? await joined(compressed(bytes, "DEFLATE")) : bytes;
  return { name: encodeUtf8(name), stored, size: bytes.length, crc: crc32(bytes) };
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of all) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function assembled(
  members: readonly Written[],
  method: number,
  file: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(file.buffer);
  let at = 0;
  const offsets = members.map((member) => {
    const offset = at;
    view.setUint32(at, LOCAL.signature, true);
    writeFacts(view, at + 4, member, method);
    file.set(member.name, at + LOCAL.byteLength);
    file.set(member.stored, at + LOCAL.byteLength + member.name.length);
    at += LOCAL.byteLength + member.name.length + member.stored.length;
    return offset;
  });
  const directoryAt = at;
  for (const [i, member] of members.entries()) {
    view.setUint32(at, CENTRAL.signature, true);
    view.setUint16(at + 4, 20, true);
    writeFacts(view, at + 6, member, method);
    view.setUint32(at + 42, offsets[i] as number, true);
    file.set(member.name, at + CENTRAL.byteLength);
    at += CENTRAL.byteLength + member.name.length;
  }
  view.setUint32(at, END.signature, true);
  view.setUint16(at + 8, members.length, true);
  view.setUint16(at + 10, members.length, true);
  view.setUint32(at + 12, at - directoryAt, true);
  view.setUint32(at + 16, directoryAt, true);
  return file;
}

/** What a member's own head and the directory both say: version, flags, method, time, checksum, sizes, length of the name. */
function writeFacts(view: DataView, at: number, { name, stored, size, crc }: Written, method: number): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, UTF8_NAME, true);
  view.setUint16(at + 4, method, true);
  view.setUint16(at + 8, FIRST_DAY, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, stored.length, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}
