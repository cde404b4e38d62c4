/** How joined and divided tensors are differentiated: their gradients are divided and joined. Mirrors python/ops/array_grad.py. */
import { ArgumentError } from "../base/errors.ts";
import { knownValue } from "../gradients/known-value.ts";
import { type Gradient, gradientRules, notDifferentiable } from "../gradients/rule.ts";
import { applyOp } from "../graph/apply-op.ts";
import type { TensorLike } from "../graph/constant.ts";
import { outputContext } from "../graph/flow-context.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constant, zeros } from "./array.ts";
import { cast } from "./cast.ts";
import { logicalAnd, where } from "./compare.ts";
import { concatDefs as defs } from "./concat.defs.ts";
import { concat, split, stack, unstack } from "./concat.ts";
import { gather } from "./gather.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { add } from "./math.ts";
import { expandDims, rank, shape, shapeN, squeeze } from "./shape.ts";
import { slice } from "./slice.ts";

/** From so many values on, one op divides the gradient instead of one op for each. */
const MANY = 16;

/** The part of each value. */
function parts(values: readonly Tensor[], axis: Tensor, grad: Gradient): readonly Gradient[] {
  const [first] = values as readonly [Tensor, ...Tensor[]];
  if (grad instanceof IndexedSlices) return partsOfRows(values, axis, axis.mod(rank(first)), grad);
  const place = inContextOf(grad, axis).mod(rank(first));
  const sizes = shapesOf(values);
  if (sizes.length > MANY) {
    const along = squeeze(slice(stack(sizes, { axis: 1 }), [place, 0], [1, -1]));
    return split(grad, along, { axis: place, num: sizes.length });
  }
  const begins = applyOp(defs.ConcatOffset, [place, sizes]).outputs;
  return begins.map((begin, i) => slice(grad, begin, sizes[i] as Tensor));
}

/** A constant axis is made again in the control flow context of the gradient, if that is another. */
function inContextOf(grad: Tensor, axis: Tensor): Tensor {
  if (axis.op.type !== "Const" || outputContext(grad.op) === outputContext(axis.op)) return axis;
  return constant(knownValue(axis) as TensorLike as never, { dtype: axis.dtype });
}

/** Constants, where all shapes are known; else one op gives all shapes. */
function shapesOf(values: readonly Tensor[]): readonly Tensor[] {
  const sizes: Tensor[] = [];
  for (const value of values) {
    const size = shape(value);
    if (size.op.type !== "Const") return shapeN(values);
    sizes.push(size);
  }
  return sizes;
}

function partsOfRows(values: readonly Tensor[], axis: Tensor, place: Tensor, grad: IndexedSlices): IndexedSlices[] {
  const known = knownPlace(axis, values[0] as Tensor);
  const sizes = values.map((value) => shape(value));
  return known > 0 ? partsOfEachRow(sizes, place, grad) : partsByRow(sizes, place, grad);
}

function knownPlace(axis: Tensor, first: Tensor): number {
  const value = knownValue(axis);
  if (value === null)
    throw new ArgumentError("Can only compute IndexedSlices gradient with statically-known concat_dim", { axis });
  const given = Number(value.item());
  if (given >= 0) return given;
  const count = knownValue(rank(first));
  if (count !== null) return given + Number(count.item());
  throw new ArgumentError(
    "Can only compute IndexedSlices gradient with negative concat_dim when first value rank is statically-known.",
    { axis, first },
  );
}

/** The values lie side by side: each has a piece of every row. */
function partsOfEachRow(sizes: readonly Tensor[], place: Tensor, { values, indices }: IndexedSlices): IndexedSlices[] {
  const count = shape(sizes[0] as Tensor);
  const before = zeros(expandDims(place, 0), { dtype: "int32" });
  const mask = concat([before, [1], zeros(count.sub(place).sub(1), { dtype: "int32" })], 0);
  let begin = zeros(count, { dtype: "int32" });
  return sizes.map((size) => {
    const piece = slice(values, begin, concat([[-1], slice(size, [1], [-1])], 0));
    begin = add(begin, size.mul(mask));
    return new IndexedSlices(piece, indices, size);
  });
}

/** The values lie one above another: each has some of the rows. */
function partsByRow(sizes: readonly Tensor[], place: Tensor, { values, indices }: IndexedSlices): IndexedSlices[] {
  const { dtype } = indices;
  let start = constant(0, { dtype });
  return sizes.map((size) => {
    const rows = gather(size, place);
    const end = start.add(rows.dtype === dtype ? rows : cast(rows, dtype));
    const isWithin = logicalAnd(indices.greaterEqual(start), indices.less(end));
    const chosen = squeeze(where(isWithin, {}), { axis: [1] });
    const moved = gather(indices, chosen).sub(start);
    start = end;
    return new IndexedSlices(gather(values, chosen), moved, size);
  });
}

export const concatGradients = gradientRules<typeof defs>()({
  ConcatV2: ({ inputs: [values, axis] }, grad) => [parts(values, axis, grad), null],
  Concat: ({ inputs: [axis, values] }, grad) => [null, parts(values, axis, grad)],
  ConcatOffset: notDifferentiable,
  Pack: ({ attrs: { N, axis } }, grad) => unstack(grad, { num: N, axis }),
  Unpack: ({ grads, attrs: { axis } }) => stack(grads as readonly Gradient[], { axis }),
  Split: ({ inputs: [axis], grads }) => [null, concat(grads as readonly Gradient[], axis)],
  SplitV: ({ inputs: [, , axis], grads }) => [concat(grads as readonly Gradient[], axis), null, null],
});
