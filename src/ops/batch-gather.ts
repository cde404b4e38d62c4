/** Builder that picks elements in every batch by indices of its own. Mirrors `batch_gather`, python/ops/array_ops.py. */
import { ArgumentError } from "../base/errors.ts";
import { applyOp1 } from "../graph/apply-op.ts";
import { convertToTensor, type TensorLike } from "../graph/constant.ts";
import type { Tensor } from "../graph/tensor.ts";
import { int32 } from "../tensor/dtype.ts";
import { pythonLiteral } from "../tensor/ndarray.ts";
import { TensorShape } from "../tensor/shape.ts";
import { ones, zeros } from "./array.ts";
import { concat, stack } from "./concat.ts";
import { gather } from "./gather.ts";
import { mathDefs } from "./math.defs.ts";
import { inOpScope, type NameOption } from "./op-scope.ts";
import { reduceDefs } from "./reduce.defs.ts";
import { reshape, shape } from "./shape.ts";

/**
 * Picks elements of params by indices, in each batch by its own. It is what `gather` with `batchDims` gives, in older ops.
 *
 * Shapes: params `[b…, n, r…]`, indices `[b…, k]` → `[b…, k, r…]`. The rank of indices must be known.
 * Dtypes: params any; indices int32, int64.
 *
 * @throws {ArgumentError} when the rank of indices is not known, or greater than that of params.
 * @see TensorFlow `batch_gather`, python/ops/array_ops.py
 * @example
 * const x = constant([[1, 2], [3, 4]]);
 * session.runSync(batchGather(x, [[1], [0]])).toArray(); // [[2], [3]]
 */
export function batchGather(params: TensorLike, indices: TensorLike, options: NameOption = {}): Tensor {
  return inOpScope(options.name, "BatchGather", [params, indices], () => {
    const places = convertToTensor(indices, { preferredDtype: int32, name: "indices" });
    const given = convertToTensor(params, { name: "params" });
    const { rank } = places.shape;
    if (rank === null)
      throw new ArgumentError("batch_gather does not allow indices with unknown shape.", { indices: places });
    const batchDims = rank - 1;
    if (rank === 0)
      throw new ArgumentError("Argument `batch_dims` = -1 must be less than rank(`indices`) = 0", { indices: places });
    if (given.shape.rank !== null && batchDims >= given.shape.rank) {
      throw new ArgumentError(
        `Argument \`batch_dims\` = ${batchDims} must be less than rank(\`params\`) = ${given.shape.rank}`,
        { params: given, indices: places },
      );
    }
    return picked(given, places, batchDims);
  });
}

/** Makes one list of all batches, and the indices into it. */
function picked(params: Tensor, indices: Tensor, batchDims: number): Tensor {
  const indicesShape = shape(indices);
  const paramsShape = shape(params);
  const dtype = indices.dtype.baseDtype;
  let step: Tensor = ones([], { dtype });
  let places = indices;
  const sizes = applyOp1(mathDefs.Cast, [paramsShape], { DstT: dtype });
  for (let dim = batchDims; dim > 0; dim -= 1) {
    const size = sizes.at([dim - 1]);
    step = step.mul(sizes.at([dim]));
    const from = zeros([], { dtype });
    const range = applyOp1(mathDefs.Range, [from, size, ones([], { dtype })]);
    const starts = range.mul(step);
    const one = pythonLiteral(1, "int");
    const beside = [
      ...Array.from({ length: dim - 1 }, () => one),
      size,
      ...Array.from({ length: batchDims + 1 - dim }, () => one),
    ];
    places = places.add(reshape(starts, stack(beside)));
  }
  const flat = reshape(places, [-1]);
  const rest = paramsShape.at([[batchDims + 1, null]]);
  const count = applyOp1(reduceDefs.Prod, [paramsShape.at([[null, batchDims + 1]]), [0]], { keep_dims: false });
  const rows = gather(reshape(params, concat([[count], rest], 0)), flat);
  const result = reshape(rows, concat([indicesShape, rest], 0));
  result.setShape(shapeOf(params, indices, batchDims));
  return result;
}

function shapeOf(params: Tensor, indices: Tensor, batchDims: number): TensorShape {
  const part = (dims: TensorShape["dims"], start: number, end?: number): TensorShape =>
    new TensorShape(dims === null ? null : dims.slice(start, end));
  const batch = part(indices.shape.dims, 0, batchDims).mergeWith(part(params.shape.dims, 0, batchDims));
  const own = part(indices.shape.dims, batchDims);
  return batch.concatenate(own).concatenate(part(params.shape.dims, batchDims + 1));
}
