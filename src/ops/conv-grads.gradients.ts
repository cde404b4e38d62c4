/** How the gradients of convolutions of images are differentiated once more. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convDefs } from "./conv.defs.ts";
import { convGradDefs as defs } from "./conv-grads.defs.ts";
import { convTransposeDefs } from "./conv-transpose.defs.ts";
import { shape } from "./shape.ts";
import { convAttrs, depthwiseAttrs } from "./windows.ts";

export const convGradGradients = gradientRules<typeof defs>()({
  Conv2DBackpropFilter: ({ inputs: [input, , pixels], attrs }, grad) => {
    const same = convAttrs(attrs);
    return [
      applyOp1(convTransposeDefs.Conv2DBackpropInput, [shape(input), grad, pixels], same),
      null,
      applyOp1(convDefs.Conv2D, [input, grad], same),
    ];
  },
  DepthwiseConv2dNativeBackpropInput: ({ inputs: [, filter, pixels], attrs }, grad) => {
    const same = depthwiseAttrs(attrs);
    return [
      null,
      applyOp1(defs.DepthwiseConv2dNativeBackpropFilter, [grad, shape(filter), pixels], same),
      applyOp1(convDefs.DepthwiseConv2dNative, [grad, filter], same),
    ];
  },
  DepthwiseConv2dNativeBackpropFilter: ({ inputs: [input, , pixels], attrs }, grad) => {
    const same = depthwiseAttrs(attrs);
    return [
      applyOp1(defs.DepthwiseConv2dNativeBackpropInput, [shape(input), grad, pixels], same),
      null,
      applyOp1(convDefs.DepthwiseConv2dNative, [input, grad], same),
    ];
  },
});
