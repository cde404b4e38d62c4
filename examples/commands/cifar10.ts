/** The network of TensorFlow's CIFAR-10 tutorial learns pictures, in one tower or in several that share every variable. */
import { join } from "node:path";
import {
  argmax,
  type CustomGetter,
  float32,
  Graph,
  getVariableScope,
  globalVariablesInitializer,
  int32,
  type NDArray,
  nameScope,
  ndarray,
  placeholder,
  Session,
  setRandomSeed,
  type Tensor,
  variableScope,
} from "namesake";
import { generatePictures } from "../cifar10/generated.ts";
import { batchFrom, drawBatch, type PictureBatch, type Pictures, readPictures, seenSize } from "../cifar10/pictures.ts";
import { inference } from "../models/cifar10.ts";
import { type Cifar10Batch, cifar10Training, tutorialSchedule } from "../models/cifar10-training.ts";
import { drawFrom } from "../training/random.ts";
import { sharingTable } from "../training/sharing.ts";
import { trainSteps } from "../training/steps.ts";
import { saveWeights } from "../training/weights.ts";
import { type Body, command, commonOptions, engineOf } from "./command.ts";

const options = {
  data: { about: "the folder cifar-10-batches-bin; without it, pictures are generated", default: "", value: "FOLDER" },
  steps: { about: "steps of training", default: 100, most: 1_000_000 },
  batch: { about: "pictures of a tower in a step", default: 64, most: 4096 },
  towers: { about: "towers, which share every variable", default: 1, most: 16 },
  out: {
    about: "the folder for the weights, and for the pictures that are generated",
    default: "out",
    value: "FOLDER",
  },
  ...commonOptions,
} as const;

/** Builds the training, and two towers more to test with: one with the variables as they are, one with their averages. */
function build(towers: number, batch: number, pictures: number, seed: number) {
  setRandomSeed(seed);
  const inputs = Array.from({ length: towers }, (_, i): Cifar10Batch => {
    const images = placeholder(float32, [batch, seenSize, seenSize, 3], { name: `images${i}` });
    return [images, placeholder(int32, [batch], { name: `labels${i}` })];
  });
  const training = cifar10Training(inputs, tutorialSchedule(batch * towers, pictures));
  const averages: CustomGetter = (getter, name, options) => {
    const variable = getter(name, options);
    return training.averages.average(variable as never) ?? variable;
  };
  const [[images]] = inputs as [Cifar10Batch];
  const test = (name: string, customGetter: CustomGetter | null): Tensor =>
    variableScope(getVariableScope(), { reuse: true, customGetter }, () =>
      nameScope(name, () => argmax(inference(images), { axis: 1, outputType: int32 })),
    );
  const found = [test("test", null), test("test_averages", averages)];
  return { inputs, images, training, found, initializer: globalVariablesInitializer() };
}

/** The values to feed for a batch. */
function arrays({ images, labels }: PictureBatch): readonly [NDArray, NDArray] {
  return [ndarray(images, float32, [labels.length, seenSize, seenSize, 3]), ndarray(labels)];
}

/** The part of the pictures whose class is found: with each of the towers that test. */
async function accuracies(pictures: Pictures, batch: number, find: (images: NDArray) => Promise<readonly NDArray[]>) {
  const right: number[] = [];
  for (let first = 0; first < pictures.count; first += batch) {
    const some = batchFrom(pictures, batch, first);
    for (const [i, classes] of (await find(arrays(some)[0])).entries()) {
      const last = Math.min(batch, pictures.count - first);
      for (let at = 0; at < last; at += 1) right[i] = (right[i] ?? 0) + Number(classes.at(at) === some.labels[at]);
    }
  }
  return right.map((count) => `${((100 * count) / pictures.count).toFixed(1)} %`);
}

const train: Body<typeof options> = async ({ data, steps, batch, towers, out, seed, engine }, terminal) => {
  const folder = data === "" ? join(out, "cifar10-generated") : data;
  if (data === "") generatePictures(folder, seed);
  const pictures = readPictures(folder);
  if (data === "")
    terminal.write(
      `These are no photographs but striped pictures, generated into ${folder}; --data trains on the real ones.\n`,
    );
  terminal.write(`${pictures.training.count} pictures to learn from, ${pictures.test.count} held back.\n`);
  const graph = new Graph();
  const built = graph.asDefault(() => build(towers, batch, pictures.training.count, seed));
  const { inputs, images, training, found, initializer } = built;
  await using session = new Session({ graph, engine: engineOf(engine) });
  await session.run(initializer);

  const draw = drawFrom(seed);
  const step = session.makeCallable([training.losses, training.trainOp], inputs.flat());
  const trained = await trainSteps(
    {
      steps,
      step: async () => {
        const [losses] = await step(...inputs.flatMap(() => arrays(drawBatch(pictures.training, batch, draw))));
        return losses.reduce((sum, loss) => sum + Number(loss.item()), 0) / towers;
      },
    },
    terminal,
  );

  const find = session.makeCallable(found, [images]);
  const [now, averaged] = await accuracies(pictures.test, batch, find);
  terminal.write(
    `\nOf the held-back pictures, ${now} are found, and ${averaged} with the averages of the weights.\n\n`,
  );
  terminal.write(`${sharingTable(graph)}\n`);
  const metadata = { steps: String(trained.losses.length), seed: String(seed) };
  terminal.write(`${await saveWeights(session, out, "cifar10.safetensors", { metadata })}  the weights\n`);
};

export const cifar10Command = command("trains CIFAR-10's network in towers that share every variable", options, train);
