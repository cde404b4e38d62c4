/**
 * Static shapes: known, partly known and of unknown rank. Mirrors python/framework/tensor_shape.py.
 */

import { ArgumentTypeError, ShapeError } from "../base/errors.ts";
import { pythonText, pythonTuple } from "../base/text.ts";

/** A dimension: a count, or `null` while it is not known. */
export type Dimension = number | null;

/** What is accepted where a shape is wanted: `null` is an unknown rank. */
export type ShapeLike = TensorShape | readonly Dimension[] | number | null;

/** The shape of a tensor as far as it is known. Immutable. */
export class TensorShape {
  /** The dimensions, or `null` when not even the rank is known. */
  readonly dims: readonly Dimension[] | null;

  constructor(dims: readonly Dimension[] | null) {
    this.dims = dims;
  }

  /** The number of dimensions, or `null` when it is not known. */
  get rank(): number | null {
    return this.dims === null ? null : this.dims.length;
  }

  /** TensorFlow's older name of `rank`. */
  get ndims(): number | null {
    return this.rank;
  }

  /** Whether rank and all dimensions are known. */
  isFullyDefined(): boolean {
    if (this.dims === null) return false;
    for (const d of this.dims) if (d === null) return false;
    return true;
  }

  /** The dimension at `axis` (negative counts from the end), `null` when it is not known. */
  dim(axis: number): Dimension {
    if (this.dims === null) return null;
    return this.dims[axis < 0 ? axis + this.dims.length : axis] ?? null;
  }

  /**
   * The dimensions as a list.
   * @throws {ShapeError} when the rank is unknown.
   */
  asList(): Dimension[] {
    if (this.dims === null) throw new ShapeError("as_list() is not defined on an unknown TensorShape.");
    return [...this.dims];
  }

  /**
   * The dimensions of a fully defined shape.
   * @throws {ShapeError} when something is unknown.
   */
  asNumbers(): number[] {
    if (!this.isFullyDefined()) throw new ShapeError(`Shape ${this} is not fully defined`, { shape: this });
    return [...(this.dims as readonly number[])];
  }

  /** The number of elements, or `null` when it is not known. */
  elementCount(): number | null {
    if (this.dims === null) return null;
    let count = 1;
    for (const d of this.dims) {
      if (d === null) return null;
      count *= d;
    }
    return count;
  }

  /** Whether some fully defined shape is described by both. */
  isCompatibleWith(other: ShapeLike): boolean {
    const that = asShape(other);
    if (this.dims === null || that.dims === null) return true;
    if (this.dims.length !== that.dims.length) return false;
    for (let i = 0; i < this.dims.length; i += 1) {
      const [mine, theirs] = [this.dims[i], that.dims[i]];
      if (mine !== null && theirs !== null && mine !== theirs) return false;
    }
    return true;
  }

  /** What both together tell. @throws {ShapeError} when they are not compatible. */
  mergeWith(other: ShapeLike): TensorShape {
    const that = asShape(other);
    if (this.dims === null) return that;
    if (that.dims === null) return this;
    if (!this.isCompatibleWith(that)) {
      throw new ShapeError(`Shapes ${this} and ${that} are not compatible`, { left: this, right: that });
    }
    return this.isFullyDefined() ? this : new TensorShape(this.dims.map((d, i) => d ?? that.dims?.[i] ?? null));
  }

  /** This shape followed by another. */
  concatenate(other: ShapeLike): TensorShape {
    const that = asShape(other);
    return this.dims === null || that.dims === null ? unknownShape : new TensorShape([...this.dims, ...that.dims]);
  }

  /** Same knowledge, dimension by dimension. */
  equals(other: ShapeLike): boolean {
    const that = asShape(other);
    if (this.dims === null || that.dims === null) return this.dims === that.dims;
    if (this.dims.length !== that.dims.length) return false;
    for (let i = 0; i < this.dims.length; i += 1) if (this.dims[i] !== that.dims[i]) return false;
    return true;
  }

  /** As Python's `str` in TensorFlow 1: `(2, 3)`, `(?, 3)`, `<unknown>`. */
  toString(): string {
    return this.dims === null ? "<unknown>" : pythonTuple(this.dims.map((d) => (d === null ? "?" : String(d))));
  }

  /** As shapes stand in TensorFlow's kernels and shape functions: `[2,3]`, `[?,3]`, `<unknown>`. */
  toBrackets(): string {
    return this.dims === null ? "<unknown>" : `[${this.dims.map((d) => d ?? "?").join(",")}]`;
  }

  toJSON(): readonly Dimension[] | null {
    return this.dims;
  }
}

/** The shape of which nothing is known. */
export const unknownShape: TensorShape = new TensorShape(null);

/** The shape of a single element. */
export const scalarShape: TensorShape = new TensorShape([]);

/** A shape of known rank of which no dimension is known. */
export function shapeOfRank(rank: number): TensorShape {
  return new TensorShape(Array.from({ length: rank }, () => null));
}

/**
 * The shape of a list, a shape, a number (one dimension) or `null` (unknown rank).
 * @throws {ArgumentTypeError} for anything else. @throws {ShapeError} for negative or fractional dimensions.
 */
export function asShape(value: ShapeLike): TensorShape {
  if (value instanceof TensorShape) return value;
  if (value === null) return unknownShape;
  if (typeof value === "number") return new TensorShape([checkedDimension(value)]);
  if (Array.isArray(value)) {
    return value.length === 0 ? scalarShape : new TensorShape(value.map(checkedDimension));
  }
  throw new ArgumentTypeError(`Cannot convert ${String(value)} to a TensorShape`, { value });
}

function checkedDimension(d: unknown): Dimension {
  if (d === null || d === undefined) return null;
  if (typeof d !== "number") {
    throw new ArgumentTypeError(
      `Dimension value must be integer or None or have an __index__ method, got value '${pythonText(d)}'`,
      { value: d },
    );
  }
  if (!Number.isInteger(d)) throw new ArgumentTypeError(`Ambiguous dimension: ${d}`, { value: d });
  if (d < 0) throw new ShapeError(`Dimension ${d} must be >= 0`, { value: d });
  return d;
}

/** Shapes seen last, by a hash of their dimensions. */
const seen: (TensorShape | undefined)[] = [];

/** A shape that is the same, seen before if possible: graphs have many tensors of few shapes. */
export function sharedShape(shape: TensorShape): TensorShape {
  if (shape.dims === null) return unknownShape;
  let hash = shape.dims.length;
  for (const d of shape.dims) hash = (Math.imul(hash, 31) + (d ?? -1)) | 0;
  const place = (hash ^ (hash >>> 8)) & 255;
  const other = seen[place];
  if (other?.equals(shape) === true) return other;
  seen[place] = shape;
  return shape;
}
