/** The cases by name: how often each is measured, and by what. A measurement has a process of its own. */
import { importTime, size } from "./door-cases.ts";
import { firstVariables, heap, ops, plan, randomVariables, variables } from "./graph-cases.ts";
import { steps } from "./step-cases.ts";
import type { Figures } from "./timing.ts";

export interface BenchCase {
  readonly rounds: number;
  /** Whether the peer has the case, too: under the same name, with the same figures as far as it goes. */
  readonly hasPeer: boolean;
  readonly measure: (isQuick: boolean) => Figures | Promise<Figures>;
}

export const cases: Readonly<Record<string, BenchCase>> = {
  variables: {
    rounds: 5,
    hasPeer: true,
    measure: (isQuick) => variables(isQuick ? [1000, 4000, 10_000] : [1000, 4000, 10_000, 100_000, 300_000]),
  },
  "first-variables": { rounds: 5, hasPeer: true, measure: () => firstVariables(10_000) },
  "random-variables": { rounds: 5, hasPeer: true, measure: () => randomVariables(10_000) },
  heap: { rounds: 1, hasPeer: false, measure: (isQuick) => (isQuick ? {} : heap(300_000)) },
  ops: { rounds: 5, hasPeer: true, measure: () => ops(10_000) },
  plan: { rounds: 5, hasPeer: true, measure: () => plan(10_000) },
  steps: { rounds: 5, hasPeer: true, measure: steps },
  import: { rounds: 3, hasPeer: false, measure: importTime },
  size: { rounds: 1, hasPeer: false, measure: size },
};
