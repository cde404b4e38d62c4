/** How reductions of picked rows are differentiated: each picked row has its segment's gradient, or its share. Mirrors python/ops/math_grad.py. */
import { type ForwardOp, type Gradient, type GradientRule, gradientRules, noRule } from "../gradients/rule.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { shape } from "./shape.ts";
import { sparseSegmentDefs as defs } from "./sparse-segment.defs.ts";

type Reduction = (typeof defs)["SparseSegmentSum"];
type Share = "Sum" | "Mean" | "SqrtN";

/** The gradient of the rows: as rows, if the op asks for that. */
function rowGradients(
  { inputs: [data, indices, ids], attrs }: ForwardOp<Reduction>,
  grad: Gradient,
  share: Share,
): Gradient {
  const dataShape = shape(data);
  const count = dataShape.at([0]);
  if (!attrs.sparse_gradient) return applyOp1(defs[`SparseSegment${share}Grad`], [grad, indices, ids, count]);
  const rows = applyOp(defs[`SparseSegment${share}GradV2`], [grad, indices, ids, count]);
  return new IndexedSlices(rows.output(0), rows.output(1), dataShape);
}

function reduction(share: Share): GradientRule<Reduction> {
  return (forward, grad) => [rowGradients(forward, grad, share), null, null];
}

function countedReduction(share: Share): GradientRule<(typeof defs)["SparseSegmentSumWithNumSegments"]> {
  return (forward, grad) => [rowGradients(forward as ForwardOp as ForwardOp<Reduction>, grad, share), null, null, null];
}

export const sparseSegmentGradients = gradientRules<typeof defs>()({
  SparseSegmentSum: reduction("Sum"),
  SparseSegmentMean: reduction("Mean"),
  SparseSegmentSqrtN: reduction("SqrtN"),
  SparseSegmentSumWithNumSegments: countedReduction("Sum"),
  SparseSegmentMeanWithNumSegments: countedReduction("Mean"),
  SparseSegmentSqrtNWithNumSegments: countedReduction("SqrtN"),
  SparseSegmentSumGrad: noRule,
  SparseSegmentMeanGrad: noRule,
  SparseSegmentSqrtNGrad: noRule,
  SparseSegmentSumGradV2: noRule,
  SparseSegmentMeanGradV2: noRule,
  SparseSegmentSqrtNGradV2: noRule,
});
