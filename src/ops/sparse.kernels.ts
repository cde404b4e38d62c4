/** Kernels of the ops of sparse tensors. Mirrors core/kernels/sparse_*_op.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { checkOrder, checkParts, compareRows, dimsOf, int64Array, outside, picked } from "../kernels/sparse-places.ts";
import {
  asNumbers,
  copyBlock,
  countOf,
  emptyArray,
  fillWith,
  rowMajorStrides,
  wordsOf,
} from "../kernels/strided-copy.ts";
import { bool, int64 } from "../tensor/dtype.ts";
import { type Element, NDArray, writeElement } from "../tensor/ndarray.ts";
import type { sparseDefs } from "./sparse.defs.ts";

// ---- to dense

function toDense(indices: NDArray, shape: NDArray, values: NDArray, fallback: NDArray, validates: boolean): NDArray {
  require(indices.rank <= 2, () =>
    `sparse_indices should be a scalar, vector, or matrix, got shape ${shapeText(indices.shape)}`, { indices });
  require(shape.rank === 1, () => `output_shape must be rank 1, got shape ${shapeText(shape.shape)}`, { shape });
  const count = indices.rank > 0 ? (indices.shape[0] as number) : 1;
  const rank = indices.rank > 1 ? (indices.shape[1] as number) : 1;
  require(shape.size === rank, () =>
    `output_shape has incorrect number of elements: ${shape.size} should be: ${rank}`, {
    shape,
    rank,
  });
  require(values.rank === 0 || (values.rank === 1 && values.size === count), () =>
    `sparse_values has incorrect shape ${shapeText(values.shape)}, should be [] or [${count}]`, { values });
  require(fallback.rank === 0, () => "default_value should be a scalar.", { fallback });
  const dims = dimsOf(shape);
  const out = emptyArray(values.dtype, dims);
  fillWith(out, fallback);
  const places = asNumbers(indices);
  if (validates) checkOrder(places, count, rank, dims);
  const strides = rowMajorStrides(dims);
  const [from, to] = [wordsOf(values), wordsOf(out)];
  for (let i = 0; i < count; i += 1) {
    let at = 0;
    for (let axis = 0; axis < rank; axis += 1) {
      const index = places[i * rank + axis] as number;
      require(index >= 0 && index < (dims[axis] as number), () => outside(places, i, rank, dims), {
        index,
        shape: dims,
      });
      at += index * (strides[axis] as number);
    }
    copyBlock(from.words, (values.rank === 0 ? 0 : i) * from.width, to.words, at * to.width, to.width);
  }
  return out;
}

// ---- order, shape, rows

function reorder(indices: NDArray, values: NDArray, shape: NDArray): NDArray[] {
  const [count, rank] = checkParts(indices, values, shape);
  const places = asNumbers(indices);
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => compareRows(places, a, b, rank) || a - b);
  return [rowsOf(indices, order), picked(values, order)];
}

function rowsOf(indices: NDArray, order: readonly number[]): NDArray {
  const [, rank = 0] = indices.shape;
  const places = indices.data as BigInt64Array;
  const out = new BigInt64Array(order.length * rank);
  for (const [i, row] of order.entries()) out.set(places.subarray(row * rank, (row + 1) * rank), i * rank);
  return new NDArray(int64, [order.length, rank], out);
}

function reshape(indices: NDArray, shape: NDArray, wanted: NDArray): NDArray[] {
  require(indices.rank === 2, () => `Input indices should be a matrix but received shape ${shapeText(indices.shape)}`, {
    indices,
  });
  require(shape.rank === 1, () => `Input shape should be a vector but received shape ${shapeText(shape.shape)}`, {
    shape,
  });
  require(wanted.rank === 1, () => `Target shape should be a vector but received shape ${shapeText(wanted.shape)}`, {
    wanted,
  });
  const dims = dimsOf(shape);
  const next = fullShape(dims, dimsOf(wanted));
  const [from, to] = [rowMajorStrides(dims), rowMajorStrides(next)];
  const [count = 0, rank = 0] = indices.shape;
  require(count === 0 || (countOf(dims) > 0 && countOf(next) > 0), () =>
    `Input tensor has ${count} non zero elements but input shape (${shapeText(dims)}) or output shape (${shapeText(next)}) is empty`, {
    dims,
    next,
  });
  const places = asNumbers(indices);
  const out: number[] = [];
  for (let i = 0; i < count; i += 1) {
    let at = 0;
    for (let axis = 0; axis < rank; axis += 1) at += (places[i * rank + axis] as number) * (from[axis] as number);
    for (const stride of to) {
      out.push(Math.floor(at / stride));
      at %= stride;
    }
  }
  return [int64Array(out, [count, next.length]), int64Array(next, [next.length])];
}

/** A shape with its `-1` filled in. */
function fullShape(dims: readonly number[], wanted: readonly number[]): number[] {
  const unknown = wanted.indexOf(-1);
  require(wanted.filter((d) => d === -1).length <= 1, () =>
    `only one output dimension may be -1, not both ${unknown} and ${wanted.lastIndexOf(-1)}`, { wanted });
  const negative = wanted.findIndex((d) => d < -1);
  require(negative < 0, () => `size ${negative} must be non-negative, not ${wanted[negative]}`, { wanted });
  const size = countOf(dims);
  if (unknown < 0) {
    require(countOf(wanted) === size, () =>
      `Input to reshape is a tensor with ${size} dense values, but the requested shape has ${countOf(wanted)}. input_shape=${shapeText(dims)} output_shape=${shapeText(wanted)}`, {
      dims,
      wanted,
    });
    return [...wanted];
  }
  const rest = countOf(wanted.filter((d) => d !== -1));
  require(rest > 0, () =>
    "reshape cannot infer the missing input size for an empty tensor unless all specified input sizes are non-zero", {
    wanted,
  });
  require(size % rest === 0, () =>
    `Input to reshape is a SparseTensor with ${size} dense values, but the requested shape requires a multiple of ${rest}. input_shape=${shapeText(dims)} output_shape=${shapeText(wanted.with(unknown, 1))}`, {
    dims,
    wanted,
  });
  return wanted.with(unknown, size / rest);
}

function fillEmptyRows(indices: NDArray, values: NDArray, shape: NDArray, fallback: NDArray): NDArray[] {
  require(shape.rank === 1, () => `dense_shape must be a vector, saw: ${shapeText(shape.shape)}`, { shape });
  require(indices.rank === 2, () => `indices must be a matrix, saw: ${shapeText(indices.shape)}`, { indices });
  require(values.rank === 1, () => `values must be a vector, saw: ${shapeText(values.shape)}`, { values });
  require(values.size === indices.shape[0], () =>
    `The length of \`values\` (${values.size}) must match the first dimension of \`indices\` (${indices.shape[0]}).`, {
    indices,
    values,
  });
  require(fallback.rank === 0, () => `default_value must be a scalar, saw: ${shapeText(fallback.shape)}`, { fallback });
  require(shape.size > 0, () => "Dense shape cannot be empty.", { shape });
  const [count = 0, rank = 0] = indices.shape;
  const rowCount = Number(shape.at(0));
  const places = asNumbers(indices);
  const byRow: number[][] = Array.from({ length: rowCount }, () => []);
  for (let i = 0; i < count; i += 1) {
    const row = places[i * rank] as number;
    require(rowCount > 0, () => `Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = ${count}`, {
      shape,
    });
    require(row >= 0 && row < rowCount, () => `indices(${i}, 0) is invalid: ${row} >= ${rowCount}`, { row });
    byRow[row]?.push(i);
  }
  const order: number[] = [];
  const rowIndices: number[] = [];
  const places2 = new Array<number>(count);
  for (const [row, members] of byRow.entries()) {
    for (const i of members) {
      places2[i] = order.length;
      order.push(i);
      for (let axis = 0; axis < rank; axis += 1) rowIndices.push(places[i * rank + axis] as number);
    }
    if (members.length > 0) continue;
    order.push(-1);
    for (let axis = 0; axis < rank; axis += 1) rowIndices.push(axis === 0 ? row : 0);
  }
  return [
    int64Array(rowIndices, [order.length, rank]),
    picked(values, order, fallback),
    new NDArray(
      bool,
      [rowCount],
      Uint8Array.from(byRow, (members) => Number(members.length === 0)),
    ),
    int64Array(places2, [count]),
  ];
}

// ---- arithmetic

function added(a: Element, b: Element): Element {
  if (Array.isArray(a) && Array.isArray(b)) return [Number(a[0]) + Number(b[0]), Number(a[1]) + Number(b[1])];
  return typeof a === "bigint" ? a + (b as bigint) : Number(a) + Number(b);
}

function multiplied(a: Element, b: Element, conjugateA: boolean, conjugateB: boolean): Element {
  if (!Array.isArray(a) || !Array.isArray(b)) return typeof a === "bigint" ? a * (b as bigint) : Number(a) * Number(b);
  const [re, im] = [Number(a[0]), Number(a[1]) * (conjugateA ? -1 : 1)];
  const [re2, im2] = [Number(b[0]), Number(b[1]) * (conjugateB ? -1 : 1)];
  return [re * re2 - im * im2, re * im2 + im * re2];
}

function matMul(
  indices: NDArray,
  values: NDArray,
  shape: NDArray,
  b: NDArray,
  adjointA: boolean,
  adjointB: boolean,
): NDArray {
  require(b.rank === 2, () => "Tensor 'b' is not a matrix", { b });
  require(shape.rank === 1, () => "Tensor 'a_shape' is not a vector", { shape });
  require(shape.size === 2, () => "Tensor 'a_shape' must have 2 elements", { shape });
  require(values.rank === 1, () => "Tensor 'a_values' is not a vector", { values });
  require(indices.rank === 2, () => "Tensor 'a_indices' is not a matrix", { indices });
  require(indices.shape[0] === values.size, () =>
    "Number of rows of a_indices does not match number of entries in a_values", {
    indices,
    values,
  });
  require(indices.shape[1] === 2, () => "Number of columns of a_indices does not match number of entries in a_shape", {
    indices,
  });
  const dims = dimsOf(shape) as [number, number];
  const rows = dims[adjointA ? 1 : 0];
  const inner = dims[adjointA ? 0 : 1];
  const innerB = b.shape[adjointB ? 1 : 0] as number;
  const columns = b.shape[adjointB ? 0 : 1] as number;
  require(inner === innerB, () =>
    `Cannot multiply A and B because inner dimension does not match: ${inner} vs. ${innerB}.  Did you forget a transpose?  Dimensions of A: [${rows}, ${inner}).  Dimensions of B: ${shapeText(b.shape)}`, {
    shape,
    b,
  });
  const out = emptyArray(b.dtype, [rows, columns]);
  const places = asNumbers(indices);
  for (let i = 0; i < values.size; i += 1) {
    const m = places[2 * i + (adjointA ? 1 : 0)] as number;
    const k = places[2 * i + (adjointA ? 0 : 1)] as number;
    require(k >= 0 && k < inner, () => `k (${k}) from index[${i},${adjointA ? 0 : 1}] out of bounds (>=${inner})`, {
      k,
    });
    require(m >= 0 && m < rows, () => `m (${m}) from index[${i},${adjointA ? 1 : 0}] out of bounds (>=${rows})`, { m });
    const a = values.at(i);
    for (let n = 0; n < columns; n += 1) {
      const other = b.at(adjointB ? n * innerB + k : k * columns + n);
      const at = m * columns + n;
      writeElement(b.dtype, out.data, at, added(out.at(at), multiplied(a, other, adjointA, adjointB)));
    }
  }
  return out;
}

function reduceSum(indices: NDArray, values: NDArray, shape: NDArray, axes: NDArray, keepDims: boolean): NDArray {
  const [count, rank] = checkParts(indices, values, shape);
  const dims = dimsOf(shape);
  const gone = new Set<number>();
  for (const axis of dimsOf(axes)) {
    if (axis < -rank || axis >= rank)
      throw new InvalidArgumentError(`Invalid reduction dimension ${axis}, for input with ${rank} dimensions.`, {
        axis,
        rank,
      });
    gone.add((axis + rank) % rank);
  }
  if (axes.size === 0) for (let i = 0; i < rank; i += 1) gone.add(i);
  const kept = dims.map((d, i) => (gone.has(i) ? 1 : d));
  const strides = rowMajorStrides(kept);
  const out = emptyArray(values.dtype, keepDims ? kept : kept.filter((_, i) => !gone.has(i)));
  const places = asNumbers(indices);
  for (let i = 0; i < count; i += 1) {
    let at = 0;
    for (let axis = 0; axis < rank; axis += 1)
      if (!gone.has(axis)) at += (places[i * rank + axis] as number) * (strides[axis] as number);
    require(at >= 0 && at < out.size, () => outside(places, i, rank, dims), { row: i });
    writeElement(values.dtype, out.data, at, added(out.at(at), values.at(i)));
  }
  return out;
}

/** What the values were, and what the rows were filled with, have the gradients of where they went. */
function filledRowsGrad(map: NDArray, grads: NDArray): readonly [NDArray, NDArray] {
  require(map.rank === 1, () => `reverse_index_map must be a vector, saw: ${shapeText(map.shape)}`, { map });
  require(grads.rank === 1, () => `grad_values must be a vector, saw: ${shapeText(grads.shape)}`, { grads });
  const { dtype } = grads;
  const values = emptyArray(dtype, [map.size]);
  const isKept = new Uint8Array(grads.size);
  for (let i = 0; i < map.size; i += 1) {
    const at = Number(map.at(i));
    require(at >= 0 && at < grads.size, () => `Elements in reverse index must be in [0, ${grads.size}) but got ${at}`, {
      at,
    });
    isKept[at] = 1;
    writeElement(dtype, values.data, i, grads.at(at));
  }
  let sum: number | bigint = dtype.isBig ? 0n : 0;
  for (let i = 0; i < grads.size; i += 1) {
    if (isKept[i]) continue;
    const x = grads.at(i) as number | bigint;
    sum = typeof sum === "bigint" ? sum + (x as bigint) : sum + Number(x);
  }
  const filled = emptyArray(dtype, []);
  writeElement(dtype, filled.data, 0, sum);
  return [values, filled];
}

/** The kernels of this family. */
export const sparseKernels = kernelsFor<typeof sparseDefs>()({
  SparseToDense: ([indices, shape, values, fallback], { validate_indices }) =>
    toDense(indices, shape, values, fallback, validate_indices),
  SparseReorder: ([indices, values, shape]) => reorder(indices, values, shape),
  SparseReshape: ([indices, shape, wanted]) => reshape(indices, shape, wanted),
  SparseFillEmptyRows: ([indices, values, shape, fallback]) => fillEmptyRows(indices, values, shape, fallback),
  SparseFillEmptyRowsGrad: ([map, grads]) => filledRowsGrad(map, grads),
  SparseTensorDenseMatMul: ([indices, values, shape, b], { adjoint_a, adjoint_b }) =>
    matMul(indices, values, shape, b, adjoint_a, adjoint_b),
  SparseReduceSum: ([indices, values, shape, axes], { keep_dims }) =>
    reduceSum(indices, values, shape, axes, keep_dims),
});
