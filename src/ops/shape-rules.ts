/**
 * The steps that static shape inference is written in, with TensorFlow's texts: ranks, dimensions, merging, slicing of shapes.
 * No op's rule stands here. Mirrors `InferenceContext`, core/framework/shape_inference.cc.
 */
import { ShapeError } from "../base/errors.ts";
import type { InferContext } from "../graph/op-def.ts";
import { type Dimension, scalarShape, shapeOfRank, TensorShape, unknownShape } from "../tensor/shape.ts";

/** The shape, which must have this rank. */
export function withRank(shape: TensorShape, rank: number): TensorShape {
  if (shape.rank === null) return shapeOfRank(rank);
  if (shape.rank === rank) return shape;
  throw new ShapeError(`Shape must be rank ${rank} but is rank ${shape.rank}`, { shape, rank });
}

export function withRankAtLeast(shape: TensorShape, rank: number): TensorShape {
  if (shape.rank === null || shape.rank >= rank) return shape;
  throw new ShapeError(`Shape must be at least rank ${rank} but is rank ${shape.rank}`, { shape, rank });
}

export function withRankAtMost(shape: TensorShape, rank: number): TensorShape {
  if (shape.rank === null || shape.rank <= rank) return shape;
  throw new ShapeError(`Shape must be at most rank ${rank} but is rank ${shape.rank}`, { shape, rank });
}

/** The dimension, which must have this size. */
export function withValue(dimension: Dimension, value: number): number {
  if (dimension === null || dimension === value) return value;
  throw new ShapeError(`Dimension must be ${value} but is ${dimension}`, { dimension, value });
}

/** What two dimensions that must be equal tell together. */
export function mergeDimensions(a: Dimension, b: Dimension): Dimension {
  if (a === null || b === null || a === b) return a ?? b;
  throw new ShapeError(`Dimensions must be equal, but are ${a} and ${b}`, { left: a, right: b });
}

/** What two shapes that must be equal tell together. `context` becomes a second line of the error. */
export function mergeShapes(a: TensorShape, b: TensorShape, context?: string): TensorShape {
  if (a.isCompatibleWith(b)) return a.mergeWith(b);
  if (context !== undefined) return inContext(context, () => mergeShapes(a, b));
  const x = a.dims ?? [];
  const y = b.dims ?? [];
  const shapes = `Shapes are ${a.toBrackets()} and ${b.toBrackets()}.`;
  if (x.length !== y.length)
    throw new ShapeError(`Shapes must be equal rank, but are ${x.length} and ${y.length}`, { left: a, right: b });
  const at = x.findIndex((d, i) => d !== null && y[i] !== null && d !== y[i]);
  throw new ShapeError(`Dimension ${at} in both shapes must be equal, but are ${x[at]} and ${y[at]}. ${shapes}`, {
    left: a,
    right: b,
  });
}

/** Runs a step; its error gets a second line that tells what was done, as TensorFlow's does. */
export function inContext<T>(context: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof ShapeError) throw new ShapeError(`${error.message}\n\t${context}`, error.fields);
    throw error;
  }
}

/** The sum of two dimensions; unknown when one is, unless the other is 0. */
export function addDimensions(a: Dimension, b: Dimension): Dimension {
  return a === null || b === null ? (a === 0 ? b : b === 0 ? a : null) : a + b;
}

export function subtractDimensions(a: Dimension, b: Dimension): Dimension {
  if (b === 0) return a;
  if (a === null || b === null) return null;
  if (a < b)
    throw new ShapeError(`Negative dimension size caused by subtracting ${b} from ${a}`, { left: a, right: b });
  return a - b;
}

/** The product of two dimensions: 0 absorbs and 1 keeps what is unknown. */
export function multiplyDimensions(a: Dimension, b: Dimension): Dimension {
  if (a === 0 || b === 0) return 0;
  if (a === 1) return b;
  if (b === 1) return a;
  return a === null || b === null ? null : a * b;
}

/** The quotient; with `even`, nothing may remain. */
export function divideDimension(a: Dimension, divisor: number, even = true): Dimension {
  if (divisor === 1 || a === null) return a;
  if (divisor <= 0) throw new ShapeError(`Divisor must be positive but is ${divisor}`, { dimension: a, divisor });
  if (even && a % divisor !== 0)
    throw new ShapeError(`Dimension size must be evenly divisible by ${divisor} but is ${a}`, {
      dimension: a,
      divisor,
    });
  return Math.floor(a / divisor);
}

/** The smaller one; 0 is the smallest whatever the other is. */
export function minDimension(a: Dimension, b: Dimension): Dimension {
  if (a === 0 || b === 0) return 0;
  return a === null || b === null ? null : Math.min(a, b);
}

/** What stands in TensorFlow's texts for an end that was not given: the largest int64. */
const NO_END = "9223372036854775807";

/** Every `stride`-th dimension from `start` to `end`; negative bounds count from the end, `end` beyond the rank is the rank. */
export function subshape(shape: TensorShape, start: number, end = Infinity, stride = 1): TensorShape {
  if (shape.dims === null) return unknownShape;
  const rank = shape.dims.length;
  const last = stride < 0 && start >= rank ? rank - 1 : rank;
  const from = boundOf(Math.min(start, last), start, rank, "start");
  const to = boundOf(Math.min(end, rank), end, rank, "end");
  if (stride > 0 ? from > to : from < to) {
    const given = `(computed from start ${start} and end ${end === Infinity ? NO_END : end} over shape with rank ${rank}`;
    const order = stride > 0 ? "start <= end" : "start >= end since stride is negative";
    throw new ShapeError(
      `Subshape must have computed ${order}, but is ${from} and ${to} ${given}${stride < 0 ? ` and stride${stride}` : ""})`,
      { shape },
    );
  }
  const dims: Dimension[] = [];
  for (let i = from; stride > 0 ? i < to : i > to; i += stride) dims.push(shape.dims[i] ?? null);
  return new TensorShape(dims);
}

function boundOf(index: number, given: number, rank: number, what: string): number {
  const at = index < 0 ? rank + index : index;
  if (at >= 0) return at;
  throw new ShapeError(`Subshape ${what} out of bounds: ${given}, for shape with rank ${rank}`, { index: given, rank });
}

/** The shape with one dimension replaced (negative counts from the end). */
export function replaceDimension(shape: TensorShape, axis: number, dimension: Dimension): TensorShape {
  if (shape.dims === null) return unknownShape;
  const at = axis < 0 ? axis + shape.dims.length : axis;
  if (at < 0 || at >= shape.dims.length)
    throw new ShapeError(`Out of range dim_index ${axis} for shape with ${shape.dims.length} dimensions`, {
      shape,
      axis,
    });
  return new TensorShape(shape.dims.map((d, i) => (i === at ? dimension : d)));
}

/** A shape of one dimension. */
export function vectorShape(length: Dimension): TensorShape {
  return new TensorShape([length]);
}

/** Checks that an input is a scalar; `name` is what TensorFlow's text calls it. */
export function scalarInput(c: InferContext, index: number, name: string): void {
  inContext(` for '${name}'`, () => withRank(c.input(index), 0));
}

/** The shape of two operands broadcast against each other. Mirrors `BroadcastBinaryOpShapeFn`, core/framework/common_shape_fns.cc. */
export function inferBroadcast(c: InferContext): readonly TensorShape[] {
  return [broadcastShapes(c.input(0), c.input(1))];
}

/**
 * What is known of two shapes broadcast against each other: an unknown dimension beside one larger than 1 must be equal to it.
 * `lenient` mirrors `incompatible_shape_error=False`: shapes that do not fit give a scalar, those that might not an unknown shape.
 */
export function broadcastShapes(a: TensorShape, b: TensorShape, lenient = false): TensorShape {
  if (a.dims === null || b.dims === null) return unknownShape;
  const rank = Math.max(a.dims.length, b.dims.length);
  const dims: Dimension[] = [];
  for (let i = 0; i < rank; i += 1) {
    const x = i < rank - a.dims.length ? 1 : (a.dims[i - rank + a.dims.length] as Dimension);
    const y = i < rank - b.dims.length ? 1 : (b.dims[i - rank + b.dims.length] as Dimension);
    if (lenient && x !== 1 && y !== 1 && x !== y) return x === null || y === null ? unknownShape : scalarShape;
    dims.push(broadcastDimensions(x, y));
  }
  return new TensorShape(dims);
}

function broadcastDimensions(a: Dimension, b: Dimension): Dimension {
  if (a === 1) return b;
  if (b === 1) return a;
  // Beside 0, the unknown one may be 0 or 1; TensorFlow leaves both unknown.
  if ((a === 0 && b === null) || (a === null && b === 0)) return null;
  return mergeDimensions(a, b);
}

/** The inference of ops whose result has the shape of their first input. */
export function inferUnchanged(c: InferContext): readonly TensorShape[] {
  return [c.input(0)];
}

/** The integers of a constant input as plain numbers; `null` when they are not known. */
export function numbersInput(c: InferContext, index: number): readonly number[] | null {
  const value = c.constant(index);
  return value && Array.from({ length: value.size }, (_, i) => Number(value.at(i)));
}

/** An input that holds a shape: a vector, read as far as it is known. */
export function shapeInput(c: InferContext, index: number): TensorShape {
  withRank(c.input(index), 1);
  const known = c.constantAsShape(index);
  const length = c.input(index).dim(0);
  return known.rank === null && length !== null ? shapeOfRank(length) : known;
}

/** A scalar input that names an axis of something of this rank: -1 and the like count from the end. `null` when it is not known. */
export function axisInput(c: InferContext, index: number, rank: number | null): number | null {
  const value = c.constant(index);
  if (value === null) return null;
  if (value.rank !== 0) throw new ShapeError(`Input must be scalar but has rank ${value.rank}`, { value });
  const axis = Number(value.at(0));
  if (rank === null) return axis < 0 ? null : axis;
  if (axis < -rank || axis >= rank)
    throw new ShapeError(`Dimension size, given by scalar input ${axis} must be in range [-${rank}, ${rank})`, {
      axis,
      rank,
    });
  return axis < 0 ? axis + rank : axis;
}

/** The number that a scalar input holds, as a dimension; `null` when it is not known. */
export function scalarAsDimension(c: InferContext, index: number): Dimension {
  withRank(c.input(index), 0);
  const value = c.constant(index);
  if (value === null) return null;
  const size = Number(value.at(0));
  if (size >= 0) return size;
  throw new ShapeError(`Dimension size, given by scalar input ${index}, must be non-negative but is ${size}`, { size });
}
