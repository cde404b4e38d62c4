/** How pooling of images is differentiated. Mirrors python/ops/nn_grad.py. */
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { poolDefs } from "./pool.defs.ts";
import { poolGradDefs } from "./pool-grads.defs.ts";
import { shape } from "./shape.ts";

export const poolGradients = gradientRules<typeof poolDefs>()({
  MaxPool: ({ inputs: [input], output, attrs }, grad) => {
    const { ksize, strides, padding, explicit_paddings, data_format } = attrs;
    const same = { ksize, strides, padding, explicit_paddings, data_format };
    return applyOp1(poolGradDefs.MaxPoolGrad, [input, output, grad], same);
  },
  AvgPool: ({ inputs: [value], attrs: { ksize, strides, padding, data_format } }, grad) =>
    applyOp1(poolGradDefs.AvgPoolGrad, [shape(value, { outType: "int32" }), grad], {
      ksize,
      strides,
      padding,
      data_format,
    }),
});
