/** The cases by name: how often each side measures them, and how ours does. A measurement has a process of its own. */
import { importTime, size } from "./door-cases.ts";
import { firstVariables, heap, ops, plan, randomVariables, variables } from "./graph-cases.ts";
import { infer, inferenceNames } from "./inference-cases.ts";
import { measureOps } from "./op-cases.ts";
import { steps } from "./step-cases.ts";
import type { Figures } from "./timing.ts";

/** In which rounds a side measures a case. */
export type Repeat = "every round" | "first round" | "never";

export interface BenchCase {
  readonly ours: Repeat;
  /** The peer has the case under the same name, and its figures have our names as far as it goes. */
  readonly peer: Repeat;
  /** A quick run has the case only where it is asked for. */
  readonly isLong?: boolean;
  readonly measure: (isQuick: boolean) => Figures | Promise<Figures>;
}

/** Inference with one of the example models. */
function inferenceCase(name: string): BenchCase {
  return { ours: "every round", peer: "every round", isLong: true, measure: () => infer(name) };
}

export const cases: Readonly<Record<string, BenchCase>> = {
  variables: {
    ours: "every round",
    peer: "every round",
    measure: (isQuick) => variables(isQuick ? [1000, 4000, 10_000] : [1000, 4000, 10_000, 100_000, 300_000]),
  },
  "first-variables": { ours: "every round", peer: "every round", measure: () => firstVariables(10_000) },
  "random-variables": { ours: "every round", peer: "every round", measure: () => randomVariables(10_000) },
  heap: { ours: "first round", peer: "never", isLong: true, measure: () => heap(300_000) },
  ops: { ours: "every round", peer: "every round", measure: () => ops(10_000) },
  plan: { ours: "every round", peer: "every round", measure: () => plan(10_000) },
  steps: { ours: "every round", peer: "every round", measure: steps },
  ...Object.fromEntries(Object.keys(inferenceNames).map((name) => [name, inferenceCase(name)])),
  "op-table": { ours: "every round", peer: "every round", isLong: true, measure: measureOps },
  import: { ours: "every round", peer: "never", measure: importTime },
  size: { ours: "first round", peer: "never", measure: size },
};
