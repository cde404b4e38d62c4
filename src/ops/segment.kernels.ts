/** Kernels of reductions of rows by the segment that they belong to. Mirrors core/kernels/segment_reduction_ops_impl.h. */
import { require, shapeText } from "../kernels/checks.ts";
import { isHalf, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, countOf } from "../kernels/strided-copy.ts";
import type { DataArray, DType } from "../tensor/dtype.ts";
import type { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import { placeText } from "./gather.kernels.ts";
import type { segmentDefs } from "./segment.defs.ts";

/** How the rows of a segment become one. */
interface Reduction {
  /** What a segment without rows has, where the number of segments is given. */
  readonly empty: (dtype: DType) => number | bigint;
  readonly join: (a: number, b: number) => number;
  /** Where integers need another way to stay exact. */
  readonly joinIntegers?: (a: number, b: number) => number;
  readonly joinBigs: (a: bigint, b: bigint) => bigint;
  /** The product of complex numbers; nothing where each part is joined by itself. */
  readonly multiplies?: boolean;
}

function zero(dtype: DType): number | bigint {
  return dtype.isBig ? 0n : 0;
}

/** The least number of a dtype that is finite. */
function lowest(dtype: DType): number | bigint {
  if (dtype.isFloating) return -(highest(dtype) as number);
  if (dtype.isBig) return dtype.isUnsigned ? 0n : -(2n ** 63n);
  return dtype.isUnsigned ? 0 : -(2 ** (8 * dtype.size - 1));
}

const greatestFloats: Readonly<Record<string, number>> = {
  float16: 65504,
  bfloat16: (2 - 2 ** -7) * 2 ** 127,
  float32: (2 - 2 ** -23) * 2 ** 127,
};

/** The greatest number of a dtype that is finite. */
function highest(dtype: DType): number | bigint {
  if (dtype.isFloating) return greatestFloats[dtype.baseName] ?? Number.MAX_VALUE;
  if (dtype.isBig) return 2n ** (dtype.isUnsigned ? 64n : 63n) - 1n;
  return 2 ** (8 * dtype.size - (dtype.isUnsigned ? 0 : 1)) - 1;
}

const sum: Reduction = { empty: zero, join: (a, b) => a + b, joinBigs: (a, b) => a + b };
const product: Reduction = {
  empty: (dtype) => (dtype.isBig ? 1n : 1),
  join: (a, b) => a * b,
  joinIntegers: Math.imul,
  joinBigs: (a, b) => a * b,
  multiplies: true,
};
// Of a number and not-a-number, the later one stays.
const greatest: Reduction = { empty: lowest, join: (a, b) => (a > b ? a : b), joinBigs: (a, b) => (a > b ? a : b) };
const least: Reduction = { empty: highest, join: (a, b) => (a < b ? a : b), joinBigs: (a, b) => (a < b ? a : b) };

/** Joins `count` elements of `from` at `p` with those of `to` at `q`, which are rounded or wrapped each time. */
type Block = (to: DataArray, q: number, from: DataArray, p: number, count: number) => void;

function blockOf(reduction: Reduction, dtype: DType): Block {
  if (dtype.isBig) return joining(reduction.joinBigs);
  if (dtype.isComplex && reduction.multiplies === true) return multiplyComplex;
  const join = dtype.isFloating || dtype.isComplex ? reduction.join : (reduction.joinIntegers ?? reduction.join);
  const round = rounderOf(dtype);
  const block = joining(isHalf(dtype) ? (a: number, b: number) => round(join(a, b)) : join);
  return dtype.isComplex ? (to, q, from, p, count) => block(to, 2 * q, from, 2 * p, 2 * count) : block;
}

function joining<T extends number | bigint>(join: (a: T, b: T) => T): Block {
  return (to, q, from, p, count) => {
    const [a, b] = [to as { [index: number]: unknown }, from as { [index: number]: unknown }];
    for (let i = 0; i < count; i += 1) a[q + i] = join(a[q + i] as T, b[p + i] as T);
  };
}

function multiplyComplex(to: DataArray, q: number, from: DataArray, p: number, count: number): void {
  const [a, b] = [to as Float64Array, from as Float64Array];
  for (let i = 0; i < count; i += 1) {
    const [x, y] = [2 * (q + i), 2 * (p + i)];
    const [re, im] = [a[x] as number, a[x + 1] as number];
    const [re2, im2] = [b[y] as number, b[y + 1] as number];
    a[x] = re * re2 - im * im2;
    a[x + 1] = re * im2 + im * re2;
  }
}

/** Gives `count` elements from `at` on one value, in storage as `wideStorage` makes it. */
function fillFrom(data: DataArray, dtype: DType, at: number, count: number, value: number | bigint): void {
  if (dtype.isComplex) {
    for (let i = at; i < at + count; i += 1) (data as Float64Array)[2 * i] = value as number;
  } else {
    (data as Float64Array).fill(value as number, at, at + count);
  }
}

function copyRow(dtype: DType, to: DataArray, q: number, from: DataArray, p: number, count: number): void {
  const width = dtype.isComplex ? 2 : 1;
  const [a, b] = [to as Float64Array, from as Float64Array];
  a.set(b.subarray(p * width, (p + count) * width), q * width);
}

type SortedInputs = readonly [NDArray, NDArray];

function sortedSegments(
  reduction: Reduction,
  gap: 0 | 1,
  finish?: (rows: DataArray, dtype: DType, at: number, length: number, count: number) => void,
) {
  return ([data, segments]: SortedInputs): NDArray => {
    const { dtype } = data;
    const [ids, rows] = checkedSegments(data, segments);
    const inner = countOf(data.shape.slice(1));
    const from = widened(data);
    const out = wideStorage(dtype, rows * inner);
    fillFrom(out, dtype, 0, rows * inner, dtype.isBig ? BigInt(gap) : gap);
    const join = blockOf(reduction, dtype);
    for (let start = 0, end = 1; start < ids.length; start = end, end += 1) {
      const id = ids[start] as number;
      while (end < ids.length && ids[end] === id) end += 1;
      require(end === ids.length || id < (ids[end] as number), () => "segment ids are not increasing", { segments });
      require(id >= 0 && id < rows, () =>
        `Segment id ${id} out of range [0, ${rows}), possibly because 'segment_ids' input is not sorted.`, {
        id,
        rows,
      });
      copyRow(dtype, out, id * inner, from, start * inner, inner);
      for (let row = start + 1; row < end; row += 1) join(out, id * inner, from, row * inner, inner);
      finish?.(out, dtype, id * inner, inner, end - start);
    }
    return narrowed(dtype, [rows, ...data.shape.slice(1)], out);
  };
}

/** The ids, and how many segments they are of. */
function checkedSegments(data: NDArray, segments: NDArray): readonly [ArrayLike<number>, number] {
  require(data.rank >= 1, () => "input must be at least rank 1", { data });
  require(segments.rank === 1, () => "segment_ids should be a vector.", { segments });
  require(segments.size === data.shape[0], () => "segment_ids should be the same size as dimension 0 of input.", {
    data: data.shape,
    segments: segments.shape,
  });
  const ids = asNumbers(segments);
  const rows = ids.length === 0 ? 0 : (ids[ids.length - 1] as number) + 1;
  require(rows > 0 || ids.length === 0, () => "segment ids must be >= 0", { segments });
  return [ids, rows];
}

/** Sums as means; of integers, rounded toward zero. */
function divide(rows: DataArray, dtype: DType, at: number, length: number, count: number): void {
  const width = dtype.isComplex ? 2 : 1;
  const round = dtype.isFloating || dtype.isComplex ? (x: number): number => x : Math.trunc;
  for (let i = at * width; i < (at + length) * width; i += 1) {
    if (dtype.isBig) (rows as BigInt64Array)[i] = ((rows as BigInt64Array)[i] as bigint) / BigInt(count);
    else (rows as Float64Array)[i] = round(((rows as Float64Array)[i] as number) / count);
  }
}

type UnsortedInputs = readonly [NDArray, NDArray, NDArray];

function unsortedSegments(reduction: Reduction) {
  return ([data, segments, wanted]: UnsortedInputs): NDArray => {
    const { dtype } = data;
    const rows = checkedCount(data, segments, wanted);
    const rest = data.shape.slice(segments.rank);
    const inner = countOf(rest);
    const from = widened(data);
    const out = wideStorage(dtype, rows * inner);
    fillFrom(out, dtype, 0, rows * inner, reduction.empty(dtype));
    const join = blockOf(reduction, dtype);
    const ids = asNumbers(segments);
    // Without elements, TensorFlow does not look at the ids.
    for (let i = 0; data.size > 0 && i < ids.length; i += 1) {
      const id = ids[i] as number;
      if (id < 0) continue;
      require(id < rows, () => `segment_ids${placeText(segments.shape, i)} = ${id} is out of range [0, ${rows})`, {
        id,
        rows,
      });
      join(out, id * inner, from, i * inner, inner);
    }
    return narrowed(dtype, [rows, ...rest], out);
  };
}

function checkedCount(data: NDArray, segments: NDArray, wanted: NDArray): number {
  require(wanted.rank === 0, () => `num_segments should be a scalar, not shape ${shapeText(wanted.shape)}`, { wanted });
  require(segments.rank <= data.rank && segments.shape.every((d, i) => d === data.shape[i]), () =>
    `data.shape = ${shapeText(data.shape)} does not start with segment_ids.shape = ${shapeText(segments.shape)}`, {
    data: data.shape,
    segments: segments.shape,
  });
  const rows = Number(wanted.at(0));
  require(rows >= 0, () => `Input num_segments == ${rows} must not be negative.`, { rows });
  return rows;
}

/** The kernels of this family. */
export const segmentKernels = kernelsFor<typeof segmentDefs>()({
  SegmentSum: sortedSegments(sum, 0),
  SegmentMean: sortedSegments(sum, 0, divide),
  SegmentProd: sortedSegments(product, 1),
  SegmentMax: sortedSegments(greatest, 0),
  SegmentMin: sortedSegments(least, 0),
  UnsortedSegmentSum: unsortedSegments(sum),
  UnsortedSegmentProd: unsortedSegments(product),
  UnsortedSegmentMax: unsortedSegments(greatest),
  UnsortedSegmentMin: unsortedSegments(least),
});
