/** How moved blocks and rolled axes are differentiated: they are moved back. Mirrors python/ops/array_grad.py and manip_grad.py. */

import { ArgumentError } from "../base/errors.ts";
import { negated } from "../gradients/operators.ts";
import { gradientRules } from "../gradients/rule.ts";
import type { spaceDefs } from "./space.defs.ts";
import { depthToSpace, roll, spaceToDepth } from "./space.ts";

/** Blocks of quantized depth have no gradient. */
function checkFormat(type: string, format: string): void {
  if (format !== "NCHW_VECT_C") return;
  throw new ArgumentError(`Cannot compute ${type} gradient with NCHW_VECT_C. NCHW_VECT_C requires qint8 data type.`, {
    type,
    format,
  });
}

export const spaceGradients = gradientRules<typeof spaceDefs>()({
  SpaceToDepth: ({ attrs: { block_size, data_format } }, grad) => {
    checkFormat("SpaceToDepth", data_format);
    return depthToSpace(grad, block_size, { dataFormat: data_format as never });
  },
  DepthToSpace: ({ attrs: { block_size, data_format } }, grad) => {
    checkFormat("DepthToSpace", data_format);
    return spaceToDepth(grad, block_size, { dataFormat: data_format as never });
  },
  Roll: ({ inputs: [, shift, axis] }, grad) => [roll(grad, negated(shift), axis), null, null],
});
