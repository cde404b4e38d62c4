/** Kernels of the ops that move blocks of an image to its depth and back, and that roll axes. Mirrors core/kernels/{spacetodepth,depthtospace,roll}_op.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import {
  asNumbers,
  copyBlock,
  copyRegion,
  countOf,
  emptyArray,
  rowMajorStrides,
  wordsOf,
} from "../kernels/strided-copy.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import type { spaceDefs } from "./space.defs.ts";

interface ImageAttrs {
  readonly block_size: number;
  readonly data_format: string;
}

/** The value seen in another shape of as many elements, its axes put in another order. */
function rearranged(x: NDArray, seen: readonly number[], order: readonly number[], shape: readonly number[]): NDArray {
  const out = emptyArray(x.dtype, shape);
  const own = rowMajorStrides(seen);
  const dims = order.map((axis) => seen[axis] as number);
  const strides = order.map((axis) => own[axis] as number);
  copyRegion(x, { offset: 0, strides }, out, { offset: 0, strides: rowMajorStrides(dims) }, dims);
  return out;
}

/** Batch, height, width and depth of an image in either order of axes. */
function imageSizes(x: NDArray, format: string): readonly [number, number, number, number] {
  const [n, a, b, c] = x.shape as readonly [number, number, number, number];
  return format === "NHWC" ? [n, a, b, c] : [n, b, c, a];
}

function requirePlain(format: string): void {
  require(format !== "NCHW_VECT_C", () => "Only NHWC data_format supported on CPU. Got NCHW_VECT_C", { format });
}

function spaceToDepth(x: NDArray, { block_size: size, data_format: format }: ImageAttrs): NDArray {
  requirePlain(format);
  require(x.rank === 4, () => `Input rank should be 4 instead of ${x.rank}`, { rank: x.rank });
  const [n, height, width, depth] = imageSizes(x, format);
  require(width % size === 0 && height % size === 0, () =>
    `Image width ${width} and height ${height} should be divisible by block_size: ${size}`, { shape: x.shape, size });
  const [h, w, d] = [height / size, width / size, depth * size * size];
  return format === "NHWC"
    ? rearranged(x, [n, h, size, w, size, depth], [0, 1, 3, 2, 4, 5], [n, h, w, d])
    : rearranged(x, [n, depth, h, size, w, size], [0, 3, 5, 1, 2, 4], [n, d, h, w]);
}

function depthToSpace(x: NDArray, { block_size: size, data_format: format }: ImageAttrs): NDArray {
  requirePlain(format);
  require(x.rank === 4, () => `Input rank should be: 4 instead of: ${x.rank}`, { rank: x.rank });
  const [n, h, w, depth] = imageSizes(x, format);
  require(depth % (size * size) === 0, () => `Input depth dimension ${depth} should be divisible by: ${size * size}`, {
    shape: x.shape,
    size,
  });
  const [height, width, d] = [h * size, w * size, depth / (size * size)];
  return format === "NHWC"
    ? rearranged(x, [n, h, w, size, size, d], [0, 1, 3, 2, 4, 5], [n, height, width, d])
    : rearranged(x, [n, size, size, d, h, w], [0, 3, 4, 1, 5, 2], [n, d, height, width]);
}

function roll(input: NDArray, shift: NDArray, axis: NDArray): NDArray {
  require(input.rank >= 1, () => "input must be 1-D or higher", { input });
  require(shift.rank <= 1, () => `shift must be a scalar or a 1-D vector. Found: ${shapeText(shift.shape)}`, { shift });
  require(axis.rank <= 1, () => `axis must be a scalar or a 1-D vector. Found: ${shapeText(axis.shape)}`, { axis });
  require(shift.rank === axis.rank && shift.size === axis.size, () => "shift and axis must have the same size", {
    shift: shift.shape,
    axis: axis.shape,
  });
  const [shifts, axes] = [asNumbers(shift), asNumbers(axis)];
  const places = Array.from(axes, (given) => {
    const at = given < 0 ? given + input.rank : given;
    require(at >= 0 && at < input.rank, () => `axis ${at} is out of range`, { axis, rank: input.rank });
    return at;
  });
  return places.reduce((x, at, i) => rolled(x, shifts[i] as number, at), input);
}

/** Every slice along an axis is two blocks, which change places. */
function rolled(x: NDArray, shift: number, axis: number): NDArray {
  const length = x.shape[axis] as number;
  if (x.size === 0 || shift % length === 0) return x;
  const out = emptyArray(x.dtype, x.shape);
  const [from, to] = [wordsOf(x), wordsOf(out)];
  const step = countOf(x.shape.slice(axis + 1)) * from.width;
  const whole = length * step;
  const moved = (((shift % length) + length) % length) * step;
  for (let at = 0; at < x.size * from.width; at += whole) {
    copyBlock(from.words, at, to.words, at + moved, whole - moved);
    copyBlock(from.words, at + whole - moved, to.words, at, moved);
  }
  return out;
}

/** The kernels of this family. */
export const spaceKernels = kernelsFor<typeof spaceDefs>()({
  SpaceToDepth: ([input], attrs) => spaceToDepth(input, attrs),
  DepthToSpace: ([input], attrs) => depthToSpace(input, attrs),
  Roll: ([input, shift, axis]) => roll(input, shift, axis),
});
