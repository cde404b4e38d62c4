/** How sums of products are differentiated: by sums of products. Mirrors `_EinsumGrad`, python/ops/linalg_grad.py. */

import { plus } from "../gradients/operators.ts";
import { reducedShape, sizesOf } from "../gradients/reduced-shape.ts";
import { type Gradient, gradientRules } from "../gradients/rule.ts";
import { applyOp, applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { TensorShape } from "../tensor/shape.ts";
import { ones } from "./array.ts";
import { conj } from "./complex.ts";
import { concat, stack } from "./concat.ts";
import { einsumDefs as defs } from "./einsum.defs.ts";
import { reduceSum } from "./reduce.ts";
import { shapeDefs } from "./shape.defs.ts";
import { broadcastTo, reshape, shape } from "./shape.ts";

const ELLIPSIS = "...";

function contraction(operands: readonly (Tensor | Gradient)[], equation: string): Tensor {
  return applyOp1(defs.Einsum, [operands], { equation });
}

/** The first axis of a label: counted from the end where it stands behind the ellipsis. */
function axisOf(subscripts: string, label: string): number {
  const [before = "", behind = ""] = subscripts.split(ELLIPSIS);
  const place = before.indexOf(label);
  return place >= 0 ? place : behind.indexOf(label) - behind.length;
}

/** The axes for which the ellipsis stands: the first one, and the one behind it, counted from the end. */
function ellipsisAxes(subscripts: string): readonly [number, number | null] {
  const start = subscripts.indexOf(ELLIPSIS);
  if (start < 0) return [0, 0];
  const behind = subscripts.length - start - ELLIPSIS.length;
  return [start, behind > 0 ? -behind : null];
}

/** The labels of a subscript that the others do not have, each once. */
function labelsWithout(subscripts: string, others: string): string[] {
  return [...new Set(subscripts)].filter((label) => label !== "." && !others.includes(label));
}

/** Subscripts without some labels. */
function without(subscripts: string, labels: readonly string[]): string {
  return subscripts
    .split("")
    .filter((label) => !labels.includes(label))
    .join("");
}

/** The gradient of an operand of which labels were summed away: repeated along their axes. */
function spread(grad: Gradient, from: string, to: string, inputShape: Tensor, summed: readonly string[]): Tensor {
  const axes = summed.map((label) => axisOf(to, label));
  const lengths = stack(axes.map((axis) => inputShape.at([axis])));
  const kept = without(to, summed);
  const isRepeated = new Set(to).size + new Set(from).size < to.length + from.length;
  if (!isRepeated && kept === from) {
    const single = reducedShape(inputShape, convertToTensor(sizesOf(axes)));
    return broadcastTo(reshape(grad, single), inputShape);
  }
  const wanted = concat([lengths, shape(grad)], 0);
  const single = concat([ones(summed.length, { dtype: "int32" }), shape(grad)], 0);
  return contraction([broadcastTo(reshape(grad, single), wanted)], `${summed.join("")}${from}->${to}`);
}

/** The gradient of one of two operands, before what was broadcast is summed. */
function byOperand(
  grad: Gradient,
  other: Tensor,
  own: { subs: string; shape: Tensor },
  otherSubs: string,
  outputSubs: string,
) {
  const summed = labelsWithout(own.subs, outputSubs + otherSubs);
  const kept = without(own.subs, summed);
  const product = contraction([grad, other], `${outputSubs},${otherSubs}->${kept}`);
  return summed.length === 0 ? product : spread(product, kept, own.subs, own.shape, summed);
}

function unaryRule(x: Tensor, grad: Gradient, inputSubs: string, outputSubs: string): Tensor {
  const inputShape = shape(x);
  const summed = labelsWithout(inputSubs, outputSubs);
  if (summed.length === 0) return contraction([grad], `${outputSubs}->${inputSubs}`);
  return spread(grad, outputSubs, inputSubs, inputShape, summed);
}

function withEllipsis(subscripts: string, output: string): string {
  return output.includes(ELLIPSIS) && !subscripts.includes(ELLIPSIS) ? subscripts + ELLIPSIS : subscripts;
}

function binaryRule(
  operands: readonly [Tensor, Tensor],
  grad: Gradient,
  inputSubs: string,
  outputSubs: string,
): Tensor[] {
  const [left = "", right = ""] = inputSubs.split(",");
  const [subsX, subsY] = [withEllipsis(left, outputSubs), withEllipsis(right, outputSubs)];
  const [x, y] = grad.dtype.isComplex ? [conj(operands[0]), conj(operands[1])] : operands;
  const [shapeX, shapeY] = [shape(x), shape(y)];
  const byX = byOperand(grad, y, { subs: subsX, shape: shapeX }, subsY, outputSubs);
  const byY = byOperand(grad, x, { subs: subsY, shape: shapeY }, subsX, outputSubs);
  if (!outputSubs.includes(ELLIPSIS)) return [byX, byY];
  const [rangeX, rangeY] = [ellipsisAxes(subsX), ellipsisAxes(subsY)];
  if (haveOneBatch(x, y, rangeX, rangeY)) return [byX, byY];
  const [batchX, batchY] = [shapeX.at([[...rangeX]]), shapeY.at([[...rangeY]])];
  const axes = applyOp(shapeDefs.BroadcastGradientArgs, [batchX, batchY]);
  const summedX = reshape(reduceSum(byX, { axis: plus(rangeX[0], axes.output(0)) }), shapeX);
  return [summedX, reshape(reduceSum(byY, { axis: plus(rangeY[0], axes.output(1)) }), shapeY)];
}

type AxisRange = readonly [number, number | null];

/** Whether both operands are known to have the same axes at the ellipsis. */
function haveOneBatch(x: Tensor, y: Tensor, rangeX: AxisRange, rangeY: AxisRange): boolean {
  if (!x.shape.isFullyDefined() || !y.shape.isFullyDefined()) return false;
  const batch = ({ shape: { dims } }: Tensor, [start, end]: AxisRange): TensorShape =>
    new TensorShape(dims?.slice(start, end ?? undefined) ?? null);
  return batch(x, rangeX).equals(batch(y, rangeY));
}

export const einsumGradients = gradientRules<typeof defs>()({
  Einsum: ({ inputs: [operands], attrs: { equation } }, grad) => {
    const [inputSubs = "", outputSubs = ""] = equation.split("->");
    const [x, y] = operands as readonly [Tensor, Tensor?];
    return [
      y === undefined ? [unaryRule(x, grad, inputSubs, outputSubs)] : binaryRule([x, y], grad, inputSubs, outputSubs),
    ];
  },
});
