/** What TensorFlow recorded of the example models: its graphs, what was fed and what came out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  asDType,
  Graph,
  globalVariablesInitializer,
  type NDArray,
  ndarray,
  type Operation,
  setRandomSeed,
} from "namesake";
import type { GraphDefRecord } from "../../src/base/graph-def.ts";
import { decodeGraphDef } from "../../src/formats/graphdef.ts";
import { type CaseName, cases } from "./cases.ts";

/** A fed value: element i is (7919 (`first` + i)) mod `below`; floats are divided by `below` - 1. */
interface GoldenFeed {
  readonly tensor: string;
  readonly dtype: "float32" | "int32";
  readonly shape: readonly number[];
  readonly below: number;
  /** Default: 0. */
  readonly first?: number;
}

interface GoldenFetch {
  readonly tensor: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** One step. */
export interface GoldenRun {
  readonly feeds: readonly GoldenFeed[];
  readonly fetches: readonly GoldenFetch[];
  /** The names of operations that are run, too. */
  readonly targets?: readonly string[];
  /** Which values are fed in the next step, each as another tensor. */
  readonly carried?: readonly (readonly [from: string, to: string])[];
}

interface GoldenFile {
  readonly seed: number;
  readonly config: unknown;
  readonly runs: readonly GoldenRun[];
  readonly graph: string;
  readonly collections: string;
  readonly cellVariables?: Readonly<Record<string, readonly number[]>>;
}

/** A case, built here, beside what TensorFlow recorded of it. */
export interface ModelCase {
  readonly graph: Graph;
  readonly initializer: Operation;
  readonly runs: readonly GoldenRun[];
  readonly wanted: GraphDefRecord;
  /** The names of the variables in TensorFlow's collections, by key. */
  readonly collections: Readonly<Record<string, readonly string[]>>;
  /** The names and shapes of the variables of TensorFlow's own cells, where the example writes cells of its own. */
  readonly cellVariables: Readonly<Record<string, readonly number[]>> | null;
}

function unpacked(text: string): Buffer {
  return gunzipSync(Buffer.from(text, "base64"));
}

export function modelCase(name: CaseName): ModelCase {
  const path = join(import.meta.dirname, `../goldens/models/${name}.json`);
  const golden = JSON.parse(readFileSync(path, "utf8")) as GoldenFile;
  const graph = new Graph();
  const initializer = graph.asDefault(() => {
    setRandomSeed(golden.seed);
    // The file holds what the case of its name was recorded with.
    (cases[name] as (config: unknown) => void)(golden.config);
    return globalVariablesInitializer();
  });
  return {
    graph,
    initializer,
    runs: golden.runs,
    wanted: decodeGraphDef(unpacked(golden.graph)),
    collections: JSON.parse(unpacked(golden.collections).toString()) as ModelCase["collections"],
    cellVariables: golden.cellVariables ?? null,
  };
}

/** The values to feed, by the names of their tensors. */
export function feedsOf({ feeds }: GoldenRun): Record<string, NDArray> {
  return Object.fromEntries(
    feeds.map(({ tensor, dtype, shape, below, first = 0 }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const whole = Array.from({ length: size }, (_, i) => ((first + i) * 7919) % below);
      const data = dtype === "int32" ? Int32Array.from(whole) : Float32Array.from(whole, (x) => x / (below - 1));
      return [tensor, ndarray(data, asDType(dtype), shape)];
    }),
  );
}
