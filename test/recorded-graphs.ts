/** The graphs of test/goldens/graph_steps.json, with the steps that TensorFlow ran. */
import { readFileSync } from "node:fs";
import type { Literal } from "../src/tensor/ndarray.ts";

/** One step: what was fetched and fed, and what came of it. */
export interface RecordedStep {
  readonly fetch: string;
  readonly feeds: Readonly<Record<string, Literal>>;
  readonly value?: Literal | null;
  readonly error?: readonly [tensorflowClass: string, line: string];
}

/** A graph as a serialized GraphDef, with the steps of one session. */
export interface RecordedGraph {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly steps: readonly RecordedStep[];
}

/** Every recorded graph. */
export function recordedGraphs(): readonly RecordedGraph[] {
  const { graphs } = JSON.parse(readFileSync(new URL("goldens/graph_steps.json", import.meta.url), "utf8")) as {
    readonly graphs: Readonly<Record<string, { readonly graph: string; readonly steps: readonly RecordedStep[] }>>;
  };
  return Object.entries(graphs).map(([name, { graph, steps }]) => ({
    name,
    bytes: new Uint8Array(Buffer.from(graph, "base64")),
    steps,
  }));
}
