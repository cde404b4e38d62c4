/** Which ops have values of TensorFlow's to be compared with: as single uses, which both engines run, or in whole graphs. */
import { decodeGraphDef } from "../src/formats/graphdef.ts";
import { type OpType, opDefs } from "../src/ops/index.ts";
import { recordedCases } from "./recorded-cases.ts";
import { recordedGraphs } from "./recorded-graphs.ts";

/** What an op is compared with. */
export interface OpCoverage {
  readonly type: OpType;
  /** Recorded uses of the op alone: test/op-golden.ts and its like run the kernels, test/lowering/golden.test.ts the models, test/round-trip.test.ts GraphDefs. */
  readonly uses: number;
  /** Recorded graphs that have it: test/graph-steps.test.ts runs them on both engines. */
  readonly graphs: number;
  /** Why there is nothing to compare with. */
  readonly excuse: string | null;
}

/** Ops without values of TensorFlow's, and why. */
export const excuses: Readonly<Partial<Record<OpType, string>>> = {
  Abort: "it ends TensorFlow's process",
  PlaceholderV2: "TensorFlow has withdrawn it, and makes no such graph",
};

/** What every op is compared with. */
export function opCoverage(): readonly OpCoverage[] {
  const uses = new Map<string, number>();
  for (const { type } of recordedCases()) uses.set(type, (uses.get(type) ?? 0) + 1);
  const graphs = new Map<string, number>();
  for (const { bytes } of recordedGraphs())
    for (const type of new Set(decodeGraphDef(bytes).node.map(({ op }) => op)))
      graphs.set(type, (graphs.get(type) ?? 0) + 1);
  return (Object.keys(opDefs) as OpType[]).map((type) => ({
    type,
    uses: uses.get(type) ?? 0,
    graphs: graphs.get(type) ?? 0,
    excuse: excuses[type] ?? null,
  }));
}
