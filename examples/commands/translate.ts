/** An encoder and a decoder with attention learn to translate; a greedy decoder that shares their variables translates. */
import {
  Graph,
  globalVariablesInitializer,
  type NDArray,
  type Operation,
  Session,
  setRandomSeed,
  type Tensor,
} from "namesake";
import { type TranslateConfig, translateTraining, translator } from "../models/translate-training.ts";
import { drawFrom } from "../training/random.ts";
import { sharingTable } from "../training/sharing.ts";
import { trainSteps } from "../training/steps.ts";
import { saveWeights } from "../training/weights.ts";
import { readPairs, Sentences } from "../translate/sentences.ts";
import { feedsOf, translate } from "../translate/translator.ts";
import { type Body, command, commonOptions, engineOf } from "./command.ts";

const options = {
  pairs: {
    about: "a file of lines: a sentence, a tab, its translation; without it, a grammar makes them",
    default: "",
  },
  steps: { about: "steps of training", default: 300, most: 1_000_000 },
  batch: { about: "sentences in a step", default: 32, most: 4096 },
  units: { about: "units of the encoder and of the decoder", default: 128, most: 2048 },
  rate: { about: "the learning rate of Adam", default: 0.003, least: 0, most: 1, isFraction: true },
  out: { about: "the folder for the weights", default: "out", value: "FOLDER" },
  ...commonOptions,
} as const;

/** Of all pairs, this part is held back, but no more than so many. */
const [heldBack, mostHeldBack] = [0.1, 300];
/** How many translations are shown. */
const shown = 8;

const train: Body<typeof options> = async ({ steps, batch, units, rate, out, seed, engine, ...values }, terminal) => {
  const draw = drawFrom(seed);
  const pairs = readPairs(values.pairs, seed);
  const held = Math.min(mostHeldBack, Math.ceil(heldBack * pairs.length));
  const order = pairs.map((pair) => [draw(2 ** 30), pair] as const).sort(([a], [b]) => a - b);
  const test = order.slice(0, held).map(([, pair]) => pair);
  const sentences = new Sentences(order.slice(held).map(([, pair]) => pair));
  const { symbols, buckets } = sentences;
  if (values.pairs === "") terminal.write("A small grammar makes the sentences; --pairs FILE trains on others.\n");
  terminal.write(`${pairs.length - held} pairs to learn from, ${held} held back, ${symbols.length} symbols. `);
  terminal.write(`Buckets of ${buckets.map(([from, to]) => `${from} → ${to}`).join(" and ")} words.\n`);

  const config: TranslateConfig = {
    symbols: symbols.length,
    embeddingSize: Math.ceil(units / 2),
    units,
    buckets,
    batch,
    rate,
    maxGradientNorm: 5,
  };
  const graph = new Graph();
  const [model, greedy, initializer] = graph.asDefault(() => {
    setRandomSeed(seed);
    return [translateTraining(config), translator(config), globalVariablesInitializer()] as const;
  });
  await using session = new Session({ graph, engine: engineOf(engine) });
  await session.run(initializer);
  const { losses } = await trainSteps(
    {
      steps,
      step: async () => {
        const drawn = sentences.drawBatch(batch, draw);
        const fetches = [model.losses[drawn.bucket] as Tensor, model.trainOps[drawn.bucket] as Operation] as const;
        const [loss] = await session.run(fetches, feedsOf(model, drawn));
        return Number((loss as NDArray).item());
      },
    },
    terminal,
  );

  terminal.write("\n");
  let right = 0;
  const translations = await translate(
    session,
    greedy,
    sentences,
    test.map(([source]) => source),
  );
  for (const [i, [source, wanted]] of test.entries()) {
    const got = translations[i];
    const isRight = got === sentences.normal(wanted);
    right += Number(isRight);
    if (i < shown) terminal.write(`${source}\n  ${got ?? "is too long"}${isRight ? "" : `\n  not ${wanted}`}\n`);
  }
  terminal.write(`\n${right} of ${held} held-back sentences are translated word for word: `);
  terminal.write(`${((100 * right) / held).toFixed(1)} %.\n\n${sharingTable(graph, 0)}\n`);
  const metadata = { steps: String(losses.length), seed: String(seed), symbols: JSON.stringify(symbols) };
  terminal.write(
    `${await saveWeights(session, out, "translate.safetensors", { metadata })}  the weights, and the symbols\n`,
  );
};

export const translateCommand = command(
  "trains an encoder and a decoder with attention, and translates with the same variables",
  options,
  train,
);
