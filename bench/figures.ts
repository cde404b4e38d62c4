/** The figures of the benchmark: what each is called, its unit, what it should be. How they are measured is in the `…-cases.ts`. */
import type { Target } from "./targets.ts";

export interface FigureInfo {
  readonly unit: string;
  readonly target?: Target;
}

const createAt10k = "create, 10,000 variables";
const reuseAt10k = "reuse, 10,000 variables";

/** By name, in the order of the table. */
export const figures: Readonly<Record<string, FigureInfo>> = {
  "create, first 1,000 variables of a process": { unit: "µs each" },
  "reuse, first 1,000 variables of a process": { unit: "µs each" },
  "create, 4,000 variables": { unit: "µs each" },
  "reuse, 4,000 variables": { unit: "µs each" },
  [createAt10k]: { unit: "µs each", target: { kind: "times", limit: 60, goal: 100 } },
  [reuseAt10k]: { unit: "µs each", target: { kind: "times", limit: 20 } },
  "create, 100,000 variables": { unit: "µs each", target: { kind: "growth", limit: 1.5, from: createAt10k } },
  "reuse, 100,000 variables": { unit: "µs each", target: { kind: "growth", limit: 1.5, from: reuseAt10k } },
  "create, 300,000 variables": { unit: "µs each", target: { kind: "growth", limit: 1.5, from: createAt10k } },
  "reuse, 300,000 variables": { unit: "µs each", target: { kind: "growth", limit: 1.5, from: reuseAt10k } },
  "create, first 10,000 variables of a process": { unit: "µs each" },
  "create, 10,000 variables with random initializers": { unit: "µs each" },
  "heap, 300,000 variables with random initializers": { unit: "bytes each", target: { kind: "most", limit: 8000 } },
  "create, 10,000 ops": { unit: "µs each" },
  "plan, 10,000 ops": { unit: "ms", target: { kind: "most", limit: 50 } },
  "plan, 10,000 ops, warm": { unit: "ms", target: { kind: "most", limit: 50 } },
  "first step, 10,000 ops": { unit: "ms" },
  "runSync, feed and fetch, reference": { unit: "µs", target: { kind: "times", limit: 10 } },
  "runSync, assignAdd, reference": { unit: "µs", target: { kind: "times", limit: 10 } },
  "runSync, callable, reference": { unit: "µs", target: { kind: "times", limit: 10 } },
  "run, feed and fetch, reference": { unit: "µs" },
  "run, assignAdd, reference": { unit: "µs" },
  "run, feed and fetch, reference, over the engine": { unit: "µs", target: { kind: "most", limit: 15 } },
  "run, assignAdd, reference, over the engine": { unit: "µs", target: { kind: "most", limit: 15 } },
  "runSync, feed and fetch, ONNX Runtime": { unit: "µs", target: { kind: "times", limit: 10 } },
  "runSync, assignAdd, ONNX Runtime": { unit: "µs", target: { kind: "times", limit: 10 } },
  "runSync, callable, ONNX Runtime": { unit: "µs", target: { kind: "times", limit: 10 } },
  "run, feed and fetch, ONNX Runtime": { unit: "µs" },
  "run, assignAdd, ONNX Runtime": { unit: "µs" },
  "run, feed and fetch, ONNX Runtime, over the engine": { unit: "µs", target: { kind: "most", limit: 15 } },
  "run, assignAdd, ONNX Runtime, over the engine": { unit: "µs", target: { kind: "most", limit: 15 } },
  "import of the core door, over an empty module": { unit: "ms", target: { kind: "most", limit: 40 } },
  "core door, minified and gzipped": { unit: "kB", target: { kind: "most", limit: 240 } },
};
