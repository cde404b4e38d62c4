/** GPT-2 writes text: a tiny model over bytes, which learns from a text first, and then continues a prompt byte by byte. */
import {
  Graph,
  globalVariablesInitializer,
  int32,
  type NDArray,
  placeholder,
  Session,
  setRandomSeed,
  summarize,
} from "namesake";
import type { Gpt2Config } from "../models/gpt2.ts";
import { gpt2Training } from "../models/gpt2-training.ts";
import { drawPieces, readBytes } from "../texts/pieces.ts";
import { buildWriter, ofTexts, printable, write } from "../texts/writer.ts";
import { drawFrom } from "../training/random.ts";
import { trainSteps } from "../training/steps.ts";
import { saveWeights } from "../training/weights.ts";
import { type Body, command, commonOptions, engineOf, UsageError } from "./command.ts";

const options = {
  prompt: { about: "the text to continue", default: "Alice" },
  length: { about: "how many bytes to write", default: 300, most: 1024 },
  temperature: {
    about: "how freely to draw; 0 takes the likeliest byte",
    default: 0.8,
    least: 0,
    most: 100,
    isFraction: true,
  },
  steps: { about: "steps of training; 0 writes with random weights", default: 800, least: 0, most: 1_000_000 },
  text: { about: "the text to learn from; without it, Alice's Adventures in Wonderland", default: "", value: "FILE" },
  batch: { about: "pieces of the text in a step", default: 8, most: 1024 },
  window: { about: "bytes of such a piece", default: 64, least: 2, most: 1024 },
  rate: { about: "the learning rate of Adam", default: 0.001, least: 0, most: 1, isFraction: true },
  layers: { about: "blocks of the model", default: 4, most: 48 },
  heads: { about: "heads of its attention", default: 4, most: 64 },
  width: { about: "values of a token: a multiple of the heads", default: 128, most: 2048 },
  out: { about: "the folder for the weights", default: "out", value: "FOLDER" },
  ...commonOptions,
} as const;

/** Over how many steps the learning rate grows. */
const warmup = 50;

/** The prompt's bytes; a text that begins with nothing begins with the end of a line. */
function bytesOf(prompt: string, length: number, { context }: Gpt2Config): Uint8Array {
  const bytes = new TextEncoder().encode(prompt || "\n");
  if (bytes.length + length <= context) return bytes;
  throw new UsageError(
    `The prompt's ${bytes.length} bytes and the ${length} to write are more than the ${context} that the model can read.`,
  );
}

const run: Body<typeof options> = async (values, terminal) => {
  const { prompt, length, temperature, steps, batch, window, rate, layers, heads, width, out, seed } = values;
  if (width % heads !== 0)
    throw new UsageError(`--width must be a multiple of --heads, and ${width} is none of ${heads}.`);
  const config: Gpt2Config = { vocab: 256, context: 1024, width, heads, layers };
  const given = bytesOf(prompt, length, config);
  const text = steps > 0 ? readBytes(values.text, window) : null;
  const graph = new Graph();
  const { pieces, training, writer, initializer } = graph.asDefault(() => {
    setRandomSeed(seed);
    const pieces = placeholder(int32, [batch, window], { name: "pieces" });
    const training = text === null ? null : gpt2Training(pieces, config, { rate, warmup });
    const [bytes, reuse] = text === null ? [printable, null] : [ofTexts, true as const];
    const writer = buildWriter(config, temperature, bytes, reuse);
    return { pieces, training, writer, initializer: globalVariablesInitializer() };
  });
  await using session = new Session({ graph, engine: engineOf(values.engine) });
  // Weights begin at random. Variables have the names of OpenAI's checkpoints: what reads one takes the place of this line.
  await session.run(initializer);
  const { trainableParameters } = summarize(graph).totals;
  const graphs = text === null ? "two graphs" : "three graphs";
  terminal.write(`${trainableParameters.toLocaleString("en-US")} parameters, shared by ${graphs}. `);
  if (training === null || text === null) terminal.write("The weights are random, so the text means nothing.\n");
  else {
    terminal.write(`It learns from ${text.name}.\n`);
    const draw = drawFrom(seed);
    const step = session.makeCallable([training.loss, training.trainOp], [pieces]);
    const next = async (): Promise<number> => {
      const [loss] = await step(drawPieces(text.bytes, batch, window, draw));
      return Number((loss as NDArray).item());
    };
    const { losses } = await trainSteps({ steps, step: next }, terminal);
    const metadata = { steps: String(losses.length), seed: String(seed), heads: String(heads) };
    terminal.write(`${await saveWeights(session, out, "gpt2.safetensors", { metadata })}  the weights\n`);
  }
  terminal.write(`\n${prompt}`);
  const begun = performance.now();
  const decoder = new TextDecoder();
  // It knows the places in a text that it learnt; random weights know all alike.
  for await (const byte of write(session, writer, given, length, text === null ? config.context : window))
    terminal.write(decoder.decode(Uint8Array.of(byte), { stream: true }));
  const seconds = (performance.now() - begun) / 1e3;
  terminal.write(`\n\n${length} bytes in ${seconds.toFixed(2)} s on ${session.engineName}.\n`);
};

export const gpt2Command = command(
  "trains a tiny GPT-2 on a text, byte by byte, and lets it continue another",
  options,
  run,
);
