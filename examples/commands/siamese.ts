/** Two towers that share their variables learn from pairs of handwritten digits which ones show the same. */
import {
  float32,
  Graph,
  globalVariablesInitializer,
  type NDArray,
  ndarray,
  placeholder,
  Session,
  setRandomSeed,
  type Tensor,
} from "namesake";
import { digitSize, readDigits } from "../digits/digits.ts";
import { accuracy, bestThreshold, drawPairs } from "../digits/pairs.ts";
import { digitMap, neighbourSheet } from "../digits/pictures.ts";
import { judgedPairs, pictures, type Tower } from "../digits/places.ts";
import { type SiameseConfig, siamese, siameseSmall } from "../models/siamese.ts";
import { writeOut } from "../training/out-folder.ts";
import { drawFrom } from "../training/random.ts";
import { sharingTable } from "../training/sharing.ts";
import { trainSteps } from "../training/steps.ts";
import { saveWeights } from "../training/weights.ts";
import { type Body, command, commonOptions, engineOf } from "./command.ts";

const options = {
  steps: { about: "steps of training", default: siameseSmall.steps, most: 1_000_000 },
  batch: { about: "pairs in a step", default: 64, most: 4096 },
  unshared: { about: "each tower learns weights of its own, to compare", default: false },
  out: { about: "the folder for the weights and the pictures", default: "out" },
  ...commonOptions,
} as const;

/** The network with its feeds. A step of known size is compiled to faster code than one of any size. */
function build(config: SiameseConfig, batch: number) {
  const image = (name: string): Tensor => placeholder(float32, [batch, digitSize, digitSize, 1], { name });
  const [left, right] = [image("left"), image("right")];
  const same = placeholder(float32, [batch], { name: "same" });
  const model = siamese(left, right, same, config);
  const towers: readonly Tower[] = [
    { input: left, output: model.left },
    // With shared variables, it would say the same.
    ...(config.isShared ? [] : [{ input: right, output: model.right }]),
  ];
  return { ...model, towers, feeds: [left, right, same], initializer: globalVariablesInitializer() };
}

const train: Body<typeof options> = async ({ steps, batch, unshared, out, seed, engine }, terminal) => {
  const { training, test } = readDigits();
  terminal.write(`${training.count} digits to learn from, ${test.count} held back.\n`);
  const graph = new Graph();
  const { loss, trainOp, towers, feeds, initializer } = graph.asDefault(() => {
    setRandomSeed(seed);
    return build({ ...siameseSmall, steps, isShared: !unshared }, batch);
  });
  await using session = new Session({ graph, engine: engineOf(engine) });
  await session.run(initializer);

  const draw = drawFrom(seed);
  const runStep = session.makeCallable([loss, trainOp], feeds);
  const step = async (): Promise<number> => {
    const { left, right, same } = drawPairs(training, batch, draw);
    const [value] = await runStep(pictures(training, left), pictures(training, right), ndarray(same));
    return Number((value as NDArray).item());
  };
  const { losses, isInterrupted } = await trainSteps({ steps, step }, terminal);
  const name = unshared ? "siamese-unshared" : "siamese";
  const about = { steps: String(losses.length), seed: String(seed) };
  if (isInterrupted) {
    const file = await saveWeights(session, out, `${name}.safetensors`, { metadata: about });
    terminal.write(`The weights so far: ${file}\n`);
    return;
  }

  const learnt = await judgedPairs(session, towers, training, draw);
  const held = await judgedPairs(session, towers, test, draw);
  const threshold = bestThreshold(learnt.pairs, learnt.found);
  const percent = ({ pairs, found }: typeof held) => `${(100 * accuracy(pairs, found, threshold)).toFixed(2)} %`;
  const who = unshared ? "Towers without sharing" : "Shared towers";
  terminal.write(`\n${who} are right about ${percent(held)} of ${held.found.length} pairs of held-back digits,\n`);
  terminal.write(
    `and about ${percent(learnt)} of pairs that they learnt from. Same digit: nearer than ${threshold.toFixed(3)}.\n`,
  );
  terminal.write(`\n${sharingTable(graph)}\n`);

  const metadata = { ...about, threshold: String(threshold) };
  const weights = await saveWeights(session, out, `${name}.safetensors`, { metadata });
  const map = writeOut(out, `${name}-map.png`, digitMap(test, held.left, drawFrom(seed)));
  const near = writeOut(out, `${name}-nearest.png`, neighbourSheet(test, held.left, held.right, drawFrom(seed)));
  terminal.write(`Weights: ${weights}\nWhere the digits are: ${map}\nThe nearest to some: ${near}\n`);
};

export const siameseCommand = command(
  "two towers share their variables and learn which handwritten digits are the same",
  options,
  train,
);
