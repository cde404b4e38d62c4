/** Kernels of the ops that deal rows out and put them together again. Mirrors core/kernels/dynamic_partition_op.cc and dynamic_stitch_op.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { countOf } from "../kernels/elementwise.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { allocate, type DataArray, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { dataFlowDefs } from "./data-flow.defs.ts";

/** Copies `count` numbers or strings. */
function copyRow(to: DataArray, at: number, from: DataArray, start: number, count: number): void {
  if (Array.isArray(to)) {
    for (let i = 0; i < count; i += 1) to[at + i] = (from as Uint8Array[])[start + i] as Uint8Array;
  } else {
    (to as Float64Array).set((from as Float64Array).subarray(start, start + count), at);
  }
}

function startsWith(shape: readonly number[], prefix: readonly number[]): boolean {
  return prefix.length <= shape.length && prefix.every((d, i) => d === shape[i]);
}

/** Numbers of storage per element. */
function partsOf(dtype: DType): number {
  return dtype.isComplex ? 2 : 1;
}

function partition(data: NDArray, partitions: NDArray, count: number): NDArray[] {
  require(startsWith(data.shape, partitions.shape), () =>
    `data.shape must start with partitions.shape, got data.shape = ${shapeText(data.shape)}, partitions.shape = ${shapeText(partitions.shape)}`, {
    data,
    partitions,
  });
  const rest = data.shape.slice(partitions.rank);
  const width = countOf(rest) * partsOf(data.dtype);
  const targets = partitions.data as Int32Array;
  const sizes = Array.from({ length: count }, () => 0);
  for (const [i, target] of targets.entries()) {
    if (target < 0 || target >= count) {
      throw new InvalidArgumentError(
        `partitions${positionText(partitions.shape, i)} = ${target} is not in [0, ${count})`,
        { partitions },
      );
    }
    sizes[target] = (sizes[target] as number) + 1;
  }
  const outputs = sizes.map(
    (rows) => new NDArray(data.dtype, [rows, ...rest], allocate(data.dtype, rows * countOf(rest))),
  );
  const filled = sizes.map(() => 0);
  for (const [i, target] of targets.entries()) {
    const at = filled[target] as number;
    copyRow((outputs[target] as NDArray).data, at, data.data, i * width, width);
    filled[target] = at + width;
  }
  return outputs;
}

/** The place of an element in brackets: `[1,2]`; nothing for a scalar. */
function positionText(shape: readonly number[], index: number): string {
  if (shape.length === 0) return "";
  const position: number[] = [];
  for (let axis = shape.length - 1, rest = index; axis >= 0; axis -= 1) {
    const length = shape[axis] as number;
    position.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return shapeText(position);
}

function stitch(indices: readonly NDArray[], data: readonly NDArray[]): NDArray {
  const [firstIndices, first] = [indices[0] as NDArray, data[0] as NDArray];
  const rest = first.shape.slice(firstIndices.rank);
  let rows = 0;
  for (const [i, places] of indices.entries()) {
    checkStitched(places, data[i] as NDArray, rest, i, firstIndices, first);
    for (const place of places.data as Int32Array) rows = Math.max(rows, place + 1);
  }
  const out = allocate(first.dtype, rows * countOf(rest));
  const width = countOf(rest) * partsOf(first.dtype);
  for (const [i, places] of indices.entries()) {
    for (const [row, place] of (places.data as Int32Array).entries()) {
      if (place < 0) throw new InvalidArgumentError(`indices[${row}] is out of range`, { indices });
      copyRow(out, place * width, (data[i] as NDArray).data, row * width, width);
    }
  }
  return new NDArray(first.dtype, [rows, ...rest], out);
}

function checkStitched(
  places: NDArray,
  rows: NDArray,
  rest: readonly number[],
  i: number,
  firstIndices: NDArray,
  first: NDArray,
): void {
  require(startsWith(rows.shape, places.shape), () =>
    `data[${i}].shape = ${shapeText(rows.shape)} does not start with indices[${i}].shape = ${shapeText(places.shape)}`, {
    indices: places,
    data: rows,
  });
  const own = rows.shape.slice(places.rank);
  require(own.length === rest.length && own.every((d, axis) => d === rest[axis]), () =>
    `Need data[0].shape[${firstIndices.rank}:] = data[${i}].shape[${places.rank}:], got data[0].shape = ${shapeText(first.shape)}, data[${i}].shape = ${shapeText(rows.shape)}, indices[0].shape = ${shapeText(firstIndices.shape)}, indices[${i}].shape = ${shapeText(places.shape)}`, {
    data: rows,
  });
}

/** The kernels of this family. */
export const dataFlowKernels = kernelsFor<typeof dataFlowDefs>()({
  DynamicPartition: ([data, partitions], { num_partitions }) => partition(data, partitions, num_partitions),
  DynamicStitch: ([indices, data]) => stitch(indices, data),
  ParallelDynamicStitch: ([indices, data]) => stitch(indices, data),
});
