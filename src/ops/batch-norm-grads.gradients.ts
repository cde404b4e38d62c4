/** How the gradients of batch normalization are differentiated once more. Mirrors python/ops/nn_fused_batch_norm_grad.py. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { batchNormGradDefs } from "./batch-norm-grads.defs.ts";

export const batchNormGradGradients = gradientRules<typeof batchNormGradDefs>()({
  FusedBatchNormGrad: pending,
  FusedBatchNormGradV2: pending,
  FusedBatchNormGradV3: pending,
});
