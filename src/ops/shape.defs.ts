/** Definitions of the ops that ask for shapes and that give elements another shape without moving them. Mirrors core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type DType, int32 } from "../tensor/dtype.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { type Dimension, scalarShape, TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  divideDimension,
  mergeDimensions,
  replaceDimension,
  shapeInput,
  vectorShape,
  withRank,
  withRankAtMost,
} from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

const asked = { T: attr.type(), out_type: attr.type(indexTypes, "int32") };

function foldedShape(shape: TensorShape, dtype: DType): NDArray | null {
  return shape.isFullyDefined() ? ndarray(shape.asNumbers(), dtype) : null;
}

/** What is known before a session runs: the static shape, where it is complete. */
const Shape = defineOp({
  type: "Shape",
  inputs: ["input: T"],
  outputs: ["output: out_type"],
  attrs: asked,
  infer: (c) => [vectorShape(c.input(0).rank)],
  fold: (c, { out_type }) => {
    const value = foldedShape(c.input(0), out_type);
    return value && [value];
  },
  shapeHeld: (c) => c.input(0),
});
const ShapeN = defineOp({
  type: "ShapeN",
  inputs: ["input: N * T"],
  outputs: ["output: N * out_type"],
  attrs: { N: attr.int(undefined, 1), ...asked },
  infer: (c) => Array.from({ length: c.inputCount }, (_, i) => vectorShape(c.input(i).rank)),
  fold: (c, { out_type }) => Array.from({ length: c.inputCount }, (_, i) => foldedShape(c.input(i), out_type)),
  shapeHeld: (c, output) => c.input(output),
});
const Size = defineOp({
  type: "Size",
  inputs: ["input: T"],
  outputs: ["output: out_type"],
  attrs: asked,
  infer: () => [scalarShape],
  fold: (c, { out_type }) => {
    const count = c.input(0).elementCount();
    return count === null ? null : [ndarray(count, out_type)];
  },
});
const Rank = defineOp({
  type: "Rank",
  inputs: ["input: T"],
  outputs: ["output: int32"],
  attrs: { T: attr.type() },
  infer: () => [scalarShape],
  fold: (c) => {
    const { rank } = c.input(0);
    return rank === null ? null : [ndarray(rank, int32)];
  },
});

const Reshape = defineOp({
  type: "Reshape",
  inputs: ["tensor: T", "shape: Tshape"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tshape: attr.type(indexTypes, "int32") },
  infer: (c) => [reshapedTo(c.input(0), shapeInput(c, 1))],
});

/** The product of the known dimensions, and where the only unknown one is: -1 for none, `null` when there are several. */
function knownElements(dims: readonly Dimension[]): { readonly count: number; readonly unknownAt: number | null } {
  const unknown = dims.flatMap((d, i) => (d === null ? [i] : []));
  const count = dims.reduce<number>((product, d) => product * (d ?? 1), 1);
  return { count, unknownAt: unknown.length > 1 ? null : (unknown[0] ?? -1) };
}

function reshapedTo(input: TensorShape, wanted: TensorShape): TensorShape {
  if (wanted.dims === null || input.dims === null) return wanted;
  const from = knownElements(input.dims);
  const to = knownElements(wanted.dims);
  // A known 0 makes the number of elements known whatever else is not.
  const fromCount = input.dims.includes(0) ? 0 : from.unknownAt === -1 ? from.count : null;
  const toCount = wanted.dims.includes(0) ? 0 : to.unknownAt === -1 ? to.count : null;
  if (fromCount !== null && toCount !== null) {
    if (fromCount === toCount) return wanted;
    throw new ShapeError(
      `Cannot reshape a tensor with ${fromCount} elements to shape ${wanted.toBrackets()} (${toCount} elements)`,
      { input, wanted },
    );
  }
  if (from.unknownAt === null || to.unknownAt === null) return wanted;
  if (fromCount !== null && to.unknownAt >= 0)
    return to.count > 0 ? replaceDimension(wanted, to.unknownAt, divideDimension(fromCount, to.count)) : wanted;
  if (toCount !== null && from.count !== 0) divideDimension(toCount, from.count);
  return wanted;
}

const ExpandDims = defineOp({
  type: "ExpandDims",
  inputs: ["input: T", "dim: Tdim"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tdim: attr.type(indexTypes, "int32") },
  infer: (c) => {
    const value = c.constant(1);
    if (value !== null && value.size !== 1)
      throw new ShapeError("'dim' input must be a tensor with a single value", { dim: value });
    const { dims } = c.input(0);
    if (value === null || dims === null) return [unknownShape];
    const axis = Number(value.at(0));
    const { length: rank } = dims;
    if (axis < -rank - 1 || axis > rank)
      throw new ShapeError(`dim ${axis} not in the interval [${-rank - 1}, ${rank}].`, { axis, rank });
    return [new TensorShape(dims.toSpliced(axis < 0 ? axis + rank + 1 : axis, 0, 1))];
  },
});

const Squeeze = defineOp({
  type: "Squeeze",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), squeeze_dims: attr.ints([], 0) },
  infer: (c, { squeeze_dims }) => [squeezed(c.input(0), squeeze_dims)],
});

function squeezed(input: TensorShape, axes: readonly number[]): TensorShape {
  if (input.dims === null) return unknownShape;
  const { length: rank } = input.dims;
  const chosen = axes.map((axis, i) => {
    if (axis < -rank || axis >= rank)
      throw new ShapeError(`squeeze_dims[${i}] not in [${-rank},${rank}).`, { axis, rank });
    return axis < 0 ? axis + rank : axis;
  });
  const kept: Dimension[] = [];
  for (const [i, d] of input.dims.entries()) {
    const isChosen = chosen.includes(i);
    if (d === null && chosen.length === 0) return unknownShape;
    if (d !== null && d !== 1 && isChosen)
      throw new ShapeError(`Can not squeeze dim[${i}], expected a dimension of 1, got ${d}`, { shape: input, axis: i });
    if (isChosen || (d === 1 && chosen.length === 0)) continue;
    kept.push(d);
  }
  return new TensorShape(kept);
}

const BroadcastTo = defineOp({
  type: "BroadcastTo",
  inputs: ["input: T", "shape: Tidx"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tidx: attr.type(indexTypes, "int32") },
  infer: (c) => {
    let output = shapeInput(c, 1);
    const { rank } = output;
    if (rank === null || c.input(0).dims === null) return [output];
    const input = withRankAtMost(c.input(0), rank);
    const inputRank = input.rank ?? 0;
    for (let i = 1; i <= inputRank; i += 1) {
      const d = input.dim(inputRank - i);
      if (d !== null && d > 1) output = replaceDimension(output, rank - i, mergeDimensions(d, output.dim(rank - i)));
    }
    return [output];
  },
});

const shapePair = { inputs: ["s0: T", "s1: T"], attrs: { T: attr.type(indexTypes, "int32") } } as const;
function checkShapePair(c: InferContext): void {
  withRank(c.input(0), 1);
  withRank(c.input(1), 1);
}
const BroadcastArgs = defineOp({
  type: "BroadcastArgs",
  ...shapePair,
  outputs: ["r0: T"],
  infer: (c) => {
    checkShapePair(c);
    const [x, y] = [c.input(0).dim(0), c.input(1).dim(0)];
    return [vectorShape(x === null || y === null ? null : Math.max(x, y))];
  },
});
/** Along which axes the gradients of a broadcast operation are summed. */
const BroadcastGradientArgs = defineOp({
  type: "BroadcastGradientArgs",
  ...shapePair,
  outputs: ["r0: T", "r1: T"],
  infer: (c) => {
    checkShapePair(c);
    return [vectorShape(null), vectorShape(null)];
  },
});

/** The definitions of this family. */
export const shapeDefs = {
  Shape,
  ShapeN,
  Size,
  Rank,
  Reshape,
  ExpandDims,
  Squeeze,
  BroadcastTo,
  BroadcastArgs,
  BroadcastGradientArgs,
};
