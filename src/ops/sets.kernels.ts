/** Kernels of the ops on sets. Mirrors core/kernels/set_kernels.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { checkOrder } from "../kernels/sparse-places.ts";
import { asNumbers, countOf, rowMajorStrides } from "../kernels/strided-copy.ts";
import { int32, int64 } from "../tensor/dtype.ts";
import { NDArray } from "../tensor/ndarray.ts";
import type { setsDefs } from "./sets.defs.ts";

type Element = number | bigint | string;
type Operation = (left: ReadonlySet<Element>, right: ReadonlySet<Element>) => Iterable<Element>;

const without: Operation = (left, right) => [...left].filter((element) => !right.has(element));

const operations: Readonly<Record<string, Operation>> = {
  "a-b": without,
  "b-a": (left, right) => without(right, left),
  intersection: (left, right) => [...left].filter((element) => right.has(element)),
  union: (left, right) => [...left, ...right],
};

/** Elements that compare and hash: bytes as a text of one character for each. */
function elementsOf(value: NDArray): readonly Element[] {
  if (!value.dtype.isString) return Array.from(value.data as ArrayLike<number | bigint>);
  return (value.data as readonly Uint8Array[]).map((bytes) => {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  });
}

function packed(like: NDArray, elements: readonly Element[]): NDArray {
  const { dtype } = like;
  if (dtype.isString) {
    const data = (elements as readonly string[]).map((text) => Uint8Array.from(text, (c) => c.charCodeAt(0)));
    return new NDArray(dtype, [data.length], data);
  }
  const data = new (like.data.constructor as new (length: number) => NDArray["data"])(elements.length);
  for (const [i, element] of elements.entries()) (data as unknown as Element[])[i] = element;
  return new NDArray(dtype, [elements.length], data);
}

function compare(a: Element, b: Element): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A tensor of sets: what stands in its last dimension, by the place in the others. */
interface Sets {
  /** Whether each place has a set, if an empty one. */
  readonly isDense: boolean;
  /** The dimensions before the last one. */
  readonly groups: readonly number[];
  /** Elements by place, in ascending order of places, which are written `1,0`. */
  readonly elements: ReadonlyMap<string, readonly Element[]>;
  /** A tensor of such elements. */
  readonly values: NDArray;
}

/** All dimensions but the last one. */
function groupsOf(shape: readonly number[]): readonly number[] {
  require(shape.length >= 2, () => `Shape ${shapeText(shape)} has rank ${shape.length} < 2`, { shape });
  return shape.slice(0, -1);
}

function denseSets(values: NDArray): Sets {
  const groups = groupsOf(values.shape);
  const width = values.shape.at(-1) as number;
  const strides = rowMajorStrides(groups);
  const all = elementsOf(values);
  const elements = new Map<string, readonly Element[]>();
  for (let i = 0, count = countOf(groups); i < count; i += 1) {
    const place = groups.map((size, axis) => Math.floor(i / (strides[axis] as number)) % size).join();
    elements.set(place, all.slice(i * width, (i + 1) * width));
  }
  return { isDense: true, groups, elements, values };
}

function sparseSets(indices: NDArray, values: NDArray, shape: NDArray, validates: boolean): Sets {
  require(shape.rank === 1, () => "Shape must be a 1D tensor.", { shape });
  const dims = Array.from(asNumbers(shape));
  require(dims.length >= 2, () => `Invalid rank ${dims.length}.`, { dims });
  require(indices.rank === 2, () => `indices must be a matrix, but got: ${shapeText(indices.shape)}`, { indices });
  require(values.rank === 1, () => `vals must be a vec, but got: ${shapeText(values.shape)}`, { values });
  const [count = 0, rank = 0] = indices.shape;
  require(count === values.size, () =>
    `indices and values rows (indexing dimension) must match. (indices = ${count}, values = ${values.size})`, {
    indices,
    values,
  });
  require(rank === dims.length, () => "Order length must be SparseTensor rank.", { rank, dims });
  const places = asNumbers(indices);
  if (validates) checkOrder(places, count, rank, dims);
  const groups = groupsOf(dims);
  const all = elementsOf(values);
  const elements = new Map<string, Element[]>();
  for (let i = 0; i < count; i += 1) {
    const row = Array.from({ length: rank - 1 }, (_, axis) => places[i * rank + axis] as number);
    require(row.every((at, axis) => at >= 0 && at < (groups[axis] as number)), () =>
      `Index out of bounds: [${row}] of ${shapeText(groups)}`, { row, groups });
    const place = row.join();
    const there = elements.get(place);
    if (there === undefined) elements.set(place, [all[i] as Element]);
    else there.push(all[i] as Element);
  }
  return { isDense: false, groups, elements, values };
}

/** The places at which either has a set, in ascending order. */
function placesOf(left: Sets, right: Sets): Iterable<string> {
  if (left.isDense) return left.elements.keys();
  const all = [...new Set([...left.elements.keys(), ...right.elements.keys()])];
  const numbers = new Map(all.map((place) => [place, place.split(",").map(Number)]));
  return all.sort((a, b) => {
    const [x, y] = [numbers.get(a) as number[], numbers.get(b) as number[]];
    const axis = x.findIndex((at, i) => at !== y[i]);
    return axis < 0 ? 0 : (x[axis] as number) - (y[axis] as number);
  });
}

function operate(left: Sets, right: Sets, name: string): readonly NDArray[] {
  const operation = operations[name];
  require(operation !== undefined, () => `Invalid set_operation ${name}.`, { name });
  const { groups } = left;
  const isAlike = groups.length === right.groups.length && groups.every((d, i) => d === right.groups[i]);
  require(isAlike, () => `Mismatched shapes ${shapeText(groups)} vs ${shapeText(right.groups)}`, {
    set1: groups,
    set2: right.groups,
  });
  const values: Element[] = [];
  const indices: bigint[] = [];
  let greatest = 0;
  for (const place of placesOf(left, right)) {
    const at = place.split(",").map(BigInt);
    const [one, other] = [left, right].map(({ elements }) => new Set(elements.get(place)));
    const result = [...new Set((operation as Operation)(one as Set<Element>, other as Set<Element>))].sort(compare);
    for (const [i, element] of result.entries()) {
      values.push(element);
      indices.push(...at, BigInt(i));
    }
    greatest = Math.max(greatest, result.length);
  }
  const rank = groups.length + 1;
  return [
    new NDArray(int64, [values.length, rank], BigInt64Array.from(indices)),
    packed(left.values, values),
    new NDArray(int64, [rank], BigInt64Array.from([...groups, greatest], BigInt)),
  ];
}

/** How many different elements each set has. */
function sizes({ groups, elements }: Sets): NDArray {
  const out = new NDArray(int32, groups, new Int32Array(countOf(groups)));
  const strides = rowMajorStrides(groups);
  for (const [place, set] of elements) {
    const at = place.split(",").reduce((sum, index, axis) => sum + Number(index) * (strides[axis] as number), 0);
    (out.data as Int32Array)[at] = new Set(set).size;
  }
  return out;
}

/** The kernels of this family. */
export const setsKernels = kernelsFor<typeof setsDefs>()({
  DenseToDenseSetOperation: ([set1, set2], { set_operation }) =>
    operate(denseSets(set1), denseSets(set2), set_operation),
  DenseToSparseSetOperation: ([set1, indices, values, shape], { set_operation, validate_indices }) =>
    operate(denseSets(set1), sparseSets(indices, values, shape, validate_indices), set_operation),
  SparseToSparseSetOperation: ([i1, v1, s1, i2, v2, s2], { set_operation, validate_indices }) =>
    operate(sparseSets(i1, v1, s1, validate_indices), sparseSets(i2, v2, s2, validate_indices), set_operation),
  SetSize: ([indices, values, shape], { validate_indices }) =>
    sizes(sparseSets(indices, values, shape, validate_indices)),
});
