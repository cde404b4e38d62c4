/** Files that an example writes: whole or not at all, into a folder that is made when it is not there. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { UsageError } from "../commands/command.ts";

/**
 * Writes a file and gives its path as people write it, from the current folder. A file that was there stays whole until the new one is.
 * @throws {UsageError} when it cannot be written.
 */
export function writeOut(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, path);
  } catch (error) {
    if (existsSync(unfinished)) rmSync(unfinished);
    throw new UsageError(`Cannot write ${path}: ${(error as Error).message}.`);
  }
  return relative(process.cwd(), path) || path;
}
