/** Kernels of reductions of picked rows by the segment that they belong to. Mirrors core/kernels/segment_reduction_ops_impl.h. */
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, countOf, emptyArray } from "../kernels/strided-copy.ts";
import { allocate, float64 } from "../tensor/dtype.ts";
import { type Literal, type NDArray, ndarray, writeElement } from "../tensor/ndarray.ts";
import type { sparseSegmentDefs } from "./sparse-segment.defs.ts";

/** What a sum of so many rows is divided by. */
type Divisor = (rows: number) => number;

const one: Divisor = () => 1;
const count: Divisor = (rows) => rows;

function checkInputs(data: NDArray, indices: NDArray, ids: NDArray, num: NDArray | null): void {
  require(num === null || num.rank === 0, () =>
    `num_segments should be a scalar, not shape ${shapeText(num?.shape ?? [])}`, {
    num,
  });
  require(indices.rank === 1, () => `indices should be a vector.`, { indices });
  require(ids.rank === 1, () => `segment_ids should be a vector.`, { ids });
  require(ids.size === indices.size, () => `segment_ids and indices should have same size.`, { ids, indices });
  require(data.rank > 0, () => "Shape must be at least rank 1", { data });
}

function segments(data: NDArray, indices: NDArray, ids: NDArray, num: NDArray | null, divisor: Divisor): NDArray {
  checkInputs(data, indices, ids, num);
  const [rows, groups] = [asNumbers(indices), asNumbers(ids)];
  const last = groups.length === 0 ? -1 : (groups[groups.length - 1] as number);
  const given = num === null ? null : Number(num.at(0));
  require(given === null || given >= 0, () => "segment ids must be >= 0", { num });
  require(given === null || last < given, () => "segment ids must be < num_segments", { ids, num });
  const total = given ?? last + 1;
  require(total >= 0, () => "segment ids must be >= 0", { ids });
  const width = countOf(data.shape.slice(1));
  const out = emptyArray(data.dtype, [total, ...data.shape.slice(1)]);
  for (let start = 0; start < rows.length; ) {
    const group = groups[start] as number;
    let end = start + 1;
    while (end < rows.length && groups[end] === group) end += 1;
    require(end >= rows.length || (groups[end] as number) > group, () => "segment ids are not increasing", { ids });
    require(group >= 0 && group < total, () =>
      `Segment id ${group} out of range [0, ${total}), possibly because 'segment_ids' input is not sorted.`, { ids });
    for (let i = start; i < end; i += 1) {
      const row = rows[i] as number;
      require(row >= 0 && row < (data.shape[0] as number), () =>
        `Bad: indices[${i}] == ${row} out of range [0, ${data.shape[0]})`, { row });
    }
    sumRows(data, rows, start, end, out, group, width, divisor(end - start));
    start = end;
  }
  return out;
}

function sumRows(
  data: NDArray,
  rows: ArrayLike<number>,
  start: number,
  end: number,
  out: NDArray,
  group: number,
  width: number,
  by: number,
): void {
  for (let k = 0; k < width; k += 1) {
    let sum: number | bigint = data.dtype.isBig ? 0n : 0;
    for (let i = start; i < end; i += 1) {
      const x = data.at((rows[i] as number) * width + k) as number | bigint;
      sum = typeof sum === "bigint" ? sum + (x as bigint) : sum + Number(x);
    }
    writeElement(data.dtype, out.data, group * width + k, typeof sum === "bigint" ? sum : sum / by);
  }
}

type GradientInputs = readonly [grad: NDArray, indices: NDArray, ids: NDArray, count: NDArray];

/** The gradients of the rows that were picked: all rows, or those that were picked alone, in order. */
function gradientRows([grad, indices, ids, total]: GradientInputs, divisor: Divisor, onlyPicked: boolean) {
  require(total.rank === 0, () => "output_dim0 should be a scalar.", { total });
  checkGradientInputs(grad, indices, ids);
  const [picked, groups] = [asNumbers(indices), asNumbers(ids)];
  const rowCount = Number(total.at(0));
  const segments = grad.shape[0] as number;
  const last = groups.length === 0 ? -1 : (groups[groups.length - 1] as number);
  require(last < segments, () => "Invalid number of segments", { last, segments });
  const sizes = new Float64Array(segments);
  for (let i = 0; i < groups.length; i += 1) {
    const [row, group] = [picked[i] as number, groups[i] as number];
    require(group >= 0 && group < segments, () => `Segment id ${group} out of range [0, ${segments}).`, { group });
    require(row >= 0 && row < rowCount, () => `Index ${row} out of range [0, ${rowCount}).`, { row });
    sizes[group] = (sizes[group] as number) + 1;
  }
  const unique = onlyPicked ? [...new Set(Array.from(picked))].sort((a, b) => a - b) : null;
  const places = unique === null ? null : new Map(unique.map((row, place) => [row, place]));
  const width = countOf(grad.shape.slice(1));
  const sums = allocate(float64, (unique?.length ?? rowCount) * width) as Float64Array;
  for (let i = 0; i < groups.length; i += 1) {
    const group = groups[i] as number;
    const to = (places?.get(picked[i] as number) ?? (picked[i] as number)) * width;
    const by = divisor(sizes[group] as number);
    for (let k = 0; k < width; k += 1)
      sums[to + k] = (sums[to + k] as number) + Number(grad.at(group * width + k)) / by;
  }
  const rows = emptyArray(grad.dtype, [unique?.length ?? rowCount, ...grad.shape.slice(1)]);
  for (let i = 0; i < sums.length; i += 1) writeElement(grad.dtype, rows.data, i, sums[i] as number);
  return { rows, unique };
}

function checkGradientInputs(grad: NDArray, indices: NDArray, ids: NDArray): void {
  require(indices.rank === 1, () => "indices should be a vector.", { indices });
  require(ids.rank === 1, () => "segment_ids should be a vector.", { ids });
  require(ids.size === indices.size, () => "segment_ids and indices should have same size.", { ids, indices });
  require(grad.rank > 0, () => "Shape must be at least rank 1", { grad });
}

function pickedRows(inputs: GradientInputs, divisor: Divisor): readonly [NDArray, NDArray] {
  const { rows, unique } = gradientRows(inputs, divisor, true);
  const { dtype } = inputs[1];
  const list = (unique ?? []).map((row) => (dtype.isBig ? BigInt(row) : row));
  return [rows, ndarray(list as Literal, dtype, [list.length])];
}

/** The kernels of this family. */
export const sparseSegmentKernels = kernelsFor<typeof sparseSegmentDefs>()({
  SparseSegmentSum: ([data, indices, ids]) => segments(data, indices, ids, null, one),
  SparseSegmentMean: ([data, indices, ids]) => segments(data, indices, ids, null, count),
  SparseSegmentSqrtN: ([data, indices, ids]) => segments(data, indices, ids, null, Math.sqrt),
  SparseSegmentSumWithNumSegments: ([data, indices, ids, num]) => segments(data, indices, ids, num, one),
  SparseSegmentMeanWithNumSegments: ([data, indices, ids, num]) => segments(data, indices, ids, num, count),
  SparseSegmentSqrtNWithNumSegments: ([data, indices, ids, num]) => segments(data, indices, ids, num, Math.sqrt),
  SparseSegmentSumGrad: (inputs) => gradientRows(inputs, one, false).rows,
  SparseSegmentMeanGrad: (inputs) => gradientRows(inputs, count, false).rows,
  SparseSegmentSqrtNGrad: (inputs) => gradientRows(inputs, Math.sqrt, false).rows,
  SparseSegmentSumGradV2: (inputs) => pickedRows(inputs, one),
  SparseSegmentMeanGradV2: (inputs) => pickedRows(inputs, count),
  SparseSegmentSqrtNGradV2: (inputs) => pickedRows(inputs, Math.sqrt),
});
