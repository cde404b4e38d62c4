/** Values as stacks of matrices, whose numbers are doubles while kernels of linear algebra work on them. Mirrors core/kernels/linalg/linalg_ops_common.cc. */
import type { DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { require } from "./checks.ts";
import { countOf, type Numbers, narrowed, widened, wideStorage } from "./elementwise.ts";

/** A stack of matrices; each is given in doubles, complex ones as pairs. */
export interface Stack {
  readonly dtype: DType;
  readonly batch: readonly number[];
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  matrix(index: number): Float64Array;
}

/** The matrices of a value. */
export function stackOf(array: NDArray): Stack {
  const [rows = 0, columns = 0] = array.shape.slice(-2);
  const batch = array.shape.slice(0, -2);
  const length = rows * columns * partsOf(array.dtype);
  const data = widened(array) as Numbers;
  const matrix = (index: number): Float64Array =>
    Float64Array.from(data.subarray(index * length, (index + 1) * length));
  return { dtype: array.dtype, batch, count: countOf(batch), rows, columns, matrix };
}

/** Numbers per element. */
function partsOf(dtype: DType): number {
  return dtype.isComplex ? 2 : 1;
}

/** A value of matrices, or of what else is made of each. */
export function stacked(
  dtype: DType,
  batch: readonly number[],
  shape: readonly number[],
  parts: Float64Array[],
): NDArray {
  const out = wideStorage(dtype, countOf(batch) * countOf(shape)) as Numbers;
  for (const [i, part] of parts.entries()) out.set(part, i * part.length);
  return narrowed(dtype, [...batch, ...shape], out);
}

/** @throws {InvalidArgumentError} for what is no matrix. */
export function checkRank(input: NDArray): void {
  require(input.rank >= 2, () => `Input tensor 0 must have rank >= 2, got ${input.rank}`, { shape: input.shape });
}

/**
 * The matrices and the right sides of equations.
 * @throws {InvalidArgumentError} when they do not fit.
 */
export function equation(matrix: NDArray, rhs: NDArray, isSquare: boolean): readonly [Stack, Stack] {
  checkRank(matrix);
  require(matrix.rank === rhs.rank, () => "All input tensors must have the same rank.");
  const [left, right] = [stackOf(matrix), stackOf(rhs)];
  require(left.batch.every((d, i) => d === right.batch[i]), () =>
    "All input tensors must have the same outer dimensions.");
  require(!isSquare || left.rows === left.columns, () => "First input (lhs) must be a square matrix.", {
    shape: matrix.shape,
  });
  require(left.rows === right.rows, () => "Input matrix and rhs are incompatible.", {
    shapes: [matrix.shape, rhs.shape],
  });
  return [left, right];
}

/** Real numbers as pairs, which is what rotations work on. */
export function asPairs(data: Float64Array, isComplex: boolean): Float64Array {
  if (isComplex) return data;
  const pairs = new Float64Array(2 * data.length);
  for (const [i, x] of data.entries()) pairs[2 * i] = x;
  return pairs;
}

/** The opposite of `asPairs`. */
export function fromPairs(pairs: Float64Array, isComplex: boolean): Float64Array {
  return isComplex ? pairs : pairs.filter((_, i) => i % 2 === 0);
}

/** Whether no element is infinite or not a number. */
export const areFinite = (data: Float64Array): boolean => data.every(Number.isFinite);
