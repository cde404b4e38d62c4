/** How reductions of segments are differentiated. Mirrors python/ops/math_grad.py. */
import { choose, over, times } from "../gradients/operators.ts";
import { type Gradient, type GradientRule, gradientRules } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ones, onesLike, zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { equal, greater, greaterEqual, logicalAnd } from "./compare.ts";
import { concat } from "./concat.ts";
import { divide } from "./division.ts";
import { gather } from "./gather.ts";
import { maximum } from "./math.ts";
import { segmentDefs as defs } from "./segment.defs.ts";
import { segmentSum, unsortedSegmentSum } from "./segment.ts";
import { expandDims, rank, reshape, shape } from "./shape.ts";

type Segment = (typeof defs)["SegmentSum"];
type Unsorted = (typeof defs)["UnsortedSegmentSum"];

/** Equal extremes of a segment share its gradient. */
const extremum: GradientRule<Segment> = ({ inputs: [data, ids], output }, grad) => {
  const nothing = zerosLike(data, { dtype: data.dtype.baseDtype });
  const gathered = gather(output, ids);
  const isChosen = equal(data, gathered);
  const count = segmentSum(cast(isChosen, grad.dtype), ids);
  const shared = divide(grad, count);
  return [choose(isChosen, gather(shared, ids), nothing), null];
};

/**
 * The gradient of a segment's product, by element: the product divided by the element; where one element is 0, the
 * product of the others; where several are, nothing.
 */
const product: GradientRule<Segment> = ({ inputs: [data, ids], output }, grad) => {
  const isZero = equal(data, 0);
  const zeros = applyOp1(defs.SegmentSum, [cast(isZero, "int32"), ids]);
  const some = choose(greater(zeros, 1), zerosLike(grad), grad);
  const others = choose(isZero, onesLike(data), data);
  const productOfOthers = applyOp1(defs.SegmentProd, [others, ids]);
  const wholeOfElement = gather(output, ids);
  const othersOfElement = gather(productOfOthers, ids);
  const partial = choose(isZero, othersOfElement, over(wholeOfElement, others));
  return [times(gather(some, ids), partial), null];
};

/** Which elements have a segment, and where theirs is found: at 0 for those that have none. */
interface Places {
  readonly ids: Tensor;
  readonly isSome: Tensor | null;
}

/** The rows of the elements' segments; zeros for elements that have none, whose id is negative. */
function rowsOf(params: Gradient, segmentIds: Tensor, known: Partial<Places>) {
  const ids = known.ids ?? maximum(segmentIds, zerosLike(segmentIds));
  const gathered = gather(params, ids);
  const isSome = known.isSome ?? spreadOver(gathered, greaterEqual(segmentIds, 0));
  return { rows: choose(isSome, gathered, zerosLike(gathered)), ids, isSome };
}

/** A condition of the leading axes, for every element. */
function spreadOver(values: Tensor, condition: Tensor): Tensor {
  const sizes = shape(condition);
  const inner = ones([rank(values).sub(rank(condition))] as never, { dtype: sizes.dtype });
  const spread = reshape(condition, concat([sizes, inner], 0));
  return spread.and(onesLike(values, { dtype: "bool" }));
}

const unsortedExtremum: GradientRule<Unsorted> = ({ inputs: [data, segmentIds, count], output }, grad) => {
  const { rows, ids, isSome } = rowsOf(output, segmentIds, {});
  const isChosen = logicalAnd(equal(data, rows), isSome);
  const chosen = unsortedSegmentSum(cast(isChosen, grad.dtype), segmentIds, count);
  const shared = divide(grad, chosen);
  const back = rowsOf(shared, segmentIds, { ids, isSome }).rows;
  const nothing = zerosLike(back);
  return [choose(isChosen, back, nothing), null, null];
};

/** As `product`; elements that have no segment get a gradient of 0. */
const unsortedProduct: GradientRule<Unsorted> = ({ inputs: [data, segmentIds, count], output }, grad) => {
  const isZero = equal(data, 0);
  const zeros = applyOp1(defs.UnsortedSegmentSum, [cast(isZero, "int32"), segmentIds, count]);
  const some = choose(greater(zeros, 1), zerosLike(grad), grad);
  const others = choose(isZero, onesLike(data), data);
  const productOfOthers = applyOp1(defs.UnsortedSegmentProd, [others, segmentIds, count]);
  const ids = maximum(segmentIds, zerosLike(segmentIds));
  const wholeOfElement = gather(output, ids);
  const othersOfElement = gather(productOfOthers, ids);
  const partial = choose(isZero, othersOfElement, over(wholeOfElement, data));
  return [times(rowsOf(some, segmentIds, { ids }).rows, partial), null, null];
};

export const segmentGradients = gradientRules<typeof defs>()({
  SegmentSum: ({ inputs: [, ids] }, grad) => [gather(grad, ids), null],
  SegmentMean: ({ inputs: [data, ids] }, grad) => {
    const dataRank = rank(data);
    const idsShape = shape(ids);
    const inner = ones(expandDims(dataRank.sub(1), 0), { dtype: idsShape.dtype });
    const one = ones(concat([idsShape, inner], 0), { dtype: grad.dtype });
    return [gather(divide(grad, segmentSum(one, ids)), ids), null];
  },
  SegmentProd: product,
  SegmentMax: extremum,
  SegmentMin: extremum,
  UnsortedSegmentSum: ({ inputs: [, ids] }, grad) => [rowsOf(grad, ids, {}).rows, null, null],
  UnsortedSegmentProd: unsortedProduct,
  UnsortedSegmentMax: unsortedExtremum,
  UnsortedSegmentMin: unsortedExtremum,
});
