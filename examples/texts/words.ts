/** A text as a sequence of numbers, one for each word, and how it is read in batches. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../commands/command.ts";

/** The text that comes with the examples. */
export const includedText = fileURLToPath(new URL("alice.txt", import.meta.url));

/** Reads a text file; `""` stands for the text that comes with the examples. @throws {UsageError} when it cannot be read. */
export function readText(path: string): { readonly text: string; readonly name: string } {
  const chosen = path || includedText;
  const name = relative(process.cwd(), chosen) || chosen;
  try {
    return { text: readFileSync(chosen, "utf8"), name };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot read the text ${path}: ${code === "ENOENT" ? "there is no such file" : code}.`);
  }
}

/** What stands for a rare word, and for the end of a paragraph. */
export const [unknown, end] = ["<unk>", "<eos>"] as const;

/** Words and signs of a text in small letters, with `end` after each paragraph. */
export function wordsOf(text: string): string[] {
  const paragraphs = text.toLowerCase().split(/\n\s*\n/);
  return paragraphs.flatMap((paragraph) => {
    const words = paragraph.match(/\p{L}+(?:['’]\p{L}+)*|\p{N}+|[^\s\p{L}\p{N}]/gu) ?? [];
    return words.length === 0 ? [] : [...words, end];
  });
}

/** The most frequent words, no more than `most`, from the most frequent on; rarer ones become `unknown`, which is among them. */
export function vocabularyOf(words: readonly string[], most: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word);
  return [unknown, ...sorted.filter((word) => word !== unknown).slice(0, most - 1)];
}

/** The number of each word. */
export function numbersOf(words: readonly string[], vocabulary: readonly string[]): Int32Array {
  const numbers = new Map(vocabulary.map((word, number) => [word, number]));
  const rare = numbers.get(unknown) as number;
  return Int32Array.from(words, (word) => numbers.get(word) ?? rare);
}

/** What one step reads, and what it should foretell: `[batch, steps]` each. */
export interface WordBatch {
  readonly words: Int32Array;
  readonly targets: Int32Array;
}

/** How many batches a text has: it is cut into as many rows as a batch has, and read from left to right. */
export function batchCount(numbers: Int32Array, batch: number, steps: number): number {
  return Math.max(0, Math.floor((Math.floor(numbers.length / batch) - 1) / steps));
}

/** The batch of that index. Each row goes on where the same row of the batch before ended. */
export function wordBatch(numbers: Int32Array, batch: number, steps: number, index: number): WordBatch {
  const row = Math.floor(numbers.length / batch);
  const [words, targets] = [new Int32Array(batch * steps), new Int32Array(batch * steps)];
  for (let b = 0; b < batch; b += 1) {
    const start = b * row + index * steps;
    words.set(numbers.subarray(start, start + steps), b * steps);
    targets.set(numbers.subarray(start + 1, start + steps + 1), b * steps);
  }
  return { words, targets };
}
