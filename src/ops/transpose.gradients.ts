/** How moved and repeated elements are differentiated: their gradients are moved back, and summed. Mirrors python/ops/array_grad.py. */
import { type Gradient, gradientRules, notDifferentiable } from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import type { Tensor } from "../graph/tensor.ts";
import { cast } from "./cast.ts";
import { concat, stack } from "./concat.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { mathDefs } from "./math.defs.ts";
import { range } from "./range.ts";
import { reduceSum } from "./reduce.ts";
import { unsortedSegmentSum } from "./segment.ts";
import { reshape, shape, size } from "./shape.ts";
import { transposeDefs as defs } from "./transpose.defs.ts";
import { invertPermutation, reverse, reverseSequence, transpose } from "./transpose.ts";

/** Rows of the repetitions summed into those of the original, and the shape in which the rest is to be summed. */
function rowsOfOriginal(grad: IndexedSlices, inputShape: Tensor, splitShape: Tensor): [Tensor, Tensor] {
  const rows = cast(inputShape.at([0]), grad.indices.dtype);
  const summed = unsortedSegmentSum(grad.values, applyOp1(mathDefs.FloorMod, [grad.indices, rows], {}, "mod"), rows);
  return [summed, concat([[1], splitShape.at("1:")], 0)];
}

function tileRule(input: Tensor, multiples: Tensor, given: Gradient): Tensor {
  const inputShape = shape(input, { outType: multiples.dtype.baseDtype });
  // [times, size] of each axis in turn: the repetitions are the even axes of the gradient in this shape.
  const splitShape = reshape(transpose(stack([multiples, inputShape])), [-1]);
  const axes = range(0, size(splitShape), 2);
  const [grad, sizes] =
    given instanceof IndexedSlices ? rowsOfOriginal(given, inputShape, splitShape) : [given, splitShape];
  const result = reduceSum(reshape(grad, sizes), { axis: axes });
  result.setShape(input.shape);
  return result;
}

export const transposeGradients = gradientRules<typeof defs>()({
  Transpose: ({ inputs: [, perm] }, grad) => [transpose(grad, { perm: invertPermutation(perm) }), null],
  ConjugateTranspose: ({ inputs: [, perm] }, grad) => [
    transpose(grad, { perm: invertPermutation(perm), conjugate: true }),
    null,
  ],
  InvertPermutation: notDifferentiable,
  Reverse: ({ inputs: [, dims] }, grad) => [applyOp1(defs.Reverse, [grad, dims]), null],
  ReverseV2: ({ inputs: [, axis] }, grad) => [reverse(grad, axis), null],
  ReverseSequence: ({ inputs: [, lengths], attrs: { batch_dim, seq_dim } }, grad) => [
    reverseSequence(grad, lengths, { batchAxis: batch_dim, seqAxis: seq_dim }),
    null,
  ],
  Tile: ({ inputs: [input, multiples] }, grad) => [tileRule(input, multiples, grad), null],
});
