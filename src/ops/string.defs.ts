/** Definitions of the ops of strings. Mirrors core/ops/string_ops.cc, parsing_ops.cc and io_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { TensorShape as Shape, scalarShape, type TensorShape, unknownShape } from "../tensor/shape.ts";
import { broadcastShapes, inferUnchanged, vectorShape, withRank } from "./shape-rules.ts";
import { indexTypes, realNumberTypes } from "./type-lists.ts";

const unit = attr.string("BYTE", ["BYTE", "UTF8_CHAR"]);
const textInOut = { inputs: ["input: string"], outputs: ["output: string"], infer: inferUnchanged } as const;

const StringJoin = defineOp({
  type: "StringJoin",
  inputs: ["inputs: N * string"],
  outputs: ["output: string"],
  attrs: { N: attr.int(undefined, 0), separator: attr.string("") },
  infer: (c, { N }) => {
    let shape: TensorShape = scalarShape;
    for (let i = 0; i < N; i += 1) {
      const own = c.input(i);
      if (own.rank === null) return [unknownShape];
      if (own.rank !== 0) shape = shape.rank === 0 ? own : mergedShapes(shape, own);
    }
    return [shape];
  },
});

function mergedShapes(a: TensorShape, b: TensorShape): TensorShape {
  if (a.isCompatibleWith(b)) return a.mergeWith(b);
  throw new ShapeError(`Shapes must be equal, but are ${a.toBrackets()} and ${b.toBrackets()}`, { left: a, right: b });
}

const AsString = defineOp({
  type: "AsString",
  inputs: ["input: T"],
  outputs: ["output: string"],
  attrs: {
    T: attr.type([...realNumberTypes, "complex64", "complex128", "bool", "variant", "string"]),
    precision: attr.int(-1),
    scientific: attr.bool(false),
    shortest: attr.bool(false),
    width: attr.int(-1),
    fill: attr.string(""),
  },
  infer: inferUnchanged,
});

const StringToNumber = defineOp({
  type: "StringToNumber",
  inputs: ["string_tensor: string"],
  outputs: ["output: out_type"],
  attrs: { out_type: attr.type(["float32", "float64", "int32", "int64", "uint32", "uint64"], "float32") },
  infer: inferUnchanged,
});

function inferSplit(c: InferContext): readonly TensorShape[] {
  withRank(c.input(0), 1);
  return [new Shape([null, 2]), vectorShape(null), vectorShape(2)];
}
const splitOutputs = ["indices: int64", "values: string", "shape: int64"] as const;
const StringSplit = defineOp({
  type: "StringSplit",
  inputs: ["input: string", "delimiter: string"],
  outputs: splitOutputs,
  attrs: { skip_empty: attr.bool(true) },
  infer: (c) => {
    withRank(c.input(1), 0);
    return inferSplit(c);
  },
});
const StringSplitV2 = defineOp({
  type: "StringSplitV2",
  inputs: ["input: string", "sep: string"],
  outputs: splitOutputs,
  attrs: { maxsplit: attr.int(-1) },
  infer: (c) => {
    withRank(c.input(1), 0);
    return inferSplit(c);
  },
});

const ReduceJoin = defineOp({
  type: "ReduceJoin",
  inputs: ["inputs: string", "reduction_indices: int32"],
  outputs: ["output: string"],
  attrs: { keep_dims: attr.bool(false), separator: attr.string("") },
  infer: (c, { keep_dims }) => {
    const shape = c.input(0);
    const axes = c.constant(1);
    if (shape.dims === null || axes === null)
      return [keep_dims && shape.rank !== null ? new Shape(shape.asList().map(() => null)) : unknownShape];
    const rank = shape.dims.length;
    const given = Array.from({ length: axes.size }, (_, i) => Number(axes.at(i)));
    for (const axis of given)
      if (axis < -rank || axis >= rank)
        throw new ShapeError(`Invalid reduction dimension ${axis} for input with ${rank} dimensions.`, { axis, rank });
    const gone = new Set(given.map((axis) => (axis + rank) % rank));
    const dims = shape.dims.map((d, i) => (gone.has(i) ? 1 : d));
    return [new Shape(keep_dims ? dims : dims.filter((_, i) => !gone.has(i)))];
  },
});

const StringLength = defineOp({
  type: "StringLength",
  inputs: ["input: string"],
  outputs: ["output: int32"],
  attrs: { unit },
  infer: inferUnchanged,
});
const Substr = defineOp({
  type: "Substr",
  inputs: ["input: string", "pos: T", "len: T"],
  outputs: ["output: string"],
  attrs: { T: attr.type(indexTypes), unit },
  infer: (c) => {
    const [pos, length] = [c.input(1), c.input(2)];
    if (length.rank !== null) withRank(pos, length.rank);
    if (pos.dims !== null && !isSameAsKnown(pos, length))
      throw new ShapeError(`pos and len shapes must match: ${pos.toBrackets()} vs. ${length.toBrackets()}`, {
        pos,
        length,
      });
    return [broadcastShapes(c.input(0), pos)];
  },
});
/** Whether as much is known of both, and the same: an unknown dimension is equal to none but an unknown one. */
function isSameAsKnown(a: TensorShape, b: TensorShape): boolean {
  return a.rank === b.rank && a.asList().every((d, axis) => d === b.dims?.[axis]);
}

const StringStrip = defineOp({ type: "StringStrip", ...textInOut, attrs: {} });
const StringLower = defineOp({ type: "StringLower", ...textInOut, attrs: { encoding: attr.string("") } });
const StringUpper = defineOp({ type: "StringUpper", ...textInOut, attrs: { encoding: attr.string("") } });

const RegexReplace = defineOp({
  type: "RegexReplace",
  inputs: ["input: string", "pattern: string", "rewrite: string"],
  outputs: ["output: string"],
  attrs: { replace_global: attr.bool(true) },
  infer: (c) => {
    withRank(c.input(1), 0);
    withRank(c.input(2), 0);
    return [c.input(0)];
  },
});
const StaticRegexReplace = defineOp({
  type: "StaticRegexReplace",
  ...textInOut,
  attrs: { pattern: attr.string(), rewrite: attr.string(), replace_global: attr.bool(true) },
});
const RegexFullMatch = defineOp({
  type: "RegexFullMatch",
  inputs: ["input: string", "pattern: string"],
  outputs: ["output: bool"],
  attrs: {},
  infer: (c) => {
    withRank(c.input(1), 0);
    return [c.input(0)];
  },
});
const StaticRegexFullMatch = defineOp({
  type: "StaticRegexFullMatch",
  inputs: ["input: string"],
  outputs: ["output: bool"],
  attrs: { pattern: attr.string() },
  infer: inferUnchanged,
});

const buckets = { num_buckets: attr.int(undefined, 1) };
const StringToHashBucketFast = defineOp({
  type: "StringToHashBucketFast",
  inputs: ["input: string"],
  outputs: ["output: int64"],
  attrs: buckets,
  infer: inferUnchanged,
});
const StringToHashBucket = defineOp({
  type: "StringToHashBucket",
  inputs: ["string_tensor: string"],
  outputs: ["output: int64"],
  attrs: buckets,
  infer: inferUnchanged,
});

const EncodeBase64 = defineOp({ type: "EncodeBase64", ...textInOut, attrs: { pad: attr.bool(false) } });
const DecodeBase64 = defineOp({ type: "DecodeBase64", ...textInOut, attrs: {} });

const DecodeRaw = defineOp({
  type: "DecodeRaw",
  inputs: ["bytes: string"],
  outputs: ["output: out_type"],
  attrs: {
    out_type: attr.type([
      "float16",
      "float32",
      "float64",
      "int32",
      "uint16",
      "uint8",
      "int16",
      "int8",
      "int64",
      "complex64",
      "complex128",
      "bool",
      "bfloat16",
    ]),
    little_endian: attr.bool(true),
  },
  infer: (c) => [c.input(0).concatenate([null])],
});

const ShardedFilename = defineOp({
  type: "ShardedFilename",
  inputs: ["basename: string", "shard: int32", "num_shards: int32"],
  outputs: ["filename: string"],
  attrs: {},
  infer: (c) => {
    for (let i = 0; i < 3; i += 1) withRank(c.input(i), 0);
    return [scalarShape];
  },
});
const ShardedFilespec = defineOp({
  type: "ShardedFilespec",
  inputs: ["basename: string", "num_shards: int32"],
  outputs: ["filename: string"],
  attrs: {},
  infer: (c) => {
    for (let i = 0; i < 2; i += 1) withRank(c.input(i), 0);
    return [scalarShape];
  },
});

/** The definitions of this family. */
export const stringDefs = {
  StringJoin,
  AsString,
  StringToNumber,
  StringSplit,
  StringSplitV2,
  ReduceJoin,
  StringLength,
  Substr,
  StringStrip,
  StringLower,
  StringUpper,
  RegexReplace,
  StaticRegexReplace,
  RegexFullMatch,
  StaticRegexFullMatch,
  StringToHashBucketFast,
  StringToHashBucket,
  EncodeBase64,
  DecodeBase64,
  DecodeRaw,
  ShardedFilename,
  ShardedFilespec,
};
