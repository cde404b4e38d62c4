/** Whole graphs of ops that mean nothing alone, as TensorFlow wrote them (tools/goldens/graph_steps.py): imported, the same steps give the same on both engines. */
import { createReferenceEngine, Graph, type Literal, type NDArray, Session } from "namesake";
import { importGraphDef } from "namesake/formats";
import { createOnnxRuntimeEngine } from "namesake/onnxruntime-node";
import { describe, expect, it } from "vitest";
import { failureOf } from "./failure-of.ts";
import { type RecordedStep, recordedGraphs } from "./recorded-graphs.ts";

function run(session: Session, { fetch, feeds }: RecordedStep): Literal | null {
  const element = session.graph.asGraphElement(fetch);
  const value = session.runSync(element, Object.entries(feeds)) as NDArray | null;
  return value?.toArray() ?? null;
}

/** TensorFlow's sentence; what follows names C++ containers. */
function firstSentence([type, text]: readonly [string, string]): readonly [string, string] {
  return [type, text.split(". ")[0] as string];
}

describe.each([createReferenceEngine, createOnnxRuntimeEngine] as const)("%o", (makeEngine) => {
  it.each(recordedGraphs().map((one) => [one.name, one] as const))("%s", (_, { bytes, steps }) => {
    const graph = new Graph();
    graph.asDefault(() => importGraphDef(bytes, { name: "" }));
    using session = new Session({ graph, engine: makeEngine() });
    for (const step of steps) {
      const what = `${step.fetch} with ${JSON.stringify(step.feeds)}`;
      if (step.error === undefined) expect(run(session, step), what).toEqual(step.value);
      else expect(firstSentence(failureOf(() => run(session, step))), what).toEqual(firstSentence(step.error));
    }
  });
});
