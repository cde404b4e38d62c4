/** Kernels of the ops that move elements to other places or repeat them. Mirrors core/kernels/{transpose,reverse,reverse_sequence,tile}_op.cc. */
import { axisOf, require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, copyRegion, countOf, emptyArray, rowMajorStrides } from "../kernels/strided-copy.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { transposeDefs } from "./transpose.defs.ts";

function transpose(x: NDArray, permutation: NDArray): NDArray {
  const axes = checkedPermutation(x, permutation);
  if (axes.every((axis, i) => axis === i)) return x;
  const own = rowMajorStrides(x.shape);
  const shape = axes.map((axis) => x.shape[axis] as number);
  const out = emptyArray(x.dtype, shape);
  copyRegion(
    x,
    { offset: 0, strides: axes.map((axis) => own[axis] as number) },
    out,
    { offset: 0, strides: rowMajorStrides(shape) },
    shape,
  );
  return out;
}

function checkedPermutation(x: NDArray, permutation: NDArray): number[] {
  require(permutation.rank === 1, () => `perm must be rank 1, got shape ${shapeText(permutation.shape)}`, {
    permutation,
  });
  const { rank } = x;
  require(permutation.size === rank, () =>
    `transpose expects a vector of size ${rank}. But input(1) is a vector of size ${permutation.size}`, {
    permutation,
    rank,
  });
  const given = Array.from(asNumbers(permutation));
  const axes = given.map((axis) => {
    const at = axisOf(axis, rank);
    require(at !== null, () => `${axis} is out of range [0 .. ${rank})`, { permutation, rank });
    return at as number;
  });
  const missing = axes.findIndex((_, i) => !axes.includes(i));
  require(missing < 0, () => `${missing} is missing from {${given.join(",")}}.`, { permutation });
  return axes;
}

function conjugate(x: NDArray): NDArray {
  if (!x.dtype.isComplex) return x;
  const out = x.copy();
  const data = out.data as Float64Array;
  for (let i = 1; i < data.length; i += 2) data[i] = -(data[i] as number);
  return out;
}

function invertPermutation(x: NDArray): NDArray {
  require(x.rank === 1, () => "invert_permutation expects a 1D vector.", { x });
  const given = asNumbers(x);
  const inverse = Array.from(given, () => -1);
  for (let i = 0; i < given.length; i += 1) {
    const d = given[i] as number;
    require(d >= 0 && d < given.length, () => `${d} is not between 0 and ${given.length}`, { x });
    require(inverse[d] === -1, () => `${d} is duplicated in the input.`, { x });
    inverse[d] = i;
  }
  return new NDArray(x.dtype, x.shape, x.dtype.isBig ? BigInt64Array.from(inverse, BigInt) : Int32Array.from(inverse));
}

function reverse(x: NDArray, axes: ReadonlySet<number>): NDArray {
  if (axes.size === 0 || x.size === 0) return x;
  const own = rowMajorStrides(x.shape);
  const offset = [...axes].reduce((sum, axis) => sum + ((x.shape[axis] as number) - 1) * (own[axis] as number), 0);
  const out = emptyArray(x.dtype, x.shape);
  copyRegion(
    x,
    { offset, strides: own.map((step, i) => (axes.has(i) ? -step : step)) },
    out,
    { offset: 0, strides: own },
    x.shape,
  );
  return out;
}

function reversedAxes(x: NDArray, given: NDArray): ReadonlySet<number> {
  require(given.rank === 1, () => `'dims' must be 1-dimension, not ${given.rank}`, { given });
  require(x.rank <= 8, () => "reverse is not implemented for tensors of rank > 8.", { rank: x.rank });
  const axes = new Set<number>();
  for (const [i, axis] of Array.from(asNumbers(given)).entries()) {
    const at = axisOf(axis, x.rank);
    require(at !== null, () => `'axis'[${i}] = ${axis} is out of valid range [0, ${x.rank - 1}`, {
      axis,
      rank: x.rank,
    });
    require(!axes.has(at as number), () => `axis ${at} specified more than once.`, { axis });
    axes.add(at as number);
  }
  return axes;
}

function markedAxes(x: NDArray, marks: NDArray): ReadonlySet<number> {
  require(marks.rank === 1, () => `'dims' must be 1-dimension, not ${marks.rank}`, { marks });
  require(marks.size === x.rank, () =>
    `'dims' must have the same number of values as 'input' has dimensions. 'input' has ${x.rank}'dims' has ${marks.size} values`, {
    marks,
    rank: x.rank,
  });
  require(x.rank <= 8, () => "reverse is not implemented for tensors of rank > 8.", { rank: x.rank });
  return new Set(Array.from(marks.data as Uint8Array).flatMap((mark, i) => (mark !== 0 ? [i] : [])));
}

function reverseSequence(x: NDArray, lengths: NDArray, along: number, batch: number): NDArray {
  const sizes = checkedLengths(x, lengths, along, batch);
  const out = emptyArray(x.dtype, x.shape);
  const own = rowMajorStrides(x.shape);
  const [batchStep, step] = [own[batch] as number, own[along] as number];
  const copyPart = (row: number, from: number, count: number, stride: number, to: number): void => {
    const shape = x.shape.map((d, i) => (i === batch ? 1 : i === along ? count : d));
    const strides = own.map((s, i) => (i === along ? stride : s));
    copyRegion(
      x,
      { offset: row * batchStep + from * step, strides },
      out,
      { offset: row * batchStep + to * step, strides: own },
      shape,
    );
  };
  for (let row = 0; row < sizes.length; row += 1) {
    const length = sizes[row] as number;
    if (length > 0) copyPart(row, length - 1, length, -step, 0);
    copyPart(row, length, (x.shape[along] as number) - length, step, length);
  }
  return out;
}

function checkedLengths(x: NDArray, lengths: NDArray, along: number, batch: number): ArrayLike<number> {
  require(lengths.rank === 1, () => `seq_lens input must be 1-dim, not ${lengths.rank}`, { lengths });
  require(batch !== along, () => `batch_dim == seq_dim == ${along}`, { along });
  require(along < x.rank, () => `seq_dim must be < input rank ( ${along} vs. ${x.rank})`, { along, rank: x.rank });
  require(batch < x.rank, () => `batch_dim must be < input rank ( ${batch} vs. ${x.rank})`, { batch, rank: x.rank });
  require(lengths.size === x.shape[batch], () =>
    `Length of seq_lengths != input.dims(${batch}), (${lengths.size} vs. ${x.shape[batch]})`, { lengths });
  const sizes = asNumbers(lengths);
  for (let i = 0; i < sizes.length; i += 1) {
    require((sizes[i] as number) >= 0, () => `seq_lens(${i}) < 0`, { lengths });
    require((sizes[i] as number) <= (x.shape[along] as number), () => `seq_lens(${i}) > input.dims(${along})`, {
      lengths,
    });
  }
  return sizes;
}

function tile(x: NDArray, multiples: NDArray): NDArray {
  require(multiples.rank === 1, () => `Expected multiples to be 1-D, but got shape ${shapeText(multiples.shape)}`, {
    multiples,
  });
  require(multiples.size === x.rank, () =>
    `Expected multiples argument to be a vector of length ${x.rank} but got length ${multiples.size}`, { multiples });
  const times = Array.from(asNumbers(multiples));
  for (const [i, n] of times.entries())
    require(n >= 0, () => `Expected multiples[${i}] >= 0, but got ${n}`, { multiples });
  if (times.every((n) => n === 1)) return x;
  const shape = x.shape.map((d, i) => d * (times[i] as number));
  const out = emptyArray(x.dtype, shape);
  if (countOf(shape) === 0) return out;
  const [own, target] = [rowMajorStrides(x.shape), rowMajorStrides(shape)];
  // Each axis is seen as two: the repetitions, which stay at one place of the input, and the elements.
  const split = <T>(outer: (i: number) => T, inner: (i: number) => T): T[] =>
    x.shape.flatMap((_, i) => [outer(i), inner(i)]);
  const dims = split(
    (i) => times[i] as number,
    (i) => x.shape[i] as number,
  );
  const from = split(
    () => 0,
    (i) => own[i] as number,
  );
  const to = split(
    (i) => (target[i] as number) * (x.shape[i] as number),
    (i) => target[i] as number,
  );
  copyRegion(x, { offset: 0, strides: from }, out, { offset: 0, strides: to }, dims);
  return out;
}

/** The kernels of this family. */
export const transposeKernels = kernelsFor<typeof transposeDefs>()({
  Transpose: ([x, perm]) => transpose(x, perm),
  ConjugateTranspose: ([x, perm]) => conjugate(transpose(x, perm)),
  InvertPermutation: ([x]) => invertPermutation(x),
  Reverse: ([tensor, dims]) => reverse(tensor, markedAxes(tensor, dims)),
  ReverseV2: ([tensor, axis]) => reverse(tensor, reversedAxes(tensor, axis)),
  ReverseSequence: ([input, lengths], { seq_dim, batch_dim }) => reverseSequence(input, lengths, seq_dim, batch_dim),
  Tile: ([input, multiples]) => tile(input, multiples),
});
