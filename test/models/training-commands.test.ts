/** The examples that train, at tiny sizes: what they show, what they save, and what they say about mistakes. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors } from "namesake/formats";
import { afterAll, describe, expect, it } from "vitest";
import { includedText } from "../../examples/texts/words.ts";
import { run } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "namesake-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of the folder. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The names and shapes of what an example saved, and what it says about them. */
function saved(name: string) {
  const { tensors, metadata } = decodeSafetensors(new Uint8Array(readFileSync(join(folder, name))));
  return { metadata, shapes: Object.fromEntries([...tensors].map(([key, { shape }]) => [key, shape])) };
}

async function succeed(line: string): Promise<string> {
  const { code, text, errors } = await run(`${line} --out ${folder}`);
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  return text;
}

describe("cifar10", () => {
  it("trains towers on generated pictures, says so, and saves the weights", async () => {
    const text = await succeed("cifar10 --steps 2 --batch 20 --towers 2");
    expect(text).toContain("These are no photographs but striped pictures");
    expect(text).toContain("2500 pictures to learn from, 500 held back.");
    expect(text).toMatch(/Of the held-back pictures, \d+\.\d % are found, and \d+\.\d % with the averages/);
    // Two towers that train and two that test.
    expect(text).toMatch(/^conv1\/weights +\[5, 5, 3, 64\] +4,800 +4 times/m);
    const { shapes, metadata } = saved("cifar10.safetensors");
    expect(Object.keys(shapes)).toHaveLength(10);
    expect(shapes["local4/weights"]).toEqual([384, 192]);
    expect(metadata).toEqual({ steps: "2", seed: "1" });
  });

  it("reads the files of a folder", async () => {
    const data = join(folder, "cifar10-generated");
    expect(existsSync(join(data, "data_batch_5.bin"))).toBe(true);
    const text = await succeed(`cifar10 --steps 1 --batch 100 --data ${data}`);
    expect(text).not.toContain("no photographs");
  });

  it.each([
    ["data_batch_1.bin", new Uint8Array(100), "has 100 bytes, and pictures have 3073 each."],
    ["data_batch_1.bin", new Uint8Array(3073).fill(10), "is of class 10, and the classes are 0 to 9."],
    ["other.bin", new Uint8Array(3073), "There are no data_batch_1.bin and test_batch.bin in "],
  ])("refuses a folder with a wrong %s", async (name, bytes, message) => {
    const data = mkdtempSync(join(folder, "data-"));
    writeFileSync(join(data, name), bytes);
    writeFileSync(join(data, "test_batch.bin"), new Uint8Array(3073));
    const { code, errors } = await run(`cifar10 --data ${data}`);
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(message);
  });
});

describe("ptb", () => {
  const text = file(
    "story.txt",
    "The cat sat. The dog sat on the cat.\n\nThe end of the cat and the dog.\n\n".repeat(20),
  );

  it("tells the perplexity of each epoch, and saves the weights with the vocabulary", async () => {
    const small = "--epochs 2 --hidden 8 --batch 2 --words 4 --vocabulary 6";
    const said = await succeed(`ptb --text ${text} ${small}`);
    expect(said).toContain("story.txt: 440 words, 6 of them told apart; 43 steps an epoch.");
    expect(said).toMatch(/^epoch 1: rate 1, perplexity \d+\.\d while learning, \d+\.\d of held-back text$/m);
    expect(said).toMatch(/^epoch 2: rate 1,/m);
    expect(said).toMatch(/^Perplexity of the end of the text, read word by word: \d\.\d\.$/m);
    expect(said).toContain("7 variables shared.");
    const { shapes, metadata } = saved("ptb.safetensors");
    expect(shapes["Model/RNN/multi_rnn_cell/cell_1/basic_lstm_cell/kernel"]).toEqual([16, 32]);
    expect(JSON.parse(metadata["vocabulary"] ?? "")).toEqual(["<unk>", "the", ".", "cat", "<eos>", "dog"]);
  });
});

describe("translate", () => {
  it("learns from a file, and tells how many held-back sentences it translates", async () => {
    const animals = ["cat chat", "dog chien", "horse cheval", "mouse souris", "cow vache"].map((pair) =>
      pair.split(" "),
    );
    const lines = animals.flatMap(([a, b]) => animals.map(([c, d]) => `the ${a} sees the ${c}\tle ${b} voit le ${d}`));
    const pairs = file("pairs.txt", lines.join("\r\n"));
    const text = await succeed(`translate --pairs ${pairs} --steps 3 --batch 4 --units 8`);
    expect(text).toContain("22 pairs to learn from, 3 held back, 18 symbols. Buckets of 5 → 6 words.");
    expect(text).toMatch(/^\d of 3 held-back sentences are translated word for word: \d+\.\d %\.$/m);
    const { shapes, metadata } = saved("translate.safetensors");
    expect(shapes["embedding_attention_seq2seq/embedding"]).toEqual([18, 4]);
    expect(JSON.parse(metadata["symbols"] ?? "").slice(0, 5)).toEqual(["<pad>", "<go>", "<eos>", "<unk>", "the"]);
  });

  it("makes sentences of its own where there is no file", async () => {
    const text = await succeed("translate --steps 2 --batch 2 --units 4");
    expect(text).toContain("A small grammar makes the sentences");
    expect(text).toContain("5700 pairs to learn from, 300 held back");
  });
});

describe("gpt2", () => {
  it("learns from a text, saves its weights by the names of the released model, and writes", async () => {
    const small = "--steps 2 --batch 2 --window 8 --layers 1 --heads 2 --width 8 --length 12 --prompt ab";
    const text = await succeed(`gpt2 ${small}`);
    expect(text).toContain("shared by three graphs. It learns from ");
    expect(text).toMatch(/\n\nab/);
    expect(text).toMatch(/\n\n12 bytes in \d+\.\d\d s on onnxruntime\.\n$/);
    const { shapes } = saved("gpt2.safetensors");
    expect(shapes["model/wte"]).toEqual([256, 8]);
    expect(shapes["model/h0/attn/c_attn/w"]).toEqual([1, 8, 24]);
  });

  it("learns the included text to the end", () => {
    const text = readFileSync(includedText, "utf8");
    expect(text).toMatch(/^ +ALICE'S ADVENTURES IN WONDERLAND\n/);
    expect(text.trim()).toMatch(/THE END$/);
  });
});

describe("mistakes", () => {
  const few = file("few.txt", "one two three\n");
  const single = file("single.txt", "one\tun\n");
  mkdirSync(join(folder, "empty"));

  it.each([
    [`cifar10 --data ${join(folder, "nothing")}`, "Cannot read the folder "],
    [`cifar10 --data ${join(folder, "empty")}`, "There are no data_batch_1.bin and test_batch.bin in "],
    ["cifar10 --towers 0", "--towers must be a whole number from 1 to 16, not '0'."],
    ["ptb --text nothing.txt", "Cannot read the text nothing.txt: there is no such file."],
    [`ptb --text ${few}`, "few.txt has 4 words: too few for --batch 20 and --words 20."],
    ["translate --pairs nothing.txt", "Cannot read the pairs nothing.txt: there is no such file."],
    [`translate --pairs ${single}`, "single.txt has 1 pairs of sentences of fewer than 20 words"],
    [`gpt2 --text ${few} --window 100`, "few.txt has 14 bytes, and --window takes 100 at once."],
    ["translate --rate -1", "Option '--rate' argument is ambiguous."],
    ["translate --rate 2", "--rate must be a number from 0 to 1, not '2'."],
    ["ptb --engine fast", "--engine must be one of onnxruntime, reference, not 'fast'."],
  ])("%s is told in one line", async (line, message) => {
    const { code, errors } = await run(`${line} --out ${folder}`);
    expect(code).toBe(1);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(message);
    expect(errors[0]).not.toContain("\n");
  });
});
