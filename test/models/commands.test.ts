/** `npm run example`: what the examples say, and what they say about mistakes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { type Outcome, run } from "./run-command.ts";

describe("npm run example", () => {
  it("lists the examples, one line each", async () => {
    const { code, text } = await run("");
    expect(code).toBe(0);
    for (const name of [
      "siamese",
      "cifar10",
      "ptb",
      "translate",
      "gpt2",
      "image-filter",
      "mlp",
      "resnet50",
      "ptb-lstm",
    ])
      expect(text).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  });

  it("tells the options of an example", async () => {
    const { code, text } = await run("gpt2 --help");
    expect(code).toBe(0);
    expect(text).toContain("--prompt TEXT");
    expect(text).toContain("--engine TEXT");
  });

  it.each([
    ["mlp --batch 2 --hidden 16", "0 shared", "gave [2, 10]"],
    ["ptb-lstm --batch 2 --steps 3 --engine reference", "4 shared", "gave [2, 3, 10000]"],
    ["seq2seq-attention --batch 2 --steps 2", "17 shared", "gave [2, 1000]"],
  ])("%s shows what is shared and what it gave", async (line, shared, gave) => {
    const { code, text, errors } = await run(line);
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(text).toContain(shared);
    expect(text).toContain(gave);
  });

  const small = "gpt2 --steps 0 --prompt ab --length 6 --layers 1 --heads 2 --width 16";
  /** What is written after the prompt. */
  const written = ({ text }: Outcome) => /\n\nab(.*)\n\n/s.exec(text)?.[1];

  it("writes as many printable bytes as asked for, and says that they mean nothing", async () => {
    const outcome = await run(small);
    expect(outcome.code).toBe(0);
    expect(outcome.text).toContain("The weights are random");
    expect(written(outcome)).toMatch(/^[ -~]{6}$/);
  });

  it("writes the same from the same seed, on both engines", async () => {
    const [one, same, other] = [
      await run(small),
      await run(`${small} --engine reference`),
      await run(`${small} --seed 2`),
    ];
    expect(written(same)).toBe(written(one));
    expect(written(other)).not.toBe(written(one));
  });

  it("takes the likeliest byte at temperature 0", async () => {
    const outcome = await run(`${small} --temperature 0`);
    expect(written(outcome)).toMatch(/^[ -~]{6}$/);
  });

  it("scores a photograph", async () => {
    const { code, text } = await run("resnet50 --depth 2 examples/images/chelsea.png");
    expect(code).toBe(0);
    expect(text).toContain("chelsea.png");
    expect(text.match(/^ +\d+ +-?\d+\.\d\d$/gm)).toHaveLength(5);
  });

  it.each([
    [
      "nothing",
      "There is no example 'nothing': choose one of siamese, cifar10, ptb, translate, gpt2, image-filter, mlp, ptb-lstm, seq2seq-attention, resnet50.",
    ],
    ["toString", "There is no example 'toString'"],
    ["mlp --batch x", "--batch must be a whole number from 1 to 4096, not 'x'."],
    ["mlp --batch 0", "--batch must be a whole number from 1 to 4096, not '0'."],
    ["mlp --batch 1.5", "--batch must be a whole number from 1 to 4096, not '1.5'."],
    ["mlp --batch", "Option '--batch <value>' argument missing."],
    ["mlp --nothing 1", "Unknown option '--nothing'."],
    ["mlp more", "Unexpected argument 'more'."],
    ["mlp --seed -1", "Option '--seed' argument is ambiguous."],
    ["mlp --engine toString", "--engine must be one of onnxruntime, reference, not 'toString'."],
    ["gpt2 --width 10 --heads 4", "--width must be a multiple of --heads, and 10 is none of 4."],
    [
      "gpt2 --length 1024",
      "The prompt's 5 bytes and the 1024 to write are more than the 1024 that the model can read.",
    ],
    ["gpt2 --temperature warm", "--temperature must be a number from 0 to 100, not 'warm'."],
    ["siamese --steps 0", "--steps must be a whole number from 1 to 1000000, not '0'."],
    ["siamese --unshared=yes", "Option '--unshared' does not take an argument."],
    ["image-filter --filter sharp", "--filter must be one of edge, blur, random, not 'sharp'."],
    ["image-filter nothing.png", "Cannot read the picture nothing.png: there is no such file."],
    ["resnet50 nothing.png", "Cannot read the picture nothing.png: there is no such file."],
  ])("%s is a mistake, told in one line", async (line, message) => {
    const { code, text, errors } = await run(line);
    expect(code).toBe(1);
    expect(text).toBe("");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(message);
    expect(errors[0]).not.toContain("\n");
  });

  it.each([
    ["edge", "examples/images/chelsea.png examples/images/coffee.png", [1248, 748], "'image_filters/conv1/weights'"],
    ["random", "examples/images/chelsea.png", [950, 332], "no variable is shared"],
  ])("filters photographs with %s, and tells what they share", async (filter, pictures, size, shared) => {
    const folder = mkdtempSync(join(tmpdir(), "namesake-"));
    try {
      const line = `image-filter --filter ${filter} --out ${folder} ${pictures}`;
      const { code, text, errors } = await run(line);
      expect(errors).toEqual([]);
      expect(code).toBe(0);
      expect(text).toContain("Variable not_shared/conv1/weights already exists, disallowed.");
      expect(text).toContain(`pictures filtered (${filter})`);
      expect(text).toContain(shared);
      const sheet = PNG.sync.read(readFileSync(join(folder, `image-filter-${filter}.png`)));
      expect([sheet.width, sheet.height]).toEqual(size);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("refuses a file that is no picture", async () => {
    const folder = mkdtempSync(join(tmpdir(), "namesake-"));
    try {
      writeFileSync(join(folder, "a.png"), "no picture");
      const { code, errors } = await run(`resnet50 ${join(folder, "a.png")}`);
      expect(code).toBe(1);
      expect(errors[0]).toContain("is neither a PNG nor a JPEG picture.");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
