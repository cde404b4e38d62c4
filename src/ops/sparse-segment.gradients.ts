/** Gradient rules of the family `sparse-segment`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { sparseSegmentDefs } from "./sparse-segment.defs.ts";

export const sparseSegmentGradients = gradientRules<typeof sparseSegmentDefs>()({
  SparseSegmentSum: pending,
  SparseSegmentMean: pending,
  SparseSegmentSqrtN: pending,
  SparseSegmentSumWithNumSegments: pending,
  SparseSegmentMeanWithNumSegments: pending,
  SparseSegmentSqrtNWithNumSegments: pending,
});
