/** How picked elements are differentiated: their gradient is put back where they came from. Mirrors python/ops/array_grad.py. */
import { ArgumentError } from "../base/errors.ts";
import { knownValue } from "../gradients/known-value.ts";
import { dense, negated, over, times } from "../gradients/operators.ts";
import { sizesOf } from "../gradients/reduced-shape.ts";
import {
  type ForwardOp,
  type Gradient,
  type GradientRule,
  gradientRules,
  type InputGradients,
  noRule,
  notDifferentiable,
} from "../gradients/rule.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { makeColocation, runInScope } from "../graph/scopes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { identity, ones, zeros, zerosLike } from "./array.ts";
import { cast } from "./cast.ts";
import { equal } from "./compare.ts";
import { concat } from "./concat.ts";
import { gatherDefs as defs } from "./gather.defs.ts";
import { gather, gatherNd, tensorScatterNdUpdate } from "./gather.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { range } from "./range.ts";
import { reduceDefs } from "./reduce.defs.ts";
import { unsortedSegmentSum } from "./segment.ts";
import { expandDims, rank, reshape, shape, size, squeeze } from "./shape.ts";
import { tile, transpose } from "./transpose.ts";

type GatherV2 = (typeof defs)["GatherV2"];

/** The rows of the gradient, with the places that were picked; rows that were picked twice are named twice. */
function pickedRows(grad: Gradient, indices: Tensor, count: Tensor, paramsShape: Tensor): IndexedSlices {
  const valuesShape = concat([count, paramsShape.at("1:")], 0);
  const values = reshape(dense(grad), valuesShape);
  return new IndexedSlices(values, reshape(indices, count), paramsShape);
}

/** The shape of what was picked from, beside it. */
function shapeBeside(params: Tensor): Tensor {
  return runInScope(makeColocation(params.op), () => shape(params));
}

function gatherRule({ inputs: [params, indices, axis], attrs }: ForwardOp<GatherV2>, grad: Gradient): InputGradients {
  const paramsShape = shapeBeside(params);
  const count = expandDims(size(indices), 0);
  const known = knownValue(axis);
  const batchDims = countOfBatchDims(attrs.batch_dims, indices);
  if (known !== null && Number(known.item()) === 0) return [pickedRows(grad, indices, count, paramsShape), null, null];
  const whole = alongAxis({ grad, indices, axis, paramsShape, batchDims });
  return [reshape(whole, shape(params)), null, null];
}

function countOfBatchDims(given: number, indices: Tensor): number {
  if (given >= 0) return given;
  const { rank: known } = indices.shape;
  if (known !== null) return given + known;
  throw new ArgumentError(
    `Currently, it is unsupported to take the gradient of tf.gather when batch_dims < 0 and the rank of the indices is unknown. Please pass a positive batch_dims or use tf.ensure_shape to update the shape of indices when calling tf.gather. Got batch_dims=${given} and indices=${indices}`,
    { batchDims: given, indices },
  );
}

interface AxisGather {
  readonly grad: Gradient;
  readonly indices: Tensor;
  readonly axis: Tensor;
  readonly paramsShape: Tensor;
  readonly batchDims: number;
}

/** The axis is brought to the front, behind the batch axes; there the rows are summed; and it is brought back. */
function alongAxis({ grad, indices, axis, paramsShape, batchDims }: AxisGather): Tensor {
  const outer = paramsShape.at([[null, axis]]);
  const inner = paramsShape.at([[axis, null]]).at("1:");
  const valuesShape = concat([outer, [-1], inner], 0);
  const valuesRank = size(valuesShape);
  const outerRank = size(outer);
  const batchAxes = range(batchDims);
  const betweenAxes = range(batchDims, outerRank);
  const innerAxes = range(outerRank.add(1), valuesRank);
  const values = reshape(dense(grad), valuesShape);
  const perm = concat([batchAxes, [outerRank], betweenAxes, innerAxes], 0);
  const moved = transpose(values, { perm });
  const movedShape = gather(paramsShape, perm);
  const summed = summedRows(movedShape, moved, indices, batchDims, paramsShape.at([axis]));
  const back = concat([batchAxes, betweenAxes.add(1), [batchDims], innerAxes], 0);
  return transpose(summed, { perm: back });
}

function summedRows(paramsShape: Tensor, values: Tensor, indices: Tensor, batchDims: number, rows: Tensor): Tensor {
  const count = expandDims(size(indices), 0);
  if (batchDims === 0) return unsortedSegmentSum(values, reshape(indices, count), rows);
  const valuesShape = shape(values);
  const outer = valuesShape.at([[null, batchDims]]);
  const inner = valuesShape.at([[batchDims, null]]).at("1:");
  const batches = applyOp1(reduceDefs.Prod, [outer, [0]], { keep_dims: false });
  const flatShape = concat([[-1], inner], 0);
  const allRows = rows.mul(batches);
  const flatIndices = withBatchOffsets(paramsShape, indices, batchDims);
  const flat = reshape(values, flatShape);
  const summed = unsortedSegmentSum(flat, reshape(flatIndices, count), allRows);
  return reshape(summed, concat([outer, flatShape], 0));
}

/** Indices into one batch become indices into all of them, one behind another. */
function withBatchOffsets(paramsShape: Tensor, indices: Tensor, batchDims: number): Tensor {
  const dtype = indices.dtype.baseDtype;
  const sizes = cast(paramsShape, dtype);
  let stride = ones([], { dtype });
  let moved = indices;
  for (let dim = batchDims; dim > 0; dim -= 1) {
    const length = sizes.at([dim - 1]);
    stride = stride.mul(sizes.at([dim]));
    const start = zeros([], { dtype });
    const step = ones([], { dtype });
    const offsets = range(start, length, step).mul(stride);
    const before = tile(sizesOf([1]), [dim - 1]);
    const places = concat([before, [length], tile(sizesOf([1]), [rank(indices).sub(dim)])], 0);
    moved = moved.add(reshape(offsets, places));
  }
  return moved;
}

type Scatter = (typeof defs)["TensorScatterAdd"];

/** The gradient of added updates is that of the places where they went. */
function addedRule({ inputs: [, indices] }: ForwardOp<Scatter>, grad: Gradient): readonly [Tensor, Tensor] {
  const updates = gatherNd(grad, indices);
  return [identity(grad), updates];
}

/** Elements and updates that are the extreme share the gradient. */
const scatteredExtremum: GradientRule<(typeof defs)["TensorScatterMax"]> = (
  { inputs: [x, indices, y], output, attrs: { bad_indices_policy } },
  grad,
) => {
  const isX = cast(equal(x, output), grad.dtype);
  const outputOfY = applyOp1(defs.GatherNd, [output, indices], { bad_indices_policy });
  const isY = cast(equal(y, outputOfY), grad.dtype);
  const sizes = shape(x, { outType: indices.dtype.baseDtype });
  const countOfY = applyOp1(defs.ScatterNd, [indices, isY, sizes], { bad_indices_policy });
  const count = isX.add(countOfY);
  const byX = over(times(grad, isX), count);
  const shared = applyOp1(defs.GatherNd, [over(grad, count), indices], { bad_indices_policy });
  return [byX, null, times(shared, isY)];
};

export const gatherGradients = gradientRules<typeof defs>()({
  Gather: ({ inputs: [params, indices] }, grad) => {
    const paramsShape = shapeBeside(params);
    const count = expandDims(size(indices), 0);
    return [pickedRows(grad, indices, count, paramsShape), null];
  },
  GatherV2: gatherRule,
  GatherNd: ({ inputs: [params, indices], attrs }, grad) => {
    const paramsShape = shape(params, { outType: indices.dtype.baseDtype });
    const { dims } = indices.shape;
    if (dims?.length === 2 && dims[1] === 1)
      return [new IndexedSlices(dense(grad), squeeze(indices, { axis: -1 }), paramsShape), null];
    const { bad_indices_policy } = attrs;
    return [applyOp1(defs.ScatterNd, [indices, grad, paramsShape], { bad_indices_policy }), null];
  },
  ScatterNd: ({ inputs: [indices] }, grad) => [null, gatherNd(grad, indices), null],
  TensorScatterUpdate: ({ inputs: [, indices, updates] }, grad) => {
    const byUpdates = gatherNd(grad, indices);
    const kept = identity(grad);
    const nothing = zerosLike(updates, { dtype: grad.dtype });
    return [tensorScatterNdUpdate(kept, indices, nothing), null, byUpdates];
  },
  TensorScatterAdd: (forward, grad) => {
    const [byTensor, byUpdates] = addedRule(forward, grad);
    return [byTensor, null, byUpdates];
  },
  TensorScatterSub: (forward, grad) => {
    const [byTensor, byUpdates] = addedRule(forward as ForwardOp as ForwardOp<Scatter>, grad);
    return [byTensor, null, negated(byUpdates)];
  },
  TensorScatterMax: scatteredExtremum,
  TensorScatterMin: scatteredExtremum,
  OneHot: notDifferentiable,
  Unique: noRule,
  UniqueWithCounts: noRule,
  ListDiff: noRule,
});
