/** The examples that read random input: they show what the models share and how long a step takes. */
import {
  createReferenceEngine,
  type Engine,
  type FeedKey,
  float32,
  Graph,
  getVariableScope,
  globalVariablesInitializer,
  int32,
  type NDArray,
  placeholder,
  randomUniform,
  Session,
  setRandomSeed,
  summarize,
  type Tensor,
  unstack,
  variableScope,
} from "namesake";
import * as mlp from "../models/mlp.ts";
import { ptbModel, ptbSmall } from "../models/ptb-lstm.ts";
import { attentionSeq2Seq, seq2seqSmall } from "../models/seq2seq-attention.ts";
import { command, commonOptions, engineOf, type Terminal } from "./command.ts";

/** A model that is built, and what to run of it. */
interface Built {
  readonly about: string;
  readonly feeds: readonly (readonly [FeedKey & Tensor, NDArray])[];
  readonly outputs: readonly Tensor[];
}

/** How many steps are measured after the first one. */
const measuredSteps = 5;

/** Values from 0 up to 1, or whole numbers below `below`. */
function drawn(shape: readonly number[], below?: number): NDArray {
  return new Graph().asDefault(() => {
    using session = new Session({ engine: createReferenceEngine() });
    const options = below === undefined ? {} : { maxval: below, dtype: int32 };
    return session.runSync(randomUniform(shape, { ...options, seed: 1 }));
  });
}

/** Runs a body as a second caller who shares every variable. */
function reusing<T>(body: () => T): T {
  return variableScope(getVariableScope(), { reuse: true }, body);
}

const shapeText = (tensor: Tensor): string => `${tensor.name} ${tensor.dtype.name} ${tensor.shape}`;

/** Builds a model in a graph of its own, runs it and tells about it. */
async function show(build: () => Built, seed: number, engine: () => Engine, terminal: Terminal): Promise<void> {
  const times: string[] = [];
  let begun = performance.now();
  const lap = (what: string): void => {
    times.push(`${what} ${(performance.now() - begun).toFixed(1)} ms`);
    begun = performance.now();
  };
  const graph = new Graph();
  const [{ about, feeds, outputs }, initializer] = graph.asDefault(() => {
    setRandomSeed(seed);
    return [build(), globalVariablesInitializer()] as const;
  });
  lap(`building ${graph.operations.length} ops`);
  await using session = new Session({ graph, engine });
  await session.run(initializer);
  lap("drawing the weights");
  const values = await session.run(outputs, feeds);
  lap("the first step");
  for (let step = 0; step < measuredSteps; step += 1) await session.run(outputs, feeds);
  times.push(`a further step ${((performance.now() - begun) / measuredSteps).toFixed(1)} ms`);
  terminal.write(`${about}\n\n${summarize(graph)}\n\n`);
  for (const [tensor, value] of feeds) terminal.write(`in   ${shapeText(tensor)}, fed [${value.shape.join(", ")}]\n`);
  for (const [i, tensor] of outputs.entries())
    terminal.write(`out  ${shapeText(tensor)}, gave [${values[i]?.shape.join(", ")}]\n`);
  terminal.write(`\nOn ${session.engineName}: ${times.join(", ")}.\n`);
}

const batch = (size: number) => ({ about: "pictures, sentences or texts at once", default: size, most: 4096 }) as const;

/** The examples by name. */
export const randomInputCommands = {
  mlp: command(
    "MNIST's fully connected network, built with tf.Variable: nothing is shared",
    {
      batch: batch(128),
      hidden: { about: "units of the hidden layer", default: 1024, most: 65_536 },
      ...commonOptions,
    },
    ({ batch, hidden, seed, engine }, terminal) => {
      const build = (): Built => {
        const images = placeholder(float32, [null, 784], { name: "images" });
        const scores = mlp.inference(images, { ...mlp.mlp1024, hidden: [hidden] });
        return {
          about: "One network; a second call would make variables of its own.",
          feeds: [[images, drawn([batch, 784])]],
          outputs: [scores],
        };
      };
      return show(build, seed, engineOf(engine), terminal);
    },
  ),
  "ptb-lstm": command(
    "a language model of LSTM cells, unrolled: every step shares the cells' variables",
    { batch: batch(20), steps: { about: "words of each sentence", default: 20, most: 1000 }, ...commonOptions },
    ({ batch, steps, seed, engine }, terminal) => {
      const build = (): Built => {
        const words = placeholder(int32, [batch, steps], { name: "words" });
        const { logits, finalState } = ptbModel(words, { ...ptbSmall, batchSize: batch, numSteps: steps });
        const about = `${steps} steps through one set of variables: a cell's were asked for ${steps} times.`;
        const feeds = [[words, drawn([batch, steps], ptbSmall.vocabSize)]] as const;
        return { about, feeds, outputs: [logits, ...finalState.map(({ h }) => h)] };
      };
      return show(build, seed, engineOf(engine), terminal);
    },
  ),
  "seq2seq-attention": command(
    "translation with attention: encoder and decoder share an embedding, a greedy decoder shares everything",
    { batch: batch(16), steps: { about: "symbols of each text", default: 8, most: 1000 }, ...commonOptions },
    ({ batch, steps, seed, engine }, terminal) => {
      const build = (): Built => {
        const texts = ["source", "target"].map((name) => placeholder(int32, [steps, null], { name }));
        const [source, target] = texts.map((text) => unstack(text)) as [Tensor[], Tensor[]];
        const trained = attentionSeq2Seq(source, target, seq2seqSmall);
        const greedy = reusing(() => attentionSeq2Seq(source, target, seq2seqSmall, "greedy"));
        const feeds = texts.map((text) => [text, drawn([steps, batch], seq2seqSmall.symbols)] as const);
        const about = "Two decoders, one that is given its inputs and one that makes them, with one set of variables.";
        return { about, feeds, outputs: [trained.at(-1) as Tensor, greedy.at(-1) as Tensor] };
      };
      return show(build, seed, engineOf(engine), terminal);
    },
  ),
};
