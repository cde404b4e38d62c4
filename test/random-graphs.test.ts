/** Random graphs of any ops give the same on both engines; `npm run random-graphs -- --count 10000` tries more. `NAMESAKE_SEED` and `NAMESAKE_GRAPHS` choose others. */
import { createReferenceEngine } from "namesake";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { afterAll, describe, expect, it } from "vitest";
import { disagreement, runOn } from "./random-graphs/comparison.ts";
import { randomGraph } from "./random-graphs/generator.ts";
import { withGradients } from "./random-graphs/gradients.ts";

const seed = Number(process.env["NAMESAKE_SEED"] ?? 20_000_000);
const count = Number(process.env["NAMESAKE_GRAPHS"] ?? 300);
/** How many graphs one test has: a failure does not hide what other graphs show. */
const PER_TEST = 25;

describe(`random graphs from seed ${seed} on`, () => {
  const [reference, onnx] = [createReferenceEngine(), createOnnxRuntimeEngine({ threadCount: 1 })];
  const onnxForAny = createOnnxRuntimeEngine({ threadCount: 1, isShaped: false });
  afterAll(() => {
    onnx.close();
    onnxForAny.close();
  });

  it.each(Array.from({ length: Math.ceil(count / PER_TEST) }, (_, i) => seed + i * PER_TEST))(
    "agree between the kernels, the reference engine and ONNX Runtime (%i and those after it)",
    (first) => {
      for (let one = first; one < first + PER_TEST; one += 1) {
        const graph = randomGraph(one);
        for (const engine of [reference, onnx]) {
          const found = disagreement(graph, (fetches) => runOn(engine, graph, fetches), reference);
          expect(found, `seed ${one} on ${engine.name}`).toBeNull();
        }
      }
    },
    60_000,
  );

  it.each(Array.from({ length: Math.ceil(count / 3 / PER_TEST) }, (_, i) => seed + 1_000_000 + i * PER_TEST))(
    "agree in their gradients between the kernels and ONNX Runtime (%i and those after it)",
    (first) => {
      for (let one = first; one < first + PER_TEST; one += 1) {
        const graph = withGradients(randomGraph(one));
        if (graph === null) continue;
        for (const engine of [onnx, onnxForAny]) {
          const found = disagreement(graph, (fetches) => runOn(engine, graph, fetches), reference);
          expect(found, `seed ${one}${engine === onnx ? "" : ", for any shapes"}`).toBeNull();
        }
      }
    },
    60_000,
  );
});
