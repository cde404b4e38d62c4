/** How padding is differentiated: the padded places are cut off, mirrored ones are folded back. Mirrors python/ops/array_grad.py. */
import { type Gradient, gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { stack } from "./concat.ts";
import { padDefs as defs } from "./pad.defs.ts";
import { rank, reshape, shape } from "./shape.ts";
import { slice } from "./slice.ts";

/** The part of the gradient that belongs to `x`. */
function inner(x: Tensor, paddings: Tensor, grad: Gradient): Tensor {
  const before = slice(paddings, [0, 0], stack([rank(x), 1]));
  const begin = reshape(before, [-1]);
  const sizes = shape(x, { outType: begin.dtype });
  return slice(grad, begin, sizes);
}

export const padGradients = gradientRules<typeof defs>()({
  Pad: ({ inputs: [x, paddings] }, grad) => [inner(x, paddings, grad), null],
  PadV2: ({ inputs: [x, paddings] }, grad) => [inner(x, paddings, grad), null, null],
  MirrorPad: ({ inputs: [, paddings], attrs: { mode } }, grad) => [
    applyOp1(defs.MirrorPadGrad, [grad, paddings], { mode }),
    null,
  ],
  MirrorPadGrad: ({ inputs: [, paddings], attrs: { mode } }, grad) => [
    applyOp1(defs.MirrorPad, [grad, paddings], { mode }),
    null,
  ],
});
