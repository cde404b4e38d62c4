/** Pairs of sentences as a model sees them: words as numbers, sentences of about the same length together, shorter ones padded. */
import { readFileSync } from "node:fs";
import type { legacySeq2seq } from "namesake";
import { UsageError } from "../commands/command.ts";
import { type Draw, drawFrom } from "../training/random.ts";
import { generatePairs, type Pair } from "./grammar.ts";

/** How many pairs the grammar makes. */
const generatedCount = 6000;

/** What is read of a file at most: the graph has a step for each word. */
const longest = 20;

/** Symbols that are no words: what fills up, what a translation begins with, what ends it, what stands for words that are not known. */
const special = ["<pad>", "<go>", "<eos>", "<unk>"] as const;
const [pad, go, eos, unk] = [0, 1, 2, 3] as const;

/**
 * Reads pairs, a sentence, a tab and its translation in each line; `""` stands for sentences of the grammar.
 * @throws {UsageError} when the file cannot be read, or has too few pairs.
 */
export function readPairs(path: string, seed: number): readonly Pair[] {
  if (path === "") return generatePairs(generatedCount, drawFrom(seed));
  const pairs = textOf(path)
    .split(/\r?\n/)
    .map((line) => line.split("\t"))
    .filter(([source, translation]) => source?.trim() && translation?.trim()) as (readonly string[])[] as Pair[];
  const short = pairs.filter((pair) => pair.every((text) => wordsOf(text).length < longest));
  if (short.length >= 20) return short;
  throw new UsageError(
    `${path} has ${short.length} pairs of sentences of fewer than ${longest} words with a tab between: 20 are the least.`,
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`Cannot read the pairs ${path}: ${code === "ENOENT" ? "there is no such file" : code}.`);
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]*)*|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** A pair as numbers of words. */
interface Numbered {
  readonly source: readonly number[];
  readonly translation: readonly number[];
}

/** What a step of the model reads: for each step of the encoder and of the decoder, a number for each sentence. */
export interface SentenceBatch {
  readonly bucket: number;
  readonly encoder: readonly Int32Array[];
  readonly decoder: readonly Int32Array[];
  /** 1 where there is something to foretell, 0 after the end. */
  readonly weights: readonly Float32Array[];
}

/** The pairs to train with, in buckets. */
export class Sentences {
  /** All words of both languages, by number. */
  readonly symbols: readonly string[];
  readonly buckets: readonly legacySeq2seq.Bucket[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #pairs: readonly (readonly Numbered[])[];

  constructor(pairs: readonly Pair[]) {
    this.symbols = [...special, ...new Set(pairs.flat().flatMap(wordsOf))];
    this.#numbers = new Map(this.symbols.map((word, number) => [word, number]));
    const numbered = pairs.map(([source, translation]) => ({
      source: this.numbersOf(source),
      translation: this.numbersOf(translation),
    }));
    this.buckets = bucketsOf(numbered);
    const places = numbered.map((pair) => this.#bucketOf(pair));
    this.#pairs = this.buckets.map((_, bucket) => numbered.filter((_, i) => places[i] === bucket));
  }

  numbersOf(text: string): number[] {
    return wordsOf(text).map((word) => this.#numbers.get(word) ?? unk);
  }

  #bucketOf({ source, translation }: Numbered): number {
    return this.buckets.findIndex(([from, to]) => source.length <= from && translation.length < to);
  }

  /** Pairs of one bucket, which is drawn as often as it has pairs. */
  drawBatch(size: number, draw: Draw): SentenceBatch {
    let place = draw(this.#pairs.reduce((sum, { length }) => sum + length, 0));
    const bucket = this.#pairs.findIndex((pairs) => (place -= pairs.length) < 0);
    const pairs = this.#pairs[bucket] as readonly Numbered[];
    return this.#batchOf(
      Array.from({ length: size }, () => pairs[draw(pairs.length)] as Numbered),
      bucket,
    );
  }

  /** The bucket of a sentence that is to be translated; -1 when it is longer than all that were learnt. */
  bucketFor(text: string): number {
    const { length } = this.numbersOf(text);
    return this.buckets.findIndex(([from]) => length <= from);
  }

  /** Sentences of a bucket that are to be translated. */
  batchFor(texts: readonly string[], bucket: number): SentenceBatch {
    const pairs = texts.map((text): Numbered => ({ source: this.numbersOf(text), translation: [] }));
    return this.#batchOf(pairs, bucket);
  }

  #batchOf(pairs: readonly Numbered[], bucket: number): SentenceBatch {
    const [from, to] = this.buckets[bucket] as legacySeq2seq.Bucket;
    const ints = (values: (pair: Numbered) => number): Int32Array => Int32Array.from(pairs, values);
    // The source is read backwards, so that its beginning, which is needed first, was read last.
    const encoder = Array.from({ length: from }, (_, step) => ints(({ source }) => source[from - 1 - step] ?? pad));
    const decoder = Array.from({ length: to + 1 }, (_, step) =>
      ints(({ translation: words }) => (step === 0 ? go : step === words.length + 1 ? eos : (words[step - 1] ?? pad))),
    );
    const weights = Array.from({ length: to }, (_, step) =>
      Float32Array.from(pairs, ({ translation }) => Number(step <= translation.length)),
    );
    return { bucket, encoder, decoder, weights };
  }

  /** The words of a translation up to its end. */
  textOf(numbers: readonly number[]): string {
    const end = numbers.indexOf(eos);
    return numbers
      .slice(0, end === -1 ? undefined : end)
      .map((number) => this.symbols[number])
      .join(" ");
  }

  /** A text as `textOf` would give it. */
  normal(text: string): string {
    return wordsOf(text).join(" ");
  }
}

/** Two lengths: one for the shorter half of the sentences and one for all; the translation's with a place for its end. */
function bucketsOf(pairs: readonly Numbered[]): legacySeq2seq.Bucket[] {
  const lengths = (of: (pair: Numbered) => number): number[] => pairs.map(of).sort((a, b) => a - b);
  const [sources, translations] = [
    lengths(({ source }) => source.length),
    lengths(({ translation }) => translation.length + 1),
  ];
  const at = (part: number): legacySeq2seq.Bucket => {
    const index = Math.ceil(part * (pairs.length - 1));
    return [sources[index] as number, translations[index] as number];
  };
  const [short, long] = [at(0.5), at(1)];
  return String(short) === String(long) ? [long] : [short, long];
}
