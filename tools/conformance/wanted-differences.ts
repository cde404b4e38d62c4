/** Cases in which Namesake differs from TensorFlow on purpose: what TensorFlow refuses, Namesake does. */
import type { Case, Result } from "./program.ts";

/** Where a program succeeds that fails in TensorFlow, and why. */
interface WantedDifference {
  readonly reason: string;
  /** The statements that succeed. What they add to the graph is not compared. */
  readonly at: readonly string[];
}

const slots = "slots and averages never obey the reuse of the scope in which they happen to be made";

/** By file and name. */
const wantedDifferences: Readonly<Record<string, WantedDifference>> = {
  "optimizers.jsonl:inside_reusing_scope": { reason: slots, at: ["1/1"] },
  "ema.jsonl:reusing_scope": { reason: slots, at: ["1/1"] },
  "optimizer-use.jsonl:in-a-reusing-scope": { reason: slots, at: ["1/1"] },
  "moving-averages.jsonl:in-a-reusing-scope": { reason: slots, at: ["2/0"] },
};

/** Cases of gradients in which TensorFlow's CPU kernel refuses, or is wrong: the beginnings of the failures that are none. */
const wantedGradients: Readonly<Record<string, { readonly reason: string; readonly failure: string }>> = {
  "nn.conv2d/dilated": {
    reason: "TensorFlow's kernel of the gradient refuses dilations on this device; Namesake computes it",
    failure: "an error was wanted",
  },
  "nn.max_pool/overlap": {
    reason: "TensorFlow's kernel gives zeros where windows overlap on all sides; the values at the maxima are right",
    failure: "second.gradients_of_grad_ys",
  },
};

/** The failures of a case of gradients without those that are wanted. */
export function withoutWantedFailures(name: string, failures: readonly string[]): string[] {
  const wanted = wantedGradients[name];
  return failures.filter((failure) => wanted === undefined || !failure.startsWith(wanted.failure));
}

/** Null where the case is to give what TensorFlow gave. */
export function wantedDifferenceOf(file: string, name: string): WantedDifference | null {
  return wantedDifferences[`${file.split("/").at(-1)}:${name}`] ?? null;
}

/** Both sides without what differs on purpose. A statement that was to succeed and failed stays. */
export function withoutWanted(one: Case, got: Result, { at }: WantedDifference): readonly [Case, Result] {
  const rest = one.expect.log.filter((entry) => !at.includes(entry.at));
  const ours = got.log.filter((entry) => !at.includes(entry.at) || "error" in entry);
  const none = { log: [], graphs: [] };
  return [
    { ...one, expect: { ...one.expect, ...none, log: rest } },
    { ...got, ...none, log: ours },
  ];
}
