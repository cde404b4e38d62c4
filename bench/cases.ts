/** The cases by name: how often each side measures them, and how ours does. A measurement has a process of its own. */
import { importTime, size } from "./door-cases.ts";
import { firstVariables, heap, ops, plan, randomVariables, variables } from "./graph-cases.ts";
import { infer, inferenceNames } from "./inference-cases.ts";
import { measureOps } from "./op-cases.ts";
import type { PeerName } from "./peer-names.ts";
import { steps } from "./step-cases.ts";
import type { Figures } from "./timing.ts";
import { measureTraining, trainingNames } from "./training-cases.ts";

/** In which rounds a side measures a case. */
export type Repeat = "every round" | "first round" | "never";

export interface BenchCase {
  readonly ours: Repeat;
  /** The peers that have the case, under the same name; their figures have our names as far as they go. */
  readonly peers: Readonly<Partial<Record<PeerName, Repeat>>>;
  /** A quick run has the case only where it is asked for. */
  readonly isLong?: boolean;
  readonly measure: (how: Measuring) => Figures | Promise<Figures>;
}

/** How a case is to be measured. */
export interface Measuring {
  readonly isQuick: boolean;
  /** The case writes its frozen program for the peers in JavaScript. */
  readonly isFrozen: boolean;
}

const tensorflow = { tensorflow: "every round" } as const;

/** Inference with one of the example models. */
function inferenceCase(name: string): BenchCase {
  return {
    ours: "every round",
    peers: { ...tensorflow, tfjs: "every round", "jax-js": "every round" },
    isLong: true,
    measure: ({ isFrozen }) => infer(name, isFrozen),
  };
}

/** The peers in JavaScript that a case of training is written for. */
const trainingPeers: Readonly<Record<string, readonly PeerName[]>> = {
  "train-mlp256": ["tfjs", "jax-js"],
  "train-mlp1024": ["tfjs", "jax-js"],
  "train-towers": ["tfjs"],
  "train-cnn": ["tfjs"],
};

/** Training one of the programs. */
function trainingCase(name: string): BenchCase {
  const others = (trainingPeers[name] ?? []).map((peer) => [peer, "every round"] as const);
  return {
    ours: "every round",
    peers: { ...tensorflow, ...Object.fromEntries(others) },
    isLong: true,
    measure: ({ isFrozen }) => measureTraining(name, isFrozen),
  };
}

export const cases: Readonly<Record<string, BenchCase>> = {
  variables: {
    ours: "every round",
    peers: tensorflow,
    measure: ({ isQuick }) => variables(isQuick ? [1000, 4000, 10_000] : [1000, 4000, 10_000, 100_000, 300_000]),
  },
  "first-variables": { ours: "every round", peers: tensorflow, measure: () => firstVariables(10_000) },
  "random-variables": { ours: "every round", peers: tensorflow, measure: () => randomVariables(10_000) },
  heap: { ours: "first round", peers: {}, isLong: true, measure: () => heap(300_000) },
  ops: { ours: "every round", peers: tensorflow, measure: () => ops(10_000) },
  plan: { ours: "every round", peers: tensorflow, measure: () => plan(10_000) },
  steps: { ours: "every round", peers: tensorflow, measure: steps },
  ...Object.fromEntries(Object.keys(inferenceNames).map((name) => [name, inferenceCase(name)])),
  ...Object.fromEntries(Object.keys(trainingNames).map((name) => [name, trainingCase(name)])),
  "op-table": { ours: "every round", peers: tensorflow, isLong: true, measure: ({ isQuick }) => measureOps(isQuick) },
  import: { ours: "every round", peers: {}, measure: importTime },
  size: { ours: "first round", peers: {}, measure: size },
};
