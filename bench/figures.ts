/** The figures of the benchmark: what each is called, its unit, what it should be. How they are measured is in the `…-cases.ts`. */
import { inferenceNames } from "./inference-cases.ts";
import { opFigures } from "./op-cases.ts";
import type { Target } from "./targets.ts";
import { trainingNames, trainingUnits } from "./training-cases.ts";

export interface FigureInfo {
  readonly unit: string;
  readonly targets?: readonly Target[];
}

const createAt10k = "create, 10,000 variables";
const reuseAt10k = "reuse, 10,000 variables";

/** How many times as long as ours TensorFlow's inference is to take, by the case. */
const inferenceTargets: Readonly<Record<string, Target>> = {
  "infer-mlp256": { kind: "times", limit: 1 },
  "infer-mlp": { kind: "times", limit: 1 },
  "infer-cifar10": { kind: "times", limit: 1, goal: 1.2 },
  "infer-ptb": { kind: "times", limit: 1 },
  "infer-resnet50": { kind: "times", limit: 0.8, goal: 1 },
  "infer-gpt2": { kind: "times", limit: 1 },
};

const besideTfjs: Target = { kind: "times", limit: 10, peer: "tfjs" };

function inferenceFigures(): Record<string, FigureInfo> {
  return Object.fromEntries(
    Object.entries(inferenceNames).flatMap(([name, title]) => {
      const target = inferenceTargets[name];
      const targets = target === undefined ? [besideTfjs] : [target, besideTfjs];
      return [
        [`${title}, run`, { unit: "ms" }],
        [`${title}, frozen`, { unit: "ms", targets }],
      ];
    }),
  );
}

const leastMemory: Target = { kind: "times", limit: 1 };

/** The targets of training, by the case and what of it is measured. */
const trainingTargets: Readonly<Record<string, Readonly<Record<string, readonly Target[]>>>> = {
  "train-mlp256": {
    step: [
      { kind: "times", limit: 2, goal: 2.5 },
      { kind: "times", limit: 20, peer: "tfjs" },
    ],
  },
  "train-mlp1024": {
    step: [
      { kind: "times", limit: 1.2, goal: 1.5 },
      { kind: "times", limit: 20, peer: "tfjs" },
    ],
  },
  "train-ptb": { step: [{ kind: "times", limit: 1.2, goal: 1.4 }] },
  "train-towers": {
    "build + gradients + first step": [{ kind: "times", limit: 10, goal: 20 }],
    step: [
      { kind: "times", limit: 1, goal: 1.3 },
      { kind: "times", limit: 20, peer: "tfjs" },
    ],
  },
  "train-cifar10": { step: [{ kind: "times", limit: 1, goal: 1.2 }] },
  "train-cnn": {
    step: [
      { kind: "times", limit: 1 },
      { kind: "times", limit: 20, peer: "tfjs" },
    ],
  },
  "train-adam": { step: [{ kind: "times", limit: 1 }] },
};

function trainingFigures(): Record<string, FigureInfo> {
  return Object.fromEntries(
    Object.entries(trainingNames).flatMap(([name, title]) =>
      Object.entries(trainingUnits).map(([what, unit]) => {
        const targets = what === "peak memory" ? [leastMemory] : (trainingTargets[name]?.[what] ?? []);
        return [`${title}, ${what}`, { unit, targets }];
      }),
    ),
  );
}

/** By name, in the order of the table. */
export const figures: Readonly<Record<string, FigureInfo>> = {
  "create, first 1,000 variables of a process": { unit: "µs each" },
  "reuse, first 1,000 variables of a process": { unit: "µs each" },
  "create, 4,000 variables": { unit: "µs each" },
  "reuse, 4,000 variables": { unit: "µs each" },
  [createAt10k]: { unit: "µs each", targets: [{ kind: "times", limit: 60, goal: 100 }] },
  [reuseAt10k]: { unit: "µs each", targets: [{ kind: "times", limit: 20 }] },
  "create, 100,000 variables": { unit: "µs each", targets: [{ kind: "growth", limit: 1.5, from: createAt10k }] },
  "reuse, 100,000 variables": { unit: "µs each", targets: [{ kind: "growth", limit: 1.5, from: reuseAt10k }] },
  "create, 300,000 variables": { unit: "µs each", targets: [{ kind: "growth", limit: 1.5, from: createAt10k }] },
  "reuse, 300,000 variables": { unit: "µs each", targets: [{ kind: "growth", limit: 1.5, from: reuseAt10k }] },
  "create, first 10,000 variables of a process": { unit: "µs each" },
  "create, 10,000 variables with random initializers": { unit: "µs each" },
  "heap, 300,000 variables with random initializers": { unit: "bytes each", targets: [{ kind: "most", limit: 8000 }] },
  "create, 10,000 ops": { unit: "µs each" },
  "plan, 10,000 ops": { unit: "ms", targets: [{ kind: "most", limit: 50 }] },
  "plan, 10,000 ops, warm": { unit: "ms", targets: [{ kind: "most", limit: 50 }] },
  "first step, 10,000 ops": { unit: "ms" },
  "runSync, feed and fetch, reference": { unit: "µs", targets: [{ kind: "times", limit: 10 }] },
  "runSync, assignAdd, reference": { unit: "µs", targets: [{ kind: "times", limit: 10 }] },
  "runSync, callable, reference": { unit: "µs", targets: [{ kind: "times", limit: 10 }] },
  "run, feed and fetch, reference": { unit: "µs" },
  "run, assignAdd, reference": { unit: "µs" },
  "run, feed and fetch, reference, over the engine": { unit: "µs", targets: [{ kind: "most", limit: 15 }] },
  "run, assignAdd, reference, over the engine": { unit: "µs", targets: [{ kind: "most", limit: 15 }] },
  "runSync, feed and fetch, ONNX Runtime": { unit: "µs", targets: [{ kind: "times", limit: 10, goal: 50 }] },
  "runSync, assignAdd, ONNX Runtime": { unit: "µs", targets: [{ kind: "times", limit: 10, goal: 50 }] },
  "runSync, callable, ONNX Runtime": { unit: "µs", targets: [{ kind: "times", limit: 10, goal: 50 }] },
  "run, feed and fetch, ONNX Runtime": { unit: "µs" },
  "run, assignAdd, ONNX Runtime": { unit: "µs" },
  "run, feed and fetch, ONNX Runtime, over the engine": { unit: "µs", targets: [{ kind: "most", limit: 15 }] },
  "run, assignAdd, ONNX Runtime, over the engine": { unit: "µs", targets: [{ kind: "most", limit: 15 }] },
  ...inferenceFigures(),
  ...trainingFigures(),
  ...Object.fromEntries(opFigures.map((name) => [name, { unit: "µs" }])),
  "import of the core door, over an empty module": { unit: "ms", targets: [{ kind: "most", limit: 40 }] },
  "core door, minified and gzipped": { unit: "kB", targets: [{ kind: "most", limit: 300 }] },
};
