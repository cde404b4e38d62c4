/** Kernels of the ops on sets. Mirrors core/kernels/set_kernels.cc. */
import { require, shapeText } from "../kernels/checks.ts";
import { kernelsFor } from "../kernels/rule.ts";
import { countOf } from "../kernels/strided-copy.ts";
import { int64 } from "../tensor/dtype.ts";
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

/** The dimensions before the last one, which both have alike. */
function groupsOf(set1: NDArray, set2: NDArray): readonly number[] {
  const [left = [], right = []] = [set1, set2].map((set) => {
    require(set.rank >= 2, () => `Shape ${shapeText(set.shape)} has rank ${set.rank} < 2`, { set });
    return set.shape.slice(0, -1);
  });
  const isAlike = left.length === right.length && left.every((d, i) => d === right[i]);
  require(isAlike, () => `Mismatched shapes ${shapeText(left)} vs ${shapeText(right)}`, {
    set1: set1.shape,
    set2: set2.shape,
  });
  return left;
}

function operate(set1: NDArray, set2: NDArray, name: string): readonly NDArray[] {
  const operation = operations[name];
  require(operation !== undefined, () => `Invalid set_operation ${name}.`, { name });
  const groups = groupsOf(set1, set2);
  const [left, right] = [elementsOf(set1), elementsOf(set2)];
  const [leftWidth, rightWidth] = [set1.shape.at(-1) as number, set2.shape.at(-1) as number];
  const values: Element[] = [];
  const indices: bigint[] = [];
  let greatest = 0;
  for (let group = 0, count = countOf(groups); group < count; group += 1) {
    const place = placeOf(group, groups);
    const one = new Set(left.slice(group * leftWidth, (group + 1) * leftWidth));
    const other = new Set(right.slice(group * rightWidth, (group + 1) * rightWidth));
    const result = [...new Set((operation as Operation)(one, other))].sort(compare);
    for (const [i, element] of result.entries()) {
      values.push(element);
      indices.push(...place, BigInt(i));
    }
    greatest = Math.max(greatest, result.length);
  }
  return [
    new NDArray(int64, [values.length, set1.rank], BigInt64Array.from(indices)),
    packed(set1, values),
    new NDArray(int64, [set1.rank], BigInt64Array.from([...groups, greatest], BigInt)),
  ];
}

/** Where a group stands, one number for each dimension. */
function placeOf(group: number, groups: readonly number[]): readonly bigint[] {
  let rest = group;
  return groups.map((_, i) => {
    const width = countOf(groups.slice(i + 1));
    const at = Math.floor(rest / width);
    rest -= at * width;
    return BigInt(at);
  });
}

/** The kernels of this family. */
export const setsKernels = kernelsFor<typeof setsDefs>()({
  DenseToDenseSetOperation: ([set1, set2], { set_operation }) => operate(set1, set2, set_operation),
});
