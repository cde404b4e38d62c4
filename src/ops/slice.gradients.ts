/** Gradient rules of the family `slice`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { sliceDefs } from "./slice.defs.ts";

export const sliceGradients = gradientRules<typeof sliceDefs>()({
  Slice: pending,
  StridedSlice: pending,
  StridedSliceGrad: pending,
});
