/** Kernels that put sparse tensors together and cut them. Mirrors core/kernels/sparse_concat_op.cc, sparse_slice_op.cc and sparse_slice_grad_op.cc. */
import { EngineInternalError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { checkParts, compareRows, dimsOf, int64Array, picked } from "../kernels/sparse-places.ts";
import { asNumbers, copyBlock, emptyArray, wordsOf } from "../kernels/strided-copy.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { sparsePartsDefs } from "./sparse-parts.defs.ts";

function concatenate(
  indices: readonly NDArray[],
  values: readonly NDArray[],
  shapes: readonly NDArray[],
  axis: number,
): NDArray[] {
  const text = (what: string, value: NDArray, i: number): string =>
    `Input ${what} but received shape ${shapeText(value.shape)} at position ${i}`;
  for (const [i, one] of indices.entries())
    require(one.rank === 2, () => text("indices should be a matrix", one, i), { indices: one });
  for (const [i, one] of values.entries())
    require(one.rank === 1, () => text("values should be a vector", one, i), { values: one });
  for (const [i, one] of shapes.entries())
    require(one.rank === 1, () => text("shapes should be a vector", one, i), { shape: one });
  const all = shapes.map(dimsOf);
  const [first] = all as [number[]];
  const rank = first.length;
  const along = axis < 0 ? rank + axis : axis;
  require(along >= 0 && along < rank, () => `Concat dimension must be in range [${-rank}, ${rank}), got ${axis}`, {
    axis,
  });
  for (const [i, dims] of all.entries()) checkFit(first, dims, along, i);
  for (const [i, one] of indices.entries()) {
    const [rows, given] = [one.shape[0] as number, (values[i] as NDArray).size];
    require(rows === given, () =>
      `indices and values rows (indexing dimension) must match. (indices = ${rows}, values = ${given})`, {
      rows,
      given,
    });
  }
  const rows: { readonly place: readonly number[]; readonly from: number; readonly at: number }[] = [];
  let offset = 0;
  for (const [from, one] of indices.entries()) {
    const places = asNumbers(one);
    for (let at = 0; at < (one.shape[0] as number); at += 1) {
      const place = Array.from(
        { length: rank },
        (_, i) => (places[at * rank + i] as number) + (i === along ? offset : 0),
      );
      rows.push({ place, from, at });
    }
    offset += (all[from] as number[])[along] as number;
  }
  rows.sort((a, b) => compareRows([...a.place, ...b.place], 0, 1, rank));
  const out = emptyArray((values[0] as NDArray).dtype, [rows.length]);
  const to = wordsOf(out);
  const words = values.map((one) => wordsOf(one).words);
  for (const [i, { from, at }] of rows.entries())
    copyBlock(words[from] as (typeof words)[number], at * to.width, to.words, i * to.width, to.width);
  return [
    int64Array(
      rows.flatMap(({ place }) => place),
      [rows.length, rank],
    ),
    out,
    int64Array(first.with(along, offset), [rank]),
  ];
}

/** Checks that a shape is like the first, but along one dimension. */
function checkFit(first: readonly number[], dims: readonly number[], along: number, position: number): void {
  require(dims.length === first.length, () =>
    `Ranks of all input tensors must match: expected ${first.length} but got ${dims.length} at position ${position}`, {
    dims,
  });
  const other = dims.findIndex((d, i) => i !== along && d !== first[i]);
  require(other < 0, () =>
    `Input shapes must match: expected ${first[other]} for dimension ${other} but got ${dims[other]} at position ${position}`, {
    dims,
  });
}

function slice(indices: NDArray, values: NDArray, shape: NDArray, start: NDArray, size: NDArray): NDArray[] {
  const ranks = { indices: 2, values: 1, shape: 1 };
  for (const [name, one] of Object.entries({ indices, values, shape })) {
    const rank = ranks[name as keyof typeof ranks];
    require(one.rank === rank, () => `Sparse ${name} must be rank ${rank} but is rank ${one.rank}`, { [name]: one });
  }
  const [count, rank] = checkParts(indices, values, shape);
  for (const [name, one] of Object.entries({ start, size })) {
    require(one.rank === 1, () => `Input ${name} should be a vector but received shape ${shapeText(one.shape)}`, {
      one,
    });
    require(one.size === shape.size, () =>
      `Expected ${name} to be a vector of length ${shape.size} but got length ${one.size}`, { one });
  }
  const [dims, from, wanted] = [dimsOf(shape), dimsOf(start), dimsOf(size)];
  for (const length of wanted) require(length >= 0, () => `Expected a non-negative size, got ${length}`, { wanted });
  const sizes = dims.map((d, i) => Math.max(0, Math.min(wanted[i] as number, d - (from[i] as number))));
  const places = asNumbers(indices);
  const kept = Array.from({ length: count }, (_, i) => i).filter((i) =>
    sizes.every((length, axis) => {
      const at = (places[i * rank + axis] as number) - (from[axis] as number);
      return at >= 0 && at < length;
    }),
  );
  const moved = kept.flatMap((i) => from.map((first, axis) => (places[i * rank + axis] as number) - first));
  return [int64Array(moved, [kept.length, rank]), picked(values, kept), int64Array(sizes, [rank])];
}

/** Values that were kept have the gradients of where they went, the others none. */
function sliceGrad(grads: NDArray, indices: NDArray, start: NDArray, kept: NDArray): NDArray {
  require(grads.rank === 1, () =>
    `Input backprop_val_grad should be a vector but received shape: ${shapeText(grads.shape)}`, {
    grads,
  });
  require(indices.rank === 2 && kept.rank === 2, () =>
    `Input and output indices should be matrices but received shapes: ${shapeText(indices.shape)} and ${shapeText(kept.shape)}`, {
    indices,
    kept,
  });
  const [count = 0, rank = 0] = indices.shape;
  require(rank === kept.shape[1], () =>
    `The input and output should have the same ndims: got: ${rank} and ${kept.shape[1]}`, { indices, kept });
  const keptCount = kept.shape[0] as number;
  require(keptCount <= count, () =>
    `# rows of output_indices should be not greater than of input_indices, got ${keptCount} and ${count}`, {
    indices,
    kept,
  });
  require(grads.size === keptCount, () =>
    `# elements of backprop_val_grad and # rows of output_indices should match (#nnz of sum): got ${grads.size} and ${keptCount}`, {
    grads,
    kept,
  });
  require(start.rank === 1, () => `The input_start should be a vector but received shape ${shapeText(start.shape)}`, {
    start,
  });
  require(rank === start.size, () =>
    `Expected input_start to be a vector of length ${rank} but got length ${start.size}`, { start });
  const [places, from, targets] = [asNumbers(indices), dimsOf(start), asNumbers(kept)];
  let next = 0;
  const order = Array.from({ length: count }, (_, i) => {
    const isKept =
      next < keptCount &&
      from.every((first, axis) => places[i * rank + axis] === (targets[next * rank + axis] as number) + first);
    return isKept ? next++ : -1;
  });
  if (next < grads.size)
    throw new EngineInternalError(
      `Elements of backprop_val_grad aren't all propagated. Num elements:${grads.size}, used: ${next}`,
      { grads },
    );
  return picked(grads, order);
}

/** The kernels of this family. */
export const sparsePartsKernels = kernelsFor<typeof sparsePartsDefs>()({
  SparseConcat: ([indices, values, shapes], { concat_dim }) => concatenate(indices, values, shapes, concat_dim),
  SparseSlice: ([indices, values, shape, start, size]) => slice(indices, values, shape, start, size),
  SparseSliceGrad: ([grads, indices, start, kept]) => sliceGrad(grads, indices, start, kept),
});
