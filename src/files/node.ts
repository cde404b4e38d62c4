/**
 * Node's files, as sources and sinks of bytes. They answer at once. Not what is in them.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { ArgumentError, FormatError, NamesakeError, PermissionDeniedError, UnknownError } from "../base/errors.ts";
import { type ByteSink, type ByteSource, type FileSource, noSuchFile } from "../formats/source/byte-source.ts";

/** Bytes that are worth reading at a time: while they are looked at, they are still in the processor's caches. */
const PIECE_BYTES = 2 ** 20;

/** The files of the platform. */
export function platformFiles(): FileSource {
  return nodeFiles;
}

/** Files by their paths, which count from the process's folder. */
export const nodeFiles: FileSource = {
  open: (path) => new NodeFile(path),
};

/** A file that is open for reading. */
class NodeFile implements ByteSource {
  readonly name: string;
  readonly byteLength: number;
  readonly pieceBytes = PIECE_BYTES;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.name = path;
    const descriptor = open(path, "r");
    const status = fstatSync(descriptor);
    if (!status.isFile()) {
      closeSync(descriptor);
      throw noSuchFile(path);
    }
    this.#descriptor = descriptor;
    this.byteLength = status.size;
  }

  read(offset: number, into: Uint8Array): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined)
      throw new ArgumentError(`The file '${this.name}' is closed.`, { fileName: this.name });
    // The system may give less than was asked for: at most 2 GiB at a time, and none after a cut.
    for (let done = 0; done < into.byteLength; ) {
      const length = Math.min(into.byteLength - done, 2 ** 30);
      const count = inFile(this.name, () => readSync(descriptor, into, done, length, offset + done));
      if (count === 0)
        throw new FormatError(`Read less bytes than requested\n  file  ${this.name}`, { fileName: this.name });
      done += count;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/**
 * Makes a file, or empties the one that is there, to be written from its start.
 * @throws {NotFoundError} when its folder does not exist.
 */
export function createNodeFile(path: string): ByteSink {
  const descriptor = open(path, "w");
  return {
    write(bytes) {
      for (let done = 0; done < bytes.byteLength; ) {
        const length = Math.min(bytes.byteLength - done, 2 ** 30);
        done += inFile(path, () => writeSync(descriptor, bytes, done, length));
      }
    },
    close: () => closeSync(descriptor),
  };
}

function open(path: string, mode: "r" | "w"): number {
  return inFile(path, () => openSync(path, mode));
}

/** Does what may fail in the system, whose errors become the library's. */
function inFile<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw fileError(path, error as NodeJS.ErrnoException);
  }
}

function fileError(path: string, { code, message }: NodeJS.ErrnoException): NamesakeError {
  if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return noSuchFile(path);
  const fields = { fileName: path, systemCode: code };
  if (code === "EACCES" || code === "EPERM") return new PermissionDeniedError(`${path}; Permission denied`, fields);
  return new UnknownError(`${path}; ${message}`, fields);
}
