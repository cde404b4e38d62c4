/** Sums of picked rows by sorted segments are left to the host, which checks the order. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { sparseSegmentDefs } from "./sparse-segment.defs.ts";

const checksOrder = unsupported("a model cannot check that segments are sorted");

const addsUp = unsupported("gradients of one row are added up in order");

/** The rules of this family. */
export const sparseSegmentOnnx = onnxRules<typeof sparseSegmentDefs>()({
  SparseSegmentSum: checksOrder,
  SparseSegmentMean: checksOrder,
  SparseSegmentSqrtN: checksOrder,
  SparseSegmentSumWithNumSegments: checksOrder,
  SparseSegmentMeanWithNumSegments: checksOrder,
  SparseSegmentSqrtNWithNumSegments: checksOrder,
  SparseSegmentSumGrad: addsUp,
  SparseSegmentMeanGrad: addsUp,
  SparseSegmentSqrtNGrad: addsUp,
  SparseSegmentSumGradV2: addsUp,
  SparseSegmentMeanGradV2: addsUp,
  SparseSegmentSqrtNGradV2: addsUp,
});
