/** Gradient rules of the family `segment`. */
import { gradientRules, pending } from "../gradients/rule.ts";
import type { segmentDefs } from "./segment.defs.ts";

export const segmentGradients = gradientRules<typeof segmentDefs>()({
  SegmentSum: pending,
  SegmentMean: pending,
  SegmentProd: pending,
  SegmentMax: pending,
  SegmentMin: pending,
  UnsortedSegmentSum: pending,
  UnsortedSegmentProd: pending,
  UnsortedSegmentMax: pending,
  UnsortedSegmentMin: pending,
});
