/** How pooling that tells places is differentiated. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { poolArgmaxDefs } from "./pool-argmax.defs.ts";
import { poolGradDefs } from "./pool-grads.defs.ts";

export const poolArgmaxGradients = gradientRules<typeof poolArgmaxDefs>()({
  MaxPoolWithArgmax: ({ inputs: [input], outputs, attrs }, grad) => {
    const { ksize, strides, padding, include_batch_in_index } = attrs;
    const same = { ksize, strides, padding, include_batch_in_index };
    return applyOp1(poolGradDefs.MaxPoolGradWithArgmax, [input, grad, outputs[1]], same);
  },
});
