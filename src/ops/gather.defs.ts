/** Definitions of the ops that pick elements by index or put them there, and of those that find unique ones. Mirrors core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  mergeShapes,
  numbersInput,
  shapeInput,
  subshape,
  vectorShape,
  withRank,
  withRankAtLeast,
} from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

const Gather = defineOp({
  type: "Gather",
  inputs: ["params: Tparams", "indices: Tindices"],
  outputs: ["output: Tparams"],
  attrs: { validate_indices: attr.bool(true), Tparams: attr.type(), Tindices: attr.type(indexTypes) },
  infer: (c) => [c.input(1).concatenate(subshape(withRankAtLeast(c.input(0), 1), 1))],
});
const GatherV2 = defineOp({
  type: "GatherV2",
  inputs: ["params: Tparams", "indices: Tindices", "axis: Taxis"],
  outputs: ["output: Tparams"],
  attrs: {
    batch_dims: attr.int(0),
    Tparams: attr.type(),
    Tindices: attr.type(["int16", "int32", "int64"]),
    Taxis: attr.type(indexTypes),
  },
  infer: (c, { batch_dims }) => [gatheredShape(c, batch_dims)],
});

function gatheredShape(c: InferContext, batchDims: number): TensorShape {
  const [params, indices] = [withRankAtLeast(c.input(0), 1), c.input(1)];
  withRank(c.input(2), 0);
  const axis = numbersInput(c, 2)?.[0];
  if (axis === undefined)
    return params.rank === null || indices.rank === null
      ? unknownShape
      : shapeOfRank(params.rank + indices.rank - 1 - batchDims);
  withRankAtLeast(params, axis < 0 ? -axis : axis + 1);
  withRankAtLeast(indices, Math.abs(batchDims));
  const batch = batchDims < 0 ? batchDims + (indices.rank ?? -1) : batchDims;
  withRankAtLeast(params, batch + 1);
  const out = subshape(params, 0, axis).concatenate(subshape(indices, batch));
  return axis === -1 ? out : out.concatenate(subshape(params, axis + 1));
}

const policy = { bad_indices_policy: attr.string("") };
const GatherNd = defineOp({
  type: "GatherNd",
  inputs: ["params: Tparams", "indices: Tindices"],
  outputs: ["output: Tparams"],
  attrs: { Tparams: attr.type(), Tindices: attr.type(["int16", "int32", "int64"]), ...policy },
  infer: (c) => {
    const params = c.input(0);
    const indices = withRankAtLeast(c.input(1), 1);
    const depth = indices.dim(-1);
    if (params.rank === null || depth === null) return [unknownShape];
    if (depth > params.rank) {
      throw new ShapeError(
        `indices.shape[-1] must be <= params.rank, but saw indices shape: ${indices.toBrackets()} and params shape: ${params.toBrackets()}`,
        { params, indices },
      );
    }
    return [subshape(indices, 0, -1).concatenate(subshape(params, depth))];
  },
});

const ScatterNd = defineOp({
  type: "ScatterNd",
  inputs: ["indices: Tindices", "updates: T", "shape: Tindices"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tindices: attr.type(["int16", "int32", "int64"]), ...policy },
  infer: (c) => {
    const [indices, updates] = [withRankAtLeast(c.input(0), 1), withRankAtLeast(c.input(1), 1)];
    const output = shapeInput(c, 2);
    checkScatterNd(indices, updates, output);
    return [output];
  },
});

/** Checks that updates are `indices.shape[:-1] + target.shape[indices.shape[-1]:]`. */
export function checkScatterNd(indices: TensorShape, updates: TensorShape, target: TensorShape): void {
  if (target.dims?.includes(0) === true && (hasElements(indices) || hasElements(updates))) {
    throw new ShapeError("Indices and updates specified for empty input", { indices, updates, target });
  }
  const depth = indices.dim(-1);
  if (indices.rank === null || updates.rank === null || depth === null) return;
  const outer = indices.rank - 1;
  const rows = [subshape(indices, 0, outer), subshape(updates, 0, outer)] as const;
  checkParts(
    rows,
    (why) =>
      `Dimensions [0,${outer}) of indices[shape=${indices.toBrackets()}] = ${rows[0].toBrackets()} must match dimensions [0,${outer}) of updates[shape=${updates.toBrackets()}] = ${rows[1].toBrackets()}: ${why}`,
  );
  const cells = [subshape(target, depth), subshape(updates, outer)] as const;
  checkParts(
    cells,
    (why) =>
      `Dimensions [${depth},${target.rank ?? -1}) of input[shape=${target.toBrackets()}] = ${cells[0].toBrackets()} must match dimensions [${outer},${updates.rank ?? -1}) of updates[shape=${updates.toBrackets()}] = ${cells[1].toBrackets()}: ${why}`,
  );
}

function hasElements(shape: TensorShape): boolean {
  return (shape.elementCount() ?? 0) > 0;
}

function checkParts(parts: readonly [TensorShape, TensorShape], text: (why: string) => string): void {
  try {
    mergeShapes(parts[0], parts[1]);
  } catch (error) {
    if (error instanceof ShapeError) throw new ShapeError(text(error.message), error.fields);
    throw error;
  }
}

function tensorScatter<const N extends string, const L extends readonly ("int16" | "int32" | "int64" | "uint16")[]>(
  type: N,
  allowed: L,
) {
  return defineOp({
    type,
    inputs: ["tensor: T", "indices: Tindices", "updates: T"],
    outputs: ["output: T"],
    attrs: { T: attr.type(), Tindices: attr.type(allowed), ...policy },
    infer: (c) => {
      checkScatterNd(withRankAtLeast(c.input(1), 1), withRankAtLeast(c.input(2), 1), withRankAtLeast(c.input(0), 1));
      return [c.input(0)];
    },
  });
}
const TensorScatterUpdate = tensorScatter("TensorScatterUpdate", ["int16", "int32", "int64", "uint16"]);
const TensorScatterAdd = tensorScatter("TensorScatterAdd", indexTypes);
const TensorScatterSub = tensorScatter("TensorScatterSub", indexTypes);
const TensorScatterMax = tensorScatter("TensorScatterMax", indexTypes);
const TensorScatterMin = tensorScatter("TensorScatterMin", indexTypes);

const OneHot = defineOp({
  type: "OneHot",
  inputs: ["indices: TI", "depth: int32", "on_value: T", "off_value: T"],
  outputs: ["output: T"],
  attrs: { axis: attr.int(-1), T: attr.type(), TI: attr.type(["uint8", "int8", "int32", "int64"], "int64") },
  infer: (c, { axis }) => {
    if (axis < -1) throw new ShapeError("axis must be >= -1", { axis });
    const depth = scalarSize(c, 1);
    const { dims } = c.input(0);
    if (dims === null) return [unknownShape];
    const rank = dims.length + 1;
    return [new TensorShape(dims.toSpliced((axis + rank) % rank, 0, depth))];
  },
});

/** A scalar input that is a size; `null` while it is not known. */
function scalarSize(c: InferContext, index: number): number | null {
  const value = c.constant(index);
  if (value === null) return null;
  if (value.rank !== 0) throw new ShapeError(`Input must be scalar but has rank ${value.rank}`, { value });
  const size = Number(value.at(0));
  if (size < 0)
    throw new ShapeError(`Dimension size, given by scalar input ${index}, must be non-negative but is ${size}`, {
      value,
    });
  return size;
}

const Unique = defineOp({
  type: "Unique",
  inputs: ["x: T"],
  outputs: ["y: T", "idx: out_idx"],
  attrs: { T: attr.type(), out_idx: attr.type(indexTypes, "int32") },
  infer: (c) => {
    withRank(c.input(0), 1);
    return [vectorShape(null), c.input(0)];
  },
});
const UniqueWithCounts = defineOp({
  type: "UniqueWithCounts",
  inputs: ["x: T"],
  outputs: ["y: T", "idx: out_idx", "count: out_idx"],
  attrs: { T: attr.type(), out_idx: attr.type(indexTypes, "int32") },
  infer: (c) => [vectorShape(null), c.input(0), vectorShape(null)],
});
/** What of `x` is not in `y`, and where it stands in `x`. */
const ListDiff = defineOp({
  type: "ListDiff",
  inputs: ["x: T", "y: T"],
  outputs: ["out: T", "idx: out_idx"],
  attrs: { T: attr.type(), out_idx: attr.type(indexTypes, "int32") },
  infer: (c) => {
    withRank(c.input(0), 1);
    withRank(c.input(1), 1);
    return [vectorShape(null), vectorShape(null)];
  },
});

/** The definitions of this family. */
export const gatherDefs = {
  Gather,
  GatherV2,
  GatherNd,
  ScatterNd,
  TensorScatterUpdate,
  TensorScatterAdd,
  TensorScatterSub,
  TensorScatterMax,
  TensorScatterMin,
  OneHot,
  Unique,
  UniqueWithCounts,
  ListDiff,
};
