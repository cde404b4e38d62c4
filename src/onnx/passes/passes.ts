/** Which passes a model goes through before it is written, in their order. Why each pays: docs/decisions/0008-lowering-for-speed.md. */
import { withBlockedImages } from "./blocked/images.ts";
import { withAffineConvs } from "./conv-affine.ts";
import { withoutDeadNodes } from "./dead-nodes.ts";
import { withoutDeferred } from "./deferred-nodes.ts";
import { withoutEqualNodes } from "./equal-nodes.ts";
import { withImagesFirst } from "./image-layout.ts";
import { withJoinedBlocks } from "./pad-sums.ts";
import type { PassGraph } from "./pass-graph.ts";
import { withEarlyMasks } from "./pool-gradients.ts";
import { withProductBatches } from "./products/batches.ts";
import { withFactorsInProducts } from "./products/factors.ts";
import { withSmallScales } from "./products/row-scales.ts";
import { withProductSums } from "./products/sums.ts";
import { withWholeParts } from "./whole-parts.ts";

/** What the runtime of a model can do. */
export interface PassOptions {
  /** How many channels of images its own layout keeps together; `null` where nothing is known of one. */
  readonly blockSize?: number | null;
}

/** The same computation in nodes that run faster. */
export function improve(graph: PassGraph, { blockSize = null }: PassOptions = {}): PassGraph {
  const passes: readonly ((graph: PassGraph) => PassGraph)[] = [
    withoutDeadNodes,
    withoutEqualNodes,
    withJoinedBlocks,
    withProductBatches,
    withWholeParts,
    withoutDeadNodes,
    withProductSums,
    withWholeParts,
    withSmallScales,
    withFactorsInProducts,
    withImagesFirst,
    withEarlyMasks,
    withAffineConvs,
    (given) => (blockSize === null ? given : withBlockedImages(given, blockSize)),
    withoutDeferred,
    withoutDeadNodes,
  ];
  return passes.reduce((improved, pass) => pass(improved), graph);
}
