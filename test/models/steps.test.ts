/**
 * The example models compute what TensorFlow computed from the same seed, on both engines. On ONNX Runtime nothing of a step is left to
 * the host; how each is written there is kept in `lowered/`, so that a change of the lowering shows.
 */
import { createReferenceEngine, type Engine, type NDArray, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type CaseName, forwardCases } from "./cases.ts";
import { feedsOf, type ModelCase, modelCase } from "./golden.ts";
import { RecordingEngine } from "./recording-engine.ts";

/**
 * How far values may be from TensorFlow's, as a part of the largest one: sums of float32 products in another order. Each layer adds
 * what rounding did in the ones before; 1e-5 holds for all of them, which is some hundred times float32's 6e-8.
 */
const TOLERANCE = 1e-5;

/** Drawing ResNet-50's weights takes two seconds of an idle core, and many times that where other tests want it. */
const LONG_MS = 120_000;

/** 4 billion products: the plain TypeScript of the reference engine takes seconds for them, and computes the narrow variants. */
const largeCases: readonly CaseName[] = ["resnet50-full", "gpt2-wide"];

function expectNear(value: NDArray, wanted: readonly number[]): void {
  const got = [...(value.data as Float32Array)];
  expect(got).toHaveLength(wanted.length);
  const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const distance = got.reduce((most, x, i) => Math.max(most, Math.abs(x - (wanted[i] ?? Number.NaN))), 0);
  expect(distance).toBeLessThanOrEqual(TOLERANCE * largest);
}

/** Runs the steps, compares what they give, and tells on what their parts ran. */
async function runSteps({ graph, initializer, runs }: ModelCase, engine: Engine): Promise<readonly string[]> {
  await using session = new Session({ graph, engine });
  await session.run(initializer);
  const places = new Set<string>();
  for (const run of runs) {
    const metadata: { readonly parts?: readonly { readonly runsOn: string }[] } = {};
    const tensors = run.fetches.map(({ tensor }) => tensor);
    const values = (await session.run(tensors, feedsOf(run), { metadata })) as NDArray[];
    for (const [i, { shape, values: wanted }] of run.fetches.entries()) {
      expect(values[i]?.shape).toEqual(shape);
      expectNear(values[i] as NDArray, wanted);
    }
    for (const { runsOn } of metadata.parts ?? []) places.add(runsOn);
  }
  return [...places];
}

describe("the example models give TensorFlow's values", () => {
  it.each(forwardCases.filter((name) => !largeCases.includes(name)))("%s on the reference engine", async (name) => {
    expect(await runSteps(modelCase(name), createReferenceEngine())).toEqual(["reference"]);
  });

  it.each(forwardCases)(
    "%s on ONNX Runtime, all of it",
    async (name) => {
      const recoveries: string[] = [];
      const engine = new RecordingEngine(
        createOnnxRuntimeEngine({ onRecovery: ({ reason }) => recoveries.push(reason) }),
      );
      const model = modelCase(name);
      expect(await runSteps(model, engine)).toEqual(["onnxruntime"]);
      expect(recoveries).toEqual([]);
      const steps = engine.lowered.slice(-model.runs.length);
      await expect(steps.join("")).toMatchFileSnapshot(`lowered/${name}.txt`);
    },
    LONG_MS,
  );
});
