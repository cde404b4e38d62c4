/**
 * Training: how long a program takes to build, its gradients and its first step, what a step takes after that, and the most memory that
 * its process ever had. Both sides begin with weights of their own, as times do not depend on them; peers in JavaScript begin with ours, and
 * are asked for our losses.
 */
import {
  type BaseVariable,
  Graph,
  globalVariablesInitializer,
  type NDArray,
  ndarray,
  type Operation,
  Session,
  trainableVariables,
} from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { type FrozenConstant, feedElements, writeFrozenProgram } from "./javascript-peers/frozen-program.ts";
import { median } from "./statistics.ts";
import { type Figures, microseconds } from "./timing.ts";
import { type Forward, type TrainingFeed, trainingPrograms } from "./training-programs.ts";

/** The cases, and what their figures begin with. */
export const trainingNames: Readonly<Record<string, string>> = {
  "train-mlp256": "training, MLP 784-256-10, batch 64",
  "train-mlp1024": "training, MLP 784-1024-10, batch 128",
  "train-ptb": "training, PTB LSTM, batch 20, 20 steps",
  "train-towers": "training, 16 shared towers of 8 layers, Adam",
  "train-cifar10": "training, cifar10, batch 128",
  "train-cnn": "training, cifar10 without normalization, batch 128",
  "train-adam": "training, 32 MB of weights, Adam",
};

/** What of each case is measured, with its unit. */
export const trainingUnits = {
  build: "ms",
  gradients: "ms",
  "first step": "ms",
  "build + gradients + first step": "ms",
  step: "ms",
  "peak memory": "MiB",
} as const;

/** How long steps are measured, milliseconds. */
const BUDGET_MS = 4000;

/** The losses of so many steps are compared with a peer's. */
const COMPARED_STEPS = 5;

const milliseconds = (body: () => void): number => microseconds(body) / 1e3;

/** What a tensor is fed with. */
function valuesOf({ tensor, shape, below }: TrainingFeed): NDArray {
  return ndarray(feedElements(shape, below), tensor.dtype, shape);
}

function constantOf(variable: BaseVariable, value: NDArray): readonly [string, FrozenConstant] {
  const name = variable.name.replace(/:0$/, "");
  return [name, { name, dtype: "float32", shape: value.shape, values: value.data as Float32Array }];
}

/** The median time of a step, milliseconds, after a few that do not count. */
function medianStep(body: () => unknown): number {
  for (let i = 0; i < 3; i += 1) body();
  const times: number[] = [];
  for (const end = performance.now() + BUDGET_MS; performance.now() < end || times.length < 5; )
    times.push(milliseconds(body));
  return median(times);
}

/** Measures a case; `isFrozen` writes what peers in JavaScript begin with, and the losses that they are to have. */
export function measureTraining(name: string, isFrozen: boolean): Figures {
  const program = trainingPrograms[name];
  const title = trainingNames[name];
  if (program === undefined || title === undefined) throw new Error(`there is no case "${name}"`);
  const graph = new Graph();
  let forward: Forward | undefined;
  let trainOp: Operation | undefined;
  const build = milliseconds(() => void (forward = graph.asDefault(program.build)));
  const { feeds, loss } = forward as Forward;
  const gradients = milliseconds(() => void (trainOp = graph.asDefault(() => program.train(loss))));
  const { initializer, variables } = graph.asDefault(() => ({
    initializer: globalVariablesInitializer(),
    variables: trainableVariables() as BaseVariable[],
  }));
  using session = new Session({ graph, engine: createOnnxRuntimeEngine({ isNative: true }) });
  session.runSync(initializer);
  const weights = isFrozen ? (session.runSync(variables) as NDArray[]) : [];
  const fed = feeds.map((feed) => [feed.tensor, valuesOf(feed)] as const);
  const step = () => session.runSync([trainOp as Operation, loss], fed);
  const losses: number[] = [];
  const compared = () => void losses.push((step()[1] as NDArray).item() as number);
  const first = milliseconds(compared);
  while (losses.length < COMPARED_STEPS) compared();
  if (!losses.every(Number.isFinite)) throw new Error(`the loss of ${name} is ${losses.join(", ")}`);
  if (isFrozen)
    writeFrozenProgram(name, {
      figures: [`${title}, step`],
      nodes: [],
      constants: new Map(variables.map((variable, i) => constantOf(variable, weights[i] as NDArray))),
      feeds: feeds.map(({ tensor, shape, below }) => {
        const dtype = below === null ? "float32" : "int32";
        return { name: tensor.op.name, dtype, shape, below } as const;
      }),
      fetch: loss.op.name,
      expected: losses,
    });
  const figures: Record<keyof typeof trainingUnits, number> = {
    build,
    gradients,
    "first step": first,
    "build + gradients + first step": build + gradients + first,
    step: medianStep(step),
    // Of the whole process, in KiB; what it held at any time.
    "peak memory": process.resourceUsage().maxRSS / 1024,
  };
  return Object.fromEntries(Object.entries(figures).map(([what, value]) => [`${title}, ${what}`, value]));
}
