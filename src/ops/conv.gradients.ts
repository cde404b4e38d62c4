/** How convolutions of images are differentiated. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { convDefs } from "./conv.defs.ts";
import { convGradDefs } from "./conv-grads.defs.ts";
import { convTransposeDefs } from "./conv-transpose.defs.ts";
import { shape, shapeN } from "./shape.ts";
import { convAttrs, depthwiseAttrs } from "./windows.ts";

export const convGradients = gradientRules<typeof convDefs>()({
  Conv2D: ({ inputs: [input, filter], attrs }, grad) => {
    const [inputSizes, filterSizes] = shapeN([input, filter]) as [Tensor, Tensor];
    const same = convAttrs(attrs);
    return [
      applyOp1(convTransposeDefs.Conv2DBackpropInput, [inputSizes, filter, grad], same),
      applyOp1(convGradDefs.Conv2DBackpropFilter, [input, filterSizes, grad], same),
    ];
  },
  DepthwiseConv2dNative: ({ inputs: [input, filter], attrs }, grad) => {
    const same = depthwiseAttrs(attrs);
    return [
      applyOp1(convGradDefs.DepthwiseConv2dNativeBackpropInput, [shape(input), filter, grad], same),
      applyOp1(convGradDefs.DepthwiseConv2dNativeBackpropFilter, [input, shape(filter), grad], same),
    ];
  },
});
