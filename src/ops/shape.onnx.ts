/** How the ops that ask for shapes and change them are written in ONNX. */
import { type Lowered, type OnnxBuilder, type OnnxValue, onnxRules, Unsupported, unsupported } from "../onnx/rule.ts";
import { constantNumbers } from "../onnx/static-knowledge.ts";
import { allocate, bool, type DType, int32, int64 } from "../tensor/dtype.ts";
import { NDArray, writeElement } from "../tensor/ndarray.ts";
import type { shapeDefs } from "./shape.defs.ts";

function shapeOf(onnx: OnnxBuilder, value: OnnxValue, dtype: DType): OnnxValue {
  return onnx.cast(onnx.node("Shape", [value]), dtype);
}

const noSingleAxis = unsupported("the axis is not known before the step");

/** Zero means zero, as in TensorFlow. */
function reshape(onnx: OnnxBuilder, value: OnnxValue, shape: OnnxValue): Lowered {
  const sizes = constantNumbers(shape);
  if (shape.shape.rank !== 1) return unsupported("it is not known that the shape is a list");
  if (sizes === null) return onnx.node("Reshape", [value, onnx.cast(shape, int64)], { allowzero: 1 });
  if (sizes.includes(0) && sizes.includes(-1))
    return unsupported("ONNX Runtime loads no model with both 0 and -1 in a shape");
  // Where it joins two of them, ONNX Runtime lets pass what it would refuse.
  if (sizes.filter((d) => d < 0).length > 1 || sizes.some((d) => d < -1)) return unsupported("no shape is like that");
  return onnx.node(
    "Reshape",
    [value, onnx.integers(sizes)],
    { allowzero: 1 },
    sizes.map((d) => (d < 0 ? null : d)),
  );
}

function squeeze(onnx: OnnxBuilder, input: OnnxValue, axes: readonly number[]): Lowered {
  if (axes.length === 0) return onnx.node("Squeeze", [input]);
  const { rank } = input.shape;
  if (rank === null) return unsupported("the rank is not known, so axes may name the same one twice");
  const counted = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  return onnx.node("Squeeze", [input, onnx.integers([...counted])]);
}

/** ONNX's Expand broadcasts both ways: the reshape to what was asked for fails when the input was larger. */
function broadcastTo(onnx: OnnxBuilder, input: OnnxValue, shape: OnnxValue): Lowered {
  const count = shape.shape.dim(0);
  if (input.shape.rank === null || count === null || input.shape.rank > count) {
    return unsupported("it is not known that the input has no more axes than the shape");
  }
  const sizes = constantNumbers(shape);
  const wanted = sizes === null ? onnx.cast(shape, int64) : onnx.integers(sizes);
  const { dims } = input.shape;
  const isSure =
    sizes !== null && dims?.every((d, i) => d === 1 || d === sizes[sizes.length - dims.length + i]) === true;
  const expanded = onnx.node("Expand", [input, wanted]);
  if (isSure) return expanded;
  // An empty result would hide that the input was larger.
  if (sizes?.includes(0) !== false) return unsupported("it is not known that the input fits the shape");
  return onnx.node("Reshape", [expanded, wanted]);
}

/** What is known of two shapes that are broadcast to one, axis by axis: lists of truths, and the shapes with as many sizes each. */
interface Alignment {
  readonly sizes: readonly [OnnxValue, OnnxValue];
  readonly isOne: readonly [OnnxValue, OnnxValue];
  readonly isSame: OnnxValue;
  /** False everywhere, in a model that fails unless each axis is of one size, or once of size 1. */
  readonly never: OnnxValue;
  readonly rank: number;
}

/** Compares two shapes, of which the shorter has ones before it; why not, when it is not known how many sizes they have. */
function aligned(onnx: OnnxBuilder, shapes: readonly [OnnxValue, OnnxValue]): Alignment | Unsupported {
  const counts = shapes.map(({ shape }) => (shape.rank === 1 ? shape.dim(0) : null));
  if (counts.includes(null)) return unsupported("it is not known how many axes there are");
  const rank = Math.max(...(counts as number[]));
  const sizes = shapes.map((sizesOf, i) => {
    const missing = rank - (counts[i] as number);
    return missing === 0 ? sizesOf : onnx.node("Concat", [ones(onnx, missing, sizesOf.dtype), sizesOf], { axis: 0 });
  }) as [OnnxValue, OnnxValue];
  const isOne = sizes.map((x) => onnx.node("Equal", [x, onnx.scalar(1, x.dtype)])) as [OnnxValue, OnnxValue];
  const isSame = onnx.node("Equal", sizes);
  const isWrong = onnx.node("Not", [onnx.node("Or", [isSame, onnx.node("Or", isOne)])]);
  // There is one truth, at 0: to ask for the one at 1 fails.
  const never = onnx.node("Gather", [
    onnx.constant(new NDArray(bool, [1], Uint8Array.of(0))),
    onnx.cast(isWrong, int64),
  ]);
  return { sizes, isOne, isSame, never, rank };
}

function ones(onnx: OnnxBuilder, count: number, dtype: DType): OnnxValue {
  return onnx.constant(integers(dtype, count, () => 1));
}

function integers(dtype: DType, count: number, at: (i: number) => number): NDArray {
  const data = allocate(dtype, count);
  for (let i = 0; i < count; i += 1) writeElement(dtype, data, i, at(i));
  return new NDArray(dtype, [count], data);
}

/** The axes along which each of two shapes has size 1; none where the shapes are one. */
function gradientAxes(onnx: OnnxBuilder, shapes: readonly [OnnxValue, OnnxValue]): Lowered {
  const { dtype } = shapes[0];
  const pair = aligned(onnx, shapes);
  if (pair instanceof Unsupported) return pair;
  if (pair.rank === 0) return shapes.map(() => onnx.constant(integers(dtype, 0, () => 0)));
  // Shapes of as many axes may be one; others never are.
  const isOne = shapes[0].shape.equals(shapes[1].shape) ? onnx.node("ReduceMin", [pair.isSame], { keepdims: 1 }) : null;
  const counts = onnx.node("Not", [isOne === null ? pair.never : onnx.node("Or", [isOne, pair.never])]);
  const axes = onnx.constant(integers(dtype, pair.rank, (i) => i));
  return pair.isOne.map((isSingle) => {
    const repeated = onnx.node("Compress", [axes, onnx.node("And", [isSingle, counts])], { axis: 0 }, [null]);
    return { ...repeated, isDistinct: true };
  });
}

function broadcastShape(onnx: OnnxBuilder, shapes: readonly [OnnxValue, OnnxValue]): Lowered {
  const pair = aligned(onnx, shapes);
  if (pair instanceof Unsupported) return pair;
  const [x, y] = pair.sizes;
  return onnx.node("Where", [onnx.node("Or", [pair.isOne[0], pair.never]), y, x], {}, [pair.rank]);
}

/** The rules of this family. */
export const shapeOnnx = onnxRules<typeof shapeDefs>()({
  Shape: (onnx, [input], { out_type }) => shapeOf(onnx, input, out_type),
  ShapeN: (onnx, [inputs], { out_type }) => inputs.map((input) => shapeOf(onnx, input, out_type)),
  Size: (onnx, [input], { out_type }) => onnx.cast(onnx.node("Size", [input]), out_type),
  Rank: (onnx, [input]) => onnx.cast(onnx.node("Size", [onnx.node("Shape", [input])]), int32),
  Reshape: (onnx, [tensor, shape]) => reshape(onnx, tensor, shape),
  ExpandDims: (onnx, [input, dim]) => {
    const [axis, ...more] = constantNumbers(dim) ?? [];
    if (axis === undefined || more.length > 0) return noSingleAxis;
    return onnx.node("Unsqueeze", [input, onnx.integers([axis])]);
  },
  Squeeze: (onnx, [input], { squeeze_dims }) => squeeze(onnx, input, squeeze_dims),
  BroadcastTo: (onnx, [input, shape]) => broadcastTo(onnx, input, shape),
  BroadcastArgs: (onnx, [s0, s1]) => broadcastShape(onnx, [s0, s1]),
  BroadcastGradientArgs: (onnx, [s0, s1]) => gradientAxes(onnx, [s0, s1]),
});
