/**
 * The files of the platform: Node's, where there is Node. They answer at once. Not what is in them.
 *
 * Node's module is asked for when a file is, by `process.getBuiltinModule`, and not imported: the same code runs in browsers, and a bundle
 * for them mentions nothing of Node.
 */
import {
  ArgumentError,
  FormatError,
  type NamesakeError,
  PermissionDeniedError,
  UnknownError,
  UnsupportedFeatureError,
} from "../base/errors.ts";
import { type ByteSink, type ByteSource, type FileSource, noSuchFile } from "../formats/source/byte-source.ts";

/** What is used of `node:fs`. Declared here: the portable sources see no platform's types. */
interface FileSystem {
  openSync(path: string, flags: "r" | "w"): number;
  closeSync(descriptor: number): void;
  fstatSync(descriptor: number): { readonly size: number; isFile(): boolean };
  readSync(descriptor: number, into: Uint8Array, offset: number, length: number, position: number): number;
  writeSync(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
}

/** What is used of Node's `process`. */
interface NodeProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
}

/** Bytes that are worth reading at a time: while they are looked at, they are still in the processor's caches. */
const PIECE_BYTES = 2 ** 20;
/** The system reads and writes no 2 GiB at a time. */
const MOST_BYTES = 2 ** 30;

function fileSystem(): FileSystem {
  const { process } = globalThis as { readonly process?: NodeProcess };
  const found = process?.getBuiltinModule?.("node:fs");
  if (found !== undefined) return found as FileSystem;
  throw new UnsupportedFeatureError(
    'There are no files here that a path tells of.\n  to fix  pass them: { files: memoryFiles({ "m.index": bytes, … }) }',
  );
}

/** Files by their paths, which count from the process's folder. */
export const platformFiles: FileSource = {
  open: (path) => new PlatformFile(path),
};

/** A file that is open for reading. */
class PlatformFile implements ByteSource {
  readonly name: string;
  readonly byteLength: number;
  readonly pieceBytes = PIECE_BYTES;
  readonly #system = fileSystem();
  #descriptor: number | undefined;

  constructor(path: string) {
    this.name = path;
    const descriptor = inFile(path, () => this.#system.openSync(path, "r"));
    const status = this.#system.fstatSync(descriptor);
    if (!status.isFile()) {
      this.#system.closeSync(descriptor);
      throw noSuchFile(path);
    }
    this.#descriptor = descriptor;
    this.byteLength = status.size;
  }

  read(offset: number, into: Uint8Array): void {
    const { name: file } = this;
    const descriptor = this.#descriptor;
    if (descriptor === undefined) throw new ArgumentError(`The file '${file}' is closed.`, { file });
    // The system may give less than was asked for, and gives nothing where the file was cut meanwhile.
    for (let done = 0; done < into.byteLength; ) {
      const length = Math.min(into.byteLength - done, MOST_BYTES);
      const count = inFile(file, () => this.#system.readSync(descriptor, into, done, length, offset + done));
      if (count === 0) throw new FormatError(`Read less bytes than requested\n  file  ${file}`, { file });
      done += count;
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) this.#system.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/**
 * Makes a file in Node, or empties the one that is there, to be written from its start. Close it.
 *
 * @throws {NotFoundError} when its folder does not exist.
 * @throws {UnsupportedFeatureError} where there are no files.
 */
export function createFile(path: string): ByteSink {
  const system = fileSystem();
  let descriptor: number | undefined = inFile(path, () => system.openSync(path, "w"));
  return {
    write(bytes) {
      const open = descriptor;
      if (open === undefined) throw new ArgumentError(`The file '${path}' is closed.`, { file: path });
      for (let done = 0; done < bytes.byteLength; ) {
        const length = Math.min(bytes.byteLength - done, MOST_BYTES);
        done += inFile(path, () => system.writeSync(open, bytes, done, length));
      }
    },
    close() {
      if (descriptor !== undefined) system.closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/** Does what may fail in the system, whose errors become the library's. */
function inFile<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw fileError(path, error as Error & { readonly code?: string });
  }
}

function fileError(path: string, { code, message }: Error & { readonly code?: string }): NamesakeError {
  if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return noSuchFile(path);
  const fields = { file: path, systemCode: code };
  if (code === "EACCES" || code === "EPERM") return new PermissionDeniedError(`${path}; Permission denied`, fields);
  return new UnknownError(`${path}; ${message}`, fields);
}
