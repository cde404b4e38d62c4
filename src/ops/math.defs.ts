/** Definitions of arithmetic with two operands, of sums, casts and sequences. Functions of one operand are in elementary.defs.ts. Mirrors core/ops/math_ops.cc. */
import { ArgumentError } from "../base/errors.ts";
import { attr, defineOp, type TypeList } from "../graph/op-def.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Element } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import { TensorShape } from "../tensor/shape.ts";
import { generalText } from "../tensor/summary-text.ts";
import { inferBroadcast, inferUnchanged, mergeShapes, scalarInput } from "./shape-rules.ts";
import { complexTypes, floatTypes, indexTypes, integerTypes, numberTypes } from "./type-lists.ts";

const floatAndComplex = [...floatTypes, ...complexTypes] as const;
const allArithmetic = [
  ...floatTypes,
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "uint32",
  "uint64",
  "int64",
  ...complexTypes,
] as const;
const orderedTypes = [...floatTypes, "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"] as const;
const halfFirst = ["float16", "bfloat16", "float32", "float64", ...complexTypes] as const;

/** Two operands of one type, broadcast. */
function binary<const N extends string>(type: N, allowed: TypeList) {
  return defineOp({
    type,
    inputs: ["x: T", "y: T"],
    outputs: ["z: T"],
    attrs: { T: attr.type(allowed) },
    infer: inferBroadcast,
  });
}

const Add = binary("Add", [...floatTypes, "uint8", "int8", "int16", "int32", "int64", ...complexTypes, "string"]);
const AddV2 = binary("AddV2", [
  ...floatTypes,
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "int8",
  "int16",
  "int32",
  "int64",
  ...complexTypes,
]);
const Sub = binary("Sub", [
  ...floatTypes,
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  ...complexTypes,
  "uint32",
  "uint64",
]);
const Mul = binary("Mul", allArithmetic);
const Div = binary("Div", allArithmetic);
const RealDiv = binary("RealDiv", allArithmetic);
const FloorDiv = binary("FloorDiv", allArithmetic);
const TruncateDiv = binary("TruncateDiv", allArithmetic);
const FloorMod = binary("FloorMod", [...integerTypes, ...floatTypes]);
const TruncateMod = binary("TruncateMod", ["int32", "int64", ...floatTypes]);
const Mod = binary("Mod", ["int32", "int64", "float16", "float16", "bfloat16", "float32", "float64"]);
const Pow = binary("Pow", [
  "bfloat16",
  "float32",
  "float16",
  "float64",
  "int8",
  "int16",
  "int32",
  "int64",
  ...complexTypes,
]);
const Maximum = binary("Maximum", orderedTypes);
const Minimum = binary("Minimum", orderedTypes);
const SquaredDifference = binary("SquaredDifference", [...floatTypes, "int32", "int64", ...complexTypes]);
const DivNoNan = binary("DivNoNan", ["float16", "float32", "bfloat16", "float64", ...complexTypes]);
const MulNoNan = binary("MulNoNan", floatAndComplex);
const Xdivy = binary("Xdivy", halfFirst);
const Xlogy = binary("Xlogy", halfFirst);
const Xlog1py = binary("Xlog1py", halfFirst);
const Atan2 = defineOp({
  type: "Atan2",
  inputs: ["y: T", "x: T"],
  outputs: ["z: T"],
  attrs: { T: attr.type(floatTypes) },
  infer: inferBroadcast,
});

/** Sums of tensors of one shape. */
const AddN = defineOp({
  type: "AddN",
  inputs: ["inputs: N * T"],
  outputs: ["sum: T"],
  attrs: { N: attr.int(undefined, 1), T: attr.type([...numberTypes, "variant"]) },
  infer: (c) => {
    let shape = c.input(c.inputCount - 1);
    for (let i = c.inputCount - 2; i >= 0; i -= 1) {
      const left = c.input(i);
      shape = mergeShapes(left, shape, `From merging shape ${i} with other shapes.`);
    }
    return [shape];
  },
});

const Cast = defineOp({
  type: "Cast",
  inputs: ["x: SrcT"],
  outputs: ["y: DstT"],
  attrs: { SrcT: attr.type(), DstT: attr.type(), Truncate: attr.bool(false) },
  infer: inferUnchanged,
  foldShape: (c) => c.constantAsShape(0),
});

const ClipByValue = defineOp({
  type: "ClipByValue",
  inputs: ["t: T", "clip_value_min: T", "clip_value_max: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(numberTypes) },
  infer: inferUnchanged,
});

const LinSpace = defineOp({
  type: "LinSpace",
  inputs: ["start: T", "stop: T", "num: Tidx"],
  outputs: ["output: T"],
  attrs: { T: attr.type(floatTypes), Tidx: attr.type(indexTypes, "int32") },
  infer: (c) => {
    for (const [i, name] of ["start", "stop", "num"].entries()) scalarInput(c, i, name);
    const num = c.constant(2);
    if (num === null) return [new TensorShape([null])];
    const count = Number(num.item());
    if (count <= 0) throw new ArgumentError(`Requires num > 0: ${count}`, { num: count });
    return [new TensorShape([count])];
  },
});

const Range = defineOp({
  type: "Range",
  inputs: ["start: Tidx", "limit: Tidx", "delta: Tidx"],
  outputs: ["output: Tidx"],
  attrs: { Tidx: attr.type([...floatTypes, "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64"], "int32") },
  infer: (c) => {
    for (const [i, name] of ["start", "limit", "delta"].entries()) scalarInput(c, i, name);
    const [start, limit, delta] = [c.constant(0), c.constant(1), c.constant(2)];
    if (start === null || limit === null || delta === null) return [new TensorShape([null])];
    return [new TensorShape([rangeSize(c.dtype(0), start.item(), limit.item(), delta.item())])];
  },
});

/**
 * How many elements `Range` has, computed in the dtype of its arguments.
 * @throws {ArgumentError} with TensorFlow's text, when `delta` is zero or leads away from `limit`, or when that is not reached.
 */
export function rangeSize(dtype: DType, start: Element, limit: Element, delta: Element): number {
  const [from, to, step] = [start as number, limit as number, delta as number];
  const fields = { start, limit, delta };
  const text = (value: number): string =>
    dtype.isFloating && Number.isFinite(value)
      ? generalText(value, 6)
      : String(value).toLowerCase().replace("infinity", "inf");
  if (Number(step) === 0) throw new ArgumentError("Requires delta != 0", fields);
  // What is no number is neither.
  if (step > 0 && !(from <= to))
    throw new ArgumentError(`Requires start <= limit when delta > 0: ${text(from)}/${text(to)}`, fields);
  if (!(step > 0) && !(from >= to))
    throw new ArgumentError(`Requires start >= limit when delta < 0: ${text(from)}/${text(to)}`, fields);
  const round = rounderOf(dtype);
  if (!dtype.isBig) {
    const size = Math.ceil(Math.abs(round(round(to - from) / step)));
    if (!(size < 2 ** 63)) throw new ArgumentError("Requires ((limit - start) / delta) <= 9223372036854775807", fields);
    return size;
  }
  const [a, b, d] = [start as bigint, limit as bigint, delta as bigint];
  const span = b > a ? b - a : a - b;
  const stride = d < 0n ? -d : d;
  return Number((span + stride - 1n) / stride);
}

/** The definitions of this family. */
export const mathDefs = {
  Add,
  AddV2,
  Sub,
  Mul,
  Div,
  RealDiv,
  FloorDiv,
  TruncateDiv,
  FloorMod,
  TruncateMod,
  Mod,
  Pow,
  Maximum,
  Minimum,
  SquaredDifference,
  DivNoNan,
  MulNoNan,
  Xdivy,
  Xlogy,
  Xlog1py,
  Atan2,
  AddN,
  Cast,
  ClipByValue,
  LinSpace,
  Range,
};
