/** A text as bytes, and pieces of it to learn from. */
import { int32, type NDArray, ndarray } from "namesake";
import { UsageError } from "../commands/command.ts";
import type { Draw } from "../training/random.ts";
import { readText } from "./words.ts";

/** Pieces of a text, `[count, size]`. */
export function drawPieces(text: Uint8Array, count: number, size: number, draw: Draw): NDArray {
  const pieces = new Int32Array(count * size);
  for (let i = 0; i < count; i += 1) {
    const start = draw(text.length - size + 1);
    pieces.set(text.subarray(start, start + size), i * size);
  }
  return ndarray(pieces, int32, [count, size]);
}

/** The text to learn from, as bytes. @throws {UsageError} when it is shorter than a piece of it should be. */
export function readBytes(path: string, window: number): { readonly name: string; readonly bytes: Uint8Array } {
  const { text, name } = readText(path);
  const bytes = new TextEncoder().encode(text);
  if (bytes.length < window)
    throw new UsageError(`${name} has ${bytes.length} bytes, and --window takes ${window} at once.`);
  return { name, bytes };
}
