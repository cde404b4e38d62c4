/** Definitions of the ops that move elements to other places or repeat them. Mirrors core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import {
  mergeDimensions,
  mergeShapes,
  multiplyDimensions,
  numbersInput,
  replaceDimension,
  shapeInput,
  vectorShape,
  withRank,
  withValue,
} from "./shape-rules.ts";
import { indexTypes } from "./type-lists.ts";

const permuting = {
  inputs: ["x: T", "perm: Tperm"],
  outputs: ["y: T"],
  attrs: { T: attr.type(), Tperm: attr.type(indexTypes, "int32") },
  infer: (c: InferContext) => [transposedShape(c)],
} as const;
const Transpose = defineOp({ type: "Transpose", ...permuting });
const ConjugateTranspose = defineOp({ type: "ConjugateTranspose", ...permuting });

function transposedShape(c: InferContext): TensorShape {
  const perm = numbersInput(c, 1);
  const permCount = c.input(1).elementCount();
  const rank = c.input(0).rank ?? permCount ?? perm?.length ?? null;
  if (rank === null) return unknownShape;
  // A permutation of one element stands for a scalar and for a vector alike.
  if (c.input(0).rank === null && rank < 2) return c.input(0);
  const input = withRank(c.input(0), rank);
  withRank(c.input(1), 1);
  withValue(permCount, rank);
  if (perm === null) return shapeOfRank(rank);
  return new TensorShape(
    perm.map((from) => {
      if (from >= rank || from < -rank)
        throw new ShapeError(`perm dim ${from} is out of range of input rank ${rank}`, { perm, rank });
      return input.dim(from);
    }),
  );
}

const InvertPermutation = defineOp({
  type: "InvertPermutation",
  inputs: ["x: T"],
  outputs: ["y: T"],
  attrs: { T: attr.type(indexTypes, "int32") },
  infer: (c) => [withRank(c.input(0), 1)],
});

const reversible = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "uint64",
  "int64",
  "bool",
  "bfloat16",
  "float16",
  "float32",
  "float64",
  "complex64",
  "complex128",
  "string",
] as const;
const reversibleByAxis = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "bool",
  "bfloat16",
  "float16",
  "float32",
  "float64",
  "complex64",
  "complex128",
  "string",
] as const;

function checkReversible(rank: number | null): void {
  if (rank !== null && rank > 8)
    throw new ShapeError("reverse does not work on tensors with more than 8 dimensions", { rank });
}

const Reverse = defineOp({
  type: "Reverse",
  inputs: ["tensor: T", "dims: bool"],
  outputs: ["output: T"],
  attrs: { T: attr.type(reversible) },
  infer: (c) => {
    const count = withRank(c.input(1), 1).dim(0);
    const input = count === null ? c.input(0) : withRank(c.input(0), count);
    checkReversible(input.rank);
    return [input];
  },
});
const ReverseV2 = defineOp({
  type: "ReverseV2",
  inputs: ["tensor: T", "axis: Tidx"],
  outputs: ["output: T"],
  attrs: { Tidx: attr.type(indexTypes, "int32"), T: attr.type(reversibleByAxis) },
  infer: (c) => {
    withRank(c.input(1), 1);
    const { rank } = c.input(0);
    checkReversible(rank);
    const axes = numbersInput(c, 1);
    if (axes !== null && rank !== null) checkReversedAxes(axes, rank);
    return [c.input(0)];
  },
});
function checkReversedAxes(axes: readonly number[], rank: number): void {
  const seen = new Set<number>();
  for (const [i, axis] of axes.entries()) {
    const at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank)
      throw new ShapeError(`'axis'[${i}] = ${axis} is out of valid range [0, ${rank - 1}`, { axis, rank });
    if (seen.has(at)) throw new ShapeError(`axis ${at} specified more than once.`, { axis: at });
    seen.add(at);
  }
}

/** The first elements of each row reversed, as many as the row's length says. */
const ReverseSequence = defineOp({
  type: "ReverseSequence",
  inputs: ["input: T", "seq_lengths: Tlen"],
  outputs: ["output: T"],
  attrs: { seq_dim: attr.int(), batch_dim: attr.int(0), T: attr.type(), Tlen: attr.type(indexTypes, "int64") },
  infer: (c, { seq_dim, batch_dim }) => {
    const lengths = withRank(c.input(1), 1);
    const input = c.input(0);
    if (input.rank === null) return [unknownShape];
    if (batch_dim >= input.rank)
      throw new ShapeError(`batch_dim must be < input rank: ${batch_dim} vs. ${input.rank}`, {
        batch_dim,
        rank: input.rank,
      });
    if (seq_dim >= input.rank)
      throw new ShapeError(`seq_dim must be < input rank: ${seq_dim} vs. ${input.rank}`, { seq_dim, rank: input.rank });
    return [replaceDimension(input, batch_dim, mergeDimensions(input.dim(batch_dim), lengths.dim(0)))];
  },
});

const Tile = defineOp({
  type: "Tile",
  inputs: ["input: T", "multiples: Tmultiples"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Tmultiples: attr.type(indexTypes, "int32") },
  infer: (c) => {
    let multiples = shapeInput(c, 1);
    const { rank } = c.input(0);
    if (rank !== null) {
      multiples = withRank(multiples, rank);
      mergeShapes(c.input(1), vectorShape(rank));
    }
    if (multiples.dims === null) return [unknownShape];
    const input = withRank(c.input(0), multiples.dims.length);
    return [new TensorShape(multiples.dims.map((times, i) => multiplyDimensions(input.dim(i), times)))];
  },
});

/** The definitions of this family. */
export const transposeDefs = {
  Transpose,
  ConjugateTranspose,
  InvertPermutation,
  Reverse,
  ReverseV2,
  ReverseSequence,
  Tile,
};
