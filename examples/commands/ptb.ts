/** The language model of TensorFlow's PTB tutorial learns to foretell the words of a text. */
import { Graph, globalVariablesInitializer, Session, setRandomSeed } from "namesake";
import { type PtbConfig, ptbSmall } from "../models/ptb-lstm.ts";
import { ptbTraining } from "../models/ptb-training.ts";
import { perplexity, readerOf, reading } from "../texts/reading.ts";
import { batchCount, numbersOf, readText, vocabularyOf, wordsOf } from "../texts/words.ts";
import { sharingTable } from "../training/sharing.ts";
import { trainSteps } from "../training/steps.ts";
import { saveWeights } from "../training/weights.ts";
import { type Body, command, commonOptions, engineOf, UsageError } from "./command.ts";

const options = {
  text: { about: "a text file; without it, Alice's Adventures in Wonderland", default: "", value: "FILE" },
  epochs: { about: "how often the text is read", default: 6, most: 1000 },
  vocabulary: { about: "how many words are told apart; rarer ones are one", default: 2000, least: 2, most: 100_000 },
  hidden: { about: "units of each of the two layers", default: ptbSmall.hiddenSize, most: 4096 },
  batch: { about: "places of the text that are read at once", default: ptbSmall.batchSize, most: 1024 },
  words: { about: "words that one step reads at each place", default: ptbSmall.numSteps, most: 200 },
  out: { about: "the folder for the weights", default: "out", value: "FOLDER" },
  ...commonOptions,
} as const;

/** The tutorial's learning rate: 1, and half of the last epoch's after the fourth. */
const rateOf = (epoch: number): number => 0.5 ** Math.max(0, epoch - 3);

/** Three readers of one set of variables: to train, to see how it goes, and to test, word by word. */
function build(config: PtbConfig, seed: number) {
  setRandomSeed(seed);
  const trained = readerOf("Train", config, null);
  const training = ptbTraining(trained.cost, 5);
  const validated = readerOf("Valid", config, true);
  const tested = readerOf("Test", { ...config, batchSize: 1, numSteps: 1 }, true);
  return { trained, validated, tested, training, initializer: globalVariablesInitializer() };
}

const train: Body<typeof options> = async (values, terminal) => {
  const { epochs, hidden, batch, out, seed, engine } = values;
  const { text, name } = readText(values.text);
  const words = wordsOf(text);
  const vocabulary = vocabularyOf(words, values.vocabulary);
  const numbers = numbersOf(words, vocabulary);
  const [first, second] = [Math.floor(0.8 * numbers.length), Math.floor(0.9 * numbers.length)];
  const texts = [numbers.subarray(0, first), numbers.subarray(first, second), numbers.subarray(second)] as const;
  const perEpoch = batchCount(texts[0], batch, values.words);
  if (batchCount(texts[1], batch, values.words) === 0)
    throw new UsageError(
      `${name} has ${words.length} words: too few for --batch ${batch} and --words ${values.words}.`,
    );
  const config = {
    ...ptbSmall,
    batchSize: batch,
    numSteps: values.words,
    hiddenSize: hidden,
    vocabSize: vocabulary.length,
  };
  const graph = new Graph();
  const { trained, validated, tested, training, initializer } = graph.asDefault(() => build(config, seed));
  await using session = new Session({ graph, engine: engineOf(engine) });
  await session.run(initializer);
  terminal.write(
    `${name}: ${words.length} words, ${vocabulary.length} of them told apart; ${perEpoch} steps an epoch.\n`,
  );

  const read = reading(session, trained, texts[0], [training.trainOp]);
  let cost = 0;
  const { losses } = await trainSteps(
    {
      steps: epochs * perEpoch,
      step: async (index) => {
        const [epoch, place] = [Math.floor(index / perEpoch), index % perEpoch];
        if (place === 0) {
          await session.run(training.setRate, [[training.newRate, rateOf(epoch)]]);
          cost = 0;
        }
        const loss = (await read(place)) / config.numSteps;
        cost += loss;
        return loss;
      },
      note: async (done) => {
        if (done % perEpoch !== 0) return null;
        const seen = Math.exp(cost / perEpoch).toFixed(1);
        const held = await perplexity(session, validated, texts[1]);
        return `epoch ${done / perEpoch}: rate ${rateOf(done / perEpoch - 1)}, perplexity ${seen} while learning, ${held} of held-back text`;
      },
    },
    terminal,
  );
  terminal.write(
    `\nPerplexity of the end of the text, read word by word: ${await perplexity(session, tested, texts[2])}.\n\n`,
  );
  terminal.write(`${sharingTable(graph, 0)}\n`);
  const metadata = { steps: String(losses.length), seed: String(seed), vocabulary: JSON.stringify(vocabulary) };
  terminal.write(
    `${await saveWeights(session, out, "ptb.safetensors", { metadata })}  the weights, and the vocabulary\n`,
  );
};

export const ptbCommand = command(
  "trains PTB's LSTM language model on a text, one cell shared by every step",
  options,
  train,
);
