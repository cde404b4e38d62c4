/**
 * Random graphs, many of them: `npm run random-graphs -- [--count N] [--seed S] [--gradients] [--tensorflow] [--covered]`. Each runs on the reference
 * engine and on ONNX Runtime, there compiled for what it is fed and for any shapes, with `--gradients` what its results depend on is compared; with `--tensorflow` it is written as a GraphDef and run by the Python that NAMESAKE_PYTHON names, instead. A graph that differs
 * is printed with its seed and the least program that shows it. `--covered` prints how often each op was tried.
 */
import { parseArgs } from "node:util";
import { createOnnxRuntimeEngine } from "../../src/engines/onnxruntime/node.ts";
import { createReferenceEngine } from "../../src/engines/reference/engine.ts";
import { composeLibrary } from "../../src/library.ts";
import { type OpType, opDefs } from "../../src/ops/index.ts";
import { disagreement, runOn } from "../../test/random-graphs/comparison.ts";
import { drawnTypes, leftOut, type RandomGraph, randomGraph } from "../../test/random-graphs/generator.ts";
import { withGradients } from "../../test/random-graphs/gradients.ts";
import { compareWithTensorFlow } from "./tensorflow.ts";

/** A line that is rewritten in place, on a terminal only. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** What is wrong with a graph on the engines of this library. */
function enginesDisagree(): (one: RandomGraph) => string | null {
  const reference = createReferenceEngine();
  const engines = {
    reference,
    onnxruntime: createOnnxRuntimeEngine({ threadCount: 1 }),
    "onnxruntime for any shapes": createOnnxRuntimeEngine({ threadCount: 1, isShaped: false }),
  };
  return (one) => {
    for (const [name, engine] of Object.entries(engines)) {
      const found = disagreement(one, (fetches) => runOn(engine, one, fetches), reference);
      if (found !== null) return `${name}: ${found}`;
    }
    return null;
  };
}

/** How often each op was tried, and why the others were not. */
function coverage(tried: ReadonlyMap<string, number>): string {
  const lines = (Object.keys(opDefs) as OpType[])
    .sort()
    .map((type) => [
      type,
      drawnTypes.includes(type)
        ? String(tried.get(type) ?? 0)
        : (leftOut[type] ?? "nothing tells how to use it: it has neither draws nor recorded cases"),
    ]);
  const width = Math.max(...lines.map(([type = ""]) => type.length));
  return lines.map(([type = "", text]) => `${type.padEnd(width)}  ${text}`).join("\n");
}

async function main(words: readonly string[]): Promise<number> {
  const { values: given } = parseArgs({
    args: [...words],
    options: {
      count: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      gradients: { type: "boolean", default: false },
      tensorflow: { type: "boolean", default: false },
      covered: { type: "boolean", default: false },
    },
  });
  composeLibrary();
  const [seed, count] = [Number(given.seed), Number(given.count)];
  const tried = new Map<string, number>();
  let [failed, done, fetched] = [0, 0, 0];
  const note = (one: RandomGraph, found: string | null): void => {
    for (const { type } of one.tried) tried.set(type, (tried.get(type) ?? 0) + 1);
    done += 1;
    fetched += one.fetches.length;
    if (found !== null) {
      failed += 1;
      showProgress("");
      console.log(`seed ${one.seed}\n${found}\n`);
    }
    if (done % 20 === 0) showProgress(`${done} of ${count}, ${failed} differ`);
  };
  const graphs = Array.from({ length: count }, (_, i) => seed + i);
  if (given.tensorflow) await compareWithTensorFlow(graphs, note);
  else {
    const check = enginesDisagree();
    for (const one of graphs) {
      const graph = given.gradients ? withGradients(randomGraph(one)) : randomGraph(one);
      if (graph !== null) note(graph, check(graph));
    }
  }
  showProgress("");
  if (given.covered) console.log(coverage(tried));
  const total = [...tried.values()].reduce((sum, n) => sum + n, 0);
  console.log(
    `${done} graphs from seed ${seed} on: ${total} nodes of ${tried.size} op types, ${fetched} values compared with ${given.tensorflow ? "TensorFlow" : "both engines"}; ${failed} differ`,
  );
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
