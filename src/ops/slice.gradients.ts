/** How cut-out parts are differentiated: their gradient is put back among zeros. Mirrors python/ops/array_grad.py. */

import { knownValue } from "../gradients/known-value.ts";
import { gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { concat, stack } from "./concat.ts";
import { pad } from "./pad.ts";
import { rank, reshape, shape } from "./shape.ts";
import { sliceDefs as defs } from "./slice.defs.ts";
import { stridedSlice } from "./slice.ts";

/** The value where it is known now: a constant of its own. */
function knownOr(tensor: Tensor) {
  return knownValue(tensor) ?? tensor;
}

export const sliceGradients = gradientRules<typeof defs>()({
  Slice: ({ inputs: [input, begin], output }, grad) => {
    const inputRank = rank(input);
    const outType = begin.dtype.baseDtype;
    const size = shape(output, { outType });
    const column = stack([inputRank, 1]);
    const before = reshape(begin, column);
    const after = reshape(shape(input, { outType }).sub(size).sub(begin), column);
    return [pad(grad, concat([before, after], 1)), null, null];
  },
  StridedSlice: ({ inputs: [input, begin, end, strides], attrs }, grad) => {
    const { begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask } = attrs;
    const size = knownOr(shape(input, { outType: begin.dtype.baseDtype }));
    const place = [knownOr(begin), knownOr(end), knownOr(strides)];
    const masks = { begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask };
    return [applyOp1(defs.StridedSliceGrad, [size, ...place, grad], masks), null, null, null];
  },
  StridedSliceGrad: ({ inputs: [, begin, end, strides], attrs }, grad) => [
    null,
    null,
    null,
    null,
    stridedSlice(grad, begin, end, {
      strides,
      beginMask: attrs.begin_mask,
      endMask: attrs.end_mask,
      ellipsisMask: attrs.ellipsis_mask,
      newAxisMask: attrs.new_axis_mask,
      shrinkAxisMask: attrs.shrink_axis_mask,
    }),
  ],
});
