/** How the gradients of convolution and pooling of volumes are differentiated once more. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { stopGradient, zerosLike } from "./array.ts";
import { shape } from "./shape.ts";
import { volumeDefs } from "./volume.defs.ts";
import { volumeGradDefs as defs } from "./volume-grads.defs.ts";
import { convVolumeAttrs, poolVolumeAttrs } from "./volume-windows.ts";

export const volumeGradGradients = gradientRules<typeof defs>()({
  Conv3DBackpropFilterV2: ({ inputs: [input, , pixels], attrs }, grad) => {
    const same = convVolumeAttrs(attrs);
    return [
      applyOp1(volumeDefs.Conv3DBackpropInputV2, [shape(input), grad, pixels], same),
      null,
      applyOp1(volumeDefs.Conv3D, [input, grad], same),
    ];
  },
  MaxPool3DGrad: ({ inputs: [input, output], attrs }, grad) => [
    zerosLike(input),
    zerosLike(output),
    applyOp1(defs.MaxPool3DGradGrad, [input, output, grad], poolVolumeAttrs(attrs)),
  ],
  MaxPool3DGradGrad: ({ inputs: [input, output], attrs }, grad) => [
    zerosLike(input),
    zerosLike(output),
    applyOp1(defs.MaxPool3DGrad, [input, output, grad], poolVolumeAttrs(attrs)),
  ],
  AvgPool3DGrad: ({ inputs: [sizes], attrs }, grad) => [
    stopGradient(sizes),
    applyOp1(volumeDefs.AvgPool3D, [grad], poolVolumeAttrs(attrs)),
  ],
});
