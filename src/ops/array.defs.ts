/** Definitions of the ops that make values or pass them on unchanged. Mirrors the first part of core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { Const } from "../graph/constant.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import type { DType } from "../tensor/dtype.ts";
import { TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeShapes, shapeInput, withRank, withRankAtLeast } from "./shape-rules.ts";
import { floatTypes, indexTypes, numberTypes } from "./type-lists.ts";

/** The output has the shape of the first input. */
export function unchangedShape(c: InferContext): readonly TensorShape[] {
  return [c.input(0)];
}

const Placeholder = defineOp({
  type: "Placeholder",
  inputs: [],
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(), shape: attr.shape(null) },
  infer: (_, { shape }) => [shape],
});
const PlaceholderV2 = defineOp({
  type: "PlaceholderV2",
  inputs: [],
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(), shape: attr.shape() },
  infer: (_, { shape }) => [shape],
  withdrawn: [23, "Placeholder now behaves the same as PlaceholderV2."],
});
/** Its static shape is the attr's, which may tell less than the input's; it is never computed while the graph is built, because it may be fed. */
const PlaceholderWithDefault = defineOp({
  type: "PlaceholderWithDefault",
  inputs: ["input: dtype"],
  outputs: ["output: dtype"],
  attrs: { dtype: attr.type(), shape: attr.shape() },
  infer: (c, { shape }) => {
    mergeShapes(c.input(0), shape);
    return [shape];
  },
  foldable: false,
});

const passing = {
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type() },
  infer: unchangedShape,
} as const;
const Identity = defineOp({ type: "Identity", ...passing, effect: "pass", foldable: true });
const IdentityN = defineOp({
  type: "IdentityN",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { T: attr.types({ minimum: 1 }) },
  infer: (c) => Array.from({ length: c.inputCount }, (_, i) => c.input(i)),
});
const StopGradient = defineOp({ type: "StopGradient", ...passing });
const PreventGradient = defineOp({
  type: "PreventGradient",
  ...passing,
  attrs: { T: attr.type(), message: attr.string("") },
});
const CheckNumerics = defineOp({
  type: "CheckNumerics",
  inputs: ["tensor: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(floatTypes), message: attr.string() },
  infer: unchangedShape,
  stateful: true,
  effect: "host",
});
const EnsureShape = defineOp({
  type: "EnsureShape",
  inputs: ["input: T"],
  outputs: ["output: T"],
  attrs: { shape: attr.shape(), T: attr.type() },
  infer: (c, { shape }) => [
    mergeShapes(shape, c.input(0).rank === null ? c.input(0) : withRank(c.input(0), shape.rank ?? -1)),
  ],
});

const ZerosLike = defineOp({
  type: "ZerosLike",
  inputs: ["x: T"],
  outputs: ["y: T"],
  attrs: { T: attr.type() },
  infer: unchangedShape,
});
const onesTypes = [
  "bfloat16",
  "float16",
  "float32",
  "float64",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "complex64",
  "complex128",
  "bool",
] as const;
const OnesLike = defineOp({
  type: "OnesLike",
  inputs: ["x: T"],
  outputs: ["y: T"],
  attrs: { T: attr.type(onesTypes) },
  infer: unchangedShape,
});
const Fill = defineOp({
  type: "Fill",
  inputs: ["dims: index_type", "value: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), index_type: attr.type(indexTypes, "int32") },
  infer: (c) => {
    withRank(c.input(0), 1);
    withRank(c.input(1), 0);
    const dims = c.constant(0);
    for (let i = 0; dims !== null && i < dims.size; i += 1) {
      if (Number(dims.at(i)) < 0) throw new ShapeError("Fill dimensions must be >= 0", { dims });
    }
    return [shapeInput(c, 0)];
  },
});

const bitTypes = [
  "bfloat16",
  "float16",
  "float32",
  "float64",
  "int64",
  "int32",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "int8",
  "int16",
  "complex64",
  "complex128",
  "qint8",
  "quint8",
  "qint16",
  "quint16",
  "qint32",
] as const;
/** The same bytes as another type: a smaller type adds a last dimension, a larger one takes it. */
const Bitcast = defineOp({
  type: "Bitcast",
  inputs: ["input: T"],
  outputs: ["output: type"],
  attrs: { T: attr.type(bitTypes), type: attr.type(bitTypes) },
  infer: (c, { T, type }) => [bitcastShape(c.input(0), T, type)],
});
function bitcastShape(input: TensorShape, from: DType, to: DType): TensorShape {
  const { dims } = input;
  if (dims === null) return unknownShape;
  if (from.size === to.size) return input;
  if (from.size > to.size) return input.concatenate([from.size / to.size]);
  const ratio = to.size / from.size;
  withRankAtLeast(input, 1);
  const last = dims.at(-1) ?? null;
  if (last !== null && last !== ratio) {
    throw new ShapeError(
      `Cannot bitcast from ${from.number} to ${to.number} due to shape. ${last} does not match ${ratio}`,
      {
        shape: input,
        from,
        to,
      },
    );
  }
  return new TensorShape(dims.slice(0, -1));
}

const whereTypes = [...numberTypes, "bool"] as const;
/** Where the elements that are not zero stand: one row of indices for each. */
const Where = defineOp({
  type: "Where",
  inputs: ["input: T"],
  outputs: ["index: int64"],
  attrs: { T: attr.type(whereTypes, "bool") },
  infer: (c) => [new TensorShape([null, c.input(0).rank])],
});

/** The definitions of this family. */
export const arrayDefs = {
  Const,
  Placeholder,
  PlaceholderV2,
  PlaceholderWithDefault,
  Identity,
  IdentityN,
  StopGradient,
  PreventGradient,
  CheckNumerics,
  EnsureShape,
  ZerosLike,
  OnesLike,
  Fill,
  Bitcast,
  Where,
};
