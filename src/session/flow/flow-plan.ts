/** How a slice with control flow is run: as dataflow where all of it is regions, else by the interpreter, which leaves clusters to the engine. */
import type { Operation } from "../../graph/operation.ts";
import { type Dataflow, planDataflow } from "../dataflow.ts";
import type { StepSlice } from "../prune.ts";
import type { SessionState } from "../session-state.ts";
import { stateKey } from "../step-values.ts";
import { type Cluster, findClusters } from "./flow-clusters.ts";
import { orderFlow } from "./flow-order.ts";
import { regionRules } from "./region-rules.ts";
import { findRegions, type Regions } from "./regions.ts";
import { findStackedArrays, type StackedArrays } from "./stacked-arrays.ts";

/** A slice that the interpreter steers. */
export interface SteeredPlan {
  readonly dataflow: null;
  /** What runs at the engine. */
  readonly clusters: readonly Cluster[];
  readonly hasLoops: boolean;
  /** Whether a better plan can be made now. */
  readonly isOutgrown: () => boolean;
}

/** What is to be compiled. */
export type FlowPlan = SteeredPlan | { readonly dataflow: Dataflow; readonly hasLoops: boolean };

/** Plans a slice. A step that may be stopped keeps its loops at the host: most engines cannot be stopped between two iterations. */
export function planFlow(slice: StepSlice, { engine, variables }: SessionState, isStoppable: boolean): FlowPlan {
  const hasLoops = slice.ops.some((op) => op.def.flow === "enter");
  const order = engine.runsRegions === true ? orderFlow(slice) : null;
  if (order === null) return { dataflow: null, clusters: [], hasLoops: false, isOutgrown: () => false };
  // A branch that is not taken may read a variable without a value, so such a slice is not planned ahead.
  const isSet = (op: Operation): boolean => op.def.effect !== "variable" || variables.isInitialized(stateKey(op));
  const areSet = (): boolean => slice.ops.every(isSet);
  const find = (stacked: StackedArrays | null): Regions =>
    findRegions(slice, order, regionRules(slice, order, engine, !isStoppable, stacked));
  const stacked = findStackedArrays(slice, order);
  const regions = find(stacked);
  // What is planned as dataflow is ordered by data alone.
  const isWhole = regions.isWhole && !slice.sharesState;
  if (isWhole && areSet()) return { dataflow: planDataflow(slice, variables, regions.regions, stacked), hasLoops };
  const isOutgrown = (): boolean => isWhole && areSet();
  // The interpreter knows arrays only as arrays.
  const clusters = findClusters(slice, order, stacked === null ? regions : find(null), engine);
  return { dataflow: null, clusters, hasLoops, isOutgrown };
}
