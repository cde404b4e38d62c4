/** Which passes a model goes through before it is written, in their order. Why each pays: docs/decisions/0008-lowering-for-speed.md. */
import { withBlockedImages } from "./blocked/images.ts";
import { withAffineConvs } from "./conv-affine.ts";
import { withoutDeadNodes } from "./dead-nodes.ts";
import { withoutDeferred } from "./deferred-nodes.ts";
import { withoutEqualNodes } from "./equal-nodes.ts";
import { withImagesFirst } from "./image-layout.ts";
import { withJoinedBlocks } from "./pad-sums.ts";
import type { Pass, PassGraph, PassOptions } from "./pass-graph.ts";
import { withEarlyMasks } from "./pool-gradients.ts";
import { withProductBatches } from "./products/batches.ts";
import { withFactorsInProducts } from "./products/factors.ts";
import { withSmallScales } from "./products/row-scales.ts";
import { withProductSums } from "./products/sums.ts";
import { withSharedSizes } from "./shared-sizes.ts";
import { withWholeParts } from "./whole-parts.ts";

/** The passes in their order. Some come again, as what others leave behind is theirs. */
export const passes: readonly Pass[] = [
  withoutDeadNodes,
  withSharedSizes,
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
  withBlockedImages,
  withoutDeferred,
  withoutEqualNodes,
  withoutDeadNodes,
];

/** The same computation in nodes that run faster. */
export function improve(graph: PassGraph, options: PassOptions = {}): PassGraph {
  return passes.reduce((improved, pass) => pass(improved, options), graph);
}
