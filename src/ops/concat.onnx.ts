/** How joining and dividing tensors along an axis is written in ONNX. */
import { allTrue, failUnless, withEqualSizes } from "../onnx/checks.ts";
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { int64 } from "../tensor/dtype.ts";
import type { concatDefs } from "./concat.defs.ts";

const unknownAxis = unsupported("the axis is not known before the step");

function constantAxis(axis: OnnxValue): number | undefined {
  return axis.shape.rank === 0 ? constantNumbers(axis)?.[0] : undefined;
}

function concat(onnx: OnnxBuilder, values: readonly OnnxValue[], axis: OnnxValue): Lowered {
  const at = constantAxis(axis);
  return at === undefined ? unknownAxis : joined(onnx, values, at);
}

/** ONNX Runtime does not compare the other sizes of values without elements, and leaves holes in the result. */
function joined(onnx: OnnxBuilder, values: readonly OnnxValue[], axis: number): Lowered {
  const { rank } = (values as readonly [OnnxValue])[0].shape;
  if (rank === null || values.some((value) => value.shape.rank !== rank))
    return unsupported("it is not known that all values have the same rank");
  const along = axis < 0 ? axis + rank : axis;
  const others = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== along);
  return onnx.node("Concat", withEqualSizes(onnx, values, others), { axis });
}

function unpack(onnx: OnnxBuilder, value: OnnxValue, count: number, axis: number): Lowered {
  if (count === 0) return unsupported("there is nothing to give");
  const at = onnx.integers([axis]);
  if (count === 1) return onnx.node("Squeeze", [value, at]);
  // With the sizes given, ONNX Runtime fails for another number of rows.
  const sizes = onnx.integers(new Array<number>(count).fill(1));
  return onnx.nodes("Split", [value, sizes], { axis }, count).map((part) => onnx.node("Squeeze", [part, at]));
}

/** ONNX would make the last part smaller where the axis does not divide evenly: given sizes, it fails as TensorFlow does. */
function split(onnx: OnnxBuilder, value: OnnxValue, axis: number | undefined, count: number): Lowered {
  if (axis === undefined) return unknownAxis;
  const dim = value.shape.dim(axis);
  if (dim !== null) return splitBy(onnx, value, onnx.integers(new Array<number>(count).fill(dim / count)), axis, count);
  if (value.shape.rank === null) return unsupported("the rank is not known");
  const at = axis < 0 ? axis + value.shape.rank : axis;
  const whole = onnx.node("Shape", [value], { start: at, end: at + 1 });
  const part = onnx.node("Div", [whole, onnx.integers([count])]);
  return splitBy(onnx, value, onnx.node("Expand", [part, onnx.integers([count])]), axis, count);
}

function splitBy(onnx: OnnxBuilder, value: OnnxValue, sizes: OnnxValue, axis: number, count: number): Lowered {
  return onnx.nodes("Split", [value, sizes], { axis }, count);
}

function splitV(
  onnx: OnnxBuilder,
  value: OnnxValue,
  sizes: OnnxValue,
  axis: number | undefined,
  count: number,
): Lowered {
  if (axis === undefined) return unknownAxis;
  const given = constantNumbers(sizes);
  // TensorFlow does not look at the size of a single part.
  if (count === 1) return unsupported("there is one part only");
  if (sizes.shape.rank !== 1) return unsupported("it is not known that the sizes are a list");
  if (given === null) return splitBy(onnx, value, sizesOfParts(onnx, value, sizes, axis), axis, count);
  if (!given.includes(-1)) return splitBy(onnx, value, onnx.integers(given), axis, count);
  const dim = value.shape.dim(axis);
  if (dim === null) return unsupported("the size of one part is not known before the step");
  const rest = given.reduce((left, size) => (size === -1 ? left : left - size), dim);
  return splitBy(onnx, value, onnx.integers(given.map((size) => (size === -1 ? rest : size))), axis, count);
}

/** Sizes that the step gives; −1 is what is left. Several of those never add up to the whole, unless they are less than nothing: it fails. */
function sizesOfParts(onnx: OnnxBuilder, value: OnnxValue, sizes: OnnxValue, axis: number): OnnxValue {
  const given = onnx.cast(sizes, int64);
  const open = onnx.scalar(-1, int64);
  const whole = onnx.node("Gather", [onnx.node("Shape", [value]), onnx.integers([axis])]);
  const others = onnx.node("Sub", [onnx.node("ReduceSum", [given], { keepdims: 1 }), open]);
  return onnx.node("Where", [onnx.node("Equal", [given, open]), onnx.node("Sub", [whole, others]), given]);
}

/** Where the parts of what is put together begin: the sizes before them along the axis, added up. */
function concatOffsets(onnx: OnnxBuilder, dimension: OnnxValue, shapes: readonly OnnxValue[]): Lowered {
  const [first] = shapes as readonly [OnnxValue];
  const rank = first.shape.rank === 1 ? first.shape.dim(0) : null;
  const given = constantAxis(dimension);
  if (rank === null || shapes.some(({ shape }) => shape.rank !== 1 || shape.dim(0) !== rank))
    return unsupported("it is not known how many axes there are");
  if (given === undefined || given < -rank || given >= rank) return unknownAxis;
  const axis = given < 0 ? given + rank : given;
  const mask = Array.from({ length: rank }, (_, i) => (i === axis ? 1 : 0));
  const along = onnx.cast(onnx.integers(mask), first.dtype);
  const across = onnx.cast(onnx.integers(mask.map((one) => 1 - one)), first.dtype);
  const others = shapes.map((shape) => onnx.node("Mul", [shape, across]));
  const isSame = onnx.node("Equal", [onnx.node("Max", others), onnx.node("Min", others)], {}, [rank]);
  // Every offset is computed from the first one, and so fails with it.
  let at = failUnless(onnx, allTrue(onnx, isSame), onnx.node("Mul", [first, onnx.scalar(0, first.dtype)]));
  return shapes.map((shape) => {
    const offset = at;
    at = onnx.node("Add", [at, onnx.node("Mul", [shape, along])]);
    return offset;
  });
}

/** The rules of this family. */
export const concatOnnx = onnxRules<typeof concatDefs>()({
  ConcatV2: (onnx, [values, axis]) => concat(onnx, values, axis),
  Concat: (onnx, [axis, values]) => concat(onnx, values, axis),
  ConcatOffset: (onnx, [dimension, shapes]) => concatOffsets(onnx, dimension, shapes),
  Pack: (onnx, [values], { axis }) => {
    const { rank } = (values as readonly [OnnxValue])[0].shape;
    if (rank === null || values.some((value) => value.shape.rank !== rank))
      return unsupported("it is not known that all values have the same rank");
    const checked = withEqualSizes(
      onnx,
      values,
      Array.from({ length: rank }, (_, i) => i),
    );
    const rows = checked.map((value) => onnx.node("Unsqueeze", [value, onnx.integers([axis])]));
    return rows.length === 1 ? (rows as [OnnxValue])[0] : onnx.node("Concat", rows, { axis });
  },
  Unpack: (onnx, [value], { num, axis }) => unpack(onnx, value, num, axis),
  Split: (onnx, [axis, value], { num_split }) => split(onnx, value, constantAxis(axis), num_split),
  SplitV: (onnx, [value, sizes, axis], { num_split }) => splitV(onnx, value, sizes, constantAxis(axis), num_split),
});
