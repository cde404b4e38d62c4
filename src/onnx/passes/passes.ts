/** Which passes a model goes through before it is written, in their order. Why each pays: docs/decisions/0008-lowering-for-speed.md. */
import { withAffineConvs } from "./conv-affine.ts";
import { withoutDeadNodes } from "./dead-nodes.ts";
import { withoutDeferred } from "./deferred-nodes.ts";
import { withImagesFirst } from "./image-layout.ts";
import type { PassGraph } from "./pass-graph.ts";

const passes: readonly ((graph: PassGraph) => PassGraph)[] = [
  withoutDeadNodes,
  withImagesFirst,
  withAffineConvs,
  withoutDeferred,
  withoutDeadNodes,
];

/** The same computation in nodes that run faster. */
export function improve(graph: PassGraph): PassGraph {
  return passes.reduce((improved, pass) => pass(improved), graph);
}
