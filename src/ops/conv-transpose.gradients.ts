/** How transposed convolutions of images are differentiated. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convDefs } from "./conv.defs.ts";
import { convGradDefs } from "./conv-grads.defs.ts";
import type { convTransposeDefs } from "./conv-transpose.defs.ts";
import { shape } from "./shape.ts";
import { convAttrs } from "./windows.ts";

export const convTransposeGradients = gradientRules<typeof convTransposeDefs>()({
  Conv2DBackpropInput: ({ inputs: [, filter, pixels], attrs }, grad) => {
    const same = convAttrs(attrs);
    return [
      null,
      applyOp1(convGradDefs.Conv2DBackpropFilter, [grad, shape(filter), pixels], same),
      applyOp1(convDefs.Conv2D, [grad, filter], same),
    ];
  },
});
