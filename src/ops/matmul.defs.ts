/** Definitions of products of matrices and of their factorisation. Mirrors core/ops/math_ops.cc and linalg_ops.cc. */
import { attr, defineOp, type InferContext, type TypeList } from "../graph/op-def.ts";
import { type Dimension, TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  broadcastShapes,
  mergeDimensions,
  mergeShapes,
  minDimension,
  subshape,
  withRank,
  withRankAtLeast,
} from "./shape-rules.ts";
import { complexTypes, floatTypes } from "./type-lists.ts";

const MatMul = defineOp({
  type: "MatMul",
  inputs: ["a: T", "b: T"],
  outputs: ["product: T"],
  attrs: {
    transpose_a: attr.bool(false),
    transpose_b: attr.bool(false),
    T: attr.type([...floatTypes, "int32", "int64", "uint8", "uint16", "uint32", "uint64", ...complexTypes]),
    grad_a: attr.bool(false),
    grad_b: attr.bool(false),
  },
  infer: (c, { transpose_a, transpose_b }) => {
    const a = withRank(c.input(0), 2);
    const b = withRank(c.input(1), 2);
    mergeDimensions(a.dim(transpose_a ? 0 : 1), b.dim(transpose_b ? 1 : 0));
    return [new TensorShape([a.dim(transpose_a ? 1 : 0), b.dim(transpose_b ? 0 : 1)])];
  },
});

const adjoints = {
  adj_x: attr.bool(false),
  adj_y: attr.bool(false),
  grad_x: attr.bool(false),
  grad_y: attr.bool(false),
};

/** What is known of the operands of a product of stacked matrices. */
interface Stacks {
  /** The leading dimensions of both. */
  readonly batches: readonly [TensorShape, TensorShape];
  /** The dimensions that must be equal. */
  readonly inner: readonly [Dimension, Dimension];
  /** Rows and columns of the result. */
  readonly outer: readonly [Dimension, Dimension];
}

function stacksOf(c: InferContext, flipX: boolean, flipY: boolean): Stacks {
  const x = withRankAtLeast(c.input(0), 2);
  const y = withRankAtLeast(c.input(1), 2);
  return {
    batches: [subshape(x, 0, -2), subshape(y, 0, -2)],
    inner: [x.dim(flipX ? -2 : -1), y.dim(flipY ? -1 : -2)],
    outer: [x.dim(flipX ? -1 : -2), y.dim(flipY ? -2 : -1)],
  };
}

/** Leading dimensions broadcast. */
function broadcastStacks(c: InferContext, flipX: boolean, flipY: boolean): TensorShape {
  const { batches, inner, outer } = stacksOf(c, flipX, flipY);
  mergeDimensions(...inner);
  return broadcastShapes(...batches).concatenate(outer);
}

/** Leading dimensions must be equal. */
function equalStacks(c: InferContext, flipX: boolean, flipY: boolean): TensorShape {
  const { batches, inner, outer } = stacksOf(c, flipX, flipY);
  const batch = mergeShapes(...batches);
  mergeDimensions(...inner);
  return batch.concatenate(outer);
}

const BatchMatMul = defineOp({
  type: "BatchMatMul",
  inputs: ["x: T", "y: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type([...floatTypes, "int32", "int64", ...complexTypes]), ...adjoints },
  infer: (c, { adj_x, adj_y }) => [equalStacks(c, adj_x, adj_y)],
});

const BatchMatMulV2 = defineOp({
  type: "BatchMatMulV2",
  inputs: ["x: T", "y: T"],
  outputs: ["output: T"],
  attrs: {
    T: attr.type([...floatTypes, "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", ...complexTypes]),
    ...adjoints,
  },
  infer: (c, { adj_x, adj_y }) => [broadcastStacks(c, adj_x, adj_y)],
});

const mixedTypes = [
  ...floatTypes,
  "uint8",
  "int8",
  "int16",
  "int32",
  "int64",
  ...complexTypes,
] as const satisfies TypeList;

/** As `BatchMatMulV2`, with a result of another type. */
const BatchMatMulV3 = defineOp({
  type: "BatchMatMulV3",
  inputs: ["x: Ta", "y: Tb"],
  outputs: ["output: Tout"],
  attrs: {
    Ta: attr.type(mixedTypes),
    Tb: attr.type(mixedTypes),
    Tout: attr.type([...floatTypes, "int16", "int32", "int64", ...complexTypes]),
    ...adjoints,
  },
  infer: (c, { adj_x, adj_y }) => [broadcastStacks(c, adj_x, adj_y)],
});

const Qr = defineOp({
  type: "Qr",
  inputs: ["input: T"],
  outputs: ["q: T", "r: T"],
  attrs: { full_matrices: attr.bool(false), T: attr.type(["float64", "float32", "float16", ...complexTypes]) },
  infer: (c, { full_matrices }) => {
    const input = withRankAtLeast(c.input(0), 2);
    if (input.dims === null) return [unknownShape, unknownShape];
    const [m, n] = [input.dim(-2), input.dim(-1)];
    const least = minDimension(m, n);
    const batch = input.dims.slice(0, -2);
    const inner = full_matrices ? m : least;
    return [new TensorShape([...batch, m, inner]), new TensorShape([...batch, inner, n])];
  },
});

/** The definitions of this family. */
export const matmulDefs = { MatMul, BatchMatMul, BatchMatMulV2, BatchMatMulV3, Qr };
