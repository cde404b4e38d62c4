/**
 * The losses of the first 20 steps of the examples that train are TensorFlow's, from the same seed, on both engines; and so is what the
 * training leaves behind: averages, a reader of another size, a translation. Their graphs are compared in `graphs.test.ts`.
 */
import { createReferenceEngine, type Engine, type NDArray, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type TrainingName, trainingCases } from "./cases.ts";
import { feedsOf, modelCase } from "./golden.ts";

/**
 * How far a value may be from TensorFlow's, as a part of the largest one of its tensor. Sums of float32 products are made in another order,
 * and every step of training starts from what this did to the steps before: the distance grows with them. After 20 steps it was less than
 * 5e-7; ten times that leaves room for other processors.
 */
const TOLERANCE = 5e-6;

function distance(value: NDArray, wanted: readonly number[]): number {
  const got = Array.from(value.data as Float32Array, Number);
  expect(got).toHaveLength(wanted.length);
  const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return got.reduce((most, x, i) => Math.max(most, Math.abs(x - (wanted[i] as number))), 0) / (largest || 1);
}

/** Trains as TensorFlow did and gives the greatest distance from its values. */
async function follow(name: TrainingName, engine: Engine): Promise<number> {
  const { graph, initializer, runs } = modelCase(name);
  await using session = new Session({ graph, engine });
  await session.run(initializer);
  let carried: Readonly<Record<string, NDArray>> = {};
  let worst = 0;
  for (const run of runs) {
    const targets = (run.targets ?? []).map((target) => graph.getOperationByName(target));
    const [fetches, kept] = [run.fetches.map(({ tensor }) => tensor), (run.carried ?? []).map(([from]) => from)];
    const feeds = { ...feedsOf(run), ...carried };
    const [values, next] = await session.run([fetches, kept, targets], feeds);
    carried = Object.fromEntries((run.carried ?? []).map(([, to], i) => [to, next[i] as NDArray]));
    for (const [i, { values: wanted }] of run.fetches.entries())
      worst = Math.max(worst, distance(values[i] as NDArray, wanted));
  }
  return worst;
}

describe.each(Object.keys(trainingCases) as TrainingName[])("the training %s follows TensorFlow's", (name) => {
  it("on the reference engine", async () => {
    expect(await follow(name, createReferenceEngine())).toBeLessThanOrEqual(TOLERANCE);
  });

  it("on ONNX Runtime", async () => {
    const recoveries: string[] = [];
    const engine = createOnnxRuntimeEngine({ onRecovery: ({ reason }) => recoveries.push(reason) });
    expect(await follow(name, engine)).toBeLessThanOrEqual(TOLERANCE);
    expect(recoveries).toEqual([]);
  });
});
