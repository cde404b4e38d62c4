/** What the examples that train are given: pictures of CIFAR-10's files, words of a text, sentences in buckets. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReferenceEngine, float32, Graph, image, ndarray, Session } from "namesake";
import { describe, expect, it } from "vitest";
import { batchFrom, drawBatch, readPictures } from "../../examples/cifar10/pictures.ts";
import { batchCount, numbersOf, vocabularyOf, wordBatch, wordsOf } from "../../examples/texts/words.ts";
import { drawFrom } from "../../examples/training/random.ts";
import { generatePairs } from "../../examples/translate/grammar.ts";
import { Sentences } from "../../examples/translate/sentences.ts";

describe("pictures", () => {
  /** A picture whose values tell where they are: its red rises to the right, its green downwards, its blue is the same everywhere. */
  const record = (label: number): number[] => {
    const places = Array.from({ length: 1024 }, (_, i) => i);
    return [
      label,
      ...places.map((i) => 5 * (i % 32)),
      ...places.map((i) => 4 * Math.floor(i / 32)),
      ...places.map(() => 9),
    ];
  };
  const folder = mkdtempSync(join(tmpdir(), "namesake-"));
  for (const name of ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"])
    writeFileSync(
      join(folder, name),
      Uint8Array.from(name.startsWith("test") ? record(7) : [...record(3), ...record(9)]),
    );
  const { training, test } = readPictures(folder);
  rmSync(folder, { recursive: true });

  it("are those of all files, with their classes", () => {
    expect([training.count, test.count]).toEqual([4, 1]);
    expect([...batchFrom(training, 5, 0).labels]).toEqual([3, 9, 3, 9, 3]);
    expect([...batchFrom(test, 1, 0).labels]).toEqual([7]);
  });

  it("are tested by their middle, standardized as TensorFlow's op does it", () => {
    const middle = Float32Array.from({ length: 24 * 24 * 3 }, (_, i) => {
      const [x, y] = [4 + (Math.floor(i / 3) % 24), 4 + Math.floor(i / 72)];
      return [5 * x, 4 * y, 9][i % 3] as number;
    });
    const wanted = new Graph().asDefault(() => {
      using session = new Session({ engine: createReferenceEngine() });
      return session.runSync(image.perImageStandardization(ndarray(middle, float32, [24, 24, 3])));
    });
    const { images } = batchFrom(test, 1, 0);
    for (const [i, value] of images.entries()) expect(value).toBeCloseTo((wanted.data as Float32Array)[i] as number, 5);
  });

  it("are seen in parts while learning, some of them mirrored", () => {
    const { images } = drawBatch(training, 40, drawFrom(1));
    const rises = Array.from({ length: 40 }, (_, i) => (images[i * 1728 + 3] as number) > (images[i * 1728] as number));
    expect(rises).toContain(true);
    expect(rises).toContain(false);
  });
});

describe("words", () => {
  it("are what a text has, in small letters, with the ends of paragraphs", () => {
    expect(wordsOf("Don't go!\nHe's 7.\n\n\nÉté\n")).toEqual([
      "don't",
      "go",
      "!",
      "he's",
      "7",
      ".",
      "<eos>",
      "été",
      "<eos>",
    ]);
  });

  it("are numbered from the most frequent on; rare ones are one", () => {
    const words = ["b", "a", "c", "a", "b", "d", "a"];
    const vocabulary = vocabularyOf(words, 3);
    expect(vocabulary).toEqual(["<unk>", "a", "b"]);
    expect([...numbersOf(words, vocabulary)]).toEqual([2, 1, 0, 1, 2, 0, 1]);
  });

  it("are read row by row, each batch going on where the one before ended", () => {
    const numbers = Int32Array.from({ length: 15 }, (_, i) => i);
    expect(batchCount(numbers, 2, 3)).toBe(2);
    expect(batchCount(numbers.subarray(0, 7), 2, 3)).toBe(0);
    const batches = [0, 1].map((index) => wordBatch(numbers, 2, 3, index));
    expect(batches.map(({ words }) => [...words])).toEqual([
      [0, 1, 2, 7, 8, 9],
      [3, 4, 5, 10, 11, 12],
    ]);
    expect(batches.map(({ targets }) => [...targets])).toEqual([
      [1, 2, 3, 8, 9, 10],
      [4, 5, 6, 11, 12, 13],
    ]);
  });
});

describe("sentences", () => {
  it("are padded in buckets: the source backwards, the translation from its beginning to its end", () => {
    const short = Array.from({ length: 3 }, () => ["a b", "x y"] as const);
    const sentences = new Sentences([...short, ["a b c d", "x y z w v"]]);
    expect(sentences.buckets).toEqual([
      [2, 3],
      [4, 6],
    ]);
    const [a, b, x, y] = ["a", "b", "x", "y"].map((word) => sentences.symbols.indexOf(word)) as [
      number,
      number,
      number,
      number,
    ];
    const { encoder, decoder, weights } = firstOf(sentences, 0);
    expect(encoder.map(([one]) => one)).toEqual([b, a]);
    expect(decoder.map(([one]) => one)).toEqual([1, x, y, 2]);
    expect(weights.map(([one]) => one)).toEqual([1, 1, 1]);
    const [given, unread] = [sentences.batchFor(["a"], 1), sentences.bucketFor("a b c d a")];
    expect(given.encoder.map(([one]) => one)).toEqual([0, 0, 0, a]);
    expect(unread).toBe(-1);
    expect(sentences.textOf([x, y, 2, 0])).toBe("x y");
  });

  /** The first batch of a bucket that is drawn. */
  function firstOf(sentences: Sentences, bucket: number) {
    const draw = drawFrom(1);
    for (;;) {
      const batch = sentences.drawBatch(2, draw);
      if (batch.bucket === bucket) return batch;
    }
  }

  it("of the grammar agree, and are all different", () => {
    const pairs = generatePairs(500, drawFrom(1));
    expect(new Set(pairs.map(([source]) => source)).size).toBe(500);
    for (const [, french] of pairs) {
      expect(french).not.toMatch(/\b(?:le|un|mon) (?:\S+ )?(?:souris|vache|fille|reine|maison|fleur)\b/);
      expect(french).not.toMatch(/\b(?:la|une|ma) (?:\S+ )?(?:chat|chien|cheval|garçon|roi|livre)\b/);
    }
  });
});
