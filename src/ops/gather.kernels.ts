/** Kernels of the ops that pick elements by index or put them there, and of those that find unique ones. Mirrors core/kernels/{gather,gather_nd,scatter_nd,one_hot,unique,listdiff}_op.cc. */
import { type AddBlock, addBlockOf, extremeBlockOf, subtractBlockOf } from "../kernels/accumulate.ts";
import { checkedDims, require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { asNumbers, copyBlock, countOf, emptyArray, fillWith, wordsOf } from "../kernels/strided-copy.ts";
import { type DType, int32 } from "../tensor/dtype.ts";
import { NDArray, ndarray } from "../tensor/ndarray.ts";
import type { gatherDefs } from "./gather.defs.ts";

/** The place of a flat index in a shape, as `[1,0]`; empty for a scalar. */
export function placeText(shape: readonly number[], flat: number): string {
  if (shape.length === 0) return "";
  const place: number[] = [];
  for (let i = shape.length - 1, rest = flat; i >= 0; i -= 1) {
    place.unshift(rest % (shape[i] as number));
    rest = Math.floor(rest / (shape[i] as number));
  }
  return shapeText(place);
}

function gather(params: NDArray, indices: NDArray, given: NDArray, batchDims: number): NDArray {
  require(params.rank >= 1, () => "params must be at least 1 dimensional", { params });
  require(given.size === 1 && given.rank === 0, () => "axis must be scalar", { axis: given });
  const wanted = Number(given.at(0));
  const axis = wanted < 0 ? wanted + params.rank : wanted;
  require(axis >= 0 && axis < params.rank, () =>
    `Shape must be at least rank ${wanted < 0 ? -wanted : wanted + 1} but is rank ${params.rank}`, {
    axis,
    rank: params.rank,
  });
  const batch = checkedBatch(params, indices, axis, batchDims);
  const { shape } = params;
  const batchCount = countOf(shape.slice(0, batch));
  const outer = countOf(shape.slice(batch, axis));
  const size = shape[axis] as number;
  const inner = countOf(shape.slice(axis + 1));
  const out = emptyArray(params.dtype, [
    ...shape.slice(0, axis),
    ...indices.shape.slice(batch),
    ...shape.slice(axis + 1),
  ]);
  const at = asNumbers(indices);
  // As in TensorFlow, indices of rows without elements may be any.
  if (out.size === 0) return out;
  for (let i = 0; i < at.length; i += 1) {
    const index = at[i] as number;
    if (index < 0 || index >= size)
      require(false, () => `indices${placeText(indices.shape, i)} = ${index} is not in [0, ${size})`, {
        indices,
        index,
        size,
      });
  }
  const [from, to] = [wordsOf(params), wordsOf(out)];
  const block = inner * from.width;
  const perBatch = batchCount === 0 ? 0 : at.length / batchCount;
  let q = 0;
  for (let b = 0; b < batchCount; b += 1) {
    for (let o = 0; o < outer; o += 1) {
      const base = (b * outer + o) * size;
      for (let i = 0; i < perBatch; i += 1, q += block)
        copyBlock(from.words, (base + (at[b * perBatch + i] as number)) * block, to.words, q, block);
    }
  }
  return out;
}

function checkedBatch(params: NDArray, indices: NDArray, axis: number, batchDims: number): number {
  const { rank } = indices;
  require(batchDims >= -rank && batchDims <= rank, () =>
    `Expected batch_dims in the range [${-rank}, ${rank}], but got ${batchDims}`, { batchDims, rank });
  const batch = batchDims < 0 ? batchDims + rank : batchDims;
  require(batch < params.rank, () => `batch_dims (${batch}) must be less than rank(params) (${params.rank}).`, {
    batchDims,
    rank: params.rank,
  });
  require(axis >= batch, () => `batch_dims (${batch}) must be less than or equal to axis (${axis}).`, {
    batchDims,
    axis,
  });
  for (let i = 0; i < batch; i += 1) {
    require(params.shape[i] === indices.shape[i], () =>
      `params.shape[${i}]: ${params.shape[i]} should be equal to indices.shape[${i}]: ${indices.shape[i]}`, {
      params: params.shape,
      indices: indices.shape,
    });
  }
  return batch;
}

/** The flat index of each index vector in the first dimensions of a shape; -1 for one that is out of range. */
function flatIndices(indices: NDArray, shape: readonly number[], depth: number): Float64Array {
  const at = asNumbers(indices);
  const count = countOf(indices.shape.slice(0, -1));
  const flat = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    let index = 0;
    for (let k = 0; k < depth; k += 1) {
      const i = at[row * depth + k] as number;
      const d = shape[k] as number;
      index = index < 0 || i < 0 || i >= d ? -1 : index * d + i;
    }
    flat[row] = index;
  }
  return flat;
}

function vectorText(indices: NDArray, row: number, depth: number): string {
  const at = asNumbers(indices);
  const vector = Array.from({ length: depth }, (_, k) => at[row * depth + k]);
  return `indices${placeText(indices.shape.slice(0, -1), row)} = [${vector.join(", ")}]`;
}

function gatherNd(params: NDArray, indices: NDArray, node: string): NDArray {
  require(params.rank >= 1, () => "params must be at least a vector", { params });
  require(indices.rank >= 1, () => "indices must be at least a vector", { indices });
  const depth = indices.shape.at(-1) as number;
  require(depth <= params.rank, () =>
    `index innermost dimension length must be <= params rank; saw: ${depth} vs. ${params.rank}`, {
    depth,
    rank: params.rank,
  });
  const rest = params.shape.slice(depth);
  const out = emptyArray(params.dtype, [...indices.shape.slice(0, -1), ...rest]);
  const flat = flatIndices(indices, params.shape, depth);
  require(flat.length === 0 || params.size > 0, () =>
    `Requested more than 0 entries, but params is empty.  Params shape: ${shapeText(params.shape)}`, { params });
  const [from, to] = [wordsOf(params), wordsOf(out)];
  const block = countOf(rest) * from.width;
  for (let row = 0; row < flat.length; row += 1) {
    const index = flat[row] as number;
    if (index < 0)
      require(false, () =>
        `${vectorText(indices, row, depth)} does not index into param shape ${shapeText(params.shape)}, node name: ${node}`, {
        indices,
        row,
      });
    copyBlock(from.words, index * block, to.words, row * block, block);
  }
  return out;
}

/** The texts of the two scatters for shapes that do not fit. */
interface ScatterTexts {
  readonly empty: (indices: string) => string;
  readonly rows: (indices: string, updates: string, outer: number) => string;
  readonly ranks: (shape: readonly number[], updates: readonly number[], depth: number, outer: number) => string;
  readonly cells: (shape: readonly number[], updates: readonly number[], depth: number, outer: number) => string;
}

const cellText: ScatterTexts["cells"] = (shape, updates, depth, outer) =>
  `Dimensions [${depth},${shape.length}) of input[shape=${shapeText(shape)}] must match dimensions [${outer},${updates.length}) of updates[shape=${shapeText(updates)}]`;
const scatterTexts: ScatterTexts = {
  empty: (indices) => `Indices and updates specified for empty output.  indices shape: ${indices}`,
  rows: (indices, updates, outer) =>
    `Dimensions [0,${outer}) of indices[shape=${indices}] must match dimensions [0,${outer}) of updates[shape=${updates}]`,
  ranks: cellText,
  cells: cellText,
};
const tensorScatterTexts: ScatterTexts = {
  empty: () => "Indices and updates specified for empty output shape",
  rows: (indices, updates) =>
    `Outer dimensions of indices and update must match. Indices shape: ${indices}, updates shape:${updates}`,
  ranks: (shape, updates) =>
    `Inner dimensions of output shape must match inner dimensions of updates shape. Output: ${shapeText(shape)} updates: ${shapeText(updates)}`,
  cells: (shape, updates, depth, outer) =>
    `The inner ${shape.length - depth} dimensions of output.shape=${shapeText(shape)} must match the inner ${updates.length - outer} dimensions of updates.shape=${shapeText(updates)}`,
};

/** Checks the shapes of a scatter into `shape`; gives back how long the index vectors are. */
function checkScatter(indices: NDArray, updates: NDArray, shape: readonly number[], texts: ScatterTexts): number {
  require(indices.rank > 0, () => `Indices shape must have rank at least one. Found:${shapeText(indices.shape)}`, {
    indices,
  });
  require(updates.rank > 0, () => `Updates shape must have rank at least one. Found:${shapeText(updates.shape)}`, {
    updates,
  });
  const counts = [countOf(shape), indices.size, updates.size] as const;
  require((counts[1] === 0 && counts[2] === 0) || !counts.includes(0), () => texts.empty(shapeText(indices.shape)), {
    shape,
  });
  const depth = indices.shape.at(-1) as number;
  const outer = indices.rank - 1;
  const rows = updates.rank >= outer && indices.shape.slice(0, -1).every((d, i) => d === updates.shape[i]);
  require(rows, () => texts.rows(shapeText(indices.shape), shapeText(updates.shape), outer), {
    indices: indices.shape,
    updates: updates.shape,
  });
  require(updates.rank - outer === shape.length - depth, () => texts.ranks(shape, updates.shape, depth, outer), {
    shape,
    updates: updates.shape,
  });
  require(shape.slice(depth).every((d, i) => d === updates.shape[outer + i]), () =>
    texts.cells(shape, updates.shape, depth, outer), { shape, updates: updates.shape });
  if (indices.rank === 1) refuseVector(indices, updates, shape);
  return depth;
}

/** A vector is taken for a list of single indices once its shape was checked as that of one index vector; hardly anything fits both. */
function refuseVector(indices: NDArray, updates: NDArray, shape: readonly number[]): void {
  const [count] = indices.shape;
  require(updates.shape[0] === count, () =>
    `Dimensions [0,1) of indices[shape=${shapeText(indices.shape)}] = ${count} must match dimensions [0,1) of updates[shape=${shapeText(updates.shape)}] = ${updates.shape[0]}`, {
    indices: indices.shape,
    updates: updates.shape,
  });
  require(false, () => cellText(shape, updates.shape, 1, 1), { shape, updates: updates.shape });
}

/** Puts updates into `out`, which belongs to the caller. */
function scatterInto(
  out: NDArray,
  indices: NDArray,
  updates: NDArray,
  put: AddBlock,
  texts: ScatterTexts = tensorScatterTexts,
): NDArray {
  const depth = checkScatter(indices, updates, out.shape, texts);
  const flat = flatIndices(indices, out.shape, depth);
  const block = countOf(out.shape.slice(depth));
  for (let row = 0; row < flat.length; row += 1) {
    const index = flat[row] as number;
    if (index < 0)
      require(false, () => `${vectorText(indices, row, depth)} does not index into shape ${shapeText(out.shape)}`, {
        indices,
        row,
      });
    put(out.data, index * block, updates.data, row * block, block);
  }
  return out;
}

function scatterNd(indices: NDArray, updates: NDArray, size: NDArray): NDArray {
  require(size.rank === 1, () => `Shape must be a vector`, { size });
  const shape = checkedDims(size);
  return scatterInto(emptyArray(updates.dtype, shape), indices, updates, addBlockOf(updates.dtype), scatterTexts);
}

/** Replaces a block by another. */
function replaceBlock(dtype: DType): AddBlock {
  const width = dtype.isComplex ? 2 : 1;
  return (to, q, from, p, count) => {
    const [a, b] = [to as Float64Array, from as Float64Array];
    for (let i = 0; i < count * width; i += 1) a[q * width + i] = b[p * width + i] as number;
  };
}

function oneHot(indices: NDArray, depth: NDArray, on: NDArray, off: NDArray, given: number): NDArray {
  const rank = indices.rank + 1;
  require(given === -1 || (given >= 0 && given < rank), () =>
    `Expected axis to be -1 or between [0, ${rank}).  But received: ${given}`, { axis: given });
  for (const [what, value] of [
    ["depth", depth],
    ["on_value", on],
    ["off_value", off],
  ] as const)
    require(value.rank === 0, () => `${what} must be a scalar, but got: ${shapeText(value.shape)}`, { value });
  const size = Number(depth.at(0));
  require(size >= 0, () => `depth must be non-negative, got: ${size}`, { depth });
  const axis = given === -1 ? rank - 1 : given;
  const out = emptyArray(on.dtype, indices.shape.toSpliced(axis, 0, size));
  fillWith(out, off);
  const inner = countOf(indices.shape.slice(axis));
  const at = asNumbers(indices);
  const [value, words] = [wordsOf(on), wordsOf(out)];
  for (let i = 0; i < at.length; i += 1) {
    const index = at[i] as number;
    if (index < 0 || index >= size) continue;
    const place = (Math.floor(i / inner) * size + index) * inner + (i % inner);
    copyBlock(value.words, 0, words.words, place * words.width, words.width);
  }
  return out;
}

/** What makes two elements equal: a key, or `null` for what equals nothing, not even itself. */
function keyOf(value: NDArray, index: number): unknown {
  if (value.dtype.isString) return byteText((value.data as Uint8Array[])[index] as Uint8Array);
  const element = value.at(index);
  if (Array.isArray(element))
    return element.some((part) => part !== part) ? null : element.map((part: number) => part + 0).join();
  return element !== element ? null : element;
}

/** Bytes as a text of the same length, whatever they mean. */
function byteText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The elements at some places of a vector. */
function pick(value: NDArray, places: readonly number[]): NDArray {
  const out = emptyArray(value.dtype, [places.length]);
  const [from, to] = [wordsOf(value), wordsOf(out)];
  for (const [i, place] of places.entries())
    copyBlock(from.words, place * from.width, to.words, i * from.width, from.width);
  return out;
}

function integers(values: readonly number[], dtype: DType): NDArray {
  return new NDArray(
    dtype,
    [values.length],
    dtype.isBig ? BigInt64Array.from(values, BigInt) : Int32Array.from(values),
  );
}

function unique(x: NDArray, dtype: DType): readonly [NDArray, NDArray, NDArray] {
  require(x.rank === 1, () => "unique expects a 1D vector.", { x });
  const seen = new Map<unknown, number>();
  const [places, counts, back]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0, n = x.size; i < n; i += 1) {
    const key = keyOf(x, i);
    let at = key === null ? undefined : seen.get(key);
    if (at === undefined) {
      at = places.length;
      places.push(i);
      counts.push(0);
      if (key !== null) seen.set(key, at);
    }
    counts[at] = (counts[at] as number) + 1;
    back.push(at);
  }
  return [pick(x, places), integers(back, dtype), integers(counts, dtype)];
}

function difference(x: NDArray, y: NDArray, dtype: DType): readonly [NDArray, NDArray] {
  require(x.rank === 1, () => "x should be a 1D vector.", { x });
  require(y.rank === 1, () => "y should be a 1D vector.", { y });
  const known = new Set<unknown>();
  for (let i = 0, n = y.size; i < n; i += 1) known.add(keyOf(y, i));
  known.delete(null);
  const places = Array.from({ length: x.size }, (_, i) => i).filter((i) => !known.has(keyOf(x, i)));
  return [pick(x, places), integers(places, dtype)];
}

const zeroAxis = ndarray(0, int32);

/** The kernels of this family. */
export const gatherKernels = kernelsFor<typeof gatherDefs>()({
  Gather: ([params, indices]) => gather(params, indices, zeroAxis, 0),
  GatherV2: ([params, indices, axis], { batch_dims }) => gather(params, indices, axis, batch_dims),
  GatherNd: ([params, indices], _, context) => gatherNd(params, indices, context.node.name),
  ScatterNd: ([indices, updates, shape]) => scatterNd(indices, updates, shape),
  TensorScatterUpdate: ([tensor, indices, updates]) =>
    scatterInto(tensor.copy(), indices, updates, replaceBlock(tensor.dtype)),
  TensorScatterAdd: ([tensor, indices, updates]) =>
    scatterInto(tensor.copy(), indices, updates, addBlockOf(tensor.dtype)),
  TensorScatterSub: ([tensor, indices, updates]) =>
    scatterInto(tensor.copy(), indices, updates, subtractBlockOf(tensor.dtype)),
  TensorScatterMax: ([tensor, indices, updates], _, { node }) =>
    scatterInto(tensor.copy(), indices, updates, extremeBlockOf(tensor.dtype, 1, node)),
  TensorScatterMin: ([tensor, indices, updates], _, { node }) =>
    scatterInto(tensor.copy(), indices, updates, extremeBlockOf(tensor.dtype, -1, node)),
  OneHot: ([indices, depth, on, off], { axis }) => oneHot(indices, depth, on, off, axis),
  Unique: ([x], { out_idx }) => unique(x, out_idx).slice(0, 2),
  UniqueWithCounts: ([x], { out_idx }) => unique(x, out_idx),
  ListDiff: ([x, y], { out_idx }) => difference(x, y, out_idx),
});
