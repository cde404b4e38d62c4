/** How blocks that were moved to the batch and back are differentiated: by the opposite move. Mirrors python/ops/array_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import type { spaceBatchDefs } from "./space-batch.defs.ts";
import { batchToSpace, batchToSpaceNd, spaceToBatch, spaceToBatchNd } from "./space-batch.ts";

export const spaceBatchGradients = gradientRules<typeof spaceBatchDefs>()({
  SpaceToBatchND: ({ inputs: [, block, paddings] }, grad) => [batchToSpaceNd(grad, block, paddings), null, null],
  BatchToSpaceND: ({ inputs: [, block, crops] }, grad) => [spaceToBatchNd(grad, block, crops), null, null],
  SpaceToBatch: ({ inputs: [, paddings], attrs: { block_size } }, grad) => [
    batchToSpace(grad, paddings, block_size),
    null,
  ],
  BatchToSpace: ({ inputs: [, crops], attrs: { block_size } }, grad) => [spaceToBatch(grad, crops, block_size), null],
});
