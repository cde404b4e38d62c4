/** Every kind of case, and who checks it. A case of another kind fails: it is not supported. */
import type { Kind } from "./kind.ts";
import { bundle, bundleMany, bundleV1 } from "./kinds/bundle.ts";
import { checkpointState } from "./kinds/checkpoint-state.ts";
import { events } from "./kinds/events.ts";
import { graph, graphConstant } from "./kinds/graph.ts";
import { metaGraph } from "./kinds/meta-graph.ts";
import { records } from "./kinds/records.ts";
import { safetensors } from "./kinds/safetensors.ts";
import { savedModel } from "./kinds/saved-model.ts";

/** The kinds, as `expected.json` and `wanted.json` name them. */
export const kinds: Readonly<Record<string, Kind>> = {
  bundle,
  bundle_many: bundleMany,
  bundle_v1: bundleV1,
  checkpoint_state: checkpointState,
  events,
  graph,
  graph_constant: graphConstant,
  meta_graph: metaGraph,
  records,
  safetensors,
  saved_model: savedModel,
};
