/** GPT-2 writes text: a tiny model over bytes, which learns from a text first, or the one that OpenAI released, with its weights. */
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
import { readReleased, restore } from "../texts/released-gpt2.ts";
import { promptOf, tell } from "../texts/teller.ts";
import { printableBytes, textBytes } from "../texts/vocabulary.ts";
import { buildWriter } from "../texts/writer.ts";
import { drawFrom } from "../training/random.ts";
import { trainSteps } from "../training/steps.ts";
import { saveWeights } from "../training/weights.ts";
import { type Body, command, commonOptions, engineOf, type Terminal, UsageError } from "./command.ts";

const options = {
  prompt: { about: "the text to continue", default: "Alice" },
  length: { about: "how many tokens to write: bytes, or with --model parts of words", default: 300, most: 1024 },
  model: {
    about: "a released GPT-2: a folder with hparams.json, encoder.json, vocab.bpe and model.ckpt; it does not train",
    default: "",
    value: "FOLDER",
  },
  temperature: {
    about: "how freely to draw; 0 takes the likeliest token",
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

type Values = Parameters<Body<typeof options>>[0];

/** Trains a tiny model, unless there are no steps, and lets it write. */
async function learn(values: Values, terminal: Terminal): Promise<void> {
  const { temperature, steps, batch, window, rate, layers, heads, width, out, seed } = values;
  if (width % heads !== 0)
    throw new UsageError(`--width must be a multiple of --heads, and ${width} is none of ${heads}.`);
  const config: Gpt2Config = { vocab: 256, context: 1024, width, heads, layers };
  const text = steps > 0 ? readBytes(values.text, window) : null;
  const vocabulary = text === null ? printableBytes : textBytes;
  const prompt = promptOf(values.prompt, values.length, vocabulary, config);
  const graph = new Graph();
  const { pieces, training, writer, initializer } = graph.asDefault(() => {
    setRandomSeed(seed);
    const pieces = placeholder(int32, [batch, window], { name: "pieces" });
    const training = text === null ? null : gpt2Training(pieces, config, { rate, warmup });
    const writer = buildWriter(config, temperature, vocabulary.writable, text === null ? null : true);
    return { pieces, training, writer, initializer: globalVariablesInitializer() };
  });
  await using session = new Session({ graph, engine: engineOf(values.engine) });
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
  // It knows the places in a text that it learnt; random weights know all alike.
  await tell({ session, writer, vocabulary, most: text === null ? config.context : window }, prompt, terminal);
}

/** Lets the released model write. */
async function writeReleased(values: Values, terminal: Terminal): Promise<void> {
  const { config, vocabulary, checkpoint } = readReleased(values.model);
  const prompt = promptOf(values.prompt, values.length, vocabulary, config);
  const graph = new Graph();
  const writer = graph.asDefault(() => {
    setRandomSeed(values.seed);
    return buildWriter(config, values.temperature, vocabulary.writable, null);
  });
  await using session = new Session({ graph, engine: engineOf(values.engine) });
  await restore(session, checkpoint);
  const { trainableParameters } = summarize(graph).totals;
  terminal.write(`${trainableParameters.toLocaleString("en-US")} parameters of ${checkpoint}, shared by two graphs.\n`);
  await tell({ session, writer, vocabulary, most: config.context }, prompt, terminal);
}

export const gpt2Command = command(
  "trains a tiny GPT-2 on a text, byte by byte, and lets it continue another; or writes with the released one",
  options,
  (values, terminal) => (values.model === "" ? learn(values, terminal) : writeReleased(values, terminal)),
);
