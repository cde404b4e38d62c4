/** Definitions of reductions over axes and of running sums and products. Mirrors core/ops/math_ops.cc. */
import { ArgumentError } from "../base/errors.ts";
import { attr, defineOp, type InferContext, type TypeList } from "../graph/op-def.ts";
import { type Dimension, scalarShape, shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import { inferUnchanged, withRank, withRankAtMost } from "./shape-rules.ts";
import { indexTypes, numberTypes, quantizedTypes, realNumberTypes } from "./type-lists.ts";

const orderedTypes = [...realNumberTypes, ...quantizedTypes] as const;

function reduction<const N extends string>(type: N, allowed: TypeList) {
  return defineOp({
    type,
    inputs: ["input: T", "reduction_indices: Tidx"],
    outputs: ["output: T"],
    attrs: { keep_dims: attr.bool(false), T: attr.type(allowed), Tidx: attr.type(indexTypes, "int32") },
    infer: (c, { keep_dims }) => [reducedShape(c, keep_dims)],
  });
}

function logicalReduction<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["input: bool", "reduction_indices: Tidx"],
    outputs: ["output: bool"],
    attrs: { keep_dims: attr.bool(false), Tidx: attr.type(indexTypes, "int32") },
    infer: (c, { keep_dims }) => [reducedShape(c, keep_dims)],
  });
}

function reducedShape(c: InferContext, keepDims: boolean): TensorShape {
  withRankAtMost(c.input(1), 1);
  const { dims } = c.input(0);
  if (dims === null) return unknownShape;
  const axes = c.constant(1);
  if (axes === null) return keepDims ? shapeOfRank(dims.length) : unknownShape;
  const reduced = new Set(Array.from({ length: axes.size }, (_, i) => checkedAxis(Number(axes.at(i)), dims.length)));
  if (keepDims) return new TensorShape(dims.map((d, i) => (reduced.has(i) ? 1 : d)));
  return new TensorShape(dims.filter((_, i) => !reduced.has(i)));
}

function checkedAxis(axis: number, rank: number): number {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ArgumentError(`Invalid reduction dimension ${axis} for input with ${rank} dimensions.`, { axis, rank });
}

const Sum = reduction("Sum", numberTypes);
const Mean = reduction("Mean", numberTypes);
const Prod = reduction("Prod", numberTypes);
const EuclideanNorm = reduction("EuclideanNorm", numberTypes);
const Max = reduction("Max", orderedTypes);
const Min = reduction("Min", orderedTypes);
const All = logicalReduction("All");
const Any = logicalReduction("Any");

function argument<const N extends string>(type: N, axisTypes: TypeList, results: TypeList) {
  return defineOp({
    type,
    inputs: ["input: T", "dimension: Tidx"],
    outputs: ["output: output_type"],
    attrs: {
      T: attr.type([...orderedTypes, "bool"]),
      Tidx: attr.type(axisTypes, "int32"),
      output_type: attr.type(results, "int64"),
    },
    infer: (c) => [argumentShape(c)],
  });
}

function argumentShape(c: InferContext): TensorShape {
  withRank(c.input(1), 0);
  const { dims } = c.input(0);
  if (dims === null) return unknownShape;
  // TensorFlow does not look at the axis of a vector here; its kernel does.
  if (dims.length <= 1) return scalarShape;
  const constant = c.constant(1);
  if (constant === null) return shapeOfRank(dims.length - 1);
  const given = Number(constant.item());
  const axis = given < 0 ? given + dims.length : given;
  if (axis < 0 || axis >= dims.length) {
    throw new ArgumentError(
      `Dimension (${given}) must be in the range [${-dims.length}, ${dims.length}), where ${dims.length} is the number of dimensions in the input.`,
      { axis: given, rank: dims.length },
    );
  }
  return new TensorShape(dims.filter((_: Dimension, i) => i !== axis));
}

const ArgMax = argument("ArgMax", ["int16", "int32", "int64"], ["int16", "uint16", "int32", "int64"]);
const ArgMin = argument("ArgMin", indexTypes, indexTypes);

function scan<const N extends string>(type: N) {
  return defineOp({
    type,
    inputs: ["x: T", "axis: Tidx"],
    outputs: ["out: T"],
    attrs: {
      exclusive: attr.bool(false),
      reverse: attr.bool(false),
      T: attr.type(numberTypes),
      Tidx: attr.type(indexTypes, "int32"),
    },
    infer: inferUnchanged,
  });
}

const Cumsum = scan("Cumsum");
const Cumprod = scan("Cumprod");

/** The definitions of this family. */
export const reduceDefs = {
  Sum,
  Mean,
  Prod,
  EuclideanNorm,
  Max,
  Min,
  All,
  Any,
  ArgMax,
  ArgMin,
  Cumsum,
  Cumprod,
};
