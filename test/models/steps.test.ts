/** The example models compute what TensorFlow computed from the same seed, on both engines, and nothing of them is left to the host. */
import { createReferenceEngine, type NDArray, Session } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type CaseName, cases } from "./cases.ts";
import { feedsOf, modelCase } from "./golden.ts";

/**
 * How far values may be from TensorFlow's, as a part of the largest one: sums of float32 products in another order. Each layer adds
 * what rounding did in the ones before; 1e-5 holds for all of them, which is some hundred times float32's 6e-8.
 */
const TOLERANCE = 1e-5;

function expectNear(value: NDArray, wanted: readonly number[]): void {
  const got = [...(value.data as Float32Array)];
  expect(got).toHaveLength(wanted.length);
  const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const distance = got.reduce((most, x, i) => Math.max(most, Math.abs(x - (wanted[i] ?? Number.NaN))), 0);
  expect(distance).toBeLessThanOrEqual(TOLERANCE * largest);
}

describe.each(Object.keys(cases) as CaseName[])("the model %s", (name) => {
  const recoveries: string[] = [];
  const engines = {
    reference: createReferenceEngine,
    onnxruntime: () => createOnnxRuntimeEngine({ onRecovery: ({ reason }) => recoveries.push(reason) }),
  };
  it.each(Object.entries(engines))("gives TensorFlow's values on the engine %s", async (engineName, engine) => {
    const { graph, initializer, runs } = modelCase(name);
    await using session = new Session({ graph, engine: engine() });
    await session.run(initializer);
    for (const run of runs) {
      const metadata: { parts?: readonly { readonly runsOn: string }[] } = {};
      const tensors = run.fetches.map(({ tensor }) => tensor);
      const values = (await session.run(tensors, feedsOf(run), { metadata })) as NDArray[];
      for (const [i, { shape, values: wanted }] of run.fetches.entries()) {
        expect(values[i]?.shape).toEqual(shape);
        expectNear(values[i] as NDArray, wanted);
      }
      expect(metadata.parts?.map(({ runsOn }) => runsOn)).toEqual([engineName]);
    }
    expect(recoveries).toEqual([]);
  });
});
