/** How convolution and pooling of volumes are differentiated. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { shape, shapeN } from "./shape.ts";
import { volumeDefs as defs } from "./volume.defs.ts";
import { volumeGradDefs } from "./volume-grads.defs.ts";
import { convVolumeAttrs, poolVolumeAttrs } from "./volume-windows.ts";

export const volumeGradients = gradientRules<typeof defs>()({
  Conv3D: ({ inputs: [input, filter], attrs }, grad) => {
    const [inputSizes, filterSizes] = shapeN([input, filter]) as [Tensor, Tensor];
    const same = convVolumeAttrs(attrs);
    return [
      applyOp1(defs.Conv3DBackpropInputV2, [inputSizes, filter, grad], same),
      applyOp1(volumeGradDefs.Conv3DBackpropFilterV2, [input, filterSizes, grad], same),
    ];
  },
  Conv3DBackpropInputV2: ({ inputs: [, filter, pixels], attrs }, grad) => {
    const same = convVolumeAttrs(attrs);
    return [
      null,
      applyOp1(volumeGradDefs.Conv3DBackpropFilterV2, [grad, shape(filter), pixels], same),
      applyOp1(defs.Conv3D, [grad, filter], same),
    ];
  },
  MaxPool3D: ({ inputs: [input], output, attrs }, grad) =>
    applyOp1(volumeGradDefs.MaxPool3DGrad, [input, output, grad], poolVolumeAttrs(attrs)),
  AvgPool3D: ({ inputs: [input], attrs }, grad) =>
    applyOp1(volumeGradDefs.AvgPool3DGrad, [shape(input), grad], poolVolumeAttrs(attrs)),
});
