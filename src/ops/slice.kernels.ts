/** Kernels of the ops that take a block out of a tensor. Mirrors core/kernels/slice_op.cc and strided_slice_op.cc. */
import { InvalidArgumentError } from "../base/errors.ts";
import { checkedDims, require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, copyRegion, emptyArray, rowMajorStrides } from "../kernels/strided-copy.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { sliceDefs } from "./slice.defs.ts";
import { type DenseSlice, denseSlice, type SliceMasks } from "./strided-slice.ts";

function slice(input: NDArray, begin: NDArray, size: NDArray): NDArray {
  const { shape, rank } = input;
  require(begin.rank === 1 && size.rank === 1 && begin.size === rank && size.size === rank, () =>
    `Expected begin and size arguments to be 1-D tensors of size ${rank}, but got shapes ${shapeText(begin.shape)} and ${shapeText(size.shape)} instead.`, {
    begin,
    size,
  });
  const [from, sizes] = [asNumbers(begin), asNumbers(size)];
  const counts = shape.map((d, i) => {
    const b = from[i] as number;
    const given = sizes[i] as number;
    const count = given === -1 ? d - b : given;
    require(b >= 0 && b <= d, () => `Expected begin[${i}] in [0, ${d}], but got ${b}`, { begin, shape });
    require(count >= 0 && b + count <= d, () => `Expected size[${i}] in [0, ${d - b}], but got ${count}`, {
      size,
      shape,
    });
    return count;
  });
  if (counts.every((count, i) => count === shape[i])) return input;
  const own = rowMajorStrides(shape);
  const out = emptyArray(input.dtype, counts);
  const offset = own.reduce((sum, step, i) => sum + step * (from[i] as number), 0);
  copyRegion(input, { offset, strides: own }, out, { offset: 0, strides: rowMajorStrides(counts) }, counts);
  return out;
}

/** A slice of known bounds against a known shape. */
function sliceOf(
  shape: readonly number[],
  begin: NDArray,
  end: NDArray,
  strides: NDArray,
  masks: SliceMasks,
): DenseSlice {
  const fits =
    strides.rank === 1 &&
    begin.rank === 1 &&
    end.rank === 1 &&
    begin.size === strides.size &&
    end.size === strides.size &&
    begin.size < 32;
  require(fits, () =>
    `Expected begin, end, and strides to be 1D equal size tensors, but got shapes ${shapeText(begin.shape)}, ${shapeText(end.shape)}, and ${shapeText(strides.shape)} instead.`, {
    begin,
    end,
    strides,
  });
  const [b, e, s] = [begin, end, strides].map((value) => Array.from(asNumbers(value))) as [
    number[],
    number[],
    number[],
  ];
  return denseSlice(
    shape,
    b,
    e,
    s,
    masks,
    (message) => new InvalidArgumentError(message, { shape, begin, end, strides }),
  );
}

/** Where the slice's elements are in something of the sliced shape. */
function regionOf(
  taken: DenseSlice,
  shape: readonly number[],
): { readonly offset: number; readonly strides: readonly number[] } {
  const own = rowMajorStrides(shape);
  return {
    offset: own.reduce((sum, step, i) => sum + step * (taken.begin[i] as number), 0),
    strides: own.map((step, i) => step * (taken.strides[i] as number)),
  };
}

function stridedSlice(input: NDArray, begin: NDArray, end: NDArray, strides: NDArray, masks: SliceMasks): NDArray {
  const taken = sliceOf(input.shape, begin, end, strides, masks);
  const [counts, shape] = [taken.counts as readonly number[], taken.shape as readonly number[]];
  if (counts.every((count, i) => count === input.shape[i]) && taken.strides.every((step) => step === 1))
    return input.reshape(shape);
  const out = emptyArray(input.dtype, counts);
  copyRegion(input, regionOf(taken, input.shape), out, { offset: 0, strides: rowMajorStrides(counts) }, counts);
  return out.reshape(shape);
}

function stridedSliceGrad(
  size: NDArray,
  begin: NDArray,
  end: NDArray,
  strides: NDArray,
  dy: NDArray,
  masks: SliceMasks,
): NDArray {
  require(size.rank === 1, () => `shape must be 1-D, got shape.shape = ${shapeText(size.shape)}`, { size });
  const shape = checkedDims(size);
  const taken = sliceOf(shape, begin, end, strides, masks);
  const wanted = taken.shape as readonly number[];
  require(dy.rank === wanted.length && wanted.every((d, i) => d === dy.shape[i]), () =>
    `shape of dy was ${shapeText(dy.shape)} instead of ${shapeText(wanted)}`, { dy, wanted });
  const counts = taken.counts as readonly number[];
  const out = emptyArray(dy.dtype, shape);
  copyRegion(dy, { offset: 0, strides: rowMajorStrides(counts) }, out, regionOf(taken, shape), counts);
  return out;
}

/** The kernels of this family. */
export const sliceKernels = kernelsFor<typeof sliceDefs>()({
  Slice: ([input, begin, size]) => slice(input, begin, size),
  StridedSlice: ([input, begin, end, strides], masks) => stridedSlice(input, begin, end, strides, masks),
  StridedSliceGrad: ([shape, begin, end, strides, dy], masks) =>
    stridedSliceGrad(shape, begin, end, strides, dy, masks),
});
