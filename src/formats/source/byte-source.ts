/**
 * Where bytes are read from and written to, as far as the formats care: memory, a file, a server. Which of these is theirs to say.
 * Files of Node are in `files/node.ts`.
 */
import { ArgumentError, FormatError, NotFoundError } from "../../base/errors.ts";
import { teach } from "../../base/text.ts";
import { type Stepwise, settled } from "./stepwise.ts";

/** Bytes that can be read in any order. */
export interface ByteSource {
  /** What errors call it; mostly a path. */
  readonly name: string;
  readonly byteLength: number;
  /** Fills `into` with the bytes from `offset` on, at once or by the time that the promise settles. Only asked for bytes that there are. */
  read(offset: number, into: Uint8Array): void | PromiseLike<void>;
  /** The most bytes that are worth asking for at a time. Default: no limit; each question may cost a round trip. */
  readonly pieceBytes?: number;
  /** Lets go of what it holds. */
  close?(): void | PromiseLike<void>;
}

/** Takes bytes one after the other. */
export interface ByteSink {
  /** Appends bytes. They may change once this returns, or once the promise settles. */
  write(bytes: Uint8Array): void | PromiseLike<void>;
  /** Ends the file. */
  close?(): void | PromiseLike<void>;
}

/** Finds files by their names. */
export interface FileSource {
  /**
   * Opens a file.
   * @throws {NotFoundError} when there is none of this name.
   */
  open(name: string): ByteSource | PromiseLike<ByteSource>;
}

/** What is used of a browser's `Blob` or `File`. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): PromiseLike<ArrayBuffer> };
}

/** A source over bytes in memory; they are not copied. */
export function sourceOfBytes(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    byteLength: bytes.byteLength,
    read: (offset, into) => into.set(bytes.subarray(offset, offset + into.byteLength)),
  };
}

/** A source over a browser's `Blob` or `File`. Only what is asked for is read. */
export function sourceOfBlob(name: string, blob: BlobLike): ByteSource {
  return {
    name,
    byteLength: blob.size,
    read: async (offset, into) => {
      into.set(new Uint8Array(await blob.slice(offset, offset + into.byteLength).arrayBuffer()));
    },
  };
}

/**
 * Files in memory, by their names: bytes, or blobs that a person chose in a browser.
 *
 * @example
 * const { index, data } = encodeCheckpoint([["w", ndarray([1, 2])]]);
 * const files = memoryFiles({ "m.index": index, "m.data-00000-of-00001": data });
 * const reader = openCheckpointSync("m", { files });
 * reader.getTensorSync("w").toArray(); // [1, 2]
 */
export function memoryFiles(files: Readonly<Record<string, Uint8Array | BlobLike>>): FileSource {
  return {
    open(name) {
      const file = Object.hasOwn(files, name) ? files[name] : undefined;
      if (file === undefined) throw noSuchFile(name);
      return file instanceof Uint8Array ? sourceOfBytes(name, file) : sourceOfBlob(name, file);
    },
  };
}

/** The error for a file that is not there. */
export function noSuchFile(name: string): NotFoundError {
  return new NotFoundError(`${name}; No such file or directory`, { file: name });
}

/** Opens a file, waiting where its owner has to look for it. */
export function* openFile(files: FileSource, name: string): Stepwise<ByteSource> {
  const found = files.open(name);
  if (!("then" in found)) return found;
  let source: ByteSource | undefined;
  yield found.then((opened) => {
    source = opened;
  });
  if (source === undefined) throw new ArgumentError(`The files' owner gave nothing for '${name}'.`, { name });
  return source;
}

/** Opens a file; undefined when there is none. */
export function* openFileIfAny(files: FileSource, name: string): Stepwise<ByteSource | undefined> {
  try {
    return yield* openFile(files, name);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Lets go of a file. */
export function* closeFile(file: ByteSource | ByteSink): Stepwise<void> {
  yield* settled(file.close?.());
}

/** Where something is in files, for errors. */
export interface Place {
  readonly file?: string;
  /** In the file, in bytes. */
  readonly offset?: number;
  /** The tensor that it belongs to. */
  readonly tensor?: string;
}

/** The error for bytes that are not what they should be. */
export function damaged(first: string, place: Place, found?: string): FormatError {
  return new FormatError(teach(first, placeRows(place, found)), placeFields(place));
}

/** The lines of a message that say where. */
export function placeRows(place: Place, found?: string): (readonly [label: string, text: string | undefined])[] {
  return [
    ["found", found],
    ["tensor", place.tensor === undefined ? undefined : `'${shortened(place.tensor)}'`],
    ["file", place.file],
    ["at", place.offset === undefined ? undefined : `byte ${place.offset}`],
  ];
}

/** The same for programs. */
export function placeFields({ file, offset, tensor }: Place): Record<string, unknown> {
  return {
    ...(file !== undefined && { file }),
    ...(offset !== undefined && { offset }),
    ...(tensor !== undefined && { tensorName: tensor }),
  };
}

/** Does what reads damaged bytes, perhaps, and says in which file they are. */
export function inPlace<T>(first: string, place: Place, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof FormatError ? damaged(first, place, error.message) : error;
  }
}

/** A file decides how long its texts are; messages stay readable. */
export function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

/** A sink that keeps what it takes. */
export interface MemorySink extends ByteSink {
  /** All bytes so far, copied. */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** A sink in memory. */
export function memorySink(): MemorySink {
  let buffer = new Uint8Array(2 ** 12);
  let length = 0;
  return {
    write(bytes) {
      if (length + bytes.length > buffer.length) {
        const wider = newBuffer(Math.max(length + bytes.length, 2 * buffer.length));
        wider.set(buffer.subarray(0, length));
        buffer = wider;
      }
      buffer.set(bytes, length);
      length += bytes.length;
    },
    bytes: () => buffer.slice(0, length),
  };
}

function newBuffer(byteLength: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(byteLength);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ArgumentError(`A file of ${byteLength} bytes does not fit into memory.`, { byteLength });
  }
}
