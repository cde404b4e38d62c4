/** How the gradients of pooling of images are differentiated once more. Mirrors python/ops/nn_grad.py. */
import { gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { stopGradient, zerosLike } from "./array.ts";
import { poolDefs } from "./pool.defs.ts";
import { poolGradDefs as defs } from "./pool-grads.defs.ts";

export const poolGradGradients = gradientRules<typeof defs>()({
  MaxPoolGrad: ({ inputs: [image, output], attrs: { ksize, strides, padding, data_format } }, grad) => [
    zerosLike(image),
    zerosLike(output),
    applyOp1(defs.MaxPoolGradGrad, [image, output, grad], { ksize, strides, padding, data_format }),
  ],
  MaxPoolGradGrad: ({ inputs: [image, output], attrs: { ksize, strides, padding, data_format } }, grad) => [
    zerosLike(image),
    zerosLike(output),
    applyOp1(defs.MaxPoolGrad, [image, output, grad], { ksize, strides, padding, data_format }),
  ],
  MaxPoolGradV2: ({ inputs: [image, output, , ksize, strides], attrs: { padding, data_format } }, grad) => [
    zerosLike(image),
    zerosLike(output),
    applyOp1(defs.MaxPoolGradGradV2, [image, output, grad, ksize, strides], { padding, data_format }),
    null,
    null,
  ],
  MaxPoolGradGradV2: noRule,
  MaxPoolGradWithArgmax: noRule,
  AvgPoolGrad: ({ inputs: [sizes], attrs: { ksize, strides, padding, data_format } }, grad) => [
    stopGradient(sizes),
    applyOp1(poolDefs.AvgPool, [grad], { ksize, strides, padding, data_format }),
  ],
});
