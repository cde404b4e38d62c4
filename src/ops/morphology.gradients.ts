/** How the dilation of images, and pooling by sizes that are inputs, are differentiated. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { morphologyDefs } from "./morphology.defs.ts";
import { morphologyGradDefs } from "./morphology-grads.defs.ts";
import { poolGradDefs } from "./pool-grads.defs.ts";

export const morphologyGradients = gradientRules<typeof morphologyDefs>()({
  Dilation2D: ({ inputs: [input, filter], attrs: { strides, rates, padding } }, grad) =>
    [morphologyGradDefs.Dilation2DBackpropInput, morphologyGradDefs.Dilation2DBackpropFilter].map((def) =>
      applyOp1(def, [input, filter, grad], { strides, rates, padding }),
    ),
  MaxPoolV2: ({ inputs: [input, ksize, strides], output, attrs: { padding, data_format } }, grad) => [
    applyOp1(poolGradDefs.MaxPoolGradV2, [input, output, grad, ksize, strides], { padding, data_format }),
    null,
    null,
  ],
});
