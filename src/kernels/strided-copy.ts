/**
 * Moving elements between places, for kernels that compute nothing: regions of values with any strides, and blocks.
 * Elements are seen as words of 1, 2 or 4 bytes, so that few loops serve every dtype and no bit of a number changes.
 */
import { allocate, type DType } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";

/** Words of one value. Strings are one word each: the array of their bytes. */
export type Words = Int32Array | Uint16Array | Uint8Array | Uint8Array[];

/** The elements of a value as words. */
export interface WordView {
  readonly words: Words;
  /** Words per element. */
  readonly width: number;
}

/** A view of a value's elements as words; it shares the storage. */
export function wordsOf(value: NDArray): WordView {
  const { data, dtype } = value;
  if (Array.isArray(data)) return { words: data, width: 1 };
  const { buffer, byteOffset, byteLength } = data;
  if (dtype.size === 1) return { words: new Uint8Array(buffer, byteOffset, byteLength), width: 1 };
  if (dtype.size === 2) return { words: new Uint16Array(buffer, byteOffset, byteLength >> 1), width: 1 };
  return { words: new Int32Array(buffer, byteOffset, byteLength >> 2), width: dtype.size >> 2 };
}

/** A value of zeros, `false` or empty strings. */
export function emptyArray(dtype: DType, shape: readonly number[]): NDArray {
  return new NDArray(dtype, shape, allocate(dtype, countOf(shape)));
}

/** The number of elements of a shape. */
export function countOf(shape: readonly number[]): number {
  let count = 1;
  for (const d of shape) count *= d;
  return count;
}

/** How many elements a step along each axis skips, in row-major order. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = [...shape];
  for (let i = shape.length - 1, step = 1; i >= 0; i -= 1) {
    strides[i] = step;
    step *= shape[i] as number;
  }
  return strides;
}

/** Where elements are: the first one's index, and the step along each axis; negative steps go backward, 0 stays. */
export interface Region {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** One axis of a copy, in words. */
interface Axis {
  count: number;
  from: number;
  to: number;
}

/** From this many words on, copying a block at once is faster than word by word. */
const BLOCK = 24;

/** Copies `shape` elements from one region to another. The regions must not overlap in one storage. */
export function copyRegion(from: NDArray, source: Region, to: NDArray, target: Region, shape: readonly number[]): void {
  if (shape.includes(0)) return;
  const a = wordsOf(from);
  const b = wordsOf(to);
  const axes = joinedAxes(shape, source.strides, target.strides, a.width);
  const inner = axes.pop() ?? { count: 1, from: 1, to: 1 };
  const row = axes.pop() ?? { count: 1, from: 0, to: 0 };
  copyOuter(axes, 0, a.words, source.offset * a.width, b.words, target.offset * b.width, row, inner);
}

/** The axes in words; neighbours that both sides pass in one go are one, axes of one element none. */
function joinedAxes(shape: readonly number[], from: readonly number[], to: readonly number[], width: number): Axis[] {
  const axes: Axis[] = [];
  for (const [i, count] of shape.entries()) {
    if (count !== 1) join(axes, { count, from: (from[i] as number) * width, to: (to[i] as number) * width });
  }
  if (width > 1) join(axes, { count: width, from: 1, to: 1 });
  return axes;
}

function join(axes: Axis[], axis: Axis): void {
  const outer = axes.at(-1);
  if (outer !== undefined && outer.from === axis.from * axis.count && outer.to === axis.to * axis.count) {
    axes[axes.length - 1] = { count: outer.count * axis.count, from: axis.from, to: axis.to };
  } else {
    axes.push(axis);
  }
}

function copyOuter(
  axes: readonly Axis[],
  at: number,
  from: Words,
  p: number,
  to: Words,
  q: number,
  row: Axis,
  inner: Axis,
): void {
  const axis = axes[at];
  if (axis === undefined) {
    copyRows(from, p, to, q, row, inner);
    return;
  }
  for (let i = 0; i < axis.count; i += 1)
    copyOuter(axes, at + 1, from, p + i * axis.from, to, q + i * axis.to, row, inner);
}

function copyRows(from: Words, p: number, to: Words, q: number, row: Axis, inner: Axis): void {
  if (inner.from === 1 && inner.to === 1 && inner.count >= BLOCK) {
    for (let i = 0; i < row.count; i += 1) copyBlock(from, p + i * row.from, to, q + i * row.to, inner.count);
  } else if (row.from === 1 && inner.from > BLOCK && row.count > 1) {
    copyTiles(from, p, to, q, row, inner);
  } else {
    copyStrided(from, p, to, q, row, inner);
  }
}

function copyStrided(from: Words, p: number, to: Words, q: number, row: Axis, inner: Axis): void {
  for (let i = 0; i < row.count; i += 1) {
    let x = p + i * row.from;
    let y = q + i * row.to;
    for (let k = 0; k < inner.count; k += 1, x += inner.from, y += inner.to) to[y] = from[x] as Uint8Array & number;
  }
}

/** The side of a square that stays in the processor's cache while it is turned. */
const TILE = 32;

/** Turns a matrix tile by tile. */
function copyTiles(from: Words, p: number, to: Words, q: number, row: Axis, inner: Axis): void {
  for (let i = 0; i < row.count; i += TILE) {
    for (let k = 0; k < inner.count; k += TILE) {
      const rows = { ...row, count: Math.min(TILE, row.count - i) };
      const columns = { ...inner, count: Math.min(TILE, inner.count - k) };
      copyStrided(from, p + i * row.from + k * inner.from, to, q + i * row.to + k * inner.to, rows, columns);
    }
  }
}

/** Copies `count` words that lie side by side. */
export function copyBlock(from: Words, p: number, to: Words, q: number, count: number): void {
  if (count < BLOCK || Array.isArray(from) || Array.isArray(to)) {
    for (let i = 0; i < count; i += 1) to[q + i] = from[p + i] as Uint8Array & number;
  } else {
    to.set(from.subarray(p, p + count), q);
  }
}

/** Gives every element of `target` the value of the one element of `value`. */
export function fillWith(target: NDArray, value: NDArray): void {
  const { words, width } = wordsOf(target);
  const element = wordsOf(value).words;
  if (Array.isArray(words)) {
    words.fill(element[0] as Uint8Array);
  } else if (width === 1) {
    words.fill(element[0] as number);
  } else {
    for (let i = 0; i < words.length; i += width)
      for (let k = 0; k < width; k += 1) words[i + k] = element[k] as number;
  }
}

/** The elements of an integer value as plain numbers. */
export function asNumbers(value: NDArray): ArrayLike<number> {
  return value.dtype.isBig ? Array.from(value.data as BigInt64Array, Number) : (value.data as Int32Array);
}
