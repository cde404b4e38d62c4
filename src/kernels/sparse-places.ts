/** The places of the elements of a sparse tensor: rows of indices, which lie within its shape and ascend. Mirrors core/util/sparse/sparse_tensor.cc. */
import { int64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { require, shapeText } from "./checks.ts";
import { asNumbers, copyBlock, emptyArray, wordsOf } from "./strided-copy.ts";

function rowText(places: ArrayLike<number>, i: number, rank: number): string {
  return Array.from({ length: rank }, (_, axis) => places[i * rank + axis]).join(",");
}

/** What is said of a row of indices that lies outside. */
export function outside(places: ArrayLike<number>, i: number, rank: number, dims: readonly number[]): string {
  return `indices[${i}] = [${rowText(places, i, rank)}] is out of bounds: need 0 <= index < ${shapeText(dims)}`;
}

/** Indices increase, from row to row. */
export function checkOrder(places: ArrayLike<number>, count: number, rank: number, dims: readonly number[]): void {
  for (let i = 0; i < count; i += 1) {
    for (let axis = 0; axis < rank; axis += 1) {
      const index = places[i * rank + axis] as number;
      require(index >= 0 && index < (dims[axis] as number), () => outside(places, i, rank, dims), {
        index,
        shape: dims,
      });
    }
    const order = i === 0 ? 1 : compareRows(places, i, i - 1, rank);
    const text = `indices[${i}] = [${rowText(places, i, rank)}] is`;
    require(order >= 0, () =>
      `${text} out of order. Many sparse ops require sorted indices.\n  Use sparseReorder to create a correctly ordered copy.`, {
      row: i,
    });
    require(order !== 0, () => `${text} repeated`, { row: i });
  }
}

/** Which of two rows of indices comes first. */
export function compareRows(places: ArrayLike<number>, a: number, b: number, rank: number): number {
  for (let axis = 0; axis < rank; axis += 1) {
    const difference = (places[a * rank + axis] as number) - (places[b * rank + axis] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Checks the parts of a sparse tensor that an op takes; gives its count and rank. */
export function checkParts(indices: NDArray, values: NDArray, shape: NDArray): readonly [number, number] {
  require(indices.rank === 2, () => `Input indices should be a matrix but received shape ${shapeText(indices.shape)}`, {
    indices,
  });
  require(values.rank === 1, () => `Input values should be a vector but received shape ${shapeText(values.shape)}`, {
    values,
  });
  require(shape.rank === 1, () => `Input shape should be a vector but received shape ${shapeText(shape.shape)}`, {
    shape,
  });
  const [count = 0, rank = 0] = indices.shape;
  require(count === values.size, () =>
    `Number of elements in indices (${count}) and values (${values.size}) do not match`, {
    indices,
    values,
  });
  return [count, rank];
}

/** Whole numbers as a value. */
export function int64Array(values: readonly number[], shape: readonly number[]): NDArray {
  return new NDArray(int64, shape, BigInt64Array.from(values, BigInt));
}

/** The numbers of a value. */
export function dimsOf(value: NDArray): number[] {
  return Array.from(asNumbers(value));
}

/** Elements in another order: element i of the result is element `order[i]`, and the default where that is negative. */
export function picked(values: NDArray, order: readonly number[], fallback: NDArray | null = null): NDArray {
  const out = emptyArray(values.dtype, [order.length]);
  const [from, to] = [wordsOf(values), wordsOf(out).words];
  const other = fallback === null ? null : wordsOf(fallback).words;
  for (const [i, at] of order.entries()) {
    if (at >= 0) copyBlock(from.words, at * from.width, to, i * from.width, from.width);
    else if (other !== null) copyBlock(other, 0, to, i * from.width, from.width);
  }
  return out;
}
