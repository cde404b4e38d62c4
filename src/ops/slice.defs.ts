/** Definitions of the ops that take a block out of a tensor. Mirrors core/ops/array_ops.cc. */
import { ShapeError } from "../base/errors.ts";
import { attr, defineOp, type InferContext } from "../graph/op-def.ts";
import { type NDArray, ndarray } from "../tensor/ndarray.ts";
import { type Dimension, shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";
import { mergeShapes, numbersInput, shapeInput, subshape, subtractDimensions, withRank } from "./shape-rules.ts";
import { denseSlice, type SliceMasks } from "./strided-slice.ts";
import { indexTypes } from "./type-lists.ts";

const Slice = defineOp({
  type: "Slice",
  inputs: ["input: T", "begin: Index", "size: Index"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Index: attr.type(indexTypes) },
  infer: (c) => [sliceShape(c)],
});

function sliceShape(c: InferContext): TensorShape {
  const count = mergeShapes(withRank(c.input(1), 1), withRank(c.input(2), 1)).dim(0);
  const input = count === null ? c.input(0) : withRank(c.input(0), count);
  const begin = shapeInput(c, 1);
  const partial = shapeInput(c, 2);
  const sizes = numbersInput(c, 2);
  if (sizes !== null) {
    const from = withRank(begin, sizes.length);
    return new TensorShape(sizes.map((size, i) => slicedDimension(input.dim(i), from.dim(i), size, i)));
  }
  if (partial.rank !== null) {
    withRank(begin, partial.rank);
    return partial;
  }
  return input.rank === null ? unknownShape : shapeOfRank(input.rank);
}

function slicedDimension(dim: Dimension, begin: Dimension, size: number, axis: number): Dimension {
  if (size === -1) return subtractDimensions(dim, begin);
  if (size >= 0) return size;
  throw new ShapeError(
    `Out of bounds slicing on dimension ${axis} of length ${dim ?? -1}: sizes vector cannot be < -1, but was ${size}`,
    { axis, size },
  );
}

const masks = {
  begin_mask: attr.int(0),
  end_mask: attr.int(0),
  ellipsis_mask: attr.int(0),
  new_axis_mask: attr.int(0),
  shrink_axis_mask: attr.int(0),
};

const StridedSlice = defineOp({
  type: "StridedSlice",
  inputs: ["input: T", "begin: Index", "end: Index", "strides: Index"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Index: attr.type(["int16", "int32", "int64"]), ...masks },
  infer: (c, attrs) => [stridedSliceShape(c, attrs)],
  fold: (c, attrs) => {
    const value = knownElement(c, attrs);
    return value && [value];
  },
  foldShape: (c, attrs) => slicedShapeValue(c, attrs),
});

function stridedSliceShape(c: InferContext, attrs: SliceMasks): TensorShape {
  const begin = mergeShapes(withRank(c.input(1), 1), withRank(c.input(2), 1));
  const count = mergeShapes(begin, withRank(c.input(3), 1)).dim(0);
  const strides = numbersInput(c, 3);
  const { dims } = c.input(0);
  if (dims === null || count === null || strides === null) return unknownShape;
  return new TensorShape(
    denseSlice(
      dims,
      numbersInput(c, 1),
      numbersInput(c, 2),
      strides,
      attrs,
      (message) => new ShapeError(message, { input: c.input(0) }),
    ).shape,
  );
}

/** One element of a shape of which not every dimension is known: `shape(x)[1]`. */
function knownElement(c: InferContext, attrs: SliceMasks): NDArray | null {
  const isElement = attrs.shrink_axis_mask === 1 && attrs.ellipsis_mask === 0 && attrs.new_axis_mask === 0;
  const held = isElement ? c.shapeHeld(0) : null;
  const [begin, strides] = held === null ? [null, null] : [numbersInput(c, 1), numbersInput(c, 3)];
  if (begin?.length !== 1 || strides?.[0] !== 1) return null;
  const dim = held?.dim(begin[0] as number) ?? null;
  return dim === null ? null : ndarray(dim, c.dtype(0));
}

/** A slice of a shape is known as far as the shape is. TensorFlow looks through one plain range only. */
function slicedShapeValue(c: InferContext, attrs: SliceMasks): TensorShape {
  const isPlain = attrs.ellipsis_mask === 0 && attrs.new_axis_mask === 0 && attrs.shrink_axis_mask === 0;
  const begin = attrs.begin_mask === 1 ? 0 : numbersInput(c, 1)?.[0];
  const end = attrs.end_mask === 1 ? Infinity : numbersInput(c, 2)?.[0];
  const stride = numbersInput(c, 3)?.[0];
  if (c.input(1).dim(0) !== 1 || !isPlain || begin === undefined || end === undefined || stride === undefined)
    return unknownShape;
  return subshape(c.constantAsShape(0), begin, end, stride);
}

const StridedSliceGrad = defineOp({
  type: "StridedSliceGrad",
  inputs: ["shape: Index", "begin: Index", "end: Index", "strides: Index", "dy: T"],
  outputs: ["output: T"],
  attrs: { T: attr.type(), Index: attr.type(indexTypes), ...masks },
  infer: (c) => [shapeInput(c, 0)],
});

/** The definitions of this family. */
export const sliceDefs = { Slice, StridedSlice, StridedSliceGrad };
