/**
 * Kernels of the ops that count, search sorted rows, multiply vectors across, and sum exponentials on the way. Mirrors core/kernels/{bincount,searchsorted,unravel_index,
 * histogram,cross}_op.cc and scan_ops.cc.
 */
import { FailedPreconditionError } from "../base/errors.ts";
import { require, shapeText } from "../kernels/checks.ts";
import { type Numbers, narrowed, widened, wideStorage } from "../kernels/elementwise.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, countOf } from "../kernels/strided-copy.ts";
import { allocate, type DType, float64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import { rounderOf } from "../tensor/rounding.ts";
import type { countingDefs } from "./counting.defs.ts";
import { scan } from "./reduce.kernels.ts";

/** The number that a scalar holds. */
function sizeOf(size: NDArray): number {
  require(size.rank === 0, () => `Shape must be rank 0 but is rank ${size.rank}`, { size });
  const count = Number(size.at(0));
  require(count >= 0, () => `size (${count}) must be non-negative`, { size });
  return count;
}

function checkedValues(input: NDArray): ArrayLike<number> {
  const values = asNumbers(input);
  for (let i = 0; i < values.length; i += 1)
    require((values[i] as number) >= 0, () => "Input arr must be non-negative!", { input });
  return values;
}

/** What each element adds: its weight, 1 without weights. Bigints pass as numbers: the loops only add. */
function weightAt(weights: NDArray): (i: number) => number {
  const one = (weights.dtype.isBig ? 1n : 1) as number;
  const data = weights.data as Numbers;
  return weights.size === 0 ? () => one : (i) => data[i] as number;
}

/** Counts rows of values into rows of bins; values behind the last bin do not count. */
function counted(input: NDArray, bins: number, weights: NDArray, shape: readonly number[], isBinary: boolean): NDArray {
  const values = checkedValues(input);
  const out = allocate(weights.dtype, countOf(shape)) as Numbers;
  const rows = shape.length === 2 ? (shape[0] as number) : 1;
  const width = rows === 0 ? 0 : values.length / rows;
  const weight = isBinary ? null : weightAt(weights);
  const one = (weights.dtype.isBig ? 1n : 1) as number;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (value >= bins) continue;
    const at = Math.floor(i / width) * bins + value;
    out[at] = weight === null ? one : (out[at] as number) + weight(i);
  }
  return new NDArray(weights.dtype, shape, out);
}

function bincount(input: NDArray, size: NDArray, weights: NDArray): NDArray {
  const bins = sizeOf(size);
  require(weights.size === 0 || weights.size === input.size, () =>
    "Input indices and weights must have the same size.", { input: input.shape, weights: weights.shape });
  return counted(input, bins, weights, [bins], false);
}

function denseBincount(input: NDArray, size: NDArray, weights: NDArray, isBinary: boolean): NDArray {
  require(input.rank <= 2, () => `Shape must be at most rank 2 but is rank ${input.rank}`, { input: input.shape });
  const isLike = input.rank === weights.rank && input.shape.every((d, i) => d === weights.shape[i]);
  const bins = sizeOf(size);
  require(weights.size === 0 || isLike, () =>
    `\`weights\` must be the same shape as \`arr\` or a length-0 \`Tensor\`, in which case it acts as all weights equal to 1. Received ${shapeText(weights.shape)}`, {
    input: input.shape,
    weights: weights.shape,
  });
  const shape = input.rank === 2 ? [input.shape[0] as number, bins] : [bins];
  return counted(input, bins, weights, shape, isBinary);
}

/** Whether the place looked for lies behind an element. */
type IsBehind = (element: number, value: number) => boolean;

/** Halves the row until the place is found: NaNs lead where they lead in TensorFlow. */
function placeIn(row: Numbers, start: number, length: number, value: number, isBehind: IsBehind): number {
  let first = start;
  for (let count = length; count > 0; ) {
    const step = count >> 1;
    if (isBehind(row[first + step] as number, value)) {
      first += step + 1;
      count -= step + 1;
    } else count = step;
  }
  return first - start;
}

function search(sorted: NDArray, values: NDArray, type: DType, isBehind: IsBehind): NDArray {
  for (const [name, x] of [
    ["sorted_inputs", sorted],
    ["values", values],
  ] as const)
    require(x.rank === 2, () => `Shape must be rank 2 but is rank ${x.rank} for \`${name}\` argument`, { [name]: x });
  const [rows = 0, count = 0] = values.shape;
  require(sorted.shape[0] === rows, () => "Leading dim_size of both tensors must match.", {
    sorted: sorted.shape,
    values: values.shape,
  });
  const length = sorted.shape[1] as number;
  const [row, wanted] = [widened(sorted) as Numbers, widened(values) as Numbers];
  const out = allocate(type, values.size);
  for (let i = 0; i < values.size; i += 1) {
    const place = placeIn(row, Math.floor(i / count) * length, length, wanted[i] as number, isBehind);
    (out as { [index: number]: number | bigint })[i] = type.isBig ? BigInt(place) : place;
  }
  return new NDArray(type, [rows, count], out);
}

function checkDims(indices: NDArray, dims: NDArray): void {
  require(indices.rank <= 1, () => `The indices can only be scalar or vector, got "${shapeText(indices.shape)}"`, {
    indices,
  });
  require(dims.rank === 1, () => `The indices can only be 1-D, got "${shapeText(dims.shape)}"`, { dims });
  const zero = Array.from(asNumbers(dims)).indexOf(0);
  require(zero < 0, () => `Input dims cannot contain a dim of zero, but dims contains zero at index ${zero}`, { dims });
  require(indices.size > 0, () =>
    `received empty tensor indices: Tensor<type: ${indices.dtype.name} shape: [0] values: >`, { indices });
}

function unravel(indices: NDArray, dims: NDArray): NDArray {
  checkDims(indices, dims);
  const [places, sizes] = [asNumbers(indices), Array.from(asNumbers(dims))];
  const whole = countOf(sizes);
  for (let i = 0; i < places.length; i += 1)
    require((places[i] as number) < whole, () => "index is out of bound as with dims", { indices, dims });
  const shape = indices.rank === 0 ? [sizes.length] : [sizes.length, places.length];
  const out = allocate(indices.dtype, countOf(shape)) as { [index: number]: number | bigint };
  let step = whole;
  for (const [axis, size] of sizes.entries()) {
    const outer = step;
    step /= size;
    for (let i = 0; i < places.length; i += 1) {
      // As in C, a negative number leaves a negative rest.
      const at = Math.trunc(((places[i] as number) % outer) / step);
      out[axis * places.length + i] = indices.dtype.isBig ? BigInt(at) : at;
    }
  }
  return new NDArray(indices.dtype, shape, out as Numbers);
}

function checkHistogram(bounds: NDArray, nbins: NDArray): readonly [number, number, number] {
  require(bounds.rank === 1, () => "value_range should be a vector.", { bounds });
  require(bounds.size === 2, () => "value_range should be a vector of 2 elements.", { bounds });
  require(nbins.rank === 0, () => "nbins should be a scalar.", { nbins });
  const [low, high, bins] = [Number(bounds.at(0)), Number(bounds.at(1)), Number(nbins.at(0))];
  require(low < high, () => `value_range should satisfy value_range[0] < value_range[1], but got '[${low}, ${high}]'`, {
    bounds,
  });
  require(bins > 0, () => `nbins should be a positive number, but got '${bins}'`, { nbins });
  return [low, high, bins];
}

function histogram(values: NDArray, bounds: NDArray, nbins: NDArray, type: DType): NDArray {
  const [low, high, bins] = checkHistogram(bounds, nbins);
  const numbers = asNumbers(values);
  const counts = allocate(float64, bins) as Float64Array;
  const step = (high - low) / bins;
  for (let i = 0; i < numbers.length; i += 1) {
    const value = numbers[i] as number;
    require(!Number.isNaN(value), () => "Histogram values must not contain NaN", { values });
    const bin = Math.trunc(Math.min((Math.max(value, low) - low) / step, bins - 1));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const out = type.isBig ? BigInt64Array.from(counts, BigInt) : Int32Array.from(counts);
  return new NDArray(type, [bins], out);
}

/** A difference of two products, rounded as the type does it. */
function crossTerm(dtype: DType): (a: number, b: number, c: number, d: number) => number {
  if (dtype.isFloating) {
    const round = rounderOf(dtype);
    return (a, b, c, d) => round(round(a * b) - round(c * d));
  }
  // The storage itself wraps bigints; they pass as numbers here.
  if (dtype.isBig) return (a, b, c, d) => a * b - c * d;
  return (a, b, c, d) => Math.imul(a, b) - Math.imul(c, d);
}

function cross(a: NDArray, b: NDArray): NDArray {
  const isSame = a.rank === b.rank && a.shape.every((d, i) => d === b.shape[i]);
  const fields = { a: a.shape, b: b.shape };
  require(isSame, () => `Both inputs must be of same shape: ${shapeText(a.shape)} vs. ${shapeText(b.shape)}`, fields);
  require(a.rank >= 1, () => `Input must be at least 1D${shapeText(a.shape)}`, fields);
  if (a.shape.at(-1) !== 3)
    throw new FailedPreconditionError("Cross-products are only defined for 3-element vectors.", fields);
  const out = wideStorage(a.dtype, a.size) as Numbers;
  const [x, y] = [widened(a) as Numbers, widened(b) as Numbers];
  const term = crossTerm(a.dtype);
  for (let at = 0; at < a.size; at += 3) {
    for (let k = 0; k < 3; k += 1) {
      const [i, j] = [at + ((k + 1) % 3), at + ((k + 2) % 3)];
      out[at + k] = term(x[i] as number, y[j] as number, x[j] as number, y[i] as number);
    }
  }
  return narrowed(a.dtype, a.shape, out);
}

/** log(eᵃ + eᵇ), from the greater one, so that nothing overflows. What is not a number loses when it comes second. */
function addLogs(a: number, b: number): number {
  const [less, greater] = [b < a ? b : a, a < b ? b : a];
  return less === -Infinity ? greater : Math.log1p(Math.exp(less - greater)) + greater;
}

/** The kernels of this family. */
export const countingKernels = kernelsFor<typeof countingDefs>()({
  Bincount: ([input, size, weights]) => bincount(input, size, weights),
  DenseBincount: ([input, size, weights], { binary_output }) => denseBincount(input, size, weights, binary_output),
  LowerBound: ([sorted, values], { out_type }) => search(sorted, values, out_type, (element, value) => element < value),
  UpperBound: ([sorted, values], { out_type }) =>
    search(sorted, values, out_type, (element, value) => !(value < element)),
  UnravelIndex: ([indices, dims]) => unravel(indices, dims),
  HistogramFixedWidth: ([values, bounds, nbins], { dtype }) => histogram(values, bounds, nbins, dtype),
  Cross: ([a, b]) => cross(a, b),
  CumulativeLogsumexp: scan({ float: { start: -Infinity, join: addLogs } }),
});
