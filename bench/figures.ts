/** The figures of the benchmark: what each is called, its unit, what it should be. How they are measured is in the `…-cases.ts`. */
import { inferenceNames } from "./inference-cases.ts";
import { opFigures } from "./op-cases.ts";
import type { Target } from "./targets.ts";

export interface FigureInfo {
  readonly unit: string;
  readonly targets?: readonly Target[];
}

const createAt10k = "create, 10,000 variables";
const reuseAt10k = "reuse, 10,000 variables";

/** How many times as long as ours TensorFlow's inference is to take, by the case. */
const inferenceTargets: Readonly<Record<string, Target>> = {
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
  "runSync, feed and fetch, ONNX Runtime": { unit: "µs", targets: [{ kind: "times", limit: 10 }] },
  "runSync, assignAdd, ONNX Runtime": { unit: "µs", targets: [{ kind: "times", limit: 10 }] },
  "runSync, callable, ONNX Runtime": { unit: "µs", targets: [{ kind: "times", limit: 10 }] },
  "run, feed and fetch, ONNX Runtime": { unit: "µs" },
  "run, assignAdd, ONNX Runtime": { unit: "µs" },
  "run, feed and fetch, ONNX Runtime, over the engine": { unit: "µs", targets: [{ kind: "most", limit: 15 }] },
  "run, assignAdd, ONNX Runtime, over the engine": { unit: "µs", targets: [{ kind: "most", limit: 15 }] },
  ...inferenceFigures(),
  ...Object.fromEntries(opFigures.map((name) => [name, { unit: "µs" }])),
  "import of the core door, over an empty module": { unit: "ms", targets: [{ kind: "most", limit: 40 }] },
  "core door, minified and gzipped": { unit: "kB", targets: [{ kind: "most", limit: 300 }] },
};
