/** Errors of readers that know bytes alone, with the name of the file that the bytes are of. */
import { FormatError } from "../base/errors.ts";

/** Calls `read`; a FormatError that names no file becomes one of this file, with `file` among its fields. */
export function namingFile<T>(file: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw withFile(file, error);
  }
}

/** The error itself, or one of the file. */
export function withFile(file: string | undefined, error: unknown): unknown {
  if (file === undefined || !(error instanceof FormatError) || "file" in error.fields) return error;
  return new FormatError(`${error.message}\n  file  ${file}`, { ...error.fields, file });
}
