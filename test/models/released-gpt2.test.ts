/** The gpt2 example with a folder as OpenAI released its models: a tiny one, made by tools/goldens/models/released_gpt2.py. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReferenceEngine, Graph, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { lettersOfBytes } from "../../examples/texts/byte-pairs.ts";
import { readReleased, restore } from "../../examples/texts/released-gpt2.ts";
import { buildWriter, write } from "../../examples/texts/writer.ts";
import { run } from "./run-command.ts";

const folder = join(import.meta.dirname, "../goldens/released-gpt2");
const scratch = mkdtempSync(join(tmpdir(), "namesake-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Case {
  readonly prompt: string;
  readonly tokens: readonly number[];
  readonly continued: readonly number[];
}
const { cases } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
  readonly cases: readonly Case[];
};

describe("the vocabulary of a released GPT-2", () => {
  const { vocabulary, config } = readReleased(folder);

  it.each(cases)("numbers $prompt as the library of tokenizers does", ({ prompt, tokens }) => {
    const text = prompt || "\n";
    expect(vocabulary.tokensOf(text)).toEqual(tokens);
    const bytes = tokens.flatMap((token) => [...vocabulary.bytesOf(token)]);
    expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(text);
  });

  it("has a letter for each byte", () => {
    const letters = lettersOfBytes();
    expect(new Set(letters).size).toBe(256);
    expect([letters[0x20], letters[0x0a], letters[0x41], letters[0xad]]).toEqual(["Ġ", "Ċ", "A", "Ń"]);
    expect(vocabulary.writable).toEqual({ first: 0, end: config.vocab });
  });
});

describe.each([
  ["reference", createReferenceEngine],
  ["ONNX Runtime", createOnnxRuntimeEngine],
] as const)("its weights on %s", (_, createEngine) => {
  it("continue as TensorFlow does", async () => {
    const { config, vocabulary, checkpoint } = readReleased(folder);
    const graph = new Graph();
    const writer = graph.asDefault(() => buildWriter(config, 0, vocabulary.writable, null));
    await using session = new Session({ graph, engine: createEngine() });
    await restore(session, checkpoint);
    for (const { tokens, continued } of cases) {
      const written: number[] = [];
      for await (const token of write(session, writer, tokens, continued.length, config.context)) written.push(token);
      expect(written).toEqual(continued);
    }
  });
});

describe("gpt2 --model", () => {
  it("writes, and says with what", async () => {
    const { code, text, errors } = await run(`gpt2 --model ${folder} --length 8 --temperature 0`);
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(text).toContain("13,248 parameters of ");
    expect(text).toMatch(/\n\nAlice[\s\S]*\n\n8 tokens in \d+\.\d\d s on /);
  });

  it("refuses what is no such folder, and prompts that are too long", async () => {
    expect((await run(`gpt2 --model ${scratch}`)).errors.join()).toContain(
      "is no folder of a released GPT-2: it has no hparams.json, no encoder.json, no vocab.bpe, no model.ckpt.index.",
    );
    expect((await run(`gpt2 --model ${folder} --length 95`)).errors.join()).toMatch(
      /The prompt's \d tokens and the 95 to write are more than the 96 that the model can read\./,
    );
    const broken = join(scratch, "broken");
    cpSync(folder, broken, { recursive: true });
    writeFileSync(join(broken, "hparams.json"), '{"n_vocab": 320, "n_ctx": "many"}');
    expect((await run(`gpt2 --model ${broken}`)).errors.join()).toContain("has no n_ctx above 0.");
  });
});
